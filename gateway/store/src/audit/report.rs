//! What a verification tells.

use std::fmt;

use journey::JournalReport;
use model::Moment;

use super::root::LaneId;

/// Faults told at the most.
const TOLD: usize = 1000;

/// The result of verifying the journal against its chains and its sealed roots.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditReport {
    /// Events whose payload, commitment and link hold.
    pub sound: u64,
    /// Events whose payload was lawfully erased: link and commitment hold.
    pub erased: u64,
    /// Roots found, in the database or in the file.
    pub roots: u64,
    /// Roots of the database that the file given does not have yet: its copy is older.
    pub not_in_file: u64,
    /// The last root that holds: its number, and when it was sealed.
    pub last_root: Option<(u64, Moment)>,
    /// What no root covers yet.
    pub unsealed: Option<Unsealed>,
    /// What does not hold, at most a thousand.
    pub faults: Vec<AuditFault>,
    /// True if there were more faults than are told.
    pub more_faults: bool,
}

/// The tail that no root covers: its chains are checked, but who writes the database could have made it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsealed {
    /// How many events.
    pub events: u64,
    /// Since when: the instant of the oldest of them.
    pub since: Moment,
}

/// One thing that does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    /// What.
    pub kind: FaultKind,
    /// The lane, by an opaque short id.
    pub lane: Option<String>,
    /// The position in the lane.
    pub seq: Option<i64>,
    /// The root.
    pub root: Option<u64>,
}

/// What does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// An event, or the lane's head, has other values than were written.
    Edited,
    /// Events are missing from this position on, with others after them.
    Removed,
    /// The event that belongs here stands elsewhere in the lane.
    Reordered,
    /// The lane ends before this position, which was written.
    Truncated,
    /// The chain holds in itself, but it is not the one that the root sealed: it was written anew since then.
    Rewritten,
    /// A lane is gone, or its head.
    LaneMissing,
    /// The key of the lane's record is gone without an erasure, or does not open.
    KeyLost,
    /// A root's signature or its signed heads are not the signer's.
    RootSignature,
    /// A root is missing, or does not follow from the one before.
    RootChain,
    /// The database, or the file, lacks a root or has another one, or the sealed heads are not the last root's.
    RootDiffers,
}

impl FaultKind {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            FaultKind::Edited => "edited",
            FaultKind::Removed => "removed",
            FaultKind::Reordered => "reordered",
            FaultKind::Truncated => "truncated",
            FaultKind::Rewritten => "rewritten",
            FaultKind::LaneMissing => "lane-missing",
            FaultKind::KeyLost => "key-lost",
            FaultKind::RootSignature => "root-signature-wrong",
            FaultKind::RootChain => "root-chain-broken",
            FaultKind::RootDiffers => "root-differs",
        }
    }
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(lane) = &self.lane {
            write!(f, "lane {lane}, ")?;
        }
        if let Some(seq) = self.seq {
            write!(f, "event {seq}: ")?;
        }
        let since = self.root.unwrap_or_default();
        match self.kind {
            FaultKind::Edited => f.write_str("edited"),
            FaultKind::Removed => f.write_str("removed"),
            FaultKind::Reordered => f.write_str("reordered"),
            FaultKind::Truncated => f.write_str("truncated"),
            FaultKind::Rewritten => write!(f, "rewritten since root {since}"),
            FaultKind::LaneMissing => f.write_str("lane missing"),
            FaultKind::KeyLost => f.write_str("the key is lost, without an erasure"),
            FaultKind::RootSignature => write!(f, "root {since}: signature wrong"),
            FaultKind::RootChain => write!(f, "root {since}: root chain broken"),
            FaultKind::RootDiffers => write!(f, "root {since}: not kept as it was sealed"),
        }
    }
}

impl AuditReport {
    /// True if nothing was found.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    pub(crate) fn tell(&mut self, fault: AuditFault) {
        let known = self.faults.iter().any(|told| {
            (told.kind, &told.lane, told.seq) == (fault.kind, &fault.lane, fault.seq)
                && (fault.lane.is_some() || told.root == fault.root)
        });
        match known {
            true => {}
            false if self.faults.len() < TOLD => self.faults.push(fault),
            false => self.more_faults = true,
        }
    }

    pub(crate) fn tell_lane(&mut self, kind: FaultKind, lane: LaneId, seq: Option<i64>, root: Option<u64>) {
        self.tell(AuditFault { kind, lane: Some(lane.short()), seq, root });
    }

    pub(crate) fn tell_root(&mut self, kind: FaultKind, root: u64) {
        self.tell(AuditFault { kind, lane: None, seq: None, root: Some(root) });
    }

    /// The part that the port of the journey tells.
    pub(crate) fn into_journal(self) -> JournalReport {
        let more = self.more_faults.then(|| "more, not told".to_owned());
        let broken = self.faults.iter().map(ToString::to_string).chain(more).collect();
        JournalReport { sound: self.sound, erased: self.erased, broken }
    }
}
