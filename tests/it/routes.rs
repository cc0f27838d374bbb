//! Every route refuses whoever is not authenticated and whoever has not the scope; `metadata` is public.

use crate::scenarios::rules;
use crate::world::World;

#[tokio::test]
async fn every_route_that_is_not_public_wants_a_token_with_its_scope() {
    let world = World::new().await;
    let mut claims = world.stage.claims("gp").unwrap();
    claims.scope = "ITI-0".into();
    let without_scope = world.stage.token(&claims).unwrap();
    let mut closed = 0;
    for (method, path, route) in fhir::routes() {
        let named = path.contains("{id}");
        let path = path.replace("{id}", "00000000-0000-4000-8000-000000000000");
        if route.public {
            let reply = world.stage.fhir_get(&path, None, "*/*").await.unwrap();
            assert_eq!(reply.status.as_u16(), if named { 404 } else { 200 }, "{path}");
            continue;
        }
        closed += 1;
        for (token, status, rule) in [
            (None, 401, "token_is_signed_by_its_issuer"),
            (Some(without_scope.as_str()), 403, "scope_covers_transaction"),
        ] {
            let reply = world.stage.fhir(method, &path, token, None, "").await.unwrap();
            assert_eq!(reply.status.as_u16(), status, "{method} {path}: {}", reply.text());
            assert_eq!(rules(&reply), [rule], "{method} {path}");
        }
    }
    assert!(closed > 40, "{closed}");
}

#[tokio::test]
async fn an_operators_token_reads_no_document() {
    let world = World::new().await;
    let mut claims = world.stage.claims("gp").unwrap();
    claims.scope = "operator ITI-67 ITI-68".into();
    let token = world.stage.token(&claims).unwrap();
    let path = server::demo::script::search_path(&world.patient("ondine"));
    let reply = world.stage.fhir_get(&path, Some(&token), "*/*").await.unwrap();
    assert_eq!(
        rules(&reply),
        ["proofs_agree"],
        "an operator shows a certificate beside the token: {}",
        reply.text()
    );
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
