//! `query:AdhocQueryRequest` into a query, and back for a client: one file for each family of queries.

mod find;
mod named;
mod value;
mod write;

pub use write::{write, write_registry};

use model::{DocumentQuery, Finding, RegistryQuery, Rule};
use xml::Element;

use super::catalogue::{OF_SEVERAL_PATIENTS, Query, Stored, names};
use super::parameter::{PARAM_NUMBER, Parameters};
use crate::ebrim::names::{QUERY, RIM};

/// What the answer holds of each object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnType {
    /// The whole object.
    LeafClass,
    /// Its id.
    ObjectRef,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A search of documents.
    Documents(Box<DocumentQuery>),
    /// Any other query.
    Registry(Box<RegistryQuery>),
    /// Something that no object can be: of an unknown kind, or named by what is no id.
    Nothing,
    /// A patient identifier that is well formed and no INS.
    UnknownPatient,
}

impl Ask {
    fn of(query: RegistryQuery) -> Self {
        Ask::Registry(Box::new(query))
    }
}

/// A stored query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredQuery {
    /// What the answer holds.
    pub return_type: ReturnType,
    /// What is asked.
    pub ask: Ask,
    /// Slots that are no parameters of this query, and were not looked at.
    pub ignored: usize,
}

/// Reads a stored query with every finding. `returnComposedObjects` and `home` change nothing: an answer is always
/// composed, and there is one community here.
///
/// # Errors
/// Findings of [`Rule::QueryIsComplete`], each with its XDS code: unknown query, mandatory parameter missing,
/// wrong coding (`XDSStoredQueryParamNumber`, also for a patient identifier that is not `id^^^&OID&ISO`).
pub fn read(payload: Element<'_>) -> Result<StoredQuery, Vec<Finding>> {
    let query = payload.child(RIM, "AdhocQuery");
    let id = query.and_then(|query| query.attribute("id")).unwrap_or_default();
    let (Some(query), Some(stored)) = (query, Stored::of(id)) else { return Err(vec![unknown(id)]) };
    let mut parameters = Parameters::read(query, stored.parameters());
    let return_type = return_type(payload, &mut parameters);
    let read: fn(&mut Parameters) -> Option<Ask> = match stored.query {
        Query::FindDocuments => find::documents,
        Query::FindDocumentsByReferenceId => find::documents_by_reference,
        Query::FindSubmissionSets => find::sets,
        Query::FindFolders => find::folders,
        Query::GetAll => find::all,
        Query::GetDocuments => named::documents,
        Query::GetFolders => named::folders,
        Query::GetAssociations => named::associations,
        Query::GetDocumentsAndAssociations => named::documents_and_associations,
        Query::GetSubmissionSets => named::sets,
        Query::GetSubmissionSetAndContents => named::set_and_contents,
        Query::GetFolderAndContents => named::folder_and_contents,
        Query::GetFoldersForDocument => named::folders_of_document,
        Query::GetRelatedDocuments => named::related,
    };
    match (read(&mut parameters), return_type) {
        (Some(ask), Some(return_type)) if parameters.findings.is_empty() => {
            Ok(StoredQuery { return_type, ask, ignored: parameters.ignored })
        }
        _ => Err(parameters.findings),
    }
}

fn unknown(id: &str) -> Finding {
    let several = OF_SEVERAL_PATIENTS.iter().any(|known| known.eq_ignore_ascii_case(id.trim()));
    let offered = names();
    let (fr, en) = if several {
        (
            "requête sur plusieurs patients (ITI-51), non offerte",
            "query about several patients (ITI-51), not offered",
        )
    } else {
        ("requête enregistrée inconnue", "unknown stored query")
    };
    Finding::new(Rule::QueryIsComplete)
        .code("XDSUnknownStoredQuery")
        .detail(format!("{fr} ; offertes : {offered}"), format!("{en}; offered: {offered}"))
}

fn return_type(payload: Element<'_>, parameters: &mut Parameters) -> Option<ReturnType> {
    let option = payload.child(QUERY, "ResponseOption");
    match option.and_then(|option| option.attribute("returnType")).map(str::trim) {
        None | Some("LeafClass") => Some(ReturnType::LeafClass),
        Some("ObjectRef") => Some(ReturnType::ObjectRef),
        Some(_) => {
            parameters.bad(
                "ResponseOption/@returnType",
                PARAM_NUMBER,
                "LeafClass ou ObjectRef attendu",
                "expected LeafClass or ObjectRef",
            );
            None
        }
    }
}
