//! The history of a record, as its reader may see it.

use model::{Caller, EntryUuid, Finding, Ins, Moment, Party, Rule};
use policy::{Lineage, decide_history};

use crate::refusal::audited;
use crate::search::{ATTEMPTS, told};
use crate::{Act, Clock, Desk, Event, Ids, RecordError, Refusal, Store};

/// Lines told at the most, the newest.
pub const MOST_LINES: u32 = 10_000;

/// One line of a record's history: who did what, when, in which mode, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// The event's id.
    pub id: EntryUuid,
    /// When.
    pub at: Moment,
    /// The act, for instance `deposit`.
    pub act: String,
    /// In detail: `mask`, `block`…
    pub deeds: Vec<String>,
    /// The transaction, for instance `ITI-41`.
    pub transaction: String,
    /// `professional`, `structure`, `holder`, `representative`, `operator`.
    pub kind: String,
    /// Who: display name.
    pub display: String,
    /// Who: PS_IdNat of a professional.
    pub person: Option<String>,
    /// Who: the structure acted for.
    pub structure: Option<String>,
    /// Whom a choice names.
    pub party: Option<Party>,
    /// The mode (TRE_R248).
    pub mode: String,
    /// The stated reason of a break-glass access.
    pub reason: Option<String>,
    /// True if the answer was "nothing there".
    pub absent: bool,
    /// Names of the rules that refused; empty when done.
    pub refused: Vec<String>,
    /// The documents concerned or shown, by logicalID.
    pub documents: Vec<EntryUuid>,
    /// The calling software.
    pub software: Option<String>,
    /// The request.
    pub request: String,
    /// The versions of the tables that decided.
    pub matrix: String,
    /// The reader contested it.
    pub contested: bool,
    /// What decides who sees the line now.
    pub lineage: Lineage,
}

/// The history as the caller sees it now, oldest first, the newest [`MOST_LINES`] at the most.
pub async fn read_history<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
) -> Result<Vec<HistoryLine>, Refusal> {
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::ReadHistory, transaction)
        .about(caller, Some(patient.clone()));
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(patient, caller, now).await?;
        let scope = match decide_history(desk.law(now), &facts, caller, patient) {
            Ok(scope) => scope,
            Err(denial) => return Err(audited(desk, event, told(denial)).await),
        };
        let mut lines = desk.store.history(patient, MOST_LINES, now).await?;
        match desk.store.record(event.clone(), Some(facts.version)).await {
            Ok(()) => {
                lines.retain(|line| scope.admits(&line.lineage));
                return Ok(lines);
            }
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}
