//! Date parameters: prefixes over half-open ranges (FHIR R4 search, XDS "from ≤ t < to").

use model::{DateRange, Moment};

use crate::codec::time;

/// A date parameter's value: how it compares, and the interval that it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateValue {
    pub(crate) prefix: Prefix,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
}

/// The prefixes that half-open ranges can say; `ne` and `ap` are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    Equal,
    GreaterOrEqual,
    Greater,
    LessOrEqual,
    Less,
    StartsAfter,
    EndsBefore,
}

/// Reads a value; `None` if the date or the prefix cannot be read.
pub(crate) fn read(text: &str) -> Option<DateValue> {
    let (prefix, date) = match text.split_at_checked(2) {
        Some(("eq", date)) => (Prefix::Equal, date),
        Some(("ge", date)) => (Prefix::GreaterOrEqual, date),
        Some(("gt", date)) => (Prefix::Greater, date),
        Some(("le", date)) => (Prefix::LessOrEqual, date),
        Some(("lt", date)) => (Prefix::Less, date),
        Some(("sa", date)) => (Prefix::StartsAfter, date),
        Some(("eb", date)) => (Prefix::EndsBefore, date),
        _ => (Prefix::Equal, text),
    };
    let time = time::search_value(date)?;
    Some(DateValue { prefix, start: time.start(), end: time.end() })
}

impl DateValue {
    /// Narrows the range of a point in time.
    pub(crate) fn narrow(&self, range: &mut DateRange) {
        match self.prefix {
            Prefix::Equal => {
                from(range, self.start);
                to(range, self.end);
            }
            Prefix::GreaterOrEqual => from(range, self.start),
            Prefix::Greater | Prefix::StartsAfter => from(range, self.end),
            Prefix::LessOrEqual => to(range, self.end),
            Prefix::Less | Prefix::EndsBefore => to(range, self.start),
        }
    }

    /// Narrows the ranges of a period's two ends: `ge` and `le` overlap, `eq` contains.
    pub(crate) fn narrow_period(&self, begins: &mut DateRange, ends: &mut DateRange) {
        match self.prefix {
            Prefix::Equal => {
                from(begins, self.start);
                to(ends, self.end);
            }
            Prefix::GreaterOrEqual => from(ends, self.start),
            Prefix::Greater => from(ends, self.end),
            Prefix::LessOrEqual => to(begins, self.end),
            Prefix::Less => to(begins, self.start),
            Prefix::StartsAfter => from(begins, self.end),
            Prefix::EndsBefore => to(ends, self.start),
        }
    }
}

fn from(range: &mut DateRange, at: Moment) {
    range.from = Some(range.from.map_or(at, |from| from.max(at)));
}

fn to(range: &mut DateRange, at: Moment) {
    range.to = Some(range.to.map_or(at, |to| to.min(at)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Hl7Time;

    fn range(values: &[&str]) -> DateRange {
        let mut range = DateRange::default();
        for value in values {
            read(value).unwrap_or_else(|| panic!("{value}")).narrow(&mut range);
        }
        range
    }

    fn at(digits: &str) -> Option<Moment> {
        Hl7Time::parse(digits).ok().map(|time| time.start())
    }

    #[test]
    fn prefixes_become_half_open_ranges() {
        for (value, from, to) in [
            ("2020", at("2020"), at("2021")),
            ("eq2020-02", at("202002"), at("202003")),
            ("ge2020", at("2020"), None),
            ("gt2020", at("2021"), None),
            ("sa2020", at("2021"), None),
            ("le2020", None, at("2021")),
            ("lt2020", None, at("2020")),
            ("eb2020", None, at("2020")),
            ("ge2020-01-01T01:00:00+01:00", at("20200101000000"), None),
        ] {
            assert_eq!(range(&[value]), DateRange { from, to }, "{value}");
        }
        for bad in ["ne2020", "ap2020", "20", "", "é", "eqx", "2020-13"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn repeated_values_narrow_the_range() {
        assert_eq!(
            range(&["ge2020", "lt2022", "ge2019", "le2020"]),
            DateRange { from: at("2020"), to: at("2021") }
        );
    }
}
