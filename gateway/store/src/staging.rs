//! Large documents on their way in: sealed chunk by chunk under a key that stays in memory until the commit, in short
//! transactions through the one writer.
//!
//! A document put aside is a row of `document` without a key, flagged, with its chunks: at their final place, so that
//! the commit writes no byte of them again. Dropping a [`StagedDocument`] before its commit destroys it a few chunks at a
//! time. What could not be destroyed then, say for a full disk, is swept while the process runs; what a process that was
//! killed left is destroyed when the store is opened again.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use journey::{Checked, CommitError, Fault, Staging};
use model::{Content, EntryUuid, Ins, Rule};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::cipher::{CHUNK, SecretKey, Unsound};
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::keys::{PatientKey, wrap_document};
use crate::session::Session;
use crate::writer::{Job, Written};
use crate::{Inner, SqliteStore};

/// Chunks written in one transaction, and destroyed in one.
const TOGETHER: usize = 4;

/// The documents that wait for the commit of their deposit.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<HashMap<EntryUuid, Waits>>);

#[derive(Debug)]
struct Waits {
    patient: PatientKey,
    key: SecretKey,
    chunks: u64,
}

/// Documents that are put aside or destroyed just now. Whoever holds one is alone with it, so that nobody sweeps what
/// is still on its way.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<HashSet<(PatientKey, EntryUuid)>>);

/// One document held; let go when dropped.
#[derive(Debug)]
struct Claim {
    store: SqliteStore,
    patient: PatientKey,
    document: EntryUuid,
}

impl Held {
    fn all(&self) -> MutexGuard<'_, HashSet<(PatientKey, EntryUuid)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True while anything is held.
    #[cfg(test)]
    pub(crate) fn is_held(&self) -> bool {
        !self.all().is_empty()
    }
}

impl Claim {
    /// `None` while somebody else holds it.
    fn of(store: &SqliteStore, patient: PatientKey, document: EntryUuid) -> Option<Self> {
        let free = store.0.held.all().insert((patient, document));
        free.then(|| Claim { store: store.clone(), patient, document })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.store.0.held.all().remove(&(self.patient, self.document));
    }
}

impl Waiting {
    fn all(&self) -> MutexGuard<'_, HashMap<EntryUuid, Waits>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wrapped key of a document put aside for this patient, and how many chunks it has.
    pub(crate) fn wrapped(
        &self,
        secret: &SecretKey,
        patient: &PatientKey,
        document: &EntryUuid,
    ) -> Result<(Vec<u8>, u64), Unsound> {
        let all = self.all();
        let waits = all.get(document).filter(|waits| waits.patient == *patient);
        let waits = waits.ok_or(Unsound("a document that was not put aside"))?;
        Ok((wrap_document(secret, document, &waits.key)?, waits.chunks))
    }

    /// The document was committed: dropping what it came through destroys nothing any more.
    pub(crate) fn committed(&self, document: &EntryUuid) {
        self.all().remove(document);
    }
}

impl Inner {
    /// The record's own key, of a record that can be written to.
    async fn record_key(&self, patient: &Ins) -> Result<Option<PatientKey>, Failure> {
        let mut reader = self.readers.acquire().await?;
        Ok(self.open_record(&mut Session::new(&mut reader), patient).await?.map(|record| record.key))
    }

    /// Everything that is put aside, at most a thousand of them.
    async fn put_aside(&self) -> Result<Vec<(PatientKey, EntryUuid)>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let select = "SELECT patient_key, document FROM document WHERE staged = 1 LIMIT 1000";
        let rows = Session::new(&mut reader).all(sqlx::query(select)).await?;
        let read = |row: &SqliteRow| {
            let patient = PatientKey::of(row.try_get("patient_key")?)?;
            Ok((patient, uuid_of(row.try_get("document")?)?))
        };
        rows.iter().map(read).collect()
    }

    /// A deposit was committed with what was put aside for it.
    pub(crate) fn committed(&self, deposit: &Checked) {
        let entries = deposit.permitted().get().entries.iter();
        for (entry, _) in entries.filter(|(_, content)| matches!(content, Content::Staged(_))) {
            self.waiting.committed(&entry.logical_id);
        }
    }
}

/// [`journey::Staging`] on the store.
#[derive(Debug)]
pub struct StagedDocument {
    store: SqliteStore,
    patient: PatientKey,
    document: EntryUuid,
    /// Goes on to whoever destroys it.
    claim: Option<Claim>,
    /// Taken when the document is whole.
    key: Option<SecretKey>,
    /// Bytes that do not fill a chunk yet, or may be the last ones.
    pending: Vec<u8>,
    /// Chunks sealed so far.
    sealed: u64,
}

