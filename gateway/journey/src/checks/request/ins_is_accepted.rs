//! B3 and B4: the INS domain is accepted here, and the identity that travels is qualified.
//!
//! Source: RNIV. The key was checked when the INS was read. Refused: a production INS on a test platform,
//! an identity whose own status is not "qualified". Silent when no status travels.

use model::{Finding, Ins, Location, Rule, SubmittedObject};

use super::RequestCase;
use crate::Pack;

pub(super) fn domain(case: &RequestCase<'_>) -> Vec<Finding> {
    let found = of_domain(case.pack, &case.submission.set.patient);
    found
        .map(|finding| finding.at(Location::Submitted(SubmittedObject::Set, "patientId")))
        .into_iter()
        .collect()
}

/// What is wrong with an INS of a domain that is not accepted here, whoever names it.
pub(crate) fn of_domain(pack: &Pack, ins: &Ins) -> Option<Finding> {
    let domain = ins.domain();
    if pack.accepts(domain) {
        return None;
    }
    let accepted = pack.accepted_domains();
    Some(Finding::new(Rule::InsIsWellFormed).detail(
        format!("domaine {} non accepté ici ; acceptés : {accepted}", domain.oid()),
        format!("domain {} is not accepted here; accepted: {accepted}", domain.oid()),
    ))
}

pub(super) fn qualified(case: &RequestCase<'_>) -> Vec<Finding> {
    match case.submission.identity_qualified {
        None | Some(true) => Vec::new(),
        Some(false) => vec![
            Finding::new(Rule::InsIsQualified).at(Location::Submitted(SubmittedObject::Set, "patientId")),
        ],
    }
}
