//! Queries by name: of documents, folders, sets and associations, and of what goes with them.

use model::{ContentFilter, Named, RegistryQuery};

use super::Ask;
use super::value::{self, Names};
use crate::iti18::parameter::Parameters;

const DOCUMENTS: Names<'static> = Names {
    uuid: "$XDSDocumentEntryEntryUUID",
    unique: "$XDSDocumentEntryUniqueId",
    logical: Some("$XDSDocumentEntryLogicalID"),
};
const DOCUMENTS_BY_TWO: Names<'static> = Names { logical: None, ..DOCUMENTS };
const FOLDERS: Names<'static> =
    Names { uuid: "$XDSFolderEntryUUID", unique: "$XDSFolderUniqueId", logical: Some("$XDSFolderLogicalID") };
const FOLDER: Names<'static> = Names { logical: None, ..FOLDERS };
const SET: Names<'static> =
    Names { uuid: "$XDSSubmissionSetEntryUUID", unique: "$XDSSubmissionSetUniqueId", logical: None };

/// GetDocuments.
pub(super) fn documents(parameters: &mut Parameters) -> Option<Ask> {
    let (named, level) = (value::named(parameters, &DOCUMENTS), value::level(parameters));
    about(named?, |named| Some(RegistryQuery::GetDocuments { named, level }))
}

/// GetFolders.
pub(super) fn folders(parameters: &mut Parameters) -> Option<Ask> {
    let (named, level) = (value::named(parameters, &FOLDERS), value::level(parameters));
    about(named?, |named| Some(RegistryQuery::GetFolders { named, level }))
}

/// GetAssociations.
pub(super) fn associations(parameters: &mut Parameters) -> Option<Ask> {
    let (objects, level) = (value::objects(parameters), value::level(parameters));
    let associations = value::association_statuses(parameters);
    about(objects?, |objects| Some(RegistryQuery::GetAssociations { objects, associations, level }))
}

/// GetDocumentsAndAssociations.
pub(super) fn documents_and_associations(parameters: &mut Parameters) -> Option<Ask> {
    let (named, level) = (value::named(parameters, &DOCUMENTS_BY_TWO), value::level(parameters));
    let associations = value::association_statuses(parameters);
    about(named?, |named| Some(RegistryQuery::GetDocumentsAndAssociations { named, associations, level }))
}

/// GetSubmissionSets.
pub(super) fn sets(parameters: &mut Parameters) -> Option<Ask> {
    let objects = value::objects(parameters);
    about(objects?, |objects| Some(RegistryQuery::GetSubmissionSets { objects }))
}

/// GetSubmissionSetAndContents.
pub(super) fn set_and_contents(parameters: &mut Parameters) -> Option<Ask> {
    let (named, level) = (value::named(parameters, &SET), value::level(parameters));
    let filter = filter(parameters);
    about(named?, |named| Some(RegistryQuery::GetSubmissionSetAndContents { named, filter: filter?, level }))
}

/// GetFolderAndContents.
pub(super) fn folder_and_contents(parameters: &mut Parameters) -> Option<Ask> {
    let (named, level) = (value::named(parameters, &FOLDER), value::level(parameters));
    let filter = filter(parameters);
    let associations = value::association_statuses(parameters);
    about(named?, |named| {
        Some(RegistryQuery::GetFolderAndContents { named, filter: filter?, associations, level })
    })
}

/// GetFoldersForDocument.
pub(super) fn folders_of_document(parameters: &mut Parameters) -> Option<Ask> {
    let (named, level) = (value::named(parameters, &DOCUMENTS_BY_TWO), value::level(parameters));
    let associations = value::association_statuses(parameters);
    about(named?, |named| Some(RegistryQuery::GetFoldersForDocument { named, associations, level }))
}

/// GetRelatedDocuments.
pub(super) fn related(parameters: &mut Parameters) -> Option<Ask> {
    let named = value::named(parameters, &DOCUMENTS_BY_TWO);
    let (kinds, types) = (value::relationships(parameters), value::kinds(parameters));
    let (associations, level) = (value::association_statuses(parameters), value::level(parameters));
    let kinds = kinds?;
    about(named?, |named: Named| {
        let (kinds, types) = (kinds?, types?);
        Some(RegistryQuery::GetRelatedDocuments { named, kinds, types, associations, level })
    })
}

/// What the documents of a composed answer must be; `None` where no document can be it.
pub(super) fn filter(parameters: &mut Parameters) -> Option<ContentFilter> {
    let formats = parameters.codes("$XDSDocumentEntryFormatCode");
    let confidentiality = parameters.code_terms("$XDSDocumentEntryConfidentialityCode");
    // An unknown objectType among others is ignored; unknown ones alone fit no document.
    let kinds = value::kinds(parameters)?;
    Some(ContentFilter { formats, confidentiality, kinds })
}

/// The query about what is named; nothing can fit where nothing is, or where `ask` gives none.
fn about<N>(named: Option<N>, ask: impl FnOnce(N) -> Option<RegistryQuery>) -> Option<Ask> {
    Some(named.and_then(ask).map_or(Ask::Nothing, Ask::of))
}
