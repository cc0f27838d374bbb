//! The identity of a record.

use model::{Caller, EntryUuid, Identity, Ins};
use policy::RecordState;

use crate::{Clock, Desk, Ids, Refusal, Store};

/// The existence test (TD0.2, level R): the identity with the record's state and our Patient id, `None` when
/// the record is absent for the caller.
pub async fn find_patient<S: Store, C: Clock, I: Ids>(
    _desk: &Desk<S, C, I>,
    _caller: &Caller,
    _transaction: &'static str,
    _patient: &Ins,
) -> Result<Option<(EntryUuid, Identity, RecordState)>, Refusal> {
    Err(Refusal::Absent)
}
