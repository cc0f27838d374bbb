//! The public articles' two examples through both doors: a dietitian and a vaccination history, a podiatrist and a
//! childbirth report; for reading and for depositing in one's own name.

use server::demo::calls::SoapCaller;
use server::demo::samples;
use server::demo::script::{fhir_list, url_of};

use crate::world::World;

async fn fed() -> World {
    let world = World::new().await;
    let reply = world.deposit("hospital", samples::ITI65_TWO).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    world
}

const EXAMPLES: [(&str, &str); 2] =
    [("dietitian", samples::VACCINATION_ID), ("podiatrist", samples::CHILDBIRTH_ID)];

#[tokio::test]
async fn neither_list_shows_the_forbidden_type_and_both_show_the_other() {
    let mut world = fed().await;
    let patient = world.patient("ondine");
    for (who, hidden) in EXAMPLES {
        let list = fhir_list(&world.stage, &world.token(who), &patient).await.unwrap();
        assert_eq!(list.status.as_u16(), 200);
        assert_eq!(url_of(&list, hidden), None, "{who} through FHIR");
        let visible = list.json()["entry"].as_array().map_or(0, Vec::len) as u64;
        assert_eq!(list.json()["total"].as_u64(), Some(visible), "the total counts what is shown");
        let caller = SoapCaller::new(who, &patient);
        let found = world.stage.soap("registry", samples::ITI18_FIND, &[], &caller).await.unwrap();
        assert!(found.text().contains("ResponseStatusType:Success"), "{}", found.text());
        assert!(!found.text().contains(hidden), "{who} through XDS");
    }
    let gp = fhir_list(&world.stage, &world.token("gp"), &patient).await.unwrap();
    for (_, id) in EXAMPLES {
        assert!(url_of(&gp, id).is_some(), "a GP sees {id}");
    }
}

#[tokio::test]
async fn a_direct_read_of_a_forbidden_type_is_byte_for_byte_the_answer_of_an_absent_document() {
    let mut world = fed().await;
    let patient = world.patient("ondine");
    let all = fhir_list(&world.stage, &world.token("gp"), &patient).await.unwrap();
    for (who, hidden) in EXAMPLES {
        let token = world.token(who);
        let url = url_of(&all, hidden).unwrap();
        let id = url.rsplit('/').next().unwrap().to_owned();
        for resource in ["Binary", "DocumentReference"] {
            let direct =
                world.stage.fhir_get(&format!("{resource}/{id}"), Some(&token), "*/*").await.unwrap();
            let absent = format!("{resource}/00000000-0000-4000-8000-000000000000");
            let absent = world.stage.fhir_get(&absent, Some(&token), "*/*").await.unwrap();
            assert_eq!((direct.status.as_u16(), &direct.body), (404, &absent.body), "{who} {resource}");
        }
        let caller = SoapCaller::new(who, &patient);
        let ask = |id: &str| {
            samples::ITI43_TWO.replace(samples::LAB_ID, id).replace(samples::HOSPITAL_ID, "2.999.404")
        };
        let hidden_reply = world.stage.soap("repository", &ask(hidden), &[], &caller).await.unwrap().text();
        let absent_reply =
            world.stage.soap("repository", &ask("2.999.405"), &[], &caller).await.unwrap().text();
        assert_eq!(
            errors(&hidden_reply).replace(hidden, "ID"),
            errors(&absent_reply).replace("2.999.405", "ID")
        );
        assert!(hidden_reply.contains("XDSDocumentUniqueIdError"), "{hidden_reply}");
    }
}

#[tokio::test]
async fn depositing_the_type_in_ones_own_name_is_refused_by_the_rules_name_and_leaves_nothing() {
    let mut world = fed().await;
    let patient = world.patient("ondine");
    let rows = world.rows().await;
    let own = [
        ("dietitian", samples::ITI65_DIETITIAN, samples::ITI41_DIETITIAN, samples::dietitian_parts()),
        ("podiatrist", samples::ITI65_PODIATRIST, samples::ITI41_PODIATRIST, samples::podiatrist_parts()),
    ];
    for (who, bundle, envelope, parts) in own {
        let reply = world.deposit(who, bundle).await;
        assert_eq!(reply.status.as_u16(), 403, "{}", reply.text());
        assert!(reply.text().contains("type_is_open_to_depositor"));
        let reply =
            world.stage.soap("repository", envelope, &parts, &SoapCaller::new(who, &patient)).await.unwrap();
        assert_eq!(reply.status.as_u16(), 200);
        assert!(reply.text().contains("[type_is_open_to_depositor]"), "{}", reply.text());
        assert_eq!(world.rows().await, rows);
    }
}

/// The error list of an answer.
fn errors(text: &str) -> String {
    let list = text.split_once("RegistryErrorList").map(|(_, rest)| rest).unwrap_or_default();
    list.rsplit_once("RegistryErrorList").map(|(list, _)| list.to_owned()).unwrap_or_default()
}
