//! The queries by criteria.

use ihe::iti18::request::{ReturnType, write_registry};
use ihe::iti18::response::read_refs;
use model::{
    Availability, Code, DateRange, EntryKind, Hl7Time, MetadataLevel, OnlineState, RegistryQuery, Statuses,
};

use super::{Registry, approved, counts, within};

fn between(from: &str, to: &str) -> DateRange {
    let moment = |text: &str| Hl7Time::parse(text).ok().map(|time| time.start());
    DateRange { from: moment(from), to: moment(to) }
}

fn sets(registry: &Registry) -> RegistryQuery {
    RegistryQuery::FindSubmissionSets {
        patient: registry.hall.patient("ondine"),
        status: approved(),
        sources: Vec::new(),
        submitted: DateRange::default(),
        author: None,
        content_types: Vec::new(),
    }
}

fn folders(registry: &Registry) -> RegistryQuery {
    RegistryQuery::FindFolders {
        patient: registry.hall.patient("ondine"),
        status: approved(),
        updated: DateRange::default(),
        codes: Vec::new(),
        level: MetadataLevel::Latest,
    }
}

#[tokio::test]
async fn documents_are_found_by_status_kind_and_availability() {
    let registry = Registry::filled().await;
    let mut query = registry.search();
    assert_eq!(registry.found(&query).await, [2, 3, 4, 5, 6]);
    query.status = vec![Availability::Deprecated];
    assert_eq!(registry.found(&query).await, [1], "replaced by the fifth");
    query.status = vec![Availability::Approved, Availability::Deprecated];
    assert_eq!(registry.found(&query).await, [1, 2, 3, 4, 5, 6]);
    query.kinds = vec![EntryKind::OnDemand];
    assert!(registry.found(&query).await.is_empty());
    (query.kinds, query.online) = (vec![EntryKind::Stable], vec![OnlineState::Offline]);
    assert!(registry.found(&query).await.is_empty());
    query.online = vec![OnlineState::Online];
    assert_eq!(registry.found(&query).await.len(), 6);
}

#[tokio::test]
async fn documents_are_found_by_their_reference_ids_in_patterns() {
    let registry = Registry::empty().await;
    let reference = |id: &str| {
        model::ReferenceId::parse(&format!("{id}^^^&2.999.11&ISO^urn:ihe:iti:xds:2013:accession")).unwrap()
    };
    let mut first = registry.document(1);
    first.entries[0].0.reference_ids = vec![reference("A-1"), reference("B-7")];
    registry.provide(first).await;
    let mut second = registry.document(2);
    second.entries[0].0.reference_ids = vec![reference("A-2")];
    registry.provide(second).await;
    let terms =
        |terms: &[&[&str]]| terms.iter().map(|term| term.iter().map(|t| (*t).to_owned()).collect()).collect();
    for (asked, expected) in [
        (terms(&[&["A-%"]]), vec![1, 2]),
        (terms(&[&["A-1^^^%"]]), vec![1]),
        (terms(&[&["A-_^^^%"], &["B-%"]]), vec![1]),
        (terms(&[&["A-2%", "B-7%"]]), vec![1, 2]),
        (terms(&[&["A-1"]]), vec![]),
    ] {
        let mut query = registry.search();
        query.references = asked;
        assert_eq!(registry.found(&query).await, expected, "{:?}", query.references);
    }
}

