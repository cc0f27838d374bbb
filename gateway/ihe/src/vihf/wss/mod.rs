//! What a message says of its own security beside the assertion: signatures over parts of it, and a Timestamp
//! (OASIS WS-Security 1.1, SOAP Message Security §6 to §10; X.509 Certificate Token Profile 1.1).
//!
//! Nobody has to sign. What is signed must hold, be found where it is read, and be signed by somebody whom another
//! proof has shown: the TLS client, or the signer of the assertion. No element is looked up by identifier: a reference
//! names one of the parts that are read anyway.

mod covered;
mod key;
mod timestamp;
mod whole;

use aws_lc_rs::digest::digest;
use model::{Finding, Moment, Rule};
use xml::{Document, Element};

use super::certificate::Holder;
use super::dsig::{LARGEST_CERTIFICATE, LARGEST_DIGEST, Terms};
use super::message::{DS, WSSE, only};
use super::{Trust, finding};
use crate::Envelope;
use crate::mtom::Part;
use crate::soap::Version;
use whole::Whole;

pub(super) use key::is_of_somebody_else;

const RULE: Rule = Rule::MessageSecurityHolds;

const TERMS: Terms = Terms {
    rule: RULE,
    ill_shaped: (
        "signature d'une autre forme que celle attendue : un SignedInfo (CanonicalizationMethod, SignatureMethod, 1 à \
         16 Reference), un SignatureValue, un KeyInfo ; dans chaque Reference une seule transformation (exc-c14n), un \
         DigestMethod, un DigestValue",
        "signature of another shape than expected: one SignedInfo (CanonicalizationMethod, SignatureMethod, 1 to 16 \
         Reference), one SignatureValue, one KeyInfo; in each Reference a single transform (exc-c14n), one \
         DigestMethod, one DigestValue",
    ),
    forbidden: (
        "canonicalisation ou transformation non admise : xml-exc-c14n (sans commentaires, 32 préfixes inclusifs au \
         plus), rien d'autre ; une pièce jointe ne se signe pas à part, son base64 compte dans soap:Body",
        "canonicalization or transform not allowed: xml-exc-c14n (without comments, at most 32 inclusive prefixes), \
         nothing else; an attachment is not signed on its own, its base64 counts inside soap:Body",
    ),
    too_large: (
        "ce qui est signé est trop volumineux sous forme canonique",
        "what is signed is too large in canonical form",
    ),
};

/// Signatures of one message, and references of one signature.
const MOST_SIGNATURES: usize = 4;
const MOST_REFERENCES: usize = 16;

/// A message as it was received.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    document: &'a Document,
    parts: &'a [Part],
    /// True when parts are still to be read.
    arriving: bool,
}

impl<'a> From<&'a Envelope> for Received<'a> {
    fn from(envelope: &'a Envelope) -> Self {
        Received { document: envelope.document(), parts: &envelope.parts, arriving: envelope.arriving }
    }
}

impl<'a> From<&'a Document> for Received<'a> {
    /// A message without parts.
    fn from(document: &'a Document) -> Self {
        Received { document, parts: &[], arriving: false }
    }
}

impl<'a> Received<'a> {
    /// The whole document.
    pub fn document(self) -> &'a Document {
        self.document
    }
}

/// The places of a message that are read, of which a signature can cover some.
#[derive(Clone, Copy)]
struct Frame<'a> {
    envelope: Element<'a>,
    header: Element<'a>,
    security: Element<'a>,
    body: Element<'a>,
}

