//! The queries other than FindDocuments: parameters, their coding, what is demanded.

use model::{
    AssociationKind, Availability, Code, ContentFilter, DateRange, EntryKind, MetadataLevel, Named,
    RegistryQuery, Statuses, UniqueId,
};
use proptest::prelude::*;

use super::asked;
use crate::iti18::request::{Ask, ReturnType, StoredQuery, write_registry};
use crate::sample::{ins, time, uuid};

fn code() -> impl Strategy<Value = Code> {
    ("[A-Za-z0-9' (,)]{0,6}[a-z]", "[12](\\.[1-9]){1,4}").prop_map(|(value, system)| Code::new(value, system))
}

fn codes() -> impl Strategy<Value = Vec<Code>> {
    prop::collection::vec(code(), 0..3)
}

fn terms() -> impl Strategy<Value = Vec<Vec<Code>>> {
    prop::collection::vec(prop::collection::vec(code(), 1..3), 0..3)
}

fn statuses() -> impl Strategy<Value = Vec<Availability>> {
    prop::sample::subsequence(Availability::ALL.to_vec(), 1..=4)
}

fn level() -> impl Strategy<Value = MetadataLevel> {
    prop_oneof![Just(MetadataLevel::Latest), Just(MetadataLevel::Every)]
}

fn kinds() -> impl Strategy<Value = Vec<EntryKind>> {
    prop::sample::subsequence(EntryKind::ALL.to_vec(), 1..=2)
}

fn filter() -> impl Strategy<Value = ContentFilter> {
    (codes(), terms(), kinds()).prop_map(|(formats, confidentiality, kinds)| ContentFilter {
        formats,
        confidentiality,
        kinds,
    })
}

fn range() -> impl Strategy<Value = DateRange> {
    let bound = || prop::option::of(prop::sample::select(vec!["2004", "20050101", "20060228235959"]));
    (bound(), bound()).prop_map(|(from, to)| DateRange {
        from: from.map(|text| time(text).start()),
        to: to.map(|text| time(text).start()),
    })
}

/// Names of one object, or of up to three; by logicalID where the query takes it.
fn named(most: usize, logical: bool) -> impl Strategy<Value = Named> {
    (1..=most, 0..if logical { 3 } else { 2 }).prop_map(|(count, way)| {
        let uuids = (1..).take(count).map(uuid).collect();
        let unique = |n: usize| UniqueId::parse(&format!("1.2.3.{n}^A'")).expect("an id");
        match way {
            0 => Named::Uuids(uuids),
            1 => Named::UniqueIds((1..).take(count).map(unique).collect()),
            _ => Named::LogicalIds(uuids),
        }
    })
}

fn any_query() -> impl Strategy<Value = RegistryQuery> {
    let sets = (statuses(), prop::collection::vec("[12](\\.[1-9]){1,4}", 0..3), range(), codes());
    let author = prop::option::of("%?[A-Z' ]{1,8}_%");
    let find_sets = (sets, author).prop_map(|((status, sources, submitted, content_types), author)| {
        RegistryQuery::FindSubmissionSets {
            patient: ins(),
            status,
            sources,
            submitted,
            author,
            content_types,
        }
    });
    let find_folders = (statuses(), range(), terms(), level()).prop_map(|(status, updated, codes, level)| {
        RegistryQuery::FindFolders { patient: ins(), status, updated, codes, level }
    });
    let all = (statuses(), statuses(), statuses(), filter(), statuses(), level()).prop_map(
        |(documents, sets, folders, filter, associations, level)| RegistryQuery::GetAll {
            patient: ins(),
            status: Statuses { documents, sets, folders },
            filter,
            associations,
            level,
        },
    );
    let documents =
        (named(3, true), level()).prop_map(|(named, level)| RegistryQuery::GetDocuments { named, level });
    let folders =
        (named(3, true), level()).prop_map(|(named, level)| RegistryQuery::GetFolders { named, level });
    let associations = (1usize..4, statuses(), level()).prop_map(|(count, associations, level)| {
        let objects = (1..).take(count).map(uuid).collect();
        RegistryQuery::GetAssociations { objects, associations, level }
    });
    let and_associations = (named(3, false), statuses(), level()).prop_map(|(named, associations, level)| {
        RegistryQuery::GetDocumentsAndAssociations { named, associations, level }
    });
    let holding = (1usize..4).prop_map(|count| RegistryQuery::GetSubmissionSets {
        objects: (1..).take(count).map(uuid).collect(),
    });
    let set = (named(1, false), filter(), level()).prop_map(|(named, filter, level)| {
        RegistryQuery::GetSubmissionSetAndContents { named, filter, level }
    });
    let folder =
        (named(1, false), filter(), statuses(), level()).prop_map(|(named, filter, associations, level)| {
            RegistryQuery::GetFolderAndContents { named, filter, associations, level }
        });
    let of_document = (named(1, false), statuses(), level()).prop_map(|(named, associations, level)| {
        RegistryQuery::GetFoldersForDocument { named, associations, level }
    });
    let relations = prop::sample::subsequence(AssociationKind::ALL.to_vec(), 1..=6);
    let related = (named(1, false), relations, kinds(), statuses(), level()).prop_map(
        |(named, kinds, types, associations, level)| RegistryQuery::GetRelatedDocuments {
            named,
            kinds,
            types,
            associations,
            level,
        },
    );
    prop_oneof![
        find_sets,
        find_folders,
        all,
        documents,
        folders,
        associations,
        and_associations,
        holding,
        set,
        folder,
        of_document,
        related
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_written_query_reads_back(query in any_query(), reference in any::<bool>()) {
        let return_type = if reference { ReturnType::ObjectRef } else { ReturnType::LeafClass };
        let expected = StoredQuery { return_type, ask: Ask::Registry(Box::new(query.clone())), ignored: 0 };
        prop_assert_eq!(asked(&write_registry(&query, return_type)), Ok(expected));
    }
}

/// The codes of a query's refusal.
fn codes_of(text: &str) -> Vec<&'static str> {
    asked(text).expect_err("a refusal").into_iter().map(|(code, _)| code).collect()
}

