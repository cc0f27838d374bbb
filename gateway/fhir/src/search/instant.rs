//! Date parameters of every prefix, on what FHIR calls a date and on what it calls a period (FHIR R4 search §3.1.1.4.6).

use model::{Criterion, DateRange, InstantField, Moment};

use super::date;

/// A value: the half-open ranges that it stands for, or their outside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct InstantTest {
    range: DateRange,
    begins: DateRange,
    ends: DateRange,
    outside: bool,
}

/// Reads one value; `None` if the date or the prefix cannot be read. `now` is what `ap` is near to: a tenth of the
/// distance to it more on both sides.
pub(crate) fn read(text: &str, now: Moment) -> Option<InstantTest> {
    // A "+" of a zone that was not encoded arrives as a space.
    let text = text.replace(' ', "+");
    let mut test = InstantTest::default();
    match text.split_at_checked(2) {
        Some(("ne", other)) if !other.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let value = date::read(other)?;
            value.narrow(&mut test.range);
            value.narrow_period(&mut test.begins, &mut test.ends);
            test.outside = true;
        }
        Some(("ap", other)) if !other.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let value = date::read(other)?;
            let more = now.0.abs_diff(value.start.0) / 10;
            let from = Some(Moment(value.start.0.saturating_sub_unsigned(more)));
            let to = Some(Moment(value.end.0.saturating_add_unsigned(more)));
            test.range = DateRange { from, to };
            test.begins = DateRange { from: None, to };
            test.ends = DateRange { from, to: None };
        }
        _ => {
            let value = date::read(&text)?;
            value.narrow(&mut test.range);
            value.narrow_period(&mut test.begins, &mut test.ends);
        }
    }
    Some(test)
}

impl InstantTest {
    /// True if the instant is what is asked for.
    pub(crate) fn holds(&self, at: Moment) -> bool {
        self.range.holds(at) != self.outside
    }

    /// The same asked of a document.
    pub(crate) fn of(self, field: InstantField) -> Criterion {
        Criterion::Instant { field, range: self.range, outside: self.outside }
    }

    /// The same asked of the period of a document's act.
    pub(crate) fn of_period(self) -> Criterion {
        Criterion::Period { begins: self.begins, ends: self.ends, outside: self.outside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Hl7Time;

    fn at(digits: &str) -> Moment {
        Hl7Time::parse(digits).expect(digits).start()
    }

    #[test]
    fn every_prefix_is_read() {
        let now = at("2026");
        for (value, inside, outside) in [
            ("2020", "20200601", "2021"),
            ("eq2020-02", "20200229", "202003"),
            ("ne2020-02", "202003", "20200229"),
            ("ge2020", "2020", "20191231"),
            ("gt2020", "2021", "20201231"),
            ("le2020", "20201231", "2021"),
            ("lt2020", "20191231", "2020"),
            ("sa2020", "2021", "20201231"),
            ("eb2020", "20191231", "2020"),
            // Six years to now: some seven months more on both sides.
            ("ap2020", "20190701", "201905"),
            ("ap2020", "20210701", "202109"),
        ] {
            let test = read(value, now).expect(value);
            assert!(test.holds(at(inside)) && !test.holds(at(outside)), "{value}");
        }
        for bad in ["nege2020", "xx2020", "20", "ap", "ne", "", "é"] {
            assert_eq!(read(bad, now), None, "{bad}");
        }
    }
}
