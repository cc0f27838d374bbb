//! Builds and signs a VIHF assertion: for development credentials and demonstrations, in the very form that
//! [`verify`](super::verify) asks for.

use aws_lc_rs::digest::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Code, Moment, Purpose};
use xml::{Limits, Writer, c14n};

use super::algorithms::{ECDSA_SHA256, ENVELOPED, EXCLUSIVE, RSA_SHA256, SHA256};
use super::certificate::Key;
use super::message::{DS, SAML};
use super::vocabulary as names;
use super::{Claims, Holder};

/// Identity and time of an assertion to be issued.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Its identifier (xs:ID), unique.
    pub id: String,
    /// When it is issued.
    pub issued_at: Moment,
    /// NotBefore and NotOnOrAfter; `None` leaves Conditions out, as is usual.
    pub conditions: Option<(Moment, Moment)>,
}

/// The signer: a certificate and its private key.
pub struct Signer {
    certificate: Holder,
    key: PrivateKey,
}

enum PrivateKey {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

/// Why an assertion was not issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueError {
    /// The certificate cannot be read.
    Certificate,
    /// The key is not PKCS #8, or neither RSA nor P-256, or not the certificate's.
    Key,
    /// The signature could not be made.
    Signing,
}

impl std::fmt::Display for IssueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            IssueError::Certificate => "the signing certificate cannot be read",
            IssueError::Key => "the private key must be PKCS #8, RSA or P-256, and fit the certificate",
            IssueError::Signing => "the signature could not be made",
        })
    }
}

impl std::error::Error for IssueError {}

impl Signer {
    /// A signer from a certificate (DER) and its private key (PKCS #8, DER).
    ///
    /// # Errors
    /// [`IssueError::Certificate`] or [`IssueError::Key`].
    pub fn new(certificate: &[u8], pkcs8: &[u8]) -> Result<Self, IssueError> {
        let certificate = Holder::read(certificate).ok_or(IssueError::Certificate)?;
        let key = match &certificate.key {
            Key::Rsa { der, .. } => RsaKeyPair::from_pkcs8(pkcs8)
                .ok()
                .filter(|pair| public(pair) == der.as_slice())
                .map(PrivateKey::Rsa),
            Key::P256(point) => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
                .ok()
                .filter(|pair| public(pair) == point.as_slice())
                .map(PrivateKey::P256),
            Key::P384(_) | Key::Other => None,
        };
        Ok(Signer { certificate, key: key.ok_or(IssueError::Key)? })
    }

    fn method(&self) -> &'static str {
        match self.key {
            PrivateKey::Rsa(_) => RSA_SHA256,
            PrivateKey::P256(_) => ECDSA_SHA256,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, IssueError> {
        let random = SystemRandom::new();
        match &self.key {
            PrivateKey::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let made = pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature);
                made.map(|()| signature).map_err(|_| IssueError::Signing)
            }
            PrivateKey::P256(pair) => {
                let made = pair.sign(&random, message);
                made.map(|signature| signature.as_ref().to_vec()).map_err(|_| IssueError::Signing)
            }
        }
    }
}

fn public(pair: &impl aws_lc_rs::signature::KeyPair) -> &[u8] {
    pair.public_key().as_ref()
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("subject", &self.certificate.subject.to_rfc2253())
            .finish_non_exhaustive()
    }
}

/// The signed `saml2:Assertion`, ready to stand under `wsse:Security`. Issuer is the certificate's subject.
///
/// # Errors
/// [`IssueError::Signing`].
pub fn issue(claims: &Claims, frame: &Frame, signer: &Signer) -> Result<String, IssueError> {
    let unsigned = assertion(claims, frame, signer, None);
    let value = STANDARD.encode(digest(&aws_lc_rs::digest::SHA256, &form(&unsigned, &["xs"])?));
    let mut writer = Writer::new();
    signed_info(&mut writer, &frame.id, signer.method(), &value, true);
    let info = writer.finish();
    let signature = STANDARD.encode(signer.sign(&form(&info, &[])?)?);
    Ok(assertion(claims, frame, signer, Some((&value, &signature))))
}

fn form(text: &str, prefixes: &[&str]) -> Result<Vec<u8>, IssueError> {
    let document = xml::parse(text.as_bytes(), &Limits::default()).map_err(|_| IssueError::Signing)?;
    c14n::exclusive(document.root(), prefixes, None, 1 << 20).map_err(|_| IssueError::Signing)
}

