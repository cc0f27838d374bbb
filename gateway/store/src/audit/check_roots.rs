//! The roots in their order, database and file side by side: signatures, numbers, hashes, the tree, and each
//! sealed head against the event that stands there now.

use std::collections::HashMap;

use sqlx::Row;

use super::key::PublicKeys;
use super::merkle::{Tree, leaf};
use super::report::{AuditReport, FaultKind};
use super::root::{FIRST_PREVIOUS, Head, LaneId, SealedRoot};
use super::roots_file::Lines;
use super::seal::roots_from;
use super::verify::Auditor;
use crate::cipher::Unsound;
use crate::failure::Failure;

/// Roots of the database read at a time.
const STEP: i64 = 20;

/// What the roots so far amount to.
struct Course {
    /// The number of the last root.
    number: u64,
    /// The digest that the next root must name; unknown after a root that does not hold.
    previous: Option<[u8; 32]>,
    /// The tree; unknown after a root whose heads are not known.
    tree: Option<Tree>,
    /// Each lane's leaf and last sealed position.
    places: HashMap<LaneId, (usize, i64)>,
    events: u64,
}

impl Auditor<'_, '_> {
    /// Checks every root.
    pub(super) async fn check_roots(
        &mut self,
        file: Option<Lines>,
        keys: Option<&PublicKeys>,
        report: &mut AuditReport,
    ) -> Result<(), Failure> {
        let mut course = Course {
            number: 0,
            previous: Some(FIRST_PREVIOUS),
            tree: Some(Tree::default()),
            places: HashMap::new(),
            events: 0,
        };
        let mut sides = Sides::new(file);
        while let Some(pair) = sides.next(self, report).await? {
            report.roots += 1;
            let number = pair.number;
            if number != course.number + 1 {
                report.tell_root(FaultKind::RootChain, course.number + 1);
                (course.previous, course.tree) = (None, None);
            }
            course.number = number;
            match pair.genuine(keys) {
                Some(root) => self.check_root(root, &mut course, report).await?,
                None => {
                    report.tell_root(FaultKind::RootSignature, number);
                    (course.previous, course.tree) = (None, None);
                }
            }
        }
        self.check_sealed_heads(&course, report).await?;
        self.sealed = course.places.into_iter().map(|(lane, (_, seq))| (lane, seq)).collect();
        Ok(())
    }

    /// A root whose signature and heads are genuine.
    async fn check_root(
        &mut self,
        root: SealedRoot,
        course: &mut Course,
        report: &mut AuditReport,
    ) -> Result<(), Failure> {
        let (statement, number) = (&root.statement, root.statement.number);
        let follows = course.previous.is_none_or(|previous| previous == statement.previous);
        for head in &root.heads {
            let next = course.places.len();
            let (place, before) = course.places.get(&head.lane).copied().unwrap_or((next, 0));
            course.places.insert(head.lane, (place, head.seq));
            course.events = course.events.saturating_add(head.seq.abs_diff(before));
            if let Some(tree) = &mut course.tree {
                tree.set(place, leaf(&head.lane.0, head.seq, &head.chain));
            }
        }
        let holds = course.tree.as_mut().is_none_or(|tree| {
            tree.root() == statement.merkle
                && tree.len() as u64 == statement.lanes
                && course.events == statement.events
        });
        if follows && holds {
            report.last_root = Some((number, statement.at));
        } else {
            report.tell_root(FaultKind::RootChain, number);
            course.tree = None;
        }
        course.previous = Some(statement.digest());
        for head in &root.heads {
            self.check_head(head, number, report).await?;
        }
        Ok(())
    }

    /// The heads that the next root would go on from are the ones of the last root.
    async fn check_sealed_heads(&mut self, course: &Course, report: &mut AuditReport) -> Result<(), Failure> {
        let Some(tree) = &course.tree else { return Ok(()) };
        let (mut after, mut held, mut all) = (i64::MIN, 0_usize, 0_usize);
        loop {
            let select = sqlx::query(include_str!("../queries/sealed_heads.sql"));
            let rows = self.session.all(select.bind(after).bind(STEP * 50)).await?;
            let Some(last) = rows.last() else { break };
            after = last.try_get("place")?;
            all += rows.len();
            for row in &rows {
                let (place, seq): (i64, i64) = (row.try_get("place")?, row.try_get("seq")?);
                let there = usize::try_from(place).ok().and_then(|place| tree.leaf(place));
                let lane = LaneId::of(row.try_get("lane")?);
                let chain = <[u8; 32]>::try_from(row.try_get::<&[u8], _>("chain")?).ok();
                held += usize::from(chain.is_some_and(|chain| there == Some(leaf(&lane.0, seq, &chain))));
            }
        }
        if held != all || all != tree.len() {
            report.tell_root(FaultKind::RootDiffers, course.number);
        }
        Ok(())
    }

