//! What time alone does to a record: six weeks, ten years, eighteen years.

use journey::{RecordError, Store};
use model::{Hl7Time, Moment, Rule};
use policy::{Choice, Facts, FactsVersion, Operation, RecordState, Standing};

use super::kit::{World, doctor, holder, hospital, identity, ins, operator, rules, time};
use super::made::submission;

const WEEKS_6: i64 = 42 * 86_400;

async fn facts(world: &World, caller: &model::Caller) -> Facts {
    world.store().facts(&ins(1), caller, world.now()).await.unwrap()
}

fn earlier(at: Moment) -> Moment {
    Moment(at.0 - 1)
}

#[tokio::test]
async fn a_notified_record_opens_for_everybody_at_the_first_microsecond_after_six_weeks() {
    let world = World::new().await;
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    let opens = world.now().plus_seconds(WEEKS_6);
    world.at(earlier(opens));
    assert_eq!(facts(&world, &doctor()).await, Facts::absent());
    assert_eq!(facts(&world, &holder(&ins(1))).await.standing, Standing::Notified);
    assert_eq!(world.store().identity(&ins(1), world.now()).await.unwrap(), None);
    let refused = world.deposit(submission(&world, &ins(1), 1)).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::RecordExists]);
    world.at(opens);
    assert_eq!(facts(&world, &doctor()).await.record, RecordState::Open);
    assert_eq!(facts(&world, &holder(&ins(1))).await.standing, Standing::Open);
    assert!(world.store().identity(&ins(1), world.now()).await.unwrap().is_some());
    world.deposit(submission(&world, &ins(1), 2)).await.unwrap();
}

#[tokio::test]
async fn an_opposition_in_the_last_microsecond_counts() {
    let world = World::new().await;
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    let opens = world.now().plus_seconds(WEEKS_6);
    world.at(earlier(opens));
    world.choose(&ins(1), Choice::OpposeRecord).await;
    world.at(opens);
    assert_eq!(facts(&world, &hospital()).await, Facts::absent());
    assert_eq!(facts(&world, &operator()).await.standing, Standing::Opposed);
    world.choose(&ins(1), Choice::WithdrawOpposition).await;
    assert_eq!(facts(&world, &hospital()).await.record, RecordState::Open);
}

#[tokio::test]
async fn a_reading_is_recorded_on_the_facts_of_its_own_instant() {
    let world = World::new().await;
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    let raw = facts(&world, &operator()).await.version;
    let opens = world.now().plus_seconds(WEEKS_6);
    let record = async |at, version| {
        let event = journey::Event::by(&doctor(), world.uuid(), at, journey::Act::Search, "ITI-18");
        world.store().record(event.about(&doctor(), Some(ins(1))), Some(version)).await
    };
    record(earlier(opens), FactsVersion(0)).await.unwrap();
    assert!(matches!(record(opens, FactsVersion(0)).await, Err(RecordError::Moved)));
    record(opens, raw).await.unwrap();
    assert!(matches!(record(opens, FactsVersion(raw.0 + 1)).await, Err(RecordError::Moved)));
}

#[tokio::test]
async fn a_closed_record_is_absent_from_its_tenth_anniversary_and_then_purged() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    // 29 February 2028 in Paris, an hour before midnight there.
    world.at(time("20280229220000"));
    world.choose(&ins(1), Choice::CloseRecord).await;
    let ends = time("20380228220000");
    world.at(earlier(ends));
    assert_eq!(facts(&world, &doctor()).await.record, RecordState::Closed);
    assert_eq!(world.store().purge(world.now()).await.unwrap(), 0);
    world.at(ends);
    for caller in [doctor(), holder(&ins(1)), operator()] {
        assert_eq!(facts(&world, &caller).await, Facts::absent());
    }
    assert_eq!(world.store().rights(&ins(1), world.now()).await.unwrap(), None);
    assert_eq!(world.store().history(&ins(1), 10, world.now()).await.unwrap(), []);
    assert_eq!(world.store().identity(&ins(1), world.now()).await.unwrap(), None);
    assert_eq!(world.store().purge(world.now()).await.unwrap(), 1);
    assert_eq!(world.store().purge(world.now()).await.unwrap(), 0);
    assert_eq!(world.count("SELECT count(*) FROM record WHERE wrapped_key IS NOT NULL").await, 0);
    assert_eq!(world.store().counts().await.unwrap().documents, 0);
    let report = world.store().verify_journal().await.unwrap();
    assert_eq!((report.broken, report.sound), (Vec::new(), 1), "the proof");
}

#[tokio::test]
async fn an_opposed_record_is_purged_after_ten_years_too_and_a_reopened_one_is_not() {
    let world = World::new().await;
    for number in 1..=3 {
        world.open_record(&ins(number)).await;
    }
    world.choose(&ins(1), Choice::OpposeRecord).await;
    world.choose(&ins(2), Choice::CloseRecord).await;
    world.operate(Operation::Open(ins(2))).await.unwrap();
    assert_eq!(world.store().purge(time("20360301115959")).await.unwrap(), 0);
    assert_eq!(world.store().purge(time("20360301120000")).await.unwrap(), 1);
    assert_eq!(world.count("SELECT count(*) FROM record WHERE state = 'erased'").await, 1);
    let open = world.store().facts(&ins(2), &doctor(), time("20360301120000")).await.unwrap();
    assert_eq!(open.record, RecordState::Open);
}

#[tokio::test]
async fn who_comes_back_after_the_retention_is_a_new_record() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    world.choose(&ins(1), Choice::CloseRecord).await;
    world.at(time("20360301120000"));
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    assert_eq!(facts(&world, &operator()).await.standing, Standing::Notified);
    let counts = world.store().counts().await.unwrap();
    assert_eq!((counts.records, counts.documents), (2, 0), "one of them is nobody's");
    assert_eq!(world.store().verify_journal().await.unwrap().broken, Vec::<String>::new());
}

#[tokio::test]
async fn majority_begins_at_midnight_of_the_configured_zone() {
    for (zone, minor_until) in [("Europe/Paris", "20260630220000"), ("UTC", "20260701000000")] {
        let world = World::with(|options| options.time_zone = zone.into()).await;
        let mut child = identity(&ins(1));
        child.birth_date = Hl7Time::parse("20080701").unwrap();
        world.operate(Operation::Import(child)).await.unwrap();
        world.operate(Operation::Open(ins(1))).await.unwrap();
        world.at(earlier(time(minor_until)));
        assert!(facts(&world, &doctor()).await.holder_is_minor, "{zone}");
        world.at(time(minor_until));
        assert!(!facts(&world, &doctor()).await.holder_is_minor, "{zone}");
    }
}

#[tokio::test]
async fn an_unknown_time_zone_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = super::kit::options(folder.path().join("store.db"));
    options.time_zone = "Europe/Nulle-Part".into();
    let opened = crate::SqliteStore::open(options).await;
    assert!(matches!(opened, Err(crate::OpenError::TimeZone(name)) if name == "Europe/Nulle-Part"));
}

#[tokio::test]
async fn the_holders_side_and_operators_know_the_state_the_others_do_not() {
    let world = World::new().await;
    assert_eq!(facts(&world, &operator()).await, Facts::absent());
    assert_eq!(facts(&world, &holder(&ins(1))).await, Facts::absent());
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    for caller in [operator(), holder(&ins(1))] {
        let known = facts(&world, &caller).await;
        assert_eq!((known.standing, known.record), (Standing::Notified, RecordState::Absent));
        assert!(known.version.0 > 0);
    }
    assert_eq!(facts(&world, &holder(&ins(2))).await, Facts::absent(), "a stranger");
}