#[tokio::test]
async fn sets_are_found_by_source_time_author_and_content_type() {
    let registry = Registry::filled().await;
    let found = async |change: &dyn Fn(&mut RegistryQuery)| {
        let mut query = sets(&registry);
        change(&mut query);
        counts(&registry.shown(&query).await)
    };
    let five = (0, 5, 0, 0);
    let none = (0, 0, 0, 0);
    assert_eq!(found(&|_| {}).await, five);
    for (source, expected) in [("2.999.4", five), ("2.999.5", none)] {
        let change = |query: &mut RegistryQuery| {
            if let RegistryQuery::FindSubmissionSets { sources, .. } = query {
                *sources = vec![source.to_owned()];
            }
        };
        assert_eq!(found(&change).await, expected, "{source}");
    }
    for (from, to, expected) in [
        ("20261118", "20261119", five),
        ("20261118134500", "", five),
        ("", "20261118134500", none),
        ("20261119", "", none),
    ] {
        let change = |query: &mut RegistryQuery| {
            if let RegistryQuery::FindSubmissionSets { submitted, .. } = query {
                *submitted = between(from, to);
            }
        };
        assert_eq!(found(&change).await, expected, "{from} {to}");
    }
    for (pattern, expected) in [("899900000037^%", five), ("%^X^Y%", five), ("899900000037", none)] {
        let change = |query: &mut RegistryQuery| {
            if let RegistryQuery::FindSubmissionSets { author, .. } = query {
                *author = Some(pattern.to_owned());
            }
        };
        assert_eq!(found(&change).await, expected, "{pattern}");
    }
    for (value, expected) in [("03", five), ("04", none)] {
        let change = |query: &mut RegistryQuery| {
            if let RegistryQuery::FindSubmissionSets { content_types, .. } = query {
                *content_types = vec![Code::new(value, "1.2.250.1.213.2.2")];
            }
        };
        assert_eq!(found(&change).await, expected, "{value}");
    }
}

#[tokio::test]
async fn folders_are_found_by_code_and_time_of_update() {
    let registry = Registry::filled().await;
    let found = async |change: &dyn Fn(&mut RegistryQuery)| {
        let mut query = folders(&registry);
        change(&mut query);
        registry.shown(&query).await.folders.len()
    };
    assert_eq!(found(&|_| {}).await, 2);
    let code = |value: &str| Code::new(value, "2.999.6");
    for (terms, expected) in [
        (vec![vec![code("SUIVI")]], 2),
        (vec![vec![code("N1")]], 1),
        (vec![vec![code("N1"), code("N2")]], 2),
        (vec![vec![code("SUIVI")], vec![code("N2")]], 1),
        (vec![vec![code("N1")], vec![code("N2")]], 0),
    ] {
        let change = |query: &mut RegistryQuery| {
            if let RegistryQuery::FindFolders { codes, .. } = query {
                codes.clone_from(&terms);
            }
        };
        assert_eq!(found(&change).await, expected, "{terms:?}");
    }
    for (from, to, expected) in
        [(super::FILLED, "20261121", 2), ("2026112012", "", 2), ("", super::FILLED, 0), ("20261121", "", 0)]
    {
        let change = |query: &mut RegistryQuery| {
            if let RegistryQuery::FindFolders { updated, .. } = query {
                *updated = between(from, to);
            }
        };
        assert_eq!(found(&change).await, expected, "{from} {to}");
    }
}

#[tokio::test]
async fn everything_is_filtered_by_the_statuses_of_each_kind() {
    let registry = Registry::filled().await;
    let mut query = registry.everything();
    if let RegistryQuery::GetAll { status, .. } = &mut query {
        *status =
            Statuses { documents: approved(), sets: approved(), folders: vec![Availability::Deprecated] };
    }
    // Without the replaced document and the folders: five documents, each with its set.
    assert_eq!(counts(&registry.shown(&query).await), (5, 5, 0, 5));
}

#[tokio::test]
async fn references_name_every_object_that_the_whole_answer_would_hold() {
    let registry = Registry::filled().await;
    let query = registry.everything();
    let holder = registry.hall.holder("ondine");
    let whole = registry.shown(&query).await;
    let answer = registry.ask(&holder, &write_registry(&query, ReturnType::ObjectRef)).await;
    let mut references = within(&answer, read_refs);
    let mut ids: Vec<String> = whole.documents.iter().map(|entry| entry.entry_uuid.urn()).collect();
    ids.extend(whole.sets.iter().map(|set| set.entry_uuid.urn()));
    ids.extend(whole.folders.iter().map(|folder| folder.entry_uuid.urn()));
    ids.extend(whole.links.iter().map(|link| link.id.clone()));
    ids.sort();
    references.sort();
    assert_eq!(references, ids);
    assert_eq!(references.len(), 28);
}
