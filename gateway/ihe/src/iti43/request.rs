//! `xds:RetrieveDocumentSetRequest`.

use model::{Finding, Location, Rule};
use xml::{Element, Writer};

use crate::ebrim::names::XDS;
use crate::registry::RegistryError;

/// Documents of one request.
const MOST: usize = 100;

/// One document asked for, ids as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRequest {
    /// RepositoryUniqueId.
    pub repository: String,
    /// DocumentUniqueId.
    pub document: String,
}

impl DocumentRequest {
    /// What is said of a document that is hidden or not there: one answer for both.
    pub(crate) fn absent(&self) -> RegistryError {
        RegistryError::new("XDSDocumentUniqueIdError", "Document inconnu, ou non accessible")
    }

    /// The error, naming the document.
    pub(crate) fn about(&self, error: RegistryError) -> RegistryError {
        let document: String = self.document.chars().take(128).collect();
        RegistryError { context: format!("{} : {document}", error.context), ..error }
    }
}

/// Reads the requests, in order. `HomeCommunityId` is ignored: there is one community here.
///
/// # Errors
/// [`Rule::MessageIsReadable`] when there is no request or an id is missing, [`Rule::QueryIsComplete`] for more
/// than a hundred documents.
pub fn read(payload: Element<'_>) -> Result<Vec<DocumentRequest>, Vec<Finding>> {
    read_in(payload, &[XDS])
}

/// As [`read`], with the elements in one of these namespaces.
pub(crate) fn read_in(
    payload: Element<'_>,
    namespaces: &[&str],
) -> Result<Vec<DocumentRequest>, Vec<Finding>> {
    let requests = payload.children().filter(|child| is(*child, namespaces, "DocumentRequest"));
    let requests: Vec<Element<'_>> = requests.take(MOST + 1).collect();
    let unreadable = |element: Element<'_>, fr: &str, en: &str| {
        Finding::new(Rule::MessageIsReadable).at(Location::XPath(element.path())).detail(fr, en)
    };
    if requests.is_empty() {
        return Err(vec![unreadable(payload, "xds:DocumentRequest attendu", "expected xds:DocumentRequest")]);
    }
    if requests.len() > MOST {
        return Err(vec![Finding::new(Rule::QueryIsComplete).code("XDSRepositoryError").detail(
            format!("{MOST} documents au plus par requête"),
            format!("at most {MOST} documents in one request"),
        )]);
    }
    let (mut read, mut findings) = (Vec::new(), Vec::new());
    for request in requests {
        let text = |name: &str| {
            let found = request.children().find(|child| is(*child, namespaces, name));
            found.map(|child| child.text().trim().to_owned())
        };
        let found = (text("RepositoryUniqueId"), text("DocumentUniqueId"));
        match found {
            (Some(repository), Some(document)) if !repository.is_empty() && !document.is_empty() => {
                read.push(DocumentRequest { repository, document });
            }
            _ => findings.push(unreadable(
                request,
                "RepositoryUniqueId et DocumentUniqueId attendus",
                "expected RepositoryUniqueId and DocumentUniqueId",
            )),
        }
    }
    if findings.is_empty() { Ok(read) } else { Err(findings) }
}

fn is(element: Element<'_>, namespaces: &[&str], name: &str) -> bool {
    element.name() == name && namespaces.contains(&element.namespace())
}

/// The request element, for a client.
pub fn write(requests: &[DocumentRequest]) -> String {
    let mut writer = Writer::new();
    writer.start("xds:RetrieveDocumentSetRequest").attr("xmlns:xds", XDS);
    for request in requests {
        writer.start("xds:DocumentRequest");
        writer.leaf("xds:RepositoryUniqueId", &request.repository);
        writer.leaf("xds:DocumentUniqueId", &request.document).end();
    }
    writer.finish()
}
