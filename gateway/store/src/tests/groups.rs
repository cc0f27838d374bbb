//! Group commit: many at once, each for itself.

use std::sync::Arc;

use journey::{Event, RecordError, Refusal, Store};
use model::Rule;
use policy::FactsVersion;

use super::kit::{World, doctor, hospital, ins, operator, options, rules};
use super::made::submission;
use crate::SqliteStore;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_deposits_at_once_pass_and_the_poisoned_one_falls_alone() {
    let world = Arc::new(World::with_record().await);
    world.deposit(submission(&world, &ins(1), 1000)).await.unwrap();
    let mut running = tokio::task::JoinSet::new();
    for number in 0..50 {
        let world = Arc::clone(&world);
        running.spawn(async move {
            let mut deposit = submission(&world, &ins(1), number);
            if number == 25 {
                // Taken: by another object, so that only the database can say it under concurrency.
                deposit.set.unique_id = Some(super::made::id("2.999.3.1000"));
            }
            (number, world.deposit(deposit).await)
        });
    }
    while let Some(done) = running.join_next().await {
        match done.unwrap() {
            (25, result) => assert_eq!(rules(&result.unwrap_err()), [Rule::SetIdIsFree]),
            (number, result) => assert!(result.is_ok(), "{number}: {result:?}"),
        }
    }
    let counts = world.store().counts().await.unwrap();
    assert_eq!((counts.documents, counts.sets), (50, 50));
    assert_eq!(counts.events, 2 + 1 + 49 + 1, "the refusal's event too");
    let report = world.store().verify_journal().await.unwrap();
    assert_eq!((report.sound, report.broken.len()), (counts.events, 0));
    let holder = super::kit::holder(&ins(1));
    let page = journey::search(&world.desk, &holder, "ITI-67", super::searches::all()).await.unwrap();
    assert_eq!(page.total, 50);
}

#[tokio::test]
async fn a_member_that_violates_a_constraint_takes_only_itself_back() {
    let world = World::with_record().await;
    let deposits = (0..6).map(|number| {
        let mut deposit = submission(&world, &ins(1), number);
        deposit.set.unique_id = Some(super::made::id(&format!("2.999.3.{}", number / 2)));
        world.deposit(deposit)
    });
    // Polled together, so that they are judged before any commits and meet in one group.
    let deposits: Vec<_> = deposits.map(Box::pin).collect();
    let mut done = Vec::new();
    let mut iterator = deposits.into_iter();
    while let (Some(one), Some(other)) = (iterator.next(), iterator.next()) {
        let (one, other) = tokio::join!(one, other);
        done.extend([one.is_ok(), other.is_ok()]);
    }
    assert_eq!(done.iter().filter(|ok| **ok).count(), 3);
    assert_eq!(world.store().counts().await.unwrap().documents, 3);
}

#[tokio::test]
async fn writes_that_wait_together_are_committed_together() {
    const EVENTS: i64 = 20;
    let world = Arc::new(World::new().await);
    world.store().0.writer.trip.set(0);
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..EVENTS {
        let world = Arc::clone(&world);
        running.spawn(async move {
            let event =
                Event::by(&operator(), world.uuid(), model::Moment(0), journey::Act::Search, "ITI-18");
            world.store().record(event, None).await
        });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap().unwrap();
    }
    // SAVEPOINT, last link, new link, event, queue, counter, RELEASE for each; BEGIN and COMMIT for a group.
    let groups = (world.store().0.writer.trip.steps() - 7 * EVENTS) / 2;
    assert!((1..=3).contains(&groups), "{groups}");
    assert_eq!(world.store().verify_journal().await.unwrap().sound, 20);
}

#[tokio::test]
async fn an_event_on_outdated_facts_is_not_recorded() {
    let world = World::with_record().await;
    let event = |patient| {
        let now = journey::Clock::now(&world.desk.clock);
        Event::by(&doctor(), world.uuid(), now, journey::Act::Search, "ITI-18")
            .about(&doctor(), Some(patient))
    };
    let now = journey::Clock::now(&world.desk.clock);
    let version = world.store().facts(&ins(1), &doctor(), now).await.unwrap().version;
    world.store().record(event(ins(1)), Some(version)).await.unwrap();
    world.operate(policy::Operation::Close(ins(1))).await.unwrap();
    let moved = world.store().record(event(ins(1)), Some(version)).await;
    assert!(matches!(moved, Err(RecordError::Moved)));
    world.store().record(event(ins(1)), None).await.unwrap();
    world.store().record(event(ins(9)), Some(FactsVersion(0))).await.unwrap();
    assert!(matches!(
        world.store().record(event(ins(9)), Some(FactsVersion(1))).await,
        Err(RecordError::Moved)
    ));
}

#[tokio::test]
async fn a_deposit_judged_before_the_record_closed_is_judged_again() {
    let world = World::with_record().await;
    // The closing is queued and not yet written when the deposit's facts are read; the deposit is queued behind it.
    let gate = &world.store().0.writer.gate;
    let shut = gate.shut().await;
    let before = gate.queued();
    let queued = async |jobs| {
        while gate.queued() < before + jobs {
            tokio::task::yield_now().await;
        }
    };
    let deposit = async {
        queued(1).await;
        world.deposit(submission(&world, &ins(1), 1)).await
    };
    let open = async {
        queued(2).await;
        drop(shut);
    };
    let (closed, refused, ()) = tokio::join!(world.operate(policy::Operation::Close(ins(1))), deposit, open);
    closed.unwrap();
    assert_eq!(rules(&refused.unwrap_err()), [Rule::RecordIsOpen]);
    assert_eq!(world.store().counts().await.unwrap().documents, 0);
}

#[tokio::test]
async fn after_the_close_everything_queued_is_there_and_writes_are_refused() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    world.store().close().await;
    world.store().close().await;
    assert!(!world.folder.path().join("store.db-wal").exists(), "one file");
    let event = Event::by(&operator(), world.uuid(), model::Moment(0), journey::Act::Search, "ITI-18");
    assert!(matches!(world.store().record(event, None).await, Err(RecordError::Fault(_))));
    assert!(world.store().ready().await.is_err());
    assert!(matches!(world.deposit(submission(&world, &ins(1), 2)).await, Err(Refusal::Fault(_))));
    let again = SqliteStore::open(options(world.path())).await.unwrap();
    assert_eq!(again.counts().await.unwrap().documents, 1);
    let now = journey::Clock::now(&world.desk.clock);
    assert_eq!(again.facts(&ins(1), &hospital(), now).await.unwrap().record, policy::RecordState::Open);
}
