//! One lane, walked from its first event to its head: every link, every payload.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::report::{AuditReport, FaultKind};
use super::root::LaneId;
use super::verify::{Auditor, STEP};
use crate::cipher::SecretKey;
use crate::failure::Failure;
use crate::journal::{FIRST_LINK, SYSTEM_LANE, chain, commitment, payload_place, unbound_chain};
use crate::keys::PatientKey;
use crate::record::{Record, Written};
use crate::row::{EventRow, decode};

/// Rows looked through for an event that stands elsewhere, and how often that is tried.
const LOOKED_THROUGH: i64 = 5_000;
/// Searches of displaced events at the most, over all lanes.
pub(super) const SEARCHES: u32 = 200;

/// A lane's row.
pub(super) struct Lane {
    pub(super) key: Vec<u8>,
    pub(super) id: LaneId,
    pub(super) last_seq: i64,
    last_chain: Vec<u8>,
}

impl Lane {
    pub(super) fn read(row: &SqliteRow) -> Result<Self, Failure> {
        let key: Vec<u8> = row.try_get("lane")?;
        let id = LaneId::of(&key);
        Ok(Lane { key, id, last_seq: row.try_get("last_seq")?, last_chain: row.try_get("last_chain")? })
    }
}

/// What opens the payloads of a lane.
enum LaneKey {
    Held(SecretKey),
    /// Destroyed with the record.
    Erased,
    /// Gone without an erasure.
    Lost,
}

/// How one payload stands.
enum Payload {
    Sound,
    Erased,
    Edited,
    /// Not to be judged without the key.
    Unknown,
}

impl Auditor<'_, '_> {
    /// Walks a lane.
    pub(super) async fn walk(&mut self, lane: &Lane, report: &mut AuditReport) -> Result<(), Failure> {
        let Ok(key) = PatientKey::of(&lane.key) else {
            report.tell_lane(FaultKind::Edited, lane.id, None, None);
            return Ok(());
        };
        let secret = self.lane_key(&key).await?;
        // The links that the next event may follow: none is known after a gap, two after an edited event.
        let (mut links, mut next, mut row_before) = (vec![FIRST_LINK.to_vec()], 1_i64, i64::MIN);
        loop {
            let select = sqlx::query(include_str!("../queries/events_after.sql"));
            let rows = self.session.all(select.bind(key.as_slice()).bind(row_before).bind(STEP)).await?;
            let Some(last) = rows.last() else { break };
            row_before = last.try_get("seq")?;
            for row in &rows {
                let event = Walked::read(row)?;
                if event.seq < 1 {
                    report.tell_lane(FaultKind::Edited, lane.id, Some(event.seq), None);
                    continue;
                }
                if event.seq > next {
                    report.tell_lane(FaultKind::Removed, lane.id, Some(next), None);
                    links.clear();
                }
                let mut held = links.is_empty() || links.iter().any(|link| event.follows(link));
                if held {
                    links = vec![event.chain.clone()];
                } else if let Some(there) = self.displaced(&key, &links, event.seq).await? {
                    report.tell_lane(FaultKind::Reordered, lane.id, Some(event.seq), None);
                    links = vec![there];
                } else {
                    report.tell_lane(FaultKind::Edited, lane.id, Some(event.seq), None);
                    let meant = links.iter().map(|link| event.link(link).to_vec());
                    links = meant.chain([event.chain.clone()]).collect();
                    links.truncate(3);
                }
                next = event.seq.saturating_add(1);
                match event.payload(&key, &secret) {
                    Payload::Sound if held => report.sound += 1,
                    Payload::Erased if held => report.erased += 1,
                    Payload::Sound | Payload::Erased | Payload::Unknown => {}
                    Payload::Edited => held = false,
                }
                if !held {
                    self.tell_event(report, lane.id, event.seq);
                }
            }
        }
        if matches!(secret, LaneKey::Lost) {
            report.tell_lane(FaultKind::KeyLost, lane.id, None, None);
        }
        if lane.last_seq >= next {
            report.tell_lane(FaultKind::Truncated, lane.id, Some(next), None);
        } else if lane.last_seq != next - 1 || !(links.is_empty() || links.contains(&lane.last_chain)) {
            report.tell_lane(FaultKind::Edited, lane.id, Some(lane.last_seq), None);
        }
        Ok(())
    }

