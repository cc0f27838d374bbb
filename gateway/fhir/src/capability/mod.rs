//! GET /metadata: the CapabilityStatement, made from the routes and parameter lists that answer; beside it what it
//! points at: SearchParameter, OperationDefinition, and the same in OpenAPI.

mod claims;
mod definitions;
mod known;
mod openapi;
mod operation;
mod parameter;

use serde_json::{Map, Value, json};

use crate::{Door, FHIR_JSON, FHIR_XML, Response, batch, iti65, iti66, iti67, media, route};

pub(crate) use definitions::{Defined, read, search};
pub(crate) use openapi::openapi;

/// When this statement last changed.
const DATE: &str = "2026-11-28";

/// What the door reads and writes, as `CapabilityStatement.format` lists it.
const FORMATS: &[&str] = &["json", FHIR_JSON, "xml", FHIR_XML];

/// Answers what the door can do. Public: nothing in it depends on a record.
pub(crate) fn metadata(door: &Door) -> Response {
    Response::json(200, &statement(&door.base))
}

fn statement(base: &str) -> Value {
    let mut statement = json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
    });
    let Some(members) = statement.as_object_mut() else { return statement };
    put_list(members, "instantiates", claims::instantiated().into_iter().map(Value::from).collect());
    let rest = json!({
        "software": {"name": "Passerelle", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": "Passerelle FHIR R4", "url": base},
        "fhirVersion": "4.0.1",
        "format": FORMATS,
        "patchFormat": patch_formats(),
        "implementationGuide": claims::GUIDES,
        "rest": [rest(base)],
    });
    if let Value::Object(rest) = rest {
        members.extend(rest);
    }
    statement
}

fn rest(base: &str) -> Value {
    let mut rest = json!({
        "mode": "server",
        "documentation": format!(
            "ITI-65 accepts {}; documents (Binary or FHIR document), folders, documents of the record, replacement \
             included. ITI-105 accepts one document with its bytes, relatesTo replaces and If-None-Exist included. The \
             same routes in OpenAPI 3.1: {base}/openapi.json.",
            iti65::profiles().collect::<Vec<_>>().join(" and ")
        ),
        "security": {
            "cors": false,
            "service": [{"coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "OAuth"},
            ]}],
            "description": format!(
                "TLS; bearer token (JWT, IHE IUA) whose scope names the transaction ({}), or is patient or operator.",
                scopes().join(", ")
            ),
        },
        "resource": kinds().into_iter().map(|kind| resource(base, kind)).collect::<Vec<_>>(),
    });
    if let Some(members) = rest.as_object_mut() {
        let mut system = coded("");
        if route::lines().any(|line| line.by_content) {
            system.push(json!({"code": batch::INTERACTION}));
        }
        put_list(members, "interaction", system);
        put_list(members, "operation", operation::listed(base, ""));
    }
    rest
}

fn resource(base: &str, kind: &str) -> Value {
    let mut resource = Map::new();
    resource.insert("type".into(), json!(kind));
    put_list(
        &mut resource,
        "supportedProfile",
        claims::profiles(kind).iter().map(|url| json!(url)).collect(),
    );
    put_list(&mut resource, "interaction", coded(kind));
    let routed =
        |method: &str, path: &str| route::lines().any(|line| line.method == method && line.path == path);
    let versions = routed("GET", &format!("{kind}/{{id}}/_history/{{vid}}"));
    if versions || kind == "DocumentReference" {
        resource.insert("versioning".into(), json!(if versions { "versioned" } else { "versioned-update" }));
    }
    // R4 has no flag for a conditional patch: this one stands in for it, as in PDSm.
    if routed("PUT", kind) || routed("PATCH", kind) {
        resource.insert("conditionalUpdate".into(), json!(true));
    }
    let offered = match kind {
        "DocumentReference" => Some(&iti67::OFFERED),
        "List" => Some(&iti66::OFFERED),
        _ => None,
    };
    let values = |values: &[&str]| values.iter().map(|value| json!(value)).collect();
    if let Some(offered) = offered {
        put_list(&mut resource, "searchInclude", values(offered.includes));
        put_list(&mut resource, "searchRevInclude", values(offered.revincludes));
    }
    put_list(&mut resource, "searchParam", parameter::listed(base, kind));
    put_list(&mut resource, "operation", operation::listed(base, kind));
    Value::Object(resource)
}

/// An element that FHIR does not write empty.
fn put_list(members: &mut Map<String, Value>, name: &str, values: Vec<Value>) {
    if !values.is_empty() {
        members.insert(name.to_owned(), Value::Array(values));
    }
}

/// The resource types of the routes, each once.
fn kinds() -> Vec<&'static str> {
    let mut kinds: Vec<&str> = Vec::new();
    for kind in route::lines().map(|line| line.interaction.0).filter(|kind| !kind.is_empty()) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// The interactions on a resource type (empty: the system), each once; operations stand elsewhere.
fn coded(kind: &str) -> Vec<Value> {
    let mut codes: Vec<&str> = Vec::new();
    for line in route::lines().filter(|line| line.interaction.0 == kind) {
        let code = line.interaction.1;
        if !code.is_empty() && !code.starts_with('$') && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes.into_iter().map(|code| json!({"code": code})).collect()
}

/// The media types of the patches that some route takes.
fn patch_formats() -> Vec<&'static str> {
    let patched = route::lines().any(|line| line.body == route::Body::Patch);
    if patched { media::PATCHES.to_vec() } else { Vec::new() }
}

