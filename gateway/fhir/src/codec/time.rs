//! FHIR dates and times to the UTC times of XDS, and back (IHE MHD, FHIR R4 data types).

use model::{Hl7Time, Moment};

/// Reads a `date`: year, month or day.
pub(crate) fn date(text: &str) -> Option<Hl7Time> {
    Hl7Time::parse(&calendar(text)?).ok()
}

/// Reads a `dateTime`: a date, or a time with seconds and zone. The time becomes UTC to the second;
/// a date keeps its precision.
pub(crate) fn date_time(text: &str) -> Option<Hl7Time> {
    match text.split_once('T') {
        None => date(text),
        Some((day, clock)) => moment(day, clock, Strictness::Element),
    }
}

/// Reads an `instant`: a time with seconds and zone.
pub(crate) fn instant(text: &str) -> Option<Hl7Time> {
    let (day, clock) = text.split_once('T')?;
    moment(day, clock, Strictness::Element)
}

/// A moment as an HTTP date (RFC 9110 §5.6.7), for instance `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(moment: Moment) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let since_epoch = moment.0.div_euclid(86_400_000_000).rem_euclid(7);
    let weekday = usize::try_from(since_epoch).ok().and_then(|day| DAYS.get(day)).unwrap_or(&"Thu");
    let iso = moment.iso();
    let part = |from: usize, to: usize| iso.get(from..to).unwrap_or_default();
    let month = part(5, 7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let (day, year, clock) = (part(8, 10), part(0, 4), part(11, 19));
    format!("{weekday}, {day} {} {year} {clock} GMT", month.unwrap_or(&"Jan"))
}

/// Reads an HTTP date of the form that [`http_date`] writes.
pub(crate) fn read_http_date(text: &str) -> Option<Moment> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, rest) = text.trim().split_once(", ")?;
    let parts: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, clock, "GMT"] = parts.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| name == month)? + 1;
    instant(&format!("{year}-{month:02}-{day}T{clock}Z")).map(|time| time.start())
}

/// Reads the value of a date search parameter: seconds and zone may lack; without zone it is UTC.
pub(crate) fn search_value(text: &str) -> Option<Hl7Time> {
    match text.split_once('T') {
        None => date(text),
        Some((day, clock)) => moment(day, clock, Strictness::Search),
    }
}

/// True for a `time`: `hh:mm:ss` with an optional fraction.
pub(crate) fn is_time(text: &str) -> bool {
    wall_clock(text, Strictness::Element).is_some()
}

/// Writes a `dateTime`. Hour and minute precision become seconds: FHIR has neither.
pub(crate) fn show(time: &Hl7Time) -> String {
    let digits = time.as_str();
    let part = |from, to| digits.get(from..to).unwrap_or("00");
    match digits.len() {
        4 => digits.to_owned(),
        6 => format!("{}-{}", part(0, 4), part(4, 6)),
        8 => format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)),
        _ => show_instant(time),
    }
}

/// Writes an `instant`: the first second that the time covers.
pub(crate) fn show_instant(time: &Hl7Time) -> String {
    let full = time.start().to_hl7();
    let part = |from, to| full.as_str().get(from..to).unwrap_or("00").to_owned();
    format!("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 12), part(12, 14))
}

/// Writes a `date`: at most to the day.
pub(crate) fn show_date(time: &Hl7Time) -> String {
    let day = time.as_str().get(..8).unwrap_or(time.as_str());
    Hl7Time::parse(day).map(|day| show(&day)).unwrap_or_default()
}

#[derive(Clone, Copy, PartialEq)]
enum Strictness {
    Element,
    Search,
}

fn moment(day: &str, clock: &str, strictness: Strictness) -> Option<Hl7Time> {
    let day = calendar(day).filter(|day| day.len() == 8)?;
    let (clock, offset) = split_zone(clock, strictness)?;
    let clock = wall_clock(clock, strictness)?;
    let local = Hl7Time::parse(&format!("{day}{clock}")).ok()?;
    match offset {
        0 => Some(local),
        _ => match clock.len() {
            6 => Hl7Time::parse(local.start().plus_seconds(-offset).to_hl7().as_str()).ok(),
            kept => {
                let utc = local.start().plus_seconds(-offset).to_hl7();
                Hl7Time::parse(utc.as_str().get(..8 + kept)?).ok()
            }
        },
    }
}

/// `2005`, `2005-01` or `2005-01-31` as digits; whether the day exists is asked later.
fn calendar(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let mut out = digits(parts.next()?, 4).filter(|year| *year != "0000")?.to_owned();
    for _ in 0..2 {
        match parts.next() {
            Some(part) => out.push_str(digits(part, 2)?),
            None => return Some(out),
        }
    }
    parts.next().is_none().then_some(out)
}

/// The clock without its zone, and the zone's offset in seconds.
fn split_zone(text: &str, strictness: Strictness) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((clock, 0));
    }
    if let Some((clock, zone)) = text.len().checked_sub(6).and_then(|at| text.split_at_checked(at))
        && let Some((sign, zone)) = zone.split_at_checked(1)
        && let Some(sign) = [("+", 1), ("-", -1)].into_iter().find(|(s, _)| *s == sign).map(|(_, n)| n)
    {
        let (hours, minutes) = zone.split_once(':')?;
        let hours: i64 = digits(hours, 2)?.parse().ok().filter(|hours| *hours <= 14)?;
        let minutes: i64 = digits(minutes, 2)?.parse().ok().filter(|minutes| *minutes <= 59)?;
        return Some((clock, sign * (hours * 3600 + minutes * 60)));
    }
    (strictness == Strictness::Search).then_some((text, 0))
}

