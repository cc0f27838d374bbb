//! Stage B on the sample documents, by the French pack.

use model::{Rule, Submission};
use policy::Switches;

use super::{RequestCase, check};
use crate::checks::content::tests::{MAPPINGS, deposit, pack, structure, told};

/// What stage B finds in an ITI-41 submission.
fn findings(submission: &Submission) -> Vec<(Rule, String)> {
    let pack = pack(true);
    let (switches, caller) = (Switches::default(), structure("1999999992"));
    let case = RequestCase {
        mappings: &MAPPINGS,
        switches: &switches,
        pack: &pack,
        transaction: "ITI-41",
        caller: &caller,
        submission,
    };
    told(&check(&case))
}

/// Where stage B finds something.
pub(crate) fn places(submission: &Submission) -> Vec<String> {
    findings(submission).into_iter().map(|(_, place)| place).collect()
}

#[test]
fn every_sample_message_is_a_request() {
    for name in ["childbirth-report", "hospital-report", "lab-report", "vaccination-history"] {
        assert_eq!(findings(&deposit(name)), [], "{name}");
    }
}
