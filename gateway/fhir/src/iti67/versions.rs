//! One DocumentReference and its versions: conditional read, vread, history (FHIR R4 http §3.1.0.2 to §3.1.0.9).

use journey::{Clock, Ids, Store, StoredEntry};
use model::{Availability, EntryUuid};
use serde_json::{Value, json};

use super::TRANSACTION;
use crate::codec::time;
use crate::document_reference::{Frame, write};
use crate::search::answer::given;
use crate::search::refuse;
use crate::{FHIR_JSON, Request, Response, Visit};

/// Reads one version of a DocumentReference.
pub(crate) async fn read_version<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: String,
    version: String,
) -> Response {
    let versions = match versions(visit, &id).await {
        Ok(versions) => versions,
        Err(response) => return *response,
    };
    // The first is the current one, whether it or another is asked for.
    let found = versions.iter().enumerate().find(|(_, shown)| shown.0.entry.version.to_string() == version);
    match found {
        Some((0, (stored, resource))) => conditional(visit.request, stored, resource),
        Some((_, (stored, resource))) => unconditional(stored, resource),
        None => visit.teller.absent(),
    }
}

/// Reads the versions of a DocumentReference, the newest first.
pub(crate) async fn history<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let asked = match asked(visit.request) {
        Ok(asked) => asked,
        Err(findings) => return visit.teller.refuse(&findings),
    };
    let versions = match versions(visit, &id).await {
        Ok(versions) => versions,
        Err(response) => return *response,
    };
    let base = &visit.door.base;
    let since =
        versions.iter().filter(|(stored, _)| asked.since.is_none_or(|since| stored.changed_at >= since));
    let every: Vec<&(StoredEntry, Value)> = since.collect();
    let entries: Vec<Value> = every
        .iter()
        .take(asked.count)
        .map(|(stored, resource)| {
            let first = stored.entry.version == 1;
            let (method, path, status) = match first {
                true => ("POST", "DocumentReference".to_owned(), "201 Created"),
                false => ("PATCH", format!("DocumentReference/{}", stored.entry.logical_id.bare()), "200 OK"),
            };
            json!({
                "fullUrl": format!("{base}/DocumentReference/{}", stored.entry.logical_id.bare()),
                "resource": resource,
                "request": {"method": method, "url": path},
                "response": {
                    "status": status,
                    "etag": etag(stored),
                    "lastModified": stored.changed_at.iso(),
                },
            })
        })
        .collect();
    let own = match visit.request.query.is_empty() {
        true => format!("{base}/DocumentReference/{id}/_history"),
        false => format!("{base}/DocumentReference/{id}/_history?{}", visit.request.query),
    };
    let mut bundle = json!({
        "resourceType": "Bundle",
        "type": "history",
        "total": every.len(),
        "link": [{"relation": "self", "url": own}],
    });
    if let (false, Some(bundle)) = (entries.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), Value::Array(entries));
    }
    Response::json(200, &bundle)
}

/// What of a history is asked for.
struct Since {
    since: Option<model::Moment>,
    count: usize,
}

fn asked(request: &Request<'_>) -> Result<Since, Vec<model::Finding>> {
    let mut asked = Since { since: None, count: usize::MAX };
    let mut findings = Vec::new();
    for (name, value) in given(request)? {
        match name.as_str() {
            "_since" => match time::search_value(&value.replace(' ', "+")) {
                Some(since) => asked.since = Some(since.start()),
                None => findings.push(refuse("_since", "instant attendu", "expected an instant")),
            },
            "_count" => match value.parse() {
                Ok(count) => asked.count = count,
                Err(_) => findings.push(refuse("_count", "nombre attendu", "expected a number")),
            },
            _ => {}
        }
    }
    if findings.is_empty() { Ok(asked) } else { Err(findings) }
}

/// The versions that show, each with the resource; an absent document is the constant answer.
async fn versions<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: &str,
) -> Result<Vec<(StoredEntry, Value)>, Box<Response>> {
    let Ok(id) = EntryUuid::parse(id) else { return Err(Box::new(visit.teller.absent())) };
    let versions = journey::read_versions(visit.desk, visit.caller, TRANSACTION, id)
        .await
        .map_err(|refusal| Box::new(visit.teller.refusal(&refusal)))?;
    let patient = match versions.first() {
        Some(first) => visit.desk.store.patient_id(&first.get().entry.patient, visit.desk.clock.now()).await,
        None => Ok(None),
    };
    let patient = patient.map_err(|fault| Box::new(visit.teller.fault(&fault)))?;
    let (base, systems) = (visit.door.base.as_str(), &visit.desk.mappings.systems);
    let shown = versions.iter().map(|version| {
        let stored = version.get();
        let frame = Frame { base, systems, patient, stored_at: stored.changed_at };
        (stored.clone(), write(&stored.entry, &stored.associations, &frame))
    });
    Ok(shown.collect())
}

/// The resource with its version and date, or 304 where the reader has it (RFC 9110 §13.1.2, §13.1.3).
pub(super) fn conditional(request: &Request<'_>, stored: &StoredEntry, resource: &Value) -> Response {
    match reader_has_it(request, stored) {
        true => {
            let mut response = Response::nothing();
            response.status = 304;
            response.content_type = format!("{FHIR_JSON}; charset=UTF-8");
            response.headers.extend(headers(stored));
            response
        }
        false => unconditional(stored, resource),
    }
}

fn unconditional(stored: &StoredEntry, resource: &Value) -> Response {
    let mut response = Response::json(200, resource);
    response.headers.extend(headers(stored));
    response
}

fn headers(stored: &StoredEntry) -> [(&'static str, String); 2] {
    [("ETag", etag(stored)), ("Last-Modified", time::http_date(stored.changed_at))]
}

fn etag(stored: &StoredEntry) -> String {
    format!("W/\"{}\"", stored.entry.version)
}

/// Replacing a document changes its status and no version, as in XDS: what is superseded is always sent.
fn reader_has_it(request: &Request<'_>, stored: &StoredEntry) -> bool {
    if stored.entry.availability == Availability::Deprecated {
        return false;
    }
    if let Some(tags) = request.if_none_match {
        let own = format!("\"{}\"", stored.entry.version);
        let opaque = |tag: &str| tag.trim().strip_prefix("W/").unwrap_or(tag.trim()) == own;
        return tags.trim() == "*" || tags.split(',').any(opaque);
    }
    let since = request.if_modified_since.and_then(time::read_http_date);
    since.is_some_and(|since| stored.changed_at.0.div_euclid(1_000_000) <= since.0.div_euclid(1_000_000))
}
