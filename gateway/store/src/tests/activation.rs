//! Provisional codes: matricule, card and code, all three.

use journey::{ActivationProof, CODE_SECONDS, MOST_TRIES, Refusal, Store};
use model::{Ins, Moment, Rule};
use policy::{Operation, ProvisionalCode, Standing};

use super::kit::{CARD, World, identity, ins, operator, rules};

async fn notified() -> World {
    let world = World::new().await;
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    world
}

async fn request(world: &World, patient: &Ins) {
    journey::request_code(&world.desk, &operator(), "kit", patient).await.unwrap();
}

/// The code in the only message that carries one.
async fn code(world: &World) -> String {
    let (patient, id, payload): (Vec<u8>, Vec<u8>, Vec<u8>) =
        sqlx::query_as("SELECT patient_key, id, payload FROM outbox WHERE kind = 'activation-code'")
            .fetch_one(&mut world.behind().await)
            .await
            .unwrap();
    let patient = crate::keys::PatientKey::of(&patient).unwrap();
    let id = crate::commit::uuid_of(&id).unwrap();
    let mut reader = world.store().0.readers.acquire().await.unwrap();
    let mut session = crate::session::Session::new(&mut reader);
    let record = crate::record::Record::by_key(&mut session, &patient).await.unwrap().unwrap();
    let secret = record.secret(&world.store().0.keys).unwrap().unwrap();
    let opened = secret.open(&crate::outbox::payload_place(&patient, &id), &payload).unwrap();
    let row: serde_json::Value = serde_json::from_slice(&opened).unwrap();
    row["row"]["code"].as_str().unwrap().to_owned()
}

async fn activate(world: &World, patient: &Ins, card: &str, code: &str) -> Result<(), Refusal> {
    let proof = ActivationProof { card: card.into(), code: code.into() };
    journey::activate(&world.desk, &operator(), "kit", patient, &proof).await
}

async fn standing(world: &World) -> Standing {
    world.store().facts(&ins(1), &operator(), world.now()).await.unwrap().standing
}

fn is_wrong(tried: Result<(), Refusal>) -> bool {
    rules(&tried.unwrap_err()) == [Rule::ActivationIsRight]
}

#[tokio::test]
async fn the_right_code_opens_a_notified_record_once() {
    let world = notified().await;
    request(&world, &ins(1)).await;
    let code = code(&world).await;
    activate(&world, &ins(1), CARD, &code).await.unwrap();
    assert_eq!(standing(&world).await, Standing::Activated);
    assert!(is_wrong(activate(&world, &ins(1), CARD, &code).await), "used");
    assert_eq!(world.count("SELECT count(*) FROM outbox WHERE kind = 'activation-code'").await, 0);
    let lines = world.store().history(&ins(1), 10, world.now()).await.unwrap();
    let ends: Vec<_> = lines.iter().filter(|line| line.act == "activate").map(|line| &line.refused).collect();
    assert_eq!(ends.len(), 2);
    assert!(ends[0].is_empty() && ends[1] == &[Rule::ActivationIsRight.name()]);
}

#[tokio::test]
async fn an_open_record_is_activated_too() {
    let world = World::with_record().await;
    request(&world, &ins(1)).await;
    activate(&world, &ins(1), CARD, &code(&world).await).await.unwrap();
    assert_eq!(standing(&world).await, Standing::Activated);
}

#[tokio::test]
async fn a_code_is_accepted_until_the_last_microsecond_of_42_days() {
    for (late, accepted) in [(-1, true), (0, false)] {
        let world = notified().await;
        request(&world, &ins(1)).await;
        let code = code(&world).await;
        world.at(Moment(world.now().plus_seconds(CODE_SECONDS).0 + late));
        let tried = activate(&world, &ins(1), CARD, &code).await;
        assert_eq!(tried.is_ok(), accepted, "{late}");
    }
}

#[tokio::test]
async fn another_card_another_code_and_another_matricule_are_one_answer() {
    let world = notified().await;
    world.operate(Operation::Import(identity(&ins(2)))).await.unwrap();
    request(&world, &ins(1)).await;
    let code = code(&world).await;
    assert!(is_wrong(activate(&world, &ins(1), "OTHER", &code).await));
    assert!(is_wrong(activate(&world, &ins(1), CARD, "WRONG").await));
    assert!(is_wrong(activate(&world, &ins(2), CARD, &code).await), "of another record");
    assert!(is_wrong(activate(&world, &ins(9), CARD, &code).await), "of no record");
    assert_eq!(standing(&world).await, Standing::Notified);
    activate(&world, &ins(1), CARD, &code).await.unwrap();
}

#[tokio::test]
async fn wrong_tries_lock_the_code_and_a_new_one_unlocks() {
    let world = notified().await;
    request(&world, &ins(1)).await;
    let first = code(&world).await;
    for _ in 0..MOST_TRIES {
        assert!(is_wrong(activate(&world, &ins(1), CARD, "WRONG").await));
    }
    assert!(is_wrong(activate(&world, &ins(1), CARD, &first).await), "locked");
    request(&world, &ins(1)).await;
    activate(&world, &ins(1), CARD, &code(&world).await).await.unwrap();
}

#[tokio::test]
async fn a_new_code_voids_the_former_and_its_message() {
    let world = notified().await;
    for spelled in ["FIRSTCODE2", "SECONDCODE"] {
        let until = world.now().plus_seconds(CODE_SECONDS);
        let issued = ProvisionalCode { code: spelled.into(), until };
        world.operate(Operation::IssueCode(ins(1), issued)).await.unwrap();
        assert_eq!(code(&world).await, spelled);
    }
    assert!(is_wrong(activate(&world, &ins(1), CARD, "FIRSTCODE2").await));
    activate(&world, &ins(1), CARD, "SECONDCODE").await.unwrap();
}

#[tokio::test]
async fn a_try_on_no_record_leaves_an_event_and_as_many_statements() {
    let world = notified().await;
    world.store().0.writer.trip.set(0);
    assert!(is_wrong(activate(&world, &ins(1), CARD, "WRONG").await));
    let known = world.store().0.writer.trip.steps();
    world.store().0.writer.trip.set(0);
    assert!(is_wrong(activate(&world, &ins(9), CARD, "WRONG").await));
    assert_eq!(world.store().0.writer.trip.steps(), known);
    assert_eq!(world.count("SELECT count(*) FROM journal WHERE lane = zeroblob(16)").await, 1);
}

#[tokio::test]
async fn whoever_asks_for_a_code_learns_nothing_and_an_activated_account_gets_none() {
    let world = notified().await;
    request(&world, &ins(9)).await;
    assert_eq!(world.count("SELECT count(*) FROM outbox").await, 0);
    request(&world, &ins(1)).await;
    activate(&world, &ins(1), CARD, &code(&world).await).await.unwrap();
    request(&world, &ins(1)).await;
    assert_eq!(world.count("SELECT count(*) FROM outbox").await, 0);
}

#[tokio::test]
async fn without_a_card_in_the_feed_nobody_activates() {
    let world = World::new().await;
    let cardless = model::Identity { card_serial: None, ..identity(&ins(1)) };
    world.operate(Operation::Import(cardless)).await.unwrap();
    request(&world, &ins(1)).await;
    let code = code(&world).await;
    assert!(is_wrong(activate(&world, &ins(1), "", &code).await));
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    activate(&world, &ins(1), CARD, &code).await.unwrap();
}
