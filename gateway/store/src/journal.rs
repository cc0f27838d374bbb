//! The journal: events in lanes, one lane a record, chained by salted commitments. A payload can be erased
//! lawfully without breaking the chain; an edit, a gap or a cut tail is found (see `audit`).

use aws_lc_rs::digest::{Context, SHA256};
use journey::Event;
use model::EntryUuid;
use policy::FactsVersion;
use sqlx::Row;

use crate::audit::Usage;
use crate::calendar::Calendar;
use crate::cipher::{Place, SecretKey, Unsound, fill};
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::record::Record;
use crate::row::{EventRow, encode};
use crate::session::Session;
use crate::traces::Traces;

/// The lane of events about no known record.
pub(crate) const SYSTEM_LANE: PatientKey = PatientKey([0; 16]);
/// What the first event of a lane is chained to.
pub(crate) const FIRST_LINK: [u8; 32] = [0; 32];

/// An event, sealed and committed to; only its place in the lane is still open.
pub(crate) struct SealedEvent {
    lane: PatientKey,
    id: EntryUuid,
    at: i64,
    salt: [u8; 16],
    payload: Vec<u8>,
    commitment: [u8; 32],
    usage: Usage,
}

impl SealedEvent {
    /// An event of a known record.
    pub(crate) fn of_record(key: &PatientKey, secret: &SecretKey, event: &Event) -> Result<Self, Unsound> {
        SealedEvent::new(*key, secret, event, None)
    }

    /// An event that names no record that is known: the matricule, if any, stays a blind index.
    pub(crate) fn of_system(keys: &Keys, event: &Event) -> Result<Self, Unsound> {
        let index = event.patient.as_ref().map(|ins| keys.ins_index(ins));
        SealedEvent::new(SYSTEM_LANE, keys.system(), event, index.as_deref())
    }

    fn new(
        lane: PatientKey,
        secret: &SecretKey,
        event: &Event,
        patient_index: Option<&[u8]>,
    ) -> Result<Self, Unsound> {
        let plaintext = zeroize::Zeroizing::new(encode(&EventRow::of(event, patient_index))?);
        let mut salt = [0; 16];
        fill(&mut salt)?;
        Ok(SealedEvent {
            lane,
            id: event.id,
            at: event.at.0,
            salt,
            payload: secret.seal(&payload_place(&lane, event.id.as_bytes()), &plaintext)?,
            commitment: commitment(&salt, &plaintext),
            usage: Usage::of(event),
        })
    }

    /// Appends to the lane, and counts.
    pub(crate) async fn write(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let select = sqlx::query("SELECT last_seq, last_chain FROM lane WHERE lane = $1");
        let (last, previous) = match session.one(select.bind(self.lane.as_slice())).await? {
            Some(row) => (row.try_get::<i64, _>("last_seq")?, row.try_get::<Vec<u8>, _>("last_chain")?),
            None => (0, FIRST_LINK.to_vec()),
        };
        let seq = last.saturating_add(1);
        let link = chain(&previous, seq, self.at, self.id.as_bytes(), &self.commitment);
        let advance = sqlx::query(include_str!("queries/advance_lane.sql"));
        session.run(advance.bind(self.lane.as_slice()).bind(seq).bind(link.as_slice())).await?;
        let insert = sqlx::query(include_str!("queries/insert_event.sql"))
            .bind(self.lane.as_slice())
            .bind(seq)
            .bind(self.id.as_bytes().as_slice())
            .bind(self.at)
            .bind(self.salt.as_slice())
            .bind(self.payload.as_slice())
            .bind(self.commitment.as_slice())
            .bind(link.as_slice());
        session.run(insert).await?;
        let queue = sqlx::query(include_str!("queries/insert_audit_outbox.sql"));
        session.run(queue.bind(self.lane.as_slice()).bind(seq)).await?;
        self.usage.count(session).await
    }
}

/// An event to write alone, with the facts that a reading rests on.
pub(crate) struct Recorded {
    pub(crate) event: Event,
    pub(crate) facts: Option<FactsVersion>,
}

impl Recorded {
    /// Under the lock: the facts are still the ones of the decision. The event goes to the lane of its record; to
    /// the system's if there is none any more.
    pub(crate) async fn write(
        self,
        keys: &Keys,
        calendar: &Calendar,
        session: &mut Session<'_>,
    ) -> Result<(), Failure> {
        let event = &self.event;
        let record = match &event.patient {
            Some(ins) => Record::of(session, keys, ins).await?,
            None => None,
        };
        if let (Some(version), Some(_)) = (self.facts, &event.patient) {
            let holds = match &record {
                Some(record) => record.holds(version, calendar, event.at),
                None => version == policy::Facts::absent().version,
            };
            if !holds {
                return Err(Failure::Moved);
            }
        }
        if let Some(record) = record.filter(|record| !record.state(calendar, event.at).is_gone())
            && let Some(secret) = record.secret(keys)?
        {
            let (patient, preference) = (&record.key, record.notice);
            return Traces { keys, patient, secret: &secret, preference }.leave(session, event).await;
        }
        SealedEvent::of_system(keys, event)?.write(session).await
    }
}

/// Where a payload stands: it moves neither to another lane nor to another event.
pub(crate) fn payload_place(lane: &PatientKey, event: &[u8]) -> Place {
    Place::new("journal.payload", &[lane.as_slice(), event])
}

/// SHA-256 of salt and plaintext.
pub(crate) fn commitment(salt: &[u8], plaintext: &[u8]) -> [u8; 32] {
    sha256(&[salt, plaintext])
}

/// SHA-256 of the previous link, the position, the instant, the event's id and the commitment.
pub(crate) fn chain(previous: &[u8], seq: i64, at: i64, event: &[u8], commitment: &[u8]) -> [u8; 32] {
    sha256(&[previous, &seq.to_be_bytes(), &at.to_be_bytes(), event, commitment])
}

/// The link as it was before it covered the event's id: read, never written.
pub(crate) fn unbound_chain(previous: &[u8], seq: i64, at: i64, commitment: &[u8]) -> [u8; 32] {
    chain(previous, seq, at, &[], commitment)
}

/// SHA-256 of the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut digest = [0; 32];
    for (slot, byte) in digest.iter_mut().zip(context.finish().as_ref()) {
        *slot = *byte;
    }
    digest
}
