//! Media types: what may come in, what may go out.

use model::{Finding, Location, Rule};

use crate::outcome::Teller;
use crate::route::{Body, Line};
use crate::{FHIR_JSON, Limits, Request, Response, search};

/// RFC 6902.
const JSON_PATCH: &str = "application/json-patch+json";

/// What a patch may come in.
pub(crate) const PATCHES: [&str; 2] = [JSON_PATCH, FHIR_JSON];

/// Documents are answered in their own type.
const BINARY: &str = "Binary/{id}";

const FORM: &str = "application/x-www-form-urlencoded";

/// Refuses a body that is too large (413), of another type (415), and an answer that no one can make (406).
pub(crate) fn acceptable(
    request: &Request<'_>,
    line: &Line,
    limits: &Limits,
    teller: &Teller<'_>,
) -> Result<(), Box<Response>> {
    let refuse = |rule: Rule, status, header: &str, fr: &str, en: &str| {
        let finding = Finding::new(rule).at(Location::Parameter(header.to_owned())).detail(fr, en);
        Err(Box::new(teller.refuse_with(status, &[finding])))
    };
    if request.body.len() > limits.bytes {
        let most = limits.bytes;
        let (fr, en) = (format!("plus de {most} octets"), format!("more than {most} bytes"));
        return refuse(Rule::MessageIsNotTooLarge, 413, "Content-Length", &fr, &en);
    }
    if matches!(request.method, "POST" | "PUT" | "PATCH") {
        let sent = request.content_type.map(essence).unwrap_or_default();
        let nothing = sent.is_empty() && request.body.is_empty();
        let json = is_json(&sent) && request.content_type.is_some_and(is_release_4);
        let (fits, expected) = match line.body {
            Body::Resource => (json, FHIR_JSON),
            Body::Parameters => (json || nothing, FHIR_JSON),
            Body::Patch => (json || sent == JSON_PATCH, JSON_PATCH),
            Body::Form => (sent == FORM || nothing, FORM),
        };
        if !fits {
            let fr = format!("type attendu : {expected} (cette version ne lit pas XML)");
            let en = format!("expected type: {expected} (this version does not read XML)");
            return refuse(Rule::MediaTypeIsSupported, 415, "Content-Type", &fr, &en);
        }
    }
    if line.path == BINARY || json_is_fine(request) {
        return Ok(());
    }
    refuse(
        Rule::MediaTypeIsSupported,
        406,
        "Accept",
        "cette version ne répond qu'en application/fhir+json",
        "this version answers in application/fhir+json only",
    )
}

/// True if the body is said to be a JSON Patch.
pub(crate) fn is_json_patch(request: &Request<'_>) -> bool {
    request.content_type.is_some_and(|sent| essence(sent) == JSON_PATCH)
}

/// True if the answer may be FHIR JSON: by `_format` if given, else by `Accept`.
fn json_is_fine(request: &Request<'_>) -> bool {
    match format(request.query) {
        Some(format) => is_json(&format) || format == "json",
        None => Accepted::of(request.accept).rank(&JSON).is_some(),
    }
}

/// `_format`, in lower case.
pub(crate) fn format(query: &str) -> Option<String> {
    let pairs = search::pairs(query).ok()?;
    // An unencoded "+" arrives as a space.
    pairs.into_iter().find(|(name, _)| name == "_format").map(|(_, value)| essence(&value.replace(' ', "+")))
}

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

/// True if no other release of FHIR than R4 is asked for by the parameter `fhirVersion`.
fn is_release_4(range: &str) -> bool {
    let mut versions = range.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("fhirVersion").then_some(value.trim().trim_matches('"'))
    });
    versions.all(|version| version == "4.0" || version.starts_with("4.0."))
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

/// The names of FHIR JSON.
pub(crate) const JSON: [&str; 3] = [FHIR_JSON, "application/json", "text/json"];

/// True for FHIR JSON and plain JSON.
fn is_json(essence: &str) -> bool {
    JSON.contains(&essence)
}

fn essence(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine(accept: Option<&str>, query: &str) -> bool {
        json_is_fine(&Request { method: "GET", path: "Patient", query, accept, ..Request::default() })
    }

    #[test]
    fn json_is_negotiated() {
        assert!(fine(None, ""));
        assert!(fine(Some("application/fhir+json; charset=utf-8"), ""));
        assert!(fine(Some("text/html, */*;q=0.1"), ""));
        assert!(!fine(Some("application/fhir+xml"), ""));
        assert!(!fine(Some("application/fhir+json;q=0"), ""));
        assert!(fine(Some("application/fhir+xml"), "_format=json"));
        assert!(fine(None, "_format=application/fhir+json"));
        assert!(!fine(None, "_format=xml"));
        assert!(fine(Some(""), ""));
        assert!(!fine(Some("application/fhir+json;q=0, application/json;q=0, text/json;q=0, */*"), ""));
    }

    #[test]
    fn another_release_of_fhir_is_not_acceptable() {
        assert!(fine(Some("application/fhir+json; fhirVersion=4.0"), ""));
        assert!(fine(Some("application/fhir+json; fhirVersion=\"4.0.1\""), ""));
        assert!(!fine(Some("application/fhir+json; fhirVersion=3.0"), ""));
        assert!(!fine(Some("application/fhir+json; fhirversion=5.0"), ""));
    }

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
