//! What a deposit leaves, and what a second one meets.

use journey::{Claim, DocumentAsk, DocumentKey, Refusal, Store, Take};
use model::{AssociationKind, Availability, Content, ContentBytes, ObjectRef, Rule};
use policy::{Ask, ReadAct};

use crate::cipher::CHUNK;

use super::kit::{World, doctor, hospital, ins, repository, rules};
use super::made::{bytes, entry, id, link, of_entries, submission};

async fn stored(world: &World, key: &str) -> journey::StoredEntry {
    world.store().entry(&ins(1), &DocumentKey::Unique(id(key))).await.unwrap().unwrap()
}

async fn content(world: &World, key: &str) -> Result<Vec<u8>, Option<journey::Fault>> {
    let now = journey::Clock::now(&world.desk.clock);
    let holder = super::kit::holder(&ins(1));
    let facts = world.store().facts(&ins(1), &holder, now).await.unwrap();
    let ask = Ask { patient: ins(1), act: ReadAct::Read };
    let visibility = policy::decide_read(world.desk.law(now), &facts, &holder, &ask).unwrap();
    let document = visibility.admit(stored(world, key).await).unwrap();
    let content = world.store().content(&document).await;
    assert_eq!(world.store().is_sound(&document).await.unwrap(), content.is_ok());
    if let Ok(bytes) = &content {
        for offset in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, bytes.len() - 1, bytes.len(), bytes.len() + CHUNK] {
            let piece = world.store().content_from(&document, offset as u64).await.unwrap();
            let from = bytes.get(offset..).unwrap_or_default();
            assert_eq!(piece, &from[..from.len().min(CHUNK - offset % CHUNK)], "{offset}");
        }
    }
    content
}

#[tokio::test]
async fn what_was_deposited_is_read_back_equal() {
    let world = World::with_record().await;
    let sent = submission(&world, &ins(1), 1);
    let receipt = world.deposit(sent.clone()).await.unwrap();
    assert!(!receipt.again);
    let back = stored(&world, "2.999.2.1").await;
    let (mut expected, Content::Inline(bytes)) = sent.entries[0].clone() else { panic!("no bytes") };
    expected.repository = Some(repository());
    expected.hash = back.entry.hash;
    expected.size = Some(bytes.as_slice().len() as u64);
    assert_eq!(back.entry, expected);
    assert_eq!(format!("{:?}", back.entry), format!("{expected:?}"), "labels too");
    assert_eq!(back.set, sent.set);
    assert_eq!((back.sequence, back.stored_at), (1, receipt.at));
    assert_eq!(content(&world, "2.999.2.1").await.unwrap(), bytes.as_slice());
    let counts = world.store().counts().await.unwrap();
    assert_eq!((counts.records, counts.documents, counts.chunks, counts.sets), (1, 1, 1, 1));
    assert_eq!((counts.events, counts.outbox), (3, 1));
}

#[tokio::test]
async fn a_large_document_is_kept_in_chunks() {
    let world = World::with_record().await;
    for (number, size) in [(1, 256 * 1024), (2, 256 * 1024 + 1), (3, 3 * 256 * 1024)] {
        let mut bytes = bytes("");
        bytes.resize(size, 7);
        let sent = vec![(entry(&world, &ins(1), number), bytes.clone())];
        world.deposit(of_entries(&world, &ins(1), number, sent)).await.unwrap();
        assert_eq!(content(&world, &format!("2.999.2.{number}")).await.unwrap(), bytes);
    }
    assert_eq!(world.store().counts().await.unwrap().chunks, 1 + 2 + 3);
}

#[tokio::test]
async fn altered_missing_or_exchanged_content_is_not_given_out() {
    for tamper in [
        "UPDATE content_chunk SET bytes = zeroblob(length(bytes)) WHERE idx = 1",
        "DELETE FROM content_chunk WHERE idx = 1",
        "DELETE FROM content_chunk WHERE idx = 1; UPDATE document SET chunks = 1",
        "UPDATE content_chunk SET idx = 1 - idx + 10; UPDATE content_chunk SET idx = idx - 10",
        "UPDATE document SET wrapped_key = NULL",
        "UPDATE document SET sha256 = zeroblob(32)",
        "DELETE FROM document",
    ] {
        let world = World::with_record().await;
        let mut bytes = bytes("");
        bytes.resize(256 * 1024 + 5, 7);
        let sent = vec![(entry(&world, &ins(1), 1), bytes)];
        world.deposit(of_entries(&world, &ins(1), 1, sent)).await.unwrap();
        world.tamper(tamper).await;
        assert!(matches!(content(&world, "2.999.2.1").await, Err(None)), "{tamper}");
        for whole in [0, u64::MAX] {
            let ask = DocumentAsk { patient: Some(ins(1)), key: DocumentKey::Unique(id("2.999.2.1")) };
            let holder = super::kit::holder(&ins(1));
            let opened = journey::open_if(&world.desk, &holder, "kit", ask, |_| Take::Whole, whole).await;
            let refusal = opened.unwrap_err();
            let gone = tamper == "DELETE FROM document" && matches!(refusal, Refusal::Absent);
            assert!(gone || rules(&refusal) == [Rule::ContentIsSound], "{tamper}: never begun, {refusal:?}");
        }
    }
}

