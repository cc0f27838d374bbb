//! Accesses that somebody must look at: in an emergency mode, or contested by the holder. Each is listed with its
//! whole event, and closed by somebody who says who they are.

use std::collections::HashMap;

use journey::{Event, Fault, HistoryLine};
use model::{EntryUuid, Moment};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::cipher::Unsound;
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::journal::{SealedEvent, payload_place};
use crate::keys::{Keys, PatientKey};
use crate::record::Record;
use crate::row::{EventRow, decode};
use crate::session::Session;
use crate::writer::{Job, Written};
use crate::{Inner, SqliteStore};

/// One access to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Why: `emergency`, `contested`, or both.
    pub reasons: Vec<String>,
    /// Since when it waits.
    pub since: Moment,
    /// The opaque id of the record's holder, as the FHIR door shows it.
    pub patient: EntryUuid,
    /// The access: who, in which mode, for which reason, which documents, under which tables.
    pub access: HistoryLine,
}

impl SqliteStore {
    /// The accesses that wait to be looked at, the longest waiting first, so many at the most.
    pub async fn reviews(&self, limit: u32) -> Result<Vec<Review>, Fault> {
        self.0.reviews(limit).await.map_err(Failure::into_fault)
    }

    /// Closes every reason to look at an access, by the id of its event, and leaves `closing` on the record. False
    /// if no such access waits; nothing is left then.
    pub async fn close_review(&self, access: EntryUuid, by: &str, closing: Event) -> Result<bool, Fault> {
        let job = Job::Review(Box::new(Closing { access, by: by.to_owned(), event: closing }));
        match self.0.writer.write(job).await {
            Ok(Written::Right(closed)) => Ok(closed),
            Ok(Written::Done | Written::Destroyed | Written::Receipt(_)) => {
                Err(Fault::new("the closing of a review without an answer"))
            }
            Err(journey::CommitError::Fault(fault)) => Err(fault),
            Err(journey::CommitError::Moved | journey::CommitError::Conflict(_)) => {
                Err(Fault::new("unexpected conflict at the closing of a review"))
            }
        }
    }
}

impl Inner {
    async fn reviews(&self, limit: u32) -> Result<Vec<Review>, Failure> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let rows = session.all(sqlx::query(include_str!("queries/reviews.sql")).bind(limit)).await?;
        let mut reviews = Vec::new();
        for row in &rows {
            let patient = PatientKey::of(row.try_get("patient_key")?)?;
            let record = Record::by_key(&mut session, &patient).await?;
            if let Some(record) = record {
                reviews.extend(self.review(&record, row)?);
            }
        }
        Ok(reviews)
    }

    /// `None` once the record was erased.
    fn review(&self, record: &Record, row: &SqliteRow) -> Result<Option<Review>, Failure> {
        let Some(secret) = record.secret(&self.keys)? else { return Ok(None) };
        let event: &[u8] = row.try_get("event")?;
        let opened = secret.open(&payload_place(&record.key, event), row.try_get("payload")?)?;
        let reasons: String = row.try_get("reasons")?;
        let contested = reasons.contains("contested");
        // Nobody's visibility is asked: the line is for who looks into accesses.
        let access = decode::<EventRow>(&opened)?.into_line(uuid_of(event)?, &HashMap::new(), contested)?;
        Ok(Some(Review {
            reasons: reasons.split(',').map(str::to_owned).collect(),
            since: Moment(row.try_get("since")?),
            patient: self.keys.patient_id(&record.key)?,
            access,
        }))
    }
}

/// A review to close.
pub(crate) struct Closing {
    access: EntryUuid,
    by: String,
    event: Event,
}

impl Closing {
    /// True if the access waited.
    pub(crate) async fn write(mut self, keys: &Keys, session: &mut Session<'_>) -> Result<bool, Failure> {
        let find = sqlx::query("SELECT patient_key FROM review WHERE event = $1 AND closed_at IS NULL");
        let Some(row) = session.one(find.bind(self.access.as_bytes().as_slice())).await? else {
            return Ok(false);
        };
        let patient = PatientKey::of(row.try_get("patient_key")?)?;
        let record = Record::by_key(session, &patient).await?.ok_or(Unsound("a review without a record"))?;
        let secret = record.secret(keys)?.ok_or(Unsound("a review of an erased record"))?;
        let select = sqlx::query("SELECT payload FROM journal WHERE lane = $1 AND event = $2");
        let select = select.bind(patient.as_slice()).bind(self.access.as_bytes().as_slice());
        let access = session.one(select).await?.ok_or(Unsound("a review without its access"))?;
        let place = payload_place(&patient, self.access.as_bytes());
        let opened = secret.open(&place, access.try_get("payload")?)?;
        let access = decode::<EventRow>(&opened)?.into_line(self.access, &HashMap::new(), false)?;
        // Who may not see the access does not see that it was looked at either.
        self.event.documents.extend(access.documents);
        self.event.secret = access.lineage.secret;
        let close = sqlx::query(include_str!("queries/close_review.sql"))
            .bind(patient.as_slice())
            .bind(self.access.as_bytes().as_slice())
            .bind(self.event.at.0)
            .bind(self.by.as_str());
        session.run(close).await?;
        SealedEvent::of_record(&patient, &secret, &self.event)?.write(session).await?;
        Ok(true)
    }
}
