//! How a request about rights names its patient: by our id, by the INS, or by the proof alone.

use journey::{Fault, Store};
use model::{Actor, Caller, EntryUuid, Finding, Ins};

use super::reference::{ins_of_identifier, ins_of_patient, not_an_ins, own_id};
use crate::codec::Element;
use crate::search::{refuse, token};

/// A patient as named; both names must lead to the same one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Named {
    /// Our id.
    pub(crate) id: Option<EntryUuid>,
    /// The INS.
    pub(crate) ins: Option<Ins>,
}

impl Named {
    /// True if nobody is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.id.is_none() && self.ins.is_none()
    }

    /// By a reference to a Patient: `Patient/{id}` of this server, a contained Patient, or an identifier.
    pub(crate) fn by_reference(
        owner: &Element<'_>,
        reference: &Element<'_>,
        base: &str,
    ) -> Result<Self, Finding> {
        let contained = crate::document_reference::contained(owner, reference)
            .filter(|resource| resource.kind() == "Patient");
        let identifier = match (&contained, reference.get("identifier")) {
            (Some(patient), _) => Some(ins_of_patient(patient)?),
            (None, Some(identifier)) => Some(stated_ins(&identifier)?),
            (None, None) => None,
        };
        let id = reference.text("reference").and_then(|text| own_id(text, base));
        let named = Named { id, ins: identifier };
        if named.is_empty() {
            return Err(reference.wrong(
                "Patient attendu : Patient/<id> de ce serveur, un Patient contenu, ou l'INS (identifier)",
                "expected a Patient: Patient/<id> of this server, a contained Patient, or the INS (identifier)",
            ));
        }
        Ok(named)
    }

    /// Reads the search parameter if it names a patient; `None` if it is another one.
    pub(crate) fn parameter(&mut self, name: &str, value: &str, base: &str) -> Option<Result<(), Finding>> {
        match name {
            "patient" | "patient:Patient" => Some(self.by_id(value, base)),
            "patient.identifier" | "patient:Patient.identifier" => Some(self.by_token(value)),
            _ => None,
        }
    }

    fn by_id(&mut self, value: &str, base: &str) -> Result<(), Finding> {
        let id = own_id(value, base).or_else(|| EntryUuid::parse(value).ok());
        match (id, self.id) {
            (Some(id), None) => {
                self.id = Some(id);
                Ok(())
            }
            (Some(id), Some(before)) if id == before => Ok(()),
            (Some(_), Some(_)) => Err(several()),
            (None, _) => Err(refuse(
                "patient",
                "référence attendue : Patient/<uuid> de ce serveur (ou patient.identifier)",
                "expected reference: Patient/<uuid> of this server (or patient.identifier)",
            )),
        }
    }

    fn by_token(&mut self, value: &str) -> Result<(), Finding> {
        let tokens = token::tokens(value);
        let [token] = tokens.as_slice() else { return Err(several()) };
        let oid =
            token.system.as_deref().and_then(|system| system.strip_prefix("urn:oid:")).unwrap_or_default();
        let ins = Ins::parse(&token.code, oid)
            .map_err(|why| refuse("patient.identifier", why.expected_fr, why.expected_en))?;
        if self.ins.as_ref().is_some_and(|before| *before != ins) {
            return Err(several());
        }
        self.ins = Some(ins);
        Ok(())
    }

    /// The patient; `None` if our id is nobody's, or is not the one of the INS.
    pub(crate) async fn resolve<S: Store>(self, store: &S) -> Result<Option<Ins>, Fault> {
        let Some(id) = self.id else { return Ok(self.ins) };
        let known = store.patient_by_id(id).await?;
        Ok(known.filter(|known| self.ins.is_none_or(|ins| ins == *known)))
    }
}

fn several() -> Finding {
    refuse("patient", "un seul patient par requête", "one patient a request")
}

/// The INS that an Identifier states.
pub(crate) fn stated_ins(identifier: &Element<'_>) -> Result<Ins, Finding> {
    ins_of_identifier(identifier).unwrap_or_else(|| Err(not_an_ins(identifier)))
}

/// The record that the proof names: its patient, or the holder themselves.
pub(crate) fn by_proof(caller: &Caller) -> Option<Ins> {
    let own = match &caller.actor {
        Actor::Holder { ins } => Some(ins.clone()),
        Actor::Professional { .. }
        | Actor::OfStructure { .. }
        | Actor::Representative { .. }
        | Actor::Operator { .. } => None,
    };
    caller.patient.clone().or(own)
}
