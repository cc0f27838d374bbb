//! G2: a declared hash and a declared size are those of the bytes.
//!
//! Source: IHE ITI TF-3 §4.2.3.2.10 and §4.2.3.2.25, decision-order G2. Both are checked, so that a
//! truncation shows as one. Accepted: neither declared; the hash in either case (it is parsed).

use model::{Finding, Rule};

use super::{ContentCase, Fingerprint, Subject};

pub(super) fn check(case: &ContentCase<'_>) -> Vec<Finding> {
    let entries = case.submission.entries.iter().enumerate().zip(case.fingerprints);
    entries
        .filter_map(|((index, (entry, _)), actual)| Some((Subject { index, entry }, (*actual)?)))
        .flat_map(|(subject, actual)| [hash(subject, actual), size(subject, actual)])
        .flatten()
        .collect()
}

fn hash(subject: Subject<'_>, actual: Fingerprint) -> Option<Finding> {
    let declared = subject.entry.hash.filter(|declared| *declared != actual.sha1)?;
    Some(differs(subject, "hash", &declared.hex(), &actual.sha1.hex()))
}

fn size(subject: Subject<'_>, actual: Fingerprint) -> Option<Finding> {
    let declared = subject.entry.size.filter(|declared| *declared != actual.size)?;
    Some(differs(subject, "size", &declared.to_string(), &actual.size.to_string()))
}

fn differs(subject: Subject<'_>, name: &'static str, declared: &str, actual: &str) -> Finding {
    subject
        .finding(Rule::HashAndSizeHold, name)
        .arg("attribute", name)
        .arg("declared", declared)
        .arg("actual", actual)
        .detail(
            format!("{name} : {declared} déclaré, {actual} calculé sur les octets reçus"),
            format!("{name}: {declared} declared, {actual} computed on the bytes received"),
        )
}
