//! Signatures over parts of a message, inline and in MTOM: made here, by xmlsec1 and by zeep; and attacks on them.

mod attacks;
mod keys;
mod oracles;
mod packaging;
mod timestamps;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{Finding, Rule};
use xml::{Element, c14n};

use super::signing::{MARK, Manner, ecdsa_key, read, rsa_key};
use super::workshop::*;
use crate::mtom::{Attachment, package};
use crate::vihf::Trust;
use crate::vihf::message::{DS, WSSE};
use crate::{Endpoint, Envelope, Limits};

pub(super) const HERE: [Rule; 1] = [Rule::MessageSecurityHolds];
const ACTION: &str = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b";
const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const RSA: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const DOCUMENT: &[u8] =
    b"a document\r\nwhose bytes \xff are any bytes at all, and more than one line of base64 of them";
const X509: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";

/// A deposit with a place for the signature, its document as `content`. Action, To, Timestamp, token and Body have
/// identifiers.
fn unsigned(content: &str) -> String {
    let token = STANDARD.encode(&town().sign.der);
    format!(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:wsa='http://www.w3.org/2005/08/addressing' \
         xmlns:wsu='{WSU}' xmlns:xs='http://www.w3.org/2001/XMLSchema'><s:Header><wsa:Action s:mustUnderstand='1' \
         wsu:Id='action'>{ACTION}</wsa:Action><wsa:MessageID wsu:Id='message'>urn:uuid:1</wsa:MessageID><wsa:To \
         wsu:Id='to'>urn:here</wsa:To><wsse:Security \
         xmlns:wsse='{WSSE}' s:mustUnderstand='true'>{}<wsu:Timestamp \
         wsu:Id='time'><wsu:Created>2026-03-14T21:07:50Z</wsu:Created><wsu:Expires>2026-03-14T21:12:50Z</wsu:Expires>\
         </wsu:Timestamp><wsse:BinarySecurityToken wsu:Id='token' ValueType='{X509}'>{token}\
         </wsse:BinarySecurityToken>{MARK}</wsse:Security></s:Header>\n<s:Body wsu:Id='body'>\
         <xds:ProvideAndRegisterDocumentSetRequest xmlns:xds='urn:ihe:iti:xds-b:2007'>\n  <xds:Document id='d1'>{content}\
         </xds:Document></xds:ProvideAndRegisterDocumentSetRequest></s:Body></s:Envelope>",
        valid()
    )
}

/// The deposit whose document is inline.
fn inline() -> String {
    unsigned(&STANDARD.encode(DOCUMENT))
}

const TOKEN: &str =
    "<wsse:SecurityTokenReference><wsse:Reference URI='#token'/></wsse:SecurityTokenReference>";

/// Signs the elements with these identifiers in place of [`MARK`], over the message as it stands. `shape` may spoil the
/// signature before it is made, so that it holds all the same.
fn sign(
    message: &str,
    manner: &Manner,
    ids: &[&str],
    keys: &str,
    make: impl Fn(&[u8]) -> Vec<u8>,
    shape: impl Fn(String) -> String,
) -> String {
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let list = |prefixes: &str| match prefixes {
        "" => String::new(),
        prefixes => format!("<e:InclusiveNamespaces xmlns:e=\"{exclusive}\" PrefixList=\"{prefixes}\"/>"),
    };
    let document = read(&message.replace(MARK, ""));
    let references: String = ids
        .iter()
        .map(|id| {
            let element = identified(&document, id);
            let form = c14n::exclusive(element, &split(manner.prefixes[1]), None, 1 << 20).expect("short");
            format!(
                "<ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform Algorithm=\"{exclusive}\">{}</ds:Transform>\
                 </ds:Transforms><ds:DigestMethod Algorithm=\"{}\"/><ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
                list(manner.prefixes[1]),
                manner.digest.0,
                STANDARD.encode(digest::digest(manner.digest.1, &form)),
            )
        })
        .collect();
    let signature = shape(format!(
        "<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{exclusive}\">{}\
         </ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{}\"/>{references}</ds:SignedInfo>\
         <ds:SignatureValue>VALUE</ds:SignatureValue><ds:KeyInfo>{keys}</ds:KeyInfo></ds:Signature>",
        list(manner.prefixes[0]),
        manner.method,
    ));
    let message = message.replace(MARK, &signature);
    let document = read(&message);
    let own = document.root().subtree().filter(|element| element.is(DS, "SignedInfo"));
    let info = own.filter(|info| {
        info.parent().and_then(|signature| signature.parent()).is_some_and(|one| one.is(WSSE, "Security"))
    });
    let info = info.last().expect("a SignedInfo of the message");
    let form = c14n::exclusive(info, &split(manner.prefixes[0]), None, 1 << 20).expect("short");
    message.replace("VALUE", &STANDARD.encode(make(&form)))
}

fn split(prefixes: &'static str) -> Vec<&'static str> {
    prefixes.split_whitespace().map(|one| if one == "#default" { "" } else { one }).collect()
}

fn identified<'a>(document: &'a xml::Document, id: &str) -> Element<'a> {
    let has = |element: &Element<'_>| {
        element.attributes().any(|one| one.name.eq_ignore_ascii_case("id") && one.value == id)
    };
    document.root().subtree().find(has).expect("an element with the identifier")
}

/// The deposit signed by the hospital as most software does it.
fn signed() -> String {
    let rsa = rsa_key(&town().sign);
    sign(&inline(), &Manner::plain(RSA), &["body", "time", "action", "to", "message"], TOKEN, rsa, |one| one)
}

/// The message as MTOM, its document in a part of these bytes.
fn in_mtom(message: &str, bytes: &[u8]) -> Envelope {
    let include = "<xop:Include xmlns:xop='http://www.w3.org/2004/08/xop/include' href='cid:d1%40x'/>";
    opened(&message.replace(&STANDARD.encode(DOCUMENT), include), bytes)
}

/// The message in MTOM as it is, with one part `d1@x`.
fn opened(message: &str, bytes: &[u8]) -> Envelope {
    let part = Attachment {
        content_id: String::from("d1@x"),
        content_type: String::from("application/octet-stream"),
        bytes: bytes.to_vec(),
    };
    let (content_type, body) = package(ACTION, message, &[part]);
    crate::open(Endpoint::Repository, &content_type, Bytes::from(body), &Limits::default())
        .expect("a message")
}

fn judged(envelope: &Envelope, trust: &Trust, client: Option<&Holding>) -> Vec<Finding> {
    let client = client.map(|holding| holding.der.as_slice());
    crate::vihf::verify(envelope, trust, mappings(), now(), client).err().unwrap_or_default()
}

/// The rules that refuse a message, without client certificate.
fn rules(envelope: &Envelope) -> Vec<Rule> {
    let findings = judged(envelope, &town().authority.trust(), None);
    findings.into_iter().map(|finding| finding.rule).collect()
}
