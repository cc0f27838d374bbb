//! What an operator does to a record: identities fed, records opened and closed.

use model::{Caller, Finding, Rule};
use policy::{Operation, decide_operation};

use crate::refusal::audited;
use crate::{Act, Clock, CommitError, Desk, Event, Ids, Refusal, Store};

/// Feeds an identity, opens or closes a record, or (fixtures) feeds a choice of the holder.
pub async fn operate<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    operation: Operation,
) -> Result<(), Refusal> {
    let act = match &operation {
        Operation::Import(_) => Act::ImportIdentity,
        Operation::Open(_) => Act::OpenRecord,
        Operation::Close(_) => Act::CloseRecord,
        Operation::Choose(..) => Act::Choose,
    };
    let now = desk.clock.now();
    let event =
        Event::by(caller, desk.ids.uuid(), now, act, "operator").about(Some(operation.patient().clone()));
    let permitted = match decide_operation(desk.law(now), caller, operation) {
        Ok(permitted) => permitted,
        Err(denial) => return Err(audited(desk, event, denial.into()).await),
    };
    match desk.store.operate(permitted, event.clone()).await {
        Ok(()) => Ok(()),
        Err(CommitError::Conflict(rule)) => Err(audited(desk, event, Refusal::of(Finding::new(rule))).await),
        Err(CommitError::Moved) => Err(Refusal::of(Finding::new(Rule::FactsHaveNotMoved))),
        Err(CommitError::Fault(fault)) => Err(fault.into()),
    }
}
