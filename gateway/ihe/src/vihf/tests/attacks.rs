//! Attacks on a message with one valid assertion: wrapping (XSW), tampering, confusion of algorithms, of
//! identifiers and of namespaces. Every one is refused by rule A2.

use model::Rule;

use super::signing::*;
use super::workshop::*;
use crate::vihf::message::DS;

const A2: [Rule; 1] = [Rule::AssertionIsSignedByItsIssuer];

fn without_signature(signed: &str) -> String {
    signed.replace(&signature_of(signed), "")
}

/// The attacker's assertion: another user, another identifier, no signature.
fn forged() -> String {
    let evil = without_signature(&valid()).replace(PERSON, "899999000025");
    evil.replace("_7d1c0a52", "_evil")
}

/// The attacker's assertion with something right after its Issuer.
fn forged_around(inside: &str) -> String {
    forged().replace("</saml2:Issuer>", &format!("</saml2:Issuer>{inside}"))
}

#[test]
fn the_untouched_message_is_accepted() {
    assert_eq!(refused(&envelope(&valid())), []);
    let extra = format!("{}<ds:Signature xmlns:ds='{DS}'><ds:SignedInfo/></ds:Signature>", valid());
    assert_eq!(refused(&envelope(&extra)), [Rule::MessageSecurityHolds], "a signature is never passed over");
}

#[test]
fn wrapping_is_refused_in_every_way() {
    let (original, forged) = (valid(), forged());
    let (signature, bare) = (signature_of(&original), without_signature(&original));
    let around = |inside: &str| {
        forged_around(&signature.replace("</ds:Signature>", &format!("{inside}</ds:Signature>")))
    };
    let object = format!("<ds:Object>{bare}</ds:Object>");
    let variants = [
        ("forged in Security, original in the body", envelope_with(&forged, &original)),
        (
            "forged in Security, original in another header",
            envelope(&forged).replace("<wsa:To", &format!("<x:Old xmlns:x='urn:x'>{original}</x:Old><wsa:To")),
        ),
        ("forged before the original", envelope(&format!("{forged}{original}"))),
        ("forged after the original", envelope(&format!("{original}{forged}"))),
        ("signature moved into forged, original as sibling", envelope(&format!("{}{bare}", forged_around(&signature)))),
        ("original in an Object of the moved signature", envelope(&around(&object))),
        ("original in the KeyInfo of the moved signature", {
            envelope(&forged_around(&signature.replace("</ds:KeyInfo>", &format!("{bare}</ds:KeyInfo>"))))
        }),
        ("original in the Advice of forged", {
            envelope(&forged_around(&format!("{signature}<saml2:Advice>{bare}</saml2:Advice>")))
        }),
        ("original, signed, in the Advice of forged", {
            envelope(&forged_around(&format!("<saml2:Advice>{original}</saml2:Advice>")))
        }),
        ("original as a child of forged", envelope(&forged_around(&original))),
        ("original in an attribute value of forged", {
            envelope(&forged.replacen("<saml2:AttributeValue", &format!("<saml2:AttributeValue>{original}</saml2:AttributeValue><saml2:AttributeValue"), 1))
        }),
        ("forged under the original's identifier, original in the body", {
            envelope_with(&forged_around(&signature).replace("_evil", "_7d1c0a52"), &bare)
        }),
        ("an encrypted assertion beside", {
            envelope(&format!("{original}<e:EncryptedAssertion xmlns:e='urn:oasis:names:tc:SAML:2.0:assertion'/>"))
        }),
        ("a SAML 1.1 assertion beside", {
            envelope_with(&original, "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:1.0:assertion'/>")
        }),
        ("signature beside the assertion only", envelope(&format!("{bare}{signature}"))),
        ("signature under another element of forged", envelope(&forged_around(&format!("<x>{signature}</x>")))),
        ("two signatures", envelope(&original.replace(&signature, &format!("{signature}{signature}")))),
        ("a second Security", envelope(&original).replace("<wsa:To", "<w:Security xmlns:w='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'/><wsa:To")),
        ("a Security in the body", envelope_with(&original, &envelope("").replace("s:Envelope", "s:Other"))),
        ("unsigned", envelope(&bare)),
        ("no assertion", envelope("")),
        ("no header", envelope(&original).replace("s:Header>", "s:Head>")),
    ];
    for (what, message) in variants {
        assert_eq!(refused(&message).first(), A2.first(), "{what}");
    }
}

