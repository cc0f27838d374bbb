//! Updates of metadata as DMP software sends them (ITI-57), and removals, through the journey on a real file.

use journey::{Refusal, Update, UpdateOperation, remove_document, remove_metadata, stored_query, update};
use model::{
    Association, AssociationKind, Availability, Caller, Channel, Code, ContentFilter, DocumentEntry,
    EntryUuid, Location, MetadataLevel, Named, ObjectRef, RegistryQuery, Rule, SubmissionSet, VisibilityFlag,
    system,
};
use policy::Setting;

use super::kit::{World, doctor, granted, hospital, ins, person, rules, time};
use super::made::{id, submission};

/// A record with one document of the doctor, who is authorised.
async fn deposited(world: &World) -> DocumentEntry {
    let made = submission(world, &ins(1), 1);
    let uuid = made.entries[0].0.entry_uuid;
    world.deposit(made).await.unwrap();
    world.set(Setting::Authorised(person(super::kit::DOCTOR), granted(time("2030")))).await;
    world.entry(uuid).await.unwrap().entry
}

fn set(world: &World, number: u64) -> SubmissionSet {
    let mut set = submission(world, &ins(1), number).set;
    set.unique_id = Some(id(&format!("2.999.9.{number}")));
    set
}

fn of(world: &World, number: u64, operations: Vec<UpdateOperation>) -> Update {
    let operations = operations.into_iter().map(|operation| (operation, Location::Whole)).collect();
    Update { set: set(world, number), operations, restricted: false }
}

fn metadata(
    world: &World,
    entry: &DocumentEntry,
    change: impl FnOnce(&mut DocumentEntry),
) -> UpdateOperation {
    let mut sent = entry.clone();
    sent.entry_uuid = world.uuid();
    change(&mut sent);
    UpdateOperation::Document {
        entry: Box::new(sent),
        previous: entry.version,
        propagate: true,
        membership: world.uuid(),
    }
}

fn status(object: EntryUuid, from: Availability, to: Availability) -> UpdateOperation {
    UpdateOperation::Status { object, from, to }
}

fn mask(entry: &mut DocumentEntry) {
    entry.confidentiality.push(Code::new(VisibilityFlag::MasquePs.code(), system::VISIBILITY));
}

async fn sent(world: &World, caller: &Caller, asked: Update) -> Result<(), Refusal> {
    update(&world.desk, caller, "ITI-57", asked).await
}

#[tokio::test]
async fn a_mask_comes_as_new_metadata_with_the_entry_uuid_that_was_sent() {
    let world = World::with_record().await;
    let entry = deposited(&world).await;
    let asked = of(&world, 2, vec![metadata(&world, &entry, mask)]);
    let UpdateOperation::Document { entry: new, .. } = &asked.operations[0].0 else { panic!("metadata") };
    let new = new.entry_uuid;
    sent(&world, &doctor(), asked.clone()).await.unwrap();
    let after = world.entry(entry.logical_id).await.unwrap().entry;
    assert!(after.has_flag(VisibilityFlag::MasquePs));
    assert_eq!((after.version, after.entry_uuid), (2, new));
    // The identical update again is done already.
    sent(&world, &doctor(), asked).await.unwrap();
    assert_eq!(world.entry(entry.logical_id).await.unwrap().entry.version, 2);
}

#[tokio::test]
async fn an_update_of_an_older_version_changes_nothing() {
    let world = World::with_record().await;
    let entry = deposited(&world).await;
    sent(&world, &doctor(), of(&world, 2, vec![metadata(&world, &entry, mask)])).await.unwrap();
    let refusal =
        sent(&world, &doctor(), of(&world, 3, vec![metadata(&world, &entry, mask)])).await.unwrap_err();
    let Refusal::Refused(refused) = refusal else { panic!("refused") };
    assert_eq!(refused.findings[0].xds_code, Some("XDSMetadataVersionError"));
    assert_eq!(world.entry(entry.logical_id).await.unwrap().entry.version, 2);
}

#[tokio::test]
async fn archiving_restoring_and_deleting_are_changes_of_status() {
    let world = World::with_record().await;
    let entry = deposited(&world).await;
    let steps = [
        (Availability::Approved, Availability::Archived),
        (Availability::Archived, Availability::Approved),
        (Availability::Approved, Availability::Deleted),
    ];
    for (number, (from, to)) in (2..).zip(steps) {
        let asked = of(&world, number, vec![status(entry.entry_uuid, from, to)]);
        sent(&world, &doctor(), asked).await.unwrap();
        assert_eq!(world.entry(entry.logical_id).await.unwrap().entry.availability, to);
    }
}

#[tokio::test]
async fn a_structure_deletes_its_own_and_masks_nothing() {
    let world = World::with_record().await;
    let entry = deposited(&world).await;
    let refusal = sent(&world, &hospital(), of(&world, 2, vec![metadata(&world, &entry, mask)])).await;
    assert_eq!(rules(&refusal.unwrap_err()), [Rule::ActIsOpenToCaller]);
    let asked = of(&world, 3, vec![status(entry.entry_uuid, Availability::Approved, Availability::Deleted)]);
    sent(&world, &hospital(), asked).await.unwrap();
}

