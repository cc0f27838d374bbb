//! Stage G: the bytes. Only here is a document's content looked at, after the right to deposit.
//!
//! `fingerprints` digests each document once, `check_against` runs the rules, `Checked::seal` closes the permitted
//! submission for the commit.

mod bytes_are_of_the_declared_type;
mod cda_agrees_with_caller;
mod cda_agrees_with_metadata;
mod cda_pairs;
mod cda_patient_is_the_patient;
mod checked;
mod every_document_has_its_part;
mod fingerprint;
mod hash_and_size_hold;
mod media;
mod outline;
mod set_signature;

#[cfg(test)]
pub(crate) mod tests;

use mappings::Mappings;
use model::{Caller, DocumentEntry, Finding, Location, Rule, Submission, SubmittedObject};
use xml::cda::Header;

use crate::{Linked, Pack};
pub(crate) use bytes_are_of_the_declared_type::LIMITS as CDA_LIMITS;
pub use checked::Checked;
pub use fingerprint::Fingerprint;
pub(crate) use fingerprint::{Running, fingerprints};
pub(crate) use outline::Outline;

/// What the content checks look at.
struct ContentCase<'a> {
    mappings: &'a Mappings,
    pack: &'a Pack,
    submission: &'a Submission,
    caller: &'a Caller,
    fingerprints: &'a [Option<Fingerprint>],
    links: &'a [Linked],
}

/// One document of the submission.
#[derive(Clone, Copy)]
struct Subject<'a> {
    index: usize,
    entry: &'a DocumentEntry,
}

/// One document that is a CDA, with its header.
struct CdaCase<'a> {
    content: &'a ContentCase<'a>,
    subject: Subject<'a>,
    header: &'a Header,
}

/// Runs stage G and collects every finding; warnings do not refuse. `links` is what the record holds for the
/// targets of the associations: a replaced document named by its entryUUID, as XDS does, is compared with the
/// CDA's own `relatedDocument` only where they tell its uniqueId.
pub(crate) fn check_against(
    mappings: &Mappings,
    pack: &Pack,
    submission: &Submission,
    caller: &Caller,
    fingerprints: &[Option<Fingerprint>],
    links: &[Linked],
) -> Vec<Finding> {
    let case = ContentCase { mappings, pack, submission, caller, fingerprints, links };
    let mut findings = every_document_has_its_part::check(&case);
    findings.extend(hash_and_size_hold::check(&case));
    for (index, (entry, content)) in submission.entries.iter().enumerate() {
        if let Some(bytes) = content.checked_bytes() {
            findings.extend(document(&case, Subject { index, entry }, bytes));
        }
    }
    findings.extend(set_signature::check(&case));
    findings
}

/// G3, and for a CDA that can be read G4 to G6; each where the pack asks for it.
fn document(case: &ContentCase<'_>, subject: Subject<'_>, bytes: &[u8]) -> Vec<Finding> {
    if !case.pack.content_types && !case.pack.cda {
        return Vec::new();
    }
    let (found, header) = bytes_are_of_the_declared_type::check(case, subject, bytes);
    let mut findings = if case.pack.content_types { found } else { Vec::new() };
    if let Some(header) = header.filter(|_| case.pack.cda) {
        let cda = CdaCase { content: case, subject, header: &header };
        findings.extend(cda_patient_is_the_patient::check(&cda));
        findings.extend(cda_agrees_with_metadata::check(&cda));
        findings.extend(cda_agrees_with_caller::check(&cda));
    }
    findings
}

impl Subject<'_> {
    /// A finding about an attribute of this document's entry.
    fn finding(&self, rule: Rule, attribute: &'static str) -> Finding {
        Finding::new(rule)
            .at(Location::Submitted(SubmittedObject::Entry(self.index), attribute))
            .arg("document", self.entry.unique_id.as_str())
    }

    /// A finding inside this document's CDA.
    fn finding_at(&self, rule: Rule, xpath: impl Into<String>) -> Finding {
        Finding::new(rule).at(Location::XPath(xpath.into())).arg("document", self.entry.unique_id.as_str())
    }
}