/// The query without its slot of this name.
fn without(text: &str, name: &str) -> String {
    let start = text.find(&format!("<rim:Slot name=\"{name}\">")).expect("the slot");
    let end = start + text[start..].find("</rim:Slot>").expect("its end") + "</rim:Slot>".len();
    format!("{}{}", &text[..start], &text[end..])
}

/// The query with a slot more.
fn with(text: &str, name: &str, value: &str) -> String {
    let slot = format!(
        "<rim:Slot name=\"{name}\"><rim:ValueList><rim:Value>{value}</rim:Value></rim:ValueList></rim:Slot>"
    );
    text.replace("</rim:AdhocQuery>", &format!("{slot}</rim:AdhocQuery>"))
}

fn leaf(query: &RegistryQuery) -> String {
    write_registry(query, ReturnType::LeafClass)
}

fn approved() -> Vec<Availability> {
    vec![Availability::Approved]
}

fn one() -> Named {
    Named::Uuids(vec![uuid(1)])
}

fn related() -> RegistryQuery {
    RegistryQuery::GetRelatedDocuments {
        named: one(),
        kinds: vec![AssociationKind::Replaces],
        types: vec![EntryKind::Stable],
        associations: approved(),
        level: MetadataLevel::Latest,
    }
}

fn all() -> RegistryQuery {
    RegistryQuery::GetAll {
        patient: ins(),
        status: Statuses { documents: approved(), sets: approved(), folders: approved() },
        filter: ContentFilter::default(),
        associations: approved(),
        level: MetadataLevel::Latest,
    }
}

#[test]
fn each_mandatory_parameter_is_demanded() {
    let all = leaf(&all());
    for name in ["$patientId", "$XDSDocumentEntryStatus", "$XDSSubmissionSetStatus", "$XDSFolderStatus"] {
        assert_eq!(codes_of(&without(&all, name)), ["XDSStoredQueryMissingParam"], "{name}");
    }
    let related = leaf(&related());
    for name in ["$AssociationTypes", "$XDSDocumentEntryEntryUUID"] {
        assert_eq!(codes_of(&without(&related, name)), ["XDSStoredQueryMissingParam"], "{name}");
    }
    let sets = leaf(&RegistryQuery::GetSubmissionSets { objects: vec![uuid(1)] });
    assert_eq!(codes_of(&without(&sets, "$uuid")), ["XDSStoredQueryMissingParam"]);
    let mut query = model::DocumentQuery::new(Some(ins()), model::Scope::Find);
    query.status = approved();
    query.references = vec![vec!["x".to_owned()]];
    let by_reference = crate::iti18::request::write(&query, ReturnType::LeafClass);
    assert_eq!(asked(&by_reference).map(|read| read.ask), Ok(Ask::Documents(Box::new(query))));
    let name = "$XDSDocumentEntryReferenceIdList";
    assert_eq!(codes_of(&without(&by_reference, name)), ["XDSStoredQueryMissingParam"]);
}

#[test]
fn every_missing_parameter_is_told_at_once() {
    let none = ["$patientId", "$XDSDocumentEntryStatus", "$XDSSubmissionSetStatus", "$XDSFolderStatus"]
        .iter()
        .fold(leaf(&all()), |text, name| without(&text, name));
    assert_eq!(codes_of(&none).len(), 4);
}

