//! What time alone decides: when a record opens by itself, when its retention ends, when its holder is of age.
//! Days and years are those of the calendar of one time zone.

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use model::{Hl7Time, Moment};

/// Six weeks to oppose, to the microsecond: the record opens at the end of them (decision-order §0.2).
pub(crate) const OPPOSITION_SECONDS: i64 = 42 * 86_400;

/// Years that a closed or opposed record is kept (decision-order C2).
const RETENTION_YEARS: i64 = 10;

/// The civil calendar.
#[derive(Debug)]
pub(crate) struct Calendar {
    zone: TimeZone,
    age_of_majority: u8,
}

impl Calendar {
    /// Of the time zone with this IANA name; `None` for a name that the tables in the program do not have.
    pub(crate) fn of(zone: &str, age_of_majority: u8) -> Option<Self> {
        Some(Calendar { zone: TimeZone::get(zone).ok()?, age_of_majority })
    }

    /// The first instant at which a record that was notified then is open.
    pub(crate) fn opens(notified_at: Moment) -> Moment {
        notified_at.plus_seconds(OPPOSITION_SECONDS)
    }

    /// The first instant at which a record that ended then is no longer kept: the same day and time on the clock
    /// ten years later. 29 February becomes 28 February where there is none; a time that a clock change skips is
    /// the one an hour later, a time that it repeats is the first of the two.
    pub(crate) fn retention_ends(&self, ended_at: Moment) -> Moment {
        let years = Span::new().years(RETENTION_YEARS);
        let end = Timestamp::from_microsecond(ended_at.0)
            .and_then(|ended| ended.to_zoned(self.zone.clone()).checked_add(years));
        // What cannot be reckoned with is kept.
        end.map_or(Moment(i64::MAX), |end| Moment(end.timestamp().as_microsecond()))
    }

    /// True until the first instant of the day of the majority. A partial date of birth counts as its last day, so
    /// that a minor's protection never ends too early; a date that cannot be reckoned with protects as well. Born
    /// on 29 February, one is of age on 28 February of a common year.
    pub(crate) fn is_minor(&self, birth: &Hl7Time, at: Moment) -> bool {
        // A date of birth is a day of the calendar, whatever the zone.
        let last_day_of_birth = day_of(Moment(birth.end().0.saturating_sub(1)), &TimeZone::UTC);
        let years = Span::new().years(i64::from(self.age_of_majority));
        let majority = last_day_of_birth.and_then(|day| day.checked_add(years).ok());
        match (majority, day_of(at, &self.zone)) {
            (Some(majority), Some(today)) => today < majority,
            (None, _) | (_, None) => true,
        }
    }
}

fn day_of(at: Moment, zone: &TimeZone) -> Option<Date> {
    Timestamp::from_microsecond(at.0).ok().map(|timestamp| timestamp.to_zoned(zone.clone()).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::of("Europe/Paris", 18).unwrap()
    }

    /// In UTC.
    fn at(digits: &str) -> Moment {
        Hl7Time::parse(digits).unwrap().start()
    }

    fn minor(birth: &str, digits: &str) -> bool {
        calendar().is_minor(&Hl7Time::parse(birth).unwrap(), at(digits))
    }

    #[test]
    fn minority_ends_at_midnight_of_the_zone_on_the_eighteenth_birthday() {
        assert!(minor("20080301", "20260228225959"));
        assert!(!minor("20080301", "20260228230000"));
        assert!(minor("20080701", "20260630215959"));
        assert!(!minor("20080701", "20260630220000"), "two hours from UTC in summer");
        assert!(minor("20080229", "20260227225959"));
        assert!(!minor("20080229", "20260227230000"), "28 February where there is no 29");
    }

    #[test]
    fn a_partial_date_of_birth_counts_as_its_last_day() {
        assert!(minor("2008", "20261230"));
        assert!(!minor("2008", "20261231"));
        assert!(minor("200803", "20260330"));
        assert!(!minor("200803", "20260331"));
    }

    #[test]
    fn a_notified_record_opens_after_six_weeks_to_the_second_whatever_the_clock_does() {
        for notified in ["20260301120000", "20261001120000", "20280229235959"] {
            assert_eq!(Calendar::opens(at(notified)).0 - at(notified).0, 42 * 86_400 * 1_000_000);
        }
    }

    #[test]
    fn retention_is_ten_years_on_the_calendar() {
        let ends = |digits| calendar().retention_ends(at(digits));
        assert_eq!(ends("20260301120000"), at("20360301120000"));
        assert_eq!(ends("20280229120000"), at("20380228120000"), "29 February ends on the 28th");
        assert_eq!(ends("20260228120000"), at("20360228120000"), "and 28 February stays, leap year or not");
        assert_eq!(ends("20251231233000"), at("20351231233000"), "1 January in Paris already");
    }

    #[test]
    fn retention_over_a_clock_change_keeps_the_time_on_the_clock() {
        let ends = |digits| calendar().retention_ends(at(digits));
        // 27 March 2026, 10 h in winter; on 27 March 2036 it is winter still (changed on the 30th).
        assert_eq!(ends("20260327090000"), at("20360327090000"));
        // 29 March 2026, 10 h in summer; on 29 March 2036 it is winter: an hour more.
        assert_eq!(ends("20260329080000"), at("20360329090000"));
        // 25 October 2026, 10 h in winter; on 25 October 2036 it is summer: an hour less.
        assert_eq!(ends("20261025090000"), at("20361025080000"));
        // 30 March 2026, 2 h 30 does not exist on 30 March 2036: half past three.
        assert_eq!(ends("20260330003000"), at("20360330013000"));
        // 26 October 2026, 2 h 30 comes twice on 26 October 2036: the first.
        assert_eq!(ends("20261026013000"), at("20361026003000"));
    }

    #[test]
    fn microseconds_are_kept_and_what_cannot_be_reckoned_is_kept_for_ever() {
        let ended = Moment(at("20260301120000").0 + 1);
        assert_eq!(calendar().retention_ends(ended).0, at("20360301120000").0 + 1);
        assert_eq!(calendar().retention_ends(Moment(i64::MAX)), Moment(i64::MAX));
        assert!(Calendar::of("Europe/Nulle-Part", 18).is_none());
    }
}
