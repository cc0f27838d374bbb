//! The deposit: identity, decision, checks, one commit.

use model::{
    AssociationKind, Caller, Code, Depositor, EntryUuid, Finding, Location, Moment, ObjectRef, Receipt, Rule,
    Stage, Submission, UniqueId,
};
use policy::{Ask, Facts, Law, Permitted, ReadAct, Visibility, decide_deposit, decide_read, keeps_registry};

use crate::checks::{content, links, request};
use crate::refusal::audited;
use crate::uniqueness;
use crate::{
    Act, Checked, Clock, CommitError, Desk, Event, Ids, LinkFacts, NoParts, Parts, RecordError, Refusal,
    Store, arrival, digest,
};

/// A document that the message itself marks as superseded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    /// The document, by any of its names.
    pub target: ObjectRef,
    /// Where the message says so.
    pub at: Location,
}

/// A folder of the record that the message states whole again, with the documents that it adds (each a membership of
/// the submission).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestatedFolder {
    /// The folder, by any of its UUIDs.
    pub folder: EntryUuid,
    /// codeList.
    pub codes: Vec<Code>,
    /// title.
    pub title: Option<String>,
    /// comments.
    pub comments: Option<String>,
    /// Every document that it holds from now on.
    pub documents: Vec<ObjectRef>,
    /// Where the message says so.
    pub at: Location,
}

/// What a message says of the record beside its submission: each must be so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restated {
    /// Documents marked as superseded: each is one that the submission replaces.
    pub superseded: Vec<Superseded>,
    /// Folders stated whole: each keeps its metadata and its documents.
    pub folders: Vec<RestatedFolder>,
}

/// How often a deposit starts again because the facts moved under it.
const ATTEMPTS: usize = 3;

/// Takes a submission from the door to the commit. `transaction` names the door's transaction (`ITI-41`,
/// `ITI-65`). The findings of a success are warnings. An identical retry gets the first receipt again.
pub async fn deposit<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    submission: Submission,
) -> Result<(Receipt, Vec<Finding>), Refusal> {
    deposit_restating(desk, caller, transaction, submission, &Restated::default()).await
}

/// As [`deposit`], for a message that says a second time what it supersedes (the PATCH entries of ITI-65) or states a
/// folder of the record whole.
pub async fn deposit_restating<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    submission: Submission,
    restated: &Restated,
) -> Result<(Receipt, Vec<Finding>), Refusal> {
    take(desk, caller, transaction, submission, restated, &mut NoParts).await
}

/// As [`deposit`], for a message of which only the envelope was read so far: its `parts` are read once the
/// envelope alone has passed stages B to F, and what they bring is judged with it then.
pub async fn deposit_arriving<S: Store, C: Clock, I: Ids, P: Parts>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    submission: Submission,
    parts: &mut P,
) -> Result<(Receipt, Vec<Finding>), Refusal> {
    take(desk, caller, transaction, submission, &Restated::default(), parts).await
}

async fn take<S: Store, C: Clock, I: Ids, P: Parts>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    mut submission: Submission,
    restated: &Restated,
    parts: &mut P,
) -> Result<(Receipt, Vec<Finding>), Refusal> {
    submission.complete_memberships(|| desk.ids.uuid());
    let set_id = request_is_sound(desk, caller, transaction, &submission)?;
    // Documents put aside live as long as this does: whatever ends the deposit before its commit destroys them.
    let mut _put_aside = Vec::new();
    if submission.is_incoming() {
        let now = desk.clock.now();
        let event = new_event(desk, caller, transaction, &submission, &set_id, now);
        match arrive(desk, caller, &set_id, submission, restated, now, parts).await {
            Ok(arrived) => (submission, _put_aside) = arrived,
            Err(refusal) if is_before_the_record(&refusal) => return Err(refusal),
            Err(refusal) => return Err(audited(desk, event, refusal).await),
        }
    }
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let event = new_event(desk, caller, transaction, &submission, &set_id, now);
        let judged = match judge(desk, caller, &set_id, submission, restated, now).await {
            Ok(judged) => judged,
            Err(Stopped::Again(receipt)) => return Ok((receipt, Vec::new())),
            Err(Stopped::Refused(refusal)) => return Err(audited(desk, event, refusal).await),
        };
        let Judged { checked, warnings } = judged;
        let event = Event { matrix: checked.permitted().matrix_version().to_owned(), ..event };
        match desk.store.commit(checked, event.clone()).await {
            Ok(receipt) => return Ok((receipt, warnings)),
            Err((CommitError::Moved, checked)) => submission = checked.revoke(),
            Err((CommitError::Conflict(rule), _)) => {
                return Err(audited(desk, event, Refusal::of(Finding::new(rule))).await);
            }
            Err((CommitError::Fault(fault), _)) => return Err(Refusal::Fault(fault)),
        }
    }
    let event = new_event(desk, caller, transaction, &submission, &set_id, desk.clock.now());
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

