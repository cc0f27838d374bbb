//! Time: HL7 DTM with its precision, and moments.

use std::fmt;

use jiff::civil::Date;

use crate::{Malformed, Parse};

/// A moment in UTC, microseconds since 1970. Made by the `Clock` port, never read from a clock here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// Parses an instant of RFC 3339 with its offset: `YYYY-MM-DDThh:mm:ss[.f…](Z|±hh:mm)`, to the microsecond.
    ///
    /// # Errors
    /// Without zone, with a day or an hour that does not exist, with more digits than microseconds.
    pub fn parse(text: &str) -> Parse<Self> {
        let malformed = Malformed::metadata(
            "instant attendu : AAAA-MM-JJThh:mm:ss avec son décalage (Z ou ±hh:mm)",
            "expected an instant: YYYY-MM-DDThh:mm:ss with its offset (Z or ±hh:mm)",
        );
        if !is_rfc_3339(text) {
            return Err(malformed);
        }
        text.parse::<jiff::Timestamp>().map(|instant| Moment(instant.as_microsecond())).map_err(|_| malformed)
    }

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

/// The grammar alone: whether the day exists is not asked here.
fn is_rfc_3339(text: &str) -> bool {
    let pattern = "dddd-dd-ddTdd:dd:dd";
    let Some((civil, rest)) = text.split_at_checked(pattern.len()) else { return false };
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if !(1..=6).contains(&fraction.len().saturating_sub(zone.len())) {
                return false;
            }
            zone
        }
    };
    let at_most = |text: Option<&str>, most: &str| text.is_some_and(|text| text <= most);
    let offset = fits(zone, "+dd:dd") || fits(zone, "-dd:dd");
    fits(civil, pattern)
        && at_most(civil.get(11..13), "23")
        && at_most(civil.get(17..), "59")
        && (zone == "Z" || (offset && at_most(zone.get(1..), "14:00") && at_most(zone.get(4..), "59")))
}

/// True if the text has the pattern's length and characters, `d` standing for a digit.
fn fits(text: &str, pattern: &str) -> bool {
    let same = |(c, p): (u8, u8)| if p == b'd' { c.is_ascii_digit() } else { c == p };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(same)
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
    fn an_instant_is_read_in_any_zone_to_the_microsecond() {
        let noon = Hl7Time::parse("20260131120000").expect("a second").start();
        for same in ["2026-01-31T12:00:00Z", "2026-01-31T13:00:00+01:00", "2026-01-31T07:30:00.000-04:30"] {
            assert_eq!(Moment::parse(same), Ok(noon), "{same}");
        }
        assert_eq!(Moment::parse("2026-01-31T12:00:00.000001Z"), Ok(Moment(noon.0 + 1)));
        for bad in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-01-31T12:00Z",
            "2026-01-31 12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:00:60Z",
            "2026-01-31T12:00:00.0000001Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00+15:00",
            "2026-01-31T12:00:00+01:60",
            "2026-01-31T12:00:00+01:00[Europe/Paris]",
            "２026-01-31T12:00:00Z",
        ] {
            assert!(Moment::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_moment_reads_back_as_hl7_time() {
        let time = Hl7Time::parse("20260131120000").expect("a second");
        assert_eq!(time.start().to_hl7(), time);
        assert_eq!(time.start().iso(), "2026-01-31T12:00:00.000Z");
    }
}
