//! Acts on one document, as they are stored.

use journey::{DocumentKey, Refusal, Store};
use model::{Availability, Code, EntryUuid, Rule, VisibilityFlag, Xcn, system};
use policy::{DocumentAct, Setting};

use super::kit::{HOSPITAL, World, doctor, holder, ins, person, rules, structure};
use super::made::{bytes, entry, id, of_entries, submission};

async fn deposited(world: &World, number: u64, flags: &[VisibilityFlag]) -> EntryUuid {
    let mut made = entry(world, &ins(1), number);
    for flag in flags {
        made.confidentiality.push(Code::new(flag.code(), system::VISIBILITY));
    }
    let sent = of_entries(world, &ins(1), number, vec![(made, bytes("CANARYCONTENT"))]);
    world.deposit(sent).await.unwrap().documents[0].logical_id
}

async fn by_author(world: &World, document: EntryUuid, act: DocumentAct) {
    world.amend(&doctor(), document, &[act]).await.unwrap();
}

#[tokio::test]
async fn a_mask_is_put_on_and_taken_off_and_every_version_is_kept() {
    let world = World::with_record().await;
    let document = deposited(&world, 1, &[]).await;
    let before = world.entry(document).await.unwrap().entry;
    world.mask(document).await;
    let masked = world.entry(document).await.unwrap().entry;
    world.amend(&holder(&ins(1)), document, &[DocumentAct::Unmask]).await.unwrap();
    let after = world.entry(document).await.unwrap().entry;
    assert_eq!((before.version, masked.version, after.version), (1, 2, 3));
    assert!(masked.has_flag(VisibilityFlag::MasquePs) && !after.has_flag(VisibilityFlag::MasquePs));
    assert_eq!(after.confidentiality, before.confidentiality);
    assert_eq!(world.count("SELECT count(*) FROM past_entry").await, 2);
    for version in [before.entry_uuid, masked.entry_uuid, after.entry_uuid] {
        assert_eq!(world.store().locate(&DocumentKey::Uuid(version)).await.unwrap(), [ins(1)]);
        assert!(world.entry(version).await.is_some());
    }
    assert_eq!(world.count("SELECT masked FROM entry").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM entry_confidentiality").await, 1);
}

#[tokio::test]
async fn an_author_shows_a_document_to_the_patient_and_to_the_representatives() {
    let world = World::new().await;
    let mut child = super::kit::identity(&ins(1));
    child.birth_date = model::Hl7Time::parse("20150101").unwrap();
    world.operate(policy::Operation::Import(child)).await.unwrap();
    world.operate(policy::Operation::Open(ins(1))).await.unwrap();
    let flags = [VisibilityFlag::InvisiblePatient, VisibilityFlag::InvisibleRepresentantsLegaux];
    let document = deposited(&world, 1, &flags).await;
    by_author(&world, document, DocumentAct::Announce).await;
    let shown = world.entry(document).await.unwrap().entry;
    assert!(!shown.has_flag(flags[0]) && shown.has_flag(flags[1]));
    by_author(&world, document, DocumentAct::ShowToRepresentatives).await;
    assert!(!world.entry(document).await.unwrap().entry.has_flag(flags[1]));
    let sums = "SELECT invisible_patient + invisible_representatives FROM entry";
    assert_eq!(world.count(sums).await, 0);
}

#[tokio::test]
async fn an_archived_document_takes_its_status_again_and_a_deleted_one_stays_deleted() {
    let world = World::with_record().await;
    let document = deposited(&world, 1, &[]).await;
    let uuid = world.entry(document).await.unwrap().entry.entry_uuid;
    for (act, expected) in [
        (DocumentAct::Archive, (Availability::Archived, 2)),
        (DocumentAct::Archive, (Availability::Archived, 2)),
        (DocumentAct::Restore, (Availability::Approved, 3)),
        (DocumentAct::Restore, (Availability::Approved, 3)),
        (DocumentAct::Delete, (Availability::Deleted, 4)),
    ] {
        by_author(&world, document, act.clone()).await;
        let now = world.entry(document).await.unwrap().entry;
        assert_eq!((now.availability, now.version), expected, "{act:?}");
        assert_eq!(now.entry_uuid, uuid, "a status is no new version in XDS");
    }
    let page =
        journey::search(&world.desk, &holder(&ins(1)), "ITI-67", super::searches::all()).await.unwrap();
    assert_eq!(page.total, 0);
}

#[tokio::test]
async fn a_superseded_document_is_superseded_again_when_restored() {
    let world = World::with_record().await;
    let document = deposited(&world, 1, &[]).await;
    world.tamper("UPDATE entry SET status = 'deprecated'").await;
    by_author(&world, document, DocumentAct::Archive).await;
    by_author(&world, document, DocumentAct::Restore).await;
    assert_eq!(world.entry(document).await.unwrap().entry.availability, Availability::Deprecated);
}

#[tokio::test]
async fn a_mask_by_name_is_no_version_but_moves_the_facts() {
    let world = World::with_record().await;
    let document = deposited(&world, 1, &[]).await;
    let before = world.entry(document).await.unwrap();
    let version = async || world.store().facts(&ins(1), &holder(&ins(1)), world.now()).await.unwrap().version;
    let first = version().await;
    let to = || DocumentAct::MaskTo(person("899900000055"));
    world.amend(&holder(&ins(1)), document, &[to(), DocumentAct::MaskTo(structure(HOSPITAL))]).await.unwrap();
    let masked = world.entry(document).await.unwrap();
    assert_eq!(masked.entry, before.entry);
    assert_eq!(masked.masked_to, [person("899900000055"), structure(HOSPITAL)]);
    let second = version().await;
    assert!(second > first);
    world.amend(&holder(&ins(1)), document, &[to()]).await.unwrap();
    assert_eq!(version().await, second, "nothing changed");
    let off = [DocumentAct::UnmaskTo(person("899900000055"))];
    world.amend(&holder(&ins(1)), document, &off).await.unwrap();
    assert_eq!(world.entry(document).await.unwrap().masked_to, [structure(HOSPITAL)]);
    assert!(version().await > second);
}

#[tokio::test]
async fn an_act_that_changes_nothing_leaves_its_event_and_tells_nobody() {
    let world = World::with_record().await;
    let document = deposited(&world, 1, &[]).await;
    world.mask(document).await;
    let before = world.store().counts().await.unwrap();
    world.mask(document).await;
    let after = world.store().counts().await.unwrap();
    assert_eq!((after.events, after.outbox), (before.events + 1, before.outbox));
    assert_eq!(world.entry(document).await.unwrap().entry.version, 2);
}

#[tokio::test]
async fn of_two_changes_that_race_one_is_judged_again() {
    let world = World::with_record().await;
    let document = deposited(&world, 1, &[]).await;
    let caller = holder(&ins(1));
    let to = |party: &str| [DocumentAct::MaskTo(person(party))];
    let (one, other) = (to("899900000055"), to("899900000066"));
    let (one, other) =
        tokio::join!(world.amend(&caller, document, &one), world.amend(&caller, document, &other));
    one.and(other).unwrap();
    assert_eq!(world.entry(document).await.unwrap().masked_to.len(), 2);
}

#[tokio::test]
async fn a_change_made_on_an_earlier_version_is_refused() {
    let world = World::with_record().await;
    let document = deposited(&world, 1, &[]).await;
    world.mask(document).await;
    let ask = journey::DocumentAsk { patient: Some(ins(1)), key: DocumentKey::Uuid(document) };
    let acts = vec![DocumentAct::Unmask];
    let late = journey::amend(&world.desk, &holder(&ins(1)), "kit", ask, acts, Some(1)).await;
    assert_eq!(rules(&late.unwrap_err()), [Rule::VersionIsCurrent]);
}

/// A document of somebody whom the holder had blocked: the holder may destroy it.
async fn unwanted(world: &World) -> EntryUuid {
    world.set(Setting::Blocked(structure(HOSPITAL))).await;
    deposited(world, 1, &[]).await
}

#[tokio::test]
async fn a_destroyed_document_leaves_a_stub_and_does_not_come_back() {
    let world = World::with_record().await;
    world.set(Setting::Blocked(structure(HOSPITAL))).await;
    let sent = submission(&world, &ins(1), 1);
    let receipt = world.deposit(sent.clone()).await.unwrap();
    let document = receipt.documents[0].logical_id;
    world.mask(document).await;
    world.amend(&holder(&ins(1)), document, &[DocumentAct::Destroy]).await.unwrap();
    for key in [DocumentKey::Uuid(document), DocumentKey::Unique(id("2.999.2.1"))] {
        assert_eq!(world.store().locate(&key).await.unwrap(), []);
        assert!(world.store().entry(&ins(1), &key).await.unwrap().is_none());
    }
    for table in ["entry", "past_entry", "content_chunk", "entry_author_person", "masked_to"] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let rows: i64 = sqlx::query_scalar(sql).fetch_one(&mut world.behind().await).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    let stub = "SELECT count(*) FROM document WHERE wrapped_key IS NULL AND size = 0 AND length(sha256) = 0";
    assert_eq!(world.count(stub).await, 1);
    assert_eq!(world.count("SELECT length(metadata) FROM submission_set").await, 0);
    assert!(world.deposit(sent.clone()).await.unwrap().again, "a retry is told what it was told");
    let mut anew = submission(&world, &ins(1), 2);
    anew.entries[0].0.unique_id = id("2.999.2.1");
    assert_eq!(rules(&world.deposit(anew).await.unwrap_err()), [Rule::DocumentIdIsFree]);
    assert_eq!(world.store().verify_journal().await.unwrap().broken, Vec::<String>::new());
    let again = world.amend(&holder(&ins(1)), document, &[DocumentAct::Destroy]).await;
    assert!(matches!(again, Err(Refusal::Absent)));
}

#[tokio::test]
async fn a_destruction_that_fails_at_any_statement_destroys_nothing() {
    let world = World::with_record().await;
    let document = unwanted(&world).await;
    let mut failures = 0;
    loop {
        failures += 1;
        world.store().0.writer.trip.set(failures);
        if world.amend(&holder(&ins(1)), document, &[DocumentAct::Destroy]).await.is_ok() {
            break;
        }
        assert!(world.entry(document).await.is_some(), "{failures}");
    }
    assert!(failures > 15, "every statement was tried: {failures}");
    assert!(world.entry(document).await.is_none());
}

#[tokio::test]
async fn what_the_holder_adds_is_noted_as_theirs() {
    let world = World::with_record().await;
    let matrix = world.desk.law(world.now()).habilitation();
    let kind = matrix
        .types()
        .find(|(column, _)| matrix.deposit(matrix.patient(), *column) == mappings::DepositRight::Allow)
        .map(|(_, code)| code.clone())
        .unwrap();
    let codes = &world.desk.mappings.codes;
    let mut own = entry(&world, &ins(1), 1);
    own.class_code = codes.class_of(&kind).unwrap().clone();
    own.type_code = kind;
    own.authors[0].person = Xcn::parse(&format!("{}^X^Y", ins(1).number())).ok();
    own.authors[0].institutions.clear();
    let mut sent = of_entries(&world, &ins(1), 1, vec![(own.clone(), bytes("text"))]);
    sent.set.authors = own.authors.clone();
    let done = journey::deposit(&world.desk, &holder(&ins(1)), "ITI-65", sent).await;
    let document = done.unwrap().0.documents[0].logical_id;
    let stored = world.entry(document).await.unwrap();
    assert!(stored.added_by_holder && !stored.depositor_was_blocked);
    world.amend(&holder(&ins(1)), document, &[DocumentAct::Destroy]).await.unwrap();
    assert!(world.entry(document).await.is_none());
    let other = deposited(&world, 2, &[]).await;
    assert!(!world.entry(other).await.unwrap().added_by_holder);
}
