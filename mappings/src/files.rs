//! Which files there are, compiled in or from an operator's folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use crate::table::Errors;

/// The largest file read from an operator's folder, in bytes.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// How many names of an operator's folder are looked at, for each folder.
const MAX_NAMES: usize = 1000;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        const EMBEDDED: &[(&str, &str)] = &[$(($name, include_str!(concat!("../", $name))),)*];
    };
}

files![
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
    "habilitation/bases.csv",
    "habilitation/functional_rights_526.csv",
    "habilitation/functional_rights_606.csv",
    "habilitation/matrix.csv",
    "notices.toml",
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
pub(crate) struct Sources(BTreeMap<&'static str, Cow<'static, str>>);

impl Sources {
    /// The files compiled into the program.
    pub(crate) fn embedded() -> Self {
        Sources(EMBEDDED.iter().map(|(name, text)| (*name, Cow::Borrowed(*text))).collect())
    }

    /// The same, with the files of `folder` in their place.
    pub(crate) fn with_overrides(folder: &Path, errors: &mut Errors) -> Self {
        let mut sources = Self::embedded();
        if !folder.is_dir() {
            errors.add("", 0, "the folder of the mappings does not exist");
            return sources;
        }
        for (name, text) in &mut sources.0 {
            match read(&folder.join(name)) {
                Ok(Some(own)) => *text = Cow::Owned(own),
                Ok(None) => {}
                Err((line, reason)) => errors.add(name, line, reason),
            }
        }
        refuse_unknown_names(folder, errors);
        sources
    }

    /// The text of a file of the list above.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.as_ref())
    }

    #[cfg(test)]
    pub(crate) fn replace(&mut self, name: &'static str, text: String) {
        assert!(self.0.insert(name, Cow::Owned(text)).is_some(), "no such file: {name}");
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

/// A data file under a name that nothing reads would be ignored in silence: it is refused.
fn refuse_unknown_names(folder: &Path, errors: &mut Errors) {
    for part in ["", "codes", "habilitation", "valuesets"] {
        let Ok(entries) = fs::read_dir(folder.join(part)) else { continue };
        for entry in entries.take(MAX_NAMES).flatten() {
            let path = Path::new(part).join(entry.file_name());
            let data = path.extension().is_some_and(|extension| extension == "csv" || extension == "toml");
            let name = path.to_string_lossy();
            if data && name != "Cargo.toml" && !EMBEDDED.iter().any(|(known, _)| *known == name) {
                errors.add(&name, 0, "no data file has this name: nothing would read it");
            }
        }
    }
}
