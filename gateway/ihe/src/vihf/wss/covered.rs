//! Which element a reference names: one of the few that are read, never whatever happens to have the identifier.

use model::Finding;
use xml::{Element, XML_NAMESPACE};

use super::{Frame, TERMS};
use crate::soap::names::WSU;
use crate::vihf::message::DS;

/// The element that a reference names: `soap:Body`, a block of the header, or a child of `wsse:Security` other than
/// the signature itself. Its identifier must stand nowhere else in the message.
pub(super) fn named<'a>(
    frame: Frame<'a>,
    signature: Element<'a>,
    reference: Element<'a>,
) -> Result<Element<'a>, Finding> {
    let uri = reference.attribute("URI").unwrap_or_default();
    let id = uri.strip_prefix('#').filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| TERMS.because(reference, NOT_A_FRAGMENT))?;
    let blocks = frame.header.children().filter(|block| !block.is(frame.security.namespace(), "Security"));
    let tokens = frame.security.children().filter(|token| !token.same(signature));
    let found = std::iter::once(frame.body).chain(blocks).chain(tokens).find(|one| has(*one, id));
    let found = found.ok_or_else(|| TERMS.because(reference, NOT_FOUND))?;
    if holders(frame.envelope, id) == 1 { Ok(found) } else { Err(TERMS.because(reference, NOT_UNIQUE)) }
}

/// True if an element has the identifier in an attribute that signatures refer to: `wsu:Id`, `xml:id`, SAML's `ID`, or
/// XML Signature's `Id`.
pub(super) fn has(element: Element<'_>, id: &str) -> bool {
    element.attributes().any(|attribute| {
        let is_id = match attribute.namespace {
            WSU => attribute.name == "Id",
            XML_NAMESPACE => attribute.name == "id",
            "" => matches!(attribute.name, "Id" | "ID"),
            _ => false,
        };
        is_id && attribute.value == id
    })
}

/// How many attributes of the message that any reader could take for an identifier have this value.
pub(super) fn holders(envelope: Element<'_>, id: &str) -> usize {
    let attributes = envelope.subtree().flat_map(Element::attributes);
    let of = |name: &str| ["id", "assertionid"].iter().any(|one| name.eq_ignore_ascii_case(one));
    attributes.filter(|attribute| attribute.value == id && of(attribute.name)).take(2).count()
}

/// The certificate token of the header with this identifier.
pub(super) fn token<'a>(frame: Frame<'a>, id: &str) -> Option<Element<'a>> {
    let mut tokens = frame.security.children().filter(|token| !token.is(DS, "Signature"));
    tokens.find(|token| has(*token, id)).filter(|_| holders(frame.envelope, id) == 1)
}

const NOT_A_FRAGMENT: (&str, &str) = (
    "Reference/@URI doit être # suivi d'un identifiant : ni le message entier, ni une pièce jointe (cid:), ni une \
     adresse",
    "Reference/@URI must be # and an identifier: not the whole message, not an attachment (cid:), not an address",
);
const NOT_FOUND: (&str, &str) = (
    "ce qui est signé n'est pas ce qui est lu : l'identifiant doit être celui de soap:Body, d'un bloc de soap:Header \
     ou d'un élément directement dans wsse:Security",
    "what is signed is not what is read: the identifier must be that of soap:Body, of a block of soap:Header or of an \
     element directly inside wsse:Security",
);
const NOT_UNIQUE: (&str, &str) = (
    "l'identifiant signé est porté par plusieurs éléments du message",
    "several elements of the message have the signed identifier",
);
