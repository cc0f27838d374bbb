//! Everything that the demonstration and the end-to-end tests stand on: a temporary folder with certificates,
//! keys and a store, a running gateway, the fictitious people, and the proofs that each of them shows.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use journey::{Clock as _, DocumentAsk, DocumentKey, Ids as _, amend, choose, operate};
use model::{Actor, Caller, Channel, EntryUuid, Ins, Party, PersonId};
use policy::{Choice, DocumentAct, Grant, Ground, Operation};

use super::cast::Cast;
use super::client::Client;
use crate::commands::operator;
use crate::config::Config;
use crate::gateway::{Gateway, SystemDesk};
use crate::outside::{RandomIds, SystemClock};
use crate::pki::{Authority, Credential, EVERYDAY_SCOPE, TokenClaims, TokenIssuer, Usage};

/// The name of the issuer in tokens.
pub const ISSUER: &str = "https://issuer.example";
/// The repositoryUniqueId of the stage.
pub const REPOSITORY: &str = "2.999.2026.1";

/// How a stage differs from the demonstration's.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// `server.listen`; any free port of loopback when empty.
    pub listen: Option<String>,
    /// Overrides of the configuration, by environment name without the prefix, for instance
    /// `TLS__CLIENT_CERTIFICATES`.
    pub overrides: Vec<(String, String)>,
}

/// A running gateway with its people.
pub struct Stage {
    /// The gateway; none while it is paused.
    gateway: Option<Gateway>,
    /// The people.
    pub cast: Cast,
    /// A client of the gateway.
    pub client: Client,
    /// The public address.
    pub base: String,
    /// The authority of every certificate.
    pub authority: Authority,
    /// The issuer of every token.
    pub issuer: TokenIssuer,
    credentials: BTreeMap<String, Credential>,
}

impl Stage {
    /// Makes everything in `folder` and starts the gateway.
    pub async fn set(folder: &Path, setting: Setting) -> anyhow::Result<Self> {
        let cast = Cast::embedded()?;
        let now = SystemClock.now();
        let authority = Authority::new("Autorité fictive de démonstration", now)?;
        let listen = match setting.listen {
            Some(listen) => listen,
            None => free_port()?,
        };
        let base = format!("https://localhost:{}", listen.rsplit(':').next().unwrap_or_default());
        let issuer = TokenIssuer::new(ISSUER, &format!("{base}/fhir"))?;
        write_material(folder, &authority, &issuer)?;
        let centres: Vec<String> = cast.regulation_centres().map(|id| format!("{id:?}")).collect();
        let text = configuration(&listen, &base, &centres.join(", "));
        let file = folder.join("passerelle.toml");
        std::fs::write(&file, text)?;
        let overrides =
            setting.overrides.into_iter().map(|(name, value)| (format!("PASSERELLE__{name}"), value));
        let config = Config::load(&file, overrides)?;
        let gateway = Gateway::start(&config).await?;
        let client = Client { address: gateway.address, authority: authority.pem().to_owned() };
        let credentials = BTreeMap::new();
        Ok(Stage { gateway: Some(gateway), cast, client, base, authority, issuer, credentials })
    }

    /// Feeds the patients and brings their records to the state that the samples say.
    pub async fn feed_patients(&self) -> anyhow::Result<()> {
        feed(&self.gateway()?.app.desk, &self.cast).await
    }

    /// Authorises professionals of the samples to consult a record, for a year.
    pub async fn authorise(&self, patient: &Ins, professionals: &[&str]) -> anyhow::Result<()> {
        for key in professionals {
            let person = PersonId(self.cast.professional(key)?.id.clone());
            let until = SystemClock.now().plus_seconds(365 * 86_400);
            let grant = Grant { ground: Ground::GrantedByHolder, until };
            self.choose(patient, Choice::Set(policy::Setting::Authorised(Party::Person(person), grant)))
                .await?;
        }
        Ok(())
    }

    /// A choice of the holder, made by the holder.
    pub async fn choose(&self, patient: &Ins, choice: Choice) -> anyhow::Result<()> {
        let desk = &self.gateway()?.app.desk;
        let chosen = choose(desk, &holder(patient), "ITI-108", patient, choice).await;
        chosen.map_err(|refusal| anyhow::anyhow!("refused: {refusal:?}"))
    }

    /// An act of the holder on one document.
    pub async fn amend(&self, patient: &Ins, document: EntryUuid, act: DocumentAct) -> anyhow::Result<()> {
        let desk = &self.gateway()?.app.desk;
        let ask = DocumentAsk { patient: Some(patient.clone()), key: DocumentKey::Uuid(document) };
        let amended = amend(desk, &holder(patient), "ITI-57", ask, vec![act], None).await;
        amended.map(|_shown| ()).map_err(|refusal| anyhow::anyhow!("refused: {refusal:?}"))
    }

    /// The gateway of this process.
    pub fn gateway(&self) -> anyhow::Result<&Gateway> {
        self.gateway.as_ref().context("the gateway of this process is paused")
    }

    /// Stops the gateway of this process: another one may take its folder and its address.
    pub async fn pause(mut self) -> anyhow::Result<Self> {
        match self.gateway.take() {
            Some(gateway) => gateway.stop().await.map(|()| self),
            None => Ok(self),
        }
    }

    /// Does what an operator does.
    pub async fn operate(&self, operation: Operation) -> anyhow::Result<()> {
        let desk = &self.gateway()?.app.desk;
        operate(desk, &operator(), "operator", operation)
            .await
            .map_err(|refusal| anyhow::anyhow!("refused: {refusal:?}"))
    }

