//! Coding schemes: one OID, one URL written, several URLs read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::Oid;

use crate::files::Sources;
use crate::table::{self, Errors};

const FILE: &str = "codes/systems.csv";

/// The table of schemes.
#[derive(Debug)]
pub struct Systems {
    written: HashMap<String, String>,
    spellings: Spellings,
}

/// The spellings of a scheme that are not its form in the model, with that form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spellings(Arc<Tables>);

#[derive(Debug, Default)]
struct Tables {
    urls: HashMap<String, String>,
    aliases: HashMap<String, String>,
}

impl Spellings {
    /// However it is spelt: `urn:oid:`, a URL or an alias. For roles.
    pub(crate) fn any<'a>(&'a self, system: &'a str) -> &'a str {
        let bare = system.strip_prefix("urn:oid:").unwrap_or(system);
        self.0.urls.get(bare).map_or_else(|| self.alias(bare), String::as_str)
    }

    /// An alias, or the form itself. For metadata, which the doors have brought into the model's form.
    pub(crate) fn alias<'a>(&'a self, system: &'a str) -> &'a str {
        self.0.aliases.get(system).map_or(system, String::as_str)
    }
}

impl Systems {
    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let columns = ["system", "name", "url_written", "urls_read", "aliases", "note"];
        let (_, lines) = table::read(FILE, sources.text(FILE), columns, errors);
        let own: Vec<String> = lines.iter().map(|(_, [system, ..])| system.clone()).collect();
        let mut written_as = HashMap::new();
        let mut tables = Tables::default();
        let mut seen = HashSet::new();
        for (line, [system, _, written, also_read, aliases, _]) in lines {
            if system.is_empty() || system.contains(':') || !seen.insert(system.clone()) {
                errors.add(FILE, line, format!("`{system}` is no system, or stands twice"));
                continue;
            }
            for url in written.split_whitespace().chain(also_read.split_whitespace()) {
                if !url.contains(':') || url.starts_with("urn:oid:") {
                    errors.add(FILE, line, format!("`{url}` is not a URL"));
                }
                if tables.urls.insert(url.to_owned(), system.clone()).is_some() {
                    errors.add(FILE, line, format!("`{url}` stands twice"));
                }
            }
            for alias in aliases.split_whitespace() {
                let taken = tables.aliases.insert(alias.to_owned(), system.clone()).is_some();
                if taken || own.iter().any(|other| other == alias) {
                    errors.add(FILE, line, format!("`{alias}` names two systems"));
                }
            }
            if !written.is_empty() {
                written_as.insert(system, written);
            }
        }
        Systems { written: written_as, spellings: Spellings(Arc::new(tables)) }
    }

    /// The model's form (OID where known) of a FHIR `system`. `urn:oid:x` gives `x`; both French
    /// spellings of a scheme give the same OID; an unknown URL is kept.
    pub fn from_fhir(&self, url: &str) -> String {
        if let Some(oid) = url.strip_prefix("urn:oid:") {
            return oid.to_owned();
        }
        self.spellings.0.urls.get(url).map_or(url, String::as_str).to_owned()
    }

    /// The FHIR `system` written for the model's form: the scheme's URL, else `urn:oid:` for an OID,
    /// else the text itself.
    pub fn to_fhir(&self, system: &str) -> String {
        match self.written.get(system) {
            Some(url) => url.clone(),
            None if Oid::parse(system).is_ok() => format!("urn:oid:{system}"),
            None => system.to_owned(),
        }
    }

    /// The model's form of a scheme however it is spelt: `urn:oid:`, a URL, or an alias of the table such
    /// as `TRE_G16-ProfessionFormation`. What is unknown stays as it is, without `urn:oid:`. Roles are
    /// compared in this form; submitted metadata keeps the spelling it came with.
    pub fn canonical<'a>(&'a self, system: &'a str) -> &'a str {
        self.spellings.any(system)
    }

    pub(crate) fn spellings(&self) -> Spellings {
        self.spellings.clone()
    }
}
