use journey::{Update, UpdateOperation};
use model::{Availability, Content, EntryUuid, Finding, HAS_MEMBER, ObjectRef, Submission};

use super::read;
use crate::ebrim::names::RIM;
use crate::iti42;
use crate::sample::{Counted, completed, envelope, submission};
use crate::{Envelope, Transaction};

/// The logicalID that the updates are of.
const LID: &str = "urn:uuid:0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
const STATUS: &str = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus";
const SUBMIT: &str = "urn:ihe:iti:2010:AssociationType:SubmitAssociation";

/// One document's metadata, as another repository would register them.
fn alone() -> Submission {
    let mut alone = Submission { associations: Vec::new(), ..submission() };
    alone.entries.truncate(1);
    alone.memberships.clear();
    for (entry, content) in &mut alone.entries {
        (*content, entry.repository) = (Content::Elsewhere, model::Oid::parse("1.2.250.1.999.7").ok());
    }
    completed(alone)
}

fn slot(name: &str, value: &str) -> String {
    format!(
        "<rim:Slot name=\"{name}\"><rim:ValueList><rim:Value>{value}</rim:Value></rim:ValueList></rim:Slot>"
    )
}

/// The metadata of [`alone`] as a new version, with these slots beside the SubmissionSetStatus.
fn new_version(slots: &str) -> String {
    let status = slot("SubmissionSetStatus", "Original");
    let written = iti42::write(&alone());
    assert!(written.contains(&status), "{written}");
    written.replacen("<rim:ExtrinsicObject ", &format!("<rim:ExtrinsicObject lid=\"{LID}\" "), 1).replacen(
        &status,
        &format!("{slots}{status}"),
        1,
    )
}

/// A set without document, with these associations; `{set}` in them is its id.
fn with_associations(associations: &str) -> String {
    let mut bare = alone();
    bare.entries.clear();
    bare.memberships.clear();
    let associations = associations.replace("{set}", &bare.set.entry_uuid.urn());
    iti42::write(&bare).replacen(
        "</rim:RegistryObjectList>",
        &format!("{associations}</rim:RegistryObjectList>"),
        1,
    )
}

fn association(id: &str, kind: &str, source: &str, target: &str, slots: &str) -> String {
    format!(
        "<rim:Association id=\"{id}\" associationType=\"{kind}\" sourceObject=\"{source}\" targetObject=\"{target}\">{slots}</rim:Association>"
    )
}

fn opened(body: &str) -> Envelope {
    envelope(Transaction::Iti57, body)
}

fn update(body: &str) -> Result<Update, Vec<Finding>> {
    let envelope = opened(body);
    let list = envelope.payload().child(RIM, "RegistryObjectList").expect("a list");
    read(list, false, &Counted::default())
}

fn codes(body: &str) -> Vec<Option<&'static str>> {
    let mut codes: Vec<_> =
        update(body).expect_err("findings").iter().map(|finding| finding.xds_code).collect();
    codes.dedup();
    codes
}

fn uuid(text: &str) -> EntryUuid {
    EntryUuid::parse(text).expect("a UUID")
}

#[test]
fn new_metadata_name_their_document_and_the_version_that_they_follow() {
    let read = update(&new_version(&slot("PreviousVersion", "3"))).expect("an update");
    let [(UpdateOperation::Document { entry, previous, propagate, .. }, _)] = read.operations.as_slice()
    else {
        panic!("{:?}", read.operations)
    };
    assert_eq!((entry.logical_id, *previous, *propagate), (uuid(LID), 3, true));
    assert_eq!(entry.entry_uuid, alone().entries[0].0.entry_uuid);
    let kept = format!("{}{}", slot("PreviousVersion", "3"), slot("AssociationPropagation", "no"));
    let read = update(&new_version(&kept)).expect("an update");
    let (UpdateOperation::Document { propagate, .. }, _) = &read.operations[0] else { panic!("metadata") };
    assert!(!propagate);
}

#[test]
fn an_initial_version_is_no_update() {
    let initial = Some("XDSInvalidRequestException");
    assert_eq!(codes(&new_version("")), [initial]);
    let without_lid = new_version(&slot("PreviousVersion", "1")).replacen(&format!("lid=\"{LID}\" "), "", 1);
    assert!(codes(&without_lid).contains(&initial));
}

#[test]
fn a_previous_version_is_a_positive_integer() {
    for wrong in ["0", "-1", "one", "1.0", "99999999999"] {
        assert_eq!(
            codes(&new_version(&slot("PreviousVersion", wrong))),
            [Some("XDSMetadataUpdateError")],
            "{wrong}"
        );
    }
}

#[test]
fn a_status_changes_from_the_one_stated_to_the_one_asked() {
    let slots = format!(
        "{}{}",
        slot("OriginalStatus", Availability::Approved.urn()),
        slot("NewStatus", Availability::Archived.urn())
    );
    let read =
        update(&with_associations(&association("a", STATUS, "{set}", LID, &slots))).expect("an update");
    let [(UpdateOperation::Status { object, from, to }, _)] = read.operations.as_slice() else {
        panic!("{:?}", read.operations)
    };
    assert_eq!((*object, *from, *to), (uuid(LID), Availability::Approved, Availability::Archived));
}

#[test]
fn a_status_that_is_missing_unknown_or_the_same_is_refused() {
    let approved = slot("OriginalStatus", Availability::Approved.urn());
    for slots in [
        approved.clone(),
        slot("NewStatus", Availability::Deprecated.urn()),
        format!("{approved}{}", slot("NewStatus", "Deprecated")),
        format!("{approved}{}", slot("NewStatus", Availability::Approved.urn())),
    ] {
        let body = with_associations(&association("a", STATUS, "{set}", LID, &slots));
        assert_eq!(codes(&body), [Some("XDSMetadataUpdateError")], "{slots}");
    }
}

#[test]
fn an_association_between_objects_of_the_record_is_submitted_by_its_marker() {
    let other = "urn:uuid:0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b";
    let kind = model::AssociationKind::Appends.urn();
    let marker = association("m", SUBMIT, "{set}", "new", "");
    let new = association("new", kind, other, LID, "");
    let read = update(&with_associations(&format!("{marker}{new}"))).expect("an update");
    let [(UpdateOperation::Relationship(link), _)] = read.operations.as_slice() else {
        panic!("{:?}", read.operations)
    };
    assert_eq!((link.source, &link.target), (uuid(other), &ObjectRef::Uuid(uuid(LID))));
    // Without its marker nothing says what it is for.
    assert!(codes(&with_associations(&new)).contains(&Some("XDSMetadataUpdateOperationError")));
    let filed = association("new", HAS_MEMBER, other, LID, "");
    let read = update(&with_associations(&format!("{marker}{filed}"))).expect("an update");
    assert!(
        matches!(read.operations.as_slice(), [(UpdateOperation::Filing { .. }, _)]),
        "{:?}",
        read.operations
    );
}

#[test]
fn an_update_without_operation_is_refused() {
    assert_eq!(codes(&with_associations("")), [Some("XDSMetadataUpdateOperationError")]);
}

#[test]
fn updates_come_only_by_the_transactions_of_updates() {
    let body = new_version(&slot("PreviousVersion", "1"));
    let (read, findings) = iti42::read(&envelope(Transaction::Iti42, &body), &Counted::default());
    assert!(read.is_none() && !findings.is_empty());
}
