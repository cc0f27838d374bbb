//! GET /metadata: the CapabilityStatement, made from the routes and parameter lists that answer.

use serde_json::{Value, json};

use crate::route::ROUTES;
use crate::{Door, FHIR_JSON, Response, export, habilitation_matrix, iti65, iti67, patient};

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
                "description": "TLS; bearer token (JWT, IHE IUA) whose scope names the transaction: ITI-65, ITI-67, ITI-68, ITI-78, ITI-105.",
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
    let mut types: Vec<&str> =
        ROUTES.iter().map(|line| line.interaction.0).filter(|kind| !kind.is_empty()).collect();
    types.dedup();
    types.into_iter().map(resource).collect()
}

fn resource(kind: &str) -> Value {
    let interactions: Vec<Value> = codes(kind).into_iter().map(|code| json!({"code": code})).collect();
    let mut resource = json!({"type": kind, "interaction": interactions});
    if let ("Patient", Some(resource)) = (kind, resource.as_object_mut()) {
        let operation = json!({
            "name": export::NAME,
            "definition": export::DEFINITION,
            "documentation": export::DOCUMENTATION,
        });
        resource.insert("operation".into(), json!([operation]));
    }
    let parameters: &[(&str, &str, &str)] = match kind {
        "Patient" => &patient::PARAMETERS,
        "DocumentReference" => &iti67::PARAMETERS,
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
    resource
}

/// The interactions on a resource type (empty: the system), each once.
fn codes(kind: &str) -> Vec<&'static str> {
    let mut codes: Vec<&str> = Vec::new();
    for line in ROUTES.iter().filter(|line| line.interaction.0 == kind && !line.interaction.1.is_empty()) {
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
        let routed: Vec<&str> = ROUTES.iter().filter_map(|line| line.path.strip_prefix('$')).collect();
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
                let codes = r["interaction"].as_array().expect("interactions");
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
                expected("DocumentReference", &["read", "search-type", "create"]),
                expected("Binary", &["read"]),
            ]
        );
    }
}
