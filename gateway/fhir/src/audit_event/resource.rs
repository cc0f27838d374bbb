//! A line of the history as an AuditEvent in the shape of IHE BALP. No profile is claimed: BALP demands network
//! addresses, which the history does not keep.

use journey::HistoryLine;
use mappings::Systems;
use model::system;
use serde_json::{Map, Value, json};

use super::agents::{agents, identified};
use super::kind::Kind;

const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";

/// What writing needs beside the line.
pub(super) struct Frame<'a> {
    /// Base URL of this door: the server's name in its events.
    pub(super) base: &'a str,
    /// Reference to the patient.
    pub(super) patient: Value,
    pub(super) systems: &'a Systems,
}

/// Writes a line.
pub(super) fn write(line: &HistoryLine, frame: &Frame<'_>) -> Value {
    let kind = Kind::of(&line.act);
    let server = json!({
        "display": "Passerelle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": frame.base},
    });
    let mut event = Map::new();
    let mut put = |name: &str, value: Value| {
        event.insert(name.to_owned(), value);
    };
    put("resourceType", json!("AuditEvent"));
    put("id", json!(line.id.bare()));
    if line.contested {
        put("extension", json!([{"url": "urn:passerelle:fhir:contested", "valueBoolean": true}]));
    }
    put("type", kind.kind());
    put("subtype", Value::Array(kind.subtypes(&line.transaction, &line.act, &line.deeds)));
    put("action", json!(kind.action));
    put("recorded", json!(line.at.iso()));
    let (outcome, why) = outcome(line);
    put("outcome", json!(outcome));
    if let Some(why) = why {
        put("outcomeDesc", json!(why));
    }
    put("agent", Value::Array(agents(line, kind, &server, frame.systems)));
    put("source", json!({"observer": server}));
    put("entity", Value::Array(entities(line, frame)));
    Value::Object(event)
}

/// Done, minor failure (nothing there) or serious failure, and the names of the rules that refused.
fn outcome(line: &HistoryLine) -> (&'static str, Option<String>) {
    match (line.refused.is_empty(), line.absent) {
        (false, _) => ("8", Some(line.refused.join(", "))),
        (true, true) => ("4", Some("absent".to_owned())),
        (true, false) => ("0", None),
    }
}

fn entities(line: &HistoryLine, frame: &Frame<'_>) -> Vec<Value> {
    let coded = |system: &str, code: &str| json!({"system": system, "code": code});
    let mut entities = vec![json!({
        "what": frame.patient,
        "type": coded(ENTITY_TYPE, "1"),
        "role": coded(OBJECT_ROLE, "1"),
    })];
    entities.extend(line.documents.iter().map(|document| {
        json!({
            "what": {"reference": format!("{}/{}", pointed(line), document.bare())},
            "type": coded(ENTITY_TYPE, "2"),
            "role": coded(OBJECT_ROLE, "3"),
        })
    }));
    entities.extend(line.party.as_ref().map(|party| {
        let (kind, authority) = match party {
            model::Party::Person(_) => ("Practitioner", system::PROFESSIONALS),
            model::Party::Structure(_) => ("Organization", system::STRUCTURES),
        };
        json!({"what": identified(kind, authority, party.id()), "type": coded(ENTITY_TYPE, "1")})
    }));
    let mut transaction = json!({
        "what": {"identifier": {"value": line.request}},
        "type": coded("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId"),
    });
    if let (false, Some(members)) = (line.matrix.is_empty(), transaction.as_object_mut()) {
        members.insert("detail".into(), json!([{"type": "matrix", "valueString": line.matrix}]));
    }
    if !line.request.is_empty() {
        entities.push(transaction);
    }
    entities
}

/// What the ids of a line name: a contested event is one.
fn pointed(line: &HistoryLine) -> &'static str {
    let contest = line.deeds.iter().any(|deed| deed == "contest");
    if contest { "AuditEvent" } else { "DocumentReference" }
}