/// The scopes that are transactions of IHE, in order.
fn scopes() -> Vec<&'static str> {
    let mut scopes: Vec<&str> =
        route::lines().map(|line| line.scope).filter(|scope| scope.starts_with("ITI-")).collect();
    scopes.sort_by_key(|scope| scope.trim_start_matches("ITI-").parse::<u32>().unwrap_or_default());
    scopes.dedup();
    scopes
}

/// A name for programs: letters, digits and `_`, a capital first (invariants spd-0 and opd-0 of R4).
fn identifier(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut word = word.to_owned();
            if let Some(first) = word.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            word
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::structure;

    #[test]
    fn the_statement_is_structurally_sound() {
        assert_eq!(structure::check(&statement("https://h/fhir")), []);
    }

    const BASE: &str = "https://h/fhir";

    #[test]
    fn the_definitions_are_structurally_sound_and_their_names_are_told_apart() {
        let all = [parameter::definitions(BASE, DATE), operation::definitions(BASE, DATE)].concat();
        let mut urls = std::collections::BTreeSet::new();
        for one in &all {
            assert_eq!(structure::check(one), [], "{one}");
            assert!(urls.insert(one["url"].as_str().expect("url")), "{}", one["url"]);
            let name = one["name"].as_str().expect("name");
            assert!(name.starts_with(|c: char| c.is_ascii_uppercase()), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
        }
        assert!(all.len() > 60, "{}", all.len());
    }

    #[test]
    fn every_definition_that_the_statement_names_is_served_under_its_url() {
        let all = [parameter::definitions(BASE, DATE), operation::definitions(BASE, DATE)].concat();
        let served: Vec<&str> = all.iter().map(|one| one["url"].as_str().expect("url")).collect();
        let statement = statement(BASE);
        let rest = &statement["rest"][0];
        let mut named = 0;
        for place in rest["resource"].as_array().expect("resources").iter().chain([rest]) {
            for list in ["searchParam", "operation"] {
                for one in place[list].as_array().into_iter().flatten() {
                    named += 1;
                    assert!(served.contains(&one["definition"].as_str().expect("definition")), "{one}");
                }
            }
        }
        assert_eq!(named, served.len(), "nothing else is served");
    }

    #[test]
    fn each_operation_says_where_it_is_called() {
        let of = |name: &str| {
            let all = operation::definitions(BASE, DATE);
            let one = all.into_iter().find(|one| one["id"] == name).expect("definition");
            (one["system"] == true, one["type"] == true, one["instance"] == true, one["kind"] == "query")
        };
        assert_eq!(of("habilitation-matrix"), (true, false, false, true));
        assert_eq!(of("Patient-close"), (false, true, true, false));
        assert_eq!(of("DocumentReference-who-could-see"), (false, false, true, true));
        assert_eq!(of("Bundle-validate"), (false, true, false, false));
    }

    #[test]
    fn openapi_describes_every_route_once_with_its_scope_and_path_parameters() {
        let description = openapi::description(BASE);
        let mut names = std::collections::BTreeSet::new();
        for line in route::lines() {
            let operation =
                &description["paths"][format!("/{}", line.path)][line.method.to_ascii_lowercase()];
            assert!(names.insert(operation["operationId"].as_str().expect("an operation").to_owned()));
            let scope = operation["security"].pointer("/0/token/0");
            assert_eq!(scope.is_none(), line.public, "{}", line.path);
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_path = parameters.iter().filter(|one| one["in"] == "path").count();
            assert_eq!(in_path, line.path.matches('{').count(), "{}", line.path);
        }
        let search = &description["paths"]["/DocumentReference"]["get"]["parameters"];
        assert!(search.as_array().expect("criteria").iter().any(|one| one["name"] == "security-label"));
    }

    #[test]
    fn the_statement_lists_what_the_routes_answer() {
        let statement = statement("https://h/fhir");
        let rest = &statement["rest"][0];
        assert_eq!(rest["interaction"], json!([{"code": "transaction"}, {"code": "batch"}]));
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
                expected("SearchParameter", &["search-type", "read"]),
                expected("OperationDefinition", &["search-type", "read"]),
                expected("Patient", &["read", "search-type", "update"]),
                expected(
                    "DocumentReference",
                    &["read", "history-instance", "vread", "search-type", "create", "patch", "delete"]
                ),
                expected("Bundle", &[]),
                expected("List", &["read", "search-type"]),
                expected("Binary", &["read"]),
                expected("Consent", &["create", "read", "search-type", "delete"]),
                expected("CareTeam", &["create", "update", "search-type", "delete"]),
                expected("RelatedPerson", &["read", "search-type", "create", "delete"]),
                expected("AuditEvent", &["search-type", "read"]),
                expected("Subscription", &["create", "read", "search-type", "update", "delete"]),
                expected("Basic", &["search-type", "read"]),
            ]
        );
        let operations = rest["resource"][2]["operation"].as_array().expect("operations of Patient");
        assert_eq!(operations.len(), 10);
    }
}
