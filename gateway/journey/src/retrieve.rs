//! The retrieval.

use model::{Caller, Ins};
use policy::Visible;

use crate::{Clock, Desk, DocumentKey, Ids, Refusal, Store, StoredEntry};

/// Which document, and the patient if the request names one.
#[derive(Debug, Clone)]
pub struct DocumentAsk {
    /// The patient named by the request beside the token, if any.
    pub patient: Option<Ins>,
    /// The document.
    pub key: DocumentKey,
}

/// A document shown: metadata and bytes.
#[derive(Debug)]
pub struct Document {
    /// The entry.
    pub entry: Visible<StoredEntry>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Reads one document's bytes (ITI-43, ITI-68). Hidden and absent are both [`Refusal::Absent`].
pub async fn retrieve<S: Store, C: Clock, I: Ids>(
    _desk: &Desk<S, C, I>,
    _caller: &Caller,
    _transaction: &'static str,
    _ask: DocumentAsk,
) -> Result<Document, Refusal> {
    Err(Refusal::Absent)
}

/// Reads one document's entry by id (a FHIR read of DocumentReference).
pub async fn read_entry<S: Store, C: Clock, I: Ids>(
    _desk: &Desk<S, C, I>,
    _caller: &Caller,
    _transaction: &'static str,
    _ask: DocumentAsk,
) -> Result<Visible<StoredEntry>, Refusal> {
    Err(Refusal::Absent)
}
