//! The journal: what it tells, and what it finds.

use journey::{Event, EventOutcome, JournalReport, Store};
use model::Rule;

use super::kit::{World, doctor, ins};
use super::made::submission;

async fn report(world: &World) -> JournalReport {
    world.store().verify_journal().await.unwrap()
}

async fn filled() -> World {
    let world = World::with_record().await;
    for number in 0..3 {
        world.deposit(submission(&world, &ins(1), number)).await.unwrap();
    }
    let now = journey::Clock::now(&world.desk.clock);
    let unknown = Event::by(&doctor(), world.uuid(), now, journey::Act::Search, "ITI-18")
        .about(&doctor(), Some(ins(7)));
    world.store().record(unknown.ended(EventOutcome::Absent), None).await.unwrap();
    world
}

#[tokio::test]
async fn an_untouched_journal_is_sound_in_every_lane() {
    let world = filled().await;
    assert_eq!(report(&world).await, JournalReport { sound: 6, erased: 0, broken: Vec::new() });
}

#[tokio::test]
async fn an_edit_a_gap_and_a_cut_tail_are_found() {
    for tamper in [
        "UPDATE journal SET payload = zeroblob(length(payload)) WHERE seq = 2",
        "UPDATE journal SET salt = zeroblob(16) WHERE seq = 2",
        "UPDATE journal SET at = at + 1 WHERE seq = 2",
        "UPDATE journal SET commitment = zeroblob(32) WHERE seq = 2",
        "UPDATE journal SET chain = zeroblob(32) WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 5",
        "DELETE FROM journal WHERE seq = 1",
        "DELETE FROM journal WHERE seq = 5; UPDATE lane SET last_seq = 4 WHERE last_seq = 5",
        "DELETE FROM lane WHERE last_seq = 5",
        "UPDATE journal SET seq = 12 - seq WHERE seq IN (2, 3)",
    ] {
        let world = filled().await;
        world.tamper(tamper).await;
        assert!(!report(&world).await.broken.is_empty(), "{tamper}");
    }
}

#[tokio::test]
async fn a_lawful_erasure_leaves_the_chain_whole() {
    let world = filled().await;
    world.tamper("UPDATE journal SET payload = NULL, salt = NULL, erased_at = 1 WHERE seq = 2").await;
    assert_eq!(report(&world).await, JournalReport { sound: 5, erased: 1, broken: Vec::new() });
    world.tamper("UPDATE record SET wrapped_key = NULL, state = 'erased'").await;
    assert_eq!(report(&world).await, JournalReport { sound: 1, erased: 5, broken: Vec::new() });
    assert_eq!(world.store().history(&ins(1), 100, world.now()).await.unwrap(), Vec::new());
}

#[tokio::test]
async fn the_history_tells_who_did_what_oldest_first() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let mut refused = submission(&world, &ins(1), 2);
    refused.set.authors.clear();
    world.deposit(refused).await.unwrap_err();
    let lines = world.store().history(&ins(1), 100, world.now()).await.unwrap();
    let acts: Vec<_> = lines.iter().map(|line| line.act.as_str()).collect();
    assert_eq!(acts, ["import-identity", "open-record", "deposit", "deposit"]);
    assert_eq!((lines[2].display.as_str(), lines[2].structure.as_deref()), ("Logiciel", Some("1750000001")));
    assert_eq!((lines[2].documents.len(), lines[2].refused.len()), (1, 0));
    assert_eq!((lines[2].transaction.as_str(), lines[2].mode.as_str()), ("ITI-65", "normal"));
    assert_eq!(lines[3].refused, [Rule::DepositorSignsTheSet.name()]);
    assert_eq!(world.store().history(&ins(2), 100, world.now()).await.unwrap(), Vec::new());
}
