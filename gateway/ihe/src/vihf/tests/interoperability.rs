//! xmlsec1 and signxml as second and third implementations. Absent tools are said so and skipped:
//! `xmlsec1` on the path; `python3` (or the interpreter named by `PYTHON`) with signxml.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::signing::*;
use super::workshop::*;
use crate::vihf::Trust;
use crate::vihf::message::DS;

/// A folder of its own for one test, removed at the end.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("vihf-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    pub(super) fn file(&self, name: &str, content: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("written");
        path.to_str().expect("a path in UTF-8").to_owned()
    }
}

impl Folder {
    pub(super) fn bytes(&self, name: &str, content: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("written");
        path.to_str().expect("a path in UTF-8").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const ID: [&str; 2] = ["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"];

/// What xmlsec1 says of the assertion of a message, with the town's authority trusted.
pub(super) fn xmlsec1(folder: &Folder, message: &str) -> (bool, String) {
    let trusted = folder.file("authority.pem", &town().authority.pem);
    let file = folder.file("message.xml", message);
    let time = ["--verification-time", "2026-03-14 21:08:00"];
    let trusted = ["--trusted-pem", trusted.as_str()];
    run(Command::new("xmlsec1").arg("--verify").args(ID).args(trusted).args(time).arg(file))
}

pub(super) fn xmlsec1_is_there() -> bool {
    let there = Command::new("xmlsec1").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !there {
        required("xmlsec1");
        eprintln!("SKIPPED: no xmlsec1; signatures were not compared with another implementation");
    }
    there
}

/// Continuous integration installs every oracle and demands them.
pub(super) fn required(what: &str) {
    assert!(std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(), "{what} is required here");
}

pub(super) fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| String::from("python3"))
}

pub(super) fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().expect("it starts");
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn xmlsec1_verifies_what_is_issued_here() {
    if !xmlsec1_is_there() {
        return;
    }
    let (town, folder) = (town(), Folder::new("issued"));
    for (signer, mode) in [(&town.sign, crate::vihf::Mode::Air), (&town.card, crate::vihf::Mode::Direct)] {
        let assertion = crate::vihf::issue::issue(&claims(mode), &frame(), &signer.signer()).expect("issued");
        let (holds, said) = xmlsec1(&folder, &envelope(&assertion));
        assert!(holds, "{said}");
        let spoilt = envelope(&assertion.replace(PERSON, "899999000025"));
        assert!(!xmlsec1(&folder, &spoilt).0, "the oracle accepts everything");
    }
}

/// What xmlsec1 is asked to sign: method, digest, PrefixList of SignedInfo and of the assertion, key.
const CASES: [(&str, &str, [&str; 2], bool); 6] = [
    ("2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256", ["", ""], true),
    ("2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256", ["xs xsi", "xs xsi"], true),
    ("2001/04/xmldsig-more#rsa-sha512", "2001/04/xmlenc#sha512", ["soap", "#default xs xsi soap"], true),
    ("2001/04/xmldsig-more#rsa-sha384", "2001/04/xmldsig-more#sha384", ["#default", ""], true),
    ("2001/04/xmldsig-more#ecdsa-sha256", "2001/04/xmlenc#sha256", ["", "xs"], false),
    ("2001/04/xmldsig-more#ecdsa-sha512", "2001/04/xmlenc#sha256", ["", ""], false),
];

