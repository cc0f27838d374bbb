//! The facts of a record, choice by choice.

use journey::Store;
use model::{Caller, EmergencyMode, PersonId, Rule, StructureId};
use policy::{Authorisation, Choice, Facts, Operation, RecordState, Relation, Setting};

use super::kit::{
    DOCTOR, HOSPITAL, World, doctor, granted, holder, hospital, identity, ins, person, rules, structure, time,
};

async fn facts(world: &World, caller: &Caller) -> Facts {
    world.store().facts(&ins(1), caller, journey::Clock::now(&world.desk.clock)).await.unwrap()
}

#[tokio::test]
async fn unknown_notified_and_opposed_are_one_state_for_everybody() {
    let world = World::new().await;
    assert_eq!(facts(&world, &doctor()).await, Facts::absent());
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    assert_eq!(facts(&world, &doctor()).await, Facts::absent());
    assert_eq!(world.store().identity(&ins(1), world.now()).await.unwrap(), None);
    assert_eq!(world.store().patient_id(&ins(1), world.now()).await.unwrap(), None);
    world.operate(Operation::Open(ins(1))).await.unwrap();
    assert_eq!(facts(&world, &doctor()).await.record, RecordState::Open);
    world.choose(&ins(1), Choice::OpposeRecord).await;
    assert_eq!(facts(&world, &doctor()).await, Facts::absent());
    let open = world.operate(Operation::Open(ins(1))).await.unwrap_err();
    assert_eq!(rules(&open), [Rule::ActFitsState], "only the holder takes an opposition back");
}

#[tokio::test]
async fn a_record_opens_closes_and_opens_again_while_it_is_kept() {
    let world = World::new().await;
    for operation in [Operation::Open(ins(1)), Operation::Close(ins(1))] {
        assert_eq!(rules(&world.operate(operation).await.unwrap_err()), [Rule::RecordExists]);
    }
    world.open_record(&ins(1)).await;
    let open = facts(&world, &doctor()).await;
    world.operate(Operation::Close(ins(1))).await.unwrap();
    let closed = facts(&world, &doctor()).await;
    assert_eq!(closed.record, RecordState::Closed);
    assert!(closed.version > open.version);
    assert!(world.store().identity(&ins(1), world.now()).await.unwrap().is_some());
    let choice = Choice::Set(Setting::Opposed(EmergencyMode::BreakGlass));
    assert_eq!(rules(&world.chosen(&ins(1), choice).await.unwrap_err()), [Rule::RecordIsOpen]);
    world.operate(Operation::Open(ins(1))).await.unwrap();
    assert_eq!(facts(&world, &doctor()).await.record, RecordState::Open);
}

#[tokio::test]
async fn a_second_feed_corrects_the_identity_and_changes_no_state() {
    let world = World::with_record().await;
    let mut corrected = identity(&ins(1));
    corrected.used_family = Some("AUTRE".into());
    world.operate(Operation::Import(corrected.clone())).await.unwrap();
    assert_eq!(world.store().identity(&ins(1), world.now()).await.unwrap(), Some(corrected));
    assert_eq!(facts(&world, &doctor()).await.record, RecordState::Open);
    assert_eq!(world.store().counts().await.unwrap().records, 1);
}

#[tokio::test]
async fn the_patient_id_leads_back_to_the_patient() {
    let world = World::with_record().await;
    let id = world.store().patient_id(&ins(1), world.now()).await.unwrap().unwrap();
    assert_eq!(world.store().patient_by_id(id).await.unwrap(), Some(ins(1)));
    assert_eq!(world.store().patient_by_id(world.uuid()).await.unwrap(), None);
    assert_eq!(world.store().locate(&journey::DocumentKey::Uuid(id)).await.unwrap(), [], "no document");
}

#[tokio::test]
async fn an_authorisation_is_the_callers_own_or_the_structures_and_runs_out() {
    let world = World::with_record().await;
    let in_hospital = Caller { structure: Some(StructureId(HOSPITAL.into())), ..doctor() };
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Missing);
    let until = |digits| Setting::Authorised(person(DOCTOR), granted(time(digits)));
    world.set(until("20260301120000")).await;
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Expired);
    world.set(until("20260301120001")).await;
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Valid);
    world.set(until("20250101")).await;
    world.set(Setting::Authorised(structure(HOSPITAL), granted(time("20270101")))).await;
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Expired);
    assert_eq!(facts(&world, &in_hospital).await.authorisation, Authorisation::Valid);
    assert_eq!(facts(&world, &hospital()).await.authorisation, Authorisation::Valid);
}

#[tokio::test]
async fn a_block_holds_for_the_person_or_for_the_structure_acted_for() {
    let world = World::with_record().await;
    let in_hospital = Caller { structure: Some(StructureId(HOSPITAL.into())), ..doctor() };
    world.set(Setting::Blocked(structure(HOSPITAL))).await;
    assert!(!facts(&world, &doctor()).await.blocked);
    assert!(facts(&world, &in_hospital).await.blocked);
    assert!(facts(&world, &hospital()).await.blocked);
    world.set(Setting::Blocked(person(DOCTOR))).await;
    assert!(facts(&world, &doctor()).await.blocked);
}

#[tokio::test]
async fn each_choice_moves_the_version_and_its_own_fact() {
    let world = World::with_record().await;
    let before = facts(&world, &doctor()).await;
    type Change = fn(&mut Facts);
    let choices: [(Setting, Change); 5] = [
        (Setting::Opposed(EmergencyMode::BreakGlass), |facts| facts.break_glass_opposed = true),
        (Setting::Opposed(EmergencyMode::Centre15), |facts| facts.centre_15_opposed = true),
        (Setting::MaskedAllowed(EmergencyMode::BreakGlass), |facts| facts.masked_in_break_glass = true),
        (Setting::MaskedAllowed(EmergencyMode::Centre15), |facts| facts.masked_in_centre_15 = true),
        (Setting::Treating(PersonId(DOCTOR.into())), |facts| facts.treating_physician = true),
    ];
    let mut expected = before;
    for (choice, change) in choices {
        world.set(choice).await;
        change(&mut expected);
        expected.version.0 += 1;
        assert_eq!(facts(&world, &doctor()).await, expected);
    }
    assert!(!facts(&world, &hospital()).await.treating_physician);
    world.lift(Setting::Opposed(EmergencyMode::Centre15)).await;
    assert!(!facts(&world, &doctor()).await.centre_15_opposed);
    world.set(Setting::FeedingRefused(structure(HOSPITAL))).await;
    assert!(facts(&world, &hospital()).await.feeding_refused);
    assert!(!facts(&world, &doctor()).await.feeding_refused);
}

#[tokio::test]
async fn the_holder_is_known_by_their_own_matricule() {
    let world = World::with_record().await;
    assert_eq!(facts(&world, &holder(&ins(1))).await.relation, Relation::Holder);
    assert_eq!(facts(&world, &holder(&ins(2))).await.relation, Relation::Stranger);
    assert_eq!(facts(&world, &doctor()).await.relation, Relation::Stranger);
    assert!(!facts(&world, &doctor()).await.holder_is_minor);
    let mut child = identity(&ins(1));
    child.birth_date = model::Hl7Time::parse("20100101").unwrap();
    world.operate(Operation::Import(child)).await.unwrap();
    assert!(facts(&world, &doctor()).await.holder_is_minor);
}
