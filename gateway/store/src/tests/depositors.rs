//! What a depositor is told of their deposits, and what a name that fits several documents does.

use journey::{DocumentAsk, DocumentKey, Refusal};
use model::{Caller, Ins, Rule, UniqueId};
use policy::DocumentAct;

use super::kit::{World, doctor, holder, hospital, ins, rules};
use super::made::{id, submission};

async fn told(world: &World, caller: &Caller, patient: Option<Ins>, document: &UniqueId) -> Option<usize> {
    match journey::deposit_status(&world.desk, caller, "$deposit-status", patient, document).await {
        Ok(deposits) => Some(deposits.len()),
        Err(Refusal::Absent) => None,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_the_depositor_is_told_of_a_deposit_whatever_became_of_the_document() {
    let world = World::with_record().await;
    let receipt = world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let document = id("2.999.2.1");
    let status = journey::deposit_status(&world.desk, &hospital(), "kit", None, &document).await.unwrap();
    let [status] = status.as_slice() else { panic!("{status:?}") };
    assert_eq!((status.at, status.set), (receipt.at, receipt.set));
    assert_eq!(status.document, receipt.documents[0].logical_id);
    for other in [doctor(), holder(&ins(1))] {
        assert_eq!(told(&world, &other, None, &document).await, None);
    }
    let elsewhere = Caller { structure: Some(model::StructureId("10B9999999".into())), ..hospital() };
    assert_eq!(told(&world, &elsewhere, None, &document).await, None);
    assert_eq!(told(&world, &hospital(), Some(ins(2)), &document).await, None, "not of that record");
    world.mask(status.document).await;
    assert_eq!(told(&world, &hospital(), None, &document).await, Some(1));
    world.amend(&hospital(), status.document, &[DocumentAct::Delete]).await.unwrap();
    assert_eq!(told(&world, &hospital(), None, &document).await, Some(1));
}

#[tokio::test]
async fn a_change_by_a_name_that_fits_documents_of_two_records_is_refused_and_makes_none() {
    let world = World::with_record().await;
    world.open_record(&ins(2)).await;
    for patient in [ins(1), ins(2)] {
        world.deposit(submission(&world, &patient, 1)).await.unwrap();
    }
    let document = id("2.999.2.1");
    let change = async |caller: Caller, patient| {
        let ask = DocumentAsk { patient, key: DocumentKey::Unique(document.clone()) };
        let acts = vec![DocumentAct::Delete];
        journey::amend(&world.desk, &caller, "kit", ask, acts, None).await.map(|_entry| ())
    };
    assert_eq!(told(&world, &hospital(), None, &document).await, Some(2));
    assert_eq!(rules(&change(hospital(), None).await.unwrap_err()), [Rule::QueryIsComplete]);
    // Whoever reaches neither hears nothing of either.
    let elsewhere = Caller { structure: Some(model::StructureId("10B9999999".into())), ..hospital() };
    assert!(matches!(change(elsewhere, None).await, Err(Refusal::Absent)));
    change(hospital(), Some(ins(2))).await.unwrap();
}