impl StagedDocument {
    pub(crate) async fn begin(
        store: &SqliteStore,
        patient: &Ins,
        document: EntryUuid,
    ) -> Result<Self, CommitError> {
        let key = SecretKey::random().map_err(|unsound| Failure::from(unsound).into_commit_error())?;
        let record = store.0.record_key(patient).await.map_err(Failure::into_commit_error)?;
        let patient = record.ok_or(CommitError::Moved)?;
        // The same message a second time while the first one is still on its way: later, please.
        let claim = Claim::of(store, patient, document).ok_or(Failure::Busy);
        let claim = claim.map_err(Failure::into_commit_error)?;
        // From here on dropping it cleans up, whether or not the writer's answer is still heard.
        let begun = StagedDocument {
            store: store.clone(),
            patient,
            document,
            claim: Some(claim),
            key: Some(key),
            pending: Vec::new(),
            sealed: 0,
        };
        match store.0.writer.write_in_turn(Job::Stage(Box::new(StageJob::Begin { patient, document }))).await
        {
            Ok(_) => Ok(begun),
            Err(error) => {
                // Somebody else's document, or none: nothing of ours is there.
                begun.abandon();
                Err(error)
            }
        }
    }

    fn abandon(mut self) {
        self.key = None;
    }

    async fn seal(&mut self, last: bool) -> Result<(), Fault> {
        let key = self.key.as_ref().ok_or_else(|| Fault::new("a document that is whole already"))?;
        let full =
            if last { self.pending.len() } else { self.pending.len().saturating_sub(1) / CHUNK * CHUNK };
        let rest = self.pending.split_off(full);
        let bytes = std::mem::replace(&mut self.pending, rest);
        let mut pieces: Vec<&[u8]> = bytes.chunks(CHUNK).collect();
        if last && pieces.is_empty() {
            pieces.push(&[]);
        }
        let first = self.sealed;
        let mut chunks = Vec::with_capacity(pieces.len());
        let count = pieces.len();
        for (place, piece) in pieces.into_iter().enumerate() {
            let is_last = last && place + 1 == count;
            let sealed = key.seal_chunk(self.document.as_bytes(), self.sealed, is_last, piece);
            chunks.push(sealed.map_err(|unsound| Failure::from(unsound).into_fault())?);
            self.sealed += 1;
        }
        let (patient, document) = (self.patient, self.document);
        let job = StageJob::Chunks { patient, document, first, chunks };
        self.store.0.writer.write_in_turn(Job::Stage(Box::new(job))).await.map_err(fault)?;
        Ok(())
    }
}

impl Staging for StagedDocument {
    async fn write(&mut self, bytes: Vec<u8>) -> Result<(), Fault> {
        self.pending.extend_from_slice(&bytes);
        // At least one byte is kept back: the last chunk is sealed as such.
        if self.pending.len() > TOGETHER * CHUNK { self.seal(false).await } else { Ok(()) }
    }

    async fn finish(&mut self) -> Result<(), Fault> {
        self.seal(true).await?;
        let key = self.key.take().ok_or_else(|| Fault::new("a document that is whole already"))?;
        let waits = Waits { patient: self.patient, key, chunks: self.sealed };
        self.store.0.waiting.all().insert(self.document, waits);
        Ok(())
    }
}

impl Drop for StagedDocument {
    fn drop(&mut self) {
        let unfinished = self.key.is_some();
        let uncommitted = unfinished || self.store.0.waiting.all().remove(&self.document).is_some();
        if !uncommitted {
            return;
        }
        // Without a runtime the process is ending: the next start destroys it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let claim = self.claim.take();
            runtime.spawn(async move {
                if let Some(claim) = claim
                    && let Err(error) = destroy(&claim).await
                {
                    tracing::warn!(?error, "a document put aside was not destroyed: it is swept later");
                }
            });
        }
    }
}

async fn destroy(claim: &Claim) -> Result<(), CommitError> {
    let Claim { store, patient, document } = claim;
    loop {
        let job = StageJob::Destroy { patient: *patient, document: *document };
        match store.0.writer.write_in_turn(Job::Stage(Box::new(job))).await? {
            Written::Right(true) => {}
            Written::Right(false) | Written::Done | Written::Destroyed | Written::Receipt(_) => return Ok(()),
        }
    }
}

