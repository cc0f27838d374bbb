//! The form of the answer, and what is recorded of it.

mod store;

use super::*;

use journey::{Act, EventOutcome};
use store::{HIDDEN, SHOWN, ask, get};

fn chosen(accept: Option<&str>, query: &str) -> Option<Form> {
    let request = Request { method: "GET", path: "Binary/x", query, accept, ..Request::default() };
    choose(&wanted(&request), "application/pdf")
}

#[test]
fn the_form_follows_accept_and_format() {
    for (accept, query, form) in [
        (None, "", Some(Form::Bytes)),
        (Some("*/*"), "", Some(Form::Bytes)),
        (Some("application/pdf"), "", Some(Form::Bytes)),
        (Some("application/*"), "", Some(Form::Bytes)),
        (Some("application/octet-stream"), "", Some(Form::Bytes)),
        (Some("application/fhir+json"), "", Some(Form::Binary)),
        (Some("application/fhir+json, */*;q=0.1"), "", Some(Form::Binary)),
        (Some("application/fhir+json;q=0.5, application/pdf;q=0.5"), "", Some(Form::Binary)),
        (Some("application/pdf;q=0.1, application/fhir+json"), "", Some(Form::Binary)),
        (Some("application/pdf;q=0, */*"), "", Some(Form::Binary)),
        (Some("application/fhir+json;q=0, */*"), "", Some(Form::Bytes)),
        (Some("text/html, application/xml;q=0.9, */*;q=0.8"), "", Some(Form::Bytes)),
        (Some(""), "", Some(Form::Bytes)),
        (Some("text/*"), "", None),
        (Some("application/pdf;q=0"), "", None),
        (Some("image/png"), "", None),
        (Some("application/fhir+xml"), "", Some(Form::Binary)),
        (Some("application/xml"), "", None),
        (None, "_format=xml", Some(Form::Binary)),
        (Some("*/*"), "_format=json", Some(Form::Binary)),
        (Some("*/*"), "_format=application/fhir%2Bjson", Some(Form::Binary)),
    ] {
        assert_eq!(chosen(accept, query), form, "{accept:?} {query}");
    }
}

#[test]
fn what_is_not_acceptable_is_not_recorded_as_retrieved() {
    for accept in ["image/png", "application/fhir+turtle", "text/xml;q=0"] {
        let (response, events) = get(accept, SHOWN);
        assert_eq!(response.status, 406, "{accept}");
        assert_eq!(events, [(Act::Search, EventOutcome::Done)], "{accept}");
    }
    for accept in
        ["text/xml", "*/*", "", "application/fhir+json", "application/fhir+xml", "image/png, */*;q=0.1"]
    {
        let (response, events) = get(accept, SHOWN);
        assert_eq!(response.status, 200, "{accept}");
        assert_eq!(events, [(Act::Retrieve, EventOutcome::Done)], "{accept}");
    }
}

#[test]
fn hidden_and_absent_are_one_answer_whatever_is_accepted() {
    for accept in ["image/png", "text/xml", "*/*", "application/fhir+json", "application/fhir+xml"] {
        let (hidden, events) = get(accept, HIDDEN);
        let (absent, _) = get(accept, EntryUuid::from_bytes([9; 16]));
        assert_eq!(hidden.status, 404, "{accept}");
        assert_eq!(hidden, absent, "{accept}");
        assert!(events.iter().all(|(_, outcome)| *outcome == EventOutcome::Absent), "{accept}");
    }
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_document_that_is_fhir_itself_is_never_wrapped_for_who_asks_for_its_type() {
    for (accept, query, form) in [
        ("application/fhir+json", "", Some(Form::Bytes)),
        ("application/json", "", Some(Form::Bytes)),
        ("*/*", "_format=json", Some(Form::Bytes)),
        ("text/plain", "", None),
    ] {
        let request = Request { query, accept: Some(accept), ..Request::default() };
        assert_eq!(choose(&wanted(&request), FHIR_JSON), form, "{accept} {query}");
    }
}

#[test]
fn a_part_of_the_bytes_is_answered_as_asked() {
    let part = |range, if_range, accept| {
        let (response, events) = ask(Request { range, if_range, accept, ..Request::default() }, SHOWN);
        let place = header(&response, "Content-Range").map(str::to_owned);
        (response.status, response.body, place, events[0].0)
    };
    let (whole, _) = get("*/*", SHOWN);
    assert_eq!((whole.status, header(&whole, "Accept-Ranges")), (200, Some("bytes")));
    let etag = header(&whole, "ETag");
    let modified = header(&whole, "Last-Modified");
    for if_range in [None, etag, modified] {
        let expected = (206, b"x/".to_vec(), Some("bytes 1-2/4".to_owned()), Act::Retrieve);
        assert_eq!(part(Some("bytes=1-2"), if_range, None), expected, "{if_range:?}");
    }
    for if_range in ["\"other\"", "W/\"other\"", "Thu, 01 Jan 2026 00:00:00 GMT", "no date"] {
        let answer = part(Some("bytes=1-2"), Some(if_range), None);
        assert_eq!(answer, (200, b"<x/>".to_vec(), None, Act::Retrieve), "{if_range}");
    }
    let (status, _, place, act) = part(Some("bytes=4-"), None, None);
    assert_eq!((status, place.as_deref(), act), (416, Some("bytes */4"), Act::Search));
    let (status, body, place, _) = part(Some("bytes=1-2"), None, Some("application/fhir+json"));
    assert_eq!((status, place), (200, None), "a Binary is one");
    assert!(body.starts_with(b"{"));
}

#[test]
fn who_has_a_document_already_is_told_so_and_the_event_says_no_more() {
    let (whole, _) = get("*/*", SHOWN);
    let (etag, modified) = (header(&whole, "ETag").unwrap(), header(&whole, "Last-Modified").unwrap());
    let weak = format!("\"a\", W/{etag}");
    let asked = |if_none_match, if_modified_since| {
        let request = Request { if_none_match, if_modified_since, ..Request::default() };
        let (response, events) = ask(request, SHOWN);
        (response.status, response.body.len(), events[0].0)
    };
    for tag in [etag, "*", &weak] {
        assert_eq!(asked(Some(tag), None), (304, 0, Act::Search), "{tag}");
    }
    assert_eq!(asked(None, Some(modified)), (304, 0, Act::Search));
    assert_eq!(asked(Some("\"other\""), Some(modified)), (200, 4, Act::Retrieve), "the tag counts");
    assert_eq!(asked(None, Some("Wed, 31 Dec 1969 23:59:59 GMT")), (200, 4, Act::Retrieve));
    assert_eq!(asked(None, Some("yesterday")), (200, 4, Act::Retrieve));
    let request =
        Request { accept: Some("application/fhir+json"), if_none_match: Some(etag), ..Request::default() };
    assert_eq!(ask(request, SHOWN).0.status, 200, "a Binary is another representation");
}

#[test]
fn no_condition_tells_hidden_from_absent() {
    for (if_none_match, range) in [(Some("*"), None), (None, Some("bytes=9-")), (None, Some("bytes=0-0"))] {
        let of = |id| ask(Request { if_none_match, range, ..Request::default() }, id).0;
        assert_eq!(of(HIDDEN).status, 404);
        assert_eq!(of(HIDDEN), of(EntryUuid::from_bytes([9; 16])));
    }
}

#[test]
fn the_name_of_the_file_says_its_type_and_nothing_else() {
    let (response, _) = get("*/*", SHOWN);
    assert_eq!(header(&response, "Content-Disposition"), Some("attachment; filename=\"document.xml\""));
}
