//! ITI-68 Retrieve Document: the bytes, or a Binary resource around them (IHE MHD 4.2.4 §2:3.68).

use journey::{Clock, Document, DocumentAsk, DocumentKey, Ids, Store};
use model::{DocumentEntry, EntryUuid, Finding, Location, Rule};
use serde_json::json;

use crate::codec::primitive::encode;
use crate::media::Accepted;
use crate::{FHIR_JSON, Request, Response, Visit, media};

const TRANSACTION: &str = "ITI-68";

/// Reads a document by our id.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let wanted = wanted(visit.request);
    let ask = DocumentAsk { patient: None, key: DocumentKey::Uuid(id) };
    let form = |entry: &DocumentEntry| choose(&wanted, entry.mime_type.as_str());
    let taken = |entry: &DocumentEntry| form(entry).is_some();
    match journey::retrieve_if(visit.desk, visit.caller, TRANSACTION, ask, taken).await {
        Ok(Some(document)) => match form(&document.entry.get().entry) {
            Some(Form::Binary) => binary(&document),
            Some(Form::Bytes) | None => bytes(document),
        },
        Ok(None) => visit.teller.refuse_with(406, &[not_acceptable()]),
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
