//! XDS → model → FHIR → model → XDS is the identity, but for the reviewed list of `NOT_CARRIED.md`.

use bytes::Bytes;
use fhir::document_reference::{Frame, read_shown, write};
use ihe::{Endpoint, Limits, Transaction, iti41, soap};
use journey::Ids;
use mappings::Mappings;
use model::generated::entry;
use model::{Author, Availability, DocumentEntry, EntryUuid, Moment, Submission};
use passerelle_tests::entry::submission;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Never asked: every object of these submissions has its own UUID.
struct NoIds;

impl Ids for NoIds {
    fn uuid(&self) -> EntryUuid {
        EntryUuid::from_bytes([0xEE; 16])
    }
}

/// The submission as it is read from the message that `submission` is written to.
fn through_xds(submission: &Submission) -> Submission {
    let (body, parts) = iti41::request::write(submission);
    let message =
        soap::message(Transaction::Iti41, "https://h/xds/repository", "urn:x", None, &body, &parts).unwrap();
    let envelope =
        ihe::open(Endpoint::Repository, &message.content_type, Bytes::from(message.body), &Limits::default())
            .unwrap();
    iti41::request::read(&envelope, &NoIds).unwrap()
}

fn through_fhir(entry: &DocumentEntry, mappings: &Mappings) -> DocumentEntry {
    let frame =
        Frame { base: "https://h/fhir", systems: &mappings.systems, patient: None, stored_at: Moment(0) };
    read_shown(mappings, &write(entry, &[], &frame)).unwrap()
}

/// What an ITI-41 message can say: a new entry, and authors that name somebody or something.
fn submitted(mut entry: DocumentEntry) -> Submission {
    let names = |author: &Author| {
        author.person.is_some() || !author.institutions.is_empty() || !author.telecoms.is_empty()
    };
    entry.authors.retain(names);
    let entry = DocumentEntry {
        logical_id: entry.entry_uuid,
        version: 1,
        availability: Availability::Approved,
        ..entry
    };
    submission(entry, "899900000011", "1999999991")
}

#[test]
fn xds_to_model_to_fhir_to_model_to_xds_is_the_identity() {
    let mappings = Mappings::embedded().unwrap();
    let outcome = TestRunner::default().run(&entry(), |entry| {
        let read = through_xds(&submitted(entry));
        let mut back = read.clone();
        for (entry, _) in &mut back.entries {
            *entry = through_fhir(entry, &mappings);
        }
        prop_assert_eq!(iti41::request::write(&back).0, iti41::request::write(&read).0);
        prop_assert_eq!(through_xds(&back), read);
        Ok(())
    });
    outcome.unwrap();
}
