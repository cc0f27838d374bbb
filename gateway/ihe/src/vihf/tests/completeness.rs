//! What rule A5 misses, refuses and lets pass.

use model::{Purpose, Rule};

use super::signing::*;
use super::workshop::*;
use crate::vihf::Mode;
use crate::vihf::issue::issue;

#[test]
fn a5_every_mandatory_attribute_is_missed_and_all_at_once() {
    let names = [
        "VIHF_Version",
        "Authentification_Mode",
        "Identifiant_Structure",
        "Secteur_Activite",
        "Ressource_URN",
        "LPS_Nom",
        "LPS_Version",
        "LPS_ID_HOMOLOGATION_DMP",
        ":subject:subject-id",
        ":subject:role",
        ":resource:resource-id",
        ":subject:purposeofuse",
    ];
    for name in names {
        assert_eq!(replaced(&format!("{name}\""), "Other\""), [Rule::AssertionIsComplete], "{name}");
    }
    let all = names.iter().fold(unsigned(), |text, name| text.replace(&format!("{name}\""), "Other\""));
    let findings = refused(&resigned(|_| all.clone()));
    assert_eq!(findings, vec![Rule::AssertionIsComplete; names.len()]);
}

#[test]
fn a5_values_are_those_this_gateway_knows() {
    for (from, to) in [
        (">3.0<", ">2.0<"),
        (">INDIRECTE_RENFORCEE<", ">DELEGUEE<"),
        (">INDIRECTE_RENFORCEE<", ">indirecte<"),
        (">urn:dmp<", ">urn:other<"),
        ("bris_de_glace", "bris_de_verre"),
        ("1.2.250.1.213.1.1.4.248", "1.2.250.1.213.1.1.4.249"),
        ("255081416802538", "255081416802539"),
        (">SA01^1.2.250.1.71.4.2.4<", ">SA01<"),
        (">1999999999<", "> <"),
        ("Version=\"2.0\"", "Version=\"1.1\""),
        ("AuthnInstant=\"2026-03-14T20", "AuthnInstant=\"2026-03-14T22"),
        ("AuthnStatement", "OtherStatement"),
        ("AuthnContextClassRef", "AuthnContextDecl"),
        ("<saml2:NameID>899999000017</saml2:NameID>", "<saml2:NameID/>"),
        ("<saml2:NameID>", "<saml2:NameID>1</saml2:NameID><saml2:NameID>"),
        ("codeSystem=\"1.2.250.1.71.1.2.7\"", ""),
        (">Passerelle Exemple<", &format!(">{}<", "x".repeat(1025))),
    ] {
        assert_eq!(replaced(from, to), [Rule::AssertionIsComplete], "{from} -> {to}");
    }
}

#[test]
fn a5_what_is_usual_in_the_field_is_accepted() {
    for (from, to) in [
        (">3.0<", ">4.0<"),
        ("Authentification_Mode", "Authentification_mode"),
        ("1.2.250.1.213.1.1.4.248", "1.2.250.1.213.1.1.4.336"),
        ("^NH<", "^NH^^20100907<"),
        (">SA01^1.2.250.1.71.4.2.4<", ">SA01^Etablissement^1.2.250.1.71.4.2.4<"),
        ("<saml2:AttributeStatement>", "<saml2:AttributeStatement><saml2:Attribute Name='x'/>"),
        ("Name=\"LPS_ID\"", "Name=\"Autre\""),
        ("Name=\"LPS_Nom\"", "Name=\" LPS_Nom \""),
        (">INDIRECTE_RENFORCEE<", ">\n  INDIRECTE_RENFORCEE\t<"),
        ("AuthnInstant=\"2026", "AuthnInstant=\" 2026"),
        ("code=\"10\"", "code=\" 10 \" nullFlavor=\"x\""),
        ("<saml2:AuthnStatement", "<saml2:AuthzDecisionStatement/><saml2:AuthnStatement"),
        ("</saml2:AuthnStatement>", AGAIN),
    ] {
        assert_eq!(replaced(from, to), [], "{from} -> {to}");
    }
}

/// A second context of authentication.
const AGAIN: &str = "</saml2:AuthnStatement><saml2:AuthnStatement AuthnInstant='2026-03-14T20:58:10Z'><saml2:AuthnContext>\
                     <saml2:AuthnContextClassRef>urn:x</saml2:AuthnContextClassRef></saml2:AuthnContext>\
                     </saml2:AuthnStatement>";