#[tokio::test]
async fn nothing_but_flags_and_status_changes_in_the_french_domain() {
    let world = World::with_record().await;
    let entry = deposited(&world).await;
    let title = |entry: &mut DocumentEntry| entry.title = Some("Autre titre".into());
    let hide = |entry: &mut DocumentEntry| {
        entry.confidentiality.push(Code::new(VisibilityFlag::InvisiblePatient.code(), system::VISIBILITY));
    };
    for (number, operation) in [
        (2, metadata(&world, &entry, title)),
        (3, metadata(&world, &entry, hide)),
        (4, status(entry.entry_uuid, Availability::Approved, Availability::Deprecated)),
    ] {
        let refusal = sent(&world, &doctor(), of(&world, number, vec![operation])).await.unwrap_err();
        assert_eq!(rules(&refusal), [Rule::ActIsOpenToCaller], "{number}");
    }
    assert_eq!(world.entry(entry.logical_id).await.unwrap().entry.version, 1);
}

#[tokio::test]
async fn a_document_that_the_caller_does_not_reach_is_as_one_that_is_not_there() {
    let world = World::with_record().await;
    let entry = deposited(&world).await;
    world.mask(entry.logical_id).await;
    let masked = world.entry(entry.logical_id).await.unwrap().entry;
    let stranger = Caller {
        actor: match super::kit::professional("50", None).actor {
            model::Actor::Professional { name, role, .. } => {
                model::Actor::Professional { id: model::PersonId("899900000099".into()), name, role }
            }
            other => other,
        },
        ..doctor()
    };
    world.set(Setting::Authorised(person("899900000099"), granted(time("2030")))).await;
    let unknown = DocumentEntry { logical_id: world.uuid(), ..masked.clone() };
    let mut answers = Vec::new();
    // The second names another version as well: it must not tell.
    let older = DocumentEntry { version: 7, ..masked.clone() };
    for (number, target) in [(2, &masked), (3, &older), (4, &unknown)] {
        let asked = of(&world, number, vec![metadata(&world, target, mask)]);
        answers.push(format!("{:?}", sent(&world, &stranger, asked).await.unwrap_err()));
    }
    assert_eq!(answers[0], answers[2]);
    assert_eq!(answers[1], answers[2]);
}

#[tokio::test]
async fn one_refused_operation_takes_the_others_back() {
    let world = World::with_record().await;
    let entry = deposited(&world).await;
    let asked = of(
        &world,
        2,
        vec![
            metadata(&world, &entry, mask),
            status(world.uuid(), Availability::Approved, Availability::Archived),
        ],
    );
    assert_eq!(rules(&sent(&world, &doctor(), asked).await.unwrap_err()), [Rule::LinkedObjectIsReachable]);
    assert_eq!(world.entry(entry.logical_id).await.unwrap().entry.version, 1);
}

#[tokio::test]
async fn a_professional_removes_neither_metadata_nor_bytes() {
    let world = World::with_record().await;
    let entry = deposited(&world).await;
    let caller = Caller { patient: Some(ins(1)), ..doctor() };
    let refusal = remove_metadata(&world.desk, &caller, "ITI-62", &[entry.entry_uuid]).await.unwrap_err();
    assert_eq!(rules(&refusal), [Rule::ActIsOpenToCaller]);
    let refusal = remove_document(&world.desk, &caller, "ITI-86", entry.unique_id.clone()).await.unwrap_err();
    assert_eq!(rules(&refusal), [Rule::ActIsOpenToCaller]);
    assert!(world.entry(entry.logical_id).await.is_some());
}

/// The same record in an open domain, and a member of it.
fn opened(mut world: World) -> (World, Caller) {
    world.desk.pack.open = true;
    world.desk.switches.open_domain = true;
    let member = Caller { channel: Channel::Member, patient: Some(ins(1)), ..hospital() };
    (world, member)
}

#[tokio::test]
async fn a_member_of_an_open_domain_removes_a_document_with_its_set_and_the_link_between_them() {
    let (world, member) = opened(World::with_record().await);
    let made = submission(&world, &ins(1), 1);
    let (document, set) = (made.entries[0].0.entry_uuid, made.set.entry_uuid);
    journey::deposit(&world.desk, &member, "kit", made).await.unwrap();
    let of = RegistryQuery::GetSubmissionSetAndContents {
        named: Named::Uuids(vec![set]),
        filter: ContentFilter::default(),
        level: MetadataLevel::Latest,
    };
    let held = stored_query(&world.desk, &member, "ITI-18", &of).await.unwrap();
    let link = held.links[0].get().entry_uuid;
    remove_metadata(&world.desk, &member, "ITI-62", &[set, document, link]).await.unwrap();
    assert!(world.entry(document).await.is_none());
    let held = stored_query(&world.desk, &member, "ITI-18", &of).await.unwrap();
    assert!(held.sets.is_empty() && held.documents.is_empty() && held.links.is_empty());
}

#[tokio::test]
async fn an_association_that_stands_is_not_submitted_again() {
    let (world, member) = opened(World::with_record().await);
    let made = submission(&world, &ins(1), 1);
    let first = made.entries[0].0.entry_uuid;
    journey::deposit(&world.desk, &member, "kit", made).await.unwrap();
    let made = submission(&world, &ins(1), 2);
    let second = made.entries[0].0.entry_uuid;
    journey::deposit(&world.desk, &member, "kit", made).await.unwrap();
    let appends = |number: u64| {
        let link = Association {
            documentation: None,
            entry_uuid: world.uuid(),
            kind: AssociationKind::Appends,
            source: second,
            target: ObjectRef::Uuid(first),
        };
        of(&world, number, vec![UpdateOperation::Relationship(link)])
    };
    sent(&world, &member, appends(3)).await.unwrap();
    assert_eq!(rules(&sent(&world, &member, appends(4)).await.unwrap_err()), [Rule::UpdateFitsObject]);
}
