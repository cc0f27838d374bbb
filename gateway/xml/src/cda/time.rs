//! HL7 V3 points in time (TS): digits, an optional fraction, an optional offset.

use model::Hl7Time;

/// Reads a TS into UTC, keeping its precision: `20261118143000+0100` gives `20261118133000`.
///
/// A fraction of a second is dropped. An offset moves nothing on a value without an hour; on a value to the
/// hour it gives one to the minute, since offsets may hold minutes. Without an offset the digits are UTC,
/// the convention of XDS. `None` if it is no TS.
pub fn parse_time(text: &str) -> Option<Hl7Time> {
    let (digits, offset) = match text.find(['+', '-']) {
        Some(at) => (text.get(..at)?, Some(seconds_of(text.get(at..)?)?)),
        None => (text, None),
    };
    let digits = match digits.split_once('.') {
        Some((whole, fraction)) => {
            let fraction_is_digits = !fraction.is_empty() && fraction.bytes().all(|c| c.is_ascii_digit());
            (whole.len() == 14 && fraction_is_digits).then_some(whole)?
        }
        None => digits,
    };
    let local = Hl7Time::parse(digits).ok()?;
    match offset {
        Some(offset) if digits.len() >= 10 => {
            let utc = local.start().plus_seconds(-offset).to_hl7();
            Hl7Time::parse(utc.as_str().get(..digits.len().max(12))?).ok()
        }
        Some(_) | None => Some(local),
    }
}

/// `+hh`, `+hhmm` or the same with a minus, in seconds.
fn seconds_of(offset: &str) -> Option<i64> {
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Some(0), |m| m.parse().ok())?;
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str) -> Option<String> {
        parse_time(text).map(|time| time.as_str().to_owned())
    }

    #[test]
    fn an_offset_is_taken_off_and_the_precision_stays() {
        assert_eq!(utc("20261118143000+0100").as_deref(), Some("20261118133000"));
        assert_eq!(utc("20270101003000+0100").as_deref(), Some("20261231233000"));
        assert_eq!(utc("202611181430-0530").as_deref(), Some("202611182000"));
        assert_eq!(utc("2026111814+0530").as_deref(), Some("202611180830"));
        assert_eq!(utc("20261118+0100").as_deref(), Some("20261118"));
        assert_eq!(utc("20261118143000").as_deref(), Some("20261118143000"));
        assert_eq!(utc("20261118143000.125+0100").as_deref(), Some("20261118133000"));
        assert_eq!(utc("2026").as_deref(), Some("2026"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for bad in [
            "",
            "+0100",
            "2026-11-18",
            "20261118143000+01000",
            "20261118143000+01:00",
            "20261118143000+1560",
            "20261318",
            "20261118143000.+0100",
            "202611181430.5",
            "20261118T143000",
            "20261118143000Z",
            "é+01",
        ] {
            assert_eq!(utc(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_time_or_none(text in "\\PC{0,24}") {
            let _ = parse_time(&text);
        }

        #[test]
        fn an_offset_moves_the_moment_by_itself(hours in -12i64..=14, half in any::<bool>()) {
            let minutes = if half { 30 } else { 0 };
            let offset = hours * 60 + if hours < 0 { -minutes } else { minutes };
            prop_assume!(offset.abs() <= 14 * 60);
            let sign = if hours < 0 { '-' } else { '+' };
            let text = format!("20261118120000{sign}{:02}{minutes:02}", hours.abs());
            let there = parse_time(&text).map(|time| time.start());
            let here = parse_time("20261118120000").map(|time| time.start().plus_seconds(-offset * 60));
            prop_assert_eq!(there, here);
        }
    }
}