#[test]
fn an_object_is_named_in_one_way_and_the_single_ones_once() {
    let text = leaf(&related());
    let both = with(&text, "$XDSDocumentEntryUniqueId", "'1.2.3'");
    assert_eq!(codes_of(&both), ["XDSStoredQueryParamNumber"]);
    let (first, second) = (uuid(1).urn(), uuid(2).urn());
    let two = text.replace(&format!("'{first}'"), &format!("'{first}','{second}'"));
    assert_eq!(codes_of(&two), ["XDSStoredQueryParamNumber"]);
    let folder = RegistryQuery::GetFolders { named: one(), level: MetadataLevel::Latest };
    let several = leaf(&folder).replace(&format!("'{first}'"), &format!("'{first}','{second}'"));
    assert!(asked(&several).is_ok(), "GetFolders takes a list");
    let repeated = with(&leaf(&folder), "$XDSFolderEntryUUID", &format!("('{second}')"));
    assert_eq!(codes_of(&repeated), ["XDSStoredQueryParamNumber"]);
}

#[test]
fn what_is_no_id_names_nothing() {
    for (query, id) in [
        (related(), uuid(1)),
        (RegistryQuery::GetSubmissionSets { objects: vec![uuid(1)] }, uuid(1)),
        (RegistryQuery::GetFolders { named: one(), level: MetadataLevel::Every }, uuid(1)),
    ] {
        let symbolic = leaf(&query).replace(&id.urn(), "Document01");
        assert_eq!(asked(&symbolic).map(|read| read.ask), Ok(Ask::Nothing), "{query:?}");
    }
}

#[test]
fn unknown_association_types_and_has_member_are_no_relationships() {
    let replaces = AssociationKind::Replaces.urn();
    let text = leaf(&related());
    let more = text.replace(&format!("'{replaces}'"), &format!("'{}', '{replaces}'", model::HAS_MEMBER));
    assert_eq!(asked(&more).map(|read| read.ask), Ok(Ask::Registry(Box::new(related()))));
    let only = text.replace(replaces, model::HAS_MEMBER);
    assert_eq!(asked(&only).map(|read| read.ask), Ok(Ask::Nothing));
}

#[test]
fn an_association_status_is_approved_unless_another_is_asked() {
    let text = leaf(&related());
    assert_eq!(
        asked(&without(&text, "$XDSAssociationStatus")).map(|read| read.ask),
        Ok(Ask::Registry(Box::new(related())))
    );
    let unknown = text.replace("StatusType:Approved", "StatusType:Withdrawn");
    assert_eq!(codes_of(&unknown), ["XDSStoredQueryMissingParam"]);
}

#[test]
fn a_metadata_level_is_one_or_two_quoted_or_not() {
    let text = leaf(&related());
    for (value, good) in
        [("1", true), ("2", true), ("'2'", true), ("(2)", true), ("3", false), ("'x'", false)]
    {
        assert_eq!(asked(&with(&text, "$MetadataLevel", value)).is_ok(), good, "{value}");
    }
}

#[test]
fn a_query_about_several_patients_is_refused_by_name() {
    let text = leaf(&all());
    let several =
        text.replace("10b545ea-725c-446d-9b95-8aeb444eddf3", "3d1bdb10-39a2-11de-89c2-2f44d94eaa9f");
    let envelope = super::opened(&several);
    let findings = crate::iti18::request::read(envelope.payload()).expect_err("a refusal");
    assert_eq!(findings[0].xds_code, Some("XDSUnknownStoredQuery"));
    assert!(format!("{findings:?}").contains("ITI-51"));
}

#[test]
fn slot_names_are_read_as_they_are_written() {
    let text = leaf(&all());
    let lower = text.replace("$patientId", "$PatientId");
    assert_eq!(codes_of(&lower), ["XDSStoredQueryMissingParam"]);
    let other = with(&with(&text, "$home", "'urn:oid:1.2'"), "$XDSFolderCodeList", "('a^^1.2')");
    assert_eq!(asked(&other).map(|read| read.ignored), Ok(2), "no parameters of GetAll");
}

#[test]
fn a_content_type_under_a_scheme_that_is_not_its_own_is_told() {
    let sets = mappings::Mappings::embedded().expect("the tables load").codes;
    let ask = |system: &str| {
        Ask::Registry(Box::new(RegistryQuery::FindSubmissionSets {
            patient: ins(),
            status: approved(),
            sources: Vec::new(),
            submitted: DateRange::default(),
            author: None,
            content_types: vec![Code::new("04", system)],
        }))
    };
    assert_eq!(crate::iti18::vocabulary::check(&ask("1.2.3"), &sets).len(), 1);
    assert!(crate::iti18::vocabulary::check(&ask("1.2.250.1.213.2.2"), &sets).is_empty());
}
