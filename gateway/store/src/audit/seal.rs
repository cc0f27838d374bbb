//! Sealing: the heads of all lanes under one signed root, kept in the database and in the file outside it.
//!
//! The database comes first: a writer killed between the two leaves the file behind, and the next seal brings
//! it up. The file is never behind a root that the database does not have, unless the database was taken back.

use std::path::{Path, PathBuf};

use journey::{CommitError, Fault};
use model::Moment;
use sqlx::Row;

use super::key::SealingKey;
use super::merkle::{Tree, leaf};
use super::root::{FIRST_PREVIOUS, Head, LaneId, MOST_HEADS, SealedRoot, Statement, moved};
use super::roots_file::{Ending, RootsFile};
use crate::cipher::Unsound;
use crate::failure::Failure;
use crate::session::Session;
use crate::writer::Job;
use crate::{Inner, SqliteStore};

/// Heads or roots read at a time.
const STEP: i64 = 5_000;
/// Roots copied to the file at a time.
const COPIED: i64 = 20;

/// What a seal did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seal {
    /// Number of the last root, made now or before; 0 while there is none.
    pub root: u64,
    /// Roots made now; 0 when nothing moved.
    pub made: u64,
    /// Events under the last root.
    pub events: u64,
    /// Lanes that contradict what was sealed or themselves, and were not sealed again: verify the journal.
    pub held_back: u64,
}

/// Why nothing was sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The roots file cannot be used.
    #[error("the roots file cannot be used: {0}")]
    File(#[from] std::io::Error),
    /// The roots file has a root that the database does not have, or another one in its place.
    #[error(
        "the roots file does not agree with the database's roots: verify the journal before sealing again"
    )]
    FileDisagrees,
    /// The database's last root or its sealed heads are not what was signed.
    #[error("the database's sealed heads do not hold: verify the journal before sealing again")]
    HeadsDoNotHold,
    /// Ours.
    #[error("{}", .0.cause)]
    Fault(Fault),
}

impl From<Failure> for SealError {
    fn from(failure: Failure) -> Self {
        SealError::Fault(failure.into_fault())
    }
}

