//! Documents that another repository holds, or that are made on demand (ITI-42, ITI-61), and their retrieval.

use ihe::Transaction;
use ihe::iti43::request::DocumentRequest;
use ihe::registry::Status;
use model::{EntryKind, Oid, Submission};
use passerelle_tests::hall::REPOSITORY;

use super::{Registry, elsewhere, numbers, within};

const OTHER: &str = "2.999.2026.7";

async fn registry() -> Registry {
    let mut registry = Registry::empty().await;
    registry.hall.desk.pack.repositories.push(Oid::parse(OTHER).unwrap());
    registry
}

fn on_demand(registry: &Registry, number: u64, repository: &str) -> Submission {
    let mut submission = elsewhere(registry.document(number), repository);
    for (entry, _) in &mut submission.entries {
        entry.kind = EntryKind::OnDemand;
    }
    submission
}

/// The codes of a registration; none when it was accepted.
async fn registered(registry: &Registry, transaction: Transaction, payload: &str) -> Vec<String> {
    let (status, errors) = registry.deposited(transaction, payload, &[]).await;
    assert_eq!(status == Status::Success, errors.is_empty(), "{errors:?}");
    errors.into_iter().map(|error| error.code).collect()
}

/// The code of a retrieval that gives nothing.
async fn retrieved(registry: &Registry, repository: &str, document: &str) -> String {
    let request = DocumentRequest { repository: repository.to_owned(), document: document.to_owned() };
    let (holder, payload) = (registry.hall.holder("ondine"), ihe::iti43::request::write(&[request]));
    let answer = registry.hall.xds(&holder, Transaction::Iti43.action(), &payload, &[]).await.unwrap();
    let text = answer.text();
    let (_, rest) = text.split_once("errorCode=\"").unwrap_or_else(|| panic!("no error: {text}"));
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn another_repository_registers_what_it_holds_and_readers_find_it_with_its_repository() {
    let registry = registry().await;
    let payload = ihe::iti42::write(&elsewhere(registry.document(1), OTHER));
    assert!(registered(&registry, Transaction::Iti42, &payload).await.is_empty());
    let query = ihe::iti18::request::write(&registry.search(), ihe::iti18::request::ReturnType::LeafClass);
    let answer = registry.ask(&registry.hall.holder("ondine"), &query).await;
    let found = super::objects(&answer);
    let entry = &found.documents[0];
    assert_eq!(entry.repository.as_ref().map(Oid::as_str), Some(OTHER));
    assert_eq!((entry.size, entry.hash), (Some(42), Some(model::Sha1::from_bytes([7; 20]))));
    assert_eq!(retrieved(&registry, OTHER, "2.999.7.1").await, "XDSUnknownRepositoryId");
    assert_eq!(retrieved(&registry, REPOSITORY, "2.999.7.1").await, "XDSDocumentUniqueIdError");
}

#[tokio::test]
async fn a_repository_that_nobody_listed_registers_nothing() {
    let registry = registry().await;
    for repository in ["2.999.2026.8", REPOSITORY] {
        let payload = ihe::iti42::write(&elsewhere(registry.document(1), repository));
        assert_eq!(registered(&registry, Transaction::Iti42, &payload).await, ["XDSRegistryMetadataError"]);
    }
    assert!(registry.found(&registry.search()).await.is_empty());
}

#[tokio::test]
async fn an_on_demand_entry_is_found_where_its_kind_is_asked_for() {
    let registry = registry().await;
    let payload = ihe::iti61::write(&on_demand(&registry, 1, OTHER));
    assert!(registered(&registry, Transaction::Iti61, &payload).await.is_empty());
    let mut query = registry.search();
    assert!(registry.found(&query).await.is_empty(), "stable documents only, unless asked");
    query.kinds = vec![EntryKind::OnDemand];
    assert_eq!(registry.found(&query).await, [1]);
    let text = ihe::iti18::request::write(&query, ihe::iti18::request::ReturnType::LeafClass);
    let answer = registry.ask(&registry.hall.holder("ondine"), &text).await;
    for slot in ["\"creationTime\"", "\"hash\"", "\"size\""] {
        assert!(!answer.text().contains(slot), "{slot}");
    }
    let found = within(&answer, |payload| ihe::iti18::response::read_objects(payload).unwrap());
    assert_eq!((numbers(&found), found.documents[0].kind), (vec![1], EntryKind::OnDemand));
}

#[tokio::test]
async fn this_repository_makes_no_documents_on_demand_and_says_so() {
    let mut registry = registry().await;
    registry.hall.desk.pack.registers_own_repository = true;
    let payload = ihe::iti61::write(&on_demand(&registry, 1, REPOSITORY));
    assert!(registered(&registry, Transaction::Iti61, &payload).await.is_empty());
    assert_eq!(retrieved(&registry, REPOSITORY, "2.999.7.1").await, "XDSRepositoryError");
}

#[tokio::test]
async fn a_replacement_may_be_registered_by_another_repository() {
    let registry = registry().await;
    registry.provide(registry.document(1)).await;
    let payload = ihe::iti42::write(&elsewhere(registry.replacing(2, 1), OTHER));
    assert!(registered(&registry, Transaction::Iti42, &payload).await.is_empty());
    assert_eq!(registry.found(&registry.search()).await, [2]);
}
