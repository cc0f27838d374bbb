//! The DMP's services over the real engine: the existence test tells the caller's own state and nothing of absence, an
//! attested authorisation opens the record, every act and every refusal leaves one event.

use ihe::Transaction;
use model::{Actor, Caller, Channel, EmergencyMode, Party, PersonId, Purpose, StructureId};
use passerelle_tests::hall::{Answer, Hall, break_glass};
use policy::{Choice, Setting};
use server::demo::calls::SoapCaller;
use server::demo::samples;

use crate::world::World;

/// The query of `td02-existence.xml`, for a patient.
fn query(hall: &Hall, patient: &str, reason: &str) -> String {
    let sample = include_str!("../../samples/soap/td02-existence.xml");
    let start = sample.find("<PRPA_IN201307UV02").unwrap();
    let end = sample.find("</soap12:Body>").unwrap();
    let text = sample.get(start..end).unwrap().trim().replace("{{repository}}", "2.999.1");
    let text = text.replace("TEST_EXST", reason);
    text.replace(hall.patient("ondine").number(), hall.patient(patient).number())
}

/// The caller with an assertion about this patient.
fn about(hall: &Hall, caller: Caller, patient: &str) -> Caller {
    Caller { patient: Some(hall.patient(patient)), ..caller }
}

async fn existence(hall: &Hall, caller: &Caller, patient: &str) -> Answer {
    asked(hall, caller, patient, "TEST_EXST").await
}

async fn asked(hall: &Hall, caller: &Caller, patient: &str, reason: &str) -> Answer {
    let caller = about(hall, caller.clone(), patient);
    let payload = query(hall, patient, reason);
    hall.xds(&caller, Transaction::Td02.action(), &payload, &[]).await.unwrap()
}

async fn act(hall: &Hall, caller: &Caller, patient: &str, inside: &str) -> Answer {
    let payload = format!("<setAuthorization xmlns=\"urn:si-dmp-habilitations\">{inside}</setAuthorization>");
    let caller = about(hall, caller.clone(), patient);
    hall.xds(&caller, Transaction::Td03.action(), &payload, &[]).await.unwrap()
}

const ADD: &str = "<action>AJOUT</action>";
const REMOVE: &str = "<action>SUPPRESSION</action>";

fn state(answer: &Answer) -> String {
    let text = answer.text();
    let mut after = text.split("code=\"AUTORISATION\"").nth(1).unwrap_or_default().split("code=\"");
    after.nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

fn status(answer: &Answer) -> String {
    let text = answer.text();
    text.split("<hab:status>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned()
}

/// The rules of an acknowledgement or a status context.
fn rules(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    let names = text.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    names.filter(|name| model::Rule::named(name).is_some()).map(str::to_owned).collect()
}

async fn events(hall: &Hall) -> u64 {
    hall.desk.store.counts().await.unwrap().events
}

#[tokio::test]
async fn an_authorisation_attested_by_soap_opens_the_record_and_withdrawn_closes_it() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let gp = hall.professional("gp");
    assert_eq!(state(&existence(&hall, &gp, "ondine").await), "INEXISTANTE");
    let before = events(&hall).await;
    let attested = act(&hall, &gp, "ondine", ADD).await;
    assert_eq!(status(&attested), "DMPOk", "{}", attested.text());
    assert_eq!(events(&hall).await, before + 1);
    assert_eq!(state(&existence(&hall, &gp, "ondine").await), "VALIDE");
    assert_eq!(status(&act(&hall, &gp, "ondine", ADD).await), "DMPOk", "again is renewing");
    assert_eq!(status(&act(&hall, &gp, "ondine", REMOVE).await), "DMPOk");
    assert_eq!(state(&existence(&hall, &gp, "ondine").await), "INEXISTANTE");
}

#[tokio::test]
async fn an_authorisation_runs_out_after_a_year_and_is_said_to_have() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let gp = hall.professional("gp");
    act(&hall, &gp, "ondine", ADD).await;
    let now = journey::Clock::now(&hall.desk.clock);
    hall.desk.clock.set(now.plus_seconds(policy::Grant::USUAL_SECONDS - 1));
    assert_eq!(state(&existence(&hall, &gp, "ondine").await), "VALIDE");
    hall.desk.clock.set(now.plus_seconds(policy::Grant::USUAL_SECONDS));
    assert_eq!(state(&existence(&hall, &gp, "ondine").await), "EXPIREE");
}

#[tokio::test]
async fn the_ground_that_is_stated_is_the_one_that_stands() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let informed =
        format!("{ADD}<fondement xmlns=\"urn:passerelle:dmp\">EQUIPE_DE_SOINS_INFORMEE</fondement>");
    act(&hall, &hall.professional("gp"), "ondine", &informed).await;
    act(&hall, &hall.professional("nurse"), "ondine", ADD).await;
    let rights = journey::read_rights(&hall.desk, &hall.holder("ondine"), "kit", &hall.patient("ondine"))
        .await
        .unwrap();
    let mut grounds: Vec<_> = rights
        .in_force
        .iter()
        .filter_map(|one| match &one.setting {
            Setting::Authorised(_, grant) => Some(grant.ground.name()),
            _ => None,
        })
        .collect();
    grounds.sort_unstable();
    assert_eq!(grounds, ["care-team-informed", "consent-collected"]);
}

