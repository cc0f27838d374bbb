//! The queue for an audit record repository: every event, in order, from the day that one is configured.

use journey::{AuditEntry, Event, Store};
use policy::{Operation, Setting};

use super::kit::{DOCTOR, World, doctor, granted, ins, options, person, time};
use super::made::submission;
use crate::SqliteStore;

async fn fed() -> World {
    let world = World::with(|options| options.audit_feed = true).await;
    world.open_record(&ins(1)).await;
    world
}

async fn acts(world: &World) -> Vec<String> {
    due(world, 0).await.into_iter().map(|entry| entry.line.act).collect()
}

async fn due(world: &World, after: i64) -> Vec<AuditEntry> {
    world.store().audit_due(after, 100).await.unwrap().entries
}

#[tokio::test]
async fn every_event_is_queued_in_the_order_of_commits_with_what_its_message_names() {
    let world = fed().await;
    world.set(Setting::Authorised(person(DOCTOR), granted(time("2030")))).await;
    let receipt = world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    journey::search(&world.desk, &doctor(), "ITI-18", super::searches::all()).await.unwrap();
    let ask = journey::DocumentAsk {
        patient: None,
        key: journey::DocumentKey::Uuid(receipt.documents[0].logical_id),
    };
    journey::retrieve(&world.desk, &doctor(), "ITI-43", ask).await.unwrap();
    let expected = ["import-identity", "open-record", "choose", "deposit", "search", "retrieve"];
    assert_eq!(acts(&world).await, expected);
    let all = due(&world, 0).await;
    assert!(all.iter().all(|entry| entry.patient == Some(ins(1))));
    assert!(all.is_sorted_by_key(|entry| entry.position));
    let (deposit, search, retrieve) = (&all[3], &all[4], &all[5]);
    assert_eq!(deposit.set.as_ref(), Some(&receipt.set_unique_id));
    assert!(search.documents.is_empty() && !search.line.documents.is_empty());
    let read = &retrieve.documents[0];
    assert!(read.held && read.unique_id.as_ref() == Some(&receipt.documents[0].unique_id));
    assert_eq!(world.store().audit_backlog().await.unwrap(), 6);
}

#[tokio::test]
async fn what_was_sent_goes_and_nothing_else() {
    let world = fed().await;
    let all = due(&world, 0).await;
    let first = all[0].position;
    assert_eq!(due(&world, first).await, all[1..]);
    for _ in 0..2 {
        world.store().audit_sent(vec![first]).await.unwrap();
        assert_eq!(due(&world, 0).await, all[1..]);
    }
    world.store().close().await;
    let mut same = options(world.path());
    same.audit_feed = true;
    let again = SqliteStore::open(same).await.unwrap();
    assert_eq!(again.audit_due(0, 100).await.unwrap().entries, all[1..], "it waits on the disk");
    again.audit_sent(all.iter().map(|entry| entry.position).collect()).await.unwrap();
    assert_eq!(again.audit_backlog().await.unwrap(), 0);
}

#[tokio::test]
async fn without_a_repository_nothing_is_queued() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM audit_outbox").await, 0);
    assert_eq!(acts(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_event_about_no_known_record_names_no_patient() {
    let world = fed().await;
    let event = Event::by(&doctor(), world.uuid(), world.now(), journey::Act::Search, "ITI-18")
        .about(&doctor(), Some(ins(7)));
    world.store().record(event, None).await.unwrap();
    let last = due(&world, 0).await.pop().unwrap();
    assert_eq!((last.line.act.as_str(), last.patient), ("search", None));
}

#[tokio::test]
async fn what_was_erased_before_it_was_sent_is_told_by_its_proof_alone() {
    let world = fed().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    world.operate(Operation::Close(ins(1))).await.unwrap();
    world.operate(Operation::Erase(ins(1))).await.unwrap();
    let due = world.store().audit_due(0, 100).await.unwrap();
    assert_eq!(due.entries.len(), 1);
    let proof = &due.entries[0];
    assert_eq!((proof.line.act.as_str(), &proof.patient), ("erase-record", &None));
    assert_eq!(due.gone.len(), 4, "identity, opening, deposit, closing");
    assert_eq!(due.last(), Some(proof.position));
    world.store().audit_sent(due.gone).await.unwrap();
    assert_eq!(world.store().audit_due(0, 100).await.unwrap().gone, Vec::<i64>::new());
}

#[tokio::test]
async fn an_event_that_cannot_be_read_does_not_hold_up_the_others() {
    let world = fed().await;
    let before = due(&world, 0).await.len();
    world.store().close().await;
    world.tamper("UPDATE journal SET payload = x'00' WHERE seq = 1 AND lane <> zeroblob(16)").await;
    let mut same = options(world.path());
    same.audit_feed = true;
    let again = SqliteStore::open(same).await.unwrap();
    let due = again.audit_due(0, 100).await.unwrap();
    assert_eq!((due.entries.len(), due.gone.len()), (before - 1, 1));
}
