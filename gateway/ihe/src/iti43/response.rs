//! `xds:RetrieveDocumentSetResponse`, always in MTOM.

use journey::{Opened, Segment};
use model::Oid;
use xml::Element;

use crate::ebrim::names::{RS, XDS};
use crate::mtom::xop::{self, Binary};
use crate::mtom::{Outbound, Part};
use crate::registry::{RegistryError, Status, read_response, write_response};
use crate::soap::answer_with;
use crate::soap::names::XOP;
use crate::{Envelope, Response};

/// One document of an answer that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retrieved {
    /// RepositoryUniqueId.
    pub repository: String,
    /// DocumentUniqueId.
    pub document: String,
    /// mimeType of the document entry.
    pub mime_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// One document of an answer to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// RepositoryUniqueId.
    pub(crate) repository: String,
    /// DocumentUniqueId.
    pub(crate) document: String,
    /// mimeType of the document entry.
    pub(crate) mime_type: String,
    /// The bytes, or where they are.
    pub(crate) content: Segment,
}

impl Given {
    pub(super) fn of(repository: &Oid, opened: Opened) -> Self {
        let entry = &opened.entry.get().entry;
        Given {
            repository: entry.repository.as_ref().unwrap_or(repository).as_str().to_owned(),
            document: entry.unique_id.as_str().to_owned(),
            mime_type: entry.mime_type.as_str().to_owned(),
            content: Segment::document(opened),
        }
    }
}

/// Success when every document is there, PartialSuccess when some are, Failure when none is.
pub(crate) fn write(
    envelope: &Envelope,
    message_id: &str,
    documents: Vec<Given>,
    errors: &[RegistryError],
) -> Response {
    let status = match (documents.is_empty(), errors.is_empty()) {
        (_, true) => Status::Success,
        (false, false) => Status::PartialSuccess,
        (true, false) => Status::Failure,
    };
    let (mut parts, mut told) = (Vec::new(), Vec::new());
    for (document, number) in documents.into_iter().zip(1..) {
        let content_id = format!("document{number}@passerelle");
        told.push((
            document.repository,
            document.document,
            document.mime_type.clone(),
            xop::href(&content_id),
        ));
        parts.push(Outbound { content_id, content_type: document.mime_type, content: document.content });
    }
    answer_with(envelope, message_id, parts, |body| {
        body.start("xds:RetrieveDocumentSetResponse").attr("xmlns:xds", XDS);
        write_response(body, status, errors);
        for (repository, document, mime_type, href) in &told {
            body.start("xds:DocumentResponse");
            body.leaf("xds:RepositoryUniqueId", repository);
            body.leaf("xds:DocumentUniqueId", document);
            body.leaf("xds:mimeType", mime_type);
            body.start("xds:Document").start("xop:Include").attr("xmlns:xop", XOP);
            body.attr("href", href).end().end().end();
        }
        body.end();
    })
}

/// What an answer holds: its status, its documents, its errors.
pub type Read = (Status, Vec<Retrieved>, Vec<RegistryError>);

/// Reads an answer; `None` when the element is something else or a document cannot be read.
pub fn read(element: Element<'_>, parts: &[Part]) -> Option<Read> {
    if !element.is(XDS, "RetrieveDocumentSetResponse") {
        return None;
    }
    let (status, errors) = read_response(element.child(RS, "RegistryResponse")?)?;
    let documents = element.children_named(XDS, "DocumentResponse").map(|response| {
        let text = |name: &str| Some(response.child(XDS, name)?.text().trim().to_owned());
        let bytes = match xop::resolve(response.child(XDS, "Document")?, parts).ok()? {
            Binary::Inline(bytes) => bytes,
            Binary::Part(_, bytes) => bytes.to_vec(),
            Binary::Missing(_) => return None,
        };
        Some(Retrieved {
            repository: text("RepositoryUniqueId")?,
            document: text("DocumentUniqueId")?,
            mime_type: text("mimeType")?,
            bytes,
        })
    });
    Some((status, documents.collect::<Option<Vec<_>>>()?, errors))
}
