//! Acts on a record: choices about who may do what, and what an operator does.

use model::{Caller, Finding, Identity, Ins, Party, Rule};
use policy::{Choice, Operation, Setting, decide_operation};

use crate::checks::request::of_domain;
use crate::refusal::audited;
use crate::search::{ATTEMPTS, told};
use crate::{Act, Clock, CommitError, Desk, Event, Ids, Refusal, Store};

/// A choice about a record: the holder's side's, or a professional's about themselves.
pub async fn choose<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
    choice: Choice,
) -> Result<(), Refusal> {
    operate(desk, caller, transaction, Operation::Choose(patient.clone(), choice)).await
}

/// Any act on a record as a whole, decided, committed with its event, or refused with one. An INS of a domain that
/// is not accepted here enters no record (B3): nothing is looked up, and no event is left.
pub async fn operate<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    mut operation: Operation,
) -> Result<(), Refusal> {
    if let Some(finding) = foreign(desk, &operation) {
        return Err(Refusal::of(finding));
    }
    let (act, deed) = named(&operation);
    let mut event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), act, transaction)
        .about(caller, Some(operation.patient().clone()))
        .doing(deed);
    event.party = party_of(&operation);
    if let Operation::Choose(_, Choice::Contest(contested)) = &operation {
        event.documents.push(*contested);
    }
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let facts = desk.store.facts(operation.patient(), caller, event.at).await?;
        let permitted = match decide_operation(desk.law(event.at), &facts, caller, operation) {
            Ok(permitted) => permitted,
            Err(denial) => return Err(audited(desk, event, told(denial)).await),
        };
        event.matrix = permitted.matrix_version().to_owned();
        operation = permitted.get().clone();
        match desk.store.operate(permitted, event.clone()).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Moved) => {}
            Err(CommitError::Conflict(rule)) => {
                return Err(audited(desk, event, Refusal::of(Finding::new(rule))).await);
            }
            Err(CommitError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

/// What enters a record by an INS is of an accepted domain; what is already there can always be closed or erased.
fn foreign<S: Store, C: Clock, I: Ids>(desk: &Desk<S, C, I>, operation: &Operation) -> Option<Finding> {
    match operation {
        Operation::Import(Identity { ins, .. }) | Operation::Open(ins) => of_domain(&desk.pack, ins),
        Operation::Represent(ins, representation) => {
            of_domain(&desk.pack, ins).or_else(|| of_domain(&desk.pack, &representation.by))
        }
        Operation::Close(_)
        | Operation::Erase(_)
        | Operation::Unrepresent(..)
        | Operation::IssueCode(..)
        | Operation::Merge(_)
        | Operation::Choose(..) => None,
    }
}

fn named(operation: &Operation) -> (Act, Option<&'static str>) {
    match operation {
        Operation::Import(_) => (Act::ImportIdentity, None),
        Operation::Open(_) => (Act::OpenRecord, None),
        Operation::Close(_) => (Act::CloseRecord, None),
        Operation::Erase(_) => (Act::EraseRecord, None),
        Operation::Represent(..) => (Act::Represent, Some("represent")),
        Operation::Unrepresent(..) => (Act::Represent, Some("unrepresent")),
        Operation::IssueCode(..) => (Act::IssueCode, None),
        Operation::Merge(_) => (Act::ImportIdentity, Some("merge")),
        Operation::Choose(_, choice) => {
            let act = match choice {
                Choice::CloseRecord => Act::CloseRecord,
                Choice::EraseRecord => Act::EraseRecord,
                Choice::Set(_)
                | Choice::Lift(_)
                | Choice::OpposeRecord
                | Choice::WithdrawOpposition
                | Choice::Notify(_)
                | Choice::Contest(_) => Act::Choose,
            };
            (act, Some(choice.name()))
        }
    }
}

fn party_of(operation: &Operation) -> Option<Party> {
    let Operation::Choose(_, Choice::Set(setting) | Choice::Lift(setting)) = operation else { return None };
    match setting {
        Setting::Authorised(party, _)
        | Setting::Blocked(party)
        | Setting::FeedingRefused(party)
        | Setting::MaskedTo(_, party) => Some(party.clone()),
        Setting::Treating(person) => Some(Party::Person(person.clone())),
        Setting::Opposed(_) | Setting::MaskedAllowed(_) => None,
    }
}
