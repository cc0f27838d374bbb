//! The activation of an account by a provisional code. Whoever asks learns nothing about the person: known or
//! not, notified or opposed, the answer to a request for a code is the same; and a wrong matricule, card or
//! code are one answer.

use model::{Caller, EntryUuid, Finding, Ins, Rule};
use policy::{Operation, ProvisionalCode, ReadDenial, decide_operation};

use crate::refusal::audited;
use crate::search::told;
use crate::{Act, Clock, CommitError, Desk, Event, EventOutcome, Ids, Refusal, Store};

/// How long a provisional code is accepted: 42 days to the second.
pub const CODE_SECONDS: i64 = 42 * 86_400;

/// Wrong tries that lock a code.
pub const MOST_TRIES: u32 = 5;

/// What the person shows beside the matricule.
#[derive(Clone, PartialEq, Eq)]
pub struct ActivationProof {
    /// Serial number of the carte Vitale.
    pub card: String,
    /// The provisional code.
    pub code: String,
}

impl std::fmt::Debug for ActivationProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActivationProof").finish_non_exhaustive()
    }
}

/// Asks for a provisional code: the former one is void, the new one goes to the outbox. `Ok` for anybody,
/// known or not; only a caller who is no operator (the portal acts as one) is refused.
pub async fn request_code<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
) -> Result<(), Refusal> {
    let now = desk.clock.now();
    let event = Event::by(caller, desk.ids.uuid(), now, Act::IssueCode, transaction)
        .about(caller, Some(patient.clone()));
    let code = ProvisionalCode { code: spelled(desk.ids.uuid()), until: now.plus_seconds(CODE_SECONDS) };
    let facts = desk.store.facts(patient, caller, now).await?;
    let operation = Operation::IssueCode(patient.clone(), code);
    match decide_operation(desk.law(now), &facts, caller, operation) {
        Ok(permitted) => match desk.store.operate(permitted, event).await {
            Ok(()) | Err(CommitError::Conflict(_) | CommitError::Moved) => Ok(()),
            Err(CommitError::Fault(fault)) => Err(fault.into()),
        },
        Err(ReadDenial::Denied(denial)) if has_no_place(&denial) => {
            Err(audited(desk, event, told(ReadDenial::Denied(denial))).await)
        }
        Err(denial) => match audited(desk, event, told(denial)).await {
            Refusal::Fault(fault) => Err(fault.into()),
            Refusal::Refused(_) | Refusal::Absent => Ok(()),
        },
    }
}

fn has_no_place(denial: &policy::Denial) -> bool {
    denial.findings.iter().any(|finding| finding.rule == Rule::CallerHasAPlace)
}

/// Tries to activate an account.
pub async fn activate<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
    proof: &ActivationProof,
) -> Result<(), Refusal> {
    let now = desk.clock.now();
    let event = Event::by(caller, desk.ids.uuid(), now, Act::Activate, transaction)
        .about(caller, Some(patient.clone()));
    let facts = desk.store.facts(patient, caller, now).await?;
    let code = ProvisionalCode { code: String::new(), until: now };
    let judged = decide_operation(desk.law(now), &facts, caller, Operation::IssueCode(patient.clone(), code));
    if let Err(ReadDenial::Denied(denial)) = &judged
        && has_no_place(denial)
    {
        return Err(audited(desk, event, Refusal::from(denial.clone())).await);
    }
    let wrong = || Refusal::of(Finding::new(Rule::ActivationIsRight));
    match desk.store.activate(patient, proof, event).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(wrong()),
        Err(CommitError::Moved | CommitError::Conflict(_)) => Err(wrong()),
        Err(CommitError::Fault(fault)) => Err(fault.into()),
    }
}

/// How the event of a try ends.
pub fn outcome_of_try(right: bool) -> EventOutcome {
    if right { EventOutcome::Done } else { EventOutcome::Refused(vec![Rule::ActivationIsRight]) }
}

/// Ten characters without look-alikes, from the random bits of a UUID: more than 48 bits.
fn spelled(uuid: EntryUuid) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let bytes = uuid.as_bytes();
    // Bytes 6 and 8 of a random UUID hold its version and variant.
    let random = bytes.iter().enumerate().filter(|(index, _)| *index != 6 && *index != 8);
    random
        .take(10)
        .filter_map(|(_, byte)| LETTERS.get(usize::from(byte % 32)))
        .map(|c| char::from(*c))
        .collect()
}
