//! Who may sign, with which key and algorithm, and how Issuer and subject compare.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING};
use model::Rule;
use rcgen::{
    CertificateRevocationListParams, IsCa, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
};

use super::signing::*;
use super::workshop::*;
use crate::vihf::issue::{IssueError, Signer, issue};
use crate::vihf::{Authorities, AuthorityError, Mode, Trust};

const A2: [Rule; 1] = [Rule::AssertionIsSignedByItsIssuer];
const RSA: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SIGN: &str = "vihf-sign.ch-exemple.test";

/// The rules that refuse a sound assertion of this signer.
fn judged(holding: &Holding) -> Vec<Rule> {
    refused(&envelope(&issue(&claims(Mode::Air), &frame(), &holding.signer()).expect("issued")))
}

fn organisation() -> rcgen::CertificateParams {
    params(&organisation_names(STRUCTURE, SIGN))
}

#[test]
fn the_signer_chains_to_a_configured_authority() {
    let other = Authority::new("AC TEST");
    assert_eq!(judged(&other.certify(&organisation(), rsa())), A2, "another authority of the same name");
    let key = rsa();
    let own = organisation().self_signed(&key).expect("a certificate");
    assert_eq!(
        judged(&Holding { der: own.der().to_vec(), pem: own.pem(), key }),
        A2,
        "self-signed, same subject"
    );
    let nobody = Trust::new(Authorities::new(&[], &[]).expect("nothing to read"));
    assert_eq!(check(&envelope(&valid()), &nobody, None).expect_err("no authority")[0].rule, A2[0]);
}

#[test]
fn the_key_is_the_certificates() {
    let town = town();
    let fresh = town.authority.certify(
        &organisation(),
        KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).expect("a key"),
    );
    let manner = Manner::plain(RSA);
    let message =
        sign(&envelope(&unsigned()), &manner, &[&town.sign.der], rsa_key(&fresh), |signature| signature);
    assert_eq!(refused(&message), A2);
    assert_eq!(Signer::new(&town.sign.der, &fresh.key.serialize_der()).err(), Some(IssueError::Key));
    assert_eq!(Signer::new(b"x", &[]).err(), Some(IssueError::Certificate));
}

#[test]
fn the_certificate_is_in_its_time() {
    let town = town();
    let mut expired = organisation();
    expired.not_after = rcgen::date_time_ymd(2026, 3, 14);
    assert_eq!(judged(&town.authority.certify(&expired, rsa())), A2);
    let mut early = organisation();
    early.not_before = rcgen::date_time_ymd(2026, 3, 15);
    assert_eq!(judged(&town.authority.certify(&early, rsa())), A2);
}

#[test]
fn the_certificate_is_a_signers() {
    let town = town();
    let mut authority = organisation();
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    assert_eq!(judged(&town.authority.certify(&authority, rsa())), A2, "an authority");
    let mut enciphers = organisation();
    enciphers.key_usages = vec![KeyUsagePurpose::KeyEncipherment];
    assert_eq!(judged(&town.authority.certify(&enciphers, rsa())), A2, "key usage");
    let mut any = organisation();
    any.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::EmailProtection];
    assert_eq!(judged(&town.authority.certify(&any, rsa())), [], "any extended key usage");
}

#[test]
fn revocation_lists_count_when_there_are_any() {
    let town = town();
    let mut params = organisation();
    params.serial_number = Some(SerialNumber::from(7_u64));
    let holding = town.authority.certify(&params, rsa());
    let message = envelope(&issue(&claims(Mode::Air), &frame(), &holding.signer()).expect("issued"));
    let list = |revoked: u64, until: (i32, u8, u8)| {
        let entry = RevokedCertParams {
            serial_number: SerialNumber::from(revoked),
            revocation_time: rcgen::date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(2026, 1, 2),
            next_update: rcgen::date_time_ymd(until.0, until.1, until.2),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: vec![entry],
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        params.signed_by(&town.authority.issuer).expect("a list").der().to_vec()
    };
    let judge = |list: Vec<u8>| {
        let authorities =
            Authorities::new(std::slice::from_ref(&town.authority.der), &[list]).expect("sound");
        check(&message, &Trust::new(authorities), None).map(drop).map_err(|findings| findings[0].args.clone())
    };
    let says = |result: Result<(), Vec<(&str, String)>>, word: &str| {
        result.expect_err(word).iter().any(|(_, text)| text.contains(word))
    };
    assert_eq!(judge(list(8, (2027, 1, 1))), Ok(()));
    assert!(says(judge(list(7, (2027, 1, 1))), "revoked"));
    assert!(says(judge(list(8, (2026, 2, 1))), "out of date"));
    let wrong = Authorities::new(&[], &[b"x".to_vec()]).map(drop);
    assert_eq!(wrong, Err(AuthorityError::RevocationList(0)));
    assert_eq!(Authorities::new(&[b"x".to_vec()], &[]).map(drop), Err(AuthorityError::Certificate(0)));
}

#[test]
fn intermediate_authorities_come_with_the_signer_in_any_order() {
    let town = town();
    let mut params = params(&[(rcgen::DnType::CommonName, "AC INTERMEDIAIRE")]);
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, &town.authority.issuer).expect("a certificate");
    let der = certificate.der().to_vec();
    let middle = Authority { pem: certificate.pem(), der, issuer: rcgen::Issuer::new(params, key) };
    let holding = middle.certify(&organisation(), rsa());
    let message = |certificates: &[&[u8]]| {
        sign(&envelope(&unsigned()), &Manner::plain(RSA), certificates, rsa_key(&holding), |signature| {
            signature
        })
    };
    assert_eq!(refused(&message(&[&holding.der, &middle.der])), []);
    assert_eq!(refused(&message(&[&middle.der, &holding.der])), []);
    assert_eq!(refused(&message(&[&holding.der])), A2, "the intermediate is missing");
    assert_eq!(refused(&message(&[&holding.der, &town.sign.der])), A2, "two signers");
    assert_eq!(refused(&message(&[&middle.der])), A2, "no signer");
    assert_eq!(refused(&message(&[holding.der.as_slice(); 9])), A2, "too many");
}

