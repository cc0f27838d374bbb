//! B3 and B4: the INS domain is accepted here, and the identity that travels is qualified.
//!
//! Source: RNIV. The key was checked when the INS was read. Refused: a production INS on a test platform,
//! an identity whose own status is not "qualified". Silent when no status travels.

use model::{Finding, InsDomain, Location, Rule, SubmittedObject};

use super::RequestCase;

pub(super) fn domain(case: &RequestCase<'_>) -> Vec<Finding> {
    let domain = case.submission.set.patient.domain();
    if case.pack.ins_domains.contains(&domain) {
        return Vec::new();
    }
    let accepted: Vec<_> = case.pack.ins_domains.iter().copied().map(InsDomain::oid).collect();
    let accepted = accepted.join(", ");
    vec![
        Finding::new(Rule::InsIsWellFormed)
            .at(Location::Submitted(SubmittedObject::Set, "patientId"))
            .detail(
                format!("domaine {} non accepté ici ; acceptés : {accepted}", domain.oid()),
                format!("domain {} is not accepted here; accepted: {accepted}", domain.oid()),
            ),
    ]
}

pub(super) fn qualified(case: &RequestCase<'_>) -> Vec<Finding> {
    match case.submission.identity_qualified {
        None | Some(true) => Vec::new(),
        Some(false) => vec![
            Finding::new(Rule::InsIsQualified).at(Location::Submitted(SubmittedObject::Set, "patientId")),
        ],
    }
}
