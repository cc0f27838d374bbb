//! How one record stands, in instants and counts: for an operator, without a trait of the person.

use model::{Ins, Moment};
use policy::Standing;
use sqlx::Row;

use crate::failure::Failure;
use crate::record::Record;
use crate::session::Session;
use crate::{Inner, SqliteStore};

/// The standing of a record with its instants and its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordStatus {
    /// The standing.
    pub standing: Standing,
    /// When the identity was fed.
    pub notified_at: Option<Moment>,
    /// When it opens by itself, while six weeks to oppose are running.
    pub opens_at: Option<Moment>,
    /// When the account was activated.
    pub activated_at: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// When it was opposed.
    pub opposed_at: Option<Moment>,
    /// The first instant at which it is no longer kept, once closed or opposed.
    pub kept_until: Option<Moment>,
    /// Numbers by name, in a fixed order.
    pub counts: Vec<(&'static str, u64)>,
}

/// The columns of `record_counts.sql`.
const COUNTS: [&str; 11] = [
    "current",
    "superseded",
    "archived",
    "deleted",
    "sets",
    "authorisations",
    "blocked",
    "representatives",
    "reviews",
    "messages",
    "events",
];

impl SqliteStore {
    /// How the record of an INS stands at this instant; `None` where there is none, or no more.
    pub async fn status(&self, patient: &Ins, at: Moment) -> Result<Option<RecordStatus>, journey::Fault> {
        self.0.status(patient, at).await.map_err(Failure::into_fault)
    }
}

impl Inner {
    async fn status(&self, patient: &Ins, at: Moment) -> Result<Option<RecordStatus>, Failure> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let record = Record::of(&mut session, &self.keys, patient).await?;
        let Some(record) = record.filter(|record| !record.state(&self.calendar, at).is_gone()) else {
            return Ok(None);
        };
        let select = sqlx::query(include_str!("queries/record_counts.sql")).bind(record.key.as_slice());
        let row = session.one(select).await?;
        let count = |name: &'static str| match &row {
            Some(row) => row.try_get::<i64, _>(name).map(|count| (name, count.unsigned_abs())),
            None => Ok((name, 0)),
        };
        let counts = COUNTS.into_iter().map(count).collect::<Result<_, _>>()?;
        Ok(Some(record.status(&self.calendar, at, counts)))
    }
}
