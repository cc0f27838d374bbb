//! One record's history, for its holder.

use journey::HistoryLine;
use model::Ins;
use sqlx::Row;

use crate::Inner;
use crate::failure::Failure;
use crate::journal::payload_place;
use crate::record::Record;
use crate::row::{EventRow, decode};
use crate::session::Session;

/// Events told at the most, the newest.
const LINES: i64 = 10_000;

impl Inner {
    /// [`journey::Store::history`]: oldest first; an erased event has no line.
    pub(crate) async fn history(&self, patient: &Ins) -> Result<Vec<HistoryLine>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let Some(record) = Record::of(&mut session, &self.keys, patient).await? else {
            return Ok(Vec::new());
        };
        let Some(secret) = record.secret(&self.keys)? else { return Ok(Vec::new()) };
        let select = sqlx::query(include_str!("queries/history.sql"));
        let rows = session.all(select.bind(record.key.as_slice()).bind(LINES)).await?;
        rows.iter()
            .rev()
            .map(|row| {
                let place = payload_place(&record.key, row.try_get("event")?);
                let opened = secret.open(&place, row.try_get("payload")?)?;
                Ok(decode::<EventRow>(&opened)?.into_line())
            })
            .collect()
    }
}
