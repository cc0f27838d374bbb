//! What each rule accepts and refuses.

use std::sync::Arc;

use model::{Channel, Code, Moment, PersonId, Rule, StructureId, system};

use rcgen::{DnType, KeyPair};

use super::directory::attached;
use super::signing::*;
use super::workshop::*;
use crate::vihf::issue::issue;
use crate::vihf::{Claims, Mode, Seen, Trust};

fn trust() -> Trust {
    town().authority.trust()
}

/// The rules that refuse these claims, signed by the hospital or, in `DIRECTE`, by the card.
fn judged(claims: &Claims) -> Vec<Rule> {
    let signer = if claims.mode == Mode::Direct { &town().card } else { &town().sign };
    refused(&envelope(&issue(claims, &frame(), &signer.signer()).expect("issued")))
}

#[test]
fn a_hospitals_assertion_is_accepted_with_all_it_states() {
    let town = town();
    let accepted = check(&envelope(&valid()), &trust(), Some(&town.client)).expect("accepted");
    assert_eq!(accepted.claims, claims(Mode::Air));
    assert_eq!((accepted.id.as_str(), accepted.channel), ("_7d1c0a52", Channel::Air));
    assert_eq!(accepted.issued_at, frame().issued_at);
    assert_eq!(accepted.not_on_or_after, frame().issued_at.plus_seconds(3600));
    assert_eq!(accepted.role.qualifier, Some(Code::new("SM59", system::SPECIALTY)));
    assert_eq!(accepted.signer.der, town.sign.der);
    assert_eq!(accepted.signer.structures().collect::<Vec<_>>(), [STRUCTURE]);
    assert!(accepted.issuer.contains("CH EXEMPLE\\, DES ALIZES"));
    assert!(!format!("{accepted:?}").contains(PERSON));
}

#[test]
fn a_card_signs_in_the_holders_own_name() {
    let direct = issue(&claims(Mode::Direct), &frame(), &town().card.signer()).expect("issued");
    let accepted = check(&envelope(&direct), &trust(), Some(&town().card)).expect("accepted");
    assert_eq!((accepted.channel, accepted.signer.person()), (Channel::Direct, Some(PERSON)));
}

#[test]
fn an_employee_card_is_one_whatever_role_it_claims() {
    let town = town();
    let names = [(rcgen::DnType::CountryName, "FR"), (rcgen::DnType::CommonName, "3999999999/AB12")];
    let card = town.authority.certify(&params(&names), rcgen::KeyPair::generate().expect("a key"));
    let mut claims = claims(Mode::Direct);
    claims.name_id = PersonId(String::from("3999999999/AB12"));
    let message = envelope(&issue(&claims, &frame(), &card.signer()).expect("issued"));
    assert_eq!(check(&message, &trust(), None).expect("accepted").channel, Channel::EmployeeCard);
    let mut claims = super::workshop::claims(Mode::Direct);
    claims.profession = Code::new("SNR", system::PRODUCER);
    claims.qualifiers.clear();
    let message = envelope(&issue(&claims, &frame(), &town.card.signer()).expect("issued"));
    match check(&message, &trust(), None) {
        Ok(accepted) => assert_eq!(accepted.channel, Channel::EmployeeCard),
        Err(findings) => assert_eq!(findings[0].rule, Rule::RoleIsKnown),
    }
}

#[test]
fn a3_without_conditions_the_age_of_the_assertion_counts() {
    for (issued, expected) in [
        ("2026-03-14T20:08:01Z", vec![]),
        ("2026-03-14T22:08:00+01:00", vec![]),
        ("2026-03-14T21:09:00Z", vec![]),
        ("2026-03-14T20:07:59Z", vec![Rule::AssertionIsInItsTime]),
        ("2026-03-14T21:09:01Z", vec![Rule::AssertionIsInItsTime]),
    ] {
        let mut frame = frame();
        frame.issued_at = at(issued);
        let message = envelope(&issue(&claims(Mode::Air), &frame, &town().sign.signer()).expect("issued"));
        assert_eq!(refused(&message), expected, "{issued}");
    }
}

