//! One token for every column of the matrix, as `name token` lines; above each, the command that makes a fresh one.

use std::path::Path;

use anyhow::Context as _;
use journey::{Clock as _, Ids as _};
use model::system;

use super::people::{LINKS, ROLE_BASED};
use crate::commands::write_private;
use crate::config::Config;
use crate::demo::cast::Cast;
use crate::outside::{RandomIds, SystemClock};
use crate::pki::{EVERYDAY_SCOPE, TokenClaims, TokenIssuer};

/// The file of the tokens.
pub(super) const FILE: &str = "tokens.env";

/// Writes the file anew, readable by its owner alone; the names in it.
pub(super) fn write(folder: &Path, config: &Config, cast: &Cast) -> anyhow::Result<Vec<&'static str>> {
    let issuer = config.issuer.first().context("issuer: a sandbox has one")?;
    let key = std::fs::read_to_string(folder.join("issuer.key")).context("issuer.key")?;
    let issuer = TokenIssuer::from_pem(&issuer.iss, &issuer.audience, &key)?;
    let everybody = everybody(cast)?;
    let mut text = String::new();
    for (name, claims) in &everybody {
        let token = issuer.token(claims, SystemClock.now())?;
        text.push_str(&format!("# {}\n{name} {token}\n", command(folder, &issuer, claims)));
    }
    let fresh = folder.join(format!("{FILE}.{}", RandomIds.uuid().bare()));
    write_private(&fresh, &text)?;
    std::fs::rename(&fresh, folder.join(FILE)).context(FILE)?;
    Ok(everybody.into_iter().map(|(name, _)| name).collect())
}

fn everybody(cast: &Cast) -> anyhow::Result<Vec<(&'static str, TokenClaims)>> {
    let mut all = Vec::new();
    for (name, key) in [
        ("doctor", "hospital-doctor"),
        ("medecin-traitant", "gp"),
        ("blocked-doctor", "other-gp"),
        ("occupational-doctor", "occupational-doctor"),
        ("nurse", "nurse"),
        ("pharmacist", "pharmacist"),
        ("dietitian", "dietitian"),
        ("podiatrist", "podiatrist"),
        ("midwife", "midwife"),
    ] {
        all.push((name, professional(cast, key)?));
    }
    let hospital = cast.structure("hospital")?;
    let role = |system: &str, code: &str| (system.to_owned(), code.to_owned());
    let structure = |sub: &str, name: &str, roles, mode: Option<&str>| TokenClaims {
        sub: sub.to_owned(),
        name: name.to_owned(),
        structure: Some(hospital.id.clone()),
        roles,
        authentication: mode.map(str::to_owned),
        ..claims(EVERYDAY_SCOPE)
    };
    let based = vec![role("TRE_R291", "99"), role(system::CARE_ROLE, "312")];
    all.push(("role-based", structure(ROLE_BASED, "Autre professionnel fictif", based, None)));
    let secretary = vec![role(system::PRODUCER, "SECRETARIAT_MEDICAL")];
    all.push(("employee-card", structure("secretariat", "Secrétariat fictif", secretary, None)));
    let software = format!("logiciel@{}", hospital.id);
    all.push(("establishment", structure(&software, &hospital.name, Vec::new(), Some("INDIRECTE"))));
    let air = TokenClaims {
        authentication: Some("INDIRECTE_RENFORCEE".to_owned()),
        ..professional(cast, "hospital-doctor")?
    };
    all.push(("air-doctor", air));
    let samu = TokenClaims { mode: "centre_15".to_owned(), ..professional(cast, "regulator")? };
    all.push(("samu-regulator", samu));
    let emergency = TokenClaims {
        mode: "bris_de_glace".to_owned(),
        reason: Some("Patient inconscient (essai)".to_owned()),
        ..professional(cast, "midwife")?
    };
    all.push(("break-glass", emergency));
    all.push(("patient", TokenClaims { sub: cast.patient("ondine")?.to_cx(), ..claims("patient") }));
    for (name, (by, holder, _)) in ["parent", "guardian", "helper"].into_iter().zip(LINKS) {
        let sub = cast.patient(by)?.to_cx();
        let patient = Some(cast.patient(holder)?.to_cx());
        all.push((name, TokenClaims { sub, patient, ..claims("patient") }));
    }
    Ok(all)
}

fn professional(cast: &Cast, key: &str) -> anyhow::Result<TokenClaims> {
    let person = cast.professional(key)?;
    Ok(TokenClaims {
        sub: person.id.clone(),
        name: person.name(),
        structure: Some(cast.structure(&person.structure)?.id.clone()),
        roles: person.roles(),
        ..claims(EVERYDAY_SCOPE)
    })
}

fn claims(scope: &str) -> TokenClaims {
    TokenClaims {
        scope: scope.to_owned(),
        seconds: 3600,
        id: RandomIds.uuid().bare(),
        ..TokenClaims::default()
    }
}

/// The command that makes the same token again.
fn command(folder: &Path, issuer: &TokenIssuer, claims: &TokenClaims) -> String {
    let mut words = vec!["passerelle credential token".to_owned(), quoted(&folder.display().to_string())];
    let mut option = |name: &str, value: &str| words.push(format!("--{name} {}", quoted(value)));
    option("sub", &claims.sub);
    option("scope", &claims.scope);
    option("iss", &issuer.iss);
    option("audience", &issuer.audience);
    for (system, code) in &claims.roles {
        option("role", &format!("{system}|{code}"));
    }
    for (name, value) in [
        ("name", Some(&claims.name).filter(|name| !name.is_empty())),
        ("mode", Some(&claims.mode).filter(|mode| !mode.is_empty())),
        ("structure", claims.structure.as_ref()),
        ("reason", claims.reason.as_ref()),
        ("authentication", claims.authentication.as_ref()),
        ("patient", claims.patient.as_ref()),
    ] {
        if let Some(value) = value {
            option(name, value);
        }
    }
    words.join(" ")
}

/// For a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
