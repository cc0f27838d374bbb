use journey::{Ground, OwnAct};
use model::{Finding, Rule};

use super::request::read;
use super::response;
use crate::registry::RegistryError;
use crate::sample::envelope;
use crate::{Envelope, Transaction};

fn opened(inside: &str) -> Envelope {
    let text = format!(
        "<setAuthorization xmlns=\"urn:si-dmp-habilitations\" xmlns:p=\"urn:passerelle:dmp\">{inside}</setAuthorization>"
    );
    envelope(Transaction::Td03, &text)
}

fn acted(inside: &str) -> Result<OwnAct, Vec<Finding>> {
    read(opened(inside).payload())
}

#[test]
fn an_act_is_read_with_its_role_and_ground() {
    let add = "<action>AJOUT</action>";
    let remove = "<action>SUPPRESSION</action>";
    let role = "<role>MEDECIN_TRAITANT</role>";
    for (inside, act) in [
        (add.to_owned(), OwnAct::Attest(Ground::ConsentCollected)),
        (
            format!("{add}<p:fondement>CONSENTEMENT_RECUEILLI</p:fondement>"),
            OwnAct::Attest(Ground::ConsentCollected),
        ),
        (
            format!("{add}<p:fondement> EQUIPE_DE_SOINS_INFORMEE </p:fondement>"),
            OwnAct::Attest(Ground::CareTeamInformed),
        ),
        (remove.to_owned(), OwnAct::Withdraw),
        (format!("{add}{role}"), OwnAct::DeclareTreating),
        (format!("{remove}{role}"), OwnAct::CeaseTreating),
    ] {
        assert_eq!(acted(&inside), Ok(act), "{inside}");
    }
}

#[test]
fn what_is_not_understood_is_refused_and_never_passed_over() {
    let add = "<action>AJOUT</action>";
    for inside in [
        String::new(),
        "<action/>".to_owned(),
        "<action>ajout</action>".to_owned(),
        "<action xmlns=\"\">AJOUT</action>".to_owned(),
        format!("{add}{add}"),
        format!("{add}<role>INFIRMIER</role>"),
        format!("{add}<p:fondement>GRANTED</p:fondement>"),
        format!("{add}<p:date>20261128</p:date>"),
        "<action>SUPPRESSION</action><p:fondement>CONSENTEMENT_RECUEILLI</p:fondement>".to_owned(),
    ] {
        let findings = acted(&inside).expect_err("a refusal");
        assert!(findings.iter().all(|finding| finding.rule == Rule::ActIsComplete), "{inside}: {findings:?}");
    }
}

#[test]
fn a_refusal_has_the_code_of_its_first_error_and_every_text() {
    let errors = [
        RegistryError::new("DMPClosed", "[a] Un"),
        RegistryError { location: "/x/y".to_owned(), ..RegistryError::new("DMPInvalidRequest", "[b] Deux") },
    ];
    let answer = response::refuse(&opened("<action>AJOUT</action>"), "urn:uuid:m", &errors);
    let text = String::from_utf8(answer.body).expect("text");
    assert_eq!(answer.status, 200);
    assert!(text.contains("<hab:status>DMPClosed</hab:status>"), "{text}");
    assert!(text.contains("<hab:context>[a] Un · [b] Deux (/x/y)</hab:context>"), "{text}");
    assert!(text.contains("HabilitationsEndPoint:setAuthorizationResponse</wsa:Action>"), "{text}");
}

#[test]
fn the_actions_of_the_published_wsdl_and_example_code_are_taken_too() {
    assert_eq!(Transaction::of("urn:hl7-org:v3:PRPA_IN201308UV02"), Some(Transaction::Td02));
    assert_eq!(Transaction::of("urn:hl7-org:v3:setAuthorization"), Some(Transaction::Td03));
    assert_eq!(Transaction::of("urn:hl7-org:v3:listAuthorizationByPatient"), None);
}
