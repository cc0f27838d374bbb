//! Ids inside one message (IHE ITI TF-3 §4.2.1.1): a `urn:uuid:` is kept, in lower case; anything else is a symbol
//! of the submission, and the same symbol gets the same UUID everywhere in it.

use std::collections::BTreeMap;

use journey::Ids;
use model::EntryUuid;

use super::Notes;

/// The ids of one message.
pub(crate) struct Symbols<'i> {
    /// `None` where symbols are not allowed: an answer of a registry.
    ids: Option<&'i dyn Ids>,
    known: BTreeMap<String, EntryUuid>,
}

impl<'i> Symbols<'i> {
    /// Symbols are allowed and get UUIDs from `ids`.
    pub(crate) fn allocating(ids: &'i dyn Ids) -> Self {
        Symbols { ids: Some(ids), known: BTreeMap::new() }
    }

    /// Only real UUIDs are allowed.
    pub(crate) fn real_only() -> Self {
        Symbols { ids: None, known: BTreeMap::new() }
    }

    /// The UUID of an id as written; a finding at `at` if it claims to be one and is not.
    pub(crate) fn resolve(&mut self, id: &str, at: &str, notes: &mut Notes) -> Option<EntryUuid> {
        let key = canonical(id);
        if key.starts_with("urn:uuid:") {
            return notes.parsed(at, EntryUuid::parse(&key));
        }
        if let Some(uuid) = self.known.get(&key) {
            return Some(*uuid);
        }
        match self.ids {
            Some(ids) if !key.is_empty() => {
                let uuid = ids.uuid();
                self.known.insert(key, uuid);
                Some(uuid)
            }
            _ => {
                notes.bad(at, "identifiant attendu (@id)", "expected an id (@id)");
                None
            }
        }
    }
}

impl Symbols<'_> {
    /// The UUID of an object that nothing names.
    pub(crate) fn fresh(&mut self, at: &str, notes: &mut Notes) -> Option<EntryUuid> {
        match self.ids {
            Some(ids) => Some(ids.uuid()),
            None => {
                notes.bad(at, "identifiant attendu (@id)", "expected an id (@id)");
                None
            }
        }
    }
}

/// The form in which two ids of a message are compared: a `urn:uuid:` in lower case, a symbol as it is.
pub(crate) fn canonical(id: &str) -> String {
    let id = id.trim();
    match id.get(..9) {
        Some(scheme) if scheme.eq_ignore_ascii_case("urn:uuid:") => id.to_ascii_lowercase(),
        _ => id.to_owned(),
    }
}
