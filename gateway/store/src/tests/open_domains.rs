//! An open affinity domain on the real store: local identifiers, members, uniqueIds over the registry.

use journey::{Pack, Refusal, Uniqueness};
use model::{
    AssociationKind, Caller, Channel, Content, ContentBytes, Ins, ObjectRef, Receipt, Rule, Submission,
};
use policy::Switches;

use super::kit::{World, hospital, ins, repository, rules};
use super::made::{bytes, id, link, submission};

const AUTHORITY: &str = "2.999.7";

fn local(number: u64) -> Ins {
    Ins::parse_any(&format!("P-{number:04}"), AUTHORITY).unwrap()
}

/// A registry of members with two patients.
async fn world() -> World {
    let mut world = World::with(|options| options.accept_identical_documents = true).await;
    world.desk.pack = Pack {
        name: "open".into(),
        local_domains: vec![model::Oid::parse(AUTHORITY).unwrap()],
        uniqueness: Uniqueness::Registry,
        identical_documents: true,
        open: true,
        ..Pack::french(Vec::new(), repository())
    };
    world.desk.switches = Switches { open_domain: true, ..Switches::default() };
    for number in [1, 2] {
        world.open_record(&local(number)).await;
    }
    world
}

/// Somebody else's organisation than the author's.
fn member() -> Caller {
    let structure = Some(model::StructureId("2.999.5".into()));
    Caller { channel: Channel::Member, structure, ..hospital() }
}

async fn deposit(world: &World, caller: &Caller, submission: Submission) -> Result<Receipt, Refusal> {
    journey::deposit(&world.desk, caller, "ITI-65", submission).await.map(|(receipt, _)| receipt)
}

fn with_bytes(mut submission: Submission, text: &str) -> Submission {
    submission.entries[0].0.unique_id = id("2.999.2.1");
    submission.entries[0].1 = Content::Inline(ContentBytes::new(bytes(text)));
    submission
}

#[tokio::test]
async fn a_member_deposits_for_a_patient_of_a_local_authority_and_an_establishment_does_not() {
    let world = world().await;
    let receipt = deposit(&world, &member(), submission(&world, &local(1), 1)).await.unwrap();
    let key = journey::DocumentKey::Uuid(receipt.documents[0].logical_id);
    let stored = journey::Store::entry(world.store(), &local(1), &key).await.unwrap().unwrap();
    assert_eq!(stored.entry.patient.to_cx(), format!("P-0001^^^&{AUTHORITY}&ISO"));
    let refused = deposit(&world, &hospital(), submission(&world, &local(1), 2)).await.unwrap_err();
    assert!(rules(&refused).contains(&Rule::CallerHasAPlace), "{refused:?}");
}

#[tokio::test]
async fn a_member_replaces_whoever_wrote_the_document() {
    let world = world().await;
    let first = deposit(&world, &member(), submission(&world, &local(1), 1)).await.unwrap();
    let mut next = submission(&world, &local(1), 2);
    let replaced = ObjectRef::Uuid(first.documents[0].entry_uuid);
    link(&world, &mut next, AssociationKind::Replaces, replaced);
    let receipt = deposit(&world, &member(), next).await.unwrap();
    assert_eq!(receipt.superseded, [first.documents[0].logical_id]);
}

#[tokio::test]
async fn a_link_to_another_patients_document_is_told_as_the_wrong_patients() {
    let world = world().await;
    let first = deposit(&world, &member(), submission(&world, &local(1), 1)).await.unwrap();
    for kind in [AssociationKind::Replaces, AssociationKind::Appends] {
        let mut next = submission(&world, &local(2), 2);
        link(&world, &mut next, kind, ObjectRef::Uuid(first.documents[0].entry_uuid));
        let Err(Refusal::Refused(refused)) = deposit(&world, &member(), next).await else {
            panic!("a link across records is refused");
        };
        assert_eq!(refused.findings[0].xds_code, Some("XDSPatientIdDoesNotMatch"));
    }
}

#[tokio::test]
async fn a_patient_nobody_announced_and_an_authority_that_is_none_are_refused() {
    let world = world().await;
    let unknown = deposit(&world, &member(), submission(&world, &local(3), 1)).await.unwrap_err();
    assert_eq!(rules(&unknown), [Rule::RecordExists]);
    let foreign = Ins::parse_any("P-0001", "2.999.8").unwrap();
    let refused = deposit(&world, &member(), submission(&world, &foreign, 2)).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::InsIsWellFormed]);
}

#[tokio::test]
async fn the_french_pack_refuses_a_local_identifier_before_anything_is_looked_up() {
    let world = World::with_record().await;
    let events = "SELECT count(*) FROM journal";
    let before = world.count(events).await;
    let refused = world.deposit(submission(&world, &local(1), 1)).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::InsIsWellFormed]);
    let imported = world.operate(policy::Operation::Open(local(1))).await.unwrap_err();
    assert_eq!(rules(&imported), [Rule::InsIsWellFormed]);
    assert_eq!(world.count(events).await, before);
}

#[tokio::test]
async fn over_the_registry_a_unique_id_of_another_patient_is_taken() {
    let world = world().await;
    let first = submission(&world, &local(1), 1);
    let set = first.set.unique_id.clone();
    deposit(&world, &member(), with_bytes(first, "one")).await.unwrap();
    let mut same_set = with_bytes(submission(&world, &local(2), 2), "one");
    same_set.set.unique_id = set;
    let refused = deposit(&world, &member(), same_set).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::SetIdIsFree]);
    let other_bytes = with_bytes(submission(&world, &local(2), 3), "other");
    let refused = deposit(&world, &member(), other_bytes).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::DocumentIdIsFree]);
    let same_bytes = with_bytes(submission(&world, &local(2), 4), "one");
    deposit(&world, &member(), same_bytes).await.unwrap();
}

#[tokio::test]
async fn in_a_record_of_its_own_a_unique_id_says_nothing_of_another_record() {
    let world = World::with_record().await;
    world.open_record(&ins(2)).await;
    world.deposit(with_bytes(submission(&world, &ins(1), 1), "one")).await.unwrap();
    world.deposit(with_bytes(submission(&world, &ins(2), 2), "other")).await.unwrap();
}
