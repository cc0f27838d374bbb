//! The whole FHIR door on a store of its own: search strings, PATCH bodies, submissions. Any bytes get an answer of a
//! status that is documented, a refusal is an OperationOutcome, and each place that it names is in what was sent.

use std::sync::{LazyLock, Mutex, PoisonError};

use model::Caller;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::places::resolves;
use crate::hall::{Answer, FhirAsk, Hall};

const STATUSES: [u16; 15] = [200, 201, 204, 206, 304, 400, 403, 404, 405, 406, 409, 412, 413, 415, 422];

struct Door {
    runtime: Runtime,
    hall: Hall,
    holder: Caller,
    depositor: Caller,
    /// A document of the holder's.
    document: String,
}

static DOOR: LazyLock<Mutex<Option<Door>>> = LazyLock::new(|| Mutex::new(opened().ok()));

fn opened() -> anyhow::Result<Door> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let hall = runtime.block_on(Hall::open(&["ondine"]))?;
    let (holder, depositor) = (hall.holder("ondine"), hall.structure("hospital"));
    let ask = FhirAsk {
        method: "POST",
        content_type: Some("application/fhir+json"),
        body: server::demo::samples::ITI65_HOSPITAL.into(),
        ..FhirAsk::default()
    };
    let deposited = runtime.block_on(hall.fhir(&depositor, &ask));
    anyhow::ensure!(deposited.status == 200, "the seed was not taken: {}", deposited.text());
    let path = server::demo::script::search_path(&hall.patient("ondine"));
    let (path, query) = path.split_once('?').unwrap_or_default();
    let found = runtime.block_on(hall.fhir(&holder, &FhirAsk::get(path, query))).json();
    let document = found.pointer("/entry/0/resource/id").and_then(Value::as_str).unwrap_or_default();
    anyhow::ensure!(!document.is_empty(), "the seed is not found");
    Ok(Door { runtime, document: document.to_owned(), hall, holder, depositor })
}

/// `path?query`, asked with GET by the holder and by the depositor.
pub(super) fn search(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (path, query) = text.split_once('?').unwrap_or((&text, ""));
    with(|door| {
        for caller in [&door.holder, &door.depositor] {
            known(&door.runtime.block_on(door.hall.fhir(caller, &FhirAsk::get(path, query))), None)?;
        }
        Ok(())
    })
}

/// A PATCH of the document under a version that it never has: judged, never done.
pub(super) fn patch(bytes: &[u8]) -> Result<(), String> {
    with(|door| {
        for media in
            ["application/json-patch+json", "application/fhir+json", "application/xml-patch+xml", XML]
        {
            let ask = FhirAsk {
                method: "PATCH",
                path: format!("DocumentReference/{}", door.document),
                content_type: Some(media),
                if_match: Some("W/\"999\"".to_owned()),
                body: bytes.to_vec(),
                ..FhirAsk::default()
            };
            let answer = door.runtime.block_on(door.hall.fhir(&door.holder, &ask));
            if answer.status < 300 {
                return Err(format!("{} under a version that is not current", answer.status));
            }
            known(&answer, None)?;
        }
        Ok(())
    })
}

const XML: &str = "application/fhir+xml";

/// A submission to `$validate`, in the format that it looks like: judged as a deposit, nothing kept.
pub(super) fn validate(bytes: &[u8]) -> Result<(), String> {
    let in_xml = bytes.trim_ascii_start().starts_with(b"<");
    let media = if in_xml { XML } else { "application/fhir+json" };
    let sent: Option<Value> = serde_json::from_slice(bytes).ok();
    with(|door| {
        for path in ["Bundle/$validate", "DocumentReference/$validate"] {
            let ask = FhirAsk {
                method: "POST",
                path: path.to_owned(),
                content_type: Some(media),
                body: bytes.to_vec(),
                ..FhirAsk::default()
            };
            known(&door.runtime.block_on(door.hall.fhir(&door.depositor, &ask)), sent.as_ref())?;
        }
        Ok(())
    })
}

fn with(act: impl FnOnce(&Door) -> Result<(), String>) -> Result<(), String> {
    let door = DOOR.lock().unwrap_or_else(PoisonError::into_inner);
    door.as_ref().map_or_else(|| Err("the door did not open".to_owned()), act)
}

fn known(answer: &Answer, sent: Option<&Value>) -> Result<(), String> {
    if !STATUSES.contains(&answer.status) {
        return Err(format!("status {}: {}", answer.status, answer.text()));
    }
    let json = answer.json();
    let outcome = json.get("resourceType").and_then(Value::as_str) == Some("OperationOutcome");
    let in_xml = answer.text().contains("<OperationOutcome xmlns=\"http://hl7.org/fhir\">");
    if answer.status >= 400 && !outcome && !in_xml {
        return Err(format!("status {} without an OperationOutcome: {}", answer.status, answer.text()));
    }
    let Some(sent) = sent.filter(|_| outcome) else { return Ok(()) };
    for issue in json.get("issue").and_then(Value::as_array).into_iter().flatten() {
        for place in issue.get("expression").and_then(Value::as_array).into_iter().flatten() {
            let place = place.as_str().unwrap_or_default();
            if !resolves(place, sent) {
                return Err(format!("{place} is not in what was sent: {issue}"));
            }
        }
    }
    Ok(())
}