#[test]
fn a_second_assertion_is_refused_wherever_it_stands() {
    let message = envelope(&valid());
    let forged = forged();
    let ends: Vec<usize> = message.match_indices('>').map(|(at, _)| at + 1).collect();
    let mut tried = 0;
    for at in &ends[..ends.len() - 1] {
        let variant = format!("{}{forged}{}", &message[..*at], &message[*at..]);
        assert_eq!(refused(&variant).first(), A2.first(), "at byte {at}");
        tried += 1;
    }
    assert!(tried > 100);
}

#[test]
fn an_identifier_is_held_once_in_whatever_spelling() {
    for attribute in [
        "ID='_7d1c0a52'",
        "Id='_7d1c0a52'",
        "id='_7d1c0a52'",
        "xml:id='_7d1c0a52'",
        "x:Id='_7d1c0a52' xmlns:x='urn:x'",
    ] {
        let body = format!("<q:Query xmlns:q='urn:q' {attribute}/>");
        assert_eq!(refused(&envelope_with(&valid(), &body)), A2, "{attribute}");
    }
    let twice = valid().replace("ID=\"_7d1c0a52\"", "ID=\"_7d1c0a52\" Id=\"_7d1c0a52\"");
    assert_eq!(refused(&envelope(&twice)), A2);
    let moved = valid().replace("ID=\"_7d1c0a52\"", "Id=\"_7d1c0a52\"");
    assert_eq!(refused(&envelope(&moved)).first(), A2.first());
}

#[test]
fn comments_are_refused_even_where_the_signature_holds() {
    for (from, to) in [
        (format!(">{PERSON}<"), String::from(">89999900<!---->0017<")),
        (String::from("<saml2:Subject>"), String::from("<!-- x --><saml2:Subject>")),
        (String::from("<ds:SignatureValue>"), String::from("<!-- x --><ds:SignatureValue>")),
    ] {
        let variant = valid().replace(&from, &to);
        assert_ne!(variant, valid());
        assert_eq!(refused(&envelope(&variant)), A2, "{from}");
    }
}

#[test]
fn no_change_of_one_character_changes_what_is_accepted() {
    let message = envelope(&valid());
    let expected = check(&message, &town().authority.trust(), None).expect("accepted").claims;
    let start = message.find("<saml2:Assertion").expect("there");
    let end = message.find("</wsse:Security>").expect("there");
    for at in
        (start..end).step_by(7).filter(|at| message.is_char_boundary(*at) && message.is_char_boundary(at + 1))
    {
        let old = &message[at..=at];
        let new = if old == "7" { "8" } else { "7" };
        let variant = format!("{}{new}{}", &message[..at], &message[at + 1..]);
        let Ok(document) = xml::parse(variant.as_bytes(), &xml::Limits::default()) else { continue };
        let trust = town().authority.trust();
        if let Ok(accepted) = crate::vihf::verify(&document, &trust, mappings(), now(), None) {
            assert_eq!(accepted.claims, expected, "byte {at}: {old} became {new}");
        }
    }
}

#[test]
fn tampering_is_refused() {
    let original = valid();
    for (from, to) in [
        (PERSON, "899999000025"),
        ("code=\"10\"", "code=\"60\""),
        ("INDIRECTE_RENFORCEE", "INDIRECTE"),
        ("2026-03-14T21:07:33", "2026-03-14T21:07:34"),
        ("255081416802538", "260053015404801"),
        ("xmlns=\"urn:hl7-org:v3\"", "xmlns=\"urn:hl7-org:v4\""),
        ("xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"", "xmlns:xs=\"urn:x\""),
        ("<saml2:NameID>", "<saml2:NameID Format=\"x\">"),
    ] {
        let variant = original.replace(from, to);
        assert_ne!(variant, original, "{from}");
        assert_eq!(refused(&envelope(&variant)), A2, "{from}");
    }
    let (before, after) = original.split_once("<ds:SignatureValue>").expect("there");
    let flipped = if after.starts_with('A') { "B" } else { "A" };
    let variant = format!("{before}<ds:SignatureValue>{flipped}{}", &after[1..]);
    assert_eq!(refused(&envelope(&variant)), A2);
}

#[test]
fn a_document_type_is_refused_before_anything_else() {
    let message =
        format!("<!DOCTYPE x [<!ENTITY e '{PERSON}'>]>{}", envelope(&valid()).replace(PERSON, "&e;"));
    assert_eq!(xml::parse(message.as_bytes(), &xml::Limits::default()).err(), Some(xml::XmlError::Doctype));
}
