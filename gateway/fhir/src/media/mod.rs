//! Media types: what may come in, what may go out.

mod accepted;
mod form;

use model::{Finding, Location, Rule};

use crate::outcome::Teller;
use crate::route::{Body, Line};
use crate::{FHIR_JSON, FHIR_XML, Limits, Request, Response, search};

pub(crate) use accepted::Accepted;
pub(crate) use form::{Form, Format};

/// RFC 6902.
const JSON_PATCH: &str = "application/json-patch+json";

/// RFC 7351: an XML Patch (RFC 5261).
const XML_PATCH: &str = "application/xml-patch+xml";

/// What a patch may come in.
pub(crate) const PATCHES: [&str; 4] = [JSON_PATCH, XML_PATCH, FHIR_JSON, FHIR_XML];

/// Documents are answered in their own type.
const BINARY: &str = "Binary/{id}";

/// JSON, and no FHIR.
const OPEN_API: &str = "openapi.json";

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
        let resource = received(request).is_some() && request.content_type.is_some_and(is_release_4);
        let (fits, expected): (bool, &[&str]) = match line.body {
            Body::Resource => (resource, &[FHIR_JSON, FHIR_XML]),
            Body::Parameters => (resource || nothing, &[FHIR_JSON, FHIR_XML]),
            Body::Patch => (resource || sent == JSON_PATCH || sent == XML_PATCH, &PATCHES),
            Body::Form => (sent == FORM || nothing, &[FORM]),
        };
        if !fits {
            let fr = format!("type attendu : {}", expected.join(" ou "));
            let en = format!("expected type: {}", expected.join(" or "));
            return refuse(Rule::MediaTypeIsSupported, 415, "Content-Type", &fr, &en);
        }
        if !request.content_type.is_none_or(is_utf_8) {
            let (fr, en) = ("charset attendu : utf-8", "expected charset: utf-8");
            return refuse(Rule::MediaTypeIsSupported, 415, "Content-Type", fr, en);
        }
    }
    if matches!(line.path, BINARY | OPEN_API) || Form::of(request).is_some() {
        return Ok(());
    }
    let by = if format(request).is_some() { "_format" } else { "Accept" };
    refuse(
        Rule::MediaTypeIsSupported,
        406,
        by,
        "ce serveur répond en application/fhir+json ou en application/fhir+xml",
        "this server answers in application/fhir+json or in application/fhir+xml",
    )
}

/// The kinds of patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatchKind {
    Json,
    Xml,
    /// A Parameters resource.
    FhirPath,
}

/// The kind of patch that the body is said to be.
pub(crate) fn patch(request: &Request<'_>) -> PatchKind {
    match request.content_type.map(essence).as_deref() {
        Some(JSON_PATCH) => PatchKind::Json,
        Some(XML_PATCH) => PatchKind::Xml,
        _ => PatchKind::FhirPath,
    }
}

/// The format of the body, by `Content-Type`; `None` if it is no FHIR.
pub(crate) fn received(request: &Request<'_>) -> Option<Format> {
    Format::named(&essence(request.content_type?))
}

/// `_format`, in lower case, without parameters; of another release of FHIR, what no format is called.
pub(crate) fn format(request: &Request<'_>) -> Option<String> {
    let asked = parameter(request, "_format")?;
    // An unencoded "+" arrives as a space.
    Some(if is_release_4(&asked) { essence(&asked).replace(' ', "+") } else { String::new() })
}

/// A parameter of the query, or of the form that is the body.
fn parameter(request: &Request<'_>, wanted: &str) -> Option<String> {
    let form = request.content_type.map(essence).as_deref() == Some(FORM);
    let body = if form { std::str::from_utf8(request.body).unwrap_or_default() } else { "" };
    let pairs = [request.query, body].into_iter().flat_map(|text| search::pairs(text).unwrap_or_default());
    pairs.into_iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
}

/// True if no other release of FHIR than R4 is asked for by the parameter `fhirVersion`.
fn is_release_4(range: &str) -> bool {
    values(range, "fhirVersion").all(|version| version == "4.0" || version.starts_with("4.0."))
}

/// True if no other charset than UTF-8 is announced: FHIR has no other (R4 §3.1.0.1.10).
fn is_utf_8(content_type: &str) -> bool {
    values(content_type, "charset").all(|charset| charset.eq_ignore_ascii_case("utf-8"))
}

/// The values of one parameter of a media type.
fn values<'r>(range: &'r str, wanted: &str) -> impl Iterator<Item = &'r str> {
    range.split(';').skip(1).filter_map(move |parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case(wanted).then_some(value.trim().trim_matches('"'))
    })
}

fn essence(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
