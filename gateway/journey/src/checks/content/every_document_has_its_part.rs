//! G1: every entry has its bytes, and every part of the message its entry.
//!
//! Source: IHE ITI TF-3 table 4.2.4.1-2 (XDSMissingDocument, XDSMissingDocumentMetadata). Refused: an entry
//! whose `Document` element or Binary is not in the message; a part that no entry names.

use model::{Content, Finding, Rule};

use super::{ContentCase, Subject};

pub(super) fn check(case: &ContentCase<'_>) -> Vec<Finding> {
    let entries = case.submission.entries.iter().enumerate();
    let without_part = entries.filter_map(|(index, (entry, content))| match content {
        Content::Missing(part) => Some((Subject { index, entry }, part.as_ref())),
        Content::Incoming(part) => Some((Subject { index, entry }, Some(part))),
        Content::Inline(_) | Content::Staged(_) | Content::Elsewhere => None,
    });
    let missing = without_part.map(|(subject, part)| {
        let finding = subject.finding(Rule::EveryDocumentHasItsPart, "").code("XDSMissingDocument");
        match part {
            Some(part) => finding.arg("part", part.0.clone()).detail(
                "le message ne contient pas la partie que nomme cette fiche",
                "the message does not hold the part that this entry names",
            ),
            None => finding.detail(
                "cette fiche ne nomme aucun document du message",
                "this entry names no document of the message",
            ),
        }
    });
    let orphans = case.submission.orphans.iter().map(|part| {
        Finding::new(Rule::EveryDocumentHasItsPart)
            .code("XDSMissingDocumentMetadata")
            .arg("part", part.0.clone())
            .detail(
                "le message contient un document qu'aucune fiche ne nomme",
                "the message holds a document that no entry names",
            )
    });
    missing.chain(orphans).collect()
}
