//! Counting use, in the transaction of the event that is counted.

use journey::{Event, EventOutcome};

use super::figures::Month;
use crate::failure::Failure;
use crate::session::Session;

/// The cell of the counters that an event falls into: nothing that names anybody.
#[derive(Debug)]
pub(crate) struct Usage {
    month: Month,
    act: &'static str,
    kind: &'static str,
    mode: &'static str,
    outcome: &'static str,
}

impl Usage {
    /// The cell of an event.
    pub(crate) fn of(event: &Event) -> Self {
        Usage {
            month: Month::of(event.at),
            act: event.act.name(),
            kind: event.kind,
            mode: event.mode,
            outcome: match event.outcome {
                EventOutcome::Done => "done",
                EventOutcome::Absent => "absent",
                EventOutcome::Refused(_) => "refused",
            },
        }
    }

    /// Counts one.
    pub(crate) async fn count(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let count = sqlx::query(include_str!("../queries/count_usage.sql"))
            .bind(self.month.to_string())
            .bind(self.act)
            .bind(self.kind)
            .bind(self.mode)
            .bind(self.outcome);
        session.run(count).await?;
        Ok(())
    }
}
