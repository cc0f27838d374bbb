//! A journal event. The patient is the lane; an event about an unknown record has the blind index only.

use journey::{Event, EventOutcome, HistoryLine};
use model::Moment;
use serde::{Deserialize, Serialize};

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
            matrix: event.matrix.clone(),
            patient_index: patient_index
                .map(|index| index.iter().map(|byte| format!("{byte:02x}")).collect()),
        }
    }

    /// As shown to the patient.
    pub(crate) fn into_line(self) -> HistoryLine {
        HistoryLine {
            at: Moment(self.at),
            act: self.act,
            transaction: self.transaction,
            who: match self.structure {
                Some(structure) => format!("{} ({structure})", self.display),
                None => self.display,
            },
            mode: self.mode,
            refused: self.refused,
            documents: self.documents.len(),
        }
    }
}
