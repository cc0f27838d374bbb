//! Which files there are, compiled in or from an operator's folder.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use crate::table::Errors;

/// The largest file read from an operator's folder, in bytes.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// How many names each folder of an operator may hold.
const MAX_NAMES: usize = 1000;
/// The files that may stand in several versions, each with its own instant of effect.
const VERSIONED: [&str; 3] = [
    "habilitation/functional_rights_526.csv",
    "habilitation/functional_rights_606.csv",
    "habilitation/matrix.csv",
];
/// How many versions may stand beside such a file.
const MAX_VERSIONS: usize = 100;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        const EMBEDDED: &[(&str, &str)] = &[$(($name, include_str!(concat!("../", $name))),)*];
    };
}

files![
    "audit/acts.csv",
    "audit/transactions.csv",
    "codes/dmp.csv",
    "codes/kinds.csv",
    "codes/languages.csv",
    "codes/mediatype_to_format.csv",
    "codes/mime_types.csv",
    "codes/pharmacist_sections.csv",
    "codes/professions.csv",
    "codes/role_prise_en_charge.csv",
    "codes/specialties.csv",
    "codes/systems.csv",
    "codes/template_to_format.csv",
    "codes/type_codes.csv",
    "codes/type_to_class.csv",
    "constraints/cda_pairs.csv",
    "constraints/metadata.csv",
    "constraints/pdsm_terminologies.csv",
    "habilitation/bases.csv",
    "habilitation/functional_rights_526.csv",
    "habilitation/functional_rights_606.csv",
    "habilitation/matrix.csv",
    "notices.toml",
    "people/matching.csv",
    "refusals.toml",
    "valuesets/access_modes.csv",
    "valuesets/confidentiality.csv",
    "valuesets/content_types.csv",
    "valuesets/document_classes.csv",
    "valuesets/facility_types.csv",
    "valuesets/formats.csv",
    "valuesets/practice_settings.csv",
];

/// The text of every file, by relative name.
#[derive(Debug)]
pub(crate) struct Sources {
    files: BTreeMap<&'static str, Cow<'static, str>>,
    /// Further versions, by the name of the file beside which they stand.
    versions: BTreeMap<&'static str, BTreeMap<String, String>>,
}

impl Sources {
    /// The files compiled into the program.
    pub(crate) fn embedded() -> Self {
        let files = EMBEDDED.iter().map(|(name, text)| (*name, Cow::Borrowed(*text))).collect();
        Sources { files, versions: BTreeMap::new() }
    }

    /// The same, with the files of `folder` in their place or, if they are versions, beside them.
    pub(crate) fn with_overrides(folder: &Path, errors: &mut Errors) -> Self {
        let mut sources = Self::embedded();
        if !folder.is_dir() {
            errors.add("", 0, "the folder of the mappings does not exist");
            return sources;
        }
        for (name, text) in &mut sources.files {
            match read(&folder.join(name)) {
                Ok(Some(own)) => *text = Cow::Owned(own),
                Ok(None) => {}
                Err((line, reason)) => errors.add(name, line, reason),
            }
        }
        for name in other_names(folder, errors) {
            match version_of(&name) {
                Some(file) => sources.add_version(file, name, folder, errors),
                None => errors.add(&name, 0, "no data file has this name: nothing would read it"),
            }
        }
        sources
    }

    /// The same, with the file at `path` in the place of one of the list and of all its versions.
    pub(crate) fn only(mut self, file: &'static str, path: &Path, errors: &mut Errors) -> Self {
        match read(path) {
            Ok(Some(text)) => {
                self.files.insert(file, Cow::Owned(text));
            }
            Ok(None) => errors.add(file, 0, "does not exist"),
            Err((line, reason)) => errors.add(file, line, reason),
        }
        self.versions.remove(file);
        self
    }

