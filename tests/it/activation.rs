//! The activation of an account through its door, over the socket.

use serde_json::json;
use server::demo::calls::Reply;

use crate::scenarios::rules;
use crate::world::World;

async fn call(world: &mut World, operation: &str, patient: &str, card: &str, code: &str) -> Reply {
    let ins = world.patient(patient);
    let mut parameters = vec![json!({"name": "identifier",
        "valueIdentifier": {"system": ins.authority().urn(), "value": ins.number()}})];
    if operation == "$activate" {
        parameters.push(json!({"name": "card", "valueString": card}));
        parameters.push(json!({"name": "code", "valueString": code}));
    }
    let body = json!({"resourceType": "Parameters", "parameter": parameters});
    world.stage.fhir_operate(&format!("Patient/{operation}"), body.to_string()).await.unwrap()
}

#[tokio::test]
async fn asking_for_a_code_says_the_same_about_everybody() {
    let mut world = World::new().await;
    let answers = ["ondine", "sidonie", "achille", "inconnue"];
    let mut told = Vec::new();
    for patient in answers {
        let reply = call(&mut world, "$request-activation-code", patient, "", "").await;
        told.push((reply.status, reply.body.clone()));
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
    assert!(told[0].0.is_success(), "{told:?}");
}

#[tokio::test]
async fn whichever_of_the_three_is_wrong_the_answer_is_one() {
    let mut world = World::new().await;
    for (patient, card) in [("ondine", "CARTE"), ("inconnue", "CARTE"), ("sidonie", "CARTE")] {
        let reply = call(&mut world, "$activate", patient, card, "ABCDEFGHJK").await;
        assert_eq!((reply.status.as_u16(), rules(&reply)), (403, vec!["activation_is_right".to_owned()]));
    }
}