/// The deposit with the commit suppressed: the same stages in the same order, with the caller's own rights. Nothing is
/// written but the event of the look: what is told of the record is told to nobody unseen. The findings of a success
/// are warnings.
pub async fn dry_run<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    mut submission: Submission,
    restated: &Restated,
) -> Result<Vec<Finding>, Refusal> {
    submission.complete_memberships(|| desk.ids.uuid());
    let set_id = request_is_sound(desk, caller, transaction, &submission)?;
    let now = desk.clock.now();
    let mut event = new_event(desk, caller, transaction, &submission, &set_id, now);
    event.act = Act::Rehearse;
    let told = match judge(desk, caller, &set_id, submission, restated, now).await {
        Ok(judged) => Ok(judged.warnings),
        Err(Stopped::Again(_)) => Ok(Vec::new()),
        Err(Stopped::Refused(refusal)) => Err(refusal),
    };
    match told {
        Err(refusal) => Err(audited(desk, event, refusal).await),
        Ok(warnings) => match desk.store.record(event, None).await {
            Ok(()) => Ok(warnings),
            Err(RecordError::Fault(fault)) => Err(Refusal::Fault(fault)),
            Err(RecordError::Moved) => {
                Err(Refusal::Fault(crate::Fault::new("an event without facts cannot be outdated")))
            }
        },
    }
}

/// What is ready for the commit.
struct Judged {
    checked: Checked,
    warnings: Vec<Finding>,
}

/// Why a deposit stops before the commit.
enum Stopped {
    /// The identical submission was committed before: its receipt.
    Again(Receipt),
    /// A stage refused, or we failed.
    Refused(Refusal),
}

/// Stage B: on the request alone. Gives the set's uniqueId, derived where FHIR sent none.
fn request_is_sound<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &str,
    submission: &Submission,
) -> Result<UniqueId, Refusal> {
    let (mappings, switches, pack) = (&desk.mappings, &desk.switches, &desk.pack);
    let case = request::RequestCase { mappings, switches, pack, transaction, caller, submission };
    let findings = request::check(&case);
    if let Some(refusal) = Refusal::from_findings(Stage::Request, findings) {
        return Err(refusal);
    }
    let given = submission.set.unique_id.clone().or_else(|| digest::derived_set_id(submission));
    given.ok_or_else(|| Refusal::of(Finding::new(Rule::MetadataIsWellFormed)))
}

/// Stages C to F on the envelope alone; then its documents are read.
async fn arrive<S: Store, C: Clock, I: Ids, P: Parts>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    set_id: &UniqueId,
    submission: Submission,
    restated: &Restated,
    now: Moment,
    parts: &mut P,
) -> Result<(Submission, Vec<S::Staging>), Refusal> {
    let facts = desk.store.facts(&submission.set.patient, caller, now).await?;
    let law = desk.law(now);
    let permitted = decide_deposit(law, &facts, caller, submission)?;
    let known = desk.store.link_facts(&permitted, set_id).await?;
    // Whether ids that are taken are a retry or a conflict, only the bytes tell: all of stage F is told then.
    if known.previous.is_none() && known.claims.is_empty() {
        let unread = content::fingerprints(permitted.get());
        let findings = link_findings(desk, law, caller, &facts, &known, &permitted, &unread, restated);
        if let Some(refusal) = Refusal::from_findings(Stage::Links, findings) {
            return Err(refusal);
        }
    }
    arrival::receive(&desk.store, permitted, parts, known.previous.is_none()).await
}