#[test]
fn a3_conditions_count_where_they_are_stated() {
    for (from, until, expected) in [
        ("2026-03-14T21:00:00Z", "2026-03-14T21:10:00Z", vec![]),
        ("2026-03-14T21:09:00Z", "2026-03-14T21:10:00Z", vec![]),
        ("2026-03-14T21:09:01Z", "2026-03-14T21:10:00Z", vec![Rule::AssertionIsInItsTime]),
        ("2026-03-14T20:00:00Z", "2026-03-14T21:07:01Z", vec![]),
        ("2026-03-14T20:00:00Z", "2026-03-14T21:07:00Z", vec![Rule::AssertionIsInItsTime]),
    ] {
        let mut frame = frame();
        frame.issued_at = at("2026-03-14T10:00:00Z");
        frame.conditions = Some((at(from), at(until)));
        let message = envelope(&issue(&claims(Mode::Air), &frame, &town().sign.signer()).expect("issued"));
        assert_eq!(refused(&message), expected, "{from} {until}");
    }
}

#[test]
fn a3_ill_formed_times_and_foreign_conditions_are_refused() {
    let expected = [Rule::AssertionIsInItsTime];
    assert_eq!(replaced("T21:07:33.000Z", "T21:07:33"), expected);
    assert_eq!(replaced("IssueInstant=\"2026-03-14T21:07:33.000Z\"", ""), expected);
    let with = |conditions: &str| {
        resigned(|text| text.replace("<saml2:AuthnStatement", &format!("{conditions}<saml2:AuthnStatement")))
    };
    let audience = "<saml2:Conditions><saml2:AudienceRestriction><saml2:Audience>urn:x</saml2:Audience>\
                    </saml2:AudienceRestriction></saml2:Conditions>";
    assert_eq!(refused(&with(audience)), expected);
    let mut trust = trust();
    trust.audiences = vec![String::from("urn:x")];
    assert!(check(&with(audience), &trust, None).is_ok());
    assert_eq!(refused(&with("<saml2:Conditions/><saml2:Conditions/>")), expected);
    assert_eq!(refused(&with("<saml2:Conditions><saml2:Condition/></saml2:Conditions>")), expected);
    assert_eq!(refused(&with("<saml2:Conditions NotOnOrAfter='soon'/>")), expected);
    assert_eq!(refused(&with("<saml2:Conditions><saml2:OneTimeUse/></saml2:Conditions>")), []);
}

#[test]
fn a3_a_window_is_bounded_and_no_other_end_is_overlooked() {
    let expected = [Rule::AssertionIsInItsTime];
    let with = |from: &str, until: &str| {
        let mut frame = frame();
        frame.conditions = Some((at(from), at(until)));
        refused(&envelope(&issue(&claims(Mode::Air), &frame, &town().sign.signer()).expect("issued")))
    };
    assert_eq!(with("2026-03-14T21:00:00Z", "2026-03-15T05:00:00Z"), [], "eight hours");
    assert_eq!(with("2026-03-14T21:00:00Z", "2026-03-15T05:00:01Z"), expected);
    assert_eq!(with("2026-03-14T21:08:10Z", "2026-03-14T21:08:00Z"), expected, "a window that never opens");
    let open_ended = "<saml2:Conditions NotOnOrAfter='2027-03-14T21:07:33Z'/><saml2:AuthnStatement";
    assert_eq!(replaced("<saml2:AuthnStatement", open_ended), expected, "counted from IssueInstant");
    let future = resigned(|text| {
        text.replace("IssueInstant=\"2026-03-14T21:07:33", "IssueInstant=\"2026-03-14T21:09:33").replace(
            "<saml2:AuthnStatement",
            "<saml2:Conditions NotOnOrAfter='2026-03-14T21:30:00Z'/><saml2:AuthnStatement",
        )
    });
    assert_eq!(refused(&future), expected, "issued in the future, whatever the Conditions say");
    let session = |end: &str| {
        replaced("<saml2:AuthnStatement", &format!("<saml2:AuthnStatement SessionNotOnOrAfter='{end}'"))
    };
    assert_eq!(session("2026-03-14T21:07:00Z"), expected);
    assert_eq!(session("2026-03-14T22:07:00Z"), []);
    let confirmed = |end: &str| {
        let data = format!("<saml2:SubjectConfirmationData NotOnOrAfter='{end}'/>");
        let confirmation = format!(
            "<saml2:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'>{data}</saml2:SubjectConfirmation>"
        );
        replaced("</saml2:Subject>", &format!("{confirmation}</saml2:Subject>"))
    };
    assert_eq!(confirmed("2026-03-14T21:07:00Z"), expected);
    assert_eq!(confirmed("2026-03-14T22:07:00Z"), []);
}

