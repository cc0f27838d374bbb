//! Merging two records of one person, over the real file.

use journey::{Act, DocumentKey, Fed, PeopleStore, Store, feed, merge};
use model::{EmergencyMode, Ins, Rule};
use policy::{Choice, Facts, Operation, RecordState, Setting};

use super::kit::{
    DOCTOR, HOSPITAL, World, doctor, granted, holder, identity, ins, operator, person, rules, structure, time,
};
use super::made::submission;

/// The record of the first number, with a document, goes into that of the second.
async fn merged(world: &World) -> Result<Fed, Vec<Rule>> {
    merge_of(world, &ins(1), &ins(2)).await
}

async fn merge_of(world: &World, subsumed: &Ins, survivor: &Ins) -> Result<Fed, Vec<Rule>> {
    let done = merge(&world.desk, &operator(), "ITI-104", subsumed, survivor).await;
    done.map(|(fed, _)| fed).map_err(|refusal| rules(&refusal))
}

async fn facts(world: &World, patient: &Ins) -> Facts {
    world.store().facts(patient, &doctor(), world.now()).await.unwrap()
}

async fn two(world: &World) {
    world.open_record(&ins(1)).await;
    world.open_record(&ins(2)).await;
}

#[tokio::test]
async fn documents_follow_with_their_bytes_and_the_old_number_is_nobodys() {
    let world = World::new().await;
    two(&world).await;
    let receipt = world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let document = receipt.documents[0].logical_id;
    let key = DocumentKey::Uuid(document);
    let before = world.store().entry(&ins(1), &key).await.unwrap().unwrap();
    assert_eq!(merged(&world).await, Ok(Fed::Merged));
    let after = world.store().entry(&ins(2), &key).await.unwrap().unwrap();
    assert_eq!(after.entry.patient, ins(2), "decision-order, line 10: the surviving number");
    assert_eq!(after.entry.title, before.entry.title);
    assert_eq!(after.set.entry_uuid, before.set.entry_uuid);
    assert_eq!(world.store().locate(&key).await.unwrap(), [ins(2)]);
    assert!(world.store().entry(&ins(1), &key).await.unwrap().is_none());
    assert_eq!(facts(&world, &ins(1)).await, Facts::absent());
    assert_eq!(world.store().leads_to(&ins(1)).await.unwrap(), Some(ins(2)));
    let person = world.store().person(&ins(2), world.now()).await.unwrap().unwrap();
    assert_eq!(person.former.iter().map(|former| &former.ins).collect::<Vec<_>>(), [&ins(1)]);
    let refused = world.deposit(submission(&world, &ins(1), 2)).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::RecordExists], "XDSUnknownPatientId");
    assert_eq!(world.count("SELECT count(*) FROM pragma_foreign_key_check").await, 0);
    assert!(world.store().verify_journal().await.unwrap().broken.is_empty());
    let (reader, ask) = (holder(&ins(2)), journey::DocumentAsk { patient: None, key });
    let read = journey::retrieve(&world.desk, &reader, "ITI-68", ask).await;
    assert!(read.is_ok(), "the key was wrapped anew");
}

#[tokio::test]
async fn the_stricter_choice_of_both_holds() {
    let world = World::new().await;
    two(&world).await;
    let until = time("20270301");
    for setting in [
        Setting::Blocked(person(DOCTOR)),
        Setting::FeedingRefused(structure(HOSPITAL)),
        Setting::Opposed(EmergencyMode::BreakGlass),
        Setting::MaskedAllowed(EmergencyMode::BreakGlass),
        Setting::Authorised(structure(HOSPITAL), granted(until)),
    ] {
        world.choose(&ins(1), Choice::Set(setting)).await;
    }
    world.choose(&ins(2), Choice::Set(Setting::Opposed(EmergencyMode::Centre15))).await;
    world.choose(&ins(2), Choice::Set(Setting::Authorised(person(DOCTOR), granted(until)))).await;
    merged(&world).await.unwrap();
    let doctors = facts(&world, &ins(2)).await;
    assert!(doctors.blocked && doctors.break_glass_opposed && doctors.centre_15_opposed);
    assert!(!doctors.masked_in_break_glass, "allowed by one of the two only");
    assert_eq!(doctors.authorisation, policy::Authorisation::Valid, "the survivor's own");
    let hospital = world.store().facts(&ins(2), &super::kit::hospital(), world.now()).await.unwrap();
    assert!(hospital.feeding_refused);
    assert_eq!(hospital.authorisation, policy::Authorisation::Missing, "the other one's lapses");
}

