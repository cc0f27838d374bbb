//! Stage B on the sample documents, by the French pack.

use model::{Availability, EntryUuid, Finding, Folder, Submission, UniqueId};
use policy::Switches;

use super::{RequestCase, check};
use crate::checks::content::tests::{MAPPINGS, deposit, pack, structure, told};

/// What stage B finds in a submission of this transaction.
pub(crate) fn asked(transaction: &str, submission: &Submission) -> Vec<Finding> {
    let pack = pack(true);
    let (switches, caller) = (Switches::default(), structure("1999999992"));
    check(&RequestCase {
        mappings: &MAPPINGS,
        switches: &switches,
        pack: &pack,
        transaction,
        caller: &caller,
        submission,
    })
}

/// Where stage B finds something in an ITI-41 submission.
pub(crate) fn places(submission: &Submission) -> Vec<String> {
    told(&asked("ITI-41", submission)).into_iter().map(|(_, place)| place).collect()
}

/// A folder of the submission's patient, without title and codes.
pub(crate) fn folder(submission: &Submission) -> Folder {
    Folder {
        entry_uuid: EntryUuid::from_bytes([6; 16]),
        logical_id: EntryUuid::from_bytes([6; 16]),
        version: 1,
        unique_id: UniqueId::parse("2.999.6").expect("an id"),
        availability: Availability::Approved,
        patient: submission.set.patient.clone(),
        codes: Vec::new(),
        title: None,
        comments: None,
        last_update: None,
        extra: Vec::new(),
    }
}

#[test]
fn every_sample_message_is_a_request() {
    for name in ["childbirth-report", "hospital-report", "lab-report", "vaccination-history"] {
        assert_eq!(told(&asked("ITI-41", &deposit(name))), [], "{name}");
    }
}
