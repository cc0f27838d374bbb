//! Wrapping, second assertions, moved, removed and duplicated signatures, identifiers held twice.

use super::super::signing::signature_of;
use super::super::workshop::*;
use super::forged::*;
use super::{Variant, sample, storm};
use crate::vihf::message::DS;

/// What may stand around a hidden original.
const CARRIERS: [(&str, &str); 8] = [
    ("", ""),
    ("<ds:Object xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>", "</ds:Object>"),
    ("<saml2:Advice xmlns:saml2='urn:oasis:names:tc:SAML:2.0:assertion'>", "</saml2:Advice>"),
    ("<saml2:Extensions xmlns:saml2='urn:oasis:names:tc:SAML:2.0:assertion'>", "</saml2:Extensions>"),
    ("<x:Wrapper xmlns:x='urn:x'>", "</x:Wrapper>"),
    ("<s:Header xmlns:s='http://www.w3.org/2003/05/soap-envelope'>", "</s:Header>"),
    ("<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol'>", "</samlp:Response>"),
    ("<ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>", "</ds:KeyInfo>"),
];

/// XSW 1 to 8 and what lies between them: a forged assertion somewhere, the original (whole or without its
/// signature) somewhere else, the signature with either, in any carrier, under any identifiers.
#[test]
fn wrapped_assertions_are_refused() {
    storm("wrapping", |dice| {
        let original = &sample(dice).assertion;
        let (signature, bare) = (signature_of(original), bare(original));
        let (open, close) = *dice.of(&CARRIERS);
        let hidden = match dice.below(3) {
            0 => format!("{open}{original}{close}"),
            1 => format!("{open}{bare}{close}"),
            _ => format!("{open}{signature}{bare}{close}"),
        };
        let mut evil = lying(dice, &bare);
        evil = renamed(dice, &evil);
        let carried = match dice.below(4) {
            0 => signature.replace("</ds:Signature>", &format!("{hidden}</ds:Signature>")),
            1 => format!("{signature}{hidden}"),
            2 => format!("{hidden}{signature}"),
            _ => signature.clone(),
        };
        let place = if dice.coin() {
            evil.find("</saml2:Issuer>").expect("there") + "</saml2:Issuer>".len()
        } else {
            dice.gap(&evil)
        };
        let evil = if dice.below(4) == 0 { evil } else { inserted(&evil, place, &carried) };
        let message = envelope(&evil);
        Variant::of(if dice.coin() { inserted(&message, dice.gap(&message), &hidden) } else { message })
    });
}

/// The SOAP body is not what a VIHF signs; a signed assertion in it, or one that claims to sign it, counts for
/// nothing.
#[test]
fn an_assertion_outside_its_header_is_refused() {
    storm("elsewhere", |dice| {
        let original = &sample(dice).assertion;
        let (open, close) = *dice.of(&CARRIERS);
        let carried = format!("{open}{original}{close}");
        let unsigned = bare(original);
        let lie = lying(dice, &unsigned);
        let security = dice.of(&[String::new(), lie, signature_of(original), unsigned]).clone();
        let message = envelope(&security);
        let end = message.find("<wsse:Security").expect("there");
        let body = message.find("<s:Body").expect("there");
        let place = dice.gap(&message);
        let place = if (end..body).contains(&place) { body } else { place };
        Variant::of(inserted(&message, place, &carried))
    });
}

#[test]
fn second_assertions_are_refused_wherever_they_stand() {
    storm("second", |dice| {
        let sample = sample(dice);
        let unsigned = bare(&sample.assertion);
        let second = match dice.below(6) {
            0 => renamed(dice, &unsigned),
            1 => lying(dice, &unsigned),
            2 => renamed(dice, &sample.assertion),
            3 => super::super::workshop::valid(),
            4 => "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:1.0:assertion' AssertionID='x'/>".to_owned(),
            _ => "<e:EncryptedAssertion xmlns:e='urn:oasis:names:tc:SAML:2.0:assertion'/>".to_owned(),
        };
        let message = envelope(&sample.assertion);
        Variant::of(inserted(&message, dice.gap(&message), &second))
    });
}

/// The parts of a signature that are taken away, emptied, doubled, renamed or put elsewhere.
const PARTS: [&str; 13] = [
    "ds:Signature",
    "ds:SignedInfo",
    "ds:SignatureValue",
    "ds:KeyInfo",
    "ds:Reference",
    "ds:Transforms",
    "ds:Transform",
    "ds:DigestMethod",
    "ds:DigestValue",
    "ds:SignatureMethod",
    "ds:CanonicalizationMethod",
    "ds:X509Data",
    "ds:X509Certificate",
];

#[test]
fn signatures_with_a_part_removed_emptied_doubled_renamed_or_moved_are_refused() {
    storm("parts", |dice| {
        let original = &sample(dice).assertion;
        let name = *dice.of(&PARTS);
        let part = element(original, name).expect("there").to_owned();
        let signature = signature_of(original);
        let text = match dice.below(6) {
            0 => original.replacen(&part, "", 1),
            1 => original.replacen(&part, &format!("<{name} xmlns:ds='{DS}'/>"), 1),
            2 => original.replacen(&part, &format!("{part}{part}"), 1),
            3 => original.replacen(&part, &part.replace(name, &format!("{name}x")), 1),
            4 => {
                // Anywhere else inside the signature.
                let rest = signature.replacen(&part, "", 1);
                let rest =
                    if rest.is_empty() { format!("<ds:X xmlns:ds='{DS}'><ds:Y/></ds:X>") } else { rest };
                let at = dice.gap(&rest);
                let moved = inserted(&rest, at, &part);
                if moved == signature {
                    original.replacen(&part, "", 1)
                } else {
                    original.replacen(&signature, &moved, 1)
                }
            }
            _ => {
                // Deep inside the assertion, or out of it.
                let rest = original.replacen(&part, "", 1);
                let statement = rest.find("<saml2:AttributeStatement>").expect("there") + 27;
                let at = statement + dice.gap(&rest[statement..]);
                let end = rest.rfind("</saml2:AttributeStatement>").expect("there");
                let declared = match part.contains("xmlns:ds") {
                    true => part,
                    false => part.replacen(&format!("<{name}"), &format!("<{name} xmlns:ds='{DS}'"), 1),
                };
                inserted(&rest, at.min(end), &declared)
            }
        };
        let text = if dice.coin() { lying(dice, &text) } else { text };
        Variant::of(if text == *original { envelope(&bare(original)) } else { envelope(&text) })
    });
}

#[test]
fn identifiers_held_twice_are_refused() {
    storm("identifiers", |dice| {
        let original = &sample(dice).assertion;
        let message = envelope(original);
        let tag = dice.tag(&message);
        let name_end = tag + message[tag..].find([' ', '>', '/']).expect("an end");
        let attribute = *dice.of(&[
            " ID='_7d1c0a52'",
            " Id='_7d1c0a52'",
            " id='_7d1c0a52'",
            " iD='_7d1c0a52'",
            " xml:id='_7d1c0a52'",
            " w:Id='_7d1c0a52' xmlns:w='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'",
            " AssertionID='_7d1c0a52' ID='_7d1c0a52' xmlns:u='urn:u'",
        ]);
        Variant::of(inserted(&message, name_end, attribute))
    });
}
