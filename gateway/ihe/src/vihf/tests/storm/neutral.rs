//! The same assertion written otherwise: xmlsec1 and this verifier accept it, with the same claims. And attacks that
//! xmlsec1 refuses are refused here (all are; the oracle shows that it has something to say).

use super::super::interoperability::{Folder, xmlsec1, xmlsec1_is_there};
use super::super::workshop::*;
use super::dice::Dice;
use super::forged::*;
use super::{Variant, sample};

/// Another spelling of the same signed content.
pub(super) fn respelt(dice: &mut Dice, assertion: &str) -> String {
    let mut text = assertion.to_owned();
    for _ in 0..=dice.below(3) {
        text = match dice.below(7) {
            0 => text.replace(PERSON, "<![CDATA[8999]]>99000017"),
            1 => text.replace(PERSON, "&#x38;9999&#57;000017"),
            2 => text.replacen("ID=\"_7d1c0a52\"", "\n  ID='_7d1c0a52'\t", 1),
            3 => text.replace("<ds:SignatureValue>", "<ds:SignatureValue>\n\t "),
            4 => text.replacen(
                "<saml2:Subject>",
                &format!("<saml2:Subject xmlns:u{}='urn:u'>", dice.below(9)),
                1,
            ),
            5 => text.replace("</ds:X509Certificate>", "\r\n</ds:X509Certificate>"),
            _ => {
                // The signature as the last child: outside the schema's order, under the same digest.
                let Some(signature) = element(&text, "ds:Signature").map(str::to_owned) else { continue };
                let bare = text.replace(&signature, "");
                bare.replace("</saml2:Assertion>", &format!("{signature}</saml2:Assertion>"))
            }
        };
    }
    text
}

#[test]
fn other_spellings_of_the_same_content_are_accepted_with_the_same_claims() {
    for number in 0..300 {
        let mut dice = Dice::new("neutral", number);
        let original = &sample(&mut dice).assertion;
        let expected = Variant::of(envelope(original)).judged().expect("valid").claims;
        let text = respelt(&mut dice, original);
        let verdict = Variant::of(envelope(&text)).judged();
        assert_eq!(verdict.map(|accepted| accepted.claims), Ok(expected), "{number}: {text}");
    }
}

#[test]
fn xmlsec1_accepts_the_other_spellings_too() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("neutral");
    for number in 0..40 {
        let mut dice = Dice::new("neutral", number);
        let original = &sample(&mut dice).assertion;
        let message = envelope(&respelt(&mut dice, original));
        let (holds, said) = xmlsec1(&folder, &message);
        assert!(holds, "{number}: {said}\n{message}");
    }
}

#[test]
fn what_xmlsec1_refuses_is_refused_here() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("attacked");
    let (mut refused, mut tried) = (0, 0);
    for number in 0..120 {
        let mut dice = Dice::new("differential", number);
        let original = &sample(&mut dice).assertion;
        let text = match dice.below(5) {
            0 => lying(&mut dice, original),
            1 => respelt(&mut dice, original),
            2 => original.replacen("2001/10/xml-exc-c14n#", "2006/12/xml-c14n11", 1),
            3 => {
                let evil = lying(&mut dice, &bare(original));
                let at = dice.gap(&evil);
                inserted(&evil, at, element(original, "ds:Signature").expect("signed"))
            }
            _ => {
                let at = dice.below(original.len());
                match original.is_char_boundary(at) {
                    true => inserted(original, at, "x"),
                    false => lying(&mut dice, original),
                }
            }
        };
        let message = envelope(&text);
        tried += 1;
        if !xmlsec1(&folder, &message).0 {
            refused += 1;
            assert!(Variant::of(message.clone()).judged().is_err(), "{number}: {message}");
        }
    }
    assert!(refused * 2 > tried && refused < tried, "xmlsec1 refused {refused} of {tried}");
}