#[tokio::test]
async fn an_identical_retry_gets_the_same_receipt() {
    let world = World::with_record().await;
    let sent = submission(&world, &ins(1), 1);
    let first = world.deposit(sent.clone()).await.unwrap();
    let before = world.store().counts().await.unwrap();
    let again = world.deposit(sent).await.unwrap();
    assert!(again.again);
    assert_eq!(model::Receipt { again: false, ..again }, first);
    let after = world.store().counts().await.unwrap();
    assert_eq!((after.documents, after.sets, after.outbox), (before.documents, before.sets, before.outbox));
}

#[tokio::test]
async fn an_identical_retry_that_races_the_first_gets_the_same_receipt() {
    let world = World::with_record().await;
    let sent = submission(&world, &ins(1), 1);
    let (one, other) = tokio::join!(world.deposit(sent.clone()), world.deposit(sent));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.again != other.again, "one is first");
    assert_eq!(one.documents, other.documents);
    assert_eq!(one.at, other.at);
    assert_eq!(world.store().counts().await.unwrap().documents, 1);
}

#[tokio::test]
async fn different_submissions_that_race_for_an_id_meet_its_rule() {
    for (rule, rival) in
        [(Rule::SetIdIsFree, "set"), (Rule::DocumentIdIsFree, "document"), (Rule::EntryIdIsFree, "uuid")]
    {
        let world = World::with_record().await;
        let one = submission(&world, &ins(1), 1);
        let mut other = submission(&world, &ins(1), 2);
        match rival {
            "set" => other.set.unique_id = one.set.unique_id.clone(),
            "document" => other.entries[0].0.unique_id = one.entries[0].0.unique_id.clone(),
            _ => {
                other.entries[0].0.entry_uuid = one.entries[0].0.entry_uuid;
                other.entries[0].0.logical_id = one.entries[0].0.logical_id;
            }
        }
        let (one, other) = tokio::join!(world.deposit(one), world.deposit(other));
        let refusal = one.and(other).unwrap_err();
        assert_eq!(rules(&refusal), [rule]);
        assert_eq!(world.store().counts().await.unwrap().documents, 1);
    }
}

#[tokio::test]
async fn a_unique_id_may_be_in_two_records_and_then_locates_both() {
    let world = World::with_record().await;
    world.open_record(&ins(2)).await;
    let key = DocumentKey::Unique(id("2.999.2.1"));
    assert_eq!(world.store().locate(&key).await.unwrap(), []);
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    assert_eq!(world.store().locate(&key).await.unwrap(), [ins(1)]);
    let receipt = world.deposit(submission(&world, &ins(2), 1)).await.unwrap();
    let both = world.store().locate(&key).await.unwrap();
    assert!(both.len() == 2 && both.contains(&ins(1)) && both.contains(&ins(2)));
    let by_uuid = DocumentKey::Uuid(receipt.documents[0].entry_uuid);
    assert_eq!(world.store().locate(&by_uuid).await.unwrap(), [ins(2)]);
    assert_eq!(
        world.store().locate(&DocumentKey::Uuid(receipt.set)).await.unwrap(),
        [],
        "a set is no document"
    );
    assert!(world.store().entry(&ins(1), &by_uuid).await.unwrap().is_none());
}

#[tokio::test]
async fn a_replaced_document_and_its_appendix_are_superseded() {
    let world = World::with_record().await;
    let old = world.deposit(submission(&world, &ins(1), 1)).await.unwrap().documents[0].logical_id;
    let mut appendix = submission(&world, &ins(1), 2);
    link(&world, &mut appendix, AssociationKind::Appends, ObjectRef::Uuid(old));
    let appended = world.deposit(appendix).await.unwrap().documents[0].logical_id;
    let mut newer = submission(&world, &ins(1), 3);
    link(&world, &mut newer, AssociationKind::Replaces, ObjectRef::Unique(id("2.999.2.1")));
    let receipt = world.deposit(newer.clone()).await.unwrap();
    assert_eq!(receipt.superseded.len(), 2);
    assert!(receipt.superseded.contains(&old) && receipt.superseded.contains(&appended));
    assert_eq!(
        world.deposit(newer).await.unwrap().superseded,
        receipt.superseded,
        "a retry is told the same"
    );
    assert_eq!(stored(&world, "2.999.2.1").await.entry.availability, Availability::Deprecated);
    assert_eq!(stored(&world, "2.999.2.2").await.entry.availability, Availability::Deprecated);
    let new = stored(&world, "2.999.2.3").await;
    assert_eq!(new.entry.availability, Availability::Approved);
    assert_eq!(new.associations.len(), 1);
    assert_eq!(new.associations[0].target, ObjectRef::Uuid(old));
    assert_eq!(new.associations[0].source, new.entry.entry_uuid);
    let mut late = submission(&world, &ins(1), 4);
    link(&world, &mut late, AssociationKind::Replaces, ObjectRef::Uuid(old));
    assert_eq!(rules(&world.deposit(late).await.unwrap_err()), [Rule::ReplacedDocumentIsCurrent]);
}

