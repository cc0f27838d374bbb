//! G7: the object that signs a submission set is an XML signature whose references hold.
//!
//! Source: decision-order G7; IHE DSG (detached signature, a manifest of the documents signed); ETSI XAdES; published
//! DMP examples. Checked: one signature at the most (one at least where `mappings/constraints` demands it), its
//! shape, the digests inside it, and that its references are the set and every document of the set with the digest
//! of its bytes. Not checked here: the signature value and whom the certificate belongs to (docs/decisions/0018).

mod digests;
mod references;
mod shape;

use mappings::Kind;
use model::{Content, DocumentEntry, Finding, Location, Rule, SubmittedObject};
use xml::Limits;

use super::{ContentCase, Subject};

const RULE: Rule = Rule::SetSignatureIsSound;

/// A signature is small: references and certificates.
const LIMITS: Limits =
    Limits { bytes: 1 << 20, depth: 64, nodes: 20_000, attributes: 64, skip_prolog_instructions: true };

pub(super) fn check(case: &ContentCase<'_>) -> Vec<Finding> {
    let entries = case.submission.entries.iter().enumerate();
    let is_signature = |entry: &DocumentEntry| case.mappings.codes.is(Kind::SetSignature, &entry.type_code);
    let signatures: Vec<_> = entries.filter(|(_, (entry, _))| is_signature(entry)).collect();
    let mut findings: Vec<Finding> = count(case, signatures.len()).into_iter().collect();
    for (index, (entry, content)) in signatures {
        if let Content::Inline(bytes) = content {
            findings.extend(one(case, Subject { index, entry }, bytes.as_slice()));
        }
    }
    findings
}

fn count(case: &ContentCase<'_>, found: usize) -> Option<Finding> {
    let (min, max) = case.mappings.constraints.signatures();
    let finding = |fr: String, en: String| {
        Some(Finding::new(RULE).at(Location::Submitted(SubmittedObject::Set, "")).detail(fr, en))
    };
    if found < min {
        return finding(
            "le lot doit porter son objet de signature (type E1762) : il n'y est pas".to_owned(),
            "the set must carry its signature object (type E1762): it is not there".to_owned(),
        );
    }
    match max {
        Some(max) if found > max => finding(
            format!("{max} objet(s) de signature au plus, {found} trouvé(s)"),
            format!("at most {max} signature object(s), found {found}"),
        ),
        Some(_) | None => None,
    }
}

/// One signature object. XML that cannot be read is rule G3's finding.
fn one(case: &ContentCase<'_>, subject: Subject<'_>, bytes: &[u8]) -> Vec<Finding> {
    let document = match xml::parse(bytes, &LIMITS) {
        Ok(document) => document,
        Err(xml::XmlError::TooLarge | xml::XmlError::TooDeep | xml::XmlError::TooManyNodes) => {
            let (fr, en) = (
                "signature hors des limites (1 Mio, 64 niveaux, 20 000 nœuds)",
                "signature beyond the limits (1 MiB, 64 levels, 20 000 nodes)",
            );
            return vec![subject.finding(RULE, "").detail(fr, en)];
        }
        Err(_) => return Vec::new(),
    };
    let mut problems = Problems::default();
    if let Some(parts) = shape::read(document.root(), &mut problems) {
        digests::check(document.root(), &parts, &mut problems);
        references::check(case, subject, &parts, &mut problems);
    }
    let told = problems.0.into_iter();
    told.map(|(path, fr, en)| subject.finding_at(RULE, path).detail(fr, en)).collect()
}

/// What is wrong with a signature, where, in French and English.
#[derive(Default)]
struct Problems(Vec<(String, String, String)>);

impl Problems {
    /// Findings kept of one signature; more would help nobody.
    const MOST: usize = 50;

    fn add(&mut self, at: xml::Element<'_>, fr: impl Into<String>, en: impl Into<String>) {
        if self.0.len() < Problems::MOST {
            self.0.push((at.path(), fr.into(), en.into()));
        }
    }
}
