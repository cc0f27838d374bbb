//! Stage B on the sample documents, by the French pack.

use model::{InsDomain, Oid, Rule, Submission};
use policy::Switches;

use super::{RequestCase, check};
use crate::Pack;
use crate::checks::content::tests::{MAPPINGS, deposit, structure, told};

/// What stage B finds in an ITI-41 submission.
fn findings(submission: &Submission) -> Vec<(Rule, String)> {
    let pack = Pack {
        ins_domains: vec![InsDomain::NirTest],
        french: true,
        repository: Oid::parse("2.999").expect("an OID"),
        french_error_codes: false,
        repositories: Vec::new(),
    };
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
