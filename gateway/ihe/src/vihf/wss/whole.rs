//! The message as its sender signed it: what travels in MIME parts stands in its place as base64 (XOP 1.0 §3.2, the
//! canonical lexical form of XML Schema's base64Binary).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Finding;
use xml::{Element, c14n};

use super::{Received, TERMS};
use crate::ebrim::names::XDS;
use crate::mtom::xop::{self, Binary};
use crate::soap::names::XOP;
use crate::vihf::message::{DS, WSSE};

/// Bytes of one canonical form, beside the base64 of the parts.
const LARGEST: usize = 8 << 20;

/// A message and its parts.
pub(super) struct Whole<'a> {
    received: Received<'a>,
    largest: usize,
}

impl<'a> Whole<'a> {
    pub(super) fn of(received: Received<'a>) -> Self {
        let of_parts = received.parts.iter().map(|part| encoded(part.bytes.len()));
        let largest = of_parts.fold(LARGEST, usize::saturating_add);
        Whole { received, largest }
    }

    /// The canonical form of an element, its binary contents in their places.
    pub(super) fn form(&self, element: Element<'a>, prefixes: &[&str]) -> Result<Vec<u8>, Finding> {
        let mut inlined = 0_usize;
        for include in element.subtree().filter(|one| one.is(XOP, "Include")) {
            inlined = inlined.saturating_add(encoded(self.included(include)?.len()));
        }
        let too_large = || TERMS.because(element, TERMS.too_large);
        if inlined > self.largest {
            return Err(too_large());
        }
        let instead = |one: Element<'a>| {
            let bytes = one.is(XOP, "Include").then(|| self.included(one).ok())??;
            Some(STANDARD.encode(bytes))
        };
        c14n::exclusive_with(element, prefixes, &instead, self.largest).map_err(|c14n::TooLong| too_large())
    }

    /// The bytes of an element of base64, inline or in a part.
    pub(super) fn binary(&self, element: Element<'a>, longest: usize) -> Result<Vec<u8>, Finding> {
        if element.child(XOP, "Include").is_none() {
            return TERMS.decoded(element, longest);
        }
        match xop::resolve(element, self.received.parts) {
            Ok(Binary::Part(_, bytes)) if bytes.len() <= longest => Ok(bytes.to_vec()),
            Ok(Binary::Part(..)) => Err(TERMS.because(element, TERMS.too_large)),
            Ok(Binary::Missing(_) | Binary::Inline(_)) => Err(TERMS.because(element, self.absent())),
            Err(reason) => Err(TERMS.because(element, reason)),
        }
    }

    /// The bytes that an include stands for. It stands where bytes are read: elsewhere it could take the place of a text
    /// that was signed, and be read as none.
    fn included(&self, include: Element<'a>) -> Result<&'a [u8], Finding> {
        if !include.parent().is_some_and(is_binary) {
            return Err(TERMS.because(include, MISPLACED));
        }
        match xop::part_of(include, self.received.parts) {
            Ok(Ok((_, part))) => Ok(&part.bytes),
            Ok(Err(_)) => Err(TERMS.because(include, self.absent())),
            Err(reason) => Err(TERMS.because(include, reason)),
        }
    }

    fn absent(&self) -> (&'static str, &'static str) {
        if self.received.arriving { NOT_YET } else { ABSENT }
    }
}

/// True for the elements whose content is read as base64 or as an include.
fn is_binary(element: Element<'_>) -> bool {
    match element.namespace() {
        XDS => element.name() == "Document",
        WSSE => matches!(element.name(), "BinarySecurityToken" | "KeyIdentifier"),
        DS => matches!(element.name(), "SignatureValue" | "DigestValue" | "X509Certificate"),
        _ => false,
    }
}

/// The length of base64 with padding.
fn encoded(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

const MISPLACED: (&str, &str) = (
    "xop:Include signé à une place où aucun contenu binaire n'est lu",
    "a signed xop:Include in a place where no binary content is read",
);
const ABSENT: (&str, &str) = (
    "xop:Include signé dont la partie MIME n'est pas dans le message",
    "a signed xop:Include whose MIME part is not in the message",
);
const NOT_YET: (&str, &str) = (
    "la signature couvre des pièces jointes d'un message trop grand pour être lu d'un bloc : ne pas signer soap:Body de \
     tels messages (TLS et l'assertion en prouvent l'émetteur), ou déposer des documents plus petits",
    "the signature covers attachments of a message too large to be read at once: do not sign soap:Body of such messages \
     (TLS and the assertion prove their sender), or deposit smaller documents",
);
