//! How much the store holds: for `doctor`, and for tests that something left nothing behind.

use sqlx::Row;

use crate::SqliteStore;
use crate::failure::Failure;
use crate::session::Session;

/// Numbers of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records, whatever their state.
    pub records: u64,
    /// Documents with content.
    pub documents: u64,
    /// Encrypted content chunks.
    pub chunks: u64,
    /// Submission sets.
    pub sets: u64,
    /// Journal events, the system's lane included.
    pub events: u64,
    /// Rows of the outbox, delivered or not.
    pub outbox: u64,
}

impl SqliteStore {
    /// Counts everything, in one statement. Slow on a large store.
    pub async fn counts(&self) -> Result<Counts, journey::Fault> {
        self.count_rows().await.map_err(Failure::into_fault)
    }

    async fn count_rows(&self) -> Result<Counts, Failure> {
        let mut reader = self.0.readers.acquire().await?;
        let row = Session::new(&mut reader).one(sqlx::query(include_str!("queries/counts.sql"))).await?;
        let Some(row) = row else { return Ok(Counts::default()) };
        let count = |column: &str| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
        Ok(Counts {
            records: count("records")?,
            documents: count("documents")?,
            chunks: count("chunks")?,
            sets: count("sets")?,
            events: count("events")?,
            outbox: count("outbox")?,
        })
    }
}
