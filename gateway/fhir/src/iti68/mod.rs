//! ITI-68 Retrieve Document: the bytes, or a Binary resource around them (IHE MHD 4.2.4 §2:3.68).

use journey::{Clock, Document, DocumentAsk, DocumentKey, Ids, Store};
use model::{EntryUuid, Finding, Location, Rule};
use serde_json::json;

use crate::codec::primitive::encode;
use crate::{FHIR_JSON, Request, Response, Visit, media};

/// Reads a document by our id.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let form = Wanted::of(visit.request);
    if form.is_hopeless() {
        return visit.teller.refuse_with(406, &[not_acceptable()]);
    }
    let ask = DocumentAsk { patient: None, key: DocumentKey::Uuid(id) };
    match journey::retrieve(visit.desk, visit.caller, "ITI-68", ask).await {
        Ok(document) => match form.choose(document.entry.get().entry.mime_type.as_str()) {
            Some(Form::Bytes) => bytes(document),
            Some(Form::Binary) => binary(&document),
            None => visit.teller.refuse_with(406, &[not_acceptable()]),
        },
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bytes,
    Binary,
}

/// What the caller takes: media ranges, best first.
struct Wanted(Vec<String>);

impl Wanted {
    fn of(request: &Request<'_>) -> Self {
        match media::format(request.query) {
            Some(format) if format == "json" => Wanted(vec![FHIR_JSON.to_owned()]),
            Some(format) => Wanted(vec![format]),
            None => Wanted(media::wanted(request.accept)),
        }
    }

    /// True if no document can be told in these forms: asked before anything is read.
    fn is_hopeless(&self) -> bool {
        self.0.iter().all(|range| range.ends_with("+xml") && range.contains("fhir"))
    }

    fn choose(&self, content_type: &str) -> Option<Form> {
        let family = content_type.split('/').next().unwrap_or_default();
        self.0.iter().find_map(|range| match range.as_str() {
            range if range == content_type => Some(Form::Bytes),
            "*/*" | "application/octet-stream" => Some(Form::Bytes),
            range if range.strip_suffix("/*") == Some(family) => Some(Form::Bytes),
            range if media::is_json(range) => Some(Form::Binary),
            _ => None,
        })
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
mod tests {
    use super::*;

    fn choose(accept: Option<&str>, query: &str) -> Option<Form> {
        let request = Request {
            method: "GET",
            path: "Binary/x",
            query,
            content_type: None,
            accept,
            accept_language: None,
            prefer: None,
            body: b"",
        };
        Wanted::of(&request).choose("application/pdf")
    }

    #[test]
    fn the_form_follows_accept_and_format() {
        for (accept, query, form) in [
            (None, "", Some(Form::Bytes)),
            (Some("*/*"), "", Some(Form::Bytes)),
            (Some("application/pdf"), "", Some(Form::Bytes)),
            (Some("application/*"), "", Some(Form::Bytes)),
            (Some("application/octet-stream"), "", Some(Form::Bytes)),
            (Some("application/fhir+json"), "", Some(Form::Binary)),
            (Some("application/fhir+json, */*;q=0.1"), "", Some(Form::Binary)),
            (Some("image/png"), "", None),
            (Some("application/fhir+xml"), "", None),
            (Some("*/*"), "_format=json", Some(Form::Binary)),
            (Some("*/*"), "_format=application/fhir%2Bjson", Some(Form::Binary)),
        ] {
            assert_eq!(choose(accept, query), form, "{accept:?} {query}");
        }
    }
}
