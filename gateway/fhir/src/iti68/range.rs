//! `Range` of one part (RFC 9110 §14).

use std::ops::Range;

/// What of the bytes is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of them: there is no range, none that is understood, or there are several.
    Whole,
    /// These: from, and up to without; never none.
    Part(Range<u64>),
    /// None that there are.
    Unsatisfiable,
}

/// Reads `Range` for so many bytes.
pub(super) fn asked(header: Option<&str>, size: u64) -> Asked {
    let Some((unit, set)) = header.and_then(|header| header.split_once('=')) else { return Asked::Whole };
    let mut ranges = set.split(',').map(str::trim).filter(|range| !range.is_empty());
    let (true, Some(range), None) = (unit.trim().eq_ignore_ascii_case("bytes"), ranges.next(), ranges.next())
    else {
        return Asked::Whole;
    };
    let Some((first, last)) = range.split_once('-') else { return Asked::Whole };
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => part(first..last.saturating_add(1), size),
        (Some(first), None) if last.is_empty() => part(first..u64::MAX, size),
        (None, Some(suffix)) if first.is_empty() => part(size.saturating_sub(suffix)..size, size),
        (Some(_) | None, Some(_) | None) => Asked::Whole,
    }
}

fn part(range: Range<u64>, size: u64) -> Asked {
    let range = range.start..range.end.min(size);
    if range.is_empty() { Asked::Unsatisfiable } else { Asked::Part(range) }
}

/// A number; one that is too large to be counted is beyond every end.
fn number(digits: &str) -> Option<u64> {
    let sound = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_of_bytes_is_read_and_everything_else_is_the_whole() {
        for (header, expected) in [
            (None, Asked::Whole),
            (Some("bytes=0-0"), Asked::Part(0..1)),
            (Some("bytes=2-5"), Asked::Part(2..6)),
            (Some("Bytes = 2-5"), Asked::Part(2..6)),
            (Some("bytes=8-99"), Asked::Part(8..10)),
            (Some("bytes=9-"), Asked::Part(9..10)),
            (Some("bytes=-3"), Asked::Part(7..10)),
            (Some("bytes=-99"), Asked::Part(0..10)),
            (Some("bytes=0-99999999999999999999999"), Asked::Part(0..10)),
            (Some("bytes=10-"), Asked::Unsatisfiable),
            (Some("bytes=10-12"), Asked::Unsatisfiable),
            (Some("bytes=99999999999999999999999-"), Asked::Unsatisfiable),
            (Some("bytes=-0"), Asked::Unsatisfiable),
            (Some("bytes=5-2"), Asked::Whole),
            (Some("bytes=0-1,4-5"), Asked::Whole),
            (Some("bytes=0-1,"), Asked::Part(0..2)),
            (Some("bytes="), Asked::Whole),
            (Some("bytes=-"), Asked::Whole),
            (Some("bytes=a-b"), Asked::Whole),
            (Some("bytes=+1-2"), Asked::Whole),
            (Some("items=0-1"), Asked::Whole),
            (Some("0-1"), Asked::Whole),
        ] {
            assert_eq!(asked(header, 10), expected, "{header:?}");
        }
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Unsatisfiable, "there is no first byte");
    }
}
