//! Whose key a signature says it was made with (WS-Security 1.1 §7, X.509 Certificate Token Profile 1.1 §3).
//!
//! Nothing is believed of what is said: it picks one of the certificates that other proofs have shown. Their paths and
//! revocation were checked with those proofs.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use model::Finding;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{FromDer, X509Certificate};
use xml::Element;

use super::whole::Whole;
use super::{Frame, TERMS, covered};
use crate::vihf::algorithms::Refused;
use crate::vihf::certificate::Holder;
use crate::vihf::dsig::LARGEST_CERTIFICATE;
use crate::vihf::message::{DS, WSSE};
use crate::vihf::name::Name;

/// What is told of a certificate.
#[derive(Default)]
struct Told {
    /// Certificates: the signer's, perhaps with its authorities.
    certificates: Vec<Vec<u8>>,
    marks: Vec<Mark>,
}

/// What tells a certificate without showing it.
enum Mark {
    IssuerAndSerial(Name, String),
    SubjectKeyIdentifier(Vec<u8>),
    /// SHA-1 of the certificate, as WS-Security 1.1 names one. It proves nothing here, so SHA-1 does no harm.
    Thumbprint(Vec<u8>),
}

/// Elements of one X509Data.
const MOST: usize = 8;

/// True if this is the refusal of a certificate that is none of the known ones: with one more known, another answer
/// is possible.
pub(in crate::vihf) fn is_of_somebody_else(refused: &Finding) -> bool {
    refused.args.iter().any(|(_, text)| text.contains(SOMEBODY_ELSE.1))
}

/// The known certificate that KeyInfo tells.
pub(super) fn signer<'a, 'k>(
    frame: Frame<'a>,
    whole: &Whole<'a>,
    keys: Element<'a>,
    known: &[&'k Holder],
) -> Result<&'k Holder, Finding> {
    let told = told(frame, whole, keys)?;
    let signer = known.iter().copied().find(|holder| told.is_of(holder));
    let signer = signer.ok_or_else(|| TERMS.because(keys, SOMEBODY_ELSE))?;
    if signer.is_authority || !signer.may_sign {
        return Err(TERMS.because(keys, NOT_FOR_SIGNING));
    }
    Ok(signer)
}

fn told<'a>(frame: Frame<'a>, whole: &Whole<'a>, keys: Element<'a>) -> Result<Told, Finding> {
    let mut references = keys.children_named(WSSE, "SecurityTokenReference");
    let (reference, second) = (references.next(), references.next());
    if let Some(second) = second {
        return Err(TERMS.because(second, OTHER_REFERENCE));
    }
    let inside = reference.into_iter().flat_map(Element::children);
    let beside = keys.children().filter(|element| !reference.is_some_and(|one| one.same(*element)));
    let mut told = Told::default();
    for element in inside.chain(beside).take(MOST) {
        let referred = element.parent().is_some_and(|parent| !parent.same(keys));
        match (element.namespace(), element.name()) {
            (DS, "X509Data") => of_data(whole, element, &mut told)?,
            (WSSE, "Reference") if referred => told.certificates.push(of_token(frame, whole, element)?),
            (WSSE, "KeyIdentifier") if referred => of_identifier(whole, element, &mut told)?,
            // A key or a name beside a certificate tells nothing more.
            (DS, "KeyValue" | "KeyName") => {}
            _ => return Err(TERMS.because(element, OTHER_REFERENCE)),
        }
    }
    if told.certificates.is_empty() && told.marks.is_empty() {
        return Err(TERMS.because(keys, OTHER_REFERENCE));
    }
    Ok(told)
}

/// `ds:X509Data`: certificates, issuer and serial number, key identifier.
fn of_data<'a>(whole: &Whole<'a>, data: Element<'a>, told: &mut Told) -> Result<(), Finding> {
    for element in data.children().take(MOST) {
        let other = || TERMS.because(element, OTHER_REFERENCE);
        if element.namespace() != DS {
            return Err(other());
        }
        match element.name() {
            "X509Certificate" => told.certificates.push(whole.binary(element, LARGEST_CERTIFICATE)?),
            "X509SKI" => {
                told.marks.push(Mark::SubjectKeyIdentifier(whole.binary(element, LARGEST_CERTIFICATE)?));
            }
            "X509IssuerSerial" => {
                let issuer = element.child(DS, "X509IssuerName").and_then(|name| Name::parse(&name.text()));
                let serial = element.child(DS, "X509SerialNumber").map(Element::text);
                let (issuer, serial) = issuer.zip(serial).ok_or_else(other)?;
                told.marks.push(Mark::IssuerAndSerial(issuer, serial.trim().to_owned()));
            }
            "X509SubjectName" => {}
            _ => return Err(other()),
        }
    }
    Ok(())
}