#[tokio::test]
async fn a_record_that_either_number_closed_or_opposed_is_so() {
    for (choice, told) in
        [(Choice::CloseRecord, RecordState::Closed), (Choice::OpposeRecord, RecordState::Absent)]
    {
        for strict in [1, 2] {
            let world = World::new().await;
            two(&world).await;
            world.choose(&ins(strict), choice.clone()).await;
            merged(&world).await.unwrap();
            assert_eq!(facts(&world, &ins(2)).await.record, told, "{choice:?} of {strict}");
        }
    }
    let world = World::new().await;
    world.open_record(&ins(1)).await;
    world.operate(Operation::Import(identity(&ins(2)))).await.unwrap();
    merged(&world).await.unwrap();
    assert_eq!(facts(&world, &ins(2)).await.record, RecordState::Open, "the six weeks were the person's");
}

#[tokio::test]
async fn the_history_of_both_is_read_as_one_and_goes_with_the_record() {
    let world = World::new().await;
    two(&world).await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let own = world.store().history(&ins(2), 100, world.now()).await.unwrap().len();
    let other = world.store().history(&ins(1), 100, world.now()).await.unwrap().len();
    merged(&world).await.unwrap();
    let both = world.store().history(&ins(2), 100, world.now()).await.unwrap();
    assert_eq!(both.len(), own + other + 2, "one event in each lane");
    assert!(both.iter().any(|line| line.act == Act::Deposit.name()));
    assert!(both.iter().any(|line| line.deeds == ["merge"]));
    assert_eq!(world.store().history(&ins(2), 3, world.now()).await.unwrap().len(), 3);
    assert!(world.store().history(&ins(1), 100, world.now()).await.unwrap().is_empty());
    world.choose(&ins(2), Choice::EraseRecord).await;
    assert_eq!(world.count("SELECT count(*) FROM record WHERE wrapped_key IS NOT NULL").await, 0);
    assert_eq!(
        world.count("SELECT count(*) FROM journal WHERE payload IS NOT NULL AND lane <> zeroblob(16)").await,
        0
    );
    assert_eq!(
        feed(&world.desk, &operator(), "ITI-104", identity(&ins(1))).await.map(|(fed, _)| fed).ok(),
        Some(Fed::Added)
    );
}

#[tokio::test]
async fn a_merge_is_of_two_known_numbers_by_an_operator_and_may_be_said_again() {
    let world = World::new().await;
    world.open_record(&ins(1)).await;
    assert_eq!(merged(&world).await, Err(vec![Rule::RecordExists]));
    assert_eq!(merge_of(&world, &ins(2), &ins(1)).await, Err(vec![Rule::RecordExists]));
    assert_eq!(merge_of(&world, &ins(1), &ins(1)).await, Err(vec![Rule::ActFitsState]));
    world.open_record(&ins(2)).await;
    let by_doctor = merge(&world.desk, &doctor(), "ITI-104", &ins(1), &ins(2)).await.unwrap_err();
    assert_eq!(rules(&by_doctor), [Rule::CallerHasAPlace]);
    assert_eq!(merged(&world).await, Ok(Fed::Merged));
    assert_eq!(merged(&world).await, Ok(Fed::Merged), "said again");
    let fed = feed(&world.desk, &operator(), "ITI-104", identity(&ins(1))).await.unwrap_err();
    assert_eq!(rules(&fed), [Rule::RecordExists], "a replaced number is fed no more");
    world.open_record(&ins(3)).await;
    assert_eq!(merge_of(&world, &ins(2), &ins(3)).await, Ok(Fed::Merged));
    assert_eq!(world.store().leads_to(&ins(1)).await.unwrap(), Some(ins(3)), "along the chain");
}

#[tokio::test]
async fn a_set_of_the_same_name_in_both_is_a_conflict_and_moves_nothing() {
    let world = World::new().await;
    two(&world).await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    world.deposit(submission(&world, &ins(2), 1)).await.unwrap();
    assert_eq!(merged(&world).await, Err(vec![Rule::SetIdIsFree]));
    assert_eq!(facts(&world, &ins(1)).await.record, RecordState::Open, "nothing moved");
}
