//! Figures of use that name nobody: no cell under ten, no total from which one could be reckoned, and only
//! months that have ended, so that asking twice tells nothing more than asking once.

use std::fmt;

use journey::Fault;
use model::Moment;
use sqlx::Row;

use crate::SqliteStore;
use crate::failure::Failure;
use crate::session::Session;

/// The smallest count that is ever shown.
pub const SMALLEST_CELL: u64 = 10;

/// A month of the calendar, in UTC, from year 0 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The first one that can be written.
    pub const FIRST: Month = Month { year: 0, month: 1 };
    /// The last one that can be written.
    pub const LAST: Month = Month { year: 9999, month: 12 };

    /// The month of an instant; the nearest that can be written for one far off.
    pub fn of(at: Moment) -> Self {
        let Ok(timestamp) = jiff::Timestamp::from_microsecond(at.0) else {
            return if at.0 < 0 { Month::FIRST } else { Month::LAST };
        };
        let day = timestamp.to_zoned(jiff::tz::TimeZone::UTC).date();
        if day.year() < 0 { Month::FIRST } else { Month { year: day.year(), month: day.month() } }
    }

    /// Reads `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
            return None;
        }
        let month = Month { year: year.parse().ok()?, month: month.parse().ok()? };
        (1..=12).contains(&month.month).then_some(month)
    }

    /// The month before; the first one has itself.
    fn before(self) -> Month {
        match (self.year, self.month) {
            (0, 1) => self,
            (year, 1) => Month { year: year - 1, month: 12 },
            (year, month) => Month { year, month: month - 1 },
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// One cell: an act, by whom, in which mode, how it ended, in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// `YYYY-MM`, UTC.
    pub month: String,
    /// The act, for instance `deposit`.
    pub act: String,
    /// `professional`, `structure`, `holder`, `representative`, `operator`.
    pub kind: String,
    /// The access mode.
    pub mode: String,
    /// `done`, `absent`, `refused`.
    pub outcome: String,
    /// How often.
    pub count: Shown,
}

/// A count as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The count.
    Exactly(u64),
    /// At least one, and fewer than this.
    Below(u64),
}

impl Shown {
    /// A count under the threshold keeps nothing of its value.
    fn of(count: u64, smallest: u64) -> Self {
        if count < smallest { Shown::Below(smallest) } else { Shown::Exactly(count) }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shown::Exactly(count) => write!(f, "{count}"),
            Shown::Below(smallest) => write!(f, "<{smallest}"),
        }
    }
}

impl SqliteStore {
    /// The figures of the months from `since` to `until`, both included, that have ended at `now`. A cell below
    /// `smallest` (never less than [`SMALLEST_CELL`]) is shown as such; one without any event is left out.
    pub async fn figures(
        &self,
        since: Month,
        until: Month,
        smallest: u64,
        now: Moment,
    ) -> Result<Vec<Figure>, Fault> {
        let current = Month::of(now);
        if current == Month::FIRST || since > until {
            return Ok(Vec::new());
        }
        self.read_figures(since, until.min(current.before()), smallest).await.map_err(Failure::into_fault)
    }

    async fn read_figures(&self, since: Month, until: Month, smallest: u64) -> Result<Vec<Figure>, Failure> {
        let select = sqlx::query(include_str!("../queries/usage.sql"));
        let mut reader = self.0.readers.acquire().await?;
        let select = select.bind(since.to_string()).bind(until.to_string());
        let rows = Session::new(&mut reader).all(select).await?;
        rows.iter()
            .map(|row| {
                let count = row.try_get::<i64, _>("events")?.unsigned_abs();
                Ok(Figure {
                    month: row.try_get("month")?,
                    act: row.try_get("act")?,
                    kind: row.try_get("kind")?,
                    mode: row.try_get("mode")?,
                    outcome: row.try_get("outcome")?,
                    count: Shown::of(count, smallest.max(SMALLEST_CELL)),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_four_digits_and_two() {
        for text in ["2026-03", "0000-01", "9999-12"] {
            assert_eq!(Month::parse(text).map(|month| month.to_string()), Some(text.into()));
        }
        for text in ["2026-3", "2026-13", "2026-00", "+026-01", "2026-03-01", "2026", "", "2026-é"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
        assert_eq!(Month::of(Moment(0)).to_string(), "1970-01");
        assert_eq!((Month::of(Moment(i64::MIN)), Month::of(Moment(i64::MAX))), (Month::FIRST, Month::LAST));
        assert_eq!(Month::of(Moment(0)).before().to_string(), "1969-12");
    }
}
