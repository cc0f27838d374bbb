//! What becomes of folders: documents added, replaced, referred to.

use model::{ContentFilter, Member, Membership, MetadataLevel, Named, ObjectRef, RegistryQuery};
use passerelle_tests::paper::uuid;

use super::{Registry, approved, bare, counts, folder, folder_uuid, in_folder, numbers, put};

fn contents(number: u64) -> RegistryQuery {
    RegistryQuery::GetFolderAndContents {
        named: Named::Uuids(vec![folder_uuid(number)]),
        filter: ContentFilter::default(),
        associations: approved(),
        level: MetadataLevel::Latest,
    }
}

#[tokio::test]
async fn a_replacement_takes_the_place_of_its_document_in_the_folder_beside_it() {
    let registry = Registry::empty().await;
    registry.provide(in_folder(registry.document(1), folder(1, &registry), &[1])).await;
    registry.at("20261120130000");
    registry.provide(registry.replacing(2, 1)).await;
    let found = registry.shown(&contents(1)).await;
    assert_eq!(
        (numbers(&found), counts(&found)),
        (vec![1, 2], (2, 0, 1, 2)),
        "both, each with its membership"
    );
    let updated = found.folders[0].last_update.as_ref().map(|time| time.as_str().to_owned());
    assert_eq!(updated.as_deref(), Some("20261120130000"), "the folder's time moved");
    let named = Named::Uuids(vec![uuid(2, 2)]);
    let query = RegistryQuery::GetSubmissionSetAndContents {
        named,
        filter: ContentFilter::default(),
        level: MetadataLevel::Latest,
    };
    let set = registry.shown(&query).await;
    assert_eq!((numbers(&set), set.sets.len()), (vec![2], 1));
}

#[tokio::test]
async fn documents_old_and_new_are_added_to_a_folder_that_was_there() {
    let registry = Registry::empty().await;
    registry.provide(bare_folder(&registry)).await;
    registry.at("20261120130000");
    let mut new = registry.document(2);
    put(&mut new, folder_uuid(1), &[2]);
    registry.provide(new).await;
    registry.provide(registry.document(3)).await;
    let mut old = bare(registry.document(4));
    put(&mut old, folder_uuid(1), &[3]);
    registry.provide(old).await;
    let found = registry.shown(&contents(1)).await;
    assert_eq!((numbers(&found), found.links.len()), (vec![2, 3], 2));
    assert_eq!(found.folders[0].last_update.as_ref().map(|time| time.as_str()), Some("20261120130000"));
}

fn bare_folder(registry: &Registry) -> model::Submission {
    in_folder(bare(registry.document(1)), folder(1, registry), &[])
}

#[tokio::test]
async fn a_set_may_hold_a_document_of_another_by_reference() {
    let registry = Registry::filled().await;
    let mut reference = bare(registry.document(7));
    let link = Member::Reference(ObjectRef::Uuid(uuid(1, 6)));
    reference.memberships.push(Membership { entry_uuid: uuid(5, 7), link });
    registry.provide(reference).await;
    let sets = registry.shown(&RegistryQuery::GetSubmissionSets { objects: vec![uuid(1, 6)] }).await;
    assert_eq!(counts(&sets), (0, 2, 0, 2));
}

#[tokio::test]
async fn a_folder_or_a_document_that_is_not_there_refuses_the_whole_submission() {
    let registry = Registry::empty().await;
    let mut nowhere = registry.document(1);
    put(&mut nowhere, folder_uuid(9), &[1]);
    assert_eq!(registry.refused(nowhere).await.len(), 1);
    let mut reference = bare(registry.document(2));
    let link = Member::Reference(ObjectRef::Uuid(uuid(1, 99)));
    reference.memberships.push(Membership { entry_uuid: uuid(5, 7), link });
    assert_eq!(registry.refused(reference).await.len(), 1);
    assert_eq!(counts(&registry.shown(&registry.everything()).await), (0, 0, 0, 0), "nothing was stored");
}

#[tokio::test]
async fn a_folders_unique_id_is_used_once() {
    let registry = Registry::filled().await;
    let mut again = folder(1, &registry);
    again.entry_uuid = folder_uuid(7);
    again.logical_id = folder_uuid(7);
    let refused = registry.refused(in_folder(bare(registry.document(7)), again, &[])).await;
    assert_eq!(refused, ["XDSDuplicateUniqueIdInRegistry"]);
}