#[tokio::test]
async fn blocking_is_told_as_forbidden_and_refuses_a_new_authorisation() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let gp = hall.professional("gp");
    act(&hall, &gp, "ondine", ADD).await;
    let blocked = Setting::Blocked(Party::Person(gp.person().unwrap().clone()));
    hall.set("ondine", blocked).await.unwrap();
    assert_eq!(state(&existence(&hall, &gp, "ondine").await), "INTERDITE", "whatever was attested");
    let before = events(&hall).await;
    let refused = act(&hall, &gp, "ondine", ADD).await;
    assert_eq!(status(&refused), "DMPAccessDeniedByRightsService", "{}", refused.text());
    assert_eq!(rules(&refused), ["caller_is_not_blocked"]);
    assert_eq!(events(&hall).await, before + 1, "one event a refusal");
    assert_eq!(status(&act(&hall, &gp, "ondine", REMOVE).await), "DMPOk", "giving up stays possible");
}

#[tokio::test]
async fn never_known_notified_opposed_and_erased_are_one_answer_byte_for_byte() {
    let hall = Hall::open(&["ondine", "sidonie", "leon"]).await.unwrap();
    hall.choose("sidonie", Choice::OpposeRecord).await.unwrap();
    hall.choose("leon", Choice::EraseRecord).await.unwrap();
    let fed = hall.cast.patients().find(|(_, identity)| identity.ins == hall.patient("basile")).unwrap();
    hall.operate(policy::Operation::Import(fed.1.clone())).await.unwrap();
    let gp = hall.professional("gp");
    let mut told = Vec::new();
    for patient in ["sidonie", "basile", "leon", "inconnue"] {
        hall.desk.ids.restart(5_000);
        let asked = existence(&hall, &gp, patient).await;
        hall.desk.ids.restart(6_000);
        let acted = act(&hall, &gp, patient, ADD).await;
        assert!(asked.text().contains("<queryResponseCode code=\"NF\"/>"), "{}", asked.text());
        assert_eq!(
            (status(&acted), rules(&acted)),
            ("DMPNotFound".to_owned(), vec!["record_exists".to_owned()])
        );
        told.push((asked.body, acted.body));
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn a_closed_record_is_told_as_closed_and_takes_no_authorisation() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    hall.choose("ondine", Choice::CloseRecord).await.unwrap();
    let gp = hall.professional("gp");
    let asked = existence(&hall, &gp, "ondine").await.text();
    assert!(asked.contains("<statusCode code=\"terminated\"/>") && asked.contains("DMPClosed"), "{asked}");
    let refused = act(&hall, &gp, "ondine", ADD).await;
    assert_eq!(
        (status(&refused), rules(&refused)),
        ("DMPClosed".to_owned(), vec!["record_is_open".to_owned()])
    );
}

#[tokio::test]
async fn the_emergency_oppositions_are_told_with_administrative_data_only() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    hall.set("ondine", Setting::Opposed(EmergencyMode::BreakGlass)).await.unwrap();
    let gp = hall.professional("gp");
    assert!(!existence(&hall, &gp, "ondine").await.text().contains("OPPOSITION"));
    let told = asked(&hall, &gp, "ondine", "CNSLT_DATA").await.text();
    let opposed = |name: &str| {
        let after = told.split(name).nth(1).unwrap_or_default();
        after.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    assert_eq!(opposed("OPPOSITION_BRIS_DE_GLACE"), "true", "{told}");
    assert_eq!(opposed("OPPOSITION_ACCES_URGENCE"), "false", "{told}");
    let hospital = Caller {
        purpose: Purpose::BreakGlass { reason: "inconsciente".to_owned() },
        ..hall.structure("hospital")
    };
    let refused = asked(&hall, &hospital, "ondine", "CNSLT_DATA").await;
    assert_eq!(rules(&refused), ["mode_fits_channel"], "the sheet has no such line");
    assert!(!refused.text().contains("OPPOSITION"), "{}", refused.text());
}

#[tokio::test]
async fn an_employee_attests_for_the_structure_and_an_establishment_or_an_emergency_for_nobody() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let gp = hall.professional("gp");
    let employee = Caller {
        actor: Actor::OfStructure { user: "secrétaire".to_owned(), role: None },
        channel: Channel::EmployeeCard,
        ..gp.clone()
    };
    let attested = act(&hall, &employee, "ondine", ADD).await;
    assert_eq!(status(&attested), "DMPOk", "{}", attested.text());
    assert_eq!(state(&existence(&hall, &gp, "ondine").await), "VALIDE", "through the structure");
    for caller in [
        hall.structure("hospital"),
        break_glass(gp.clone()),
        hall.professional("occupational-doctor"),
        Caller { structure: Some(StructureId("1999999999".to_owned())), ..hall.structure("laboratory") },
    ] {
        let refused = act(&hall, &caller, "ondine", ADD).await;
        assert_eq!(status(&refused), "DMPAccessDeniedByRightsService", "{caller:?}");
        assert_eq!(rules(&refused), ["act_is_open_to_caller"], "{caller:?}");
    }
    let refused = act(&hall, &employee, "ondine", REMOVE).await;
    assert_eq!(rules(&refused), ["act_is_open_to_caller"], "an employee withdraws nothing");
}

