//! Refusals of the request, of links and of readings through the real doors, with nothing stored but their event.

use passerelle_tests::Made;
use policy::{Choice, DocumentAct, Setting};
use serde_json::{Value, json};
use server::demo::calls::{Reply, SoapCaller};
use server::demo::samples;
use server::demo::script::{fhir_list, url_of};

use crate::scenarios::rules;
use crate::world::World;

/// Deposits a changed bundle as the hospital: refused, and nothing stored.
async fn refused(world: &World, change: impl FnOnce(&mut Value)) -> Reply {
    let mut bundle: Value = serde_json::from_str(samples::ITI65_HOSPITAL).unwrap();
    change(&mut bundle);
    let rows = world.rows().await;
    let reply = world.deposit("hospital", &bundle.to_string()).await;
    assert!(reply.status.is_client_error(), "{}", reply.text());
    assert_eq!(world.rows().await, rows, "{}", reply.text());
    reply
}

/// The resources of a type in a bundle.
fn each<'a>(bundle: &'a mut Value, kind: &str) -> Vec<&'a mut Value> {
    let entries = bundle["entry"].as_array_mut().unwrap().iter_mut();
    entries.map(|entry| &mut entry["resource"]).filter(|resource| resource["resourceType"] == kind).collect()
}

#[tokio::test]
async fn several_faults_are_told_at_once_each_at_its_place() {
    let world = World::new().await;
    let reply = refused(&world, |bundle| {
        let entry = each(bundle, "DocumentReference").remove(0);
        entry["type"]["coding"][0]["code"] = json!("99999-9");
        entry["context"]["facilityType"]["coding"][0]["code"] = json!("XX");
        entry["securityLabel"] = json!([{ "coding": [{ "system": "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument", "code": "MASQUE_PS" }] }]);
    })
    .await;
    assert_eq!(reply.status.as_u16(), 422);
    let told = rules(&reply);
    for rule in ["type_is_accepted", "codes_are_in_value_sets", "visibility_set_is_legal"] {
        assert!(told.iter().any(|one| one == rule), "{rule} in {told:?}");
    }
    for issue in reply.json()["issue"].as_array().unwrap() {
        let path = issue["expression"][0].as_str().unwrap_or_default();
        assert!(path.starts_with("Bundle.entry["), "{issue}");
    }
    assert!(reply.text().contains("11502-2"), "the accepted types are listed");
}

#[tokio::test]
async fn the_answer_is_french_by_default_and_english_on_demand() {
    let world = World::new().await;
    let french = refused(&world, |bundle| {
        each(bundle, "DocumentReference").remove(0)["type"]["coding"][0]["code"] = json!("9")
    })
    .await;
    assert!(french.text().contains("type"), "{}", french.text());
    let token = world.token("nurse");
    let path = server::demo::script::search_path(&world.patient("ondine"));
    let reply = world.stage.fhir_get_in("en", &path, Some(&token)).await.unwrap();
    assert!(reply.text().contains("authorisation") && reply.text().contains("consent"), "{}", reply.text());
}

