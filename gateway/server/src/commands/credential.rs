//! `passerelle credential`: development proofs. The keys are the caller's own files; nothing here is trusted by
//! a gateway that was not configured with them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use journey::{Clock as _, Ids as _};

use super::say;
use crate::outside::{RandomIds, SystemClock};
use crate::pki::{
    self, Authority, Credential, EVERYDAY_SCOPE, TokenClaims, TokenIssuer, Usage, VihfText, signer_from_pem,
    vihf_claims,
};

/// Which proof.
#[derive(Debug, Subcommand)]
pub enum CredentialCommand {
    /// An authority with certificates for a server, a structure and a professional, and a token issuer.
    Pki {
        /// The folder to make; it must not exist.
        folder: PathBuf,
        /// Struct_IdNat of the structure.
        #[arg(long, default_value = "1999999991")]
        structure: String,
        /// PS_IdNat of the professional.
        #[arg(long, default_value = "899900000013")]
        person: String,
    },
    /// A bearer token, signed with the issuer's key of a `pki` folder.
    Token(Box<TokenArguments>),
    /// A signed VIHF assertion, from a `pki` folder.
    Assertion(Box<AssertionArguments>),
}

/// What a token says.
#[derive(Debug, Args)]
pub struct TokenArguments {
    /// The `pki` folder.
    folder: PathBuf,
    /// PS_IdNat, or a patient's INS as CX with `--scope patient`.
    #[arg(long)]
    sub: String,
    /// Display name.
    #[arg(long, default_value = "Développement")]
    name: String,
    /// Scopes, space separated.
    #[arg(long, default_value = EVERYDAY_SCOPE)]
    scope: String,
    /// Struct_IdNat.
    #[arg(long)]
    structure: Option<String>,
    /// Roles, `OID|code`, first the profession.
    #[arg(long)]
    role: Vec<String>,
    /// `normal`, `bris_de_glace` or `centre_15`.
    #[arg(long, default_value = "normal")]
    mode: String,
    /// Reason of a break-glass.
    #[arg(long)]
    reason: Option<String>,
    /// `DIRECTE`, `INDIRECTE`, `INDIRECTE_RENFORCEE`.
    #[arg(long)]
    authentication: Option<String>,
    /// The patient, as CX.
    #[arg(long)]
    patient: Option<String>,
    /// The `iss` claim.
    #[arg(long, default_value = "https://issuer.example")]
    iss: String,
    /// The `aud` claim.
    #[arg(long, default_value = "https://localhost:8443/fhir")]
    audience: String,
}

/// What an assertion says.
#[derive(Debug, Args)]
pub struct AssertionArguments {
    /// The `pki` folder.
    folder: PathBuf,
    /// NameID: PS_IdNat, or a local user.
    #[arg(long)]
    name_id: String,
    /// Display name.
    #[arg(long, default_value = "Développement")]
    name: String,
    /// `DIRECTE`, `INDIRECTE` or `INDIRECTE_RENFORCEE`.
    #[arg(long, default_value = "INDIRECTE")]
    mode: String,
    /// The signing credential: `NAME-sign.pem` and `NAME-sign.key` of the folder. `person` for DIRECTE, else
    /// `structure`, when it is not said.
    #[arg(long)]
    signer: Option<String>,
    /// Struct_IdNat.
    #[arg(long, default_value = "1999999991")]
    structure: String,
    /// Roles, `OID|code`, first the profession.
    #[arg(long)]
    role: Vec<String>,
    /// `normal`, `bris_de_glace` or `centre_15`.
    #[arg(long, default_value = "normal")]
    purpose: String,
    /// Reason of a break-glass.
    #[arg(long)]
    reason: Option<String>,
    /// The patient, as CX.
    #[arg(long)]
    patient: String,
}

pub(super) fn run(command: CredentialCommand) -> anyhow::Result<()> {
    match command {
        CredentialCommand::Pki { folder, structure, person } => make_pki(&folder, &structure, &person),
        CredentialCommand::Token(arguments) => token(&arguments),
        CredentialCommand::Assertion(arguments) => assertion(&arguments),
    }
}

