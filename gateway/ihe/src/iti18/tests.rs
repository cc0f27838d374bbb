use model::{
    Availability, Code, DateRange, DocumentEntry, DocumentQuery, EntryKind, MetadataLevel, Named,
    OnlineState, RegistryQuery, Scope, UniqueId,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::request::{Ask, ReturnType, StoredQuery, read, write};
use super::response::{self, Shown};
use crate::registry::{RegistryError, Status};
use crate::sample::any::any_registered;
use crate::sample::{entry, envelope, ins, time, uuid};
use crate::soap::names::SOAP12;
use crate::{Envelope, Transaction};

mod queries;
mod schemas;

fn opened(body: &str) -> Envelope {
    envelope(Transaction::Iti18, body)
}

fn asked(body: &str) -> Result<StoredQuery, Vec<(&'static str, String)>> {
    read(opened(body).payload()).map_err(|findings| {
        findings
            .into_iter()
            .map(|found| (found.xds_code.unwrap_or(""), found.at.as_str().to_owned()))
            .collect()
    })
}

/// A FindDocuments with a patient, a status, and these slots.
fn find(slots: &[(&str, &[&str])]) -> String {
    let mut query = DocumentQuery::new(Some(ins()), Scope::Find);
    query.status = vec![Availability::Approved];
    let slots: String = slots.iter().map(|(name, values)| {
        let values: String = values.iter().map(|value| format!("<rim:Value>{value}</rim:Value>")).collect();
        format!("<rim:Slot name=\"$XDSDocumentEntry{name}\"><rim:ValueList>{values}</rim:ValueList></rim:Slot>")
    }).collect();
    write(&query, ReturnType::LeafClass).replace("</rim:AdhocQuery>", &format!("{slots}</rim:AdhocQuery>"))
}

fn found(slots: &[(&str, &[&str])]) -> DocumentQuery {
    match asked(&find(slots)).map(|query| query.ask) {
        Ok(Ask::Documents(query)) => *query,
        other => panic!("a search expected: {other:?}"),
    }
}

/// The only error of a query with these slots.
fn code_of(slots: &[(&str, &[&str])]) -> &'static str {
    let errors = asked(&find(slots)).expect_err("a refusal");
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].0
}

#[test]
fn a_full_query_written_reads_back() {
    let mut query = DocumentQuery::new(Some(ins()), Scope::Find);
    query.status = vec![Availability::Approved, Availability::Deprecated, Availability::Archived];
    query.types = vec![Code::new("a'b", "1.2"), Code::new("c", "x (y), z")];
    query.classes = vec![Code::new("c", "1.2")];
    query.practice_settings = vec![Code::new("p", "1.2")];
    query.facility_types = vec![Code::new("f", "1.2")];
    query.formats = vec![Code::new("urn:x", "1.2")];
    query.events = vec![vec![Code::new("1", "1.2"), Code::new("2", "1.2")], vec![Code::new("3", "1.2")]];
    query.confidentiality = vec![vec![Code::new("N", "1.2")]];
    query.authors = vec!["%O'Neil%".to_owned()];
    query.creation = DateRange { from: Some(time("20260101").start()), to: Some(time("2027").start()) };
    query.kinds = EntryKind::ALL.to_vec();
    query.online = vec![OnlineState::Online];
    query.level = MetadataLevel::Every;
    query.service_stop = DateRange { from: None, to: Some(time("20260131120000").start()) };
    for return_type in [ReturnType::LeafClass, ReturnType::ObjectRef] {
        let ask = Ask::Documents(Box::new(query.clone()));
        assert_eq!(asked(&write(&query, return_type)), Ok(StoredQuery { return_type, ask, ignored: 0 }));
    }
}

