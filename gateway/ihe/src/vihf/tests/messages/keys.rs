//! Who may sign a message, and how the key may be told.

use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::*;
use crate::vihf::name::Name;
use crate::vihf::{Against, Verdict, examine};

const ECDSA: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

fn by_sign(keys: &str) -> Vec<Rule> {
    refused(&sign(&inline(), &Manner::plain(RSA), &["body"], keys, rsa_key(&town().sign), |one| one))
}

fn reference(inside: &str) -> String {
    format!("<wsse:SecurityTokenReference>{inside}</wsse:SecurityTokenReference>")
}

fn identifier(kind: &str, bytes: &[u8]) -> String {
    let value = STANDARD.encode(bytes);
    reference(&format!("<wsse:KeyIdentifier ValueType='urn:x#{kind}'>{value}</wsse:KeyIdentifier>"))
}

#[test]
fn every_way_to_tell_a_certificate_is_understood() {
    let der = &town().sign.der;
    let (_, certificate) = X509Certificate::from_der(der).expect("a certificate");
    let issuer = Name::of(certificate.issuer()).to_rfc2253();
    let serial = certificate.tbs_certificate.serial.to_string();
    let serial = format!(
        "<ds:X509IssuerSerial><ds:X509IssuerName>{issuer}</ds:X509IssuerName><ds:X509SerialNumber>{serial}\
         </ds:X509SerialNumber></ds:X509IssuerSerial>"
    );
    let shown = format!("<ds:X509Certificate>{}</ds:X509Certificate>", STANDARD.encode(der));
    let chain =
        format!("{shown}<ds:X509Certificate>{}</ds:X509Certificate>", STANDARD.encode(&town().authority.der));
    let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der);
    let data = |inside: &str| format!("<ds:X509Data>{inside}</ds:X509Data>");
    for keys in [
        TOKEN.to_owned(),
        data(&shown),
        reference(&data(&shown)),
        reference(&data(&serial)),
        reference(&data(&format!("{serial}{shown}"))),
        reference(&data(&chain)),
        identifier("ThumbprintSHA1", sha1.as_ref()),
        identifier("X509v3", der),
    ] {
        assert_eq!(by_sign(&keys), [], "{keys}");
    }
    let wrong = serial.replace("<ds:X509SerialNumber>", "<ds:X509SerialNumber>9");
    for keys in [
        String::new(),
        String::from("<ds:KeyName>sign</ds:KeyName>"),
        reference(""),
        reference("<wsse:Reference URI='#_7d1c0a52'/>"),
        reference("<wsse:Reference URI='#nothing'/>"),
        reference("<wsse:Reference URI='http://outside/'/>"),
        reference(&data(&wrong)),
        reference(&data(&format!("{wrong}{shown}"))),
        reference("<wsse:Embedded/>"),
        identifier("ThumbprintSHA1", &[0; 20]),
        identifier("SAMLID", b"_7d1c0a52"),
        identifier("X509v3", &town().client.der),
        format!("{TOKEN}{TOKEN}"),
    ] {
        assert_eq!(by_sign(&keys), HERE, "{keys}");
    }
}

#[test]
fn the_tls_client_may_sign_too_and_nobody_else() {
    let town = town();
    let signed_by = |holding: &Holding| {
        let keys = format!(
            "<ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>",
            STANDARD.encode(&holding.der)
        );
        let key = ecdsa_key(holding, &ECDSA_P256_SHA256_FIXED_SIGNING);
        opened(&sign(&inline(), &Manner::plain(ECDSA), &["body"], &keys, key, |one| one), b"")
    };
    let trust = || town.authority.trust();
    assert_eq!(judged(&signed_by(&town.client), &trust(), Some(&town.client)), []);
    let findings = judged(&signed_by(&town.client), &trust(), None);
    assert!(format!("{findings:?}").contains("TLS client certificate"), "{findings:?}");
    // Of the same authority, even of the same hospital: but neither proof has shown it.
    let other = town.authority.certify(
        &params(&organisation_names(STRUCTURE, "other.ch-exemple.test")),
        rcgen::KeyPair::generate().expect("a key"),
    );
    for holding in [&other, &town.card] {
        let findings = judged(&signed_by(holding), &trust(), Some(&town.client));
        assert_eq!(findings.first().map(|finding| finding.rule), Some(HERE[0]));
    }
}

#[test]
fn without_the_client_certificate_only_who_signed_is_left_open() {
    let town = town();
    let keys = format!(
        "<ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>",
        STANDARD.encode(&town.client.der)
    );
    let verdict = |message: &str| {
        let key = ecdsa_key(&town.client, &ECDSA_P256_SHA256_FIXED_SIGNING);
        let envelope = opened(&sign(message, &Manner::plain(ECDSA), &["body"], &keys, key, |one| one), b"");
        let trust = town.authority.trust();
        let against = Against {
            trust: &trust,
            authorities_known: true,
            mappings: mappings(),
            now: now(),
            client_certificate: None,
        };
        let verdicts = examine(&envelope, against).verdicts;
        verdicts.into_iter().find(|(rule, _)| *rule == HERE[0]).map(|(_, verdict)| verdict)
    };
    assert!(matches!(verdict(&inline()), Some(Verdict::NotAsked(..))));
    let late = inline().replace("2026-03-14T21:12:50Z", "2026-03-14T21:07:00Z");
    let Some(Verdict::Refuses(findings)) = verdict(&late) else { panic!("an expired Timestamp is told") };
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[test]
fn where_no_assertion_is_asked_for_only_the_tls_client_signs() {
    let town = town();
    let verify = |envelope: &Envelope, client: Option<&Holding>| {
        let client = client.map(|holding| holding.der.as_slice());
        crate::vihf::verify_message(envelope, &town.authority.trust(), now(), client)
    };
    assert!(verify(&opened(&inline().replace(MARK, ""), b""), Some(&town.client)).is_ok(), "unsigned");
    assert!(verify(&opened(&signed(), b""), Some(&town.client)).is_err());
    assert!(verify(&opened(&signed(), b""), Some(&town.sign)).is_ok());
    assert!(verify(&opened(&signed(), b""), None).is_err());
}

#[test]
fn algorithms_are_those_of_the_list() {
    let rsa = |manner: &Manner| sign(&inline(), manner, &["body"], TOKEN, rsa_key(&town().sign), |one| one);
    let sha384 = ("http://www.w3.org/2001/04/xmldsig-more#sha384", &digest::SHA384);
    assert_eq!(refused(&rsa(&Manner { digest: sha384, ..Manner::plain(RSA) })), []);
    let sha1 = ("http://www.w3.org/2000/09/xmldsig#sha1", &digest::SHA1_FOR_LEGACY_USE_ONLY);
    let old = rsa(&Manner { digest: sha1, ..Manner::plain(RSA) });
    assert_eq!(refused(&old), HERE);
    let trust = Trust { accept_sha1: true, ..town().authority.trust() };
    assert!(check(&old, &trust, None).is_ok(), "under the switch for the replay of old software");
    for method in
        ["http://www.w3.org/2000/09/xmldsig#hmac-sha1", "http://www.w3.org/2000/09/xmldsig#rsa-sha1", "urn:x"]
    {
        assert_eq!(refused(&rsa(&Manner::plain(method))), HERE, "{method}");
    }
}
