//! The directory of structures and professionals, from two CSV files with a header line; `,` or `;` separates.
//!
//! Structures: `id`, `active` (true, false) and, when it is a site, `legal_entity`; one line for each entity of a
//! site that has several. Links: `professional`, `structure`. Identifiers are Struct_IdNat and PS_IdNat. Other
//! columns are ignored.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::config::DirectoryConfig;

/// Bytes of one file: four times what all of France needs.
const LARGEST: usize = 512 << 20;

/// What the files say. A file that is not configured is `None`.
#[derive(Debug, Clone, Default)]
pub struct Listings {
    structures: Option<HashMap<String, Structure>>,
    /// Professional to the structures where they exercise.
    links: Option<HashMap<String, HashSet<String>>>,
    /// Legal entity to its sites.
    sites: HashMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Default)]
struct Structure {
    active: bool,
    legal_entities: Vec<String>,
}

impl Listings {
    /// Loads the configured files.
    ///
    /// # Errors
    /// A file that cannot be read, without a column that it needs, or with a line that says nothing definite.
    pub fn load(config: &DirectoryConfig) -> anyhow::Result<Self> {
        let read = |file: &Path, key: &'static str| {
            std::fs::read(file).with_context(|| format!("directory.{key} cannot be read"))
        };
        let structures = config.structures.as_deref().map(|file| read(file, "structures")).transpose()?;
        let links = config.links.as_deref().map(|file| read(file, "links")).transpose()?;
        Listings::read(structures.as_deref(), links.as_deref())
    }

    /// Reads the content of the files.
    ///
    /// # Errors
    /// As [`Listings::load`].
    pub fn read(structures: Option<&[u8]>, links: Option<&[u8]>) -> anyhow::Result<Self> {
        let mut listings = Listings::default();
        if let Some(content) = structures {
            listings.structures = Some(structures_of(content).context("directory.structures")?);
        }
        if let Some(content) = links {
            listings.links = Some(links_of(content).context("directory.links")?);
        }
        for (site, structure) in listings.structures.iter().flatten() {
            for entity in &structure.legal_entities {
                listings.sites.entry(entity.clone()).or_default().push(site.clone());
            }
        }
        Ok(listings)
    }

    /// True if a file of structures is loaded.
    pub fn has_structures(&self) -> bool {
        self.structures.is_some()
    }

    /// True if a file of links is loaded.
    pub fn has_links(&self) -> bool {
        self.links.is_some()
    }

    pub(super) fn is_active(&self, structure: &str) -> Option<bool> {
        let structures = self.structures.as_ref()?;
        Some(structures.get(&spelt(structure)).is_some_and(|found| found.active))
    }

    pub(super) fn is_attached(&self, entity: &str, site: &str) -> bool {
        let entity = spelt(entity);
        self.entities(site).contains(&entity)
    }

    pub(super) fn entities(&self, site: &str) -> &[String] {
        let found = self.structures.as_ref().and_then(|structures| structures.get(&spelt(site)));
        found.map_or(&[], |structure| structure.legal_entities.as_slice())
    }

    pub(super) fn sites(&self, entity: &str) -> &[String] {
        self.sites.get(&spelt(entity)).map_or(&[], Vec::as_slice)
    }

    /// True if one of the structures is one where the professional exercises.
    pub(super) fn links_one<'a>(
        &self,
        professional: &str,
        mut structures: impl Iterator<Item = &'a str>,
    ) -> Option<bool> {
        let own = self.links.as_ref()?.get(&spelt(professional));
        Some(own.is_some_and(|own| structures.any(|structure| own.contains(&spelt(structure)))))
    }
}

fn structures_of(content: &[u8]) -> anyhow::Result<HashMap<String, Structure>> {
    let mut structures: HashMap<String, Structure> = HashMap::new();
    rows(content, ["id", "active"], "legal_entity", |[id, active], entity| {
        let active = match active.to_ascii_lowercase().as_str() {
            "true" | "1" | "oui" | "yes" => true,
            "false" | "0" | "non" | "no" => false,
            _ => bail!("active is neither true nor false"),
        };
        let known = structures.contains_key(&id);
        let structure = structures.entry(id).or_default();
        if known && structure.active != active {
            bail!("the structure is active on one line and not on another");
        }
        structure.active = active;
        structure.legal_entities.extend(entity);
        Ok(())
    })?;
    Ok(structures)
}

