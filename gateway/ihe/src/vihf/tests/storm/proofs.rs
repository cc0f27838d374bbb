//! Assertions whose signature holds: out of their time, for others, taken over, of a signer who is not believed, or
//! of one holder about another.

use std::sync::Arc;

use model::{PersonId, StructureId};
use rcgen::{CertificateRevocationListParams, KeyPair, RevokedCertParams, SerialNumber};

use super::super::signing::*;
use super::super::workshop::*;
use super::keys::{elliptic, elliptic_key};
use super::{Variant, sample, signer, storm};
use crate::vihf::issue::{Frame, issue};
use crate::vihf::{Authorities, Mode, Trust};

/// Expired, not yet valid, too long, issued in the future.
#[test]
fn assertions_out_of_their_time_are_refused() {
    storm("time", |dice| {
        let offset = 70 + i64::try_from(dice.below(80_000)).expect("small");
        let (issued, conditions) = match dice.below(5) {
            0 => (-3600 - offset, None),
            1 => (offset, None),
            2 => (-10, Some((-3600, -offset))),
            3 => (-10, Some((offset, offset + 60))),
            _ => (-10, Some((-offset, 8 * 3600 + 1))),
        };
        let moment = |seconds: i64| now().plus_seconds(seconds);
        let conditions = conditions.map(|(from, until)| (moment(from), moment(until)));
        let frame = Frame { issued_at: moment(issued), conditions, ..frame() };
        Variant::of(envelope(&issue(&claims(Mode::Air), &frame, &signer(elliptic())).expect("issued")))
    });
}

