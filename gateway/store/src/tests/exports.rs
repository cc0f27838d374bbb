//! Everything about one person, for that person.

use journey::{Refusal, export, exported_bytes};
use model::{Code, Rule, VisibilityFlag, system};
use policy::{Choice, Operation, Standing};

use super::kit::{World, doctor, holder, identity, ins, operator, rules};
use super::made::{bytes, entry, of_entries};

/// Deposits two documents, the second with a flag.
async fn two_documents(world: &World, flag: VisibilityFlag) {
    let two = [1, 2].map(|number| {
        let mut made = entry(world, &ins(1), number);
        if number == 2 {
            made.confidentiality.push(Code::new(flag.code(), system::VISIBILITY));
        }
        (made, bytes("text"))
    });
    world.deposit(of_entries(world, &ins(1), 1, two.to_vec())).await.unwrap();
}

#[tokio::test]
async fn an_operator_exports_in_every_state_and_the_holder_while_the_record_is_open() {
    let world = World::new().await;
    let unknown = export(&world.desk, &operator(), "kit", &ins(1), None).await.unwrap_err();
    assert_eq!(rules(&unknown), [Rule::RecordExists]);
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
    let fed = export(&world.desk, &operator(), "kit", &ins(1), None).await.unwrap();
    assert_eq!((fed.standing, fed.documents.len()), (Standing::Notified, 0));
    let early = export(&world.desk, &holder(&ins(1)), "kit", &ins(1), None).await.unwrap_err();
    assert_eq!(early, Refusal::Absent);
    world.operate(Operation::Open(ins(1))).await.unwrap();
    two_documents(&world, VisibilityFlag::MasquePs).await;
    for caller in [operator(), holder(&ins(1))] {
        let export = export(&world.desk, &caller, "kit", &ins(1), None).await.unwrap();
        assert_eq!(export.documents.len(), 2, "a mask is against professionals");
        assert!(!exported_bytes(&world.desk, &export.documents[0]).await.unwrap().is_empty());
    }
    let stranger = export(&world.desk, &holder(&ins(2)), "kit", &ins(1), None).await.unwrap_err();
    assert_eq!(stranger, Refusal::Absent);
    let professional = export(&world.desk, &doctor(), "kit", &ins(1), None).await.unwrap_err();
    assert_eq!(rules(&professional), [Rule::ActIsOpenToCaller]);
    world.operate(Operation::Close(ins(1))).await.unwrap();
    assert_eq!(export(&world.desk, &operator(), "kit", &ins(1), None).await.unwrap().documents.len(), 2);
    let closed = export(&world.desk, &holder(&ins(1)), "kit", &ins(1), None).await.unwrap_err();
    assert_eq!(rules(&closed), [Rule::RecordIsOpen]);
}

#[tokio::test]
async fn what_is_not_announced_is_in_no_export_and_its_deposit_in_no_line() {
    let world = World::with_record().await;
    two_documents(&world, VisibilityFlag::InvisiblePatient).await;
    for caller in [operator(), holder(&ins(1))] {
        let export = export(&world.desk, &caller, "kit", &ins(1), None).await.unwrap();
        assert_eq!(export.documents.len(), 1);
        assert!(export.history.iter().all(|line| line.act != "deposit"));
    }
}

#[tokio::test]
async fn an_opposed_record_is_exported_by_an_operator() {
    let world = World::with_record().await;
    two_documents(&world, VisibilityFlag::MasquePs).await;
    world.choose(&ins(1), Choice::OpposeRecord).await;
    let export = export(&world.desk, &operator(), "kit", &ins(1), None).await.unwrap();
    assert_eq!((export.standing, export.documents.len()), (Standing::Opposed, 2));
}

#[tokio::test]
async fn a_budget_refuses_before_anything_is_read_and_every_export_leaves_one_event() {
    let world = World::with_record().await;
    two_documents(&world, VisibilityFlag::MasquePs).await;
    let refused = export(&world.desk, &holder(&ins(1)), "kit", &ins(1), Some(1)).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::ExportIsNotTooLarge]);
    export(&world.desk, &holder(&ins(1)), "kit", &ins(1), Some(1 << 20)).await.unwrap();
    let told = export(&world.desk, &operator(), "kit", &ins(1), None).await.unwrap().history;
    let exports: Vec<_> = told.iter().filter(|line| line.act == "export").collect();
    assert_eq!(exports.len(), 2);
    assert_eq!(exports[0].refused, ["export_is_not_too_large"]);
    assert_eq!(exports[1].documents.len(), 2);
}
