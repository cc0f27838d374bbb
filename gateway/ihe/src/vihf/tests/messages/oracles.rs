//! Messages signed by other implementations: xmlsec1, and zeep's WS-Security (python with zeep and xmlsec).

use std::process::{Command, Stdio};

use super::*;
use crate::vihf::tests::interoperability::{Folder, python, required, run, xmlsec1_is_there};

fn template(prefixes: &str) -> String {
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let list = match prefixes {
        "" => String::new(),
        prefixes => format!("<e:InclusiveNamespaces xmlns:e='{exclusive}' PrefixList='{prefixes}'/>"),
    };
    let reference = |id: &str| {
        format!(
            "<ds:Reference URI='#{id}'><ds:Transforms><ds:Transform Algorithm='{exclusive}'>{list}</ds:Transform>\
             </ds:Transforms><ds:DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/><ds:DigestValue/>\
             </ds:Reference>\n"
        )
    };
    let references: String = ["body", "time", "to"].map(reference).concat();
    format!(
        "<ds:Signature xmlns:ds='{DS}' Id='template'>\n<ds:SignedInfo>\n<ds:CanonicalizationMethod \
         Algorithm='{exclusive}'>{list}</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm='{RSA}'/>{references}\
         </ds:SignedInfo>\n<ds:SignatureValue/><ds:KeyInfo>{TOKEN}</ds:KeyInfo></ds:Signature>"
    )
}

#[test]
fn what_xmlsec1_signs_of_a_message_is_verified_here_inline_and_in_mtom() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("message");
    let key = folder.file("key.pem", &town().sign.key.serialize_pem());
    for prefixes in ["", "s wsu xs"] {
        let file = folder.file("unsigned.xml", &inline().replace(MARK, &template(prefixes)));
        let out = folder.file("signed.xml", "");
        let ids = [
            "http://www.w3.org/2003/05/soap-envelope:Body",
            &format!("{WSU}:Timestamp"),
            "http://www.w3.org/2005/08/addressing:To",
        ];
        let mut command = Command::new("xmlsec1");
        command.arg("--sign");
        for node in ids {
            command.args(["--id-attr:Id", node]);
        }
        let template = "//*[@Id='template']";
        command.args(["--node-xpath", template, "--privkey-pem", &key, "--output", &out, &file]);
        let (made, said) = run(&mut command);
        assert!(made, "{said}");
        let message = std::fs::read_to_string(out).expect("signed");
        assert_eq!(rules(&opened(&message, b"")), [], "{prefixes}");
        assert_eq!(rules(&in_mtom(&message, DOCUMENT)), [], "{prefixes}");
        assert_eq!(rules(&in_mtom(&message, b"another document")), HERE);
        assert_eq!(rules(&opened(&message.replace("urn:here", "urn:there"), b"")), HERE);
    }
}

const ZEEP: &str = r#"
import sys
from lxml import etree
from zeep.wsse.signature import BinarySignature, Signature
import xmlsec
message, key, certificate, kind = sys.argv[1:5]
root = etree.parse(message).getroot()
maker = {"binary": BinarySignature, "data": Signature}[kind]
methods = dict(signature_method=xmlsec.Transform.RSA_SHA256, digest_method=xmlsec.Transform.SHA256)
signed, _ = maker(key, certificate, **methods).apply(root, {})
sys.stdout.write(etree.tostring(signed).decode())
"#;

#[test]
fn what_zeep_signs_is_verified_here() {
    let probe = Command::new(python()).args(["-c", "import zeep, xmlsec"]).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        required("python3 with zeep and xmlsec");
        eprintln!("SKIPPED: no python3 with zeep and xmlsec; its signatures were not verified");
        return;
    }
    let folder = Folder::new("zeep");
    let key = folder.file("key.pem", &town().sign.key.serialize_pem());
    let certificate = folder.file("certificate.pem", &town().sign.pem);
    // zeep gives the Body and the Timestamp identifiers of its own.
    let plain = inline().replace(MARK, "").replace(" wsu:Id='body'", "").replace(" wsu:Id='time'", "");
    let file = folder.file("message.xml", &plain);
    for kind in ["binary", "data"] {
        let mut command = Command::new(python());
        let (made, said) = run(command.args(["-c", ZEEP, &file, &key, &certificate, kind]));
        assert!(made, "{said}");
        assert_eq!(rules(&opened(&said, b"")), [], "{kind}: {said}");
        assert_eq!(rules(&in_mtom(&said, DOCUMENT)), [], "{kind}");
        assert_eq!(rules(&in_mtom(&said, b"other")), HERE, "{kind}");
    }
}
