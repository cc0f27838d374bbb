//! One entry of a batch-response (FHIR R4 §2.36.4).

use serde_json::{Map, Value, json};

use crate::Response;

/// The entry of an answer: the resource of a success, the outcome of anything else.
pub(super) fn entry(response: &Response) -> Value {
    let header =
        |wanted: &str| response.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let mut told = Map::new();
    told.insert(
        "status".into(),
        json!(format!("{} {}", response.status, reason(response.status)).trim_end()),
    );
    if let Some(location) = header("Location") {
        told.insert("location".into(), json!(location));
    }
    if let Some(etag) = header("ETag") {
        told.insert("etag".into(), json!(etag));
    }
    let good = (200..300).contains(&response.status);
    let mut entry = Map::new();
    match &response.resource {
        Some(resource) if good => {
            let updated = resource.get("meta").and_then(|meta| meta.get("lastUpdated"));
            if let Some(updated) = updated {
                told.insert("lastModified".into(), updated.clone());
            }
            entry.insert("resource".into(), resource.clone());
        }
        Some(outcome) => {
            told.insert("outcome".into(), outcome.clone());
        }
        None => {}
    }
    entry.insert("response".into(), Value::Object(told));
    Value::Object(entry)
}

/// About how many bytes a resource takes on the wire.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len().saturating_add(2),
        Value::Array(items) => items.iter().map(size).fold(2, usize::saturating_add),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| name.len().saturating_add(size(value)));
            members.fold(2, |sum, more| sum.saturating_add(more).saturating_add(4))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 5,
    }
}

/// The reason phrase of the statuses that a read is answered with (RFC 9110 §15).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}
