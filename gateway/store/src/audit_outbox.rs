//! What an audit record repository does not have yet: the journal's events in the order of commits. A row is written
//! with its event, and goes once the message was sent.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use journey::{AuditEntry, AuditedDocument, CommitError, Fault};
use model::{EntryUuid, UniqueId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::cipher::{SecretKey, Unsound};
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::journal::{SYSTEM_LANE, payload_place};
use crate::keys::PatientKey;
use crate::mailroom::MailJob;
use crate::record::Record;
use crate::row::{EventRow, decode};
use crate::session::Session;
use crate::writer::Job;
use crate::{Inner, SqliteStore};

/// A page of the queue.
#[derive(Debug, Default)]
pub struct AuditDue {
    /// The events, in the order of commits.
    pub entries: Vec<AuditEntry>,
    /// Places whose event cannot be told any more: erased by law since, or not readable (`passerelle audit verify`
    /// says which).
    pub gone: Vec<i64>,
}

impl AuditDue {
    /// The last place of the page.
    pub fn last(&self) -> Option<i64> {
        let told = self.entries.last().map(|entry| entry.position);
        told.max(self.gone.last().copied())
    }
}

impl SqliteStore {
    /// Events after this place (0: from the first) that are not marked as sent, `limit` at the most.
    pub async fn audit_due(&self, after: i64, limit: u32) -> Result<AuditDue, Fault> {
        self.0.audit_due(after, limit).await.map_err(Failure::into_fault)
    }

    /// Notes that the messages of these places were sent. Noting twice is harmless.
    pub async fn audit_sent(&self, positions: Vec<i64>) -> Result<(), Fault> {
        if positions.is_empty() {
            return Ok(());
        }
        match self.0.writer.write(Job::Mail(Box::new(MailJob::AuditSent(positions)))).await {
            Ok(_) => Ok(()),
            Err(CommitError::Fault(fault)) => Err(fault),
            Err(CommitError::Moved | CommitError::Conflict(_)) => Err(Fault::transient("not noted as sent")),
        }
    }

    /// How many events wait.
    pub async fn audit_backlog(&self) -> Result<u64, Fault> {
        self.0.audit_backlog().await.map_err(Failure::into_fault)
    }
}

impl Inner {
    async fn audit_due(&self, after: i64, limit: u32) -> Result<AuditDue, Failure> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let select = sqlx::query(include_str!("queries/audit_due.sql")).bind(after).bind(limit);
        let mut due = AuditDue::default();
        let mut records: HashMap<[u8; 16], Option<Opened>> = HashMap::new();
        for row in session.all(select).await? {
            let position = row.try_get("position")?;
            let lane = PatientKey::of(row.try_get("lane")?)?;
            let opened = match records.entry(lane.0) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => match self.opened_lane(&mut session, &lane).await {
                    Ok(opened) => free.insert(opened),
                    Err(Failure::Unsound(_)) => free.insert(None),
                    Err(failure) => return Err(failure),
                },
            };
            let Some(opened) = opened else {
                due.gone.push(position);
                continue;
            };
            match self.audit_entry(&mut session, &lane, opened, position, &row).await {
                Ok(Some(entry)) => due.entries.push(entry),
                Ok(None) | Err(Failure::Unsound(_)) => due.gone.push(position),
                Err(failure) => return Err(failure),
            }
        }
        Ok(due)
    }

    /// The secret of a lane and whose it is; `None` once the record was erased.
    async fn opened_lane(
        &self,
        session: &mut Session<'_>,
        lane: &PatientKey,
    ) -> Result<Option<Opened>, Failure> {
        if lane.0 == SYSTEM_LANE.0 {
            return Ok(Some(Opened { secret: None, patient: None }));
        }
        let Some(record) = Record::by_key(session, lane).await? else { return Ok(None) };
        let Some(secret) = record.secret(&self.keys)? else { return Ok(None) };
        let patient = Some(record.identity(&secret)?.ins);
        Ok(Some(Opened { secret: Some(secret), patient }))
    }

    async fn audit_entry(
        &self,
        session: &mut Session<'_>,
        lane: &PatientKey,
        opened: &Opened,
        position: i64,
        row: &SqliteRow,
    ) -> Result<Option<AuditEntry>, Failure> {
        let Some(sealed) = row.try_get::<Option<&[u8]>, _>("payload")? else { return Ok(None) };
        let event: &[u8] = row.try_get("event")?;
        let secret = opened.secret.as_ref().unwrap_or_else(|| self.keys.system());
        let payload = zeroize::Zeroizing::new(secret.open(&payload_place(lane, event), sealed)?);
        let told = decode::<EventRow>(&payload)?;
        let set = told.set()?;
        let line = told.into_line(uuid_of(event)?, &HashMap::new(), false)?;
        let mut documents = Vec::new();
        // A search names what was shown by the thousand, and its message none of it.
        if line.act != journey::Act::Search.name() {
            for document in &line.documents {
                documents.push(audited(session, lane, document).await?);
            }
        }
        Ok(Some(AuditEntry { position, line, patient: opened.patient.clone(), set, documents }))
    }

    async fn audit_backlog(&self) -> Result<u64, Failure> {
        let mut reader = self.readers.acquire().await?;
        // The queue is emptied from its front: the ends tell its length.
        let ends =
            "SELECT (SELECT max(position) FROM audit_outbox) - (SELECT min(position) FROM audit_outbox) + 1";
        let row = Session::new(&mut reader).one(sqlx::query(ends)).await?;
        let count = row.map(|row| row.try_get::<Option<i64>, _>(0)).transpose()?.flatten();
        Ok(count.map_or(0, i64::unsigned_abs))
    }
}

struct Opened {
    /// `None` in the system's lane, whose key is the store's.
    secret: Option<SecretKey>,
    patient: Option<model::Ins>,
}

async fn audited(
    session: &mut Session<'_>,
    patient: &PatientKey,
    document: &EntryUuid,
) -> Result<AuditedDocument, Failure> {
    let select = "SELECT e.unique_id, d.held FROM entry AS e \
        JOIN document AS d ON d.patient_key = e.patient_key AND d.document = e.document \
        WHERE e.patient_key = $1 AND e.document = $2";
    let select = sqlx::query(select).bind(patient.as_slice()).bind(document.as_bytes().as_slice());
    let Some(row) = session.one(select).await? else {
        return Ok(AuditedDocument { logical_id: *document, unique_id: None, held: false });
    };
    let unique_id = UniqueId::parse(row.try_get("unique_id")?)
        .map_err(|_| Unsound("a stored value that is no uniqueId"))?;
    Ok(AuditedDocument { logical_id: *document, unique_id: Some(unique_id), held: row.try_get("held")? })
}

/// Takes what was sent out of the queue.
pub(crate) async fn note_sent(session: &mut Session<'_>, positions: &[i64]) -> Result<(), Failure> {
    for position in positions {
        let delete = sqlx::query("DELETE FROM audit_outbox WHERE position = $1").bind(position);
        session.run(delete).await?;
    }
    Ok(())
}

/// Notes whether events are queued from now on. What waits stays.
pub(crate) async fn keep_feed(session: &mut Session<'_>, wanted: bool) -> Result<(), sqlx::Error> {
    let keep = match wanted {
        true => "INSERT INTO meta (name, value) VALUES ('audit_feed', x'01') ON CONFLICT DO NOTHING",
        false => "DELETE FROM meta WHERE name = 'audit_feed'",
    };
    session.run(sqlx::query(keep)).await.map(|_| ())
}
