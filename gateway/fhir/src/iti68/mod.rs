//! ITI-68 Retrieve Document: the bytes, or a Binary resource around them (IHE MHD 4.2.4 §2:3.68).

use journey::{Clock, Document, DocumentAsk, DocumentKey, Fault, Ids, Store};
use model::{EntryUuid, Finding, Location, Rule};
use serde_json::json;

use crate::codec::primitive::encode;
use crate::media::Accepted;
use crate::{FHIR_JSON, Request, Response, Visit, media};

const TRANSACTION: &str = "ITI-68";

/// Reads a document by our id.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let wanted = wanted(visit.request);
    let key = DocumentKey::Uuid(id);
    match suits(visit, &wanted, &key).await {
        Ok(true) => {}
        Ok(false) => return unsuited(visit, key).await,
        Err(fault) => return visit.teller.fault(&fault),
    }
    let ask = DocumentAsk { patient: None, key };
    match journey::retrieve(visit.desk, visit.caller, TRANSACTION, ask).await {
        Ok(document) => match choose(&wanted, document.entry.get().entry.mime_type.as_str()) {
            Some(Form::Bytes) => bytes(document),
            Some(Form::Binary) => binary(&document),
            None => visit.teller.refuse_with(406, &[not_acceptable()]),
        },
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

/// True if the document can be told in a form that the caller takes. Asked before it is retrieved, so that what
/// is not delivered is not recorded as delivered. What it finds decides nothing that the caller sees: the journey
/// judges both ways, so a hidden document and an absent one are still one answer.
async fn suits<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    wanted: &Accepted,
    key: &DocumentKey,
) -> Result<bool, Fault> {
    if wanted.rank(&media::JSON).is_some() {
        return Ok(true);
    }
    let store = &visit.desk.store;
    let Some(patient) = store.locate(key).await? else { return Ok(true) };
    let stored = store.entry(&patient, key).await?;
    Ok(stored.is_none_or(|stored| choose(wanted, stored.entry.mime_type.as_str()).is_some()))
}

/// The answer when no form suits: 406 for whoever may see the reference, which is what the event says was shown.
async fn unsuited<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, key: DocumentKey) -> Response {
    let ask = DocumentAsk { patient: None, key };
    match journey::read_entry(visit.desk, visit.caller, TRANSACTION, ask).await {
        Ok(_) => visit.teller.refuse_with(406, &[not_acceptable()]),
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bytes,
    Binary,
}

/// What the caller takes: `_format` if given, else `Accept`.
fn wanted(request: &Request<'_>) -> Accepted {
    match media::format(request.query) {
        Some(format) if format == "json" => Accepted::only(FHIR_JSON),
        Some(format) => Accepted::only(&format),
        None => Accepted::of(request.accept),
    }
}

/// The form that the caller takes best: the bytes in their own type, or a Binary; the bytes when both are equal.
fn choose(wanted: &Accepted, content_type: &str) -> Option<Form> {
    let bytes = wanted.rank(&[content_type]).or(wanted.rank_of_range("application/octet-stream"));
    let binary = wanted.rank(&media::JSON);
    match (bytes, binary) {
        (None, None) => None,
        (bytes, binary) if bytes >= binary => Some(Form::Bytes),
        _ => Some(Form::Binary),
    }
}

fn not_acceptable() -> Finding {
    Finding::new(Rule::MediaTypeIsSupported).at(Location::Parameter("Accept".into())).detail(
        "accepter le type du document (attachment.contentType), */* ou application/fhir+json",
        "accept the type of the document (attachment.contentType), */* or application/fhir+json",
    )
}

fn bytes(document: Document) -> Response {
    let content_type = document.entry.get().entry.mime_type.as_str().to_owned();
    let headers = vec![
        ("Cache-Control", "no-store".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Content-Disposition", "attachment; filename=\"document\"".to_owned()),
    ];
    Response { status: 200, content_type, headers, body: document.bytes, cause: None }
}

fn binary(document: &Document) -> Response {
    let entry = &document.entry.get().entry;
    let mut resource = json!({
        "resourceType": "Binary",
        "id": entry.logical_id.bare(),
        "contentType": entry.mime_type.as_str(),
    });
    if let (false, Some(members)) = (document.bytes.is_empty(), resource.as_object_mut()) {
        members.insert("data".into(), json!(encode(&document.bytes)));
    }
    let mut response = Response::json(200, &resource);
    response.headers.push(("Content-Disposition", "attachment; filename=\"document.json\"".to_owned()));
    response
}

#[cfg(test)]
mod tests;
