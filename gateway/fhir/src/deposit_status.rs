//! `$deposit-status`: whether a document went in, by its uniqueId, for the person or structure that sent it.

use journey::{Clock, DepositStatus, DocumentAsk, DocumentKey, Ids, Refusal, Store};
use model::Finding;
use serde_json::{Value, json};

use crate::codec::{Element, time};
use crate::document_reference::url;
use crate::incoming::{incomplete, not_understood, refused, resource, told};
use crate::search::pairs;
use crate::{Response, Visit, iti67};

/// The operation's name.
pub(crate) const OPERATION: &str = "$deposit-status";

/// Tells when and as what the document was deposited; the answer of the absent to anybody but its depositor.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    answered(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn answered<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let given = match visit.request.body {
        [] => pairs(visit.request.query).map_err(|finding| told(vec![finding]))?,
        _ => {
            let body = resource(visit.request, &visit.door.limits, "Parameters")?;
            let (given, findings) = read(&Element::root(&body));
            refused(findings)?;
            given
        }
    };
    // A urn:uuid is read as a uniqueId here: an entryUUID is ours and names no deposit.
    let asked = iti67::one_named(&given, false).map_err(|finding| told(vec![finding]))?;
    let Some(DocumentAsk { patient, key: DocumentKey::Unique(document) }) = asked else {
        return Err(Refusal::Absent);
    };
    let deposits = journey::deposit_status(visit.desk, visit.caller, OPERATION, patient, &document).await?;
    let parameter: Vec<Value> = deposits.iter().map(|deposit| written(&visit.door.base, deposit)).collect();
    Ok(Response::json(200, &json!({"resourceType": "Parameters", "parameter": parameter})))
}

/// `identifier` and `patient.identifier` of a Parameters, as the pairs that a query holds.
fn read(root: &Element<'_>) -> (Vec<(String, String)>, Vec<Finding>) {
    let (mut given, mut findings) = (Vec::new(), Vec::new());
    for one in root.all("parameter") {
        not_understood(&one, &["modifierExtension", "resource", "part"], &mut findings);
        let name = one.text("name").unwrap_or_default().to_owned();
        let value = match one.get("valueIdentifier") {
            Some(identifier) => identifier.text("value").map(|value| match identifier.text("system") {
                Some(system) => format!("{system}|{value}"),
                None => value.to_owned(),
            }),
            None => one.text("valueUri").or(one.text("valueString")).map(str::to_owned),
        };
        match value {
            Some(value) => given.push((name, value)),
            None => findings.push(incomplete(
                &one,
                "valueIdentifier, valueUri ou valueString attendu",
                "expected valueIdentifier, valueUri or valueString",
            )),
        }
    }
    (given, findings)
}

/// One deposit: when, as what, in which set.
fn written(base: &str, deposit: &DepositStatus) -> Value {
    let at = |kind: &str, id: &model::EntryUuid| json!({"reference": format!("{base}/{kind}/{}", id.bare())});
    json!({"name": "deposit", "part": [
        {"name": "deposited", "valueInstant": time::show_instant(&deposit.at.to_hl7())},
        {"name": "document", "valueReference": at("DocumentReference", &deposit.document)},
        {"name": "set", "valueReference": at("List", &deposit.set)},
        {"name": "set-identifier", "valueIdentifier": {"system": url::URI, "value": deposit.set_unique_id.urn()}},
    ]})
}
