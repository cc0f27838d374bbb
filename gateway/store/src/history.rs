//! One record's history, with what decides who sees each line now.

use std::collections::{HashMap, HashSet};

use journey::HistoryLine;
use model::{EntryUuid, Ins, Moment};
use sqlx::Row;

use crate::Inner;
use crate::cipher::SecretKey;
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::journal::payload_place;
use crate::keys::PatientKey;
use crate::record::Record;
use crate::row::{EventRow, decode};
use crate::session::Session;

/// From whom a document is kept now.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kept {
    pub(crate) unannounced: bool,
    pub(crate) from_representatives: bool,
}

impl Inner {
    /// [`journey::Store::history`]: oldest first; an erased event has no line.
    pub(crate) async fn history(
        &self,
        patient: &Ins,
        limit: u32,
        at: Moment,
    ) -> Result<Vec<HistoryLine>, Failure> {
        let mut snapshot = self.readers.begin().await?;
        self.history_in(&mut Session::new(&mut snapshot), patient, limit, at).await
    }

    async fn history_in(
        &self,
        session: &mut Session<'_>,
        patient: &Ins,
        limit: u32,
        at: Moment,
    ) -> Result<Vec<HistoryLine>, Failure> {
        let Some(record) = Record::of(session, &self.keys, patient).await? else { return Ok(Vec::new()) };
        let (Some(secret), false) = (record.secret(&self.keys)?, record.state(&self.calendar, at).is_gone())
        else {
            return Ok(Vec::new());
        };
        let kept = kept_documents(session, &record.key).await?;
        let mut lines = lane(session, &record.key, &secret, limit, &kept).await?;
        let merged = sqlx::query(include_str!("queries/merged_into.sql")).bind(record.key.as_slice());
        for row in session.all(merged).await? {
            let former = Record::read(&row)?;
            if let Some(secret) = former.secret(&self.keys)? {
                lines.extend(lane(session, &former.key, &secret, limit, &kept).await?);
            }
        }
        lines.sort_by_key(|line| line.at);
        let over = lines.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        lines.drain(..over);
        Ok(lines)
    }
}

/// The newest lines of one lane, oldest first: the record's own, or one of a number that was merged into it.
async fn lane(
    session: &mut Session<'_>,
    key: &PatientKey,
    secret: &SecretKey,
    limit: u32,
    kept: &HashMap<EntryUuid, Kept>,
) -> Result<Vec<HistoryLine>, Failure> {
    let contested = contested_events(session, key).await?;
    let select = sqlx::query(include_str!("queries/history.sql"));
    let rows = session.all(select.bind(key.as_slice()).bind(limit)).await?;
    rows.iter()
        .rev()
        .map(|row| {
            let event: &[u8] = row.try_get("event")?;
            let opened = secret.open(&payload_place(key, event), row.try_get("payload")?)?;
            let id = uuid_of(event)?;
            Ok(decode::<EventRow>(&opened)?.into_line(id, kept, contested.contains(&id))?)
        })
        .collect()
}

/// The documents of a record that are kept from somebody now. A destroyed one is not among them.
async fn kept_documents(
    session: &mut Session<'_>,
    patient: &PatientKey,
) -> Result<HashMap<EntryUuid, Kept>, Failure> {
    let select = sqlx::query(include_str!("queries/kept_documents.sql")).bind(patient.as_slice());
    let mut kept = HashMap::new();
    for row in session.all(select).await? {
        let one = Kept {
            unannounced: row.try_get("invisible_patient")?,
            from_representatives: row.try_get("invisible_representatives")?,
        };
        kept.insert(uuid_of(row.try_get("document")?)?, one);
    }
    Ok(kept)
}

async fn contested_events(
    session: &mut Session<'_>,
    patient: &PatientKey,
) -> Result<HashSet<EntryUuid>, Failure> {
    let select = sqlx::query("SELECT event FROM review WHERE patient_key = $1 AND reason = 'contested'");
    let mut contested = HashSet::new();
    for row in session.all(select.bind(patient.as_slice())).await? {
        contested.insert(uuid_of(row.try_get("event")?)?);
    }
    Ok(contested)
}
