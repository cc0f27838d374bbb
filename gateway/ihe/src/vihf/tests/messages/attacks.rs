//! Attacks on a signed message: what was signed is moved aside, replaced, taken away, or counted under another name.

use super::*;

/// `inside` in the place of what stands between the start of `from` and the end of `to`.
fn replaced(message: &str, from: &str, to: &str, inside: &dyn Fn(&str) -> String) -> String {
    let start = message.find(from).expect("there");
    let end = start + message[start..].find(to).expect("there") + to.len();
    format!("{}{}{}", &message[..start], inside(&message[start..end]), &message[end..])
}

fn body(message: &str, inside: &dyn Fn(&str) -> String) -> String {
    replaced(message, "<s:Body", "</s:Body>", inside)
}

/// A body that nobody signed, with another identifier or none.
fn evil(own: &str, id: &str) -> String {
    own.replace(" wsu:Id='body'", id).replace("id='d1'", "id='d2'")
}

#[test]
fn moving_what_was_signed_is_refused() {
    let message = signed();
    assert_eq!(refused(&message), []);
    let moved = |wrapper: &str, id: &'static str| {
        let mut original = String::new();
        let evil = body(&message, &|own| evil(own, id));
        body(&message, &|own| wrapper.replace("HERE", own)).clone_into(&mut original);
        let start = original.find("</s:Header>").expect("there") + "</s:Header>".len();
        let end = original.find("</s:Envelope>").expect("there");
        (evil, original[start..end].trim().to_owned())
    };
    for id in ["", " wsu:Id='other'", " Id='body'", " wsu:Id='body'"] {
        let (evil, original) = moved("<x:Old xmlns:x='urn:x'>HERE</x:Old>", id);
        let in_header = evil.replace("</s:Header>", &format!("{original}</s:Header>"));
        assert_eq!(refused(&in_header), HERE, "in a header block, {id}");
        let in_security = evil.replace("</wsse:Security>", &format!("{original}</wsse:Security>"));
        assert_eq!(refused(&in_security), HERE, "in Security, {id}");
        let (evil, original) = moved("HERE", id);
        let in_body = evil.replace("</xds:Provide", &format!("{original}</xds:Provide"));
        assert_eq!(refused(&in_body), HERE, "in the new body, {id}");
        let object = evil.replace(
            "</ds:Signature></wsse:Security>",
            &format!("<ds:Object>{original}</ds:Object></ds:Signature></wsse:Security>"),
        );
        assert_eq!(refused(&object), HERE, "in an Object, {id}");
        let behind = evil.replace("</s:Envelope>", &format!("{original}</s:Envelope>"));
        assert_eq!(refused(&behind), HERE, "a second body behind, {id}");
        let before = evil.replace("</s:Header>", &format!("</s:Header>{original}"));
        assert_eq!(refused(&before), HERE, "a second body before, {id}");
    }
    // The old body as a header block of its own, where a signed thing may stand: but then it is not the Body, and its
    // identifier is what the reference names. Nothing of it is read, and the sender did sign it; the new body is as
    // good as unsigned, and must not pass for signed where its identifier is the same.
    let (evil, original) = moved("HERE", " wsu:Id='body'");
    let block = evil.replace("</s:Header>", &format!("{original}</s:Header>"));
    assert_eq!(refused(&block), HERE);
}

#[test]
fn a_signed_block_is_the_one_that_is_read() {
    let message = signed();
    for block in ["wsa:Action", "wsa:To", "wsa:MessageID"] {
        let (from, to) = (format!("<{block}"), format!("</{block}>"));
        let gone = replaced(&message, &from, &to, &|_| String::new());
        assert_eq!(refused(&gone), HERE, "{block} taken away");
        let nested = replaced(&message, &from, &to, &|own| format!("<x:Old xmlns:x='urn:x'>{own}</x:Old>"));
        assert_eq!(refused(&nested), HERE, "{block} hidden in another");
        let other = replaced(&message, &from, &to, &|own| own.replacen('>', ">x", 1));
        assert_eq!(refused(&other), HERE, "{block} altered");
    }
    let stretched = message.replace("21:12:50Z", "23:59:59Z");
    assert_eq!(refused(&stretched), HERE, "a Timestamp that was stretched");
}

