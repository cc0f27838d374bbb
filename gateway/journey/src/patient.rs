//! The existence test: does the record exist, is it open, whose is it (TD0.2, level R).

use model::{Caller, EntryUuid, Finding, Identity, Ins, Rule};
use policy::{RecordState, decide_identity};

use crate::refusal::audited;
use crate::search::told;
use crate::{Act, Clock, Desk, Event, Ids, RecordError, Refusal, Store};

/// The identity with the record's state and our Patient id; `None` when the record is absent for the caller.
pub async fn find_patient<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
) -> Result<Option<(EntryUuid, Identity, RecordState)>, Refusal> {
    let now = desk.clock.now();
    let event =
        Event::by(caller, desk.ids.uuid(), now, Act::ReadIdentity, transaction).about(Some(patient.clone()));
    let facts = desk.store.facts(patient, caller, now).await?;
    let found = match decide_identity(desk.law(now), &facts, caller, patient) {
        Err(denial) => Err(told(denial)),
        Ok(()) => match (desk.store.patient_id(patient).await?, desk.store.identity(patient).await?) {
            (Some(id), Some(identity)) => Ok((id, identity)),
            _ => Err(Refusal::Absent),
        },
    };
    match found {
        Ok((id, identity)) => match desk.store.record(event.clone(), Some(facts.version)).await {
            Ok(()) => Ok(Some((id, identity, facts.record))),
            Err(RecordError::Moved) => {
                Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
            }
            Err(RecordError::Fault(fault)) => Err(fault.into()),
        },
        Err(refusal) => match audited(desk, event, refusal).await {
            Refusal::Absent => Ok(None),
            refusal => Err(refusal),
        },
    }
}