impl SqliteStore {
    /// Destroys documents that were put aside and that nobody is receiving any more: those whose destruction failed.
    /// Gives how many there were.
    ///
    /// # Errors
    /// A failure of the store; what is left then is left for the next time.
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let mut swept = 0;
        for (patient, document) in self.0.put_aside().await.map_err(Failure::into_fault)? {
            let Some(claim) = Claim::of(self, patient, document) else { continue };
            destroy(&claim).await.map_err(fault)?;
            swept += 1;
        }
        Ok(swept)
    }
}

/// One short transaction.
pub(crate) enum StageJob {
    Begin { patient: PatientKey, document: EntryUuid },
    Chunks { patient: PatientKey, document: EntryUuid, first: u64, chunks: Vec<Vec<u8>> },
    Destroy { patient: PatientKey, document: EntryUuid },
}

impl StageJob {
    /// True if there is more to destroy.
    pub(crate) async fn write(self, session: &mut Session<'_>) -> Result<bool, Failure> {
        match self {
            StageJob::Begin { patient, document } => begin(session, patient, document).await,
            StageJob::Chunks { patient, document, first, chunks } => {
                // A record that was erased meanwhile has no row any more.
                if !is_put_aside(session, patient, document).await?.unwrap_or_default() {
                    return Err(Failure::Moved);
                }
                for (index, bytes) in (first..).zip(&chunks) {
                    let index = i64::try_from(index).map_err(|_| Unsound("a document too large"))?;
                    insert_chunk(session, &patient, &document, index, bytes).await?;
                }
                Ok(false)
            }
            StageJob::Destroy { patient, document } => {
                if !is_put_aside(session, patient, document).await?.unwrap_or_default() {
                    return Ok(false);
                }
                let delete = sqlx::query(include_str!("queries/destroy_staged_chunks.sql"))
                    .bind(patient.as_slice())
                    .bind(document.as_bytes().as_slice())
                    .bind(i64::try_from(TOGETHER).unwrap_or(1));
                if session.run(delete).await? > 0 {
                    return Ok(true);
                }
                let delete = sqlx::query(
                    "DELETE FROM document WHERE patient_key = $1 AND document = $2 AND staged = 1",
                );
                session.run(delete.bind(patient.as_slice()).bind(document.as_bytes().as_slice())).await?;
                Ok(false)
            }
        }
    }
}

async fn begin(session: &mut Session<'_>, patient: PatientKey, document: EntryUuid) -> Result<bool, Failure> {
    match is_put_aside(session, patient, document).await? {
        // The same message a second time while the first one is still on its way: later, please.
        Some(true) => Err(Failure::Busy),
        Some(false) => Err(Failure::Conflict(Rule::EntryIdIsFree)),
        None => {
            let insert = sqlx::query(include_str!("queries/stage_document.sql"));
            session.run(insert.bind(patient.as_slice()).bind(document.as_bytes().as_slice())).await?;
            Ok(false)
        }
    }
}

/// `None` where there is no such document.
async fn is_put_aside(
    session: &mut Session<'_>,
    patient: PatientKey,
    document: EntryUuid,
) -> Result<Option<bool>, Failure> {
    let select = sqlx::query("SELECT staged FROM document WHERE patient_key = $1 AND document = $2")
        .bind(patient.as_slice())
        .bind(document.as_bytes().as_slice());
    Ok(session
        .one(select)
        .await?
        .map(|row| row.try_get::<i64, _>("staged").map(|staged| staged == 1))
        .transpose()?)
}

/// Writes one sealed chunk at its place.
pub(crate) async fn insert_chunk(
    session: &mut Session<'_>,
    patient: &PatientKey,
    document: &EntryUuid,
    index: i64,
    bytes: &[u8],
) -> Result<(), Failure> {
    let insert =
        sqlx::query("INSERT INTO content_chunk (patient_key, document, idx, bytes) VALUES ($1, $2, $3, $4)")
            .bind(patient.as_slice())
            .bind(document.as_bytes().as_slice())
            .bind(index)
            .bind(bytes);
    session.run(insert).await?;
    Ok(())
}

/// Destroys what an earlier process put aside and never committed.
pub(crate) async fn destroy_leftovers(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut session = Session::new(connection);
    for statement in [
        "DELETE FROM content_chunk
         WHERE (patient_key, document) IN (SELECT patient_key, document FROM document WHERE staged = 1)",
        "DELETE FROM document WHERE staged = 1",
    ] {
        session.run(sqlx::query(statement)).await?;
    }
    Ok(())
}

fn fault(error: CommitError) -> Fault {
    match error {
        CommitError::Moved => Fault::transient("the record of a document put aside is gone"),
        CommitError::Conflict(rule) => Fault::new(format!("unexpected conflict: {rule}")),
        CommitError::Fault(fault) => fault,
    }
}