#[test]
fn a5_coded_values_are_read_in_every_usual_form() {
    let whole = "<saml2:AttributeValue><Role xmlns=\"urn:hl7-org:v3\" xsi:type=\"CE\"";
    for (form, open, close) in [
        (
            "another prefix",
            "<saml2:AttributeValue><h:Role xmlns:h=\"urn:hl7-org:v3\" xsi:type=\"h:CE\"",
            "/></saml2:AttributeValue>",
        ),
        (
            "named by its type",
            "<saml2:AttributeValue><CE xmlns=\"urn:hl7-org:v3\"",
            "/></saml2:AttributeValue>",
        ),
        (
            "spaced out",
            "<saml2:AttributeValue>\n  <Role xmlns=\"urn:hl7-org:v3\"",
            "></Role>\n </saml2:AttributeValue>",
        ),
        ("the value itself", "<saml2:AttributeValue xsi:type=\"h:CE\" xmlns:h=\"urn:hl7-org:v3\"", "/>"),
    ] {
        let changed = resigned(|text| {
            let start = text.find(whole).expect("a role");
            let end = start + text[start..].find("</saml2:Attribute>").expect("an end");
            let roles = text[start..end].replace("/></saml2:AttributeValue>", close).replace(whole, open);
            format!("{}{roles}{}", &text[..start], &text[end..])
        });
        assert_eq!(refused(&changed), [], "{form}");
    }
}

#[test]
fn a5_further_roles_and_purposes_do_no_harm_but_two_modes_do() {
    let purpose = |code: &str, system: &str| {
        format!(
            "<saml2:AttributeValue><PurposeOfUse xmlns=\"urn:hl7-org:v3\" code=\"{code}\" codeSystem=\"{system}\"/>\
             </saml2:AttributeValue><saml2:AttributeValue><PurposeOfUse "
        )
    };
    let first = "<saml2:AttributeValue><PurposeOfUse ";
    assert_eq!(replaced(first, &purpose("TREAT", "2.16.840.1.113883.1.11.20448")), []);
    assert_eq!(
        replaced(first, &purpose("bris_de_glace", "1.2.250.1.213.1.1.4.336")),
        [],
        "the same mode twice"
    );
    assert_eq!(replaced(first, &purpose("normal", "1.2.250.1.213.1.1.4.248")), [Rule::AssertionIsComplete]);
    let (role, profession) =
        ("<saml2:AttributeValue><Role ", "code=\"10\" codeSystem=\"1.2.250.1.71.1.2.7\"");
    let more = format!("{role}xmlns=\"urn:hl7-org:v3\" {profession}/></saml2:AttributeValue>{role}");
    assert_eq!(replaced(role, &more), [], "a role repeated");
}

#[test]
fn a5_an_attribute_given_twice_is_refused() {
    let again = "<saml2:Attribute Name=\"Authentification_mode\"><saml2:AttributeValue>INDIRECTE</saml2:AttributeValue>\
                 </saml2:Attribute></saml2:AttributeStatement>";
    assert_eq!(replaced("</saml2:AttributeStatement>", again), [Rule::AssertionIsComplete]);
    let again = again.replace("Authentification_mode", "Identifiant_Structure");
    assert_eq!(replaced("</saml2:AttributeStatement>", &again), [Rule::AssertionIsComplete]);
}

#[test]
fn a5_a_blank_reason_is_left_to_the_rule_that_asks_for_it() {
    let mut claims = claims(Mode::Air);
    claims.purpose = Purpose::BreakGlass { reason: String::new() };
    let message = envelope(&issue(&claims, &frame(), &town().sign.signer()).expect("issued"));
    let accepted = check(&message, &town().authority.trust(), None).expect("accepted");
    assert_eq!(accepted.claims.purpose, Purpose::BreakGlass { reason: String::new() });
}

#[test]
fn a5_a_secret_connection_is_stated_by_its_one_flag() {
    let mut secret = claims(Mode::Air);
    secret.secret_connection = true;
    let message = issue(&secret, &frame(), &town().sign.signer()).expect("issued");
    assert!(
        check(&envelope(&message), &town().authority.trust(), None)
            .expect("accepted")
            .claims
            .secret_connection
    );
    let flag = "<saml2:Attribute Name=\"urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code\">\
                <saml2:AttributeValue>INVISIBLE_REP</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>";
    assert_eq!(replaced("</saml2:AttributeStatement>", flag), [Rule::AssertionIsComplete]);
}
