//! What stands in force, as a Consent.

use mappings::Systems;
use model::{EntryUuid, Moment};
use policy::{Ground, Setting};
use serde_json::{Map, Value, json};

use super::code;
use super::table::{Decision, Policy, Wish, parts};
use crate::codec::time;
use crate::party;

/// What writing needs beside the choice.
pub(super) struct Frame<'a> {
    pub(super) systems: &'a Systems,
    /// Base URL of this door.
    pub(super) base: &'a str,
    /// Reference to the patient.
    pub(super) patient: &'a Value,
}

/// Writes a Consent; `None` for what no Consent tells.
pub(super) fn write(id: EntryUuid, since: Option<Moment>, wish: &Wish, frame: &Frame<'_>) -> Option<Value> {
    let parts = parts(wish)?;
    let mut consent = Map::new();
    let mut put = |name: &str, value: Value| {
        consent.insert(name.to_owned(), value);
    };
    put("resourceType", json!("Consent"));
    put("id", json!(id.bare()));
    put("status", json!("active"));
    put("scope", concept(code::SCOPE));
    put("category", Value::Array(categories(wish)));
    put("patient", frame.patient.clone());
    if let Some(since) = since {
        put("dateTime", json!(time::show(&since.to_hl7())));
    }
    put("performer", json!([frame.patient]));
    put(
        "organization",
        json!([{"identifier": {"system": "urn:ietf:rfc:3986", "value": frame.base}, "display": "Passerelle"}]),
    );
    put("policy", json!([{"uri": Policy::uri(parts.policy)}]));
    let mut provision = Map::new();
    let mut put = |name: &str, value: Value| {
        provision.insert(name.to_owned(), value);
    };
    let decision = match parts.decision {
        Decision::Permit => "permit",
        Decision::Deny => "deny",
    };
    put("type", json!(decision));
    if let Wish::Set(Setting::Authorised(_, grant)) = wish {
        put("period", period(since, grant.until));
    }
    if let Some(party) = &parts.actor {
        put("actor", json!([{"role": concept(code::RECIPIENT), "reference": party::write(party)}]));
    }
    if parts.masked {
        put("securityLabel", json!([code::masked(frame.systems)]));
    }
    if let Some(mode) = parts.mode {
        put("purpose", json!([code::purpose(mode, frame.systems)]));
    }
    if let Some(document) = parts.document {
        let reference = format!("DocumentReference/{}", document.bare());
        put("data", json!([{"meaning": "instance", "reference": {"reference": reference}}]));
    }
    consent.insert("provision".into(), Value::Object(provision));
    Some(Value::Object(consent))
}

fn concept(code: (&str, &str)) -> Value {
    json!({"coding": [code::coding(code)]})
}

fn categories(wish: &Wish) -> Vec<Value> {
    let mut categories = vec![concept(code::CATEGORY)];
    if let Wish::Set(Setting::Authorised(_, grant)) = wish {
        categories.push(concept((code::GROUND, Ground::name(grant.ground))));
    }
    categories
}

/// The period: its end is the last second of validity.
fn period(since: Option<Moment>, until: Moment) -> Value {
    let mut period = json!({"end": time::show(&until.plus_seconds(-1).to_hl7())});
    if let (Some(since), Some(period)) = (since, period.as_object_mut()) {
        period.insert("start".into(), json!(time::show(&since.to_hl7())));
    }
    period
}