/// `hhmmss` (or `hhmm` in a search) of a clock; the fraction is dropped, a leap second is the 59th.
fn wall_clock(text: &str, strictness: Strictness) -> Option<String> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    if fraction.is_some_and(|f| f.is_empty() || f.len() > 12 || !f.bytes().all(|c| c.is_ascii_digit())) {
        return None;
    }
    let mut parts = clock.split(':');
    let (hour, minute, second) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, parts.next());
    if parts.next().is_some() || hour > "23" || minute > "59" {
        return None;
    }
    match second {
        Some("60") => Some(format!("{hour}{minute}59")),
        Some(second) => {
            let second = digits(second, 2).filter(|second| *second < "60")?;
            Some(format!("{hour}{minute}{second}"))
        }
        None => (strictness == Strictness::Search && fraction.is_none()).then(|| format!("{hour}{minute}")),
    }
}

fn digits(text: &str, count: usize) -> Option<&str> {
    (text.len() == count && text.bytes().all(|c| c.is_ascii_digit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        date_time(text).map(|time| time.as_str().to_owned())
    }

    #[test]
    fn a_moment_is_told_as_http_tells_it() {
        assert_eq!(http_date(Moment(784_111_777_000_000)), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(Moment(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(Moment(-1)), "Wed, 31 Dec 1969 23:59:59 GMT");
    }

    #[test]
    fn a_date_keeps_its_precision_and_a_time_becomes_utc() {
        assert_eq!(read("2005").as_deref(), Some("2005"));
        assert_eq!(read("2005-02").as_deref(), Some("200502"));
        assert_eq!(read("2005-02-28").as_deref(), Some("20050228"));
        assert_eq!(read("2026-06-12T11:00:00+02:00").as_deref(), Some("20260612090000"));
        assert_eq!(read("2004-10-25T23:50:50-05:00").as_deref(), Some("20041026045050"));
        assert_eq!(read("2004-12-31T23:50:50.123-00:30").as_deref(), Some("20050101002050"));
        assert_eq!(read("2016-12-31T23:59:60Z").as_deref(), Some("20161231235959"));
    }

    #[test]
    fn what_is_no_date_time_is_refused() {
        for bad in [
            "",
            "05",
            "2005-13",
            "2005-02-30",
            "2005-2-3",
            "31/12/1970",
            "2005-01-01T",
            "2005-01-01T10:00Z",
            "2005-01-01T10:00:00",
            "2005-01T10:00:00Z",
            "2005-01-01T24:00:00Z",
            "2005-01-01T10:00:61Z",
            "2005-01-01T10:00:00+15:00",
            "2005-01-01T10:00:00.Z",
            "2005-01-01T10:00:00é0200",
            "0000-01-01",
            "2005-01-01-01",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(instant("2005-01-01"), None);
        assert_eq!(date("2005-01-01T10:00:00Z"), None);
    }

    #[test]
    fn a_search_value_may_lack_seconds_and_zone() {
        let read = |text| search_value(text).map(|time| time.as_str().to_owned());
        assert_eq!(read("2005-01-01T10:00").as_deref(), Some("200501011000"));
        assert_eq!(read("2005-01-01T00:30+02:00").as_deref(), Some("200412312230"));
    }

    proptest! {
        #[test]
        fn a_time_to_the_second_reads_back(seconds in -60_000_000_000_i64..250_000_000_000) {
            let time = model::Moment(0).plus_seconds(seconds).to_hl7();
            prop_assert_eq!(date_time(&show(&time)), Some(time));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = (date_time(&text), search_value(&text), is_time(&text));
        }
    }
}
