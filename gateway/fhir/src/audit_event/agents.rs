//! Who took part in an event: the user, the structure acted for, the calling software, this server.

use journey::HistoryLine;
use mappings::Systems;
use model::system;
use serde_json::{Map, Value, json};

use super::kind::Kind;

const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
/// Source and destination of the data (DICOM).
const SOURCE: &str = "110153";
const DESTINATION: &str = "110152";
const ACCESS_MODES: &str = "1.2.250.1.213.1.1.4.336";

/// The agents, in the order of BALP: client, server, user, structure of the user.
pub(super) fn agents(line: &HistoryLine, kind: Kind, server: &Value, systems: &Systems) -> Vec<Value> {
    let (client, own) = if kind.to_client { (DESTINATION, SOURCE) } else { (SOURCE, DESTINATION) };
    let software = match &line.software {
        Some(software) => json!({"display": software}),
        None => json!({"extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "unknown",
        }]}),
    };
    let mut agents = vec![agent((DCM, client), software), agent((DCM, own), server.clone())];
    agents.push(user(line, systems));
    if let Some(structure) = &line.structure {
        let role = ("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV");
        agents.push(agent(role, identified("Organization", system::STRUCTURES, structure)));
    }
    agents
}

fn agent((system, code): (&str, &str), who: Value) -> Value {
    json!({"type": {"coding": [{"system": system, "code": code}]}, "who": who, "requestor": false})
}

fn user(line: &HistoryLine, systems: &Systems) -> Value {
    let mut who = match &line.person {
        Some(person) => identified("Practitioner", system::PROFESSIONALS, person),
        None => Value::Object(Map::new()),
    };
    if let Some(who) = who.as_object_mut() {
        who.insert("display".into(), json!(shown(&line.display)));
    }
    json!({
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
        "role": [{"coding": [{"system": "urn:passerelle:caller", "code": line.kind}]}],
        "who": who,
        "requestor": true,
        "purposeOfUse": [purpose(line, systems)],
    })
}

/// The mode, and the stated reason of a break-glass access as its text.
fn purpose(line: &HistoryLine, systems: &Systems) -> Value {
    let mut coding = vec![json!({"system": systems.to_fhir(ACCESS_MODES), "code": line.mode})];
    if line.mode == model::EmergencyMode::BreakGlass.code() {
        coding.push(json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG"}));
    }
    let mut purpose = json!({"coding": coding});
    let reason = line.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if let (Some(reason), Some(purpose)) = (reason, purpose.as_object_mut()) {
        purpose.insert("text".into(), json!(reason));
    }
    purpose
}

/// A logical reference.
pub(super) fn identified(kind: &str, authority: &str, id: &str) -> Value {
    json!({"type": kind, "identifier": {"system": format!("urn:oid:{authority}"), "value": id}})
}

/// A text of FHIR is never empty.
fn shown(text: &str) -> &str {
    if text.trim().is_empty() { "—" } else { text }
}