    /// The same, with the text compiled in in the place of a file and of all its versions.
    pub(crate) fn only_compiled_in(mut self, file: &'static str) -> Self {
        if let Some((_, text)) = EMBEDDED.iter().find(|(name, _)| *name == file) {
            self.files.insert(file, Cow::Borrowed(text));
        }
        self.versions.remove(file);
        self
    }

    /// The text of a file of the list above.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.files.get(name).map_or("", |text| text.as_ref())
    }

    /// The further versions of a file: name and text.
    pub(crate) fn versions_beside(&self, file: &str) -> impl Iterator<Item = (&str, &str)> {
        self.versions.get(file).into_iter().flatten().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    fn add_version(&mut self, file: &'static str, name: String, folder: &Path, errors: &mut Errors) {
        let versions = self.versions.entry(file).or_default();
        if versions.len() >= MAX_VERSIONS {
            errors.add(&name, 0, format!("more than {MAX_VERSIONS} versions of {file}"));
            return;
        }
        match read(&folder.join(&name)) {
            Ok(Some(text)) => {
                versions.insert(name, text);
            }
            Ok(None) => errors.add(&name, 0, "cannot be opened: it was there and is not"),
            Err((line, reason)) => errors.add(&name, line, reason),
        }
    }

    #[cfg(test)]
    pub(crate) fn replace(&mut self, name: &'static str, text: String) {
        assert!(self.files.insert(name, Cow::Owned(text)).is_some(), "no such file: {name}");
    }
}

/// The text of an override; `None` if there is none.
fn read(path: &Path) -> Result<Option<String>, (usize, String)> {
    let whole = |reason: String| (0, reason);
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(whole(format!("cannot be opened: {}", error.kind()))),
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| whole(format!("cannot be read: {}", error.kind())))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(whole(format!("larger than {MAX_BYTES} bytes")));
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        (good.iter().filter(|byte| **byte == b'\n').count() + 1, "not UTF-8".to_owned())
    })
}

/// The file of which a name is a further version: `habilitation/matrix.2027.csv` is one of
/// `habilitation/matrix.csv`.
fn version_of(name: &str) -> Option<&'static str> {
    VERSIONED.into_iter().find(|file| {
        let stem = file.strip_suffix("csv").unwrap_or(file);
        let between = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(".csv"));
        between.is_some_and(|between| !between.is_empty())
    })
}

/// The data files of the folder whose names are not those compiled in, in order. One under a name that
/// nothing reads would be ignored in silence, so that the caller refuses it.
fn other_names(folder: &Path, errors: &mut Errors) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for part in ["", "codes", "constraints", "habilitation", "valuesets"] {
        let entries = match fs::read_dir(folder.join(part)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                errors.add(part, 0, format!("the folder cannot be read: {}", error.kind()));
                continue;
            }
        };
        for (number, entry) in entries.enumerate() {
            let Ok(entry) = entry else {
                errors.add(part, 0, "the folder cannot be read to its end");
                break;
            };
            if number >= MAX_NAMES {
                errors.add(part, 0, format!("the folder holds more than {MAX_NAMES} names"));
                break;
            }
            let path = Path::new(part).join(entry.file_name());
            let data = path.extension().is_some_and(|extension| extension == "csv" || extension == "toml");
            let name = path.to_string_lossy();
            if data && name != "Cargo.toml" && !EMBEDDED.iter().any(|(known, _)| *known == name) {
                names.insert(name.into_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_after_its_file() {
        assert_eq!(version_of("habilitation/matrix.2027-01.csv"), Some("habilitation/matrix.csv"));
        assert_eq!(version_of("habilitation/matrix.a.b.csv"), Some("habilitation/matrix.csv"));
        let rights = version_of("habilitation/functional_rights_526.2.csv");
        assert_eq!(rights, Some("habilitation/functional_rights_526.csv"));
        for other in [
            "habilitation/matrix.csv",
            "habilitation/matrix..csv",
            "matrix.2.csv",
            "habilitation/bases.2.csv",
        ] {
            assert_eq!(version_of(other), None, "{other}");
        }
    }
}
