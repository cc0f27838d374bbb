//! The references to documents: the set and each of its documents, and nothing else.
//!
//! Source: IHE DSG: a reference names a document by its uniqueId (`urn:oid:`); the set's own uniqueId stands among
//! them, its digest is a placeholder and is not compared. A document is digested as its bytes, or in the canonical
//! form that the reference names.

use model::Content;
use xml::{Element, Limits};

use super::Problems;
use super::digests::Stated;
use super::shape::Parts;
use crate::checks::content::{ContentCase, Subject};

/// What canonicalizing a document may cost.
const LIMITS: Limits =
    Limits { bytes: 256 << 20, depth: 128, nodes: 1_000_000, attributes: 64, skip_prolog_instructions: true };
/// Bytes of its canonical form, as a multiple of its own.
const GROWTH: usize = 4;

pub(super) fn check(
    case: &ContentCase<'_>,
    signature: Subject<'_>,
    parts: &Parts<'_>,
    problems: &mut Problems,
) {
    let submission = case.submission;
    let mut signed = vec![false; submission.entries.len()];
    let mut names_set = submission.set.unique_id.is_none();
    let mut last = None;
    for reference in &parts.outer {
        last = Some(*reference);
        let name = unique_id(*reference);
        if submission.set.unique_id.as_ref().is_some_and(|id| id.as_str() == name) {
            names_set = true;
            continue;
        }
        let entries = &submission.entries;
        let found = entries.iter().position(|(entry, _)| entry.unique_id.as_str() == name);
        match found.filter(|index| *index != signature.index) {
            Some(index) => {
                if let Some(signed) = signed.get_mut(index) {
                    *signed = true;
                }
                if let Some((_, content)) = entries.get(index) {
                    digest(*reference, content, problems);
                }
            }
            None => problems.add(
                *reference,
                "référence à un document qui n'est pas du lot (urn:oid: et l'uniqueId attendus)",
                "reference to a document that is not of the set (expected urn:oid: and the uniqueId)",
            ),
        }
    }
    let Some(at) = last.or_else(|| parts.covered.first().copied()) else { return };
    if !names_set {
        problems.add(
            at,
            "aucune référence à l'uniqueId du lot signé",
            "no reference to the uniqueId of the set that is signed",
        );
    }
    for (index, (entry, _)) in submission.entries.iter().enumerate() {
        if index != signature.index && !signed.get(index).copied().unwrap_or_default() {
            let id = entry.unique_id.as_str();
            problems.add(at, format!("document non signé : {id}"), format!("document not signed: {id}"));
        }
    }
}

fn unique_id<'a>(reference: Element<'a>) -> &'a str {
    let uri = reference.attribute("URI").unwrap_or_default().trim();
    uri.strip_prefix("urn:oid:").unwrap_or(uri)
}

/// The digest of a document whose bytes are here. Others are not compared.
fn digest(reference: Element<'_>, content: &Content, problems: &mut Problems) {
    let Some(stated) = Stated::read(reference, problems) else { return };
    let Content::Inline(bytes) = content else { return };
    let bytes = bytes.as_slice();
    let holds = match stated.method {
        None => stated.is_of(bytes),
        Some(method) => {
            let limit = bytes.len().saturating_mul(GROWTH).saturating_add(64 << 10);
            let document = xml::parse(bytes, &LIMITS).ok();
            let form = document.and_then(|document| method.document(&document, limit).ok());
            form.is_some_and(|form| stated.is_of(&form))
        }
    };
    if !holds {
        problems.add(
            reference,
            "empreinte différente de celle du document déposé : il n'est pas celui qui a été signé",
            "digest other than that of the document deposited: it is not the one that was signed",
        );
    }
}
