//! Acts on one document: masking, showing, archiving, deleting. Hidden and absent are one answer.

use model::{Caller, Finding, Location, Party, Rule, Stage};
use policy::{
    Amendment, Ask, DocumentAct, Facts, Permitted, ReadAct, ReadDenial, Visible, decide_document, decide_read,
};

use crate::links;
use crate::located::{Reach, looked_for, several};
use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, told};
use crate::{
    Act, Clock, CommitError, Desk, DocumentAsk, DocumentKey, Event, Ids, Refusal, Store, StoredEntry,
};

/// What to do to a document, once it is known to be one that the caller reaches.
pub type Plan<'a> = &'a (dyn Fn(&StoredEntry) -> Result<Vec<DocumentAct>, Vec<Finding>> + Send + Sync);

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
    amend_by(desk, caller, transaction, ask, &|_| Ok(acts.clone()), version).await
}

/// As [`amend`], with acts that depend on the document: a patch is read against what it changes.
pub async fn amend_by<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
    plan: Plan<'_>,
    version: Option<u32>,
) -> Result<Option<Visible<StoredEntry>>, Refusal> {
    let (patient, named) = looked_for(desk, caller, Reach::Amend, ask.patient.as_ref(), &ask.key).await?;
    let mut event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Amend, transaction)
        .about(caller, patient.clone());
    let Some(patient) = patient else {
        let refusal = match several(desk, caller, Reach::Amend, &ask.key).await? {
            true => Refusal::of(one_of_several()),
            false => Refusal::Absent,
        };
        return Err(audited(desk, event, refusal).await);
    };
    let about = Ask { patient, act: ReadAct::OneReference };
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let facts = desk.store.facts(&about.patient, caller, event.at).await?;
        let case = Case { caller, about: &about, facts: &facts, key: &ask.key, plan, version };
        let permitted = match case.judge(desk, &mut event).await {
            Ok(permitted) => permitted,
            Err(refusal) => {
                let refusal = audited(desk, event, refusal).await;
                let silent = !named && is_about_the_record(&refusal) && !is_about_the_act(&refusal);
                return Err(if silent { Refusal::Absent } else { refusal });
            }
        };
        event.matrix = permitted.matrix_version().to_owned();
        let document = DocumentKey::Uuid(permitted.get().document);
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

/// The name is that of documents in several records that the caller reaches.
fn one_of_several() -> Finding {
    Finding::new(Rule::QueryIsComplete).at(Location::Parameter("identifier".to_owned())).detail(
        "plusieurs documents portent cet identifiant : préciser patient.identifier",
        "several documents have this identifier: add patient.identifier",
    )
}

/// One try at one document.
struct Case<'a> {
    caller: &'a Caller,
    about: &'a Ask,
    facts: &'a Facts,
    key: &'a DocumentKey,
    plan: Plan<'a>,
    version: Option<u32>,
}

impl Case<'_> {
    /// Reached, then planned, then permitted; the event learns what it is about on the way.
    async fn judge<S: Store, C: Clock, I: Ids>(
        &self,
        desk: &Desk<S, C, I>,
        event: &mut Event,
    ) -> Result<Permitted<Amendment>, Refusal> {
        let law = desk.law(event.at);
        let (facts, caller, patient) = (self.facts, self.caller, &self.about.patient);
        let Some(stored) = desk.store.entry(patient, self.key).await? else {
            // What refuses on the record comes first, so that the answer says nothing about the document.
            decide_read(law, facts, caller, self.about).map_err(told)?;
            return Err(Refusal::Absent);
        };
        let reached = match decide_document(law, facts, caller, patient, &stored, Vec::new()) {
            // Hidden is as absent, in what the record refuses as well.
            Err(ReadDenial::Absent) => {
                decide_read(law, facts, caller, self.about).map_err(told)?;
                return Err(Refusal::Absent);
            }
            reached => reached.map_err(told)?,
        };
        event.matrix = reached.matrix_version().to_owned();
        event.documents = vec![stored.entry.logical_id];
        let acts = (self.plan)(&stored).map_err(|findings| {
            Refusal::from_findings(Stage::Request, findings).unwrap_or(Refusal::Absent)
        })?;
        event.deeds = acts.iter().map(|act| act.name().to_owned()).collect();
        event.party = acts.iter().find_map(party_of);
        let permitted = decide_document(law, facts, caller, patient, &stored, acts).map_err(told)?;
        match self.version {
            Some(version) if version != stored.entry.version => {
                Err(Refusal::of(Finding::new(Rule::VersionIsCurrent)))
            }
            Some(_) | None => Ok(permitted),
        }
    }
}

/// The entry as the caller may see it now.
async fn afterwards<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    about: &Ask,
    document: &DocumentKey,
) -> Result<Option<Visible<StoredEntry>>, Refusal> {
    let now = desk.clock.now();
    let facts = desk.store.facts(&about.patient, caller, now).await?;
    let Ok(visibility) = decide_read(desk.law(now), &facts, caller, about) else { return Ok(None) };
    let Some(mut stored) = desk.store.entry(&about.patient, document).await? else { return Ok(None) };
    let row = std::slice::from_mut(&mut stored);
    links::keep_visible(&desk.store, &about.patient, &visibility, row).await?;
    Ok(visibility.admit(stored))
}

/// A refusal that is only told to somebody who reaches the document.
fn is_about_the_act(refusal: &Refusal) -> bool {
    let reached = |rule: &Rule| {
        matches!(rule, Rule::ActIsOpenToCaller | Rule::VersionIsCurrent) || rule.stage() == Stage::Request
    };
    refusal.rules().iter().all(reached)
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
        | DocumentAct::Destroy
        | DocumentAct::DestroyContent
        | DocumentAct::Correct { .. }
        | DocumentAct::Deprecate
        | DocumentAct::Reinstate => None,
    }
}
