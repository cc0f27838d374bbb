//! `Accept` and `Accept-Language`: what is welcome, and how much (RFC 9110 §12.4 and §12.5).

use super::{essence, is_release_4};

/// What `Accept` says: media ranges and their qualities, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Accepted(Vec<(String, u32)>);

/// How welcome a form is: quality, then the place of its range, first before later.
pub(crate) type Rank = (u32, std::cmp::Reverse<usize>);

impl Accepted {
    /// Reads `Accept`; absent or blank accepts everything. A range of another FHIR version is none.
    pub(crate) fn of(accept: Option<&str>) -> Self {
        let accept = accept.filter(|accept| !accept.trim().is_empty()).unwrap_or("*/*");
        let ranges = accept.split(',').filter(|range| !range.trim().is_empty() && is_release_4(range));
        Accepted(ranges.map(|range| (essence(range), quality(range))).collect())
    }

    /// Accepts one media type only.
    pub(crate) fn only(essence: &str) -> Self {
        Accepted(vec![(essence.to_owned(), 1000)])
    }

    /// How welcome a form is that is answered as the first of these media types, the others being names that are
    /// taken for it; `None` if it is not. The most specific range decides (RFC 9110 §12.5.1), so that
    /// `text/xml;q=0, */*` excludes text/xml.
    pub(crate) fn rank(&self, types: &[&str]) -> Option<Rank> {
        let matching = self.0.iter().enumerate().filter_map(|(place, (range, quality))| {
            let named = types.contains(&range.as_str()).then_some(EXACTLY);
            let specific = named.or_else(|| by_family(range, types.first()?))?;
            Some((specific, *quality, std::cmp::Reverse(place)))
        });
        matching.max().map(|(_, quality, place)| (quality, place)).filter(|(quality, _)| *quality > 0)
    }

    /// How welcome a range is that stands for more than itself.
    pub(crate) fn rank_of_range(&self, named: &str) -> Option<Rank> {
        let ranked = self.0.iter().enumerate().filter(|(_, (range, quality))| range == named && *quality > 0);
        ranked.map(|(place, (_, quality))| (*quality, std::cmp::Reverse(place))).max()
    }

    /// The same for `Accept-Language`: how welcome a primary language is.
    pub(crate) fn rank_language(&self, language: &str) -> Option<Rank> {
        let matching = self.0.iter().enumerate().filter_map(|(place, (range, quality))| {
            let named = range.split('-').next() == Some(language);
            (named || range == "*").then_some((named, *quality, std::cmp::Reverse(place)))
        });
        matching.max().map(|(_, quality, place)| (quality, place)).filter(|(quality, _)| *quality > 0)
    }
}

/// How closely a range names a type: itself.
const EXACTLY: u8 = 2;

/// How closely a range names a type: its family, or everything.
fn by_family(range: &str, kind: &str) -> Option<u8> {
    match range.strip_suffix("/*")? {
        "*" => Some(0),
        family => (kind.split('/').next() == Some(family)).then_some(1),
    }
}

/// The quality in thousandths, read digit by digit (RFC 9110 §12.4.2); what is no quality counts as 1.
fn quality(range: &str) -> u32 {
    let Some(q) = range.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("q=")) else {
        return 1000;
    };
    match q.trim().split_once('.').unwrap_or((q.trim(), "")) {
        ("0", decimals) => {
            format!("{decimals:0<3}").get(..3).and_then(|digits| digits.parse().ok()).unwrap_or(1000)
        }
        _ => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_range_decides_and_quality_ranks() {
        let quality =
            |accept: &str, kind: &str| Accepted::of(Some(accept)).rank(&[kind]).map(|(quality, _)| quality);
        assert_eq!(quality("a/b;q=0.5, c/d, e/f;q=0", "a/b"), Some(500));
        assert_eq!(quality("a/b;q=0.5, c/d, e/f;q=0", "e/f"), None);
        assert_eq!(quality("*/*, a/*;q=0.2, a/b;q=0", "a/b"), None);
        assert_eq!(quality("*/*, a/*;q=0.2, a/b;q=0", "a/c"), Some(200));
        assert_eq!(quality("*/*, a/*;q=0.2, a/b;q=0", "x/y"), Some(1000));
        assert_eq!(quality("a/b;q=x", "a/b"), Some(1000));
        assert_eq!(quality("a/b", "c/d"), None);
        assert!(Accepted::of(None).rank(&["a/b"]).is_some());
    }
}