/// The assertion, with its signature when digest and signature value are known.
fn assertion(claims: &Claims, frame: &Frame, signer: &Signer, signed: Option<(&str, &str)>) -> String {
    let mut writer = Writer::new();
    writer.start("saml2:Assertion").attr("xmlns:saml2", SAML);
    writer.attr("xmlns:xs", "http://www.w3.org/2001/XMLSchema");
    writer.attr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    writer.attr("ID", &frame.id).attr("IssueInstant", &frame.issued_at.iso()).attr("Version", "2.0");
    writer.start("saml2:Issuer").attr("Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName");
    writer.text(&signer.certificate.subject.to_rfc2253()).end();
    if let Some((digest, signature)) = signed {
        writer.start("ds:Signature").attr("xmlns:ds", DS);
        signed_info(&mut writer, &frame.id, signer.method(), digest, false);
        writer.leaf("ds:SignatureValue", signature).start("ds:KeyInfo").start("ds:X509Data");
        writer.leaf("ds:X509Certificate", &STANDARD.encode(&signer.certificate.der)).end().end().end();
    }
    writer.start("saml2:Subject").leaf("saml2:NameID", &claims.name_id.0).end();
    if let Some((from, until)) = frame.conditions {
        writer
            .start("saml2:Conditions")
            .attr("NotBefore", &from.iso())
            .attr("NotOnOrAfter", &until.iso())
            .end();
    }
    writer.start("saml2:AuthnStatement").attr("AuthnInstant", &claims.authenticated_at.iso());
    writer.start("saml2:AuthnContext").leaf("saml2:AuthnContextClassRef", &claims.context).end().end();
    statement(&mut writer, claims);
    writer.finish()
}

fn signed_info(writer: &mut Writer, id: &str, method: &str, digest: &str, alone: bool) {
    writer.start("ds:SignedInfo").attr_if("xmlns:ds", alone.then_some(DS));
    writer.start("ds:CanonicalizationMethod").attr("Algorithm", EXCLUSIVE).end();
    writer.start("ds:SignatureMethod").attr("Algorithm", method).end();
    writer.start("ds:Reference").attr("URI", &format!("#{id}")).start("ds:Transforms");
    writer.start("ds:Transform").attr("Algorithm", ENVELOPED).end();
    // The values of xsi:type are names with the prefix xs: it has to keep its meaning.
    writer.start("ds:Transform").attr("Algorithm", EXCLUSIVE).start("ec:InclusiveNamespaces");
    writer.attr("xmlns:ec", EXCLUSIVE).attr("PrefixList", "xs").end().end().end();
    writer.start("ds:DigestMethod").attr("Algorithm", SHA256).end();
    writer.leaf("ds:DigestValue", digest).end().end();
}

fn statement(writer: &mut Writer, claims: &Claims) {
    let sector = format!("{}^{}", claims.sector.value, claims.sector.system);
    let reason = match &claims.purpose {
        Purpose::BreakGlass { reason } => Some(reason.as_str()),
        Purpose::Normal | Purpose::Centre15 => None,
    };
    let [mode, _] = names::MODE;
    writer.start("saml2:AttributeStatement");
    text(writer, names::VERSION, Some(&claims.version));
    text(writer, mode, Some(claims.mode.name()));
    text(writer, names::STRUCTURE, Some(&claims.structure.0));
    text(writer, names::SECTOR, Some(&sector));
    text(writer, names::SUBJECT, claims.subject_name.as_deref());
    writer.start("saml2:Attribute").attr("Name", names::ROLE);
    coded(writer, "Role", &claims.profession);
    claims.qualifiers.iter().for_each(|qualifier| coded(writer, "Role", qualifier));
    writer.end();
    text(writer, names::PATIENT, Some(&claims.patient.to_cx()));
    text(writer, names::RESOURCE, Some(names::DMP));
    writer.start("saml2:Attribute").attr("Name", names::PURPOSE);
    coded(writer, "PurposeOfUse", &Code::new(claims.purpose.code(), "1.2.250.1.213.1.1.4.248"));
    writer.end();
    text(writer, names::REASON, reason);
    text(writer, names::CONFIDENTIALITY, claims.secret_connection.then_some(names::SECRET));
    text(writer, names::SOFTWARE_ID, claims.software.id.as_deref());
    text(writer, names::SOFTWARE_NAME, Some(&claims.software.name));
    text(writer, names::SOFTWARE_VERSION, Some(&claims.software.version));
    text(writer, names::HOMOLOGATION, Some(&claims.software.homologation));
    writer.end();
}

fn text(writer: &mut Writer, name: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    writer.start("saml2:Attribute").attr("Name", name).start("saml2:AttributeValue");
    writer.attr("xsi:type", "xs:string").text(value).end().end();
}

fn coded(writer: &mut Writer, name: &str, code: &Code) {
    writer.start("saml2:AttributeValue").start(name).attr("xmlns", "urn:hl7-org:v3").attr("xsi:type", "CE");
    writer.attr("code", &code.value).attr("codeSystem", &code.system);
    writer.attr_if("displayName", code.label.as_deref()).end().end();
}
