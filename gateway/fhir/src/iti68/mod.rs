//! ITI-68 Retrieve Document: the bytes, or a Binary resource around them (IHE MHD 4.2.4 §2:3.68).

use std::sync::Arc;

use journey::{
    Clock, DocumentAsk, DocumentKey, Form as Written, Ids, Looked, Opened, Segment, Store, StoredEntry,
};
use model::{EntryUuid, Finding, Location, Rule};
use serde_json::json;

use crate::codec::primitive::encode;
use crate::media::Accepted;
use crate::{FHIR_JSON, Request, Response, Visit, media};

const TRANSACTION: &str = "ITI-68";

/// Bytes of a document that are held in memory; a longer one is read as it goes out.
const IN_HAND: u64 = 1 << 20;

/// Reads a document by our id.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let wanted = wanted(visit.request);
    let ask = DocumentAsk { patient: None, key: DocumentKey::Uuid(id) };
    let form = |stored: &StoredEntry| choose(&wanted, stored.entry.mime_type.as_str());
    let taken = |stored: &StoredEntry| form(stored).is_some();
    match journey::open_if(visit.desk, visit.caller, TRANSACTION, ask, taken, IN_HAND).await {
        Ok(Looked::Opened(document)) => match form(document.entry.get()) {
            Some(Form::Binary) => binary(document),
            Some(Form::Bytes) | None => bytes(document),
        },
        Ok(Looked::NotTaken(_)) => visit.teller.refuse_with(406, &[not_acceptable()]),
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

fn bytes(document: Opened) -> Response {
    let content_type = document.entry.get().entry.mime_type.as_str().to_owned();
    let headers = vec![
        ("Cache-Control", "no-store".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Content-Disposition", "attachment; filename=\"document\"".to_owned()),
    ];
    let (body, rest) = match Segment::document(document) {
        Segment::Bytes(bytes) => (bytes, Vec::new()),
        document @ Segment::Document { .. } => (Vec::new(), vec![document]),
    };
    Response { status: 200, content_type, headers, body, rest, cause: None }
}

/// Stands for the bytes of a large document where a Binary is written: no base64, and nothing stands after it but the
/// end of the resource.
const STAND_IN: &str = "*";

/// A Binary. The data of a large document are put in place as they go out.
fn binary(document: Opened) -> Response {
    let entry = &document.entry.get().entry;
    let mut resource = json!({
        "resourceType": "Binary",
        "id": entry.logical_id.bare(),
        "contentType": entry.mime_type.as_str(),
    });
    let data = match &document.bytes {
        Some(bytes) => encode(bytes),
        None => STAND_IN.to_owned(),
    };
    if let (false, Some(members)) = (data.is_empty(), resource.as_object_mut()) {
        members.insert("data".into(), json!(data));
    }
    let mut response = Response::json(200, &resource);
    response.headers.push(("Content-Disposition", "attachment; filename=\"document.json\"".to_owned()));
    if document.bytes.is_none() {
        fill(&mut response, document);
    }
    response
}

/// Puts a document in the place of the stand-in.
fn fill(response: &mut Response, document: Opened) {
    let place = response.body.iter().rposition(|byte| STAND_IN.as_bytes() == [*byte]);
    let after = response.body.split_off(place.unwrap_or(response.body.len()));
    let after = after.into_iter().skip(STAND_IN.len()).collect();
    let range = 0..document.size();
    let data = Segment::Document { document: Arc::new(document), range, form: Written::Base64 };
    response.rest = vec![data, Segment::Bytes(after)];
}

#[cfg(test)]
mod tests;