#[tokio::test]
async fn two_replacements_of_one_document_that_race_are_not_both_accepted() {
    let world = World::with_record().await;
    let old = world.deposit(submission(&world, &ins(1), 1)).await.unwrap().documents[0].logical_id;
    let [mut one, mut other] = [2, 3].map(|number| submission(&world, &ins(1), number));
    link(&world, &mut one, AssociationKind::Replaces, ObjectRef::Uuid(old));
    link(&world, &mut other, AssociationKind::Replaces, ObjectRef::Uuid(old));
    let (one, other) = tokio::join!(world.deposit(one), world.deposit(other));
    assert_eq!(rules(&one.and(other).unwrap_err()), [Rule::ReplacedDocumentIsCurrent]);
    assert_eq!(world.store().counts().await.unwrap().documents, 2);
}

#[tokio::test]
async fn the_open_pack_accepts_a_second_entry_of_the_same_bytes_only() {
    let mut world = World::with(|options| options.accept_identical_documents = true).await;
    world.desk.pack.identical_documents = true;
    world.open_record(&ins(1)).await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let mut copy = submission(&world, &ins(1), 2);
    copy.entries[0].0.unique_id = id("2.999.2.1");
    world.deposit(copy).await.unwrap();
    let mut other = submission(&world, &ins(1), 3);
    other.entries[0].0.unique_id = id("2.999.2.1");
    other.entries[0].1 = Content::Inline(ContentBytes::new(bytes("other")));
    assert_eq!(rules(&world.deposit(other).await.unwrap_err()), [Rule::DocumentIdIsFree]);
    assert_eq!(world.store().counts().await.unwrap().documents, 2);
}

#[tokio::test]
async fn link_facts_tell_claims_targets_and_the_earlier_receipt() {
    let world = World::with_record().await;
    let first = submission(&world, &ins(1), 1);
    let receipt = world.deposit(first.clone()).await.unwrap();
    let mut next = submission(&world, &ins(1), 2);
    next.entries[0].0.unique_id = id("2.999.2.1");
    next.set.entry_uuid = first.set.entry_uuid;
    link(&world, &mut next, AssociationKind::Transforms, ObjectRef::Uuid(receipt.documents[0].entry_uuid));
    link(&world, &mut next, AssociationKind::Transforms, ObjectRef::Unique(id("2.999.2.99")));
    let now = journey::Clock::now(&world.desk.clock);
    let facts = world.store().facts(&ins(1), &hospital(), now).await.unwrap();
    let permitted = policy::decide_deposit(world.desk.law(now), &facts, &hospital(), next).unwrap();
    let known = world.store().link_facts(&permitted, &id("2.999.3.1")).await.unwrap();
    let (previous, _) = known.previous.unwrap();
    assert_eq!(previous.documents, receipt.documents);
    assert!(known.claims.contains(&Claim::EntryUuid { id: first.set.entry_uuid }));
    let hash = stored(&world, "2.999.2.1").await.entry.hash.unwrap();
    assert!(known.claims.contains(&Claim::Document { entry: 0, hash }));
    assert_eq!(known.claims.len(), 2);
    assert_eq!(known.links.len(), 2);
    assert!(known.links[0].target.is_some() && known.links[1].target.is_none());
}

#[tokio::test]
async fn a_blocked_author_is_noted_on_the_document_that_another_deposits() {
    let world = World::with_record().await;
    let person = model::PersonId("899900000077".into());
    world.set(policy::Setting::Blocked(model::Party::Person(person.clone()))).await;
    let mut written = submission(&world, &ins(1), 1);
    let author = written.entries[0].0.authors[0].person.get_or_insert_default();
    author.id = Some(person.0);
    world.deposit(written).await.unwrap();
    let mut connection = world.behind().await;
    let noted: Vec<bool> = sqlx::query_scalar("SELECT depositor_was_blocked FROM document")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(noted, [true]);
}

#[tokio::test]
async fn a_depositor_blocked_at_the_instant_is_noted_on_the_document() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    world.set(policy::Setting::Blocked(super::kit::structure(super::kit::HOSPITAL))).await;
    world.deposit(submission(&world, &ins(1), 2)).await.unwrap();
    let mut connection = world.behind().await;
    let noted: Vec<bool> = sqlx::query_scalar(
        "SELECT depositor_was_blocked FROM document JOIN entry USING (patient_key, document) ORDER BY sequence",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(noted, [false, true]);
    assert!(journey::search(&world.desk, &doctor(), "ITI-18", super::searches::all()).await.is_err());
}
