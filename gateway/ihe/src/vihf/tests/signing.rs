//! Signs messages in any manner, sound or spoilt, with keys that the product would not use so.

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Rule;
use xml::{Element, Limits, c14n};

use super::workshop::{Holding, envelope, refused, town, valid};
use crate::vihf::message::DS;

/// Where the signature goes in an unsigned message.
pub(super) const MARK: &str = "<mark/>";

/// How a test signs.
#[derive(Clone)]
pub(super) struct Manner {
    /// PrefixList of the SignedInfo and of the assertion.
    pub(super) prefixes: [&'static str; 2],
    pub(super) digest: (&'static str, &'static digest::Algorithm),
    pub(super) method: &'static str,
}

impl Manner {
    pub(super) fn plain(method: &'static str) -> Self {
        let digest = ("http://www.w3.org/2001/04/xmlenc#sha256", &digest::SHA256);
        Manner { prefixes: ["", ""], digest, method }
    }
}

/// Signs the only assertion of a message in place of [`MARK`]; `shape` may spoil the signature before it is
/// made, so that it holds all the same.
pub(super) fn sign(
    message: &str,
    manner: &Manner,
    certificates: &[&[u8]],
    make: impl Fn(&[u8]) -> Vec<u8>,
    shape: impl Fn(String) -> String,
) -> String {
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let list = |prefixes: &str| match prefixes {
        "" => String::new(),
        prefixes => format!("<e:InclusiveNamespaces xmlns:e=\"{exclusive}\" PrefixList=\"{prefixes}\"/>"),
    };
    let document = read(&message.replace(MARK, ""));
    let assertion = find(&document, "Assertion");
    let split = |prefixes: &'static str| -> Vec<&str> {
        prefixes.split_whitespace().map(|one| if one == "#default" { "" } else { one }).collect()
    };
    let form = c14n::exclusive(assertion, &split(manner.prefixes[1]), None, 1 << 20).expect("short");
    let value = STANDARD.encode(digest::digest(manner.digest.1, &form));
    let keys: String = certificates
        .iter()
        .map(|der| format!("<ds:X509Certificate>{}</ds:X509Certificate>", STANDARD.encode(der)))
        .collect();
    let signature = shape(format!(
        "<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{exclusive}\">{}\
         </ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{}\"/><ds:Reference URI=\"#{}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"{DS}enveloped-signature\"/><ds:Transform Algorithm=\"{exclusive}\">{}</ds:Transform>\
         </ds:Transforms><ds:DigestMethod Algorithm=\"{}\"/><ds:DigestValue>{value}</ds:DigestValue></ds:Reference>\
         </ds:SignedInfo><ds:SignatureValue>VALUE</ds:SignatureValue><ds:KeyInfo><ds:X509Data>{keys}</ds:X509Data>\
         </ds:KeyInfo></ds:Signature>",
        list(manner.prefixes[0]),
        manner.method,
        assertion.attribute("ID").expect("an ID"),
        list(manner.prefixes[1]),
        manner.digest.0,
    ));
    let message = message.replace(MARK, &signature);
    let document = read(&message);
    let info = find(&document, "SignedInfo");
    let form = c14n::exclusive(info, &split(manner.prefixes[0]), None, 1 << 20).expect("short");
    message.replace("VALUE", &STANDARD.encode(make(&form)))
}

pub(super) fn rsa_key(holding: &Holding) -> impl Fn(&[u8]) -> Vec<u8> + use<> {
    let pair = RsaKeyPair::from_pkcs8(&holding.key.serialize_der()).expect("an RSA key");
    move |message| {
        let mut value = vec![0; pair.public_modulus_len()];
        pair.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut value).expect("signed");
        value
    }
}

pub(super) fn ecdsa_key(
    holding: &Holding,
    algorithm: &'static signature::EcdsaSigningAlgorithm,
) -> impl Fn(&[u8]) -> Vec<u8> + use<> {
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, &holding.key.serialize_der()).expect("a key");
    move |message| pair.sign(&SystemRandom::new(), message).expect("signed").as_ref().to_vec()
}

/// A valid assertion without its signature, with [`MARK`] in its place.
pub(super) fn unsigned() -> String {
    let signed = valid();
    let (before, rest) = signed.split_once("<ds:Signature").expect("signed");
    let (_, after) = rest.split_once("</ds:Signature>").expect("signed");
    format!("{before}{MARK}{after}")
}

/// The signature of a valid assertion.
pub(super) fn signature_of(signed: &str) -> String {
    let start = signed.find("<ds:Signature ").expect("signed");
    let end = signed.find("</ds:Signature>").expect("signed") + "</ds:Signature>".len();
    signed[start..end].to_owned()
}

pub(super) fn read(message: &str) -> xml::Document {
    xml::parse(message.as_bytes(), &Limits::default()).expect("well-formed")
}

fn find<'a>(document: &'a xml::Document, name: &str) -> Element<'a> {
    document.root().subtree().find(|element| element.name() == name).expect("there")
}

/// Signs an assertion after its text was changed, so that only the change is judged.
pub(super) fn resigned(change: impl Fn(String) -> String) -> String {
    let changed = change(unsigned());
    assert_ne!(changed, unsigned(), "nothing was changed");
    let manner = Manner::plain("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
    sign(&envelope(&changed), &manner, &[&town().sign.der], rsa_key(&town().sign), |signature| signature)
}

pub(super) fn replaced(from: &str, to: &str) -> Vec<Rule> {
    refused(&resigned(|text| text.replace(from, to)))
}