#[test]
fn get_documents_takes_ids_of_one_kind() {
    let unique = UniqueId::parse("1.2.3^A").expect("an id");
    for (scope, named) in [
        (Scope::Uuids(vec![uuid(1), uuid(2)]), Named::Uuids(vec![uuid(1), uuid(2)])),
        (Scope::UniqueIds(vec![unique.clone()]), Named::UniqueIds(vec![unique])),
    ] {
        let query = DocumentQuery::new(None, scope);
        let text = write(&query, ReturnType::LeafClass);
        let level = MetadataLevel::Latest;
        let expected = Ask::Registry(Box::new(RegistryQuery::GetDocuments { named, level }));
        assert_eq!(asked(&text).map(|read| read.ask), Ok(expected));
        let both = text.replace("</rim:AdhocQuery>", "<rim:Slot name='$XDSDocumentEntryUniqueId'><rim:ValueList><rim:Value>('1.2')</rim:Value></rim:ValueList></rim:Slot><rim:Slot name='$XDSDocumentEntryEntryUUID'><rim:ValueList><rim:Value>('urn:uuid:x')</rim:Value></rim:ValueList></rim:Slot></rim:AdhocQuery>");
        assert_eq!(asked(&both).map_err(|errors| errors[0].0), Err("XDSStoredQueryParamNumber"));
    }
    let query = DocumentQuery::new(None, Scope::Uuids(vec![uuid(1)]));
    let text = write(&query, ReturnType::LeafClass);
    assert_eq!(
        asked(&text.replace("$XDSDocumentEntryEntryUUID", "$Other")).map_err(|e| e[0].0),
        Err("XDSStoredQueryMissingParam")
    );
    let symbolic = text.replace(&uuid(1).urn(), "Document01");
    assert_eq!(asked(&symbolic).map(|read| read.ask), Ok(Ask::Nothing), "an id that is none names nothing");
}

#[test]
fn values_are_united_over_several_and_numbers_may_be_quoted() {
    let query = found(&[
        ("TypeCode", &["('a^^1.2')", "('b^^1.2','c^^urn:oid:1.3')"]),
        ("CreationTimeFrom", &["'20260101'"]),
        ("CreationTimeTo", &["20260201"]),
        ("AuthorPerson", &["('%Dupont%')"]),
    ]);
    assert_eq!(query.types, [Code::new("a", "1.2"), Code::new("b", "1.2"), Code::new("c", "1.3")]);
    assert_eq!(query.authors, ["%Dupont%"]);
    assert!(query.creation.contains(&time("20260101")) && query.creation.contains(&time("20260131235959")));
    assert!(!query.creation.contains(&time("20260201")) && !query.creation.contains(&time("20251231235959")));
}

#[test]
fn a_repeated_slot_means_and_for_events_and_confidentiality_only() {
    let both = [("EventCodeList", &["('a^^1.2')"][..]), ("EventCodeList", &["('b^^1.2')"][..])];
    assert_eq!(found(&both).events, [vec![Code::new("a", "1.2")], vec![Code::new("b", "1.2")]]);
    for name in ["TypeCode", "FormatCode"] {
        assert_eq!(code_of(&[(name, &["('a^^1.2')"]), (name, &["('b^^1.2')"])]), "XDSStoredQueryParamNumber");
    }
    assert_eq!(code_of(&[("PatientId", &["'x'"])]), "XDSStoredQueryParamNumber");
}

#[test]
fn wrong_coding_is_refused() {
    for (name, value) in [
        ("TypeCode", "('11502-2')"),
        ("TypeCode", "('11502-2^^')"),
        ("TypeCode", "11502-2^^1.2"),
        ("TypeCode", "('a^^1.2'"),
        ("CreationTimeFrom", "'2026-01-01'"),
        ("CreationTimeFrom", "('2026','2027')"),
        ("AuthorPerson", &format!("('{}')", "%".repeat(300))),
        ("AuthorPerson", &format!("({}'x')", "'x',".repeat(500))),
    ] {
        assert_eq!(code_of(&[(name, &[value])]), "XDSStoredQueryParamNumber", "{name} {value}");
    }
}

