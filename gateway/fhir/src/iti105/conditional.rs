//! `If-None-Exist` (FHIR R4 §3.1.0.8.1): a search, then a create. The document that is there already is answered with
//! where it is; one that the caller may not see does not count, and meets the rules on identifiers as any deposit does.

use journey::{Clock, DocumentAsk, DocumentKey, Fault, Ids, Refusal, Store};
use model::{Finding, Ins, Location, ObjectRef, Rule};
use serde_json::json;

use super::TRANSACTION;
use crate::document_reference::by_condition;
use crate::{Response, Visit};

const HEADER: &str = "If-None-Exist";

/// The document that the header names; `None` without the header.
pub(super) fn condition(header: Option<&str>) -> Result<Option<DocumentKey>, Finding> {
    let Some(query) = header.map(|header| header.trim().trim_start_matches('?')) else { return Ok(None) };
    match by_condition(query) {
        Some(ObjectRef::Uuid(id)) => Ok(Some(DocumentKey::Uuid(id))),
        Some(ObjectRef::Unique(id)) => Ok(Some(DocumentKey::Unique(id))),
        None => {
            let at = Location::Parameter(HEADER.to_owned());
            Err(Finding::new(Rule::TransactionIsSupported).at(at).detail(
                "seule condition prise en charge : identifier=urn:ietf:rfc:3986|urn:oid:… (le masterIdentifier)",
                "the only condition supported: identifier=urn:ietf:rfc:3986|urn:oid:… (the masterIdentifier)",
            ))
        }
    }
}

/// The answer if the document is there and the caller may see it: 200 and where it is. Its metadata are a search's to
/// show.
pub(super) async fn existing<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    patient: &Ins,
    key: DocumentKey,
) -> Result<Option<Response>, Fault> {
    let ask = DocumentAsk { patient: Some(patient.clone()), key };
    let visible = match journey::read_entry(visit.desk, visit.caller, TRANSACTION, ask).await {
        Ok(visible) => visible,
        Err(Refusal::Absent | Refusal::Refused(_)) => return Ok(None),
        Err(Refusal::Fault(fault)) => return Err(fault),
    };
    let entry = &visible.get().entry;
    let text = visit.teller.pick(
        "Ce document existe déjà : rien n'a été déposé.",
        "This document exists already: nothing was deposited.",
    );
    let issue = json!({"severity": "information", "code": "informational", "details": {"text": text}});
    let mut response = Response::json(200, &json!({"resourceType": "OperationOutcome", "issue": [issue]}));
    let (base, id, version) = (&visit.door.base, entry.logical_id.bare(), entry.version);
    response.headers.extend([
        ("Location", format!("{base}/DocumentReference/{id}/_history/{version}")),
        ("ETag", format!("W/\"{version}\"")),
    ]);
    Ok(Some(response))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_master_identifier_is_the_condition() {
        let unique = |id: &str| DocumentKey::Unique(model::UniqueId::parse(id).expect("an id"));
        assert_eq!(condition(None), Ok(None));
        for header in [
            "identifier=urn:ietf:rfc:3986|urn:oid:2.999.1",
            "?identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Aoid%3A2.999.1",
            "identifier=urn:oid:2.999.1",
        ] {
            assert_eq!(condition(Some(header)), Ok(Some(unique("2.999.1"))), "{header}");
        }
        for header in ["", "status=current", "identifier=a,b", "identifier=urn:oid:2.999.1&status=current"] {
            assert!(condition(Some(header)).is_err(), "{header}");
        }
    }
}
