//! The transaction-response: one entry for each of the request, in its order.

use model::{EntryUuid, Finding, Location, ObjectRef, Receipt};
use serde_json::{Map, Value, json};

use super::part::Part;
use crate::outcome::Teller;

/// Builds the Bundle of a receipt. An identical retry has the same receipt, hence the same Bundle.
pub(crate) fn bundle(receipt: &Receipt, parts: &[Part], warnings: &[Finding], teller: &Teller<'_>) -> Value {
    let named: Vec<EntryUuid> = parts.iter().filter_map(|part| superseded(part, receipt)).collect();
    let mut others = receipt.superseded.iter().filter(|id| !named.contains(id));
    let entries: Vec<Value> = parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let document =
                |number: &usize| receipt.documents.get(*number).map(|document| document.logical_id.bare());
            let location = match part {
                Part::Set => Some(format!("List/{}", receipt.set.bare())),
                Part::Document(number) => document(number).map(|id| format!("DocumentReference/{id}")),
                Part::Binary(number) => number.as_ref().and_then(document).map(|id| format!("Binary/{id}")),
                Part::Folder(number) => receipt.folders.get(*number).map(|id| format!("List/{}", id.bare())),
                Part::Filled(id) => Some(format!("List/{}", id.bare())),
                Part::Patient => None,
                Part::Superseded { .. } => {
                    let id = superseded(part, receipt).or_else(|| others.next().copied());
                    id.map(|id| format!("DocumentReference/{}", id.bare()))
                }
            };
            let is_new = matches!(part, Part::Set | Part::Document(_) | Part::Binary(_) | Part::Folder(_));
            let mine: Vec<&Finding> = warnings.iter().filter(|warning| entry_of(warning) == index).collect();
            json!({"response": response(is_new, location, receipt, &mine, teller)})
        })
        .collect();
    json!({
        "resourceType": "Bundle",
        "meta": {"profile": ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.ProvideDocumentBundleResponse"]},
        "type": "transaction-response",
        "entry": entries,
    })
}

/// The document that a replacement mark names, as far as it names it as the replacement does.
fn superseded(part: &Part, receipt: &Receipt) -> Option<EntryUuid> {
    let Part::Superseded { target, nth } = part else { return None };
    match target {
        ObjectRef::Uuid(id) if receipt.superseded.contains(id) => Some(*id),
        ObjectRef::Uuid(_) | ObjectRef::Unique(_) => receipt.superseded.get((*nth)?).copied(),
    }
}

fn response(
    is_new: bool,
    location: Option<String>,
    receipt: &Receipt,
    warnings: &[&Finding],
    teller: &Teller<'_>,
) -> Map<String, Value> {
    let mut response = Map::new();
    response.insert("status".into(), json!(if is_new { "201 Created" } else { "200 OK" }));
    if let Some(location) = location {
        response.insert("location".into(), json!(location));
    }
    if is_new {
        response.insert("etag".into(), json!("W/\"1\""));
        response.insert("lastModified".into(), json!(receipt.at.iso()));
    }
    if !warnings.is_empty() {
        response.insert("outcome".into(), teller.outcome(warnings.iter().copied()));
    }
    response
}

/// The entry that a warning is about; the first one if it is about the whole.
fn entry_of(warning: &Finding) -> usize {
    let Location::FhirPath(path) = &warning.at else { return 0 };
    let index = path.strip_prefix("Bundle.entry[").and_then(|rest| rest.split(']').next());
    index.and_then(|index| index.parse().ok()).unwrap_or(0)
}
