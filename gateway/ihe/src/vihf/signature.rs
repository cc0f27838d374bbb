//! The enveloped signature of the assertion (W3C XML Signature 1.1), in the one shape that is accepted.
//!
//! No element is looked up by identifier: the reference must name the assertion around the signature, and
//! what is digested is that very node, from which the values are read afterwards.

use aws_lc_rs::digest::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Finding, Moment, Rule};
use xml::{Element, Node, c14n};

use super::algorithms::{self, ENVELOPED, EXCLUSIVE, Method, Refused};
use super::authorities::Authorities;
use super::certificate::Holder;
use super::finding;
use super::message::{DS, SAML, only};
use super::name::Name;

const RULE: Rule = Rule::AssertionIsSignedByItsIssuer;

/// Bytes of the assertion in canonical form.
const LARGEST: usize = 256 << 10;
/// Certificates in KeyInfo, bytes of base64 of one, prefixes of one PrefixList.
const MOST_CERTIFICATES: usize = 8;
const LARGEST_CERTIFICATE: usize = 16 << 10;
const MOST_PREFIXES: usize = 32;

/// Where a signer's certificate must lead.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    /// To one of these authorities.
    To(&'a Authorities),
    /// Nobody asks: only to explain an assertion where no authority is known.
    NotAsked,
}

/// Checks rule A2 and gives the signer.
pub(super) fn verify(
    assertion: Element<'_>,
    path: Path<'_>,
    accept_sha1: bool,
    now: Moment,
) -> Result<Holder, Finding> {
    let signature = own_signature(assertion)?;
    let parts = shape(signature, &["SignedInfo", "SignatureValue", "KeyInfo"])?;
    let [info, value, keys] = parts.as_slice() else { return Err(ill_shaped(signature)) };
    let parts = shape(*info, &["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
    let [canonical, method, reference] = parts.as_slice() else { return Err(ill_shaped(*info)) };
    digested(assertion, signature, *reference, accept_sha1)?;
    let signer = signer(*keys, path, now)?;
    let prefixes = exclusive(*canonical)?;
    shape(*method, &[])?;
    let method_uri = method.attribute("Algorithm").unwrap_or_default();
    let verifier = Method::named(method_uri, accept_sha1).map_err(|reason| because(*method, reason))?;
    let signed = form(*info, &prefixes, None)?;
    let bytes = decoded(*value, LARGEST_CERTIFICATE)?;
    verifier.verify(&signer.key, &signed, &bytes).map_err(|reason| because(*value, reason))?;
    issuer_is_signer(assertion, &signer)?;
    Ok(signer)
}

/// The only signature inside the assertion, and a direct child of it.
fn own_signature(assertion: Element<'_>) -> Result<Element<'_>, Finding> {
    let signature = only(assertion, DS, "Signature")?;
    let inner = assertion.subtree().find(|element| element.is(DS, "Signature") && !element.same(signature));
    match inner {
        None => Ok(signature),
        Some(inner) => Err(finding(
            RULE,
            inner,
            "une seule signature est admise dans l'assertion",
            "only one signature is allowed inside the assertion",
        )),
    }
}

/// The child elements, which must be these names of XML Signature in this order, and nothing else: no text either,
/// parts of a signature are not themselves signed.
fn shape<'a>(element: Element<'a>, names: &[&str]) -> Result<Vec<Element<'a>>, Finding> {
    let children: Vec<_> = element.children().take(names.len().saturating_add(1)).collect();
    let fits =
        children.len() == names.len() && children.iter().zip(names).all(|(child, name)| child.is(DS, name));
    let blank = |node: Node<'_>| match node {
        Node::Element(_) => true,
        Node::Text(text) => text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')),
        Node::Comment(_) => false,
    };
    if fits && element.nodes().all(blank) { Ok(children) } else { Err(ill_shaped(element)) }
}