fn links_of(content: &[u8]) -> anyhow::Result<HashMap<String, HashSet<String>>> {
    let mut links: HashMap<String, HashSet<String>> = HashMap::new();
    rows(content, ["professional", "structure"], "", |[professional, structure], _| {
        links.entry(professional).or_default().insert(spelt(&structure));
        Ok(())
    })?;
    Ok(links)
}

/// Calls `each` with the two columns that every line fills and the one that it may fill.
fn rows(
    content: &[u8],
    [key, value]: [&str; 2],
    extra: &str,
    mut each: impl FnMut([String; 2], Option<String>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    if content.len() > LARGEST {
        bail!("a file of more than {LARGEST} bytes");
    }
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let head = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if head.contains(&b';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(content);
    let header = reader.headers()?.clone();
    let column = |name: &str| header.iter().position(|known| known.eq_ignore_ascii_case(name));
    let missing = |name: &str| format!("no column {name} in the header");
    let at_key = column(key).with_context(|| missing(key))?;
    let at_value = column(value).with_context(|| missing(value))?;
    let at_extra = column(extra);
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let filled = |at: usize| record.get(at).filter(|text| !text.is_empty());
        let (Some(key), Some(value)) = (filled(at_key), filled(at_value)) else {
            bail!("line {line}: {key} and {value} are both needed");
        };
        each([spelt(key), value.to_owned()], at_extra.and_then(filled).map(spelt))
            .with_context(|| format!("line {line}"))?;
    }
    Ok(())
}

/// Letters of an identifier (departments of Corsica) in one case.
fn spelt(id: &str) -> String {
    id.trim().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRUCTURES: &str = "id;name;active;legal_entity\n\
                              1999999991;CH;true;\n\
                              199999999A;Site;oui;1999999991\n\
                              1999999993;Clos;false;1999999991\n";

    fn listings(structures: &str, links: &str) -> Listings {
        Listings::read(Some(structures.as_bytes()), Some(links.as_bytes())).expect("sound files")
    }

    #[test]
    fn an_unknown_or_inactive_structure_is_said_no_to() {
        let listings = listings(STRUCTURES, "professional,structure\n");
        assert_eq!(listings.is_active("1999999991"), Some(true));
        assert_eq!(listings.is_active(" 199999999a "), Some(true), "letters in any case");
        assert_eq!(listings.is_active("1999999993"), Some(false));
        assert_eq!(listings.is_active("1999999999"), Some(false));
        assert_eq!(Listings::default().is_active("1999999991"), None, "nothing loaded, nothing said");
    }

    #[test]
    fn a_site_has_its_legal_entities_and_they_have_their_sites() {
        let listings =
            listings(&format!("{STRUCTURES}199999999A;Site;true;1999999994\n"), "professional,structure\n");
        assert_eq!(listings.entities("199999999a"), ["1999999991", "1999999994"]);
        assert!(listings.is_attached("1999999994", "199999999A"));
        assert!(!listings.is_attached("199999999A", "1999999994"), "not the other way round");
        assert_eq!(listings.sites("1999999994"), ["199999999A"]);
    }

    #[test]
    fn a_professional_is_linked_where_a_line_says_so() {
        let listings = listings(STRUCTURES, "structure,professional\n1999999991,899900000013\n");
        let linked = |person, structure: &str| listings.links_one(person, std::iter::once(structure));
        assert_eq!(linked("899900000013", "1999999991"), Some(true));
        assert_eq!(linked("899900000013", "1999999993"), Some(false));
        assert_eq!(linked("899900000021", "1999999991"), Some(false));
        assert_eq!(Listings::default().links_one("899900000013", std::iter::empty()), None);
    }

    #[test]
    fn a_file_that_says_nothing_definite_is_refused_with_its_line() {
        for (structures, word) in [
            ("id\n1\n", "no column active"),
            ("id,active\n1999999991,perhaps\n", "line 2"),
            ("id,active\n1999999991,true\n,true\n", "line 3"),
            ("id,active\n1999999991,true\n1999999991,false\n", "line 3"),
        ] {
            let error = Listings::read(Some(structures.as_bytes()), None).map(drop).expect_err("refused");
            assert!(format!("{error:#}").contains(word), "{error:#}");
        }
    }
}