#[test]
fn mandatory_parameters_and_known_queries_are_demanded() {
    let text = find(&[]);
    let without = |from: &str, to: &str| asked(&text.replace(from, to)).map_err(|errors| errors[0].0);
    assert_eq!(without("$XDSDocumentEntryPatientId", "$patientId"), Err("XDSStoredQueryMissingParam"));
    assert_eq!(without("$XDSDocumentEntryStatus", "$status"), Err("XDSStoredQueryMissingParam"));
    assert_eq!(without("StatusType:Approved", "StatusType:Withdrawn"), Err("XDSStoredQueryMissingParam"));
    assert_eq!(without("14d4debf", "14d4debe"), Err("XDSUnknownStoredQuery"));
    assert_eq!(without("rim:AdhocQuery", "rim:Other"), Err("XDSUnknownStoredQuery"));
    assert_eq!(without("\"LeafClass\"", "\"LeafClassWithRepositoryItem\""), Err("XDSStoredQueryParamNumber"));
    let mixed = text.replace("('urn:oasis", "('urn:x','urn:oasis");
    assert!(asked(&mixed).is_ok(), "an unknown status is ignored");
    let other = text.replace("</rim:AdhocQuery>", "<rim:Slot name='$homeCommunityId'/></rim:AdhocQuery>");
    assert_eq!(asked(&other).map(|query| query.ignored), Ok(1), "a slot that the query does not know");
}

#[test]
fn a_patient_that_is_no_ins_is_unknown_and_one_that_is_no_identifier_is_refused() {
    let with = |patient: &str| {
        let text = find(&[]).replace(&ins().to_cx().replace('&', "&amp;"), patient);
        asked(&text).map(|query| query.ask).map_err(|errors| errors[0].0)
    };
    let wrong_key = "255081416802539^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH";
    assert_eq!(with(wrong_key), Ok(Ask::UnknownPatient));
    let Ok(Ask::Documents(local)) = with("123^^^&amp;1.3.6&amp;ISO") else { panic!("a search expected") };
    assert!(local.patient.is_some(), "a patient of an authority that the domain may know");
    for unreadable in ["123", "123^^^&amp;x&amp;ISO"] {
        assert_eq!(with(unreadable), Err("XDSStoredQueryParamNumber"));
    }
}

#[test]
fn on_demand_entries_are_found_where_they_are_asked_for() {
    let (stable, on_demand) = (EntryKind::Stable.urn(), EntryKind::OnDemand.urn());
    let kinds = |list: &str| found(&[("Type", &[list])]).kinds;
    assert_eq!(found(&[]).kinds, [EntryKind::Stable]);
    assert_eq!(kinds(&format!("('{on_demand}')")), [EntryKind::OnDemand]);
    assert_eq!(
        kinds(&format!("('{}','{stable}')", on_demand.to_uppercase())),
        [EntryKind::OnDemand, EntryKind::Stable]
    );
    let unknown = asked(&find(&[("Type", &["('urn:uuid:x')"])])).map(|query| query.ask);
    assert_eq!(unknown, Ok(Ask::Nothing), "nothing is of a kind that does not exist");
}

fn answer(entries: &[DocumentEntry], return_type: ReturnType, errors: &[RegistryError]) -> xml::Document {
    let shown = Shown { documents: entries.iter().collect(), ..Shown::default() };
    let answer = response::write(
        &opened(&find(&[])),
        "urn:uuid:a",
        &shown,
        return_type,
        if errors.is_empty() { Ok(()) } else { Err(errors) },
    );
    assert!(
        answer.content_type.starts_with("application/soap+xml"),
        "simple SOAP is answered in simple SOAP"
    );
    xml::parse(&answer.body, &xml::Limits::default()).expect("xml")
}

fn payload(document: &xml::Document) -> xml::Element<'_> {
    document.root().child(SOAP12, "Body").and_then(|body| body.children().next()).expect("a payload")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn answered_entries_read_back(entries in vec(any_registered(), 0..3)) {
        let document = answer(&entries, ReturnType::LeafClass, &[]);
        prop_assert_eq!(response::read(payload(&document)), Ok(entries));
    }
}

