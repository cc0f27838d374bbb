use model::{Content, EntryKind, Finding, Rule, Submission};

use crate::ebrim::Way;
use crate::registry::{Status, read_response};
use crate::sample::{Counted, completed, envelope, time, with_folders};
use crate::soap::names::SOAP12;
use crate::{Envelope, Transaction, iti41, iti42, iti61};

/// A submission of metadata alone, of the documents of another repository.
fn elsewhere(kind: EntryKind) -> Submission {
    let mut submission = with_folders();
    for (entry, content) in &mut submission.entries {
        *content = Content::Elsewhere;
        entry.kind = kind;
        entry.repository = model::Oid::parse("1.2.250.1.999.7").ok();
    }
    if kind == EntryKind::OnDemand {
        for (entry, _) in &mut submission.entries {
            (entry.hash, entry.size) = (None, None);
            entry.creation_time = submission.set.submission_time.clone();
        }
    }
    submission
}

fn opened(transaction: Transaction, body: &str) -> Envelope {
    envelope(transaction, body)
}

fn register(body: &str) -> Result<Submission, Vec<Finding>> {
    let (read, findings) = iti42::read(&opened(Transaction::Iti42, body), &Counted::default());
    read.ok_or(findings)
}

fn register_on_demand(body: &str) -> Result<Submission, Vec<Finding>> {
    let (read, findings) = iti61::read(&opened(Transaction::Iti61, body), &Counted::default());
    read.ok_or(findings)
}

/// The places of the findings, below their document.
fn places(read: Result<Submission, Vec<Finding>>) -> Vec<String> {
    let findings = read.expect_err("a refusal");
    assert!(findings.iter().all(|finding| finding.rule == Rule::MetadataIsWellFormed), "{findings:?}");
    let place = |finding: &Finding| finding.at.as_str().split_once('/').map(|(_, place)| place.to_owned());
    let mut places: Vec<String> = findings.iter().filter_map(place).collect();
    places.sort();
    places.dedup();
    places
}

#[test]
fn registered_metadata_read_back_as_documents_held_elsewhere() {
    let stable = elsewhere(EntryKind::Stable);
    assert_eq!(register(&iti42::write(&stable)), Ok(stable));
    let on_demand = elsewhere(EntryKind::OnDemand);
    assert_eq!(register_on_demand(&iti61::write(&on_demand)), Ok(on_demand));
}

#[test]
fn a_registered_document_has_its_hash_its_size_and_its_repository() {
    let mut without = elsewhere(EntryKind::Stable);
    for (entry, _) in &mut without.entries {
        (entry.hash, entry.size, entry.repository) = (None, None, None);
    }
    let expected = ["Slot(hash)", "Slot(repositoryUniqueId)", "Slot(size)"];
    assert_eq!(places(register(&iti42::write(&without))), expected);
}

#[test]
fn an_on_demand_entry_has_a_repository_and_neither_time_nor_hash_nor_size() {
    let written = iti42::write(&elsewhere(EntryKind::Stable));
    let renamed = written.replace(EntryKind::Stable.urn(), EntryKind::OnDemand.urn());
    let forbidden = ["Slot(creationTime)", "Slot(hash)", "Slot(size)"];
    assert_eq!(places(register_on_demand(&renamed)), forbidden);
    let mut without = elsewhere(EntryKind::OnDemand);
    without.entries.iter_mut().for_each(|(entry, _)| entry.repository = None);
    assert_eq!(places(register_on_demand(&iti61::write(&without))), ["Slot(repositoryUniqueId)"]);
}

#[test]
fn each_kind_of_document_comes_by_its_own_transaction() {
    let stable = iti42::write(&elsewhere(EntryKind::Stable));
    assert!(places(register_on_demand(&stable)).contains(&"@objectType".to_owned()));
    let on_demand = iti61::write(&elsewhere(EntryKind::OnDemand));
    assert!(places(register(&on_demand)).contains(&"@objectType".to_owned()));
    assert_eq!(Way::Provide.kind(), EntryKind::Stable);
}

#[test]
fn what_a_registry_keeps_in_place_of_an_on_demand_documents_time_is_never_told() {
    let mut entry = elsewhere(EntryKind::OnDemand).entries.remove(0).0;
    (entry.hash, entry.size) = (Some(model::Sha1::from_bytes([7; 20])), Some(0));
    entry.creation_time = time("20260131120100");
    let submission = completed(Submission {
        entries: vec![(entry, Content::Elsewhere)],
        associations: Vec::new(),
        folders: Vec::new(),
        ..elsewhere(EntryKind::OnDemand)
    });
    let text = iti61::write(&submission);
    for slot in ["creationTime", "\"hash\"", "\"size\""] {
        assert!(!text.contains(slot), "{slot}");
    }
}

#[test]
fn a_registration_without_object_list_cannot_be_read() {
    let written = iti42::write(&elsewhere(EntryKind::Stable));
    let renamed = written.replace("RegistryObjectList", "RegistryObjects");
    let found = register(&renamed).expect_err("a refusal");
    assert_eq!(found[0].rule, Rule::MessageIsReadable);
}

#[test]
fn the_answer_is_simple_soap_with_the_action_of_its_transaction() {
    for (transaction, body, action) in [
        (
            Transaction::Iti42,
            iti42::write(&elsewhere(EntryKind::Stable)),
            "urn:ihe:iti:2007:RegisterDocumentSet-bResponse",
        ),
        (
            Transaction::Iti61,
            iti61::write(&elsewhere(EntryKind::OnDemand)),
            "urn:ihe:iti:2010:RegisterOnDemandDocumentEntryResponse",
        ),
    ] {
        let envelope = opened(transaction, &body);
        let answer = iti41::response::write(&envelope, "urn:uuid:a", Status::Success, &[]);
        assert!(answer.content_type.starts_with("application/soap+xml"), "{}", answer.content_type);
        let document = xml::parse(&answer.body, &xml::Limits::default()).expect("xml");
        let text = String::from_utf8(answer.body.clone()).expect("text");
        assert!(text.contains(action), "{text}");
        let payload =
            document.root().child(SOAP12, "Body").and_then(|body| body.children().next()).expect("a payload");
        assert_eq!(read_response(payload), Some((Status::Success, Vec::new())));
    }
}
