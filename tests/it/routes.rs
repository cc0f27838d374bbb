//! Every route refuses whoever is not authenticated and whoever has not the scope; `metadata` is public.

use crate::scenarios::rules;
use crate::world::World;

const ROUTES: [(&str, &str); 13] = [
    ("POST", ""),
    ("GET", "Patient/00000000-0000-4000-8000-000000000000"),
    ("GET", "Patient/00000000-0000-4000-8000-000000000000/$export"),
    ("GET", "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180"),
    ("POST", "Patient/_search"),
    ("GET", "DocumentReference/00000000-0000-4000-8000-000000000000"),
    (
        "GET",
        "DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180&status=current",
    ),
    ("POST", "DocumentReference/_search"),
    ("POST", "DocumentReference"),
    ("PATCH", "DocumentReference/00000000-0000-4000-8000-000000000000"),
    ("PATCH", "DocumentReference?identifier=urn:oid:2.999.1"),
    ("DELETE", "DocumentReference/00000000-0000-4000-8000-000000000000"),
    ("GET", "Binary/00000000-0000-4000-8000-000000000000"),
];

#[tokio::test]
async fn every_route_of_the_capability_statement_but_metadata_wants_a_token_with_its_scope() {
    let world = World::new().await;
    let metadata = world.stage.fhir_get("metadata", None, "*/*").await.unwrap();
    assert_eq!(metadata.status.as_u16(), 200);
    let rest = &metadata.json()["rest"][0];
    let resources: usize = rest["resource"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["interaction"].as_array().unwrap().len())
        .sum();
    let system = rest["interaction"].as_array().map_or(0, Vec::len);
    let by_a_second_path = 3; // searches by POST, PATCH by identifier
    let on_a_resource = |one: &serde_json::Value| one["operation"].as_array().map_or(0, Vec::len);
    let operations: usize = rest["resource"].as_array().unwrap().iter().map(on_a_resource).sum();
    assert_eq!(
        resources + operations + system + by_a_second_path,
        ROUTES.len(),
        "a route is missing in this list"
    );
    let mut claims = world.stage.claims("gp").unwrap();
    claims.scope = "ITI-81".into();
    let without_scope = world.stage.token(&claims).unwrap();
    for (method, path) in ROUTES {
        for (token, status, rule) in [
            (None, 401, "token_is_signed_by_its_issuer"),
            (Some(without_scope.as_str()), 403, "scope_covers_transaction"),
        ] {
            let reply = match method {
                "GET" => world.stage.fhir_get(path, token, "*/*").await.unwrap(),
                "POST" => world.stage.fhir_post(path, token, "{}").await.unwrap(),
                other => world.stage.fhir(other, path, token, None, "").await.unwrap(),
            };
            assert_eq!(reply.status.as_u16(), status, "{method} {path}: {}", reply.text());
            assert_eq!(rules(&reply), [rule], "{method} {path}");
        }
    }
}

#[tokio::test]
async fn an_operators_token_reads_no_document() {
    let world = World::new().await;
    let mut claims = world.stage.claims("gp").unwrap();
    claims.scope = "operator ITI-67 ITI-68".into();
    let token = world.stage.token(&claims).unwrap();
    let path = server::demo::script::search_path(&world.patient("ondine"));
    let reply = world.stage.fhir_get(&path, Some(&token), "*/*").await.unwrap();
    assert_eq!(reply.status.as_u16(), 403, "{}", reply.text());
}

#[tokio::test]
async fn a_patient_learns_nothing_of_whether_another_has_a_record() {
    let world = World::new().await;
    let token = world.token("basile");
    let search = async |patient: &str| {
        let patient = world.patient(patient);
        let path = server::demo::script::search_path(&patient);
        let reply = world.stage.fhir_get(&path, Some(&token), "*/*").await.unwrap();
        let mut bundle = reply.json();
        for own_to_the_answer in ["id", "meta", "timestamp"] {
            bundle.as_object_mut().unwrap().remove(own_to_the_answer);
        }
        (reply.status, bundle.to_string().replace(patient.number(), "INS"))
    };
    let nobody = search("inconnue").await;
    assert_eq!(nobody.0.as_u16(), 200, "as an absent record");
    for somebody in ["ondine", "achille", "sidonie"] {
        assert_eq!(search(somebody).await, nobody, "{somebody}");
    }
}
