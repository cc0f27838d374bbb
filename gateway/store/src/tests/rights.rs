//! What stands in force, and who acts for the holder.

use journey::{Rights, Store};
use model::{Actor, Caller, Channel, EmergencyMode, Hl7Time, Ins, Moment, PersonId};
use policy::{
    Authorisation, Choice, DocumentAct, Facts, Grant, Ground, Link, Operation, Relation, Representation,
    Setting, Standing,
};

use super::kit::{DOCTOR, HOSPITAL, World, doctor, granted, holder, identity, ins, person, structure, time};
use super::made::submission;

async fn rights(world: &World) -> Rights {
    world.store().rights(&ins(1), world.now()).await.unwrap().unwrap()
}

async fn facts(world: &World, caller: &Caller) -> Facts {
    world.store().facts(&ins(1), caller, world.now()).await.unwrap()
}

fn representative(by: &Ins) -> Caller {
    let actor = Actor::Representative { ins: by.clone() };
    Caller { actor, channel: Channel::Patient, ..holder(by) }
}

async fn represent(world: &World, by: &Ins, link: Link) {
    let representation = Representation { by: by.clone(), link };
    world.operate(Operation::Represent(ins(1), representation)).await.unwrap();
}

#[tokio::test]
async fn everything_that_is_set_stands_in_force_until_lifted_under_a_stable_id() {
    let world = World::with_record().await;
    let document = world.deposit(submission(&world, &ins(1), 1)).await.unwrap().documents[0].logical_id;
    let settings = [
        Setting::Authorised(person(DOCTOR), granted(time("2030"))),
        Setting::Blocked(structure(HOSPITAL)),
        Setting::FeedingRefused(structure(HOSPITAL)),
        Setting::Opposed(EmergencyMode::BreakGlass),
        Setting::Opposed(EmergencyMode::Centre15),
        Setting::MaskedAllowed(EmergencyMode::BreakGlass),
        Setting::MaskedAllowed(EmergencyMode::Centre15),
        Setting::Treating(PersonId(DOCTOR.into())),
    ];
    for setting in &settings {
        world.at(world.now().plus_seconds(1));
        world.set(setting.clone()).await;
    }
    world.at(world.now().plus_seconds(1));
    let mask = [DocumentAct::MaskTo(person("899900000055"))];
    world.amend(&holder(&ins(1)), document, &mask).await.unwrap();
    let first = rights(&world).await;
    let mut expected = settings.to_vec();
    expected.push(Setting::MaskedTo(document, person("899900000055")));
    assert_eq!(first.in_force.iter().map(|one| one.setting.clone()).collect::<Vec<_>>(), expected);
    assert!(first.in_force.is_sorted_by(|one, other| one.since < other.since));
    world.at(world.now().plus_seconds(60));
    for setting in &settings {
        world.set(setting.clone()).await;
    }
    assert_eq!(rights(&world).await, first, "set again, nothing moved");
    for setting in &settings {
        world.lift(setting.clone()).await;
    }
    world.amend(&holder(&ins(1)), document, &[DocumentAct::UnmaskTo(person("899900000055"))]).await.unwrap();
    assert_eq!(rights(&world).await.in_force, []);
    assert_eq!(first.standing, Standing::Open);
    let ids: std::collections::HashSet<_> = first.in_force.iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), expected.len());
}

#[tokio::test]
async fn what_the_holder_granted_stands_beside_what_the_professional_declared() {
    let world = World::with_record().await;
    let declared = Grant { ground: Ground::ConsentCollected, until: time("2027") };
    let declare = Choice::Set(Setting::Authorised(person(DOCTOR), declared));
    journey::choose(&world.desk, &doctor(), "kit", &ins(1), declare).await.unwrap();
    let known = facts(&world, &doctor()).await;
    assert_eq!((known.authorisation, known.granted), (Authorisation::Valid, Authorisation::Missing));
    world.set(Setting::Authorised(person(DOCTOR), granted(time("2028")))).await;
    assert_eq!(facts(&world, &doctor()).await.granted, Authorisation::Valid);
    assert_eq!(rights(&world).await.in_force.len(), 2);
    world.at(time("20270601"));
    let known = facts(&world, &doctor()).await;
    assert_eq!((known.authorisation, known.granted), (Authorisation::Valid, Authorisation::Valid));
    world.at(time("20280101"));
    let known = facts(&world, &doctor()).await;
    assert_eq!((known.authorisation, known.granted), (Authorisation::Expired, Authorisation::Expired));
    assert_eq!(rights(&world).await.in_force.len(), 2, "expired stands until withdrawn");
    world.lift(Setting::Authorised(person(DOCTOR), granted(Moment(0)))).await;
    assert_eq!(rights(&world).await.in_force, []);
    assert_eq!(facts(&world, &doctor()).await.authorisation, Authorisation::Missing);
}