fn ill_shaped(element: Element<'_>) -> Finding {
    finding(
        RULE,
        element,
        "signature d'une autre forme que celle attendue : un SignedInfo, un SignatureValue, un KeyInfo, une Reference \
         à deux transformations (enveloped-signature puis exc-c14n), rien d'autre",
        "signature of another shape than expected: one SignedInfo, one SignatureValue, one KeyInfo, one Reference \
         with two transforms (enveloped-signature, then exc-c14n), nothing else",
    )
}

fn because(element: Element<'_>, (fr, en): Refused) -> Finding {
    finding(RULE, element, fr, en)
}

/// The digest of the assertion without its signature is the one that the reference states.
fn digested(
    assertion: Element<'_>,
    signature: Element<'_>,
    reference: Element<'_>,
    accept_sha1: bool,
) -> Result<(), Finding> {
    let id = assertion.attribute("ID").unwrap_or_default();
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err(finding(
            RULE,
            reference,
            "la référence signée doit désigner l'assertion qui contient la signature (URI = # suivi de son ID)",
            "the signed reference must name the assertion around the signature (URI = # and its ID)",
        ));
    }
    let parts = shape(reference, &["Transforms", "DigestMethod", "DigestValue"])?;
    let [transforms, method, value] = parts.as_slice() else { return Err(ill_shaped(reference)) };
    let steps = shape(*transforms, &["Transform", "Transform"])?;
    let [enveloped, canonical] = steps.as_slice() else { return Err(ill_shaped(*transforms)) };
    if enveloped.attribute("Algorithm") != Some(ENVELOPED) || enveloped.children().next().is_some() {
        return Err(forbidden_transform(*enveloped));
    }
    let prefixes = exclusive(*canonical)?;
    shape(*method, &[])?;
    let algorithm = algorithms::digest(method.attribute("Algorithm").unwrap_or_default(), accept_sha1)
        .map_err(|reason| because(*method, reason))?;
    let stated = decoded(*value, 256)?;
    let form = form(assertion, &prefixes, Some(signature))?;
    if digest(algorithm, &form).as_ref() == stated.as_slice() {
        Ok(())
    } else {
        Err(finding(
            RULE,
            *value,
            "l'empreinte signée n'est pas celle de l'assertion : elle a été modifiée après signature",
            "the signed digest is not the assertion's: it was changed after it was signed",
        ))
    }
}

/// The inclusive prefixes of an exclusive canonicalization; any other method is refused.
fn exclusive(method: Element<'_>) -> Result<Vec<&str>, Finding> {
    if method.attribute("Algorithm") != Some(EXCLUSIVE) {
        return Err(forbidden_transform(method));
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
        _ => return Err(forbidden_transform(method)),
    };
    if prefixes.len() > MOST_PREFIXES {
        return Err(forbidden_transform(method));
    }
    Ok(prefixes.into_iter().map(|prefix| if prefix == "#default" { "" } else { prefix }).collect())
}

fn forbidden_transform(element: Element<'_>) -> Finding {
    finding(
        RULE,
        element,
        "canonicalisation ou transformation non admise : enveloped-signature puis xml-exc-c14n (sans commentaires, \
         32 préfixes inclusifs au plus), rien d'autre",
        "canonicalization or transform not allowed: enveloped-signature, then xml-exc-c14n (without comments, at most \
         32 inclusive prefixes), nothing else",
    )
}

fn form(element: Element<'_>, prefixes: &[&str], skip: Option<Element<'_>>) -> Result<Vec<u8>, Finding> {
    c14n::exclusive(element, prefixes, skip, LARGEST).map_err(|c14n::TooLong| {
        finding(
            RULE,
            element,
            "assertion trop volumineuse (256 Kio au plus sous forme canonique)",
            "assertion too large (at most 256 KiB in canonical form)",
        )
    })
}

