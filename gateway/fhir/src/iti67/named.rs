//! Which documents and whose: the parameters that name them.

use journey::{DocumentAsk, DocumentKey};
use model::{EntryUuid, Finding, Ins, Scope, UniqueId};

use super::request::{Read, Reader, no};
use crate::patient::own_id;
use crate::search::refuse;
use crate::search::token::{Token, tokens};

impl Reader<'_> {
    pub(super) fn ids(&mut self, value: &str) -> Read {
        let ids = tokens(value).into_iter().filter_map(|token| EntryUuid::parse(&token.code).ok());
        self.scope("_id", Scope::Uuids(ids.collect()))
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
        match (uuids.is_empty(), unique.is_empty()) {
            (false, false) => no(
                "identifier",
                "uniqueId et entryUUID ne peuvent pas être mêlés dans une recherche",
                "uniqueId and entryUUID cannot be mixed in one search",
            ),
            (false, true) => self.scope("identifier", Scope::Uuids(uuids)),
            (true, _) => self.scope("identifier", Scope::UniqueIds(unique)),
        }
    }

    fn scope(&mut self, name: &str, scope: Scope) -> Read {
        if self.query.scope != Scope::Find {
            return no(
                name,
                "_id et identifier ne se combinent ni ne se répètent",
                "_id and identifier are neither combined nor repeated",
            );
        }
        self.query.scope = scope;
        Ok(())
    }

    pub(super) fn patient(&mut self, value: &str) -> Read {
        let id = own_id(value, self.frame.base).or_else(|| EntryUuid::parse(value).ok());
        match (id, self.patient_id) {
            (Some(id), None) => {
                self.patient_id = Some(id);
                Ok(())
            }
            (Some(id), Some(before)) if id == before => Ok(()),
            (Some(_), Some(_)) => no("patient", "un seul patient par recherche", "one patient a search"),
            (None, _) => no(
                "patient",
                "référence attendue : Patient/<uuid> de ce serveur (ou patient.identifier)",
                "expected reference: Patient/<uuid> of this server (or patient.identifier)",
            ),
        }
    }

    pub(super) fn patient_identifier(&mut self, name: &str, value: &str) -> Read {
        let tokens = tokens(value);
        let [token] = tokens.as_slice() else {
            return no(name, "un seul patient par recherche", "one patient a search");
        };
        let oid =
            token.system.as_deref().and_then(|system| system.strip_prefix("urn:oid:")).unwrap_or_default();
        let ins =
            Ins::parse(&token.code, oid).map_err(|why| refuse(name, why.expected_fr, why.expected_en))?;
        match &self.query.patient {
            Some(before) if *before != ins => {
                no(name, "un seul patient par recherche", "one patient a search")
            }
            _ => {
                self.query.patient = Some(ins);
                Ok(())
            }
        }
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

fn unique_id(token: &Token) -> Option<UniqueId> {
    let root = token.system.as_deref().and_then(|system| system.strip_prefix("urn:oid:"));
    match root {
        Some(root) if !token.code.starts_with("urn:") => {
            UniqueId::parse(&format!("{root}^{}", token.code)).ok()
        }
        _ => UniqueId::parse(&token.code).ok(),
    }
}
