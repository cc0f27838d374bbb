//! Media types: what may come in, what may go out.

use model::{Finding, Location, Rule};

use crate::outcome::Teller;
use crate::route::Call;
use crate::{FHIR_JSON, Limits, Request, Response, search};

const FORM: &str = "application/x-www-form-urlencoded";

/// Refuses a body that is too large (413), of another type (415), and an answer that no one can make (406).
pub(crate) fn acceptable(
    request: &Request<'_>,
    call: &Call,
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
    if request.method == "POST" {
        let sent = request.content_type.map(essence).unwrap_or_default();
        let (fits, expected) = match call {
            Call::Transaction => (is_json(&sent), FHIR_JSON),
            _ => (sent == FORM || (sent.is_empty() && request.body.is_empty()), FORM),
        };
        if !fits {
            let fr = format!("type attendu : {expected} (cette version ne lit pas XML)");
            let en = format!("expected type: {expected} (this version does not read XML)");
            return refuse(Rule::MediaTypeIsSupported, 415, "Content-Type", &fr, &en);
        }
    }
    if matches!(call, Call::BinaryRead(_)) || json_is_fine(request) {
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

/// True if the answer may be FHIR JSON: by `_format` if given, else by `Accept`.
fn json_is_fine(request: &Request<'_>) -> bool {
    match format(request.query) {
        Some(format) => is_json(&format) || format == "json",
        None => wanted(request.accept)
            .iter()
            .any(|range| is_json(range) || is_any(range) || range == "application/*"),
    }
}

/// `_format`, in lower case.
pub(crate) fn format(query: &str) -> Option<String> {
    let pairs = search::pairs(query).ok()?;
    // An unencoded "+" arrives as a space.
    pairs.into_iter().find(|(name, _)| name == "_format").map(|(_, value)| essence(&value.replace(' ', "+")))
}

/// The media ranges of `Accept` whose quality is not 0, best first; everything when it is absent.
pub(crate) fn wanted(accept: Option<&str>) -> Vec<String> {
    let mut ranges: Vec<(String, u32)> = accept
        .unwrap_or("*/*")
        .split(',')
        .filter(|range| !range.trim().is_empty())
        .map(|range| (essence(range), quality(range)))
        .filter(|(_, quality)| *quality > 0)
        .collect();
    ranges.sort_by_key(|(_, quality)| std::cmp::Reverse(*quality));
    ranges.into_iter().map(|(range, _)| range).collect()
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

/// True for FHIR JSON and plain JSON.
pub(crate) fn is_json(essence: &str) -> bool {
    matches!(essence, "application/fhir+json" | "application/json" | "text/json")
}

/// True for `*/*`.
pub(crate) fn is_any(range: &str) -> bool {
    range == "*/*"
}

fn essence(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine(accept: Option<&str>, query: &str) -> bool {
        json_is_fine(&Request {
            method: "GET",
            path: "Patient",
            query,
            content_type: None,
            accept,
            accept_language: None,
            prefer: None,
            body: b"",
        })
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
    }

    #[test]
    fn ranges_are_ordered_by_quality() {
        assert_eq!(wanted(Some("a/b;q=0.5, c/d, e/f;q=0")), ["c/d", "a/b"]);
        assert_eq!(wanted(Some("a/b;q=x")), ["a/b"]);
        assert_eq!(wanted(None), ["*/*"]);
    }
}