    /// The event that a head sealed is there as it was.
    async fn check_head(
        &mut self,
        head: &Head,
        number: u64,
        report: &mut AuditReport,
    ) -> Result<(), Failure> {
        let Some(key) = self.lanes.get(&head.lane) else {
            report.tell_lane(FaultKind::LaneMissing, head.lane, None, Some(number));
            return Ok(());
        };
        let select = sqlx::query(include_str!("../queries/sealed_event.sql"));
        let row = self.session.one(select.bind(key.as_slice()).bind(head.seq)).await?;
        let row = row.ok_or(Unsound("no answer about a sealed event"))?;
        let chain: Option<Vec<u8>> = row.try_get("chain")?;
        let last: Option<i64> = row.try_get("last")?;
        let kind = match (chain, last) {
            (Some(chain), _) if chain == head.chain => return Ok(()),
            (Some(_), _) => FaultKind::Rewritten,
            (None, Some(last)) if last > head.seq => FaultKind::Removed,
            (None, Some(_) | None) => FaultKind::Truncated,
        };
        report.tell_lane(kind, head.lane, Some(head.seq), Some(number));
        Ok(())
    }
}

/// A root as the two sides have it.
struct Pair {
    number: u64,
    /// The file's comes first: the database is what is under suspicion.
    candidates: Vec<Option<SealedRoot>>,
}

impl Pair {
    /// The first that is genuine.
    fn genuine(self, keys: Option<&PublicKeys>) -> Option<SealedRoot> {
        let keys = keys?;
        let number = self.number;
        let mut roots = self.candidates.into_iter().flatten();
        roots.find(|root| root.statement.number == number && root.is_genuine(keys))
    }
}

/// Database and file, read in step.
struct Sides {
    file: Option<Lines>,
    file_next: Option<(u64, String, SealedRoot)>,
    file_last: u64,
    ours: std::collections::VecDeque<(u64, String)>,
    ours_after: i64,
    ours_ended: bool,
    /// True while every root so far was in the file, or there is none: gaps at its end are an older copy.
    file_ended: bool,
}

impl Sides {
    fn new(file: Option<Lines>) -> Self {
        Sides {
            file_ended: file.is_none(),
            file,
            file_next: None,
            file_last: 0,
            ours: std::collections::VecDeque::new(),
            ours_after: i64::MIN,
            ours_ended: false,
        }
    }

    /// The next number that one of the sides has.
    async fn next(
        &mut self,
        auditor: &mut Auditor<'_, '_>,
        report: &mut AuditReport,
    ) -> Result<Option<Pair>, Failure> {
        self.read_ours(auditor, report).await?;
        self.read_file(report)?;
        let with_file = self.file.is_some();
        let ours = self.ours.front().map(|(number, _)| *number);
        let theirs = self.file_next.as_ref().map(|(number, _, _)| *number);
        let number = match (ours, theirs) {
            (None, None) => return Ok(None),
            (Some(number), None) | (None, Some(number)) => number,
            (Some(ours), Some(theirs)) => ours.min(theirs),
        };
        let ours = self.ours.pop_front_if(|(front, _)| *front == number).map(|(_, line)| line);
        let theirs = self.file_next.take_if(|(front, _, _)| *front == number);
        match (&ours, &theirs) {
            (Some(ours), Some((_, line, _))) if ours != line => {
                report.tell_root(FaultKind::RootDiffers, number);
            }
            (None, Some(_)) => report.tell_root(FaultKind::RootDiffers, number),
            (Some(_), None) if with_file && self.file_ended => report.not_in_file += 1,
            (Some(_), None) if with_file => report.tell_root(FaultKind::RootDiffers, number),
            (Some(_), Some(_) | None) | (None, None) => {}
        }
        let ours = ours.as_deref().and_then(SealedRoot::parse);
        Ok(Some(Pair { number, candidates: vec![theirs.map(|(_, _, root)| root), ours] }))
    }

    async fn read_ours(
        &mut self,
        auditor: &mut Auditor<'_, '_>,
        report: &mut AuditReport,
    ) -> Result<(), Failure> {
        if self.ours_ended || !self.ours.is_empty() {
            return Ok(());
        }
        let roots = roots_from(auditor.session, self.ours_after, STEP).await?;
        self.ours_ended = roots.is_empty();
        for (number, line) in roots {
            match u64::try_from(number) {
                Ok(counted) if counted > 0 => self.ours.push_back((counted, line)),
                Ok(_) | Err(_) => report.tell_root(FaultKind::RootChain, 0),
            }
            match number.checked_add(1) {
                Some(next) => self.ours_after = next,
                None => self.ours_ended = true,
            }
        }
        Ok(())
    }

    fn read_file(&mut self, report: &mut AuditReport) -> Result<(), Failure> {
        let Some(file) = self.file.as_mut().filter(|_| self.file_next.is_none() && !self.file_ended) else {
            return Ok(());
        };
        loop {
            match file.next().map_err(|_| Unsound("the roots file cannot be read"))? {
                None => {
                    self.file_ended = true;
                    return Ok(());
                }
                Some((line, Some(root))) if root.statement.number > self.file_last => {
                    self.file_last = root.statement.number;
                    self.file_next = Some((root.statement.number, line, root));
                    return Ok(());
                }
                Some((_, Some(_) | None)) => {
                    report.tell_root(FaultKind::RootChain, self.file_last.saturating_add(1));
                }
            }
        }
    }
}
