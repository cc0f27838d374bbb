//! Changes of what was signed, and of what says how it was signed.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::signing::*;
use super::super::workshop::*;
use super::forged::*;
use super::keys::{elliptic, elliptic_key};
use super::{Variant, sample, storm};

/// One to three letters or digits of texts and attribute values become others.
#[test]
fn flipped_characters_are_refused() {
    storm("flips", |dice| {
        let original = &sample(dice).assertion;
        let mut bytes = original.clone().into_bytes();
        let values = values(original);
        for _ in 0..=dice.below(3) {
            let at = *dice.of(&values);
            let new = *dice.of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
            bytes[at] = if new == bytes[at] { new ^ 1 } else { new };
        }
        let text = String::from_utf8(bytes).expect("ASCII for ASCII");
        Variant::of(envelope(&if text == *original { lying(dice, &text) } else { text }))
    });
}

/// Where letters and digits of texts and of attribute values stand.
fn values(text: &str) -> Vec<usize> {
    let (mut in_tag, mut quoted, mut found) = (false, false, Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => in_tag = true,
            b'>' => in_tag = false,
            b'"' => quoted = in_tag && !quoted,
            letter if letter.is_ascii_alphanumeric() && (quoted || !in_tag) => found.push(at),
            _ => {}
        }
    }
    found
}

/// Comments, processing instructions, document types, entities: in texts and between elements, but for those of
/// KeyInfo, which is not signed and of which only the certificates are read.
#[test]
fn comments_entities_and_document_types_are_refused() {
    storm("text", |dice| {
        let original = &sample(dice).assertion;
        let texts: Vec<usize> = original
            .char_indices()
            .filter(|(at, _)| {
                let before = &original[..*at];
                let unsigned = ["<ds:KeyInfo>", "<ds:X509Data>", "</ds:X509Certificate>", "</ds:X509Data>"];
                before.rfind('>') > before.rfind('<') && !unsigned.iter().any(|end| before.ends_with(end))
            })
            .map(|(at, _)| at)
            .collect();
        let at = *dice.of(&texts);
        let what = *dice.of(&[
            "<!---->",
            "<!-- 899999000025 -->",
            "<?x y?>",
            "&e;",
            "&#0;",
            "&lt;!----&gt;",
            "&#x200b;",
            "\u{200b}",
            "\u{feff}",
            "<x/>",
            "<x>0</x>",
            "<![CDATA[<!---->]]>",
            "<![CDATA[0]]>",
            "&#48;",
        ]);
        let text = inserted(original, at, what);
        // In base64, a reference or a mark is no base64; between elements it is text that was not signed.
        let message = envelope(&text);
        Variant::of(if dice.below(10) == 0 {
            format!("<!DOCTYPE x [<!ENTITY e '{}'>]>{message}", dice.below(1_000_000))
        } else {
            message
        })
    });
}

/// Attributes and namespaces that change the meaning of a name for somebody.
#[test]
fn polluted_attributes_and_rebound_prefixes_are_refused() {
    storm("pollution", |dice| {
        let original = &sample(dice).assertion;
        let start = signature_end(original);
        let mut tag = start + dice.tag(&original[start..]);
        if dice.below(4) == 0 {
            tag = original.find("<ds:SignedInfo").expect("there") + dice.tag(signed_info(original));
        }
        let name_end = tag + original[tag..].find([' ', '>', '/']).expect("an end");
        let number = dice.below(100_000);
        let attribute = match dice.below(8) {
            0 => format!(" Format='{number}'"),
            1 => format!(" xml:base='urn:{number}'"),
            2 => format!(" xml:space='preserve' xml:lang='x{number}'"),
            3 => format!(" x:Name='Authentification_Mode' xmlns:x='urn:x{number}'"),
            4 => format!(" FriendlyName='{number}'"),
            5 if original[tag..].starts_with("<ds:") => format!(" xmlns:ds='urn:x{number}'"),
            5 if original[tag..].starts_with("<saml2:") => format!(" xmlns:saml2='urn:x{number}'"),
            5 => format!(" xmlns='urn:x{number}' Name3='x'"),
            6 => format!(" x:type='x:{number}' xmlns:x='http://www.w3.org/2001/XMLSchema-instance'"),
            _ => format!(" xmlns='urn:x{number}' xmlns:xsi='urn:z' Name2='x'"),
        };
        Variant::of(envelope(&inserted(original, name_end, &attribute)))
    });
}

