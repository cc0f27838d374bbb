//! A submission set; its patient is the record's.

use model::{Author, Code, EntryUuid, Hl7Time, Ins, Oid, SubmissionSet, UniqueId};
use serde::{Deserialize, Serialize};

use crate::cipher::Unsound;
use crate::row::Stored;

/// The stored set.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SetRow {
    entry_uuid: <EntryUuid as Stored>::Row,
    unique_id: <Option<UniqueId> as Stored>::Row,
    source_id: <Oid as Stored>::Row,
    submission_time: <Hl7Time as Stored>::Row,
    content_type: <Code as Stored>::Row,
    authors: <Vec<Author> as Stored>::Row,
    intended_recipients: Vec<String>,
    title: Option<String>,
    comments: Option<String>,
}

impl SetRow {
    /// The stored form. `unique_id` is the submitted or the derived one: once stored there is always one.
    pub(crate) fn of(set: &SubmissionSet, unique_id: &UniqueId) -> Self {
        SetRow {
            entry_uuid: set.entry_uuid.to_row(),
            unique_id: Some(unique_id.to_row()),
            source_id: set.source_id.to_row(),
            submission_time: set.submission_time.to_row(),
            content_type: set.content_type.to_row(),
            authors: set.authors.to_row(),
            intended_recipients: set.intended_recipients.clone(),
            title: set.title.clone(),
            comments: set.comments.clone(),
        }
    }

    /// The set of this patient.
    pub(crate) fn into_set(self, patient: Ins) -> Result<SubmissionSet, Unsound> {
        Ok(SubmissionSet {
            entry_uuid: EntryUuid::from_row(self.entry_uuid)?,
            unique_id: Option::from_row(self.unique_id)?,
            source_id: Oid::from_row(self.source_id)?,
            patient,
            submission_time: Hl7Time::from_row(self.submission_time)?,
            content_type: Code::from_row(self.content_type)?,
            authors: Vec::from_row(self.authors)?,
            intended_recipients: self.intended_recipients,
            title: self.title,
            comments: self.comments,
        })
    }
}