/// Checks every signature of the message, and its Timestamp. `known` are the certificates that other proofs have
/// shown.
pub(super) fn check(
    received: Received<'_>,
    trust: &Trust,
    known: &[&Holder],
    now: Moment,
) -> Result<(), Vec<Finding>> {
    let envelope = received.document.root();
    let soap = Version::of(envelope).unwrap_or_default().namespace();
    let Some(header) = envelope.child(soap, "Header") else { return Ok(()) };
    let mut findings = Vec::new();
    for security in header.children_named(WSSE, "Security") {
        findings.extend(timestamp::check(security, trust.skew_seconds, now));
        let signatures: Vec<_> = security.children_named(DS, "Signature").collect();
        if let Some(beyond) = signatures.get(MOST_SIGNATURES) {
            findings.push(TERMS.because(*beyond, TOO_MANY));
            continue;
        }
        if signatures.is_empty() {
            continue;
        }
        let frame = match only(envelope, soap, "Body") {
            Ok(body) => Frame { envelope, header, security, body },
            Err(other) => {
                findings.push(Finding { rule: RULE, ..other });
                continue;
            }
        };
        let verified = |signature: &Element<'_>| verify(frame, *signature, received, trust, known).err();
        findings.extend(signatures.iter().filter_map(verified));
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

const TOO_MANY: (&str, &str) = ("plus de 4 signatures du message", "more than 4 signatures of the message");

fn verify<'a>(
    frame: Frame<'a>,
    signature: Element<'a>,
    received: Received<'a>,
    trust: &Trust,
    known: &[&Holder],
) -> Result<(), Finding> {
    let whole = Whole::of(received);
    let parts = TERMS.shape(signature, &["SignedInfo", "SignatureValue", "KeyInfo"])?;
    let [info, value, keys] = parts.as_slice() else { return Err(TERMS.ill_shaped(signature)) };
    let count = info.children_named(DS, "Reference").count();
    if !(1..=MOST_REFERENCES).contains(&count) {
        return Err(TERMS.ill_shaped(*info));
    }
    let names = [vec!["CanonicalizationMethod", "SignatureMethod"], vec!["Reference"; count]].concat();
    let parts = TERMS.shape(*info, &names)?;
    let [canonical, method, references @ ..] = parts.as_slice() else { return Err(TERMS.ill_shaped(*info)) };
    let signer = key::signer(frame, &whole, *keys, known)?;
    let bytes = whole.binary(*value, LARGEST_CERTIFICATE)?;
    let form = |element: Element<'a>, prefixes: &[&str]| whole.form(element, prefixes);
    TERMS.signed(*info, [*canonical, *method], &signer.key, (*value, &bytes), trust.accept_sha1, &form)?;
    let mut covered: Vec<Element<'a>> = Vec::new();
    for reference in references {
        let element = covered::named(frame, signature, *reference)?;
        if covered.iter().any(|other| other.same(element)) {
            return Err(TERMS.because(*reference, TWICE));
        }
        covered.push(element);
        digested(&whole, *reference, element, trust.accept_sha1)?;
    }
    Ok(())
}

const TWICE: (&str, &str) =
    ("deux Reference désignent le même élément", "two References name the same element");

/// The digest of an element is the one that the reference states.
fn digested<'a>(
    whole: &Whole<'a>,
    reference: Element<'a>,
    element: Element<'a>,
    accept_sha1: bool,
) -> Result<(), Finding> {
    let parts = TERMS.shape(reference, &["Transforms", "DigestMethod", "DigestValue"])?;
    let [transforms, method, value] = parts.as_slice() else { return Err(TERMS.ill_shaped(reference)) };
    let step = transforms.child(DS, "Transform").unwrap_or(*transforms);
    if step.attribute("Algorithm").is_some_and(|name| name.ends_with("#STR-Transform")) {
        return Err(TERMS.because(step, STR_TRANSFORM));
    }
    let steps = TERMS.shape(*transforms, &["Transform"])?;
    let [canonical] = steps.as_slice() else { return Err(TERMS.ill_shaped(*transforms)) };
    let prefixes = TERMS.exclusive(*canonical)?;
    let algorithm = TERMS.digest(*method, accept_sha1)?;
    let stated = whole.binary(*value, LARGEST_DIGEST)?;
    let form = whole.form(element, &prefixes)?;
    if digest(algorithm, &form).as_ref() == stated.as_slice() {
        return Ok(());
    }
    Err(finding(
        RULE,
        *value,
        format!(
            "l'empreinte signée n'est pas celle de {} : modifié après signature, ou pièces jointes laissées hors du calcul (leur base64, sans saut de ligne, compte à la place de xop:Include)",
            element.path()
        ),
        format!(
            "the signed digest is not that of {}: changed after it was signed, or attachments left out of the digest (their base64, without line breaks, counts in the place of xop:Include)",
            element.path()
        ),
    ))
}

const STR_TRANSFORM: (&str, &str) = (
    "STR-Transform n'est pas admis : désigner le jeton signé lui-même par son identifiant (wsu:Id, ou ID de \
     l'assertion)",
    "STR-Transform is not allowed: name the signed token itself by its identifier (wsu:Id, or the assertion's ID)",
);