#[tokio::test]
async fn nobody_declares_themselves_medecin_traitant_and_who_is_one_may_cease_to_be() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let gp = hall.professional("gp");
    let role = "<role>MEDECIN_TRAITANT</role>";
    let refused = act(&hall, &gp, "ondine", &format!("{ADD}{role}")).await;
    assert_eq!(rules(&refused), ["act_is_open_to_caller"], "{}", refused.text());
    let PersonId(id) = gp.person().unwrap().clone();
    hall.set("ondine", Setting::Treating(PersonId(id))).await.unwrap();
    let treating = |answer: &Answer| {
        let text = answer.text();
        text.split("STATUT_MT").nth(1).unwrap_or_default().contains("value=\"true\"")
    };
    assert!(treating(&existence(&hall, &gp, "ondine").await));
    assert_eq!(status(&act(&hall, &gp, "ondine", &format!("{REMOVE}{role}")).await), "DMPOk");
    assert!(!treating(&existence(&hall, &gp, "ondine").await));
}

#[tokio::test]
async fn an_assertion_about_another_patient_and_one_about_nobody_are_refused() {
    let hall = Hall::open(&["ondine", "basile"]).await.unwrap();
    let gp = hall.professional("gp");
    let elsewhere = about(&hall, gp.clone(), "basile");
    let payload = query(&hall, "ondine", "TEST_EXST");
    let answer = hall.xds(&elsewhere, Transaction::Td02.action(), &payload, &[]).await.unwrap();
    assert_eq!(rules(&answer), ["token_patient_is_query_patient"]);
    let before = events(&hall).await;
    let historic = payload.replace("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.2");
    let other = hall.xds(&elsewhere, Transaction::Td02.action(), &historic, &[]).await.unwrap();
    assert_eq!(
        rules(&other),
        ["token_patient_is_query_patient"],
        "an identifier of another kind names nobody"
    );
    assert_eq!(events(&hall).await, before + 1, "one event a refusal");
    assert!(!answer.text().contains(hall.patient("ondine").number()), "{}", answer.text());
    let payload = format!("<setAuthorization xmlns=\"urn:si-dmp-habilitations\">{ADD}</setAuthorization>");
    let before = events(&hall).await;
    let answer = hall.xds(&gp, Transaction::Td03.action(), &payload, &[]).await.unwrap();
    assert_eq!(
        (status(&answer), rules(&answer)),
        ("DMPInvalidRequest".to_owned(), vec!["act_is_complete".to_owned()])
    );
    assert_eq!(events(&hall).await, before, "not a request: no event");
}

#[tokio::test]
async fn a_reader_that_speaks_xds_only_goes_from_the_first_question_to_the_document_over_the_socket() {
    let mut world = World::bare().await;
    let patient = world.patient("ondine");
    let laboratory = SoapCaller::new("laboratory", &patient);
    world.stage.soap("repository", samples::ITI41_LAB, &samples::lab_parts(), &laboratory).await.unwrap();
    let gp = SoapCaller::new("gp", &patient);
    for (endpoint, sample, expected) in [
        ("dmp", samples::TD02, "code=\"INEXISTANTE\""),
        ("registry", samples::ITI18_FIND, "[authorisation_is_valid]"),
        ("dmp", samples::TD03_ATTEST, "<hab:status>DMPOk<"),
        ("dmp", samples::TD02, "code=\"VALIDE\""),
        ("registry", samples::ITI18_FIND, samples::LAB_ID),
        ("repository", include_str!("../../samples/soap/iti43-lab-report.xml"), "ResponseStatusType:Success"),
    ] {
        let reply = world.stage.soap(endpoint, sample, &[], &gp).await.unwrap();
        assert!(reply.status.is_success() && reply.text().contains(expected), "{expected}: {}", reply.text());
    }
    let stranger = world.stage.dressed(samples::TD02, "");
    let fault = world.stage.soap_raw("dmp", &stranger, &[], None).await.unwrap();
    assert!(fault.status.as_u16() == 400 && fault.text().contains(":Fault>"), "{}", fault.text());
}
