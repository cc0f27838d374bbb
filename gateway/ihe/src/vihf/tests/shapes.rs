//! Signatures that hold mathematically and are refused for their shape or algorithm.

use aws_lc_rs::hmac;
use model::Rule;

use super::signing::*;
use super::workshop::*;

const A2: [Rule; 1] = [Rule::AssertionIsSignedByItsIssuer];
const RSA: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// Signs the hospital's assertion soundly, its signature changed by `shape` beforehand.
fn shaped(shape: impl Fn(String) -> String) -> Vec<Rule> {
    let town = town();
    let message =
        sign(&envelope(&unsigned()), &Manner::plain(RSA), &[&town.sign.der], rsa_key(&town.sign), shape);
    refused(&message)
}

#[test]
fn only_one_shape_of_signature_is_accepted() {
    assert_eq!(shaped(|signature| signature), [], "the shape itself");
    let reference = |signature: &str| -> String {
        let start = signature.find("<ds:Reference").expect("there");
        let end = signature.find("</ds:Reference>").expect("there") + "</ds:Reference>".len();
        signature[start..end].to_owned()
    };
    let info = |signature: &str| -> String {
        let start = signature.find("<ds:SignedInfo>").expect("there");
        let end = signature.find("</ds:SignedInfo>").expect("there") + "</ds:SignedInfo>".len();
        signature[start..end].to_owned()
    };
    let twice = |signature: String, piece: String| signature.replace(&piece, &format!("{piece}{piece}"));
    assert_eq!(
        shaped(|signature| {
            let piece = reference(&signature);
            twice(signature, piece)
        }),
        A2,
        "two References"
    );
    assert_eq!(
        shaped(|signature| {
            let piece = info(&signature);
            twice(signature, piece)
        }),
        A2,
        "two SignedInfo"
    );
    for (from, to) in [
        ("URI=\"#_7d1c0a52\"", "URI=\"\""),
        ("URI=\"#_7d1c0a52\"", "URI=\"#_other\""),
        ("URI=\"#_7d1c0a52\"", "URI=\"#xpointer(id('_7d1c0a52'))\""),
        ("URI=\"#_7d1c0a52\"", ""),
        ("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>"),
        ("<ds:SignedInfo>", "<ds:SignedInfo><ds:X/>"),
        (
            "<ds:Transforms>",
            "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#base64\"/>",
        ),
        (
            "<ds:Transforms>",
            "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"/>",
        ),
        (
            "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
        ),
        ("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"),
        (
            "http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:T",
            "http://www.w3.org/2001/10/xml-exc-c14n#WithComments\"></ds:T",
        ),
        ("xml-exc-c14n#\"></ds:C", "xml-exc-c14n#WithComments\"></ds:C"),
        (
            "http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:C",
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"></ds:C",
        ),
        ("http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:C", "\"></ds:C"),
        (
            "#rsa-sha256\"/>",
            "#rsa-sha256\"><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>",
        ),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-md5"),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256"),
        ("xmlenc#sha256", "xmldsig-more#md5"),
        ("<ds:DigestValue>", "<ds:DigestValue>AAAA"),
        ("<ds:X509Data>", "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate>"),
        ("<ds:X509Certificate>", "<ds:X509Certificate><x/>"),
        ("X509Certificate>", "X509Other>"),
    ] {
        let found = std::cell::Cell::new(false);
        let rules = shaped(|signature| {
            found.set(signature.contains(from));
            signature.replace(from, to)
        });
        assert!(found.get(), "{from} is not in the signature");
        assert_eq!(rules, A2, "{from} -> {to}");
    }
}

#[test]
fn sha1_is_refused_by_name() {
    let town = town();
    for (from, to) in [
        ("2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#rsa-sha1"),
        ("2001/04/xmlenc#sha256", "2000/09/xmldsig#sha1"),
    ] {
        let shape = |signature: String| signature.replace(from, to);
        let message =
            sign(&envelope(&unsigned()), &Manner::plain(RSA), &[&town.sign.der], rsa_key(&town.sign), shape);
        let findings = check(&message, &town.authority.trust(), None).expect_err("SHA-1");
        assert_eq!(findings[0].rule, A2[0]);
        assert!(
            findings[0].args.iter().any(|(_, text)| text.contains("SHA-1 is no longer accepted")),
            "{findings:?}"
        );
    }
}

#[test]
fn the_public_key_is_not_an_hmac_secret() {
    let town = town();
    let manner = Manner::plain("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256");
    let secret = hmac::Key::new(hmac::HMAC_SHA256, &town.sign.der);
    let make = |message: &[u8]| hmac::sign(&secret, message).as_ref().to_vec();
    let message = sign(&envelope(&unsigned()), &manner, &[&town.sign.der], make, |signature| signature);
    assert_eq!(refused(&message), A2);
}