    /// An event that does not hold, unless its place was told already.
    fn tell_event(&self, report: &mut AuditReport, lane: LaneId, seq: i64) {
        let short = lane.short();
        let told = |fault: &super::AuditFault| {
            fault.lane.as_deref() == Some(short.as_str()) && fault.seq == Some(seq)
        };
        if !report.faults.iter().rev().take(4).any(told) {
            report.tell_lane(FaultKind::Edited, lane, Some(seq), None);
        }
    }

    /// The link of the event that belongs at `seq`, if it stands elsewhere in the lane.
    async fn displaced(
        &mut self,
        key: &PatientKey,
        links: &[Vec<u8>],
        seq: i64,
    ) -> Result<Option<Vec<u8>>, Failure> {
        if self.searches == 0 {
            return Ok(None);
        }
        self.searches -= 1;
        let select = sqlx::query(include_str!("../queries/events_after.sql"));
        let rows = self.session.all(select.bind(key.as_slice()).bind(i64::MIN).bind(LOOKED_THROUGH)).await?;
        for row in &rows {
            let mut event = Walked::read(row)?;
            if event.seq != seq {
                event.seq = seq;
                if links.iter().any(|link| event.follows(link)) {
                    return Ok(Some(event.chain));
                }
            }
        }
        Ok(None)
    }

    async fn lane_key(&mut self, key: &PatientKey) -> Result<LaneKey, Failure> {
        if *key == SYSTEM_LANE {
            return Ok(LaneKey::Held(SecretKey::of(self.keys.system().bytes())?));
        }
        match Record::by_key(self.session, key).await {
            Ok(Some(record)) => Ok(match record.secret(self.keys) {
                Ok(Some(secret)) => LaneKey::Held(secret),
                Ok(None) if record.written == Written::Erased => LaneKey::Erased,
                Ok(None) | Err(_) => LaneKey::Lost,
            }),
            Ok(None) | Err(Failure::Unsound(_)) => Ok(LaneKey::Lost),
            Err(other) => Err(other),
        }
    }
}

/// One event on the walk.
struct Walked {
    seq: i64,
    at: i64,
    event: Vec<u8>,
    salt: Option<Vec<u8>>,
    payload: Option<Vec<u8>>,
    erased_at: Option<i64>,
    commitment: Vec<u8>,
    chain: Vec<u8>,
}

impl Walked {
    fn read(row: &SqliteRow) -> Result<Self, Failure> {
        Ok(Walked {
            seq: row.try_get("seq")?,
            at: row.try_get("at")?,
            event: row.try_get("event")?,
            salt: row.try_get("salt")?,
            payload: row.try_get("payload")?,
            erased_at: row.try_get("erased_at")?,
            commitment: row.try_get("commitment")?,
            chain: row.try_get("chain")?,
        })
    }

    /// The link that this event has after that one.
    fn link(&self, previous: &[u8]) -> [u8; 32] {
        chain(previous, self.seq, self.at, &self.event, &self.commitment)
    }

    /// True if its link follows from that one: as written now, or as the first version wrote it, without the
    /// event's id. Of fixed lengths, so that no value is taken for another.
    fn follows(&self, previous: &[u8]) -> bool {
        let whole = self.event.len() == 16 && self.commitment.len() == 32;
        whole
            && (self.chain == self.link(previous)
                || self.chain == unbound_chain(previous, self.seq, self.at, &self.commitment))
    }

    fn payload(&self, lane: &PatientKey, key: &LaneKey) -> Payload {
        let (salt, payload) = match (&self.salt, &self.payload, self.erased_at) {
            (None, None, Some(_)) => return Payload::Erased,
            (Some(salt), Some(payload), None) => (salt, payload),
            (Some(_) | None, Some(_) | None, Some(_) | None) => return Payload::Edited,
        };
        let secret = match key {
            LaneKey::Held(secret) => secret,
            LaneKey::Erased => return Payload::Erased,
            LaneKey::Lost => return Payload::Unknown,
        };
        let Ok(plaintext) = secret.open(&payload_place(lane, &self.event), payload) else {
            return Payload::Edited;
        };
        let plaintext = zeroize::Zeroizing::new(plaintext);
        if commitment(salt, &plaintext) != *self.commitment {
            return Payload::Edited;
        }
        match decode::<EventRow>(&plaintext) {
            Ok(row) if row.at == self.at => Payload::Sound,
            Ok(_) | Err(_) => Payload::Edited,
        }
    }
}
