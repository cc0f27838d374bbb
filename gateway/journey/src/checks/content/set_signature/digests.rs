//! The digests inside the signature: what SignedInfo refers to is there, once, and unchanged.

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use xml::Element;
use xml::c14n::Method;

use super::Problems;
use super::shape::{DS, Parts, base64};

/// Bytes of a part in canonical form.
const LARGEST: usize = 4 << 20;

pub(super) fn check(root: Element<'_>, parts: &Parts<'_>, problems: &mut Problems) {
    let mut reached: Vec<Element<'_>> = Vec::new();
    for reference in &parts.inner {
        let Some(target) = target(root, *reference, problems) else { continue };
        reached.push(target);
        let Some(stated) = Stated::read(*reference, problems) else { continue };
        let form = stated.method.unwrap_or(Method::IMPLIED).element(target, LARGEST);
        if !form.is_ok_and(|form| stated.is_of(&form)) {
            problems.add(
                *reference,
                "empreinte différente de celle de l'élément désigné : la signature a été modifiée",
                "digest other than that of the element referred to: the signature was changed",
            );
        }
    }
    for part in &parts.covered {
        if !reached.iter().any(|target| target.contains(*part)) {
            problems.add(
                *part,
                "élément qu'aucune référence de SignedInfo ne signe",
                "element that no reference of SignedInfo signs",
            );
        }
    }
}

/// The one element with the Id that a reference names.
fn target<'a>(root: Element<'a>, reference: Element<'_>, problems: &mut Problems) -> Option<Element<'a>> {
    let id = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')).filter(|id| !id.is_empty());
    let mut found = root.subtree().filter(|element| id.is_some() && element.attribute("Id") == id);
    let (first, second) = (found.next(), found.next());
    if first.is_none() || second.is_some() {
        problems.add(
            reference,
            "URI attendue : « # » suivi de l'Id d'un seul élément de la signature, ou urn:oid: d'un document",
            "expected URI: # and the Id of one element of the signature, or urn:oid: of a document",
        );
        return None;
    }
    first
}

/// What a reference states: the canonicalization if it names one, the algorithm and the digest.
pub(super) struct Stated {
    /// `None`: no transform.
    pub method: Option<Method>,
    algorithm: &'static Algorithm,
    value: Vec<u8>,
}

impl Stated {
    pub(super) fn read(reference: Element<'_>, problems: &mut Problems) -> Option<Self> {
        let transforms: Vec<_> = reference
            .children_named(DS, "Transforms")
            .flat_map(|transforms| transforms.children_named(DS, "Transform"))
            .collect();
        let named = |transform: &Element<'_>| transform.attribute("Algorithm").and_then(Method::named);
        let method = match transforms.as_slice() {
            [] => None,
            [one] if named(one).is_some() && one.children().next().is_none() => named(one),
            _ => {
                problems.add(
                    reference,
                    "une transformation au plus : Canonical XML 1.0, 1.1 ou exclusif, sans paramètre",
                    "at most one transform: Canonical XML 1.0, 1.1 or exclusive, without parameter",
                );
                return None;
            }
        };
        let algorithm = reference.child(DS, "DigestMethod").and_then(|method| method.attribute("Algorithm"));
        let Some(algorithm) = algorithm.and_then(algorithm_named) else {
            problems.add(
                reference,
                "DigestMethod attendu : SHA-1, SHA-256, SHA-384 ou SHA-512",
                "expected DigestMethod: SHA-1, SHA-256, SHA-384 or SHA-512",
            );
            return None;
        };
        let Some(value) = reference.child(DS, "DigestValue") else {
            problems.add(reference, "DigestValue attendu", "expected DigestValue");
            return None;
        };
        Some(Stated { method, algorithm, value: base64(value, problems)? })
    }

    /// True if it is the digest of these bytes.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        digest(self.algorithm, bytes).as_ref() == self.value.as_slice()
    }
}

fn algorithm_named(uri: &str) -> Option<&'static Algorithm> {
    match uri {
        "http://www.w3.org/2000/09/xmldsig#sha1" => Some(&SHA1_FOR_LEGACY_USE_ONLY),
        "http://www.w3.org/2001/04/xmlenc#sha256" => Some(&SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Some(&SHA384),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Some(&SHA512),
        _ => None,
    }
}
