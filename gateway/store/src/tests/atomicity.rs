//! A failure at any statement leaves nothing behind.

use journey::Refusal;
use model::{AssociationKind, ObjectRef};
use policy::{DocumentAct, Operation};

use super::kit::{World, identity, ins};
use super::made::{bytes, entry, id, link, of_entries, submission};

#[tokio::test]
async fn a_deposit_that_fails_at_any_statement_leaves_nothing() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let two = [2, 3].map(|number| (entry(&world, &ins(1), number), bytes("text")));
    let mut deposit = of_entries(&world, &ins(1), 2, two.to_vec());
    link(&world, &mut deposit, AssociationKind::Replaces, ObjectRef::Unique(id("2.999.2.1")));
    let before = world.store().counts().await.unwrap();
    let mut failures = 0;
    loop {
        failures += 1;
        world.store().0.writer.trip.set(failures);
        match world.deposit(deposit.clone()).await {
            Ok(receipt) => {
                assert!(!receipt.again && receipt.superseded.len() == 1);
                break;
            }
            Err(Refusal::Fault(_)) => assert_eq!(world.store().counts().await.unwrap(), before, "{failures}"),
            Err(other) => panic!("{other:?}"),
        }
    }
    world.store().0.writer.trip.set(0);
    assert!(failures > 30, "every statement was tried: {failures}");
    assert_eq!(world.store().counts().await.unwrap().documents, before.documents + 2);
    assert_eq!(journey::Store::verify_journal(world.store()).await.unwrap().broken, Vec::<String>::new());
}

#[tokio::test]
async fn an_operation_that_fails_at_any_statement_changes_nothing() {
    let world = World::new().await;
    let before = world.store().counts().await.unwrap();
    let mut failures = 0;
    loop {
        failures += 1;
        world.store().0.writer.trip.set(failures);
        match world.operate(Operation::Import(identity(&ins(1)))).await {
            Ok(()) => break,
            Err(Refusal::Fault(_)) => assert_eq!(world.store().counts().await.unwrap(), before, "{failures}"),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(failures > 8, "every statement was tried: {failures}");
    world.store().0.writer.trip.set(0);
    world.operate(Operation::Open(ins(1))).await.unwrap();
    let receipt = world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let document = receipt.documents[0].logical_id;
    let key = journey::DocumentKey::Uuid(document);
    let mut failures = 0;
    loop {
        failures += 1;
        world.store().0.writer.trip.set(failures);
        let done = world.amend(&super::kit::holder(&ins(1)), document, &[DocumentAct::Mask]).await;
        let stored = journey::Store::entry(world.store(), &ins(1), &key).await.unwrap().unwrap();
        if done.is_ok() {
            assert_eq!(stored.entry.version, 2);
            break;
        }
        assert_eq!(stored.entry.version, 1, "{failures}");
    }
}