impl From<sqlx::Error> for SealError {
    fn from(error: sqlx::Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<Unsound> for SealError {
    fn from(unsound: Unsound) -> Self {
        Failure::from(unsound).into()
    }
}

/// A root to keep, with the heads that moved: key of the lane, its leaf, its head.
pub(crate) struct KeptRoot {
    number: i64,
    line: String,
    heads: Vec<(Vec<u8>, i64, Head)>,
}

impl KeptRoot {
    /// Under the lock.
    pub(crate) async fn write(self, session: &mut Session<'_>) -> Result<(), Failure> {
        let insert = sqlx::query("INSERT INTO sealed_root (number, line) VALUES ($1, $2)");
        session.run(insert.bind(self.number).bind(self.line)).await?;
        for (lane, place, head) in self.heads {
            let keep = sqlx::query(include_str!("../queries/keep_sealed_head.sql"))
                .bind(lane)
                .bind(place)
                .bind(head.seq)
                .bind(head.chain.to_vec());
            session.run(keep).await?;
        }
        Ok(())
    }
}

impl SqliteStore {
    /// Seals everything written so far, as of `at`, and appends what the roots file lacks. Nothing is sealed
    /// over a contradiction: a lane that does not hold keeps its last sealed head.
    ///
    /// # Errors
    /// [`SealError`]; what was committed before an error stays, and the next seal goes on from there.
    pub async fn seal(&self, key: &SealingKey, roots: &Path, at: Moment) -> Result<Seal, SealError> {
        let path: PathBuf = roots.to_owned();
        let mut file = blocking(move || RootsFile::open(&path)).await?;
        self.0.append_to(&mut file).await?;
        let mut sealer = self.0.sealer(key).await?;
        let mut made = 0;
        while let Some(root) = self.0.next_root(&mut sealer, key, at).await? {
            self.0.writer.write(Job::Root(Box::new(root))).await.map_err(|error| match error {
                CommitError::Fault(fault) => SealError::Fault(fault),
                CommitError::Moved | CommitError::Conflict(_) => {
                    SealError::Fault(Fault::new("an unexpected conflict"))
                }
            })?;
            made += 1;
        }
        self.0.append_to(&mut file).await?;
        let held_back = self.0.held_back().await?;
        Ok(Seal { root: sealer.number, made, events: sealer.events, held_back })
    }

    /// When the last root was sealed; `None` without one.
    pub async fn last_seal(&self) -> Result<Option<Moment>, Fault> {
        let last = async {
            let mut reader = self.0.readers.acquire().await?;
            last_line(&mut Session::new(&mut reader)).await
        };
        let line = last.await.map_err(Failure::into_fault)?;
        Ok(line.and_then(|line| SealedRoot::parse(&line)).map(|root| root.statement.at))
    }
}

/// The sealed state that the next root goes on from.
struct Sealer {
    tree: Tree,
    number: u64,
    previous: [u8; 32],
    events: u64,
}

impl Inner {
    /// Reads the sealed heads and holds them against the last root.
    async fn sealer(&self, key: &SealingKey) -> Result<Sealer, SealError> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let mut sealer = Sealer { tree: Tree::default(), number: 0, previous: FIRST_PREVIOUS, events: 0 };
        let mut after = -1_i64;
        loop {
            let select = sqlx::query(include_str!("../queries/sealed_heads.sql"));
            let rows = session.all(select.bind(after).bind(STEP)).await?;
            let Some(last) = rows.last() else { break };
            after = last.try_get("place")?;
            for row in &rows {
                let (place, seq): (i64, i64) = (row.try_get("place")?, row.try_get("seq")?);
                let leaf = leaf(&LaneId::of(row.try_get("lane")?).0, seq, &link(row.try_get("chain")?)?);
                if !usize::try_from(place).is_ok_and(|place| sealer.tree.set(place, leaf)) {
                    return Err(SealError::HeadsDoNotHold);
                }
                sealer.events = sealer.events.saturating_add(seq.unsigned_abs());
            }
        }
        let Some(line) = last_line(&mut session).await? else {
            return if sealer.tree.len() == 0 { Ok(sealer) } else { Err(SealError::HeadsDoNotHold) };
        };
        let last = SealedRoot::parse(&line).ok_or(SealError::HeadsDoNotHold)?;
        let statement = &last.statement;
        let holds = statement.merkle == sealer.tree.root()
            && statement.events == sealer.events
            && statement.lanes == sealer.tree.len() as u64;
        if last.is_forged(key) || !holds {
            return Err(SealError::HeadsDoNotHold);
        }
        (sealer.number, sealer.previous) = (statement.number, statement.digest());
        Ok(sealer)
    }

    /// The next root; `None` when nothing moved.
    async fn next_root(
        &self,
        sealer: &mut Sealer,
        key: &SealingKey,
        at: Moment,
    ) -> Result<Option<KeptRoot>, SealError> {
        let select = sqlx::query(include_str!("../queries/moved_lanes.sql"));
        let most = i64::try_from(MOST_HEADS).map_err(|_| Unsound("too many heads"))?;
        let mut reader = self.readers.acquire().await?;
        let rows = Session::new(&mut reader).all(select.bind(most)).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut heads = Vec::with_capacity(rows.len());
        for row in rows {
            let lane: Vec<u8> = row.try_get("lane")?;
            let (seq, before): (i64, Option<i64>) = (row.try_get("last_seq")?, row.try_get("sealed_seq")?);
            let head = Head { lane: LaneId::of(&lane), seq, chain: link(row.try_get("last_chain")?)? };
            let place = match row.try_get::<Option<i64>, _>("place")? {
                Some(place) => usize::try_from(place).map_err(|_| SealError::HeadsDoNotHold)?,
                None => sealer.tree.len(),
            };
            if !sealer.tree.set(place, leaf(&head.lane.0, seq, &head.chain)) {
                return Err(SealError::HeadsDoNotHold);
            }
            sealer.events = sealer.events.saturating_add(seq.abs_diff(before.unwrap_or(0)));
            heads.push((lane, i64::try_from(place).map_err(|_| Unsound("too many lanes"))?, head));
        }
        let only: Vec<Head> = heads.iter().map(|(_, _, head)| *head).collect();
        let statement = Statement {
            number: sealer.number + 1,
            at,
            events: sealer.events,
            lanes: sealer.tree.len() as u64,
            merkle: sealer.tree.root(),
            moved: moved(&only),
            previous: sealer.previous,
        };
        (sealer.number, sealer.previous) = (statement.number, statement.digest());
        let number = i64::try_from(statement.number).map_err(|_| Unsound("too many roots"))?;
        let line = SealedRoot::sign(key, statement, only).line().ok_or(Unsound("a root without a line"))?;
        Ok(Some(KeptRoot { number, line, heads }))
    }

    /// Appends the roots that the file lacks.
    async fn append_to(&self, file: &mut RootsFile) -> Result<(), SealError> {
        let Ending { last, mut begun } = file.ending()?;
        let mut number = 0;
        if let Some(line) = last {
            let root = SealedRoot::parse(&line).ok_or(SealError::FileDisagrees)?;
            number = i64::try_from(root.statement.number).map_err(|_| SealError::FileDisagrees)?;
            let ours = self.roots_from(number, 1).await?.into_iter().next();
            if ours != Some((number, line)) {
                return Err(SealError::FileDisagrees);
            }
        }
        loop {
            let roots = self.roots_from(number + 1, COPIED).await?;
            let Some((last, _)) = roots.last() else { break };
            number = *last;
            for (_, line) in roots {
                let whole = line + "\n";
                let rest = whole.as_bytes().strip_prefix(begun.as_slice());
                file.append(rest.ok_or(SealError::FileDisagrees)?)?;
                begun.clear();
            }
        }
        if begun.is_empty() { Ok(()) } else { Err(SealError::FileDisagrees) }
    }

    async fn roots_from(&self, number: i64, most: i64) -> Result<Vec<(i64, String)>, SealError> {
        let mut reader = self.readers.acquire().await?;
        Ok(roots_from(&mut Session::new(&mut reader), number, most).await?)
    }

    async fn held_back(&self) -> Result<u64, SealError> {
        let mut reader = self.readers.acquire().await?;
        let count = sqlx::query(include_str!("../queries/lanes_held_back.sql"));
        let row = Session::new(&mut reader).one(count).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get::<i64, _>(0))?.unsigned_abs())
    }
}

/// The database's roots from this number on.
pub(crate) async fn roots_from(
    session: &mut Session<'_>,
    number: i64,
    most: i64,
) -> Result<Vec<(i64, String)>, Failure> {
    let select = "SELECT number, line FROM sealed_root WHERE number >= $1 ORDER BY number LIMIT $2";
    let rows = session.all(sqlx::query(select).bind(number).bind(most)).await?;
    rows.iter().map(|row| Ok((row.try_get("number")?, row.try_get("line")?))).collect()
}

async fn last_line(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    let select = "SELECT line FROM sealed_root ORDER BY number DESC LIMIT 1";
    Ok(session.one(sqlx::query(select)).await?.map(|row| row.try_get("line")).transpose()?)
}

fn link(bytes: &[u8]) -> Result<[u8; 32], Unsound> {
    <[u8; 32]>::try_from(bytes).map_err(|_| Unsound("a link that is not of 32 bytes"))
}

/// Waits for something slow of the file system without holding up the others.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, std::io::Error> + Send + 'static,
) -> Result<T, std::io::Error> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}
