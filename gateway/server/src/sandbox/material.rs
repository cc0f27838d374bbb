//! What a sandbox is made of at its first start: certificates, keys and the configuration.

use std::path::Path;

use anyhow::Context as _;
use journey::Clock as _;

use crate::commands::write_private;
use crate::demo::cast::Cast;
use crate::demo::stage::{self, ISSUER};
use crate::outside::SystemClock;
use crate::pki::{Authority, Credential, TokenIssuer, Usage};

/// Where a sandbox listens when nothing else is said.
const LISTEN: &str = "127.0.0.1:8443";

/// Who signs assertions, by their names in the samples: making such a key takes a second or so.
const SIGNERS: [&str; 6] = ["gp", "hospital-doctor", "regulator", "hospital", "laboratory", "samu"];

/// Makes the folder, private; the configuration last, so that a start that failed halfway is not taken for a sandbox.
pub(super) fn make(folder: &Path, file: &Path, cast: &Cast, listen: Option<&str>) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("{}: a new folder is made at the first start", folder.display()))?;
    let made = fill(folder, file, cast, listen);
    if made.is_err() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    made
}

fn fill(folder: &Path, file: &Path, cast: &Cast, listen: Option<&str>) -> anyhow::Result<()> {
    let listen = match listen {
        Some(any) if any.ends_with(":0") => stage::free_port()?,
        Some(listen) => listen.to_owned(),
        None => LISTEN.to_owned(),
    };
    let base = format!("https://localhost:{}", listen.rsplit(':').next().unwrap_or_default());
    let authority = Authority::new("Autorité fictive de bac à sable", SystemClock.now())?;
    let issuer = TokenIssuer::new(ISSUER, &format!("{base}/fhir"))?;
    stage::write_material(folder, &authority, &issuer)?;
    for who in cast.structures() {
        let domain = |kind: &str| format!("{kind}.{}.example", who.key);
        let made = |kind, usage| authority.structure(&who.id, &who.name, &domain(kind), usage);
        keep(folder, &format!("{}-client", who.key), &made("client", Usage::Client)?)?;
        if SIGNERS.contains(&who.key.as_str()) {
            keep(folder, &format!("{}-sign", who.key), &made("sign", Usage::Signature)?)?;
        }
    }
    for who in cast.professionals() {
        let structure = &cast.structure(&who.structure)?.id;
        let made = |usage| authority.person(&who.id, Some(structure), usage);
        keep(folder, &format!("{}-client", who.key), &made(Usage::Client)?)?;
        if SIGNERS.contains(&who.key.as_str()) {
            keep(folder, &format!("{}-sign", who.key), &made(Usage::Signature)?)?;
        }
    }
    let centres: Vec<String> = cast.regulation_centres().map(|id| format!("{id:?}")).collect();
    write_private(file, &stage::configuration(&listen, &base, &centres.join(", ")))
}

fn keep(folder: &Path, name: &str, credential: &Credential) -> anyhow::Result<()> {
    write_private(&folder.join(format!("{name}.pem")), &credential.certificate_pem)?;
    write_private(&folder.join(format!("{name}.key")), &credential.key_pem)
}
