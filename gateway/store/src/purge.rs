//! The end of retention: what was kept ten years is erased, a proof each.

use journey::{Act, Event, EventOutcome};
use model::{EntryUuid, Moment};

use crate::calendar::Calendar;
use crate::erase::erase;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::record::{Record, State};
use crate::session::Session;
use crate::writer::{Job, Written};
use crate::{Inner, SqliteStore};

/// Records looked at between two pauses.
const STEP: i64 = 200;

impl SqliteStore {
    /// Erases every record whose retention is over at this instant; how many there were. Each is erased by itself,
    /// so that others write in between, and calling it again is harmless.
    pub async fn purge(&self, at: Moment) -> Result<u64, journey::Fault> {
        self.0.purge(at).await.map_err(Failure::into_fault)
    }
}

impl Inner {
    async fn purge(&self, at: Moment) -> Result<u64, Failure> {
        let (mut erased, mut after) = (0, Vec::new());
        loop {
            let kept = self.kept_after(&after).await?;
            let Some(last) = kept.last() else { return Ok(erased) };
            after = last.key.as_slice().to_vec();
            for record in kept.iter().filter(|record| record.state(&self.calendar, at) == State::Due) {
                let job = Job::Purge(Box::new(Purged { patient: record.key, at }));
                match self.writer.write(job).await {
                    Ok(Written::Destroyed) => erased += 1,
                    // Somebody erased or opened it in the meantime.
                    Ok(Written::Done | Written::Receipt(_) | Written::Right(_)) => {}
                    Err(journey::CommitError::Fault(fault)) => return Err(Failure::Writer(fault)),
                    Err(journey::CommitError::Moved | journey::CommitError::Conflict(_)) => {}
                }
            }
        }
    }

    /// The next closed and opposed records.
    async fn kept_after(&self, after: &[u8]) -> Result<Vec<Record>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let select = sqlx::query(include_str!("queries/kept_after.sql")).bind(after).bind(STEP);
        let rows = Session::new(&mut reader).all(select).await?;
        rows.iter().map(Record::read).collect()
    }
}

/// A record to erase if its retention is over.
pub(crate) struct Purged {
    patient: PatientKey,
    at: Moment,
}

impl Purged {
    /// Looks again under the lock. True if it was erased.
    pub(crate) async fn write(
        self,
        keys: &Keys,
        calendar: &Calendar,
        session: &mut Session<'_>,
    ) -> Result<bool, Failure> {
        let record = Record::by_key(session, &self.patient).await?;
        if record.is_none_or(|record| record.state(calendar, self.at) != State::Due) {
            return Ok(false);
        }
        let proof = keys.uuid("end of retention", &[self.patient.as_slice()])?;
        erase(keys, session, &self.patient, &end_of_retention(proof, self.at)).await?;
        Ok(true)
    }
}

/// The event of an erasure that nobody asked for.
pub(crate) fn end_of_retention(id: EntryUuid, at: Moment) -> Event {
    Event {
        id,
        at,
        act: Act::EraseRecord,
        transaction: "retention",
        outcome: EventOutcome::Done,
        patient: None,
        person: None,
        structure: None,
        display: String::new(),
        kind: "operator",
        mode: "normal",
        reason: None,
        software: None,
        request: String::new(),
        set: None,
        documents: Vec::new(),
        deeds: Vec::new(),
        party: None,
        secret: false,
        matrix: String::new(),
    }
}
