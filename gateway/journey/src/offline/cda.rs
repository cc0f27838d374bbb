//! A CDA alone: the metadata that its header would give (CI-SIS, correspondence of CDA and XDS metadata), held
//! against the same rules as any deposit; findings are told at their place in the CDA.

use model::{
    Code, Content, ContentBytes, EntryUuid, Finding, Location, Oid, Submission, SubmissionSet,
    SubmittedObject,
};

use super::{Domain, check_submission};
use crate::describe::{Derived, NOTHING, header};

const OBJECT: EntryUuid = EntryUuid::from_bytes([1; 16]);
const SET: EntryUuid = EntryUuid::from_bytes([2; 16]);

/// The findings of a CDA document on its own.
pub fn check_cda(domain: Domain<'_>, bytes: &[u8]) -> Vec<Finding> {
    let header = match header(bytes) {
        Ok(header) => header,
        Err(findings) => return findings,
    };
    let fresh = || OBJECT;
    let mut derived = Derived::new(&header, domain.mappings, &fresh);
    let submission = submission(&mut derived, bytes);
    if submission.is_some() {
        let main = header.main_service();
        let present = [
            ("authorPerson", !header.authors.is_empty()),
            ("title", header.title.is_some()),
            ("legalAuthenticator", header.legal_authenticator.is_some()),
            ("serviceStartTime", main.is_some_and(|event| event.low.is_some())),
        ];
        for (attribute, _) in present.into_iter().filter(|(_, present)| !present) {
            derived.lacks(attribute);
        }
    }
    // Which of the identifiers is the local one is for the metadata to say.
    derived.missing.push("sourcePatientId");
    let Derived { missing, mut findings, .. } = derived;
    if let Some(submission) = submission {
        let found = check_submission(domain, "ITI-41", &submission);
        findings.extend(found.into_iter().filter_map(|finding| told_in_cda(domain, finding, &missing)));
    }
    findings
}

/// The submission; `None` without an INS to hold it against.
fn submission(derived: &mut Derived<'_>, bytes: &[u8]) -> Option<Submission> {
    let patient = derived.patient()?;
    let entry = derived.entry(patient.clone());
    let set = SubmissionSet {
        entry_uuid: SET,
        unique_id: None,
        source_id: Oid::parse("2.25.0").ok()?,
        patient,
        submission_time: entry.creation_time.clone(),
        content_type: Code::new(NOTHING, NOTHING),
        authors: entry.authors.clone(),
        intended_recipients: Vec::new(),
        title: None,
        comments: None,
    };
    Some(Submission {
        set,
        associations: derived.links(entry.entry_uuid),
        entries: vec![(entry, Content::Inline(ContentBytes::new(bytes.to_vec())))],
        folders: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: None,
    })
}

/// The finding at its place in the CDA; `None` if it is about the set, which a CDA does not hold, or about what
/// was told as missing.
fn told_in_cda(domain: Domain<'_>, finding: Finding, missing: &[&str]) -> Option<Finding> {
    let xpath_of = |attribute: &str| domain.mappings.cda_pairs.xpath_of(attribute);
    let path = match &finding.at {
        Location::Submitted(SubmittedObject::Set, "patientId") => xpath_of("patientId"),
        Location::Submitted(SubmittedObject::Entry(_), attribute) if !missing.contains(attribute) => {
            xpath_of(attribute)
        }
        Location::Submitted(..) => return None,
        Location::XPath(path) if missing.iter().any(|name| xpath_of(name).as_ref() == Some(path)) => {
            return None;
        }
        _ => return Some(finding),
    };
    Some(finding.at(path.map_or(Location::Whole, Location::XPath)))
}

#[cfg(test)]
mod tests;