#[test]
fn a4_an_assertion_is_not_taken_over() {
    let (town, trust) = (town(), trust());
    let message = envelope(&valid());
    let other = town.authority.certify(&params(&organisation_names(STRUCTURE, "other.test")), rsa());
    for _ in 0..2 {
        assert!(check(&message, &trust, Some(&town.client)).is_ok(), "reuse by the same client");
    }
    for client in [Some(&other), None] {
        let findings = check(&message, &trust, client).expect_err("another client");
        assert_eq!(findings[0].rule, Rule::AssertionIsNotTakenOver);
    }
    let mut full = super::workshop::town().authority.trust();
    full.seen = Arc::new(Seen::new(0));
    assert_eq!(check(&message, &full, None).expect_err("full")[0].rule, Rule::AssertionIsNotTakenOver);
}

#[test]
fn a4_a_refused_attempt_takes_nothing_from_the_owner() {
    let (town, trust) = (town(), trust());
    let message = envelope(&valid());
    let stranger = town.authority.certify(&params(&organisation_names("1888888888", "x.test")), rsa());
    let findings = check(&message, &trust, Some(&stranger)).expect_err("another structure");
    assert_eq!(findings[0].rule, Rule::ProofsAgree);
    assert!(check(&message, &trust, Some(&town.client)).is_ok());
}

#[test]
fn a6_roles_are_known_and_doctors_have_a_specialty() {
    let mut unknown = claims(Mode::Air);
    unknown.profession = Code::new("999", system::PROFESSION);
    assert_eq!(judged(&unknown), [Rule::RoleIsKnown]);
    let mut plain = claims(Mode::Air);
    plain.qualifiers.clear();
    assert_eq!(judged(&plain), [Rule::RoleIsKnown]);
    plain.qualifiers = vec![Code::new("SM59", "1.2.3")];
    assert_eq!(judged(&plain), [Rule::RoleIsKnown]);
    plain.qualifiers.push(Code::new("SM59", system::SPECIALTY));
    assert_eq!(judged(&plain), [], "further roles do no harm");
    plain.profession = Code::new("60", system::PROFESSION);
    plain.qualifiers.clear();
    assert_eq!(judged(&plain), [], "a nurse has no second role");
}

#[test]
fn a7_in_direct_mode_everything_names_one_person() {
    let mut other = claims(Mode::Direct);
    other.name_id = PersonId(String::from("899999000025"));
    assert_eq!(judged(&other), [Rule::ProofsAgree]);
    let direct = envelope(&issue(&claims(Mode::Direct), &frame(), &town().card.signer()).expect("issued"));
    let findings = check(&direct, &trust(), Some(&town().client)).expect_err("a hospital's client");
    assert_eq!(findings[0].rule, Rule::ProofsAgree);
    let by_hospital = issue(&claims(Mode::Direct), &frame(), &town().sign.signer()).expect("issued");
    assert_eq!(refused(&envelope(&by_hospital)), [Rule::ProofsAgree]);
}

#[test]
fn a7_a_structures_certificate_is_nobodys_card() {
    let mut employee = claims(Mode::Direct);
    employee.name_id = PersonId(String::from("vihf-sign.ch-exemple.test"));
    let message = envelope(&issue(&employee, &frame(), &town().sign.signer()).expect("issued"));
    assert_eq!(refused(&message), [Rule::ProofsAgree], "NameID is the CN of ORG_SIGN");
    let names =
        [(DnType::CommonName, "KERVEL 899999000017"), (DnType::CustomDnType(vec![2, 5, 4, 4]), "KERVEL")];
    let card = town().authority.certify(&params(&names), KeyPair::generate().expect("a key"));
    let by = |name_id: &str| {
        let mut claims = claims(Mode::Direct);
        claims.name_id = PersonId(String::from(name_id));
        refused(&envelope(&issue(&claims, &frame(), &card.signer()).expect("issued")))
    };
    assert_eq!(by(PERSON), []);
    assert_eq!(by("KERVEL"), [Rule::ProofsAgree], "a surname is no identifier");
}

