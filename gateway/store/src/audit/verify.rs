//! Verifying: the roots first, then every lane, in one snapshot.

use std::collections::HashMap;
use std::path::PathBuf;

use journey::{Fault, JournalReport};
use model::Moment;
use sqlx::Row;

use super::key::PublicKeys;
use super::lane::{Lane, SEARCHES};
use super::report::{AuditReport, FaultKind, Unsealed};
use super::root::LaneId;
use super::roots_file::Lines;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::session::Session;
use crate::{Inner, SqliteStore};

/// Lanes or events read at a time.
pub(super) const STEP: i64 = 500;

/// What the journal is held against beside its own chains.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The roots file, or a copy of it that was kept elsewhere.
    pub roots: Option<PathBuf>,
    /// The keys that may have signed roots. Without any, every root's signature is told as wrong.
    pub keys: Option<PublicKeys>,
}

/// The walk over one snapshot.
pub(crate) struct Auditor<'a, 'c> {
    pub(super) keys: &'a Keys,
    pub(super) session: &'a mut Session<'c>,
    /// Searches of displaced events that are left.
    pub(super) searches: u32,
    /// Lanes that the database has, by their opaque id.
    pub(super) lanes: HashMap<LaneId, Vec<u8>>,
    /// The highest position that a root sealed, by lane.
    pub(super) sealed: HashMap<LaneId, i64>,
}

impl SqliteStore {
    /// Verifies the journal: every chain and payload, and the sealed roots with the lanes under them. Finds any
    /// edit, removal, reordering or truncation of what a root covers, and in the unsealed tail any that does not
    /// make the chains anew.
    ///
    /// # Errors
    /// A [`Fault`] when the database or the roots file cannot be read; what is wrong with them is the report.
    pub async fn verify_audit(&self, evidence: &Evidence) -> Result<AuditReport, Fault> {
        let lines = evidence.roots.as_deref().map(Lines::open).transpose();
        let lines = lines.map_err(|error| Fault::new(format!("the roots file cannot be read: {error}")))?;
        let verified = async {
            let mut snapshot = self.0.readers.begin().await?;
            let mut session = Session::new(&mut snapshot);
            Auditor::new(&self.0.keys, &mut session).verify(lines, evidence.keys.as_ref()).await
        };
        verified.await.map_err(Failure::into_fault)
    }

    /// True if the database has sealed roots, or what passes for them.
    pub async fn has_roots(&self) -> Result<bool, Fault> {
        let found = async {
            let mut reader = self.0.readers.acquire().await?;
            Ok(Session::new(&mut reader)
                .one(sqlx::query("SELECT 1 FROM sealed_root LIMIT 1"))
                .await?
                .is_some())
        };
        found.await.map_err(Failure::into_fault)
    }
}

impl Inner {
    /// [`journey::Store::verify_journal`]: the chains alone.
    pub(crate) async fn verify_journal(&self) -> Result<JournalReport, Failure> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let mut report = AuditReport::default();
        Auditor::new(&self.keys, &mut session).walk_lanes(&mut report).await?;
        Ok(report.into_journal())
    }
}

impl<'a, 'c> Auditor<'a, 'c> {
    pub(crate) fn new(keys: &'a Keys, session: &'a mut Session<'c>) -> Self {
        Auditor { keys, session, searches: SEARCHES, lanes: HashMap::new(), sealed: HashMap::new() }
    }

    /// The whole verification.
    pub(crate) async fn verify(
        mut self,
        file: Option<Lines>,
        keys: Option<&PublicKeys>,
    ) -> Result<AuditReport, Failure> {
        let mut report = AuditReport::default();
        self.list_lanes().await?;
        self.check_roots(file, keys, &mut report).await?;
        self.walk_lanes(&mut report).await?;
        Ok(report)
    }

    async fn list_lanes(&mut self) -> Result<(), Failure> {
        let mut after = None;
        while let Some(lanes) = self.lanes_after(after).await? {
            after = lanes.last().map(|lane| lane.key.clone());
            self.lanes.extend(lanes.into_iter().map(|lane| (lane.id, lane.key)));
        }
        Ok(())
    }

    async fn walk_lanes(&mut self, report: &mut AuditReport) -> Result<(), Failure> {
        let mut after = None;
        while let Some(lanes) = self.lanes_after(after).await? {
            after = lanes.last().map(|lane| lane.key.clone());
            for lane in &lanes {
                self.walk(lane, report).await?;
                self.note_unsealed(lane, report).await?;
            }
        }
        for row in self.session.all(sqlx::query(include_str!("../queries/events_without_lane.sql"))).await? {
            let lane = LaneId::of(row.try_get("lane")?);
            report.tell_lane(FaultKind::LaneMissing, lane, row.try_get("first")?, None);
        }
        for row in self.session.all(sqlx::query(include_str!("../queries/records_without_lane.sql"))).await? {
            report.tell_lane(FaultKind::LaneMissing, LaneId::of(row.try_get("patient_key")?), None, None);
        }
        Ok(())
    }

    /// The next lanes; `None` after the last.
    async fn lanes_after(&mut self, after: Option<Vec<u8>>) -> Result<Option<Vec<Lane>>, Failure> {
        let select = sqlx::query(include_str!("../queries/lanes_after.sql"));
        // SQLite orders every number before every blob, the empty one too.
        let select = match after {
            None => select.bind(0_i64),
            Some(key) => select.bind(key),
        };
        let rows = self.session.all(select.bind(STEP)).await?;
        let lanes = rows.iter().map(Lane::read).collect::<Result<Vec<_>, _>>()?;
        Ok((!lanes.is_empty()).then_some(lanes))
    }

    async fn note_unsealed(&mut self, lane: &Lane, report: &mut AuditReport) -> Result<(), Failure> {
        let sealed = self.sealed.get(&lane.id).copied().unwrap_or(0);
        if lane.last_seq <= sealed {
            return Ok(());
        }
        let select = sqlx::query(include_str!("../queries/unsealed_events.sql"));
        let row = self.session.one(select.bind(lane.key.as_slice()).bind(sealed)).await?;
        let Some(row) = row else { return Ok(()) };
        let (events, since): (i64, Option<i64>) = (row.try_get("events")?, row.try_get("since")?);
        if let Some(since) = since {
            let so_far = report.unsealed.unwrap_or(Unsealed { events: 0, since: Moment(i64::MAX) });
            report.unsealed = Some(Unsealed {
                events: so_far.events + events.unsigned_abs(),
                since: so_far.since.min(Moment(since)),
            });
        }
        Ok(())
    }
}