#[test]
fn every_alteration_of_the_body_is_refused() {
    let message = signed();
    let start = message.find("<s:Body").expect("there");
    let end = message.find("</s:Body>").expect("there");
    let mut tried = 0;
    for at in start..end {
        let old = &message[at..=at];
        let new = if old == "7" { "8" } else { "7" };
        let variant = format!("{}{new}{}", &message[..at], &message[at + 1..]);
        let Ok(document) = xml::parse(variant.as_bytes(), &xml::Limits::default()) else { continue };
        let verdict = crate::vihf::verify(&document, &town().authority.trust(), mappings(), now(), None);
        assert!(verdict.is_err(), "byte {at}: {old} became {new}");
        tried += 1;
    }
    assert!(tried > 150, "{tried}");
}

#[test]
fn a_signature_of_another_shape_is_refused_even_where_it_holds() {
    let one = |ids: &[&str], shape: &dyn Fn(String) -> String| {
        refused(&sign(&inline(), &Manner::plain(RSA), ids, TOKEN, rsa_key(&town().sign), shape))
    };
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>";
    let replaced = |from: &'static str, to: &'static str| {
        one(&["body"], &move |text| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        })
    };
    let kept = |text: String| text;
    assert_eq!(one(&["body"], &kept), []);
    assert_eq!(one(&["time", "to"], &kept), [], "a signature need not cover the Body");
    assert_eq!(one(&["token", "_7d1c0a52", "body"], &kept), [], "nor only that: token and assertion");
    assert_eq!(one(&["body", "body"], &kept), HERE, "the same twice");
    assert_eq!(one(&[], &kept), HERE, "nothing");
    assert_eq!(one(&["d1"], &kept), HERE, "a piece of the Body");
    for uri in [
        "URI=\"\"",
        "URI=\"cid:d1@x\"",
        "URI=\"#xpointer(/)\"",
        "URI=\"#nowhere\"",
        "URI=\"http://x/\"",
        "Id=\"x\"",
    ] {
        assert_eq!(replaced("URI=\"#body\"", uri), HERE, "{uri}");
    }
    for transform in [
        "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>",
        "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>",
        "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>",
        "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\"/>",
        "<ds:Transform Algorithm=\"http://docs.oasis-open.org/wss/oasis-wss-SwAProfile-1.1#Attachment-Content-Signature-Transform\"/>",
        "",
    ] {
        assert_eq!(replaced(exclusive, transform), HERE, "{transform}");
    }
    let named = sign(&inline(), &Manner::plain(RSA), &["body"], TOKEN, rsa_key(&town().sign), |text| {
        text.replace(exclusive, "<ds:Transform Algorithm=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform\"/>")
    });
    let findings = check(&named, &town().authority.trust(), None).expect_err("refused");
    assert!(format!("{findings:?}").contains("STR-Transform is not allowed"), "{findings:?}");
    for (from, to) in [
        ("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>"),
        ("<ds:KeyInfo>", "text<ds:KeyInfo>"),
        ("<ds:SignatureMethod", "<!-- x --><ds:SignatureMethod"),
    ] {
        assert_eq!(replaced(from, to), HERE, "{from}");
    }
}

#[test]
fn a_second_signature_is_verified_as_the_first() {
    let two = |ids: &[&str]| {
        let again = signed().replace("</wsse:Security>", &format!("{MARK}</wsse:Security>"));
        refused(&sign(&again, &Manner::plain(RSA), ids, TOKEN, rsa_key(&town().sign), |one| one))
    };
    assert_eq!(two(&["time"]), []);
    let bad =
        signed().replace("</wsse:Security>", &format!("<ds:Signature xmlns:ds='{DS}'/></wsse:Security>"));
    assert_eq!(refused(&bad), HERE);
    let many = format!("<ds:Signature xmlns:ds='{DS}'/>").repeat(5);
    let findings = refused(&inline().replace(MARK, &many));
    assert_eq!(findings, HERE, "told once");
}
