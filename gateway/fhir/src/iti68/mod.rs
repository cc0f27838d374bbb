//! ITI-68 Retrieve Document: the bytes, or a Binary resource around them (IHE MHD 4.2.4 §2:3.68).
//!
//! A document that is FHIR JSON itself, a Bundle of type document, is answered as what it is to whoever asks for its
//! own type: never a Binary around it.

mod conditional;
mod range;

use std::ops::Range;
use std::sync::Arc;

use journey::{
    Clock, DocumentAsk, DocumentKey, Form as Written, Ids, Looked, Opened, Segment, Store, StoredEntry, Take,
};
use model::{EntryUuid, Finding, Location, Rule};
use serde_json::json;

use crate::codec::primitive::encode;
use crate::media::{self, Accepted, Format};
use crate::{FHIR_JSON, FHIR_XML, Request, Response, Visit};
use conditional::Validators;
use range::Asked;

const TRANSACTION: &str = "ITI-68";

/// Bytes of a document that are held in memory; a longer one is read as it goes out.
const IN_HAND: u64 = 1 << 20;

/// Reads a document by our id. Every condition of the request is looked at after the policy.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let wanted = wanted(visit.request);
    let ask = DocumentAsk { patient: None, key: DocumentKey::Uuid(id) };
    let plan = |stored: &StoredEntry| Plan::of(visit.request, &wanted, stored);
    let take = |stored: &StoredEntry| plan(stored).take(stored);
    let entry = match journey::open_if(visit.desk, visit.caller, TRANSACTION, ask, take, IN_HAND).await {
        Ok(Looked::Opened(document)) => {
            return match plan(document.entry.get()) {
                Plan::Give(Form::Binary, _, validators) => binary(document, &validators, visit.request),
                Plan::Give(Form::Bytes, range, validators) => bytes(document, range, &validators),
                Plan::NotAcceptable | Plan::Known(_) | Plan::Unsatisfiable(_) => visit.teller.absent(),
            };
        }
        Ok(Looked::NotTaken(entry)) => entry,
        Err(refusal) => return visit.teller.refusal(&refusal),
    };
    match plan(entry.get()) {
        Plan::NotAcceptable => visit.teller.refuse_with(406, &[not_acceptable()]),
        Plan::Known(validators) => {
            let content_type = entry.get().entry.mime_type.as_str().to_owned();
            let headers = headers(&validators);
            Response { headers, ..Response::bytes(304, content_type, Vec::new()) }
        }
        Plan::Unsatisfiable(size) => {
            let mut response = visit.teller.refuse_with(416, &[not_satisfiable(size)]);
            response.headers.push(("Content-Range", format!("bytes */{size}")));
            response
        }
        Plan::Give(..) => visit.teller.absent(),
    }
}

/// What is answered for a document that the caller may read.
enum Plan {
    NotAcceptable,
    /// The caller has it already.
    Known(Validators),
    /// No byte is in the range asked for, of so many.
    Unsatisfiable(u64),
    /// This form of it, or a part of its bytes.
    Give(Form, Option<Range<u64>>, Validators),
}

impl Plan {
    fn of(request: &Request<'_>, wanted: &Accepted, stored: &StoredEntry) -> Self {
        let Some(form) = choose(wanted, stored.entry.mime_type.as_str()) else { return Plan::NotAcceptable };
        let validators = Validators::of(stored, form);
        if validators.are_known(request) {
            return Plan::Known(validators);
        }
        let asked = match (form, stored.entry.size) {
            (Form::Bytes, Some(size)) if validators.hold_for_range(request.if_range) => {
                (range::asked(request.range, size), size)
            }
            (Form::Bytes | Form::Binary, _) => (Asked::Whole, 0),
        };
        match asked {
            (Asked::Whole, _) => Plan::Give(form, None, validators),
            (Asked::Part(range), _) => Plan::Give(form, Some(range), validators),
            (Asked::Unsatisfiable, size) => Plan::Unsatisfiable(size),
        }
    }

