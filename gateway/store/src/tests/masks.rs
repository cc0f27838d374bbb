//! Masking: a new version of the metadata, the same document.

use journey::{DocumentKey, Store};
use model::{AssociationKind, ObjectRef, VisibilityFlag};
use policy::{DocumentAct, Setting};

use super::kit::{World, doctor, granted, ins, time};
use super::made::{link, submission};

#[tokio::test]
async fn a_masked_document_has_a_new_version_under_the_same_logical_id() {
    let world = World::with_record().await;
    let receipt = world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let (first, logical) = (receipt.documents[0].entry_uuid, receipt.documents[0].logical_id);
    world.mask(logical).await;
    let masked = world.store().entry(&ins(1), &DocumentKey::Uuid(logical)).await.unwrap().unwrap().entry;
    assert!(masked.has_flag(VisibilityFlag::MasquePs));
    assert_eq!((masked.version, masked.logical_id), (2, logical));
    assert_ne!(masked.entry_uuid, first);
    let key = DocumentKey::Uuid(masked.entry_uuid);
    assert_eq!(world.store().locate(&key).await.unwrap(), [ins(1)]);
    assert!(world.store().entry(&ins(1), &key).await.unwrap().is_some());
    world.mask(logical).await;
    let twice = world.store().entry(&ins(1), &key).await.unwrap().unwrap().entry;
    assert_eq!(twice.version, 2, "masking what is masked changes nothing");
}

#[tokio::test]
async fn a_document_that_is_not_in_the_record_is_not_masked() {
    let world = World::with_record().await;
    let refused = world.amend(&super::kit::holder(&ins(1)), world.uuid(), &[DocumentAct::Mask]).await;
    assert!(matches!(refused, Err(journey::Refusal::Absent)));
}

#[tokio::test]
async fn its_depositor_replaces_a_document_without_noticing_the_mask() {
    let world = World::with_record().await;
    let mut deposit = submission(&world, &ins(1), 1);
    deposit.entries[0].0.entry_uuid = world.uuid();
    let received = world.deposit(deposit).await.unwrap().documents[0].clone();
    assert_ne!(received.entry_uuid, received.logical_id);
    world.mask(received.logical_id).await;
    let mut newer = submission(&world, &ins(1), 2);
    link(&world, &mut newer, AssociationKind::Replaces, ObjectRef::Uuid(received.entry_uuid));
    assert_eq!(world.deposit(newer).await.unwrap().superseded, [received.logical_id]);
}

#[tokio::test]
async fn a_link_to_a_masked_document_is_not_shown_to_those_who_do_not_see_it() {
    let world = World::with_record().await;
    let old = world.deposit(submission(&world, &ins(1), 1)).await.unwrap().documents[0].logical_id;
    let mut newer = submission(&world, &ins(1), 2);
    link(&world, &mut newer, AssociationKind::Replaces, ObjectRef::Uuid(old));
    let newer = world.deposit(newer).await.unwrap().documents[0].logical_id;
    let until = time("20300101000000");
    let other = model::PersonId("899900000055".into());
    world.set(Setting::Authorised(model::Party::Person(other.clone()), granted(until))).await;
    let mut reader = doctor(); // not the author, who sees what they wrote
    if let model::Actor::Professional { id, .. } = &mut reader.actor {
        *id = other;
    }
    let links = async || {
        let found = journey::search(&world.desk, &reader, "ITI-18", super::searches::all()).await.unwrap();
        let entry = found.entries.iter().find(|entry| entry.get().entry.logical_id == newer).unwrap();
        entry.get().associations.iter().map(|link| link.target.clone()).collect::<Vec<_>>()
    };
    assert_eq!(links().await, [ObjectRef::Uuid(old)]);
    world.mask(old).await;
    assert_eq!(links().await, []);
    let ask = journey::DocumentAsk { patient: Some(ins(1)), key: DocumentKey::Uuid(newer) };
    let document = journey::retrieve(&world.desk, &reader, "ITI-43", ask).await.unwrap();
    assert_eq!(document.entry.get().associations, []);
}
