//! Verifying the journal: every lane is walked from its first event to its last link.

use journey::JournalReport;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::Inner;
use crate::cipher::SecretKey;
use crate::failure::Failure;
use crate::journal::{FIRST_LINK, SYSTEM_LANE, chain, commitment, payload_place};
use crate::keys::PatientKey;
use crate::record::Record;
use crate::row::{EventRow, decode};
use crate::session::Session;

/// Lanes or events read at a time.
const STEP: i64 = 500;
/// Faults told in words at the most.
const TOLD: usize = 1000;

impl Inner {
    /// [`journey::Store::verify_journal`].
    pub(crate) async fn verify_journal(&self) -> Result<JournalReport, Failure> {
        let mut snapshot = self.readers.begin().await?;
        self.walk_lanes(&mut Session::new(&mut snapshot)).await
    }

    async fn walk_lanes(&self, session: &mut Session<'_>) -> Result<JournalReport, Failure> {
        let mut report = JournalReport::default();
        let mut after: Vec<u8> = Vec::new();
        loop {
            let select = sqlx::query(include_str!("queries/lanes_after.sql"));
            let lanes = session.all(select.bind(after.as_slice()).bind(STEP)).await?;
            let Some(last) = lanes.last() else { break };
            after = last.try_get("lane")?;
            for lane in &lanes {
                self.walk_lane(session, lane, &mut report).await?;
            }
        }
        let orphans = session.one(sqlx::query(include_str!("queries/events_without_lane.sql"))).await?;
        if let Some(row) = orphans {
            let count: i64 = row.try_get(0)?;
            if count > 0 {
                tell(&mut report, format!("{count} events without a lane"));
            }
        }
        Ok(report)
    }

    async fn walk_lane(
        &self,
        session: &mut Session<'_>,
        lane: &SqliteRow,
        report: &mut JournalReport,
    ) -> Result<(), Failure> {
        let key = PatientKey::of(lane.try_get("lane")?)?;
        let secret = self.lane_secret(session, &key).await?;
        let (mut seq, mut link) = (0_i64, FIRST_LINK.to_vec());
        loop {
            let select = sqlx::query(include_str!("queries/events_after.sql"));
            let events = session.all(select.bind(key.as_slice()).bind(seq).bind(STEP)).await?;
            if events.is_empty() {
                break;
            }
            for row in &events {
                let event = Walked::read(row)?;
                match event.judge(&key, secret.as_ref(), seq, &link) {
                    Ok(true) => report.sound += 1,
                    Ok(false) => report.erased += 1,
                    Err(why) => tell(report, format!("lane {}, event {}: {why}", name(&key), event.seq)),
                }
                (seq, link) = (event.seq, event.chain);
            }
        }
        let (last_seq, last_chain): (i64, Vec<u8>) = (lane.try_get("last_seq")?, lane.try_get("last_chain")?);
        if last_seq != seq || last_chain != link {
            tell(report, format!("lane {}: ends at {seq}, not at its last link {last_seq}", name(&key)));
        }
        Ok(())
    }

    /// The secret of a lane; `None` once the record was erased.
    pub(crate) async fn lane_secret(
        &self,
        session: &mut Session<'_>,
        key: &PatientKey,
    ) -> Result<Option<SecretKey>, Failure> {
        if *key == SYSTEM_LANE {
            return Ok(Some(SecretKey::of(self.keys.system().bytes())?));
        }
        match Record::by_key(session, key).await? {
            Some(record) => Ok(record.secret(&self.keys)?),
            None => Ok(None),
        }
    }
}

/// One event on the walk.
struct Walked {
    seq: i64,
    at: i64,
    event: Vec<u8>,
    sealed: Option<(Vec<u8>, Vec<u8>)>,
    commitment: Vec<u8>,
    chain: Vec<u8>,
}

impl Walked {
    fn read(row: &SqliteRow) -> Result<Self, Failure> {
        let salt: Option<Vec<u8>> = row.try_get("salt")?;
        Ok(Walked {
            seq: row.try_get("seq")?,
            at: row.try_get("at")?,
            event: row.try_get("event")?,
            sealed: salt.zip(row.try_get("payload")?),
            commitment: row.try_get("commitment")?,
            chain: row.try_get("chain")?,
        })
    }

    /// `Ok(true)` = sound, `Ok(false)` = lawfully erased, else why it does not hold.
    fn judge(
        &self,
        lane: &PatientKey,
        secret: Option<&SecretKey>,
        before: i64,
        link: &[u8],
    ) -> Result<bool, &'static str> {
        if self.seq != before + 1 {
            return Err("an event is missing before it");
        }
        if chain(link, self.seq, self.at, &self.commitment) != *self.chain {
            return Err("its link does not follow from the one before");
        }
        let (Some((salt, payload)), Some(secret)) = (&self.sealed, secret) else { return Ok(false) };
        let plaintext = secret
            .open(&payload_place(lane, &self.event), payload)
            .map_err(|_| "its payload does not open")?;
        if commitment(salt, &plaintext) != *self.commitment {
            return Err("its payload is not the one that was committed to");
        }
        match decode::<EventRow>(&plaintext) {
            Ok(row) if row.at == self.at => Ok(true),
            Ok(_) | Err(_) => Err("its payload does not agree with its row"),
        }
    }
}

fn tell(report: &mut JournalReport, what: String) {
    match report.broken.len() {
        told if told < TOLD => report.broken.push(what),
        TOLD => report.broken.push("more, not told".into()),
        _ => {}
    }
}

/// The first bytes of the internal key: random, without meaning outside the file.
fn name(key: &PatientKey) -> String {
    key.as_slice().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