#[test]
fn errors_stand_before_the_object_list_which_is_always_there() {
    let errors = [RegistryError::new("XDSStoredQueryMissingParam", "[query_is_complete] x")];
    let document = answer(&[], ReturnType::LeafClass, &errors);
    let names: Vec<&str> = payload(&document).children().map(|child| child.name()).collect();
    assert_eq!(names, ["RegistryErrorList", "RegistryObjectList"]);
    assert_eq!(response::read_status(payload(&document)), Some((Status::Failure, errors.to_vec())));
    let empty = answer(&[], ReturnType::ObjectRef, &[]);
    assert_eq!(response::read_status(payload(&empty)), Some((Status::Success, Vec::new())));
    assert_eq!(payload(&empty).children().count(), 1);
}

#[test]
fn object_refs_are_ids_and_ids_inside_an_entry_are_always_the_same() {
    let entries = [entry(1), entry(2)];
    let document = answer(&entries, ReturnType::ObjectRef, &[]);
    assert_eq!(response::read_refs(payload(&document)), [uuid(1).urn(), uuid(2).urn()]);
    let ids = |document: &xml::Document| -> Vec<String> {
        document.root().subtree().filter_map(|element| element.attribute("id").map(str::to_owned)).collect()
    };
    let once = ids(&answer(&entries, ReturnType::LeafClass, &[]));
    assert_eq!(once, ids(&answer(&entries, ReturnType::LeafClass, &[])));
    let mut distinct = once.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), once.len());
}

#[test]
fn a_status_outside_the_entry_grammar_is_a_finding() {
    let entry = entry(1);
    let shown = Shown { documents: vec![&entry], ..Shown::default() };
    let answer = response::write(&opened(&find(&[])), "urn:uuid:a", &shown, ReturnType::LeafClass, Ok(()));
    let text = String::from_utf8(answer.body).expect("text");
    let changed = text.replace("StatusType:Approved", "StatusType:Other");
    let document = xml::parse(changed.as_bytes(), &xml::Limits::default()).expect("xml");
    assert!(response::read(payload(&document)).is_err());
}

#[test]
fn a_code_under_a_scheme_that_is_not_its_own_is_told_with_the_right_one() {
    let codes = mappings::Mappings::embedded().expect("the tables load").codes;
    let told = |slots: &[(&str, &[&str])]| {
        let findings = super::vocabulary::check(&Ask::Documents(Box::new(found(slots))), &codes);
        findings.into_iter().map(|found| (found.xds_code, format!("{found:?}"))).collect::<Vec<_>>()
    };
    for (name, wrong, right) in [
        ("TypeCode", "('11502-2^^1.2.3')", "2.16.840.1.113883.6.1"),
        ("ClassCode", "('10^^1.2.3')", "1.2.250.1.213.1.1.4.1"),
        ("PracticeSettingCode", "('AMBULATOIRE^^1.2.3')", "1.2.250.1.213.1.1.4.9"),
        ("HealthcareFacilityTypeCode", "('SA25^^1.2.3')", "1.2.250.1.71.4.2.4"),
        ("FormatCode", "('urn:ihe:lab:xd-lab:2008^^1.2.3')", "1.3.6.1.4.1.19376.1.2.3"),
        ("ConfidentialityCode", "('N^^1.2.3')", "2.16.840.1.113883.5.25"),
    ] {
        let found = told(&[(name, &[wrong])]);
        let [(code, text)] = found.as_slice() else { panic!("one finding expected: {found:?}") };
        assert_eq!(*code, Some("XDSStoredQueryParamNumber"), "{name}");
        assert!(text.contains(right) && text.contains(name), "{text}");
        assert!(told(&[(name, &[&wrong.replace("1.2.3", right)])]).is_empty(), "{name}");
    }
    let mixed = told(&[("TypeCode", &["('11502-2^^2.16.840.1.113883.6.1','11502-2^^1.2.3')"])]);
    assert_eq!(mixed.len(), 1, "one wrong code among good ones is told");
}

#[test]
fn a_code_that_no_value_set_knows_is_searched_as_it_is() {
    let codes = mappings::Mappings::embedded().expect("the tables load").codes;
    let query = found(&[("TypeCode", &["('no-such-type^^1.2.3')"]), ("EventCodeList", &["('N^^1.2.3')"])]);
    assert!(super::vocabulary::check(&Ask::Documents(Box::new(query)), &codes).is_empty());
}
