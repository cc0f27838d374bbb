//! The search.

use model::{Caller, DocumentQuery};
use policy::Visible;

use crate::{Clock, Desk, Ids, Refusal, Store, StoredEntry};

/// One page of visible entries.
#[derive(Debug)]
pub struct Found {
    /// The entries, newest first.
    pub entries: Vec<Visible<StoredEntry>>,
    /// How many fit in all, after policy.
    pub total: u64,
    /// The snapshot's ceiling.
    pub ceiling: i64,
    /// Where the next page starts.
    pub next: Option<(i64, i64)>,
}

/// Finds documents: `query.patient` or the token's patient is the scope; an absent record gives an empty page.
pub async fn search<S: Store, C: Clock, I: Ids>(
    _desk: &Desk<S, C, I>,
    _caller: &Caller,
    _transaction: &'static str,
    _query: DocumentQuery,
) -> Result<Found, Refusal> {
    Err(Refusal::Absent)
}