#[tokio::test]
async fn who_ceases_to_be_the_treating_physician_ends_only_themselves() {
    let world = World::with_record().await;
    world.set(Setting::Treating(PersonId(DOCTOR.into()))).await;
    world.lift(Setting::Treating(PersonId("899900000055".into()))).await;
    assert!(facts(&world, &doctor()).await.treating_physician);
    world.lift(Setting::Treating(PersonId(DOCTOR.into()))).await;
    assert!(!facts(&world, &doctor()).await.treating_physician);
}

#[tokio::test]
async fn a_parent_represents_until_the_eighteenth_birthday() {
    let world = World::new().await;
    let mut child = identity(&ins(1));
    child.birth_date = Hl7Time::parse("20080701").unwrap();
    world.operate(Operation::Import(child)).await.unwrap();
    represent(&world, &ins(2), Link::Parent).await;
    let midnight = time("20260630220000");
    world.at(Moment(midnight.0 - 1));
    for caller in [representative(&ins(2)), holder(&ins(2))] {
        let known = facts(&world, &caller).await;
        assert_eq!(known.relation, Relation::Representative);
        assert!(known.version.0 > 0);
    }
    assert!(rights(&world).await.representatives[0].live);
    world.at(midnight);
    assert_eq!(facts(&world, &representative(&ins(2))).await.relation, Relation::Stranger);
    assert!(!rights(&world).await.representatives[0].live);
    assert_eq!(facts(&world, &representative(&ins(1))).await.relation, Relation::Stranger);
}

#[tokio::test]
async fn a_guardian_represents_until_the_link_ends_and_a_helper_never() {
    let world = World::with_record().await;
    represent(&world, &ins(2), Link::Helper).await;
    assert_eq!(facts(&world, &representative(&ins(2))).await.relation, Relation::Stranger);
    let before = facts(&world, &doctor()).await.version;
    represent(&world, &ins(2), Link::Guardian).await;
    assert!(facts(&world, &doctor()).await.version > before);
    assert_eq!(facts(&world, &representative(&ins(2))).await.relation, Relation::Representative);
    assert_eq!(facts(&world, &representative(&ins(3))).await.relation, Relation::Stranger);
    world.operate(Operation::Unrepresent(ins(1), ins(2))).await.unwrap();
    world.operate(Operation::Unrepresent(ins(1), ins(2))).await.unwrap();
    assert_eq!(facts(&world, &representative(&ins(2))).await.relation, Relation::Stranger);
    let mut told: Vec<_> = rights(&world).await.representatives;
    told.sort_by_key(|one| one.representation.link.name());
    let told: Vec<_> = told.iter().map(|one| (one.representation.clone(), one.live)).collect();
    let by = |link| (Representation { by: ins(2), link }, false);
    assert_eq!(told, [by(Link::Guardian), by(Link::Helper)]);
    represent(&world, &ins(2), Link::Guardian).await;
    represent(&world, &ins(2), Link::Guardian).await;
    assert_eq!(
        world.count("SELECT count(*) FROM representative").await,
        3,
        "the same link is not made twice"
    );
}

#[tokio::test]
async fn two_records_do_not_tell_that_one_person_represents_both() {
    let world = World::with_record().await;
    world.open_record(&ins(3)).await;
    represent(&world, &ins(2), Link::Guardian).await;
    let representation = Representation { by: ins(2), link: Link::Guardian };
    world.operate(Operation::Represent(ins(3), representation)).await.unwrap();
    assert_eq!(world.count("SELECT count(DISTINCT representative) FROM representative").await, 2);
}

#[tokio::test]
async fn an_operation_on_facts_that_moved_is_judged_again() {
    let world = World::with_record().await;
    let caller = holder(&ins(1));
    let facts = facts(&world, &caller).await;
    let judged = |choice| {
        let operation = Operation::Choose(ins(1), choice);
        policy::decide_operation(world.desk.law(world.now()), &facts, &caller, operation).unwrap()
    };
    let (one, late) = (judged(Choice::CloseRecord), judged(Choice::Set(Setting::Blocked(person(DOCTOR)))));
    let event = || journey::Event::by(&caller, world.uuid(), world.now(), journey::Act::Choose, "kit");
    world.store().operate(one, event().about(&caller, Some(ins(1)))).await.unwrap();
    let moved = world.store().operate(late, event().about(&caller, Some(ins(1)))).await;
    assert!(matches!(moved, Err(journey::CommitError::Moved)));
}