    /// What is not held here is absent, whatever was asked of it.
    fn take(self, stored: &StoredEntry) -> Take {
        match self {
            _ if !stored.held => Take::Whole,
            Plan::NotAcceptable | Plan::Known(_) | Plan::Unsatisfiable(_) => Take::Nothing,
            Plan::Give(_, None, _) => Take::Whole,
            Plan::Give(_, Some(range), _) => Take::Part(range),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bytes,
    Binary,
}

/// What the caller takes: `_format` if given, else `Accept`.
fn wanted(request: &Request<'_>) -> Accepted {
    match media::format(request) {
        Some(format) if format == "json" => Accepted::only(FHIR_JSON),
        Some(format) if format == "xml" => Accepted::only(FHIR_XML),
        Some(format) => Accepted::only(&format),
        None => Accepted::of(request.accept),
    }
}

/// The form that the caller takes best: the bytes in their own type, or a Binary; the bytes when both are equal.
fn choose(wanted: &Accepted, content_type: &str) -> Option<Form> {
    let json = Format::Json.types();
    // Plain XML is a type that documents have themselves.
    let xml = [FHIR_XML, "application/xml+fhir"];
    let own = match content_type {
        FHIR_XML => xml.to_vec(),
        other if json.contains(&other) => json.to_vec(),
        other => vec![other],
    };
    let bytes = wanted.rank(&own).or(wanted.rank_of_range("application/octet-stream"));
    let binary = wanted.rank(&json).max(wanted.rank(&xml));
    match (bytes, binary) {
        (None, None) => None,
        (bytes, binary) if bytes >= binary => Some(Form::Bytes),
        _ => Some(Form::Binary),
    }
}

fn not_acceptable() -> Finding {
    Finding::new(Rule::MediaTypeIsSupported).at(Location::Parameter("Accept".into())).detail(
        "accepter le type du document (attachment.contentType), */*, application/fhir+json ou application/fhir+xml",
        "accept the type of the document (attachment.contentType), */*, application/fhir+json or application/fhir+xml",
    )
}

fn not_satisfiable(size: u64) -> Finding {
    Finding::new(Rule::QueryIsComplete).at(Location::Parameter("Range".into())).detail(
        format!("le document a {size} octets ; demander une plage qui commence avant sa fin, ou tout"),
        format!(
            "the document has {size} bytes; ask for a range that begins before its end, or for all of it"
        ),
    )
}

fn headers(validators: &Validators) -> Vec<(&'static str, String)> {
    let mut headers = validators.headers();
    headers.extend([("Cache-Control", "no-store".to_owned()), ("Vary", "Accept".to_owned())]);
    headers
}

fn bytes(document: Opened, range: Option<Range<u64>>, validators: &Validators) -> Response {
    let content_type = document.entry.get().entry.mime_type.as_str().to_owned();
    let disposition = format!("attachment; filename=\"document{}\"", extension(&content_type));
    let mut headers = headers(validators);
    headers.extend([
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Content-Disposition", disposition),
        ("Accept-Ranges", "bytes".to_owned()),
    ]);
    let (mut status, size) = (200, document.size());
    if let Some(range) = &range {
        status = 206;
        let last = range.end.saturating_sub(1);
        headers.push(("Content-Range", format!("bytes {}-{last}/{size}", range.start)));
    }
    let range = range.unwrap_or(0..size);
    let (body, rest) = match &document.bytes {
        Some(bytes) => {
            let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
            let part = bytes.get(place(range.start)..place(range.end));
            (part.unwrap_or_default().to_vec(), Vec::new())
        }
        None => (Vec::new(), vec![whole(document, range, Written::Plain)]),
    };
    Response { headers, rest, ..Response::bytes(status, content_type, body) }
}

fn whole(document: Opened, range: Range<u64>, form: Written) -> Segment {
    Segment::Document { document: Arc::new(document), range, form }
}

/// What a file of this type is usually called by; nothing for a type that has no usual name.
fn extension(content_type: &str) -> &'static str {
    match content_type {
        "application/pdf" => ".pdf",
        "text/xml" | "application/xml" | "application/hl7-cda+xml" | "application/fhir+xml" => ".xml",
        "application/fhir+json" | "application/json" => ".json",
        "text/plain" => ".txt",
        "text/html" => ".html",
        "text/rtf" | "application/rtf" => ".rtf",
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/tiff" => ".tif",
        "application/dicom" => ".dcm",
        "application/zip" => ".zip",
        _ => "",
    }
}

/// Stands for the bytes of a large document where a Binary is written: no base64, and nothing stands after it but the
/// end of the resource.
const STAND_IN: &str = "*";

/// A Binary. The data of a large document are put in place as they go out.
fn binary(document: Opened, validators: &Validators, request: &Request<'_>) -> Response {
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
    let own = headers(validators).into_iter().filter(|(name, _)| *name != "Cache-Control");
    response.headers.extend(own);
    let form = media::Form::at_best(request);
    let extension = form.format.short();
    response.headers.push(("Content-Disposition", format!("attachment; filename=\"document.{extension}\"")));
    if document.bytes.is_none() {
        response = response.written(form);
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
    response.rest = vec![whole(document, range, Written::Base64), Segment::Bytes(after)];
}

#[cfg(test)]
mod tests;
