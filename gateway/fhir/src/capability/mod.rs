//! GET /metadata: the CapabilityStatement, made from the routes and parameter lists that answer.

use serde_json::{Value, json};

use crate::route;
use crate::{
    Door, FHIR_JSON, Response, audit_event, care_team, consent, habilitation_matrix, iti65, iti67, patient,
    related_person, subscription,
};

/// When this statement last changed.
const DATE: &str = "2026-11-22";

/// Answers what the door can do. Public: nothing in it depends on a record.
pub fn metadata(door: &Door) -> Response {
    Response::json(200, &statement(&door.base))
}

fn statement(base: &str) -> Value {
    let system: Vec<Value> = codes("").into_iter().map(|code| json!({"code": code})).collect();
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": {"name": "Passerelle", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": "Passerelle FHIR R4", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", FHIR_JSON],
        "implementationGuide": [
            "https://profiles.ihe.net/ITI/MHD/ImplementationGuide/ihe.iti.mhd",
            "https://interop.esante.gouv.fr/ig/fhir/pdsm/ImplementationGuide/ans.fhir.fr.pdsm",
        ],
        "rest": [{
            "mode": "server",
            "documentation": format!(
                "ITI-65 accepts {}; one or several documents, replacement included. ITI-105 accepts one document with its \
                 bytes, relatesTo replaces included.",
                iti65::profiles().collect::<Vec<_>>().join(" and ")
            ),
            "security": {
                "cors": false,
                "description": "TLS; bearer token (JWT, IHE IUA) whose scope names the transaction (ITI-57, ITI-65, ITI-67, ITI-68, ITI-78, ITI-81, ITI-83, ITI-105, ITI-106, ITI-108, ITI-110), or is patient or operator.",
            },
            "resource": resources(),
            "interaction": system,
            "operation": operations(),
        }],
    })
}

/// The operations on the system: everybody's.
fn operations() -> Vec<Value> {
    vec![json!({
        "name": habilitation_matrix::NAME,
        "definition": habilitation_matrix::DEFINITION,
        "documentation": habilitation_matrix::DOCUMENTATION,
    })]
}

fn resources() -> Vec<Value> {
    let mut types: Vec<&str> = Vec::new();
    for kind in route::lines().map(|line| line.interaction.0).filter(|kind| !kind.is_empty()) {
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    types.into_iter().map(resource).collect()
}

fn resource(kind: &str) -> Value {
    let (operations, interactions): (Vec<_>, Vec<_>) =
        codes(kind).into_iter().partition(|code| code.starts_with('$'));
    let interactions: Vec<Value> = interactions.into_iter().map(|code| json!({"code": code})).collect();
    let operations: Vec<Value> = operations
        .into_iter()
        .map(|code| code.trim_start_matches('$'))
        .map(|name| json!({"name": name, "definition": definition(name)}))
        .collect();
    let mut resource = json!({"type": kind});
    if let (false, Some(resource)) = (interactions.is_empty(), resource.as_object_mut()) {
        resource.insert("interaction".into(), Value::Array(interactions));
    }
    let parameters: &[(&str, &str, &str)] = match kind {
        "Patient" => &patient::PARAMETERS,
        "DocumentReference" => &iti67::PARAMETERS,
        "Consent" => &consent::PARAMETERS,
        "CareTeam" => &care_team::PARAMETERS,
        "RelatedPerson" => &related_person::PARAMETERS,
        "AuditEvent" => &audit_event::PARAMETERS,
        "Subscription" => &subscription::PARAMETERS,
        _ => &[],
    };
    let parameters: Vec<Value> = parameters
        .iter()
        .map(
            |(name, kind, documentation)| json!({"name": name, "type": kind, "documentation": documentation}),
        )
        .collect();
    if let (false, Some(resource)) = (parameters.is_empty(), resource.as_object_mut()) {
        resource.insert("searchParam".into(), Value::Array(parameters));
    }
    if let (false, Some(resource)) = (operations.is_empty(), resource.as_object_mut()) {
        resource.insert("operation".into(), Value::Array(operations));
    }
    resource
}

/// The definition of an operation: that of the guide it comes from, else our own.
fn definition(name: &str) -> String {
    match name {
        "validate" => "http://hl7.org/fhir/OperationDefinition/Resource-validate".to_owned(),
        "generate-metadata" => {
            "https://profiles.ihe.net/ITI/MHD/OperationDefinition/generate-metadata".to_owned()
        }
        "ihe-pix" => "https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix".to_owned(),
        own => format!("urn:passerelle:fhir:operation:{own}"),
    }
}

/// The interactions on a resource type (empty: the system), each once.
fn codes(kind: &str) -> Vec<&'static str> {
    let mut codes: Vec<&str> = Vec::new();
    for line in route::lines().filter(|line| line.interaction.0 == kind && !line.interaction.1.is_empty()) {
        if !codes.contains(&line.interaction.1) {
            codes.push(line.interaction.1);
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::structure;

    #[test]
    fn the_statement_is_structurally_sound() {
        assert_eq!(structure::check(&statement("https://h/fhir")), []);
    }

    #[test]
    fn the_statement_lists_the_operations_that_the_routes_answer() {
        let routed: Vec<&str> = route::lines().filter_map(|line| line.path.strip_prefix('$')).collect();
        let listed: Vec<String> =
            operations().iter().map(|one| one["name"].as_str().expect("name").to_owned()).collect();
        assert_eq!(listed, routed);
    }

    #[test]
    fn the_statement_lists_what_the_routes_answer() {
        let statement = statement("https://h/fhir");
        let rest = &statement["rest"][0];
        assert_eq!(rest["interaction"], json!([{"code": "transaction"}]));
        let listed: Vec<(String, Vec<String>)> = rest["resource"]
            .as_array()
            .expect("resources")
            .iter()
            .map(|r| {
                let codes = r["interaction"].as_array().cloned().unwrap_or_default();
                let codes = codes.iter().map(|i| i["code"].as_str().expect("code").to_owned()).collect();
                (r["type"].as_str().expect("type").to_owned(), codes)
            })
            .collect();
        let expected =
            |kind: &str, codes: &[&str]| (kind.to_owned(), codes.iter().map(|c| (*c).to_owned()).collect());
        assert_eq!(
            listed,
            [
                expected("Patient", &["read", "search-type"]),
                expected("DocumentReference", &["read", "search-type", "create", "patch", "delete"]),
                expected("Bundle", &[]),
                expected("Binary", &["read"]),
                expected("Consent", &["create", "read", "search-type", "delete"]),
                expected("CareTeam", &["create", "update", "search-type", "delete"]),
                expected("RelatedPerson", &["read", "search-type", "create", "delete"]),
                expected("AuditEvent", &["search-type"]),
                expected("Subscription", &["create", "read", "search-type", "delete"]),
            ]
        );
        let operations = rest["resource"][0]["operation"].as_array().expect("operations of Patient");
        assert_eq!(operations.len(), 9);
    }
}