#[test]
fn a7_letters_in_identifiers_agree() {
    let names = [(DnType::CommonName, "02A1234567"), (DnType::OrganizationalUnitName, "12A0000014")];
    let card = town().authority.certify(&params(&names), KeyPair::generate().expect("a key"));
    let mut direct = claims(Mode::Direct);
    direct.name_id = PersonId(String::from("02A1234567"));
    direct.structure = StructureId(String::from("12a0000014"));
    let message = envelope(&issue(&direct, &frame(), &card.signer()).expect("issued"));
    assert_eq!(check(&message, &trust(), Some(&card)).expect("accepted").channel, Channel::Direct);
}

#[test]
fn a7_in_direct_mode_the_structure_is_that_of_the_card_that_names_one() {
    let subject = [(DnType::CommonName, PERSON), (DnType::OrganizationalUnitName, STRUCTURE)];
    let card = town().authority.certify(&params(&subject), KeyPair::generate().expect("a key"));
    let stated = |structure: &str| {
        let mut claims = claims(Mode::Direct);
        claims.structure = StructureId(String::from(structure));
        envelope(&issue(&claims, &frame(), &card.signer()).expect("issued"))
    };
    assert!(check(&stated(STRUCTURE), &trust(), None).is_ok());
    assert_eq!(refused(&stated("1777777777")), [Rule::ProofsAgree]);
    let mut trust = trust();
    trust.directory = Some(attached(STRUCTURE, "1777777777"));
    assert!(check(&stated("1777777777"), &trust, None).is_ok(), "a site of the card's legal entity");
}

#[test]
fn a7_in_indirect_modes_everything_names_one_structure() {
    for mode in [Mode::Indirect, Mode::Air] {
        let by_card = issue(&claims(mode), &frame(), &town().card.signer()).expect("issued");
        assert_eq!(refused(&envelope(&by_card)), [Rule::ProofsAgree; 2], "a person, and no structure");
        let mut site = claims(mode);
        site.structure = StructureId(String::from("1777777777"));
        assert_eq!(judged(&site), [Rule::ProofsAgree]);
        let message = envelope(&issue(&site, &frame(), &town().sign.signer()).expect("issued"));
        let mut trust = trust();
        trust.directory = Some(attached(STRUCTURE, "1777777777"));
        assert!(check(&message, &trust, Some(&town().client)).is_ok(), "a site of the legal entity");
    }
}

#[test]
fn a7_in_indirect_modes_the_client_is_no_person() {
    let names = [(DnType::CommonName, PERSON), (DnType::OrganizationalUnitName, STRUCTURE)];
    let card = town().authority.certify(&params(&names), KeyPair::generate().expect("a key"));
    let findings =
        check(&envelope(&valid()), &trust(), Some(&card)).expect_err("a card of the same structure");
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::ProofsAgree]);
}

#[test]
fn a7_a_mode_that_no_rule_knows_is_refused_even_if_configured() {
    let mut trust = trust();
    trust.modes.push(String::from("DELEGUEE"));
    let message = resigned(|text| text.replace("INDIRECTE_RENFORCEE", "DELEGUEE"));
    let findings = check(&message, &trust, None).expect_err("no rule for proofs to agree");
    assert_eq!(findings[0].rule, Rule::ProofsAgree);
}

#[test]
fn moments_before_1970_do_no_harm() {
    let document = read(&envelope(&valid()));
    let verdict = crate::vihf::verify(&document, &trust(), mappings(), Moment(-1), None);
    assert_eq!(verdict.expect_err("long before the certificate")[0].rule, Rule::AssertionIsSignedByItsIssuer);
}
