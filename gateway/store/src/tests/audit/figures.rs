//! Figures of use: what is counted, and that nothing below the threshold can be reckoned back.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::{Figure, Month, Shown};

/// The first instant of the month after the one of the tests.
fn april() -> Moment {
    super::super::kit::time("20260401")
}

async fn figures(world: &World, smallest: u64, now: Moment) -> Vec<Figure> {
    world.store().figures(Month::FIRST, Month::LAST, smallest, now).await.unwrap()
}

#[tokio::test]
async fn each_event_is_counted_once_by_act_caller_mode_and_outcome() {
    let world = World::new().await;
    for number in 1..=12 {
        world.open_record(&ins(number)).await;
    }
    world.operate(policy::Operation::Open(ins(99))).await.unwrap_err();
    let shown: Vec<_> = figures(&world, 0, april())
        .await
        .into_iter()
        .map(|cell| {
            format!("{} {} {} {} {} {}", cell.month, cell.act, cell.kind, cell.mode, cell.outcome, cell.count)
        })
        .collect();
    let done = |act: &str| format!("2026-03 {act} operator normal done 12");
    assert!(shown.contains(&done("import-identity")) && shown.contains(&done("open-record")), "{shown:?}");
    assert!(shown.iter().any(|line| line.ends_with(" <10") && !line.contains(" done ")), "{shown:?}");
}

#[tokio::test]
async fn a_month_is_shown_once_it_has_ended() {
    let world = World::with_record().await;
    let now = world.desk.clock.now();
    assert_eq!(figures(&world, 10, now).await, []);
    assert_eq!(figures(&world, 10, Moment(april().0 - 1)).await, []);
    assert_eq!(figures(&world, 10, april()).await.len(), 2);
    let march = Month::parse("2026-03").unwrap();
    let february = Month::parse("2026-02").unwrap();
    for (since, until, cells) in [(march, march, 2), (Month::FIRST, february, 0), (march, february, 0)] {
        assert_eq!(world.store().figures(since, until, 10, april()).await.unwrap().len(), cells);
    }
}

#[tokio::test]
async fn every_kind_of_caller_falls_into_a_cell_of_its_own() {
    let world = World::new().await;
    for caller in [doctor(), hospital(), holder(&ins(1)), operator()] {
        let event = Event::by(&caller, world.uuid(), world.desk.clock.now(), Act::Search, "ITI-18");
        journey::Store::record(world.store(), event.ended(EventOutcome::Absent), None).await.unwrap();
    }
    let kinds: Vec<_> = figures(&world, 10, april()).await.into_iter().map(|cell| cell.kind).collect();
    assert_eq!(kinds, ["holder", "operator", "professional", "structure"]);
}

#[tokio::test]
async fn an_act_that_is_taken_back_is_not_counted() {
    let world = World::new().await;
    world.store().0.writer.trip.set(9);
    world.operate(policy::Operation::Import(super::super::kit::identity(&ins(1)))).await.unwrap_err();
    world.store().0.writer.trip.set(0);
    assert_eq!(figures(&world, 10, april()).await, []);
}

/// What is shown is the same whatever a suppressed count was: so nobody can reckon it back, by whatever sum.
#[test]
fn no_suppressed_count_can_be_reckoned_from_what_is_shown() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let cell = (1_u64..40, 1_u64..1000);
    let strategy = (proptest::collection::vec(cell, 1..12), 0_u64..30);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    runner
        .run(&strategy, |(cells, asked)| {
            let smallest = asked.max(10);
            let shown = |counts: Vec<u64>| {
                runtime.block_on(async {
                    write_counts(&world, &counts).await;
                    figures(&world, asked, april()).await
                })
            };
            let first = shown(cells.iter().map(|(count, _)| *count).collect());
            let other = |(count, other): &(u64, u64)| {
                if *count < smallest { 1 + other % (smallest - 1) } else { *count }
            };
            let second = shown(cells.iter().map(other).collect());
            prop_assert_eq!(&first, &second);
            prop_assert_eq!(first.len(), cells.len());
            for figure in first {
                match figure.count {
                    Shown::Exactly(count) => prop_assert!(count >= smallest),
                    Shown::Below(least) => prop_assert_eq!(least, smallest),
                }
            }
            Ok(())
        })
        .unwrap();
}

async fn write_counts(world: &World, counts: &[u64]) {
    let mut behind = world.behind().await;
    let mut session = Session::new(&mut behind);
    session.run(sqlx::query("DELETE FROM usage_count")).await.unwrap();
    for (index, count) in counts.iter().enumerate() {
        let insert = "INSERT INTO usage_count (month, act, kind, mode, outcome, events)
                      VALUES ('2026-02', $1, 'professional', 'normal', 'done', $2)";
        let insert = sqlx::query(insert).bind(format!("act-{index:02}")).bind(i64::try_from(*count).unwrap());
        session.run(insert).await.unwrap();
    }
}
