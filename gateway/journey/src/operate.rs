//! What an operator does to a record.

use model::Caller;
use policy::Operation;

use crate::{Clock, Desk, Ids, Refusal, Store};

/// Feeds an identity, opens or closes a record, or (fixtures) feeds a choice of the holder.
pub async fn operate<S: Store, C: Clock, I: Ids>(
    _desk: &Desk<S, C, I>,
    _caller: &Caller,
    _operation: Operation,
) -> Result<(), Refusal> {
    Err(Refusal::Absent)
}
