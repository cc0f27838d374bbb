//! The queries by name, and what goes with what they name.

use ihe::iti18::request::{ReturnType, write_registry};
use ihe::iti18::response::read_refs;
use model::{AssociationKind, ContentFilter, EntryKind, MetadataLevel, Named, RegistryQuery, UniqueId};
use passerelle_tests::hall::break_glass;
use passerelle_tests::paper::uuid;

use super::{Registry, approved, codes, counts, document, folder_uuid, numbers, within};

const LEVEL: MetadataLevel = MetadataLevel::Latest;

fn unique(id: &str) -> Named {
    Named::UniqueIds(vec![UniqueId::parse(id).unwrap()])
}

#[tokio::test]
async fn documents_and_folders_are_given_by_each_of_their_names() {
    let registry = Registry::filled().await;
    for named in [document(2), unique("2.999.7.2"), Named::LogicalIds(vec![uuid(1, 2)])] {
        let found = registry.shown(&RegistryQuery::GetDocuments { named, level: LEVEL }).await;
        assert_eq!((numbers(&found), counts(&found)), (vec![2], (1, 0, 0, 0)));
    }
    let folder = folder_uuid(1);
    for named in [Named::Uuids(vec![folder]), unique("2.999.9.1"), Named::LogicalIds(vec![folder])] {
        let found = registry.shown(&RegistryQuery::GetFolders { named, level: LEVEL }).await;
        assert_eq!(found.folders.iter().map(|folder| folder.entry_uuid).collect::<Vec<_>>(), [folder]);
    }
    let several = Named::Uuids(vec![uuid(1, 2), uuid(1, 5), uuid(1, 99)]);
    let found = registry.shown(&RegistryQuery::GetDocuments { named: several, level: LEVEL }).await;
    assert_eq!(numbers(&found), [2, 5], "what is not there is not told");
}

#[tokio::test]
async fn associations_are_those_that_have_the_object_at_either_end() {
    let registry = Registry::filled().await;
    for (object, expected) in [
        (uuid(1, 6), 1),
        (uuid(1, 1), 2),
        (uuid(1, 2), 2),
        (folder_uuid(2), 3),
        (uuid(2, 3), 5),
        (uuid(5, 102), 1),
    ] {
        let associations = approved();
        let query = RegistryQuery::GetAssociations { objects: vec![object], associations, level: LEVEL };
        assert_eq!(counts(&registry.shown(&query).await), (0, 0, 0, expected), "{}", object.urn());
    }
    let query = RegistryQuery::GetDocumentsAndAssociations {
        named: Named::Uuids(vec![uuid(1, 1), uuid(1, 2)]),
        associations: approved(),
        level: LEVEL,
    };
    assert_eq!(counts(&registry.shown(&query).await), (2, 0, 0, 4));
}

#[tokio::test]
async fn the_sets_of_documents_and_folders_come_with_what_links_them() {
    let registry = Registry::filled().await;
    for (objects, expected) in [
        (vec![uuid(1, 1)], (0, 1, 0, 1)),
        (vec![uuid(1, 3), uuid(1, 4)], (0, 1, 0, 2)),
        (vec![folder_uuid(1)], (0, 1, 0, 1)),
        (vec![uuid(1, 1), folder_uuid(2)], (0, 2, 0, 2)),
        (vec![uuid(1, 99)], (0, 0, 0, 0)),
    ] {
        assert_eq!(counts(&registry.shown(&RegistryQuery::GetSubmissionSets { objects }).await), expected);
    }
}

#[tokio::test]
async fn a_set_comes_with_its_documents_folders_and_all_that_links_them() {
    let registry = Registry::filled().await;
    for (named, expected) in [
        (Named::Uuids(vec![uuid(2, 1)]), (1, 1, 0, 1)),
        (unique("2.999.8.2"), (1, 1, 1, 4)),
        (Named::Uuids(vec![uuid(2, 3)]), (2, 1, 1, 7)),
        (unique("2.999.8.5"), (1, 1, 0, 1)),
    ] {
        let filter = ContentFilter::default();
        let query = RegistryQuery::GetSubmissionSetAndContents { named, filter, level: LEVEL };
        assert_eq!(counts(&registry.shown(&query).await), expected);
    }
    let other = ContentFilter { kinds: vec![EntryKind::OnDemand], ..ContentFilter::default() };
    let query = RegistryQuery::GetSubmissionSetAndContents {
        named: unique("2.999.8.3"),
        filter: other,
        level: LEVEL,
    };
    let found = registry.shown(&query).await;
    assert_eq!((found.documents.len(), found.sets.len(), found.folders.len()), (0, 1, 1));
}

#[tokio::test]
async fn a_folder_comes_with_its_documents_and_a_document_tells_its_folders() {
    let registry = Registry::filled().await;
    let query = |named| RegistryQuery::GetFolderAndContents {
        named,
        filter: ContentFilter::default(),
        associations: approved(),
        level: LEVEL,
    };
    assert_eq!(counts(&registry.shown(&query(unique("2.999.9.2"))).await), (2, 0, 1, 2));
    assert_eq!(counts(&registry.shown(&query(Named::Uuids(vec![folder_uuid(1)]))).await), (1, 0, 1, 1));
    for (number, expected) in [(1, 0), (2, 1), (3, 1)] {
        let named = document(number);
        let query = RegistryQuery::GetFoldersForDocument { named, associations: approved(), level: LEVEL };
        assert_eq!(counts(&registry.shown(&query).await), (0, 0, expected, 0), "{number}");
    }
}

#[tokio::test]
async fn related_documents_come_with_the_relationship_and_nothing_comes_without_one() {
    let registry = Registry::filled().await;
    let related = async |number: u64, kinds: Vec<AssociationKind>| {
        let query = RegistryQuery::GetRelatedDocuments {
            named: document(number),
            kinds,
            types: vec![EntryKind::Stable],
            associations: approved(),
            level: LEVEL,
        };
        let found = registry.shown(&query).await;
        (numbers(&found), found.links.len())
    };
    for number in [1, 5] {
        assert_eq!(related(number, vec![AssociationKind::Replaces]).await, (vec![1, 5], 1), "{number}");
        assert_eq!(related(number, vec![AssociationKind::Appends]).await, (vec![], 0));
    }
    assert_eq!(related(2, AssociationKind::ALL.to_vec()).await, (vec![], 0), "not even the document asked");
}

#[tokio::test]
async fn what_is_of_several_patients_is_given_by_reference_only() {
    let registry = Registry::filled().await;
    registry.provide(registry.document_of("basile", 7)).await;
    let emergency = break_glass(registry.hall.professional("gp"));
    let named = Named::Uuids(vec![uuid(1, 6), uuid(1, 7)]);
    let query = RegistryQuery::GetDocuments { named, level: LEVEL };
    let whole = registry.ask(&emergency, &write_registry(&query, ReturnType::LeafClass)).await;
    assert_eq!(codes(&whole), ["XDSResultNotSinglePatient"]);
    let references = registry.ask(&emergency, &write_registry(&query, ReturnType::ObjectRef)).await;
    assert_eq!(within(&references, read_refs), [uuid(1, 6).urn(), uuid(1, 7).urn()]);
}