/// A canonical form that comes out empty, or not at all, must not verify what was never signed.
#[test]
fn void_canonical_forms_are_refused() {
    storm("void", |dice| {
        let original = &sample(dice).assertion;
        let lie = lying(dice, original);
        let relative =
            format!(" xmlns:v{}='{}'", dice.below(1000), *dice.of(&["1", "../x", "", "#", "?x", "x:"]));
        let tag = dice.tag(&lie);
        let name_end = tag + lie[tag..].find([' ', '>', '/']).expect("an end");
        let text = if dice.coin() { inserted(&lie, name_end, &relative) } else { lie };
        let empty =
            STANDARD.encode(digest(&SHA256, dice.of(&["", "\n", "<?xml version=\"1.0\"?>"]).as_bytes()));
        let value = element(&text, "ds:DigestValue").map(str::to_owned);
        let text = match value {
            Some(value) if dice.coin() => {
                text.replace(&value, &format!("<ds:DigestValue>{empty}</ds:DigestValue>"))
            }
            _ => text,
        };
        let message = envelope(&text);
        Variant::of(if dice.coin() {
            message.replacen("<s:Envelope", &format!("<s:Envelope{relative}"), 1)
        } else {
            message
        })
    });
}

/// Transforms of every kind, soundly signed all the same: a signature over something else than the assertion.
#[test]
fn injected_transforms_are_refused() {
    const MORE: [&str; 12] = [
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2002/07/decrypt#XML",
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform",
        "urn:unknown",
    ];
    storm("transforms", |dice| {
        let (kind, inside) = (*dice.of(&MORE), dice.below(10_000));
        let transform = match dice.below(3) {
            0 => format!("<ds:Transform Algorithm=\"{kind}\"/>"),
            1 => format!(
                "<ds:Transform Algorithm=\"{kind}\"><ds:XPath>not(self::x{inside})</ds:XPath></ds:Transform>"
            ),
            _ => format!("<ds:Transform Algorithm=\"{kind}\"><x:y xmlns:x=\"urn:{inside}\"/></ds:Transform>"),
        };
        let manner = dice.below(4);
        let shape = |signature: String| match manner {
            0 => signature.replacen("<ds:Transform ", &format!("{transform}<ds:Transform "), 1),
            1 => signature.replacen("</ds:Transforms>", &format!("{transform}</ds:Transforms>"), 1),
            2 => signature.replacen(
                "</ds:Transform></ds:Transforms>",
                &format!("</ds:Transform>{transform}</ds:Transforms>"),
                1,
            ),
            _ => {
                let start = signature.find("<ds:Transforms>").expect("there");
                let end = signature.find("</ds:Transforms>").expect("there");
                format!("{}<ds:Transforms>{transform}{}", &signature[..start], &signature[end..])
            }
        };
        Variant::of(shaped(shape))
    });
}

/// References to something else, several references, digests of other lengths and algorithms.
#[test]
fn edited_references_and_digests_are_refused() {
    storm("references", |dice| {
        let number = dice.below(100_000);
        let uri = match dice.below(9) {
            0 => String::from("URI=\"\""),
            1 => String::new(),
            2 => format!("URI=\"#_{number}\""),
            3 => format!("URI=\"#xpointer(id('_7d1c0a52')/x{number})\""),
            4 => format!("URI=\"http://127.0.0.1:{number}/\""),
            5 => format!("URI=\"file:///elsewhere/{number}\""),
            6 => format!("URI=\"cid:{number}\""),
            7 => format!("URI=\"_7d1c0a52\" Type=\"{number}\""),
            _ => format!("URI=\"#_7d1c0a52 \" Id=\"r{number}\""),
        };
        let manner = dice.below(4);
        let digest = STANDARD.encode(digest(&SHA256, number.to_string().as_bytes()));
        let shape = |signature: String| {
            let reference = element(&signature, "ds:Reference").expect("there").to_owned();
            let changed = reference.replace("URI=\"#_7d1c0a52\"", &uri);
            let value = element(&reference, "ds:DigestValue").expect("there");
            match manner {
                0 => signature.replace(&reference, &changed),
                1 => signature.replace(&reference, &format!("{reference}{changed}")),
                2 => signature.replace(&reference, &format!("{changed}{reference}")),
                _ => signature.replace(value, &format!("<ds:DigestValue>{digest}</ds:DigestValue>")),
            }
        };
        Variant::of(shaped(shape))
    });
}

/// The hospital's assertion soundly signed with a changed signature.
fn shaped(shape: impl Fn(String) -> String) -> String {
    let manner = Manner::plain("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
    let signer = elliptic();
    sign(&envelope(&unsigned()), &manner, &[&signer.der], elliptic_key(signer), shape)
}

fn signature_end(assertion: &str) -> usize {
    assertion.find("</ds:Signature>").expect("signed") + "</ds:Signature>".len()
}

fn signed_info(assertion: &str) -> &str {
    element(assertion, "ds:SignedInfo").expect("signed")
}