#[test]
fn assertions_for_another_audience_are_refused() {
    storm("audience", |dice| {
        let number = dice.below(1_000_000);
        let named = match dice.below(4) {
            0 => format!("<saml2:Audience>https://here.example/{number}</saml2:Audience>"),
            1 => {
                format!("<saml2:Audience>urn:{number}</saml2:Audience><saml2:Audience>urn:x</saml2:Audience>")
            }
            2 => format!("<x:Audience xmlns:x='urn:{number}'>https://here.example</x:Audience>"),
            _ => format!("<saml2:Audience>{number}https://here.example</saml2:Audience>"),
        };
        let conditions = format!(
            "<saml2:Conditions><saml2:AudienceRestriction>{named}</saml2:AudienceRestriction></saml2:Conditions>\
             <saml2:AuthnStatement"
        );
        let text = unsigned().replacen("<saml2:AuthnStatement", &conditions, 1);
        let manner = Manner::plain("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
        let signer = elliptic();
        let message =
            sign(&envelope(&text), &manner, &[&signer.der], elliptic_key(signer), |signature| signature);
        let audiences = vec![String::from("https://here.example")];
        Variant { trust: Trust { audiences, ..town().authority.trust() }, ..Variant::of(message) }
    });
}

/// Used by its owner first, then by somebody else of the same structure.
#[test]
fn assertions_taken_over_are_refused() {
    let thief = town().authority.certify(
        &params(&organisation_names(STRUCTURE, "voleur.ch-exemple.test")),
        KeyPair::generate().expect("a key"),
    );
    let assertion = issue(&claims(Mode::Air), &frame(), &signer(elliptic())).expect("issued");
    storm("replay", |dice| {
        let body = format!("<q:Query xmlns:q='urn:q'>{}</q:Query>", dice.below(1_000_000));
        let message = envelope_with(&assertion, &body);
        let mut variant = Variant::of(message);
        variant.client = Some(town().client.der.clone());
        variant.now = now().plus_seconds(i64::try_from(dice.below(3000)).expect("small"));
        assert!(variant.judged().is_ok(), "the owner's use");
        variant.client = dice.coin().then(|| thief.der.clone());
        variant.now = variant.now.plus_seconds(i64::try_from(dice.below(60)).expect("small"));
        variant
    });
}

/// Authorities that are not ours, dates of certificates, revocation.
#[test]
fn signers_who_are_not_believed_are_refused() {
    let (town, stranger) = (town(), Authority::new("AC TEST"));
    let list = |revoked: bool, next: i32| {
        let certificate = x509_parser::parse_x509_certificate(&elliptic().der).expect("a certificate").1;
        let entry = RevokedCertParams {
            serial_number: SerialNumber::from_slice(certificate.raw_serial()),
            revocation_time: rcgen::date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(2025, 1, 2),
            next_update: rcgen::date_time_ymd(next, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: if revoked { vec![entry] } else { Vec::new() },
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        params.signed_by(&town.authority.issuer).expect("a list").der().to_vec()
    };
    let trusting = |authority: &Authority, lists: &[Vec<u8>]| {
        Trust::new(Authorities::new(std::slice::from_ref(&authority.der), lists).expect("sound"))
    };
    let trusts = [
        trusting(&stranger, &[]),
        trusting(&town.authority, &[list(true, 2028)]),
        trusting(&town.authority, &[list(false, 2026)]),
        Trust::new(Authorities::new(&[], &[]).expect("nothing")),
    ];
    storm("signers", |dice| {
        let days = i64::try_from(dice.below(30)).expect("small");
        let (trust, moment) = match dice.below(6) {
            0 => (town.authority.trust(), now().plus_seconds((700 + days) * 86_400)),
            1 => (town.authority.trust(), now().plus_seconds((-500 - days) * 86_400)),
            number => (trusts[number - 2].clone(), now().plus_seconds(days * 86_400)),
        };
        let mut claims = claims(Mode::Air);
        claims.authenticated_at = moment;
        claims.software.version = dice.below(1_000_000).to_string();
        let frame = Frame { issued_at: moment, ..frame() };
        let message = envelope(&issue(&claims, &frame, &signer(elliptic())).expect("issued"));
        Variant { trust, now: moment, ..Variant::of(message) }
    });
}

/// A card that speaks for a structure, a structure that speaks for a card, one for another.
#[test]
fn one_holder_speaking_for_another_is_refused() {
    let neighbour = town().authority.certify(
        &params(&organisation_names("1888888888", "voisin.test")),
        KeyPair::generate().expect("a key"),
    );
    storm("holders", |dice| {
        let number = 100_000 + dice.below(800_000);
        let other_person = PersonId(format!("899999{number}"));
        let other_structure = StructureId(format!("1777{number}"));
        let mut stated = claims(Mode::Air);
        stated.software.version = number.to_string();
        let (signing, client) = match dice.below(7) {
            0 => {
                (stated.mode, stated.name_id) = (Mode::Direct, other_person);
                (&town().card, &town().card)
            }
            1 => {
                stated.structure = other_structure;
                (elliptic(), &town().client)
            }
            2 => (elliptic(), &neighbour),
            3 => (&neighbour, &town().client),
            4 => (&town().card, &town().card),
            5 => {
                stated.mode = Mode::Direct;
                (elliptic(), &town().client)
            }
            _ => {
                stated.mode = Mode::Direct;
                (&town().card, &town().client)
            }
        };
        let message = envelope(&issue(&stated, &frame(), &signer(signing)).expect("issued"));
        let mut variant = Variant::of(message);
        variant.client = Some(client.der.clone());
        variant
    });
}

#[test]
fn every_sample_is_remembered_for_its_client_only() {
    let mut dice = super::Dice::new("remembered", 0);
    let trust = town().authority.trust();
    let message = envelope(&sample(&mut dice).assertion);
    let client = Some(town().client.der.clone());
    let first = Variant { trust: trust.clone(), client, ..Variant::of(message.clone()) };
    let verdict = first.judged();
    let second = Variant { trust: trust.clone(), ..Variant::of(message) };
    assert_eq!(verdict.is_ok(), second.judged().is_err(), "one of the two clients only");
    assert!(Arc::strong_count(&trust.seen) > 1, "the registry is shared by the copies of a trust");
}