fn template(method: &str, digest: &str, prefixes: [&str; 2]) -> String {
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let [outer, inner] = prefixes.map(|prefixes| match prefixes {
        "" => String::new(),
        prefixes => format!("<e:InclusiveNamespaces xmlns:e='{exclusive}' PrefixList='{prefixes}'/>"),
    });
    format!(
        "<ds:Signature xmlns:ds='{DS}'>\n<ds:SignedInfo>\n<ds:CanonicalizationMethod Algorithm='{exclusive}'>{outer}\
         </ds:CanonicalizationMethod><ds:SignatureMethod Algorithm='http://www.w3.org/{method}'/>\
         <ds:Reference URI='#_7d1c0a52'><ds:Transforms><ds:Transform Algorithm='{DS}enveloped-signature'/>\
         <ds:Transform Algorithm='{exclusive}'>{inner}</ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm='http://www.w3.org/{digest}'/><ds:DigestValue/></ds:Reference></ds:SignedInfo>\
         <ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
}

/// Has xmlsec1 sign the town's hospital's assertion; `rsa` or a key on P-256 under the same name.
fn signed_by_xmlsec1(folder: &Folder, template: &str, rsa: bool) -> String {
    let town = town();
    let elliptic = town.authority.certify(
        &params(&organisation_names(STRUCTURE, "vihf-sign.ch-exemple.test")),
        rcgen::KeyPair::generate().expect("a key"),
    );
    let holding = if rsa { &town.sign } else { &elliptic };
    let key = folder.file("key.pem", &holding.key.serialize_pem());
    let certificate = folder.file("certificate.pem", &holding.pem);
    let file = folder.file("unsigned.xml", &envelope(&unsigned().replace(MARK, template)));
    let out = folder.file("signed.xml", "");
    let keys = format!("{key},{certificate}");
    let (made, said) = run(Command::new("xmlsec1").arg("--sign").args(ID).args([
        "--privkey-pem",
        &keys,
        "--output",
        &out,
        &file,
    ]));
    assert!(made, "{said}");
    std::fs::read_to_string(out).expect("signed")
}

#[test]
fn what_xmlsec1_signs_is_verified_here() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("signed");
    for (method, digest, prefixes, rsa) in CASES {
        let message = signed_by_xmlsec1(&folder, &template(method, digest, prefixes), rsa);
        assert_eq!(refused(&message), [], "{method} {prefixes:?}");
        assert_ne!(refused(&message.replace(PERSON, "899999000025")), [], "{method}");
    }
}

#[test]
fn old_sha1_samples_are_verified_under_the_switch_only() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("sha1");
    let template = template("2000/09/xmldsig#rsa-sha1", "2000/09/xmldsig#sha1", ["", "xs xsi"]);
    let message = signed_by_xmlsec1(&folder, &template, true);
    assert_ne!(refused(&message), []);
    let trust = Trust { accept_sha1: true, ..town().authority.trust() };
    assert!(check(&message, &trust, None).is_ok());
    assert!(check(&message.replace(PERSON, "899999000025"), &trust, None).is_err());
}

const SIGNXML: &str = r#"
import sys
from lxml import etree
import signxml
from signxml import XMLSigner, SignatureReference, methods
message, key, certificate, method = sys.argv[1:5]
root = etree.parse(message).getroot()
assertion = root.find(".//{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
signer = XMLSigner(method=methods.enveloped, signature_algorithm=method, digest_algorithm="sha256",
                   c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
reference = SignatureReference(URI="_7d1c0a52")
signed = signer.sign(assertion, key=open(key, "rb").read(), cert=open(certificate).read(),
                     reference_uri=[reference], id_attribute="ID")
assertion.getparent().replace(assertion, signed)
sys.stdout.write(etree.tostring(root).decode())
"#;

#[test]
fn what_signxml_signs_is_verified_here() {
    let probe = Command::new(python()).args(["-c", "import signxml"]).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        required("python3 with signxml");
        eprintln!("SKIPPED: no python3 with signxml; its signatures were not verified");
        return;
    }
    let (town, folder) = (town(), Folder::new("signxml"));
    let placeholder = format!("<ds:Signature xmlns:ds='{DS}' Id='placeholder'/>");
    let message = folder.file("message.xml", &envelope(&unsigned().replace(MARK, &placeholder)));
    let key = folder.file("key.pem", &town.sign.key.serialize_pem());
    let certificate = folder.file("certificate.pem", &town.sign.pem);
    // Without PrefixList: in an enveloped signature signxml 5 digests with one but does not state it.
    for method in ["rsa-sha256", "rsa-sha512"] {
        let (made, said) =
            run(Command::new(python()).args(["-c", SIGNXML, &message, &key, &certificate, method]));
        assert!(made, "{said}");
        assert_eq!(refused(&said), [], "{method}: {said}");
        assert_ne!(refused(&said.replace(PERSON, "899999000025")), [], "{method}");
    }
}
