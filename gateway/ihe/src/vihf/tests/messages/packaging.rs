//! One message, inline and in MTOM (IHE ITI TF-2 appendix V; XOP §3.2): one infoset, one digest.

use super::*;

#[test]
fn a_signature_holds_inline_and_in_mtom_alike() {
    for prefixes in [["", ""], ["soap xs", "#default xs s wsu"]] {
        let manner = Manner { prefixes, ..Manner::plain(RSA) };
        let message = sign(&inline(), &manner, &["body"], TOKEN, rsa_key(&town().sign), |one| one);
        assert_eq!(rules(&opened(&message, b"unused")), [], "inline, {prefixes:?}");
        assert_eq!(rules(&in_mtom(&message, DOCUMENT)), [], "in a part, {prefixes:?}");
    }
    assert_eq!(refused(&signed()), [], "alone");
}

#[test]
fn another_attachment_than_the_signed_one_is_refused() {
    let message = signed();
    let mut other = DOCUMENT.to_vec();
    other[3] ^= 1;
    for bytes in [other.as_slice(), &DOCUMENT[1..], b""] {
        assert_eq!(rules(&in_mtom(&message, bytes)), HERE);
    }
}

#[test]
fn the_text_of_an_include_is_base64_without_line_breaks() {
    let wrapped = STANDARD.encode(DOCUMENT).as_bytes().chunks(76).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let message = unsigned(&String::from_utf8(wrapped.join(&b"\n"[..])).expect("base64"));
    let signed = sign(&message, &Manner::plain(RSA), &["body"], TOKEN, rsa_key(&town().sign), |one| one);
    assert_eq!(rules(&opened(&signed, b"")), [], "inline, as it was signed");
    let include = "<xop:Include xmlns:xop='http://www.w3.org/2004/08/xop/include' href='cid:d1@x'/>";
    let text = read(&signed).root().subtree().find(|one| one.name() == "Document").expect("there").text();
    let moved = opened(&signed.replace(&text, include), DOCUMENT);
    let findings = judged(&moved, &town().authority.trust(), None);
    assert!(format!("{findings:?}").contains("without line breaks"), "{findings:?}");
}

#[test]
fn an_include_whose_part_is_absent_is_refused_and_of_a_message_that_flows_past_by_name() {
    let mut envelope = in_mtom(&signed(), DOCUMENT);
    envelope.parts.clear();
    let findings = judged(&envelope, &town().authority.trust(), None);
    assert!(format!("{findings:?}").contains("is not in the message"), "{findings:?}");
    envelope.arriving = true;
    let findings = judged(&envelope, &town().authority.trust(), None);
    assert!(format!("{findings:?}").contains("do not sign soap:Body of such messages"), "{findings:?}");
    assert_eq!(findings[0].rule, HERE[0]);
}

#[test]
fn a_message_that_flows_past_may_sign_what_is_in_its_envelope() {
    let ids = ["time", "action", "to"];
    let message = sign(&inline(), &Manner::plain(RSA), &ids, TOKEN, rsa_key(&town().sign), |one| one);
    let mut envelope = in_mtom(&message, DOCUMENT);
    envelope.parts.clear();
    envelope.arriving = true;
    assert_eq!(rules(&envelope), []);
}

#[test]
fn an_include_in_the_place_of_a_signed_text_is_refused() {
    let include = "<xop:Include xmlns:xop='http://www.w3.org/2004/08/xop/include' href='cid:d1@x'/>";
    let message = inline().replace("</xds:ProvideAnd", "<x>bWFzaw==</x></xds:ProvideAnd");
    let signed = sign(&message, &Manner::plain(RSA), &["body"], TOKEN, rsa_key(&town().sign), |one| one);
    assert_eq!(rules(&opened(&signed, b"mask")), []);
    let moved = opened(&signed.replace("bWFzaw==", include), b"mask");
    let findings = judged(&moved, &town().authority.trust(), None);
    assert!(format!("{findings:?}").contains("no binary content is read"), "{findings:?}");
}

#[test]
fn one_part_included_without_end_is_refused_before_it_is_digested() {
    let message = signed();
    let include = "<xop:Include xmlns:xop='http://www.w3.org/2004/08/xop/include' href='cid:d1@x'/>";
    let many = format!("<xds:Document>{include}</xds:Document>").repeat(20_000);
    let envelope =
        opened(&message.replace("</xds:ProvideAnd", &format!("{many}</xds:ProvideAnd")), &[0; 40_000]);
    let findings = judged(&envelope, &town().authority.trust(), None);
    assert!(format!("{findings:?}").contains("too large in canonical form"), "{findings:?}");
}

#[test]
fn the_token_may_travel_in_a_part_too() {
    let message = signed();
    let token = STANDARD.encode(&town().sign.der);
    let include = "<xop:Include xmlns:xop='http://www.w3.org/2004/08/xop/include' href='cid:d1@x'/>";
    let start = message.find("<wsse:BinarySecurityToken").expect("there");
    let (before, after) = message.split_at(start);
    let moved = format!("{before}{}", after.replacen(&token, include, 1));
    assert_eq!(rules(&opened(&moved, &town().sign.der)), []);
    assert_eq!(rules(&opened(&moved, &town().client.der)), HERE);
}
