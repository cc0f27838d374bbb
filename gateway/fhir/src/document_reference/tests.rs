use mappings::Mappings;
use model::generated::entry;
use model::{
    Association, AssociationKind, Availability, Code, DocumentEntry, EntryUuid, Moment, ObjectRef, UniqueId,
    system,
};
use proptest::prelude::*;
use serde_json::Value;

use super::{Frame, read_shown, write};
use crate::codec::structure;

fn mappings() -> Mappings {
    Mappings::embedded().expect("the embedded tables")
}

fn shown(entry: &DocumentEntry, tables: &Mappings) -> Value {
    let frame = Frame {
        base: "https://h/fhir",
        systems: &tables.systems,
        patient: Some(EntryUuid::from_bytes([1; 16])),
        stored_at: Moment(0),
    };
    let link = |kind, target| Association {
        documentation: None,
        entry_uuid: EntryUuid::from_bytes([2; 16]),
        kind,
        source: entry.entry_uuid,
        target,
    };
    let links = [
        link(AssociationKind::Replaces, ObjectRef::Uuid(EntryUuid::from_bytes([3; 16]))),
        link(AssociationKind::Signs, ObjectRef::Unique(UniqueId::parse("1.2.3").expect("an OID"))),
    ];
    write(entry, &links, &frame)
}

#[test]
fn an_entry_reads_back_from_its_document_reference() {
    let tables = mappings();
    let mut runner = proptest::test_runner::TestRunner::default();
    let outcome = runner.run(&entry(), |entry| {
        let resource = shown(&entry, &tables);
        prop_assert_eq!(structure::check(&resource), vec![], "{}", resource);
        let back = read_shown(&tables, &resource);
        prop_assert_eq!(back.as_ref(), Ok(&entry), "{}", resource);
        let labels = |entry: &DocumentEntry| {
            let codes = entry.confidentiality.iter().chain(&entry.event_codes).chain([&entry.type_code]);
            codes.map(|code| code.label.clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(back.map(|back| labels(&back)), Ok(labels(&entry)));
        Ok(())
    });
    outcome.expect("the identity");
}

#[test]
fn the_resource_has_what_a_reader_needs() {
    let tables = mappings();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let entry = proptest::strategy::Strategy::new_tree(&entry(), &mut runner).expect("an entry");
    let entry = DocumentEntry {
        version: 3,
        availability: Availability::Archived,
        unique_id: UniqueId::parse("1.2.250.1.9").expect("an OID"),
        ..proptest::strategy::ValueTree::current(&entry)
    };
    let resource = shown(&entry, &tables);
    assert_eq!(resource["id"], entry.logical_id.bare());
    assert_eq!(resource["meta"]["versionId"], "3");
    assert_eq!(resource["status"], "current");
    assert_eq!(resource["extension"][0]["valueBoolean"], true);
    assert_eq!(resource["masterIdentifier"]["value"], "urn:oid:1.2.250.1.9");
    assert_eq!(resource["masterIdentifier"]["use"], "usual");
    assert_eq!(resource["masterIdentifier"]["type"]["coding"][0]["code"], "uniqueId");
    assert_eq!(resource["identifier"][0]["type"]["coding"][0]["code"], "entryUUID");
    assert_eq!(
        resource["content"][0]["attachment"]["url"],
        format!("https://h/fhir/Binary/{}", entry.logical_id.bare())
    );
    assert_eq!(
        resource["subject"]["reference"],
        "https://h/fhir/Patient/01010101-0101-0101-0101-010101010101"
    );
    assert_eq!(resource["subject"]["identifier"]["system"], "urn:oid:1.2.250.1.213.1.4.10");
    assert_eq!(resource["relatesTo"][0]["code"], "replaces");
    assert_eq!(resource["relatesTo"][1]["target"]["identifier"]["value"], "urn:oid:1.2.3");
}

#[test]
fn known_schemes_are_written_by_their_url() {
    let tables = mappings();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let tree = proptest::strategy::Strategy::new_tree(&entry(), &mut runner).expect("an entry");
    let entry = DocumentEntry {
        type_code: Code::labelled("34133-9", system::LOINC, "Synthèse"),
        ..proptest::strategy::ValueTree::current(&tree)
    };
    let coding = &shown(&entry, &tables)["type"]["coding"][0];
    assert_eq!(coding["system"], "http://loinc.org");
    assert_eq!(coding["display"], "Synthèse");
}
