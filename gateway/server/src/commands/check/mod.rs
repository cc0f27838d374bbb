//! `passerelle check FILE…`: what a deposit would be told, without a store, a caller or a network: reading, stage B
//! and stage G, every finding at once.

pub(super) mod read;
mod told;

use std::path::PathBuf;

use clap::Args;
use journey::Pack;
use journey::offline::Domain;
use mappings::{Language, Mappings};
use model::{InsDomain, Oid};
use policy::Switches;

use super::Misuse;
use super::explain::Lang;
use crate::config::Config;
use crate::domain;

/// The largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 256 << 20;

/// The files and what they are held against.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// A FHIR Bundle or DocumentReference (JSON), a SOAP message (MTOM with its MIME headers, or the envelope alone), or
    /// a CDA document (XML).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A part that an envelope alone includes: `CONTENT-ID=FILE`; repeat.
    #[arg(long = "part", value_name = "CID=FILE")]
    parts: Vec<String>,
    /// A gateway's configuration: its tables, its switches and its domain; without it, the French pack and the test
    /// domains of the INS.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The language of the texts.
    #[arg(long, value_enum, default_value = "fr")]
    lang: Lang,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// What files are held against.
pub(super) struct Held {
    pub(super) mappings: Mappings,
    switches: Switches,
    pack: Pack,
    base: String,
}

impl Held {
    pub(super) fn domain(&self) -> Domain<'_> {
        Domain { mappings: &self.mappings, switches: &self.switches, pack: &self.pack }
    }
}

/// True if no file has an error.
pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<bool> {
    let held = held(arguments.config.as_deref())?;
    let parts = parts(&arguments.parts)?;
    let mut checked = Vec::new();
    for file in &arguments.files {
        let bytes = content(file)?;
        checked.push((file.display().to_string(), read::file(&held, &bytes, &parts)));
    }
    let told = told::Told { held: &held, language: Language::from(arguments.lang) };
    super::say(&if arguments.json { told.json(&checked).to_string() } else { told.text(&checked) });
    Ok(checked.iter().all(|(_, checked)| checked.accepted()))
}

pub(super) fn held(config: Option<&std::path::Path>) -> anyhow::Result<Held> {
    let Some(file) = config else {
        let repository = Oid::parse("2.25.0").map_err(|_| Misuse("2.25.0".to_owned()))?;
        let pack = Pack::french(vec![InsDomain::NirTest, InsDomain::NirDemo], repository);
        let base = "https://localhost/fhir".to_owned();
        return Ok(Held { mappings: domain::tables(None)?, switches: Switches::default(), pack, base });
    };
    let config = Config::load(file, std::env::vars())?;
    let domain::Domain { mappings, switches, pack, members: _ } = domain::Domain::load(&config)?;
    Ok(Held {
        mappings,
        switches,
        pack,
        base: format!("{}/fhir", config.server.public_url.trim_end_matches('/')),
    })
}

/// The bytes of a file; one that cannot be read is a misuse.
pub(super) fn content(file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    let misuse = |reason: String| anyhow::Error::new(Misuse(format!("{}: {reason}", file.display())));
    let size = std::fs::metadata(file).map_err(|error| misuse(error.to_string()))?.len();
    if size > LARGEST {
        return Err(misuse(format!("more than {LARGEST} bytes")));
    }
    std::fs::read(file).map_err(|error| misuse(error.to_string()))
}

pub(super) fn parts(given: &[String]) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let one = |text: &String| {
        let (cid, file) = text.rsplit_once('=').ok_or_else(|| Misuse(format!("--part {text}: CID=FILE")))?;
        Ok((cid.trim_start_matches("cid:").to_owned(), content(std::path::Path::new(file))?))
    };
    given.iter().map(one).collect()
}