#[tokio::test]
async fn an_ins_of_a_domain_that_is_not_accepted_here_is_refused() {
    let world = World::new().await;
    let text = samples::ITI65_HOSPITAL
        .replace("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11")
        .replace("INS-NIR-TEST", "INS-NIR-DEMO");
    let reply = world.deposit("hospital", &text).await;
    assert_eq!(
        (reply.status.as_u16(), rules(&reply)),
        (422, vec!["ins_is_well_formed".to_owned()]),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn a_deposit_under_a_token_for_another_patient_is_refused() {
    let world = World::new().await;
    let mut claims = world.stage.claims("hospital").unwrap();
    claims.patient = Some(world.patient("basile").to_cx());
    let token = world.stage.token(&claims).unwrap();
    let reply = world.stage.fhir_post("", Some(&token), samples::ITI65_HOSPITAL).await.unwrap();
    assert_eq!(reply.status.as_u16(), 403, "{}", reply.text());
    assert_eq!(rules(&reply), ["token_patient_is_submission_patient"]);
}

#[tokio::test]
async fn a_unique_id_with_an_extension_is_refused_by_the_french_pack() {
    let world = World::new().await;
    let reply = refused(&world, |bundle| {
        each(bundle, "DocumentReference").remove(0)["masterIdentifier"]["value"] =
            json!("urn:uuid:0b88f636-f9e6-4aa1-97a6-c348281bccfc");
    })
    .await;
    assert_eq!(rules(&reply), ["unique_id_is_an_oid"], "{}", reply.text());
}

#[tokio::test]
async fn replacing_deprecates_and_a_superseded_document_is_not_replaced_again() {
    let world = World::new().await;
    let v2 = include_str!("../../samples/fhir/iti65-hospital-report-v2.json");
    assert_eq!(
        rules(&world.deposit("hospital", v2).await),
        ["replaced_document_is_own"],
        "nothing to replace yet"
    );
    assert!(world.deposit("hospital", samples::ITI65_HOSPITAL).await.status.is_success());
    let reply = world.deposit("hospital", v2).await;
    assert!(reply.status.is_success(), "{}", reply.text());
    let list = fhir_list(&world.stage, &world.token("gp"), &world.patient("ondine")).await.unwrap();
    assert_eq!(url_of(&list, samples::HOSPITAL_ID), None, "superseded: not in the list of current documents");
    let third =
        v2.replace("2.999.2026.1.1.5", "2.999.2026.1.1.7").replace("2.999.2026.1.3.5", "2.999.2026.1.3.7");
    let reply = world.deposit("hospital", &third).await;
    assert!(rules(&reply).contains(&"replaced_document_is_current".to_owned()), "{}", reply.text());
}

#[tokio::test]
async fn somebody_elses_document_is_replaced_by_nobody_and_told_as_absent() {
    let world = World::new().await;
    assert!(world.deposit("hospital", samples::ITI65_HOSPITAL).await.status.is_success());
    let v2 = include_str!("../../samples/fhir/iti65-hospital-report-v2.json");
    let foreign = v2.replace("1999999991", "1999999992");
    let reply = world.deposit("laboratory", &foreign).await;
    assert_eq!(
        (reply.status.as_u16(), rules(&reply)),
        (422, vec!["replaced_document_is_own".to_owned()]),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn a_refusal_of_feeding_refuses_that_structure_alone() {
    let world = World::new().await;
    let hospital = model::StructureId(world.stage.cast.structure("hospital").unwrap().id.clone());
    world.choose("ondine", Choice::Set(Setting::FeedingRefused(model::Party::Structure(hospital)))).await;
    let reply = world.deposit("hospital", samples::ITI65_HOSPITAL).await;
    assert_eq!((reply.status.as_u16(), rules(&reply)), (403, vec!["feeding_is_not_refused".to_owned()]));
}

#[tokio::test]
async fn a_refusal_from_the_record_on_leaves_one_event_and_an_earlier_one_none() {
    let world = World::new().await;
    let events = world.events().await;
    assert!(world.deposit("dietitian", samples::ITI65_DIETITIAN).await.status.is_client_error());
    assert_eq!(world.events().await, events + 1);
    refused(&world, |bundle| {
        each(bundle, "DocumentReference").remove(0)["type"]["coding"][0]["code"] = json!("9")
    })
    .await;
    assert_eq!(world.events().await, events + 1);
}

#[tokio::test]
async fn masking_hides_at_once_from_all_but_author_and_medecin_traitant_in_both_doors() {
    let mut world = World::new().await;
    let patient = world.patient("ondine");
    let made = Made::new(7, 1);
    assert!(world.deposit("hospital", &made.bundle).await.status.is_success());
    let gp = world.token("gp");
    let list = fhir_list(&world.stage, &gp, &patient).await.unwrap();
    let url = url_of(&list, &made.unique_id).unwrap();
    let id = model::EntryUuid::parse(url.rsplit('/').next().unwrap()).unwrap();
    world.amend("ondine", id, DocumentAct::Mask).await;
    let list = fhir_list(&world.stage, &gp, &patient).await.unwrap();
    assert_eq!((url_of(&list, &made.unique_id), list.json()["total"].as_u64()), (None, Some(0)));
    let caller = SoapCaller::new("gp", &patient);
    let found = world.stage.soap("registry", samples::ITI18_FIND, &[], &caller).await.unwrap();
    assert!(!found.text().contains(&made.unique_id));
    let person = model::PersonId(world.stage.cast.professional("gp").unwrap().id.clone());
    world.choose("ondine", Choice::Set(Setting::Treating(person))).await;
    let list = fhir_list(&world.stage, &gp, &patient).await.unwrap();
    assert!(url_of(&list, &made.unique_id).is_some(), "the declared médecin traitant sees it");
}

#[tokio::test]
async fn choices_of_the_holder_are_effective_on_the_next_request() {
    let world = World::new().await;
    let patient = world.patient("ondine");
    let gp = world.token("gp");
    assert_eq!(fhir_list(&world.stage, &gp, &patient).await.unwrap().status.as_u16(), 200);
    let structure = model::StructureId(world.stage.cast.structure("gp-practice").unwrap().id.clone());
    world.choose("ondine", Choice::Set(Setting::Blocked(model::Party::Structure(structure)))).await;
    let reply = fhir_list(&world.stage, &gp, &patient).await.unwrap();
    assert_eq!(rules(&reply), ["caller_is_not_blocked"]);
}