#[test]
fn every_algorithm_of_the_list_is_accepted_with_its_kind_of_key() {
    let town = town();
    let p256 = town.authority.certify(&organisation(), KeyPair::generate().expect("a key"));
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).expect("a key");
    let p384 = town.authority.certify(&organisation(), key);
    let signed = |manner: &Manner, holding: &Holding, make: &dyn Fn(&[u8]) -> Vec<u8>| {
        refused(&sign(&envelope(&unsigned()), manner, &[&holding.der], make, |signature| signature))
    };
    let mut manner = Manner::plain("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
    manner.prefixes = ["xs xsi", "#default xs xsi soap absent"];
    for _ in 0..20 {
        // Many times: now and then a number of the signature has leading zeroes.
        assert_eq!(signed(&manner, &p256, &ecdsa_key(&p256, &ECDSA_P256_SHA256_FIXED_SIGNING)), []);
    }
    assert_eq!(
        signed(&manner, &p384, &ecdsa_key(&p384, &ECDSA_P384_SHA384_FIXED_SIGNING)),
        A2,
        "other digest"
    );
    assert_eq!(signed(&manner, &town.sign, &rsa_key(&town.sign)), A2, "RSA key, ECDSA method");
    manner.method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
    manner.digest = ("http://www.w3.org/2001/04/xmldsig-more#sha384", &digest::SHA384);
    assert_eq!(signed(&manner, &p384, &ecdsa_key(&p384, &ECDSA_P384_SHA384_FIXED_SIGNING)), []);
    manner.method = RSA;
    manner.digest = ("http://www.w3.org/2001/04/xmlenc#sha512", &digest::SHA512);
    assert_eq!(signed(&manner, &town.sign, &rsa_key(&town.sign)), []);
    manner.prefixes = ["a b c d e f g h i j k l m n o p q r s t u v w x y z aa ab ac ad ae af ag", ""];
    assert_eq!(signed(&manner, &town.sign, &rsa_key(&town.sign)), A2, "33 prefixes");
}

#[test]
fn an_inherited_namespace_named_by_the_prefix_list_is_part_of_what_is_signed() {
    let town = town();
    let mut manner = Manner::plain(RSA);
    manner.prefixes = ["", "#default soap"];
    let message =
        sign(&envelope(&unsigned()), &manner, &[&town.sign.der], rsa_key(&town.sign), |signature| signature);
    assert_eq!(refused(&message), []);
    assert_eq!(refused(&message.replace("xmlns='urn:default'", "xmlns='urn:x'")), A2);
    assert_eq!(refused(&message.replace("xmlns:soap='urn:soap'", "xmlns:soap='urn:x'")), A2);
}

#[test]
fn the_issuer_is_the_subject_as_a_name() {
    let town = town();
    let issuer = |text: &str| {
        let (before, rest) = unsigned()
            .split_once("X509SubjectName\">")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .expect("there");
        let (_, after) = rest.split_once("</saml2:Issuer>").expect("there");
        let changed = format!("{before}X509SubjectName\">{text}</saml2:Issuer>{after}");
        refused(&sign(
            &envelope(&changed),
            &Manner::plain(RSA),
            &[&town.sign.der],
            rsa_key(&town.sign),
            |signature| signature,
        ))
    };
    let reversed =
        "C=FR, S=Finistère (29), O=\"CH EXEMPLE, DES ALIZES\", OU=1999999999, CN=vihf-sign.ch-exemple.test";
    assert_eq!(issuer(reversed), []);
    assert_eq!(
        issuer(
            "CN=VIHF-SIGN.ch-exemple.test;2.5.4.11=#130a31393939393939393939;O=CH EXEMPLE\\, DES ALIZES;ST=Finistère (29);C=FR"
        ),
        []
    );
    for wrong in [
        "",
        "CN=other",
        "https://sts.test",
        &reversed.replace("1999999999", "1888888888"),
        &reversed.replace(", OU=1999999999", ""),
    ] {
        assert_eq!(issuer(wrong), A2, "{wrong}");
    }
    let again = "</saml2:Issuer><saml2:Issuer>x";
    assert_eq!(issuer(&format!("{reversed}{again}")), A2, "two issuers");
}

#[test]
fn a_subject_with_unusual_attributes_signs() {
    let mut names = organisation_names(STRUCTURE, SIGN);
    names.push((rcgen::DnType::CustomDnType(vec![2, 5, 4, 97]), "NTRFR-199999999"));
    names.push((rcgen::DnType::CustomDnType(vec![1, 2, 250, 1, 213, 9]), "x = y, z"));
    assert_eq!(judged(&town().authority.certify(&params(&names), rsa())), []);
}