fn make_pki(folder: &Path, structure: &str, person: &str) -> anyhow::Result<()> {
    if folder.exists() {
        bail!("{} exists already", folder.display());
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let authority = Authority::new("Autorité de développement", SystemClock.now())?;
    let write = |name: &str, text: &str| write_private(&folder.join(name), text);
    write("authorities.pem", authority.pem())?;
    let pairs: [(&str, Credential); 5] = [
        ("server", authority.server(&["localhost", "127.0.0.1"])?),
        (
            "structure-client",
            authority.structure(structure, "STRUCTURE DE DEVELOPPEMENT", "client.example", Usage::Client)?,
        ),
        (
            "structure-sign",
            authority.structure(structure, "STRUCTURE DE DEVELOPPEMENT", "sign.example", Usage::Signature)?,
        ),
        ("person-client", authority.person(person, Some(structure), Usage::Client)?),
        ("person-sign", authority.person(person, Some(structure), Usage::Signature)?),
    ];
    for (name, credential) in &pairs {
        write(&format!("{name}.pem"), &credential.certificate_pem)?;
        write(&format!("{name}.key"), &credential.key_pem)?;
    }
    let issuer = TokenIssuer::new("https://issuer.example", "https://localhost:8443/fhir")?;
    write("issuer.key", &issuer.key_pem())?;
    write("issuer.jwks.json", &issuer.jwks().to_string())?;
    say(&format!("made {}", folder.display()));
    Ok(())
}

/// Writes a file that only its owner reads.
pub(crate) fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    write_private_bytes(path, text.as_bytes())
}

/// The same with bytes.
pub(crate) fn write_private_bytes(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| path.display().to_string())?;
    file.write_all(bytes)?;
    Ok(())
}

fn token(arguments: &TokenArguments) -> anyhow::Result<()> {
    let key = std::fs::read_to_string(arguments.folder.join("issuer.key")).context("issuer.key")?;
    let issuer = TokenIssuer::from_pem(&arguments.iss, &arguments.audience, &key)?;
    let claims = TokenClaims {
        sub: arguments.sub.clone(),
        scope: arguments.scope.clone(),
        name: arguments.name.clone(),
        structure: arguments.structure.clone(),
        roles: roles(&arguments.role)?,
        mode: arguments.mode.clone(),
        reason: arguments.reason.clone(),
        authentication: arguments.authentication.clone(),
        patient: arguments.patient.clone(),
        seconds: 3600,
        id: RandomIds.uuid().bare(),
    };
    say(&issuer.token(&claims, SystemClock.now())?);
    Ok(())
}

fn assertion(arguments: &AssertionArguments) -> anyhow::Result<()> {
    let usual = if arguments.mode == "DIRECTE" { "person" } else { "structure" };
    let stem = format!("{}-sign", arguments.signer.as_deref().unwrap_or(usual));
    let file = |ending: &str| arguments.folder.join(format!("{stem}.{ending}"));
    let certificate = std::fs::read(file("pem")).with_context(|| format!("{stem}.pem"))?;
    let key = std::fs::read(file("key")).with_context(|| format!("{stem}.key"))?;
    let text = VihfText {
        name_id: arguments.name_id.clone(),
        subject_name: arguments.name.clone(),
        mode: arguments.mode.clone(),
        structure: arguments.structure.clone(),
        roles: roles(&arguments.role)?,
        purpose: arguments.purpose.clone(),
        reason: arguments.reason.clone(),
        patient: arguments.patient.clone(),
    };
    let now = SystemClock.now();
    let signer = signer_from_pem(&certificate, &key)?;
    say(&pki::assertion(&vihf_claims(text, now)?, &signer, now, RandomIds.uuid())?);
    Ok(())
}

fn roles(texts: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let split = |text: &String| {
        let (system, code) = text.split_once('|').with_context(|| format!("{text}: expected OID|code"))?;
        Ok((system.to_owned(), code.to_owned()))
    };
    texts.iter().map(split).collect()
}
