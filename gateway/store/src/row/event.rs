//! A journal event. The patient is the lane; an event about an unknown record has the blind index only.

use std::collections::HashMap;

use journey::{Event, EventOutcome, HistoryLine};
use model::{EntryUuid, Moment, Party, UniqueId};
use policy::Lineage;
use serde::{Deserialize, Serialize};

use crate::cipher::Unsound;
use crate::history::Kept;
use crate::row::Stored;

/// The stored event.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EventRow {
    /// Also a column of the journal: the sealed value is the one that counts.
    pub(crate) at: i64,
    act: String,
    transaction: String,
    outcome: String,
    refused: Vec<String>,
    person: Option<String>,
    structure: Option<String>,
    display: String,
    kind: String,
    mode: String,
    reason: Option<String>,
    software: Option<String>,
    request: String,
    set: Option<String>,
    documents: Vec<String>,
    #[serde(default)]
    deeds: Vec<String>,
    /// Kind and identifier.
    #[serde(default)]
    party: Option<(String, String)>,
    #[serde(default)]
    secret: bool,
    matrix: String,
    /// Blind index of the matricule, in the system's lane only.
    patient_index: Option<String>,
}

impl EventRow {
    /// The stored form.
    pub(crate) fn of(event: &Event, patient_index: Option<&[u8]>) -> Self {
        let (outcome, refused) = match &event.outcome {
            EventOutcome::Done => ("done", Vec::new()),
            EventOutcome::Absent => ("absent", Vec::new()),
            EventOutcome::Refused(rules) => {
                ("refused", rules.iter().map(|rule| rule.name().to_owned()).collect())
            }
        };
        EventRow {
            at: event.at.0,
            act: event.act.name().to_owned(),
            transaction: event.transaction.to_owned(),
            outcome: outcome.to_owned(),
            refused,
            person: event.person.clone(),
            structure: event.structure.clone(),
            display: event.display.clone(),
            kind: event.kind.to_owned(),
            mode: event.mode.to_owned(),
            reason: event.reason.clone(),
            software: event.software.clone(),
            request: event.request.clone(),
            set: event.set.to_row(),
            documents: event.documents.to_row(),
            deeds: event.deeds.clone(),
            party: event.party.as_ref().map(|party| (party.kind().to_owned(), party.id().to_owned())),
            secret: event.secret,
            matrix: event.matrix.clone(),
            patient_index: patient_index
                .map(|index| index.iter().map(|byte| format!("{byte:02x}")).collect()),
        }
    }

    /// The submission set, when one is concerned.
    pub(crate) fn set(&self) -> Result<Option<UniqueId>, Unsound> {
        Stored::from_row(self.set.clone())
    }

    /// As a line of the history: withheld with any document that is kept from the reader now.
    pub(crate) fn into_line(
        self,
        id: EntryUuid,
        kept: &HashMap<EntryUuid, Kept>,
        contested: bool,
    ) -> Result<HistoryLine, Unsound> {
        let documents: Vec<EntryUuid> = Vec::from_row(self.documents)?;
        let concerned = || documents.iter().filter_map(|document| kept.get(document));
        let lineage = Lineage {
            professional: matches!(self.kind.as_str(), "professional" | "structure"),
            person: self.person.clone(),
            secret: self.secret,
            unannounced: concerned().any(|kept| kept.unannounced),
            kept_from_representatives: concerned().any(|kept| kept.from_representatives),
        };
        Ok(HistoryLine {
            id,
            at: Moment(self.at),
            act: self.act,
            deeds: self.deeds,
            transaction: self.transaction,
            kind: self.kind,
            display: self.display,
            person: self.person,
            structure: self.structure,
            party: self.party.and_then(|(kind, id)| Party::named(&kind, &id)),
            mode: self.mode,
            reason: self.reason,
            absent: self.outcome == "absent",
            refused: self.refused,
            documents,
            software: self.software,
            request: self.request,
            matrix: self.matrix,
            contested,
            lineage,
        })
    }
}
