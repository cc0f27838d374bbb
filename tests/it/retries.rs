//! "Did it go in? May I resend?": the identical retry gets the same receipt, one document exists.

use passerelle_tests::Made;
use server::demo::calls::SoapCaller;
use server::demo::samples;

use crate::world::World;

#[tokio::test]
async fn an_identical_retry_through_fhir_gives_the_same_locations_and_one_document() {
    let world = World::new().await;
    let made = Made::new(1, 1);
    let first = world.deposit("hospital", &made.bundle).await;
    let rows = world.rows().await;
    let second = world.deposit("hospital", &made.bundle).await;
    let locations = |reply: &server::demo::calls::Reply| {
        let entries = reply.json()["entry"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["response"]["location"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200), "{}", second.text());
    assert_eq!(locations(&first), locations(&second));
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a_retry_whose_set_was_stamped_again_is_the_same_submission() {
    let world = World::new().await;
    let made = Made::new(1, 2);
    assert!(world.deposit("hospital", &made.bundle).await.status.is_success());
    let rows = world.rows().await;
    let mut later: serde_json::Value = serde_json::from_str(&made.bundle).unwrap();
    for entry in later["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "List" {
            entry["resource"]["date"] = "2026-11-21T10:00:00Z".into();
        }
    }
    let again = world.deposit("hospital", &later.to_string()).await;
    assert_eq!(again.status.as_u16(), 200, "{}", again.text());
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn the_same_set_id_with_another_title_is_a_conflict() {
    let world = World::new().await;
    let made = Made::new(1, 3);
    assert!(world.deposit("hospital", &made.bundle).await.status.is_success());
    let rows = world.rows().await;
    let mut other: serde_json::Value = serde_json::from_str(&made.bundle).unwrap();
    for entry in other["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "List" {
            entry["resource"]["title"] = "Un autre titre".into();
        }
    }
    let reply = world.deposit("hospital", &other.to_string()).await;
    assert_eq!(reply.status.as_u16(), 409, "{}", reply.text());
    assert!(reply.text().contains("set_id_is_free"));
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn the_same_document_id_with_other_bytes_is_a_conflict() {
    let world = World::new().await;
    let made = Made::new(1, 4);
    assert!(world.deposit("hospital", &made.bundle).await.status.is_success());
    let rows = world.rows().await;
    let reply = world.deposit("hospital", &made.with_other_bytes("2.999.9.1.4.9")).await;
    assert_eq!(reply.status.as_u16(), 409, "{}", reply.text());
    assert!(reply.text().contains("document_id_is_free") && reply.text().contains("XDSNonIdenticalHash"));
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn an_identical_retry_through_xds_succeeds_once_stored() {
    let mut world = World::new().await;
    let laboratory = SoapCaller::new("laboratory", &world.patient("ondine"));
    let parts = samples::lab_parts();
    let mut rows = None;
    for _ in 0..2 {
        let reply = world.stage.soap("repository", samples::ITI41_LAB, &parts, &laboratory).await.unwrap();
        assert!(reply.text().contains("ResponseStatusType:Success"), "{}", reply.text());
        let now = world.rows().await;
        assert_eq!(*rows.get_or_insert(now), now);
    }
}

#[tokio::test]
async fn the_same_submission_from_somebody_else_is_no_retry() {
    let world = World::new().await;
    let made = Made::new(1, 5);
    assert!(world.deposit("hospital", &made.bundle).await.status.is_success());
    let rows = world.rows().await;
    let reply = world.deposit("laboratory", &made.bundle).await;
    assert!(reply.status.is_client_error(), "{}", reply.text());
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a_retry_that_declares_another_hash_is_no_retry() {
    let world = World::new().await;
    let made = Made::new(1, 6);
    assert!(world.deposit("hospital", &made.bundle).await.status.is_success());
    let rows = world.rows().await;
    let reply = world.deposit("hospital", &made.bundle.replacen("\"hash\": \"", "\"hash\": \"A", 1)).await;
    assert!(reply.status.is_client_error(), "{}", reply.text());
    assert_eq!(world.rows().await, rows);
}