/// The bytes of a base64 text; white space is allowed in it.
fn decoded(element: Element<'_>, longest: usize) -> Result<Vec<u8>, Finding> {
    let text: String = element.text().split_ascii_whitespace().collect();
    let plain = element.children().next().is_none() && !text.is_empty() && text.len() <= longest;
    let bytes = STANDARD.decode(text).ok().filter(|_| plain);
    bytes.ok_or_else(|| {
        finding(
            RULE,
            element,
            "contenu base64 attendu, dans le message lui-même (non optimisé en XOP)",
            "base64 content expected, inside the message itself (not XOP-optimised)",
        )
    })
}

/// The signer: the one certificate of KeyInfo that is not an authority's, chained to an authority here.
/// Whatever else KeyInfo says (KeyValue, KeyName…) is not looked at.
fn signer(keys: Element<'_>, path: Path<'_>, now: Moment) -> Result<Holder, Finding> {
    let (signer, others) = certificates(keys)?;
    if !signer.may_sign {
        return Err(because(keys, NOT_FOR_SIGNING));
    }
    let seconds = u64::try_from(now.0.div_euclid(1_000_000)).unwrap_or(0);
    match path {
        Path::To(authorities) => authorities
            .check(&signer.der, &others, seconds)
            .map_err(|distrust| because(keys, distrust.detail()))?,
        Path::NotAsked => {}
    }
    Ok(signer)
}

/// The certificate that an assertion shows as its signer's, whatever it is worth.
pub(super) fn shown(assertion: Element<'_>) -> Option<Holder> {
    let keys = assertion.descend(DS, &["Signature", "KeyInfo"])?;
    certificates(keys).ok().map(|(signer, _)| signer)
}

/// The certificates of KeyInfo: the one that is not an authority's, and the authorities'.
fn certificates(keys: Element<'_>) -> Result<(Holder, Vec<Vec<u8>>), Finding> {
    let data = keys.children_named(DS, "X509Data");
    let elements: Vec<_> = data.flat_map(|data| data.children_named(DS, "X509Certificate")).collect();
    if elements.is_empty() || elements.len() > MOST_CERTIFICATES {
        return Err(because(keys, CERTIFICATE_EXPECTED));
    }
    let mut signers = Vec::new();
    let mut others = Vec::new();
    for element in elements {
        let der = decoded(element, LARGEST_CERTIFICATE)?;
        let holder = Holder::read(&der).ok_or_else(|| because(element, UNREADABLE_CERTIFICATE))?;
        if holder.is_authority { others.push(der) } else { signers.push(holder) }
    }
    match (signers.pop(), signers.is_empty()) {
        (Some(signer), true) => Ok((signer, others)),
        _ => Err(because(keys, CERTIFICATE_EXPECTED)),
    }
}

const CERTIFICATE_EXPECTED: Refused = (
    "KeyInfo doit porter le certificat du signataire (X509Certificate) : un seul, qui ne soit pas celui d'une \
     autorité, avec ses autorités intermédiaires s'il y en a",
    "KeyInfo must carry the signer's certificate (X509Certificate): only one that is not an authority's, with its \
     intermediate authorities if any",
);
const UNREADABLE_CERTIFICATE: Refused =
    ("certificat X.509 illisible dans KeyInfo", "unreadable X.509 certificate in KeyInfo");
const NOT_FOR_SIGNING: Refused = (
    "l'usage de clé du certificat ne permet pas de signer (digitalSignature ou nonRepudiation attendu)",
    "the certificate's key usage does not allow signing (digitalSignature or nonRepudiation expected)",
);

/// The Issuer is the subject of the signing certificate, compared as names.
pub(super) fn issuer_is_signer(assertion: Element<'_>, signer: &Holder) -> Result<(), Finding> {
    let issuer = only(assertion, SAML, "Issuer")?;
    if Name::parse(&issuer.text()).is_some_and(|name| name == signer.subject) {
        return Ok(());
    }
    let subject = signer.subject.to_rfc2253();
    Err(finding(
        RULE,
        issuer,
        format!("Issuer doit être le sujet du certificat de signature : {subject}"),
        format!("Issuer must be the subject of the signing certificate: {subject}"),
    ))
}