    /// The certificate of a structure or a professional of the samples, made once. `kind` is `client` or `sign`.
    pub fn credential(&mut self, who: &str, kind: &str) -> anyhow::Result<Credential> {
        let name = format!("{who}-{kind}");
        if let Some(made) = self.credentials.get(&name) {
            return Ok(made.clone());
        }
        let usage = if kind == "sign" { Usage::Signature } else { Usage::Client };
        let credential = match self.cast.structure(who) {
            Ok(structure) => self.authority.structure(
                &structure.id,
                &structure.name,
                &format!("{kind}.{who}.example"),
                usage,
            )?,
            Err(_) => {
                let person = self.cast.professional(who)?;
                let structure = self.cast.structure(&person.structure)?;
                self.authority.person(&person.id, Some(&structure.id), usage)?
            }
        };
        self.credentials.insert(name, credential.clone());
        Ok(credential)
    }

    pub(super) fn made(&self, who: &str, kind: &str) -> Option<&Credential> {
        self.credentials.get(&format!("{who}-{kind}"))
    }

    /// The claims of somebody's token for every transaction of this version.
    pub fn claims(&self, who: &str) -> anyhow::Result<TokenClaims> {
        let mut claims = TokenClaims {
            scope: EVERYDAY_SCOPE.to_owned(),
            seconds: 3600,
            id: RandomIds.uuid().bare(),
            ..TokenClaims::default()
        };
        if let Ok(structure) = self.cast.structure(who) {
            claims.sub = format!("logiciel@{}", structure.id);
            claims.name = structure.name.clone();
            claims.structure = Some(structure.id.clone());
            claims.authentication = Some("INDIRECTE".to_owned());
        } else if let Ok(ins) = self.cast.patient(who) {
            claims.sub = ins.to_cx();
            claims.scope = "patient".to_owned();
        } else {
            let person = self.cast.professional(who)?;
            claims.sub = person.id.clone();
            claims.name = person.name();
            claims.roles = person.roles();
            claims.structure = Some(self.cast.structure(&person.structure)?.id.clone());
        }
        Ok(claims)
    }

    /// Somebody's token.
    pub fn token(&self, claims: &TokenClaims) -> anyhow::Result<String> {
        Ok(self.issuer.token(claims, SystemClock.now())?)
    }
}

/// Feeds the patients of the samples and brings their records to the state that the samples say.
pub(crate) async fn feed(desk: &SystemDesk, cast: &Cast) -> anyhow::Result<()> {
    for (record, identity) in cast.patients() {
        let ins = identity.ins.clone();
        let import = Operation::Import(identity.clone());
        let operations = match record {
            "open" => vec![import, Operation::Open(ins)],
            "closed" => vec![import, Operation::Open(ins.clone()), Operation::Close(ins)],
            "opposed" => vec![import, Operation::Choose(ins, Choice::OpposeRecord)],
            _ => Vec::new(),
        };
        for operation in operations {
            let caller = match &operation {
                Operation::Choose(patient, _) => holder(patient),
                Operation::Import(_)
                | Operation::Open(_)
                | Operation::Close(_)
                | Operation::Erase(_)
                | Operation::Represent(..)
                | Operation::Unrepresent(..)
                | Operation::IssueCode(..)
                | Operation::Merge(_) => operator(),
            };
            let done = operate(desk, &caller, "operator", operation).await;
            done.map_err(|refusal| anyhow::anyhow!("refused: {refusal:?}"))?;
        }
    }
    Ok(())
}

/// The holder of a record, as their own token proves them.
fn holder(patient: &Ins) -> Caller {
    Caller { actor: Actor::Holder { ins: patient.clone() }, channel: Channel::Patient, ..operator() }
}

/// Writes the server's certificate and the keys of the issuer.
pub(crate) fn write_material(
    folder: &Path,
    authority: &Authority,
    issuer: &TokenIssuer,
) -> anyhow::Result<()> {
    let server = authority.server(&["localhost", "127.0.0.1"])?;
    let files = [
        ("authorities.pem", authority.pem().to_owned()),
        ("server.pem", server.certificate_pem),
        ("server.key", server.key_pem),
        ("issuer.jwks.json", issuer.jwks().to_string()),
        ("issuer.key", issuer.key_pem()),
    ];
    for (name, text) in files {
        crate::commands::write_private(&folder.join(name), &text)?;
    }
    Ok(())
}

/// A port of loopback that is free now.
pub(crate) fn free_port() -> anyhow::Result<String> {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(socket.local_addr()?.to_string())
}

/// The text of a configuration beside that material.
pub(crate) fn configuration(listen: &str, base: &str, centres: &str) -> String {
    format!(
        r#"[server]
listen = "{listen}"
management = "127.0.0.1:0"
public_url = "{base}"

[tls]
certificate = "server.pem"
key = "server.key"
client_certificates = "optional"
client_authorities = ["authorities.pem"]

[store]
path = "passerelle.db"
master_key = "master.key"

[domain]
repository = "{REPOSITORY}"
ins = ["nir-test"]

[[issuer]]
iss = "{ISSUER}"
audience = "{base}/fhir"
jwks = "issuer.jwks.json"
kind = "person"
patients = true
operators = true

[vihf]
authorities = ["authorities.pem"]
regulation_centres = [{centres}]
"#
    )
}
