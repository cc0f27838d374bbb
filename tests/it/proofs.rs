//! Who is calling: tokens, assertions and certificates that must not get through, and those that must.

use http::StatusCode;
use journey::Clock as _;
use serde_json::json;
use server::demo::calls::{SoapCaller, security};
use server::demo::samples;
use server::demo::script::search_path;
use server::outside::SystemClock;
use server::pki::{Authority, TokenClaims, TokenIssuer, Usage};

use crate::world::World;

const JSON: &str = "application/fhir+json";

async fn status(world: &World, token: &str) -> (u16, String) {
    let path = search_path(&world.patient("ondine"));
    let reply = world.stage.fhir_get(&path, Some(token), JSON).await.unwrap();
    (reply.status.as_u16(), reply.text())
}

/// A token of the GP whose payload was changed, signed by the issuer.
fn changed(world: &World, change: impl FnOnce(&mut serde_json::Value)) -> String {
    let claims = world.stage.claims("gp").unwrap();
    let mut payload = world.stage.issuer.payload(&claims, SystemClock.now());
    change(&mut payload);
    world.stage.issuer.signed(&payload).unwrap()
}

#[tokio::test]
async fn a_good_token_passes() {
    let world = World::new().await;
    assert_eq!(status(&world, &world.token("gp")).await.0, 200);
}

#[tokio::test]
async fn a_token_without_signature_algorithm_is_refused() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let world = World::new().await;
    let claims = world.stage.claims("gp").unwrap();
    let payload = world.stage.issuer.payload(&claims, SystemClock.now()).to_string();
    for algorithm in ["none", "None", "HS256"] {
        let header = json!({ "alg": algorithm, "typ": "JWT" }).to_string();
        let token = format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(&payload));
        let (status, text) = status(&world, &token).await;
        assert_eq!(status, 401, "{algorithm}");
        assert!(text.contains("token_is_signed_by_its_issuer"), "{text}");
    }
}

#[tokio::test]
async fn a_token_signed_by_another_key_is_refused() {
    let world = World::new().await;
    let forger = TokenIssuer::new(&world.stage.issuer.iss, &world.stage.issuer.audience).unwrap();
    let token = forger.token(&world.stage.claims("gp").unwrap(), SystemClock.now()).unwrap();
    assert_eq!(status(&world, &token).await.0, 401);
}

#[tokio::test]
async fn a_token_out_of_its_time_or_audience_is_refused_by_its_own_rule() {
    let world = World::new().await;
    let now = SystemClock.now().0 / 1_000_000;
    let cases: [(&str, serde_json::Value, &str); 6] = [
        ("exp", json!(now - 1), "token_is_in_its_time"),
        ("iat", json!(now + 600), "token_is_in_its_time"),
        ("exp", json!(now + 7200), "token_is_in_its_time"),
        ("nbf", json!(now + 600), "token_is_in_its_time"),
        ("aud", json!("https://elsewhere.example"), "token_is_complete"),
        ("jti", json!(""), "token_is_complete"),
    ];
    for (claim, value, rule) in cases {
        let token = changed(&world, |payload| payload[claim] = value.clone());
        let (status, text) = status(&world, &token).await;
        assert_eq!(status, 401, "{claim} {value}: {text}");
        assert!(text.contains(rule), "{claim} {value}: {text}");
    }
}

#[tokio::test]
async fn a_refused_token_is_never_repeated_in_the_answer() {
    let world = World::new().await;
    let token = changed(&world, |payload| payload["exp"] = json!(1));
    let (_, text) = status(&world, &token).await;
    assert!(!text.contains(token.split('.').nth(2).unwrap()));
    assert!(!text.contains(world.patient("ondine").number()));
}

#[tokio::test]
async fn a_scope_that_does_not_cover_the_transaction_is_refused() {
    let world = World::new().await;
    let claims = TokenClaims { scope: "ITI-65".into(), ..world.stage.claims("gp").unwrap() };
    let (status, text) = status(&world, &world.stage.token(&claims).unwrap()).await;
    assert_eq!(status, 403);
    assert!(text.contains("scope_covers_transaction"), "{text}");
}

#[tokio::test]
async fn a_secret_connection_is_stated_by_its_one_flag() {
    let world = World::new().await;
    let token = changed(&world, |payload| {
        payload["extensions"]["vihf"]["confidentiality_code"] = json!("INVISIBLE");
    });
    let (status, text) = status(&world, &token).await;
    assert_eq!(status, 401, "{text}");
    assert!(text.contains("token_is_complete") && text.contains("INVISIBLE_REPRESENTANTS_LEGAUX"), "{text}");
}

