//! The enveloped signature of the assertion (W3C XML Signature 1.1), in the one shape that is accepted.
//!
//! No element is looked up by identifier: the reference must name the assertion around the signature, and
//! what is digested is that very node, from which the values are read afterwards.

use aws_lc_rs::digest::digest;
use model::{Finding, Moment, Rule};
use xml::Element;

use super::algorithms::{ENVELOPED, Refused};
use super::authorities::Authorities;
use super::certificate::Holder;
use super::dsig::{LARGEST_CERTIFICATE, LARGEST_DIGEST, Terms};
use super::finding;
use super::message::{DS, SAML, only};
use super::name::Name;

const RULE: Rule = Rule::AssertionIsSignedByItsIssuer;

const TERMS: Terms = Terms {
    rule: RULE,
    ill_shaped: (
        "signature d'une autre forme que celle attendue : un SignedInfo, un SignatureValue, un KeyInfo, une Reference \
         à deux transformations (enveloped-signature puis exc-c14n), rien d'autre",
        "signature of another shape than expected: one SignedInfo, one SignatureValue, one KeyInfo, one Reference \
         with two transforms (enveloped-signature, then exc-c14n), nothing else",
    ),
    forbidden: (
        "canonicalisation ou transformation non admise : enveloped-signature puis xml-exc-c14n (sans commentaires, \
         32 préfixes inclusifs au plus), rien d'autre",
        "canonicalization or transform not allowed: enveloped-signature, then xml-exc-c14n (without comments, at most \
         32 inclusive prefixes), nothing else",
    ),
    too_large: (
        "assertion trop volumineuse (256 Kio au plus sous forme canonique)",
        "assertion too large (at most 256 KiB in canonical form)",
    ),
};

/// Bytes of the assertion in canonical form.
const LARGEST: usize = 256 << 10;
/// Certificates in KeyInfo.
const MOST_CERTIFICATES: usize = 8;

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
    let parts = TERMS.shape(signature, &["SignedInfo", "SignatureValue", "KeyInfo"])?;
    let [info, value, keys] = parts.as_slice() else { return Err(TERMS.ill_shaped(signature)) };
    let parts = TERMS.shape(*info, &["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
    let [canonical, method, reference] = parts.as_slice() else { return Err(TERMS.ill_shaped(*info)) };
    digested(assertion, signature, *reference, accept_sha1)?;
    let signer = signer(*keys, path, now)?;
    let bytes = TERMS.decoded(*value, LARGEST_CERTIFICATE)?;
    let form = |element: Element<'_>, prefixes: &[&str]| TERMS.form(element, prefixes, None, LARGEST);
    TERMS.signed(*info, [*canonical, *method], &signer.key, (*value, &bytes), accept_sha1, &form)?;
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
    let parts = TERMS.shape(reference, &["Transforms", "DigestMethod", "DigestValue"])?;
    let [transforms, method, value] = parts.as_slice() else { return Err(TERMS.ill_shaped(reference)) };
    let steps = TERMS.shape(*transforms, &["Transform", "Transform"])?;
    let [enveloped, canonical] = steps.as_slice() else { return Err(TERMS.ill_shaped(*transforms)) };
    if enveloped.attribute("Algorithm") != Some(ENVELOPED) || enveloped.children().next().is_some() {
        return Err(TERMS.because(*enveloped, TERMS.forbidden));
    }
    let prefixes = TERMS.exclusive(*canonical)?;
    let algorithm = TERMS.digest(*method, accept_sha1)?;
    let stated = TERMS.decoded(*value, LARGEST_DIGEST)?;
    let form = TERMS.form(assertion, &prefixes, Some(signature), LARGEST)?;
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

/// The signer: the one certificate of KeyInfo that is not an authority's, chained to an authority here.
/// Whatever else KeyInfo says (KeyValue, KeyName…) is not looked at.
fn signer(keys: Element<'_>, path: Path<'_>, now: Moment) -> Result<Holder, Finding> {
    let (signer, others) = certificates(keys)?;
    if !signer.may_sign {
        return Err(TERMS.because(keys, NOT_FOR_SIGNING));
    }
    let seconds = u64::try_from(now.0.div_euclid(1_000_000)).unwrap_or(0);
    match path {
        Path::To(authorities) => authorities
            .check(&signer.der, &others, seconds)
            .map_err(|distrust| TERMS.because(keys, distrust.detail()))?,
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
        return Err(TERMS.because(keys, CERTIFICATE_EXPECTED));
    }
    let mut signers = Vec::new();
    let mut others = Vec::new();
    for element in elements {
        let der = TERMS.decoded(element, LARGEST_CERTIFICATE)?;
        let holder = Holder::read(&der).ok_or_else(|| TERMS.because(element, UNREADABLE_CERTIFICATE))?;
        if holder.is_authority { others.push(der) } else { signers.push(holder) }
    }
    match (signers.pop(), signers.is_empty()) {
        (Some(signer), true) => Ok((signer, others)),
        _ => Err(TERMS.because(keys, CERTIFICATE_EXPECTED)),
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