/// Stages C to G: facts, decision, links, content.
async fn judge<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    set_id: &UniqueId,
    submission: Submission,
    restated: &Restated,
    now: Moment,
) -> Result<Judged, Stopped> {
    let facts = desk.store.facts(&submission.set.patient, caller, now).await.map_err(fault)?;
    let law = desk.law(now);
    let permitted = decide_deposit(law, &facts, caller, submission).map_err(denied)?;
    let fingerprints = content::fingerprints(permitted.get());
    let digest = digest::of(caller, permitted.get(), &fingerprints);
    let known = desk.store.link_facts(&permitted, set_id).await.map_err(fault)?;
    if let Some((receipt, before)) = &known.previous
        && *before == digest
    {
        return Err(Stopped::Again(Receipt { again: true, ..receipt.clone() }));
    }
    let mut findings = link_findings(desk, law, caller, &facts, &known, &permitted, &fingerprints, restated);
    let over_the_registry = uniqueness::check(desk, permitted.get(), set_id, &fingerprints).await;
    findings.extend(over_the_registry.map_err(fault)?);
    if let Some(refusal) = Refusal::from_findings(Stage::Links, findings) {
        return Err(Stopped::Refused(refusal));
    }
    let findings = content::check_against(
        &desk.mappings,
        &desk.pack,
        permitted.get(),
        caller,
        &fingerprints,
        &known.links,
    );
    if let Some(refusal) = Refusal::from_findings(Stage::Content, findings.clone()) {
        return Err(Stopped::Refused(refusal));
    }
    match Checked::seal(permitted, fingerprints, set_id.clone(), digest, Depositor::of(caller)) {
        Some(checked) => Ok(Judged { checked, warnings: findings }),
        None => Err(Stopped::Refused(Refusal::of(Finding::new(Rule::EveryDocumentHasItsPart)))),
    }
}

/// Stage F.
#[expect(clippy::too_many_arguments, reason = "what two steps of one deposit know, not a thing of its own")]
fn link_findings<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    law: Law<'_>,
    caller: &Caller,
    facts: &Facts,
    known: &LinkFacts,
    permitted: &Permitted<Submission>,
    fingerprints: &[Option<crate::Fingerprint>],
    restated: &Restated,
) -> Vec<Finding> {
    let visibility = visibility_for(law, caller, facts, permitted);
    let case = links::LinkCase {
        pack: &desk.pack,
        caller,
        submission: permitted.get(),
        fingerprints,
        facts: known,
        keeps_registry: keeps_registry(law, facts, caller),
        visibility: visibility.as_ref(),
    };
    let findings = links::check(&case);
    if findings.is_empty() {
        let superseded = links::superseded_are_replaced(&restated.superseded, permitted.get(), known);
        let folders = links::restated_folders_are_kept(&restated.folders, &case);
        return superseded.into_iter().chain(folders).collect();
    }
    findings
}

/// What the depositor may see of the record, for rule F3.
fn visibility_for(
    law: Law<'_>,
    caller: &Caller,
    facts: &Facts,
    permitted: &Permitted<Submission>,
) -> Option<Visibility> {
    let ask = Ask { patient: permitted.patient().clone(), act: ReadAct::Read };
    decide_read(law, facts, caller, &ask).ok()
}

fn new_event<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    submission: &Submission,
    set_id: &UniqueId,
    now: Moment,
) -> Event {
    let mut event = Event::by(caller, desk.ids.uuid(), now, Act::Deposit, transaction)
        .about(caller, Some(submission.set.patient.clone()));
    let replaces = submission
        .associations
        .iter()
        .any(|link| matches!(link.kind, AssociationKind::Replaces | AssociationKind::TransformsAndReplaces));
    event = event.doing(replaces.then_some("replace"));
    event.set = Some(set_id.clone());
    event.documents = submission.entries.iter().map(|(entry, _)| entry.logical_id).collect();
    event.matrix = desk.law(now).matrix_version();
    event
}

/// What the message itself is refused for, whatever the record: it leaves no event there.
fn is_before_the_record(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Refused(refused) => matches!(refused.stage, Stage::Caller | Stage::Request),
        Refusal::Absent | Refusal::Fault(_) => false,
    }
}

fn fault(fault: crate::Fault) -> Stopped {
    Stopped::Refused(Refusal::Fault(fault))
}

fn denied(denial: policy::Denial) -> Stopped {
    Stopped::Refused(denial.into())
}
