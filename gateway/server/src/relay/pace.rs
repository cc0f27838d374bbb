//! How long to wait before trying again, and when to stop. The counts stand in the store: a restart starts nothing
//! over.

use model::Moment;

/// Failures in a row after which a subscription is in error: about an hour and a half.
pub(super) const MOST_FAILURES: u32 = 10;
/// Tries of a fed address: about a day and a half.
pub(super) const MOST_TRIES: u32 = 40;
/// How long a message waits for somebody who takes it, seconds.
const PATIENCE: i64 = 30 * 86_400;
/// How often that is looked at, seconds: a subscription that becomes active ends the wait.
const LOOK: i64 = 86_400;
const FIRST: i64 = 10;
const LONGEST: i64 = 3600;

/// When to try after this many failures in a row: 10 s, 20 s, 40 s… up to an hour.
pub(super) fn after(failures: u32, now: Moment) -> Moment {
    let wait = FIRST.checked_shl(failures.saturating_sub(1).min(20)).unwrap_or(LONGEST);
    now.plus_seconds(wait.clamp(FIRST, LONGEST))
}

/// When to look again for somebody who takes a message; `None` when it waited long enough.
pub(super) fn until_somebody_takes_it(happened: Moment, now: Moment) -> Option<Moment> {
    (happened.plus_seconds(PATIENCE) > now).then(|| another_day(now))
}

/// When to look at it again.
pub(super) fn another_day(now: Moment) -> Moment {
    now.plus_seconds(LOOK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_is_bounded() {
        let waits: Vec<i64> =
            [0, 1, 2, 3, 9, 10, 40, u32::MAX].map(|n| after(n, Moment(0)).0 / 1_000_000).to_vec();
        assert_eq!(waits, [10, 10, 20, 40, 2560, 3600, 3600, 3600]);
    }

    #[test]
    fn a_message_waits_thirty_days_to_the_second() {
        let happened = Moment(0);
        let end = happened.plus_seconds(PATIENCE);
        assert!(until_somebody_takes_it(happened, Moment(end.0 - 1)).is_some());
        assert_eq!(until_somebody_takes_it(happened, end), None);
    }
}
