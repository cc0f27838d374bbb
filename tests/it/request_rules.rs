//! Rules of the request and of links that a door's own samples do not reach, judged by the journey's dry run: the
//! deposit with the commit suppressed.

use journey::{Refusal, Restated, dry_run};
use model::{Association, AssociationKind, Cx, DocumentEntry, EntryUuid, ObjectRef, Submission, Xcn};
use passerelle_tests::callers::{STRUCTURE, structure};
use passerelle_tests::entry::{lab_report, submission, written_by};

use crate::world::World;

async fn told(world: &World, submission: Submission) -> Vec<&'static str> {
    let rows = world.rows().await;
    let events = world.events().await;
    let desk = &world.stage.gateway().unwrap().app.desk;
    let refusal = dry_run(desk, &structure(), "ITI-41", submission, &Restated::default()).await;
    assert_eq!(world.rows().await, rows, "a dry run keeps nothing");
    assert!(world.events().await - events <= 1, "a dry run leaves its one event, from stage C on");
    match refusal {
        Ok(_) => Vec::new(),
        Err(refusal @ Refusal::Refused(_)) => refusal.rules().into_iter().map(|rule| rule.name()).collect(),
        Err(refusal) => panic!("{refusal:?}"),
    }
}

fn deposit(world: &World) -> Submission {
    let entry = lab_report(&world.patient("ondine"));
    let mut entry = written_by(entry, "899900000052", STRUCTURE);
    (entry.title, entry.service_start) = (Some("CR".to_owned()), Some(entry.creation_time.clone()));
    entry.source_patient_id = Cx::parse("1^^^&2.999.5&ISO^PI").ok();
    entry.legal_authenticator = Xcn::parse("899900000052^X").ok();
    entry.class_code = model::Code::new("31", "1.2.250.1.213.1.1.4.1");
    let mappings = &world.stage.gateway().unwrap().app.desk.mappings;
    entry.class_code = mappings.codes.class_of(&entry.type_code).unwrap().clone();
    let mut deposit = submission(entry, "899900000052", STRUCTURE);
    deposit.set.content_type = model::Code::new("07", "1.2.250.1.213.2.2");
    if !mappings.codes.contains(mappings::ValueSet::ContentType, &deposit.set.content_type) {
        deposit.set.content_type = model::Code::new("07", "TRE_R276");
    }
    deposit
}

#[tokio::test]
async fn an_identity_that_is_not_qualified_is_refused_and_silence_is_not() {
    let world = World::new().await;
    for (status, refused) in [(Some(false), true), (Some(true), false), (None, false)] {
        let told = told(&world, Submission { identity_qualified: status, ..deposit(&world) }).await;
        assert_eq!(told.contains(&"ins_is_qualified"), refused, "{status:?}: {told:?}");
    }
}

#[tokio::test]
async fn a_submission_is_about_one_patient() {
    let world = World::new().await;
    let mut mixed = deposit(&world);
    mixed.entries[0].0.patient = world.patient("basile");
    assert_eq!(told(&world, mixed).await, ["one_patient_in_submission"]);
}

#[tokio::test]
async fn the_service_does_not_stop_before_it_starts() {
    let world = World::new().await;
    let mut backwards = deposit(&world);
    let (entry, _) = &mut backwards.entries[0];
    entry.service_start = model::Hl7Time::parse("20261118").ok();
    entry.service_stop = model::Hl7Time::parse("20261117093000").ok();
    assert_eq!(told(&world, backwards.clone()).await, ["metadata_is_well_formed"]);
    backwards.entries[0].0.service_start = model::Hl7Time::parse("202611").ok();
    assert!(
        !told(&world, backwards).await.contains(&"metadata_is_well_formed"),
        "compared at the common precision"
    );
}

#[tokio::test]
async fn an_addendum_to_what_is_neither_own_nor_visible_is_refused_as_absent() {
    let world = World::new().await;
    let mut addendum = deposit(&world);
    addendum.associations.push(Association {
        documentation: None,
        entry_uuid: EntryUuid::from_bytes([5; 16]),
        kind: AssociationKind::Appends,
        source: addendum.entries[0].0.entry_uuid,
        target: ObjectRef::Uuid(EntryUuid::from_bytes([6; 16])),
    });
    assert_eq!(told(&world, addendum).await, ["linked_object_is_reachable"]);
}

#[tokio::test]
async fn an_entry_uuid_that_is_taken_is_refused() {
    let world = World::new().await;
    let made = passerelle_tests::Made::new(5, 1);
    assert!(world.deposit("hospital", &made.bundle).await.status.is_success());
    let gp = world.token("gp");
    let list = server::demo::script::fhir_list(&world.stage, &gp, &world.patient("ondine")).await.unwrap();
    let url = server::demo::script::url_of(&list, &made.unique_id).unwrap();
    let taken = EntryUuid::parse(url.rsplit('/').next().unwrap()).unwrap();
    let mut again = deposit(&world);
    again.entries[0].0 = DocumentEntry { entry_uuid: taken, logical_id: taken, ..again.entries[0].0.clone() };
    assert_eq!(told(&world, again).await, ["entry_id_is_free"]);
}
