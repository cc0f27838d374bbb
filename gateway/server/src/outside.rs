//! The clock and the source of identifiers: the only readings of time and randomness.

use journey::{Clock, Ids};
use model::{EntryUuid, Moment};

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Moment {
        Moment(jiff::Timestamp::now().as_microsecond())
    }
}

/// Random version 4 UUIDs.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the source of identifiers")]
    fn uuid(&self) -> EntryUuid {
        EntryUuid::from_bytes(*uuid::Uuid::new_v4().as_bytes())
    }
}
