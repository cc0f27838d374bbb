//! What an answer is written in (FHIR R4 §3.1.0.1.11): `_format` before `Accept` before the format of the request.

use serde_json::Value;

use super::{Accepted, format, parameter, received};
use crate::codec::xml;
use crate::{FHIR_JSON, FHIR_XML, Request};

/// A format of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    /// Both.
    pub(crate) const ALL: [Format; 2] = [Format::Json, Format::Xml];

    /// The media types that name it, that of FHIR first; the last one is of before R3.
    pub(crate) const fn types(self) -> [&'static str; 4] {
        match self {
            Format::Json => [FHIR_JSON, "application/json", "text/json", "application/json+fhir"],
            Format::Xml => [FHIR_XML, "application/xml", "text/xml", "application/xml+fhir"],
        }
    }

    /// The short name, for `_format` and the CapabilityStatement.
    pub(crate) const fn short(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Xml => "xml",
        }
    }

    /// The media type of FHIR.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Format::Json => FHIR_JSON,
            Format::Xml => FHIR_XML,
        }
    }

    /// The format of a media type, lower case, without parameters.
    pub(crate) fn named(essence: &str) -> Option<Self> {
        Format::ALL.into_iter().find(|format| format.types().contains(&essence))
    }
}

/// A format and how it is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) format: Format,
    /// `_pretty`: laid out for people.
    pub(crate) pretty: bool,
}

impl Form {
    /// The form that is asked for; `None` if it is none of ours.
    pub(crate) fn of(request: &Request<'_>) -> Option<Self> {
        let format = match format(request) {
            Some(named) => {
                let short = Format::ALL.into_iter().find(|format| format.short() == named);
                short.or_else(|| Format::named(&named))?
            }
            None => by_accept(request)?,
        };
        Some(Form { format, pretty: pretty(request) })
    }

    /// The form of an answer that has to be given in some form: the one asked for, else that of the request.
    pub(crate) fn at_best(request: &Request<'_>) -> Self {
        let otherwise = Form { format: received(request).unwrap_or(Format::Json), pretty: pretty(request) };
        Form::of(request).unwrap_or(otherwise)
    }

    /// Writes a resource.
    pub(crate) fn write(self, resource: &Value) -> Vec<u8> {
        match self.format {
            Format::Json if self.pretty => format!("{resource:#}").into_bytes(),
            Format::Json => resource.to_string().into_bytes(),
            Format::Xml => xml::write(resource, self.pretty).into_bytes(),
        }
    }
}

/// By `Accept`: the more welcome one; when both are equally so, that of the request, else JSON.
fn by_accept(request: &Request<'_>) -> Option<Format> {
    let accepted = Accepted::of(request.accept);
    let [json, xml] = Format::ALL.map(|format| accepted.rank(&format.types()));
    match json.cmp(&xml) {
        std::cmp::Ordering::Greater => Some(Format::Json),
        std::cmp::Ordering::Less => Some(Format::Xml),
        std::cmp::Ordering::Equal => json.map(|_| received(request).unwrap_or(Format::Json)),
    }
}

fn pretty(request: &Request<'_>) -> bool {
    parameter(request, "_pretty").as_deref() == Some("true")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(accept: Option<&str>, query: &str) -> Option<&'static str> {
        let request = Request { method: "GET", path: "Patient", query, accept, ..Request::default() };
        Form::of(&request).map(|form| form.format.short())
    }

    #[test]
    fn the_format_is_negotiated() {
        for (accept, query, expected) in [
            (None, "", Some("json")),
            (Some(""), "", Some("json")),
            (Some("*/*"), "", Some("json")),
            (Some("application/fhir+json; charset=utf-8"), "", Some("json")),
            (Some("application/fhir+xml"), "", Some("xml")),
            (Some("application/xml"), "", Some("xml")),
            (Some("text/xml; charset=utf-8"), "", Some("xml")),
            (Some("application/xml+fhir"), "", Some("xml")),
            (Some("application/json+fhir"), "", Some("json")),
            (Some("text/html, */*;q=0.1"), "", Some("json")),
            (Some("text/html, application/xml;q=0.9, */*;q=0.8"), "", Some("xml")),
            (Some("application/fhir+xml, application/fhir+json"), "", Some("xml")),
            (Some("application/fhir+xml;q=0.5, application/fhir+json"), "", Some("json")),
            (Some("application/fhir+json;q=0"), "", None),
            (Some("application/fhir+json;q=0, */*"), "", Some("xml")),
            (Some("text/html"), "", None),
            (Some("application/fhir+xml"), "_format=json", Some("json")),
            (Some("text/html"), "_format=xml", Some("xml")),
            (None, "_format=application/fhir+xml", Some("xml")),
            (None, "_format=application%2Ffhir%2Bjson", Some("json")),
            (None, "_format=text/xml", Some("xml")),
            (None, "_format=html", None),
            (None, "_format=ttl", None),
        ] {
            assert_eq!(form(accept, query), expected, "{accept:?} {query}");
        }
    }

    #[test]
    fn another_release_of_fhir_is_not_acceptable() {
        assert_eq!(form(Some("application/fhir+json; fhirVersion=4.0"), ""), Some("json"));
        assert_eq!(form(Some("application/fhir+xml; fhirVersion=\"4.0.1\""), ""), Some("xml"));
        assert_eq!(form(Some("application/fhir+json; fhirVersion=3.0"), ""), None);
        assert_eq!(form(Some("application/fhir+json; fhirversion=5.0"), ""), None);
        assert_eq!(form(None, "_format=application/fhir%2Bxml;%20fhirVersion=5.0"), None);
    }

    #[test]
    fn an_answer_is_in_the_format_of_the_request_unless_another_is_asked_for() {
        let xml = Request { content_type: Some("application/fhir+xml"), ..Request::default() };
        for (accept, expected) in
            [(None, Format::Xml), (Some("*/*"), Format::Xml), (Some("application/json"), Format::Json)]
        {
            assert_eq!(Form::of(&Request { accept, ..xml }).map(|form| form.format), Some(expected));
        }
        let html = Request { accept: Some("text/html"), ..xml };
        assert_eq!((Form::of(&html), Form::at_best(&html).format), (None, Format::Xml));
    }

    #[test]
    fn a_search_by_form_says_it_in_the_form() {
        let request = Request {
            method: "POST",
            content_type: Some("application/x-www-form-urlencoded"),
            body: b"_format=xml&_pretty=true",
            ..Request::default()
        };
        assert_eq!(Form::of(&request), Some(Form { format: Format::Xml, pretty: true }));
    }
}
