//! A revision judged: what the caller reaches, what each operation comes to, who may.

use model::{Caller, DocumentEntry, EntryUuid, Finding, Ins, Rule, Stage, UniqueId};
use policy::{
    Amendment, DocumentAct, Facts, Permitted, ReadDenial, RegistryChange, RevisingSet, Revision,
    decide_document, decide_revision, keeps_registry,
};

use super::Update;
use super::plan::{self, Planned};
use super::removal::{Removed, check};
use crate::registry::Holdings;
use crate::search::told;
use crate::{Clock, Desk, Event, Ids, Refusal, Store, StoredEntry};

/// One request on one record.
pub(super) struct Asked<'a> {
    pub(super) caller: &'a Caller,
    pub(super) patient: &'a Ins,
    pub(super) facts: &'a Facts,
}

impl Asked<'_> {
    /// What an update does, permitted; `None` if the identical update was done before.
    pub(super) async fn update<S: Store, C: Clock, I: Ids>(
        &self,
        desk: &Desk<S, C, I>,
        update: &Update,
        set_id: &UniqueId,
        digest: [u8; 32],
        event: &mut Event,
    ) -> Result<Option<Permitted<Revision>>, Refusal> {
        // What refuses on the record comes first, so that nothing is told of any document.
        self.decide(desk, event, Vec::new(), None, Vec::new())?.revoke();
        match desk.store.digest_of_set(self.patient, set_id).await? {
            Some(before) if before == digest => return Ok(None),
            Some(_) => return Err(Refusal::of(Finding::new(Rule::SetIdIsFree).arg("set", set_id.as_str()))),
            None => {}
        }
        let holdings = self.reached(desk, event, desk.store.holdings(self.patient, None).await?);
        let planned = plan::plan(update, &holdings);
        let Planned { acts, changes, members, findings } = planned;
        if let Some(refusal) = Refusal::from_findings(Stage::Links, findings) {
            return Err(refusal);
        }
        let mut amendments = Vec::new();
        let mut refused = Vec::new();
        for one in acts {
            match self.amendment(desk, event, one.document, one.acts) {
                Ok(permit) => amendments.push(match one.entry_uuid {
                    Some(id) => permit.with_entry_uuid(id),
                    None => permit,
                }),
                Err(ReadDenial::Absent) => {
                    refused.push((Stage::Links, Finding::new(Rule::LinkedObjectIsReachable).at(one.at)));
                }
                Err(ReadDenial::Denied(denial)) => {
                    let stage = denial.stage;
                    let placed =
                        denial.findings.into_iter().map(|finding| (stage, finding.at(one.at.clone())));
                    refused.extend(placed);
                }
            }
        }
        first_stage(refused)?;
        let set = RevisingSet { set: update.set.clone(), digest, members };
        self.decide(desk, event, amendments, Some(set), changes).map(Some)
    }

    /// What a removal takes out, permitted.
    pub(super) async fn removal<S: Store, C: Clock, I: Ids>(
        &self,
        desk: &Desk<S, C, I>,
        ids: &[EntryUuid],
        event: &mut Event,
    ) -> Result<Permitted<Revision>, Refusal> {
        self.decide(desk, event, Vec::new(), None, Vec::new())?.revoke();
        let holdings = self.reached(desk, event, desk.store.holdings(self.patient, None).await?);
        let removed = Removed::of(ids, &holdings)
            .map_err(|findings| Refusal::from_findings(Stage::Links, findings).unwrap_or(Refusal::Absent))?;
        let mut amendments = Vec::new();
        for stored in
            holdings.documents.iter().filter(|one| removed.documents.contains(&one.entry.logical_id))
        {
            let permit = self.amendment(desk, event, stored, vec![DocumentAct::Destroy]);
            amendments.push(permit.map_err(|denial| match denial {
                ReadDenial::Absent => Refusal::of(Finding::new(Rule::LinkedObjectIsReachable)),
                denied @ ReadDenial::Denied(_) => told(denied),
            })?);
        }
        let mut changes = Vec::new();
        if !(removed.sets.is_empty() && removed.folders.is_empty() && removed.links.is_empty()) {
            changes.push(RegistryChange::Remove {
                sets: removed.sets.iter().copied().collect(),
                folders: removed.folders.iter().copied().collect(),
                links: removed.links.iter().copied().collect(),
            });
        }
        let permitted = self.decide(desk, event, amendments, None, changes)?;
        // Who keeps the registry answers for its objects; of a document that goes otherwise nothing stays behind.
        let keeps = keeps_registry(desk.law(event.at), self.facts, self.caller);
        let findings = if keeps { check(&removed, &holdings) } else { Vec::new() };
        match Refusal::from_findings(Stage::Links, findings) {
            Some(refusal) => Err(refusal),
            None => Ok(permitted),
        }
    }

    /// The documents that the caller reaches, and the rest of the registry for who keeps it: what is hidden is as
    /// absent in every finding.
    fn reached<S: Store, C: Clock, I: Ids>(
        &self,
        desk: &Desk<S, C, I>,
        event: &Event,
        holdings: Holdings,
    ) -> Holdings {
        let law = desk.law(event.at);
        let reaches = |stored: &StoredEntry| {
            decide_document(law, self.facts, self.caller, self.patient, stored, Vec::new()).is_ok()
        };
        let documents: Vec<StoredEntry> = holdings.documents.into_iter().filter(reaches).collect();
        let of_reached = |entry: &DocumentEntry| {
            documents.iter().any(|stored| stored.entry.logical_id == entry.logical_id)
        };
        let past = holdings.past.into_iter().filter(of_reached).collect();
        if keeps_registry(law, self.facts, self.caller) {
            return Holdings { documents, past, ..holdings };
        }
        Holdings { documents, past, ..Holdings::default() }
    }

    fn amendment<S: Store, C: Clock, I: Ids>(
        &self,
        desk: &Desk<S, C, I>,
        event: &mut Event,
        stored: &StoredEntry,
        acts: Vec<DocumentAct>,
    ) -> Result<Permitted<Amendment>, ReadDenial> {
        let law = desk.law(event.at);
        decide_document(law, self.facts, self.caller, self.patient, stored, Vec::new())?.revoke();
        event.documents.push(stored.entry.logical_id);
        event.deeds.extend(acts.iter().map(|act| act.name().to_owned()));
        decide_document(law, self.facts, self.caller, self.patient, stored, acts)
    }

    fn decide<S: Store, C: Clock, I: Ids>(
        &self,
        desk: &Desk<S, C, I>,
        event: &mut Event,
        amendments: Vec<Permitted<Amendment>>,
        set: Option<RevisingSet>,
        changes: Vec<RegistryChange>,
    ) -> Result<Permitted<Revision>, Refusal> {
        let law = desk.law(event.at);
        let decided = decide_revision(law, self.facts, self.caller, self.patient, amendments, set, changes);
        let permitted = decided.map_err(|denial| match denial {
            ReadDenial::Absent => Refusal::of(Finding::new(Rule::LinkedObjectIsReachable)),
            denied @ ReadDenial::Denied(_) => told(denied),
        })?;
        event.matrix = permitted.matrix_version().to_owned();
        Ok(permitted)
    }
}

/// The findings of the earliest stage among them.
fn first_stage(findings: Vec<(Stage, Finding)>) -> Result<(), Refusal> {
    let Some(stage) = findings.iter().map(|(stage, _)| *stage).min() else { return Ok(()) };
    let of_stage = findings.into_iter().filter(|(at, _)| *at == stage).map(|(_, finding)| finding);
    Err(Refusal::from_findings(stage, of_stage.collect()).unwrap_or(Refusal::Absent))
}
