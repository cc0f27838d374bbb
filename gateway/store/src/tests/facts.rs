//! The facts of a record, choice by choice.

use journey::Store;
use model::{Caller, PersonId, Rule, StructureId};
use policy::{Authorisation, Facts, Operation, PatientChoice, RecordState, Relation};

use super::kit::{DOCTOR, HOSPITAL, World, doctor, holder, hospital, identity, ins, rules, time};

async fn facts(world: &World, caller: &Caller) -> Facts {
    world.store().facts(&ins(1), caller, journey::Clock::now(&world.desk.clock)).await.unwrap()
}

#[tokio::test]
async fn unknown_notified_and_opposed_are_one_state_for_everybody() {
    let world = World::new().await;
    assert_eq!(facts(&world, &doctor()).await, Facts::absent());
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    assert_eq!(facts(&world, &doctor()).await, Facts::absent());
    assert_eq!(world.store().identity(&ins(1)).await.unwrap(), None);
    assert_eq!(world.store().patient_id(&ins(1)).await.unwrap(), None);
    world.operate(Operation::Open(ins(1))).await.unwrap();
    assert_eq!(facts(&world, &doctor()).await.record, RecordState::Open);
    world.choose(&ins(1), PatientChoice::OpposeRecord).await;
    assert_eq!(facts(&world, &doctor()).await, Facts::absent());
    let open = world.operate(Operation::Open(ins(1))).await.unwrap_err();
    assert_eq!(rules(&open), [Rule::RecordExists]);
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
    assert!(world.store().identity(&ins(1)).await.unwrap().is_some());
    let choice = Operation::Choose(ins(1), PatientChoice::OpposeBreakGlass(true));
    assert_eq!(rules(&world.operate(choice).await.unwrap_err()), [Rule::RecordIsOpen]);
    world.operate(Operation::Open(ins(1))).await.unwrap();
    assert_eq!(facts(&world, &doctor()).await.record, RecordState::Open);
}

#[tokio::test]
async fn a_second_feed_corrects_the_identity_and_changes_no_state() {
    let world = World::with_record().await;
    let mut corrected = identity(&ins(1));
    corrected.used_family = Some("AUTRE".into());
    world.operate(Operation::Import(corrected.clone())).await.unwrap();
    assert_eq!(world.store().identity(&ins(1)).await.unwrap(), Some(corrected));
    assert_eq!(facts(&world, &doctor()).await.record, RecordState::Open);
    assert_eq!(world.store().counts().await.unwrap().records, 1);
}

#[tokio::test]
async fn the_patient_id_leads_back_to_the_patient() {
    let world = World::with_record().await;
    let id = world.store().patient_id(&ins(1)).await.unwrap().unwrap();
    assert_eq!(world.store().patient_by_id(id).await.unwrap(), Some(ins(1)));
    assert_eq!(world.store().patient_by_id(world.uuid()).await.unwrap(), None);
    assert_eq!(world.store().locate(&journey::DocumentKey::Uuid(id)).await.unwrap(), None, "no document");
}

#[tokio::test]
async fn an_authorisation_is_the_callers_own_or_the_structures_and_runs_out() {
    let world = World::with_record().await;
    let in_hospital = Caller { structure: Some(StructureId(HOSPITAL.into())), ..doctor() };
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Missing);
    let until = |digits| PatientChoice::AuthorisePerson(PersonId(DOCTOR.into()), time(digits));
    world.choose(&ins(1), until("20260301120000")).await;
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Expired);
    world.choose(&ins(1), until("20260301120001")).await;
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Valid);
    world.choose(&ins(1), until("20250101")).await;
    let structure = PatientChoice::AuthoriseStructure(StructureId(HOSPITAL.into()), time("20270101"));
    world.choose(&ins(1), structure).await;
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Expired);
    assert_eq!(facts(&world, &in_hospital).await.authorisation, Authorisation::Valid);
    assert_eq!(facts(&world, &hospital()).await.authorisation, Authorisation::Valid);
}

#[tokio::test]
async fn a_block_holds_for_the_person_or_for_the_structure_acted_for() {
    let world = World::with_record().await;
    let in_hospital = Caller { structure: Some(StructureId(HOSPITAL.into())), ..doctor() };
    world.choose(&ins(1), PatientChoice::BlockStructure(StructureId(HOSPITAL.into()))).await;
    assert!(!facts(&world, &doctor()).await.blocked);
    assert!(facts(&world, &in_hospital).await.blocked);
    assert!(facts(&world, &hospital()).await.blocked);
    world.choose(&ins(1), PatientChoice::BlockPerson(PersonId(DOCTOR.into()))).await;
    assert!(facts(&world, &doctor()).await.blocked);
}

#[tokio::test]
async fn each_choice_moves_the_version_and_its_own_fact() {
    let world = World::with_record().await;
    let before = facts(&world, &doctor()).await;
    type Change = fn(&mut Facts);
    let choices: [(PatientChoice, Change); 5] = [
        (PatientChoice::OpposeBreakGlass(true), |facts| facts.break_glass_opposed = true),
        (PatientChoice::OpposeCentre15(true), |facts| facts.centre_15_opposed = true),
        (PatientChoice::AllowMaskedInBreakGlass(true), |facts| facts.masked_in_break_glass = true),
        (PatientChoice::AllowMaskedInCentre15(true), |facts| facts.masked_in_centre_15 = true),
        (PatientChoice::DeclareTreatingPhysician(PersonId(DOCTOR.into())), |facts| {
            facts.treating_physician = true;
        }),
    ];
    let mut expected = before;
    for (choice, change) in choices {
        world.choose(&ins(1), choice).await;
        change(&mut expected);
        expected.version.0 += 1;
        assert_eq!(facts(&world, &doctor()).await, expected);
    }
    assert!(!facts(&world, &hospital()).await.treating_physician);
    world.choose(&ins(1), PatientChoice::OpposeCentre15(false)).await;
    assert!(!facts(&world, &doctor()).await.centre_15_opposed);
    world.choose(&ins(1), PatientChoice::RefuseFeedingBy(StructureId(HOSPITAL.into()))).await;
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
