//! What stands in force on a record, and who is told of it.

use model::{Caller, EntryUuid, Ins, Moment};
use policy::{AccessNotice, Representation, RightsScope, Setting, Standing, decide_rights};

use crate::refusal::audited;
use crate::search::{ATTEMPTS, told};
use crate::{Act, Clock, Desk, Event, Ids, RecordError, Refusal, Store};
use model::{Finding, Rule};

/// One setting in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Its stable opaque id.
    pub id: EntryUuid,
    /// Since when.
    pub since: Moment,
    /// What.
    pub setting: Setting,
}

/// One representative, live or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linkage {
    /// Its stable opaque id.
    pub id: EntryUuid,
    /// Since when.
    pub since: Moment,
    /// Who, and on what it rests.
    pub representation: Representation,
    /// True if it grants something now.
    pub live: bool,
}

/// Everything that stands in force on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The state of the record.
    pub standing: Standing,
    /// Settings, oldest first.
    pub in_force: Vec<InForce>,
    /// Representatives, oldest first.
    pub representatives: Vec<Linkage>,
    /// Which accesses the holder is told of.
    pub notice: AccessNotice,
}

/// The rights in force that the caller may know of.
pub async fn read_rights<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
) -> Result<Rights, Refusal> {
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::ReadRights, transaction)
        .about(caller, Some(patient.clone()));
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(patient, caller, now).await?;
        let scope = match decide_rights(desk.law(now), &facts, caller, patient) {
            Ok(scope) => scope,
            Err(denial) => return Err(audited(desk, event, told(denial)).await),
        };
        let Some(rights) = desk.store.rights(patient, now).await? else {
            return Err(audited(desk, event, Refusal::Absent).await);
        };
        match desk.store.record(event.clone(), Some(facts.version)).await {
            Ok(()) => return Ok(kept(rights, &scope)),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

fn kept(rights: Rights, scope: &RightsScope) -> Rights {
    let whole = *scope == RightsScope::Whole;
    Rights {
        in_force: rights.in_force.into_iter().filter(|one| scope.admits(&one.setting)).collect(),
        representatives: if whole { rights.representatives } else { Vec::new() },
        ..rights
    }
}
