//! The identity feed: a person is added, revised, or merged into another one (IHE ITI-104). An operator's act.

use model::{Caller, EntryUuid, Finding, Identity, Ins, Rule};
use policy::{Operation, decide_merge, decide_operation};

use crate::checks::request::of_domain;
use crate::refusal::audited;
use crate::search::{ATTEMPTS, told};
use crate::{Act, Clock, CommitError, Desk, Event, Ids, Refusal, Store};

/// What became of a fed identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// It is new: six weeks to oppose begin.
    Added,
    /// It was known: its traits are these now.
    Revised,
    /// It goes on under another number.
    Merged,
}

/// Adds or revises a person; our Patient id with it. What the feed does not carry (the card, where notices go,
/// identifiers of domains that it does not name) stays as it was.
pub async fn feed<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    identity: Identity,
) -> Result<(Fed, Option<EntryUuid>), Refusal> {
    if let Some(finding) = of_domain(&desk.pack, &identity.ins) {
        return Err(Refusal::of(finding));
    }
    let mut event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::ImportIdentity, transaction)
        .about(caller, Some(identity.ins.clone()));
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let facts = desk.store.facts(&identity.ins, caller, event.at).await?;
        let before = desk.store.known_identity(&identity.ins, event.at).await?.map(|(_, before)| before);
        let fed = if before.is_some() { Fed::Revised } else { Fed::Added };
        let whole = completed(identity.clone(), before);
        let permitted = match decide_operation(desk.law(event.at), &facts, caller, Operation::Import(whole)) {
            Ok(permitted) => permitted,
            Err(denial) => return Err(audited(desk, event, told(denial)).await),
        };
        event.matrix = permitted.matrix_version().to_owned();
        match desk.store.operate(permitted, event.clone()).await {
            Ok(()) => {
                let known = desk.store.known_identity(&identity.ins, event.at).await?;
                return Ok((fed, known.map(|(id, _)| id)));
            }
            Err(CommitError::Moved) => {}
            Err(CommitError::Conflict(rule)) => {
                return Err(audited(desk, event, Refusal::of(Finding::new(rule))).await);
            }
            Err(CommitError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

fn completed(mut identity: Identity, before: Option<Identity>) -> Identity {
    let Some(before) = before else { return identity };
    identity.card_serial = identity.card_serial.or(before.card_serial);
    identity.email = identity.email.or(before.email);
    let sent: Vec<_> = identity.further.identifiers.iter().map(Ins::authority).collect();
    let kept = before.further.identifiers.into_iter().filter(|one| !sent.contains(&one.authority()));
    identity.further.identifiers.extend(kept);
    identity
}

/// Merges the record of one number into that of another: documents and rights follow, the history stays
/// (docs/decisions/0035). Saying it again changes nothing.
pub async fn merge<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    subsumed: &Ins,
    survivor: &Ins,
) -> Result<(Fed, Option<EntryUuid>), Refusal> {
    if let Some(finding) = of_domain(&desk.pack, subsumed).or_else(|| of_domain(&desk.pack, survivor)) {
        return Err(Refusal::of(finding));
    }
    let mut event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::ImportIdentity, transaction)
        .about(caller, Some(survivor.clone()))
        .doing(["merge"]);
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let law = desk.law(event.at);
        let gone = desk.store.facts(subsumed, caller, event.at).await?;
        let stays = desk.store.facts(survivor, caller, event.at).await?;
        let again = desk.store.leads_to(subsumed).await?.as_ref() == Some(survivor) && subsumed != survivor;
        let permitted = match decide_merge(law, caller, (subsumed, &gone), (survivor, &stays), again) {
            Ok(Some(permitted)) => permitted,
            Ok(None) => {
                desk.store.record(event, None).await.map_err(unrecorded)?;
                return Ok((Fed::Merged, None));
            }
            Err(denial) => return Err(audited(desk, event, denial.into()).await),
        };
        event.matrix = permitted.matrix_version().to_owned();
        match desk.store.operate(permitted, event.clone()).await {
            Ok(()) => return Ok((Fed::Merged, None)),
            Err(CommitError::Moved) => {}
            Err(CommitError::Conflict(rule)) => {
                return Err(audited(desk, event, Refusal::of(Finding::new(rule))).await);
            }
            Err(CommitError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

fn unrecorded(error: crate::RecordError) -> Refusal {
    match error {
        crate::RecordError::Fault(fault) => fault.into(),
        crate::RecordError::Moved => crate::Fault::new("an event without facts cannot be outdated").into(),
    }
}
