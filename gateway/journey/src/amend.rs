//! Acts on one document: masking, showing, archiving, deleting. Hidden and absent are one answer.

use model::{Caller, Finding, Party, Rule};
use policy::{Ask, DocumentAct, Facts, Permitted, ReadAct, Visible, decide_document, decide_read};

use crate::links;
use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, named_by_proof, told};
use crate::{Act, Clock, CommitError, Desk, DocumentAsk, Event, Ids, Refusal, Store, StoredEntry};

/// Does `acts` to one document, all or none. `version` is the one that the change was made on (`If-Match`).
/// Gives the entry as the caller sees it afterwards: `None` if they no longer do.
pub async fn amend<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
    acts: Vec<DocumentAct>,
    version: Option<u32>,
) -> Result<Option<Visible<StoredEntry>>, Refusal> {
    let named = ask.patient.clone().or_else(|| named_by_proof(caller));
    let patient = match &named {
        Some(patient) => Some(patient.clone()),
        None => desk.store.locate(&ask.key).await?,
    };
    let mut event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Amend, transaction)
        .about(caller, patient.clone())
        .doing(acts.iter().map(DocumentAct::name));
    event.party = acts.iter().find_map(party_of);
    let Some(patient) = patient else {
        return Err(audited(desk, event, Refusal::Absent).await);
    };
    let about = Ask { patient, act: ReadAct::OneReference };
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let facts = desk.store.facts(&about.patient, caller, event.at).await?;
        let permitted = match judge(desk, caller, &event, &about, &facts, &ask, &acts, version).await {
            Ok(permitted) => permitted,
            Err(refusal) => {
                let refusal = audited(desk, event, refusal).await;
                let silent = named.is_none() && is_about_the_record(&refusal) && !is_about_the_act(&refusal);
                return Err(if silent { Refusal::Absent } else { refusal });
            }
        };
        event.documents = vec![permitted.get().document];
        event.matrix = permitted.matrix_version().to_owned();
        let document = crate::DocumentKey::Uuid(permitted.get().document);
        match desk.store.amend(permitted, event.clone()).await {
            Ok(()) => return afterwards(desk, caller, &about, &document).await,
            Err(CommitError::Moved) => {}
            Err(CommitError::Conflict(rule)) => {
                return Err(audited(desk, event, Refusal::of(Finding::new(rule))).await);
            }
            Err(CommitError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

#[expect(clippy::too_many_arguments, reason = "one judgement, read once, with everything it rests on")]
async fn judge<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    event: &Event,
    about: &Ask,
    facts: &Facts,
    ask: &DocumentAsk,
    acts: &[DocumentAct],
    version: Option<u32>,
) -> Result<Permitted<policy::Amendment>, Refusal> {
    let law = desk.law(event.at);
    let Some(stored) = desk.store.entry(&about.patient, &ask.key).await? else {
        // What refuses on the record comes first, so that the answer says nothing about the document.
        decide_read(law, facts, caller, about).map_err(told)?;
        return Err(Refusal::Absent);
    };
    let current = stored.entry.version;
    let permitted =
        decide_document(law, facts, caller, &about.patient, &stored, acts.to_vec()).map_err(told)?;
    match version {
        Some(version) if version != current => Err(Refusal::of(Finding::new(Rule::VersionIsCurrent))),
        Some(_) | None => Ok(permitted),
    }
}

/// The entry as the caller may see it now.
async fn afterwards<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    about: &Ask,
    document: &crate::DocumentKey,
) -> Result<Option<Visible<StoredEntry>>, Refusal> {
    let now = desk.clock.now();
    let facts = desk.store.facts(&about.patient, caller, now).await?;
    let Ok(visibility) = decide_read(desk.law(now), &facts, caller, about) else { return Ok(None) };
    let Some(mut stored) = desk.store.entry(&about.patient, document).await? else { return Ok(None) };
    let row = std::slice::from_mut(&mut stored);
    links::keep_visible(&desk.store, &about.patient, &visibility, row).await?;
    Ok(visibility.admit(stored))
}

fn is_about_the_act(refusal: &Refusal) -> bool {
    refusal.rules().iter().all(|rule| matches!(rule, Rule::ActIsOpenToCaller | Rule::VersionIsCurrent))
}

fn party_of(act: &DocumentAct) -> Option<Party> {
    match act {
        DocumentAct::MaskTo(party) | DocumentAct::UnmaskTo(party) => Some(party.clone()),
        DocumentAct::Mask
        | DocumentAct::Unmask
        | DocumentAct::Announce
        | DocumentAct::ShowToRepresentatives
        | DocumentAct::Archive
        | DocumentAct::Restore
        | DocumentAct::Delete
        | DocumentAct::Destroy => None,
    }
}
