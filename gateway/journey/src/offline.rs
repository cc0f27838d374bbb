//! What can be said of a deposit without a store, a caller or a network: stage B and stage G, all findings at once.
//!
//! For `passerelle check`. Who is calling (A), the record (C), the right to deposit (D), flags against the person (E)
//! and links (F) need a running gateway; B6 (the patient of the token) and the caller's half of G6 need a caller.

mod cda;

use mappings::Mappings;
use model::{Actor, Caller, Channel, Finding, Purpose, RequestId, Rule, Submission};
use policy::Switches;

use crate::Pack;
use crate::checks::{content, request};

pub use cda::check_cda;

/// The tables and switches that a deposit is held against.
#[derive(Debug, Clone, Copy)]
pub struct Domain<'a> {
    /// The tables.
    pub mappings: &'a Mappings,
    /// Switches of the policy.
    pub switches: &'a Switches,
    /// The affinity domain.
    pub pack: &'a Pack,
}

/// The findings of stages B and G on a submission that a door has read. `transaction` names the door's
/// transaction (`ITI-41`).
pub fn check_submission(domain: Domain<'_>, transaction: &str, submission: &Submission) -> Vec<Finding> {
    let mut findings = check_submission_by(domain, transaction, submission, &nobody());
    // A set without author (ITI-105) gets the caller's: there is none here.
    let set = &submission.set;
    if set.author_persons().all(str::is_empty) && set.author_institutions().next().is_none() {
        findings.retain(|finding| finding.rule != Rule::CdaAgreesWithCaller);
    }
    findings
}

/// The same for a caller who is known, B6 and G6 included.
pub fn check_submission_by(
    domain: Domain<'_>,
    transaction: &str,
    submission: &Submission,
    caller: &Caller,
) -> Vec<Finding> {
    let Domain { mappings, switches, pack } = domain;
    let case = request::RequestCase { mappings, switches, pack, transaction, caller, submission };
    let mut findings = request::check(&case);
    let fingerprints = content::fingerprints(submission);
    findings.extend(content::check_against(mappings, pack, submission, caller, &fingerprints, &[]));
    findings
}

/// Who is calling where nobody proves it: a structure's software, of which no rule of these stages knows anything.
pub fn nobody() -> Caller {
    Caller {
        actor: Actor::OfStructure { user: String::new(), role: None },
        channel: Channel::Indirect,
        structure: None,
        purpose: Purpose::Normal,
        patient: None,
        legal_entities: Vec::new(),
        secret_connection: false,
        regulator: false,
        software: None,
        request: RequestId(String::new()),
    }
}
