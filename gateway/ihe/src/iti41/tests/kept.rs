//! Metadata that the model has no attribute for: kept as it came, or told as dropped.

use model::{Finding, Severity, Submission};

use super::{SS, body};
use crate::Transaction;
use crate::iti41::request;
use crate::sample::{Counted, message, opened, submission};

/// Entries and dropped places of the sample with this change.
fn kept(changed: &str) -> (Submission, Vec<String>) {
    let message = message(Transaction::Iti41, changed, &request::write(&submission()).1);
    let envelope = opened(Transaction::Iti41, &message.content_type, &message.body).expect("opens");
    let (read, warnings) = request::read_all(&envelope, &Counted::default());
    let told =
        |w: &Finding| (w.severity, w.xds_code) == (Severity::Warning, Some("XDSExtraMetadataNotSaved"));
    assert!(warnings.iter().all(told), "{warnings:?}");
    (read.expect("accepted"), warnings.iter().map(|w| w.at.as_str().to_owned()).collect())
}

fn slot(name: &str, value: &str) -> String {
    format!(
        "<rim:Slot name=\"{name}\"><rim:ValueList><rim:Value>{value}</rim:Value></rim:ValueList></rim:Slot>"
    )
}

#[test]
fn an_additional_slot_of_an_entry_is_kept_and_one_of_the_set_is_told_as_dropped() {
    let own = slot("urn:example:a", "x");
    let changed = body(&[])
        .replace("<rim:Slot name=\"submissionTime\">", &format!("{own}<rim:Slot name=\"submissionTime\">"))
        .replacen("<rim:Slot name=\"size\">", &format!("{own}<rim:Slot name=\"size\">"), 1);
    let (read, dropped) = kept(&changed);
    assert_eq!(read.entries[0].0.extra, vec![("urn:example:a".to_owned(), vec!["x".to_owned()])]);
    assert_eq!(dropped, [format!("{SS}/Slot(urn:example:a)")]);
}

#[test]
fn the_uri_and_the_availability_of_a_document_are_kept_as_they_came() {
    let online = "urn:ihe:iti:2010:DocumentAvailability:Online";
    let given = [slot("documentAvailability", online), slot("URI", "SUBSET01/DOC.XML")].concat();
    let changed =
        body(&[]).replacen("<rim:Slot name=\"size\">", &format!("{given}<rim:Slot name=\"size\">"), 1);
    let (read, dropped) = kept(&changed);
    let expected = [("URI", "SUBSET01/DOC.XML"), ("documentAvailability", online)];
    let expected = expected.map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
    assert_eq!((read.entries[0].0.extra.as_slice(), dropped.len()), (&expected[..], 0));
    assert!(request::write(&read).0.contains(&given.replacen(&slot("documentAvailability", online), "", 1)));
}

#[test]
fn what_an_association_says_beyond_its_ends_is_told_as_dropped() {
    let member = "<rim:Slot name=\"SubmissionSetStatus\">";
    let changed = body(&[]).replacen(member, &format!("{}{member}", slot("urn:example:a", "x")), 1);
    let end = changed.rfind("</rim:Association>").expect("an association");
    let documented = "<rim:Classification id=\"why\" classifiedObject=\"a\" nodeRepresentation=\"1\"/>";
    let (read, dropped) = kept(&format!("{}{documented}{}", &changed[..end], &changed[end..]));
    assert_eq!(read.associations.len(), submission().associations.len());
    assert_eq!(dropped.len(), 2, "{dropped:?}");
    assert!(dropped[0].starts_with("Association(") && dropped[0].ends_with("/Slot(urn:example:a)"));
    assert!(dropped[1].ends_with("/Classification(why)"));
}
