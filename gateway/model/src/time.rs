//! Time: HL7 DTM with its precision, and moments.

use std::fmt;

use jiff::civil::Date;

use crate::{Malformed, Parse};

/// A moment in UTC, microseconds since 1970. Made by the `Clock` port, never read from a clock here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment `seconds` later (earlier if negative), saturating.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Moment {
        Moment(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// ISO 8601 in UTC with milliseconds, the form of a FHIR `instant`.
    pub fn iso(self) -> String {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => format!("{timestamp:.3}"),
            Err(_) => String::from("1970-01-01T00:00:00.000Z"),
        }
    }

    /// The moment as an HL7 time to the second.
    pub fn to_hl7(self) -> Hl7Time {
        let civil = jiff::Timestamp::from_microsecond(self.0)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .datetime();
        Hl7Time(civil.strftime("%Y%m%d%H%M%S").to_string())
    }
}

/// An XDS DTM: `YYYY[MM[DD[hh[mm[ss]]]]]` in UTC. `2005` and `20050101` are different precisions.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Hl7Time(String);

impl Hl7Time {
    /// Parses 4, 6, 8, 10, 12 or 14 digits that name an existing date and time.
    pub fn parse(text: &str) -> Parse<Self> {
        let malformed = Malformed::metadata(
            "date attendue : AAAA[MM[JJ[hh[mm[ss]]]]] en UTC, sans fuseau ni fraction",
            "expected a date: YYYY[MM[DD[hh[mm[ss]]]]] in UTC, no zone, no fraction",
        );
        let well_formed =
            matches!(text.len(), 4 | 6 | 8 | 10 | 12 | 14) && text.bytes().all(|c| c.is_ascii_digit());
        let time = Hl7Time(text.to_owned());
        if well_formed && time.first_second().is_some() { Ok(time) } else { Err(malformed) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first moment covered: `2005` gives 2005-01-01T00:00:00Z.
    pub fn start(&self) -> Moment {
        self.first_second().unwrap_or(Moment(0))
    }

    /// The first moment no longer covered: `2005` gives 2006-01-01T00:00:00Z.
    pub fn end(&self) -> Moment {
        let digits = self.0.as_str();
        let next = match digits.len() {
            4 => self.civil().and_then(|d| d.checked_add(jiff::Span::new().years(1)).ok()),
            6 => self.civil().and_then(|d| d.checked_add(jiff::Span::new().months(1)).ok()),
            8 => self.civil().and_then(|d| d.checked_add(jiff::Span::new().days(1)).ok()),
            10 => return self.start().plus_seconds(3600),
            12 => return self.start().plus_seconds(60),
            _ => return self.start().plus_seconds(1),
        };
        next.and_then(midnight).unwrap_or(Moment(i64::MAX))
    }

    fn part(&self, from: usize, to: usize) -> Option<i16> {
        self.0.get(from..to).and_then(|digits| digits.parse().ok())
    }

    fn civil(&self) -> Option<Date> {
        let month = self.part(4, 6).unwrap_or(1);
        let day = self.part(6, 8).unwrap_or(1);
        Date::new(self.part(0, 4)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    fn first_second(&self) -> Option<Moment> {
        let (hour, minute, second) =
            (self.part(8, 10).unwrap_or(0), self.part(10, 12).unwrap_or(0), self.part(12, 14).unwrap_or(0));
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        self.civil().and_then(midnight).map(|day| day.plus_seconds(seconds))
    }
}

fn midnight(date: Date) -> Option<Moment> {
    date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| Moment(zoned.timestamp().as_microsecond()))
}

impl fmt::Debug for Hl7Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_is_kept_and_spans_its_interval() {
        let year = Hl7Time::parse("2005").expect("a year");
        assert_eq!(year.start(), Hl7Time::parse("20050101000000").expect("a second").start());
        assert_eq!(year.end(), Hl7Time::parse("2006").expect("a year").start());
        let second = Hl7Time::parse("20051231235959").expect("a second");
        assert_eq!(second.end(), year.end());
    }

    #[test]
    fn impossible_dates_are_refused() {
        for bad in [
            "",
            "200",
            "20051301",
            "20050230",
            "2005010125",
            "20050101000060",
            "2005-01-01",
            "20050101000000Z",
        ] {
            assert!(Hl7Time::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_moment_reads_back_as_hl7_time() {
        let time = Hl7Time::parse("20260131120000").expect("a second");
        assert_eq!(time.start().to_hl7(), time);
        assert_eq!(time.start().iso(), "2026-01-31T12:00:00.000Z");
    }
}
