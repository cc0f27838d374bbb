//! The form of the answer, and what is recorded of it.

mod store;

use super::*;

use journey::{Act, EventOutcome};
use store::{HIDDEN, SHOWN, get};

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
        (Some("application/fhir+xml"), "", None),
        (Some("*/*"), "_format=json", Some(Form::Binary)),
        (Some("*/*"), "_format=application/fhir%2Bjson", Some(Form::Binary)),
    ] {
        assert_eq!(chosen(accept, query), form, "{accept:?} {query}");
    }
}

#[test]
fn what_is_not_acceptable_is_not_recorded_as_retrieved() {
    for accept in ["image/png", "application/fhir+xml", "text/xml;q=0"] {
        let (response, events) = get(accept, SHOWN);
        assert_eq!(response.status, 406, "{accept}");
        assert_eq!(events, [(Act::Search, EventOutcome::Done)], "{accept}");
    }
    for accept in ["text/xml", "*/*", "", "application/fhir+json", "image/png, */*;q=0.1"] {
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