#[tokio::test]
async fn an_unknown_role_is_refused_and_a_doctor_needs_a_specialty() {
    let world = World::new().await;
    let gp = world.stage.claims("gp").unwrap();
    let insurer = vec![("1.2.3.4".to_owned(), "INSURER".to_owned())];
    let doctor_alone = gp.roles[..1].to_vec();
    for roles in [Vec::new(), insurer, doctor_alone] {
        let token = world.stage.token(&TokenClaims { roles, ..gp.clone() }).unwrap();
        let (status, text) = status(&world, &token).await;
        assert_eq!(status, 403);
        assert!(text.contains("role_is_known"), "{text}");
    }
}

#[tokio::test]
async fn a_token_for_another_patient_is_refused() {
    let world = World::new().await;
    let other = Some(world.patient("basile").to_cx());
    let claims = TokenClaims { patient: other, ..world.stage.claims("gp").unwrap() };
    let (status, text) = status(&world, &world.stage.token(&claims).unwrap()).await;
    assert_eq!(status, 403);
    assert!(text.contains("token_patient_is_query_patient"), "{text}");
}

#[tokio::test]
async fn the_holder_reads_their_own_record_and_nobody_elses() {
    let world = World::new().await;
    let token = world.token("ondine");
    assert_eq!(status(&world, &token).await.0, 200);
    let other =
        world.stage.fhir_get(&search_path(&world.patient("basile")), Some(&token), JSON).await.unwrap();
    assert_eq!(other.status, StatusCode::OK, "{}", other.text());
    assert_eq!(other.json()["total"], 0, "as if there were no record");
}

#[tokio::test]
async fn an_assertion_that_is_missing_twice_there_or_changed_is_a_fault() {
    let mut world = World::new().await;
    let caller = SoapCaller::new("gp", &world.patient("ondine"));
    let assertion = world.stage.assertion(&caller).unwrap();
    let cases = [
        ("no security header", String::new()),
        ("no assertion", security("")),
        ("two assertions", security(&format!("{assertion}{assertion}"))),
        (
            "another purpose",
            security(&assertion.replace(">normal<", ">x<").replace("\"normal\"", "\"centre_15\"")),
        ),
        ("another person", security(&assertion.replace("899900000011", "899900000029"))),
    ];
    for (what, header) in cases {
        let envelope = world.stage.dressed(samples::ITI18_FIND, &header);
        let reply = world.stage.soap_raw("registry", &envelope, &[], None).await.unwrap();
        assert!(!reply.status.is_success(), "{what}: {}", reply.text());
        assert!(reply.text().contains("Fault"), "{what}");
    }
}

#[tokio::test]
async fn an_assertion_of_another_authority_is_refused() {
    let mut world = World::new().await;
    world.stage.authority = Authority::new("Une autre autorité", SystemClock.now()).unwrap();
    let caller = SoapCaller { certificate: false, ..SoapCaller::new("gp", &world.patient("ondine")) };
    let reply = world.stage.soap("registry", samples::ITI18_FIND, &[], &caller).await.unwrap();
    assert!(
        !reply.status.is_success() && reply.text().contains("assertion_is_signed_by_its_issuer"),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn an_assertion_is_not_taken_over_by_another_client_but_may_be_used_again_by_the_same() {
    let mut world = World::new().await;
    let caller = SoapCaller::new("gp", &world.patient("ondine"));
    let assertion = world.stage.assertion(&caller).unwrap();
    let own = world.stage.credential("gp", "client").unwrap();
    for (certificate, passes) in [(Some(&own), true), (Some(&own), true), (None, false)] {
        let envelope = world.stage.dressed(samples::ITI18_FIND, &security(&assertion));
        let reply = world.stage.soap_raw("registry", &envelope, &[], certificate).await.unwrap();
        assert_eq!(reply.status.is_success(), passes, "{}", reply.text());
        assert!(passes || reply.text().contains("assertion_is_not_taken_over"));
    }
}

#[tokio::test]
async fn with_required_certificates_nobody_connects_without_one() {
    let mut world = World::with(&[("TLS__CLIENT_CERTIFICATES", "required")]).await;
    let path = search_path(&world.patient("ondine"));
    assert!(world.stage.fhir_get(&path, Some(&world.token("gp")), JSON).await.is_err());
    let caller = SoapCaller::new("gp", &world.patient("ondine"));
    let reply = world.stage.soap("registry", samples::ITI18_FIND, &[], &caller).await.unwrap();
    assert!(reply.status.is_success(), "{}", reply.text());
}

#[tokio::test]
async fn a_client_certificate_of_another_authority_does_not_connect() {
    let world = World::new().await;
    let other = Authority::new("Une autre autorité", SystemClock.now()).unwrap();
    let stranger = other.structure("1999999991", "X", "x.example", Usage::Client).unwrap();
    let reply = world.stage.soap_raw("registry", "<x/>", &[], Some(&stranger)).await;
    assert!(reply.is_err());
}