/// `wsse:Reference`: the certificate in a BinarySecurityToken of this header.
fn of_token<'a>(frame: Frame<'a>, whole: &Whole<'a>, reference: Element<'a>) -> Result<Vec<u8>, Finding> {
    let id = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#'));
    let token = id.and_then(|id| covered::token(frame, id));
    let token = token.ok_or_else(|| TERMS.because(reference, OTHER_REFERENCE))?;
    let is_x509 = token.is(WSSE, "BinarySecurityToken") && is_kind(token, &["#X509v3"]);
    let is_base64 = token.attribute("EncodingType").is_none_or(|kind| kind.ends_with("#Base64Binary"));
    if !is_x509 || !is_base64 {
        return Err(TERMS.because(token, OTHER_REFERENCE));
    }
    whole.binary(token, LARGEST_CERTIFICATE)
}

/// `wsse:KeyIdentifier`: the key identifier of the certificate, its SHA-1, or the certificate itself.
fn of_identifier<'a>(whole: &Whole<'a>, element: Element<'a>, told: &mut Told) -> Result<(), Finding> {
    let bytes = || whole.binary(element, LARGEST_CERTIFICATE);
    if is_kind(element, &["#X509SubjectKeyIdentifier", "#X509v3SubjectKeyIdentifier"]) {
        told.marks.push(Mark::SubjectKeyIdentifier(bytes()?));
    } else if is_kind(element, &["#ThumbprintSHA1"]) {
        told.marks.push(Mark::Thumbprint(bytes()?));
    } else if is_kind(element, &["#X509v3"]) {
        told.certificates.push(bytes()?);
    } else {
        return Err(TERMS.because(element, OTHER_REFERENCE));
    }
    Ok(())
}

fn is_kind(element: Element<'_>, ends: &[&str]) -> bool {
    element.attribute("ValueType").is_some_and(|kind| ends.iter().any(|end| kind.ends_with(end)))
}

impl Told {
    /// True if everything that is told is told of this certificate.
    fn is_of(&self, holder: &Holder) -> bool {
        let shown = self.certificates.is_empty() || self.certificates.contains(&holder.der);
        shown && self.marks.iter().all(|mark| mark.is_of(holder))
    }
}

impl Mark {
    fn is_of(&self, holder: &Holder) -> bool {
        let Ok((_, certificate)) = X509Certificate::from_der(&holder.der) else { return false };
        match self {
            Mark::Thumbprint(sha1) => {
                digest(&SHA1_FOR_LEGACY_USE_ONLY, &holder.der).as_ref() == sha1.as_slice()
            }
            Mark::SubjectKeyIdentifier(id) => certificate.extensions().iter().any(|extension| {
                matches!(extension.parsed_extension(), ParsedExtension::SubjectKeyIdentifier(own) if own.0 == id.as_slice())
            }),
            Mark::IssuerAndSerial(issuer, serial) => {
                Name::of(certificate.issuer()) == *issuer
                    && certificate.tbs_certificate.serial.to_string() == *serial
            }
        }
    }
}

const OTHER_REFERENCE: Refused = (
    "KeyInfo doit désigner un certificat : wsse:SecurityTokenReference vers un BinarySecurityToken X509v3 de cet \
     en-tête, X509Data (certificat, ou émetteur et numéro de série) ou KeyIdentifier (SubjectKeyIdentifier, \
     ThumbprintSHA1, X509v3)",
    "KeyInfo must tell a certificate: wsse:SecurityTokenReference to an X509v3 BinarySecurityToken of this header, \
     X509Data (certificate, or issuer and serial number) or KeyIdentifier (SubjectKeyIdentifier, ThumbprintSHA1, X509v3)",
);
const SOMEBODY_ELSE: Refused = (
    "le message doit être signé avec le certificat client TLS, ou avec celui du signataire de l'assertion",
    "the message must be signed with the TLS client certificate, or with that of the assertion's signer",
);
const NOT_FOR_SIGNING: Refused = (
    "l'usage de clé du certificat ne permet pas de signer (digitalSignature ou nonRepudiation attendu)",
    "the certificate's key usage does not allow signing (digitalSignature or nonRepudiation expected)",
);
