//! What every signature that is accepted here has in common (W3C XML Signature 1.1): parts in one order and nothing
//! between them, exclusive canonical form, base64, algorithms of the list. What a signature must cover and who may
//! make it is asked by [`signature`](super::signature) of an assertion and by [`wss`](super::wss) of a message.

use aws_lc_rs::digest::Algorithm;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Finding, Rule};
use xml::{Element, Node, c14n};

use super::algorithms::{self, EXCLUSIVE, Method, Refused};
use super::certificate::Key;
use super::finding;
use super::message::DS;

/// Bytes of base64 of one certificate or signature value.
pub(super) const LARGEST_CERTIFICATE: usize = 16 << 10;
/// Bytes of base64 of one digest.
pub(super) const LARGEST_DIGEST: usize = 256;
/// Prefixes of one PrefixList.
const MOST_PREFIXES: usize = 32;

/// In whose name a signature is refused, and in which words.
pub(super) struct Terms {
    pub(super) rule: Rule,
    /// Parts other than those expected.
    pub(super) ill_shaped: Refused,
    /// A canonicalization or transform that is not accepted.
    pub(super) forbidden: Refused,
    /// A canonical form beyond the limit.
    pub(super) too_large: Refused,
}

/// The canonical form of an element under inclusive prefixes.
pub(super) type Canonical<'f, 'a> = dyn Fn(Element<'a>, &[&str]) -> Result<Vec<u8>, Finding> + 'f;

impl Terms {
    pub(super) fn because(&self, element: Element<'_>, (fr, en): Refused) -> Finding {
        finding(self.rule, element, fr, en)
    }

    /// The child elements, which must be these names of XML Signature in this order, and nothing else: no text
    /// either, parts of a signature are not themselves signed.
    pub(super) fn shape<'a>(
        &self,
        element: Element<'a>,
        names: &[&str],
    ) -> Result<Vec<Element<'a>>, Finding> {
        let children: Vec<_> = element.children().take(names.len().saturating_add(1)).collect();
        let fits = children.len() == names.len()
            && children.iter().zip(names).all(|(child, name)| child.is(DS, name));
        let blank = |node: Node<'_>| match node {
            Node::Element(_) => true,
            Node::Text(text) => text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')),
            Node::Comment(_) => false,
        };
        if fits && element.nodes().all(blank) { Ok(children) } else { Err(self.ill_shaped(element)) }
    }

    pub(super) fn ill_shaped(&self, element: Element<'_>) -> Finding {
        self.because(element, self.ill_shaped)
    }

    /// The inclusive prefixes of an exclusive canonicalization; any other method is refused.
    pub(super) fn exclusive<'a>(&self, method: Element<'a>) -> Result<Vec<&'a str>, Finding> {
        if method.attribute("Algorithm") != Some(EXCLUSIVE) {
            return Err(self.because(method, self.forbidden));
        }
        let mut children = method.children();
        let (list, more) = (children.next(), children.next());
        let prefixes: Vec<&str> = match (list, more) {
            (None, _) => Vec::new(),
            (Some(list), None)
                if list.is(EXCLUSIVE, "InclusiveNamespaces") && list.children().next().is_none() =>
            {
                list.attribute("PrefixList").unwrap_or_default().split_ascii_whitespace().collect()
            }
            _ => return Err(self.because(method, self.forbidden)),
        };
        if prefixes.len() > MOST_PREFIXES {
            return Err(self.because(method, self.forbidden));
        }
        Ok(prefixes.into_iter().map(|prefix| if prefix == "#default" { "" } else { prefix }).collect())
    }

    /// The canonical form of `element` without `skip`, `limit` bytes at most.
    pub(super) fn form(
        &self,
        element: Element<'_>,
        prefixes: &[&str],
        skip: Option<Element<'_>>,
        limit: usize,
    ) -> Result<Vec<u8>, Finding> {
        c14n::exclusive(element, prefixes, skip, limit)
            .map_err(|c14n::TooLong| self.because(element, self.too_large))
    }

    /// The algorithm of a DigestMethod.
    pub(super) fn digest(
        &self,
        method: Element<'_>,
        accept_sha1: bool,
    ) -> Result<&'static Algorithm, Finding> {
        self.shape(method, &[])?;
        algorithms::digest(method.attribute("Algorithm").unwrap_or_default(), accept_sha1)
            .map_err(|reason| self.because(method, reason))
    }

    /// Checks the signature value at `at` over a SignedInfo, whose first two parts are `canonical` and `method`.
    pub(super) fn signed<'a>(
        &self,
        info: Element<'a>,
        [canonical, method]: [Element<'a>; 2],
        key: &Key,
        (at, value): (Element<'a>, &[u8]),
        accept_sha1: bool,
        form: &Canonical<'_, 'a>,
    ) -> Result<(), Finding> {
        let prefixes = self.exclusive(canonical)?;
        self.shape(method, &[])?;
        let method_uri = method.attribute("Algorithm").unwrap_or_default();
        let verifier =
            Method::named(method_uri, accept_sha1).map_err(|reason| self.because(method, reason))?;
        let signed = form(info, &prefixes)?;
        verifier.verify(key, &signed, value).map_err(|reason| self.because(at, reason))
    }

    /// The bytes of a base64 text; white space is allowed in it.
    pub(super) fn decoded(&self, element: Element<'_>, longest: usize) -> Result<Vec<u8>, Finding> {
        let text: String = element.text().split_ascii_whitespace().collect();
        let plain = element.children().next().is_none() && !text.is_empty() && text.len() <= longest;
        let bytes = STANDARD.decode(text).ok().filter(|_| plain);
        bytes.ok_or_else(|| {
            finding(
                self.rule,
                element,
                "contenu base64 attendu, dans le message lui-même (non optimisé en XOP)",
                "base64 content expected, inside the message itself (not XOP-optimised)",
            )
        })
    }
}
