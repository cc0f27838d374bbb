//! The search parameters, each type's in one table: what the CapabilityStatement lists and what
//! `GET SearchParameter` defines (R4 SearchParameter).

use serde_json::{Value, json};

use super::known;
use crate::{audit_event, care_team, consent, iti66, iti67, patient, related_person, subscription};

/// Name, type, documentation.
pub(super) type Row = (&'static str, &'static str, &'static str);

/// The parameters of a search of the definitions themselves.
pub(super) const OF_DEFINITIONS: [Row; 3] = [
    ("_id", "token", "The id of the definition."),
    ("url", "uri", "Its canonical URL."),
    ("code", "token", "The name of the parameter or operation."),
];

/// The parameters that a search of this type reads; its parser and this list are one table.
pub(super) fn of(kind: &str) -> &'static [Row] {
    match kind {
        "Patient" => &patient::PARAMETERS,
        "DocumentReference" => &iti67::PARAMETERS,
        "List" => &iti66::PARAMETERS,
        "Consent" => &consent::PARAMETERS,
        "CareTeam" => &care_team::PARAMETERS,
        "RelatedPerson" => &related_person::PARAMETERS,
        "AuditEvent" => &audit_event::PARAMETERS,
        "Subscription" => &subscription::PARAMETERS,
        "Basic" => &subscription::topic::PARAMETERS,
        "SearchParameter" | "OperationDefinition" => &OF_DEFINITIONS,
        _ => &[],
    }
}

/// `rest.resource.searchParam`.
pub(super) fn listed(base: &str, kind: &str) -> Vec<Value> {
    let one = |(name, sort, documentation): &Row| json!({"name": name, "definition": url(base, kind, name), "type": sort, "documentation": documentation});
    of(kind).iter().map(one).collect()
}

/// Every SearchParameter of the types that the routes search.
pub(super) fn definitions(base: &str, date: &str) -> Vec<Value> {
    let kinds = super::kinds().into_iter();
    kinds.flat_map(|kind| of(kind).iter().map(move |row| definition(base, date, kind, row))).collect()
}

fn definition(base: &str, date: &str, kind: &str, (name, sort, documentation): &Row) -> Value {
    let mut one = json!({
        "resourceType": "SearchParameter",
        "id": id(kind, name),
        "url": url(base, kind, name),
        "name": super::identifier(&id(kind, name)),
    });
    let Some(members) = one.as_object_mut() else { return one };
    let known = known::parameter(kind, name);
    if let Some(origin) = known.and_then(|known| known.origin) {
        members.insert("derivedFrom".into(), json!(origin));
    }
    members.insert("status".into(), json!("active"));
    members.insert("date".into(), json!(date));
    members.insert("description".into(), json!(documentation));
    members.insert("code".into(), json!(name));
    members.insert("base".into(), json!([kind]));
    members.insert("type".into(), json!(sort));
    if let Some(known) = known {
        members.insert("expression".into(), json!(known.expression));
        if !known.targets.is_empty() {
            members.insert("target".into(), json!(known.targets));
        }
    }
    one
}

fn url(base: &str, kind: &str, name: &str) -> String {
    format!("{base}/SearchParameter/{}", id(kind, name))
}

/// An id of R4 has no underscore and at most 64 characters: `_id` of Patient is `Patient-id`, and a parameter of
/// the same name without the underscore is none of this door's.
fn id(kind: &str, name: &str) -> String {
    let name = name.trim_start_matches('_').replace([':', '_'], "-");
    format!("{kind}-{name}").chars().take(64).collect()
}
