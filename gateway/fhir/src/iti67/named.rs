//! Which documents and whose: the parameters that name them.

use journey::{DocumentAsk, DocumentKey};
use model::{Criterion, EntryUuid, Finding, Ins, ObjectRef, Scope, UniqueId};

use super::request::{Read, Reader};
use crate::document_reference::by_text;
use crate::search::refuse;
use crate::search::token::{Token, tokens};

impl Reader<'_> {
    pub(super) fn ids(&mut self, value: &str) -> Read {
        let ids = tokens(value).into_iter().filter_map(|token| EntryUuid::parse(&token.code).ok());
        self.name(ids.collect(), Vec::new(), true)
    }

    /// A value is a uniqueId or an entryUUID; a `urn:uuid:` can be either, and the pack tells which.
    pub(super) fn identifiers(&mut self, value: &str) -> Read {
        let (mut uuids, mut unique) = (Vec::new(), Vec::new());
        for token in tokens(value) {
            match (EntryUuid::parse(&token.code), unique_id(&token)) {
                (Ok(uuid), _) if self.frame.french => uuids.push(uuid),
                (_, Some(id)) => unique.push(id),
                (Ok(uuid), None) => uuids.push(uuid),
                (Err(_), None) => {}
            }
        }
        let by_uuid = !uuids.is_empty();
        self.name(uuids, unique, by_uuid)
    }

    /// The first names are the scope of the query; names beside them, or of two kinds at once, are conditions more.
    fn name(&mut self, uuids: Vec<EntryUuid>, unique: Vec<UniqueId>, by_uuid: bool) -> Read {
        let mixed = !uuids.is_empty() && !unique.is_empty();
        if self.query.scope == Scope::Find && !mixed {
            self.named = true;
            self.query.scope = if by_uuid { Scope::Uuids(uuids) } else { Scope::UniqueIds(unique) };
            return Ok(());
        }
        let unique = unique.into_iter().map(Criterion::UniqueId);
        self.term(false, uuids.into_iter().map(Criterion::Uuid).chain(unique).collect())
    }

    /// The documents that references to the target of a relationship name; what names none is left out.
    pub(super) fn targets(&self, value: &str) -> Vec<ObjectRef> {
        let read = |token: Token| match (EntryUuid::parse(&token.code), &token.system) {
            (Ok(uuid), _) => Some(ObjectRef::Uuid(uuid)),
            (Err(_), None) => by_text(&token.code, self.frame.base, &|_| None)
                .or_else(|| unique_id(&token).map(ObjectRef::Unique)),
            (Err(_), Some(_)) => unique_id(&token).map(ObjectRef::Unique),
        };
        tokens(value).into_iter().filter_map(read).collect()
    }
}

/// The one document that `identifier` names, with the patient if `patient.identifier` does. `None` for a value
/// that can be the name of none.
pub(crate) fn one_named(given: &[(String, String)], french: bool) -> Result<Option<DocumentAsk>, Finding> {
    let (mut key, mut patient, mut named) = (None, None, false);
    for (name, value) in given {
        let tokens = tokens(value);
        match (name.as_str(), tokens.as_slice()) {
            ("identifier", [token]) if !named => {
                named = true;
                key = match (EntryUuid::parse(&token.code), unique_id(token)) {
                    (Ok(uuid), _) if french => Some(DocumentKey::Uuid(uuid)),
                    (_, Some(id)) => Some(DocumentKey::Unique(id)),
                    (Ok(uuid), None) => Some(DocumentKey::Uuid(uuid)),
                    (Err(_), None) => None,
                };
            }
            ("patient.identifier" | "patient:identifier", [token]) if patient.is_none() => {
                let system = token.system.as_deref().unwrap_or_default();
                let oid = system.strip_prefix("urn:oid:").unwrap_or_default();
                let ins = Ins::parse(&token.code, oid);
                patient = Some(ins.map_err(|why| refuse(name, why.expected_fr, why.expected_en))?);
            }
            ("_format" | "_pretty", _) => {}
            _ => {
                return Err(refuse(
                    name,
                    "une seule fiche : identifier une fois, avec patient.identifier au besoin",
                    "one document: identifier once, with patient.identifier if needed",
                ));
            }
        }
    }
    if !named {
        return Err(refuse(
            "identifier",
            "paramètre obligatoire sans id",
            "mandatory parameter without an id",
        ));
    }
    Ok(key.map(|key| DocumentAsk { patient, key }))
}

/// The uniqueId that a token can name.
pub(crate) fn unique_id(token: &Token) -> Option<UniqueId> {
    let root = token.system.as_deref().and_then(|system| system.strip_prefix("urn:oid:"));
    match root {
        Some(root) if !token.code.starts_with("urn:") => {
            UniqueId::parse(&format!("{root}^{}", token.code)).ok()
        }
        _ => UniqueId::parse(&token.code).ok(),
    }
}
