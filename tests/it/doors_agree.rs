//! One record behind two doors: what goes in through one is read through the other, byte for byte, with equal
//! metadata.

use model::DocumentEntry;
use server::demo::calls::{Reply, SoapCaller};
use server::demo::samples;
use server::demo::script::{fhir_list, url_of};

use crate::world::World;

/// Both deposits, then the lists of both doors.
async fn both() -> (World, Reply, Reply) {
    let mut world = World::new().await;
    let patient = world.patient("ondine");
    let laboratory = SoapCaller::new("laboratory", &patient);
    let reply =
        world.stage.soap("repository", samples::ITI41_LAB, &samples::lab_parts(), &laboratory).await.unwrap();
    assert!(reply.text().contains("ResponseStatusType:Success"), "{}", reply.text());
    assert!(world.deposit("hospital", samples::ITI65_HOSPITAL).await.status.is_success());
    let fhir = fhir_list(&world.stage, &world.token("gp"), &patient).await.unwrap();
    let xds = world
        .stage
        .soap("registry", samples::ITI18_FIND, &[], &SoapCaller::new("gp", &patient))
        .await
        .unwrap();
    (world, fhir, xds)
}

/// The entries of an ITI-18 answer.
fn xds_entries(reply: &Reply) -> Vec<DocumentEntry> {
    let document = xml::parse(&reply.body, &xml::Limits::default()).unwrap();
    let body = document.root().child("http://www.w3.org/2003/05/soap-envelope", "Body").unwrap();
    let answer = body.children().next().unwrap();
    ihe::iti18::response::read(answer).unwrap()
}

/// The entries of an ITI-67 answer.
fn fhir_entries(reply: &Reply, mappings: &mappings::Mappings) -> Vec<DocumentEntry> {
    let json = reply.json();
    let entries = json["entry"].as_array().unwrap().iter();
    entries.map(|entry| fhir::document_reference::read_shown(mappings, &entry["resource"]).unwrap()).collect()
}

#[tokio::test]
async fn both_doors_show_the_same_documents_with_equal_metadata() {
    let (world, fhir, xds) = both().await;
    let mappings = &world.stage.gateway().unwrap().app.desk.mappings;
    let (mut fhir, mut xds) = (fhir_entries(&fhir, mappings), xds_entries(&xds));
    assert_eq!((fhir.len(), xds.len()), (2, 2));
    fhir.sort_by(|a, b| a.unique_id.as_str().cmp(b.unique_id.as_str()));
    xds.sort_by(|a, b| a.unique_id.as_str().cmp(b.unique_id.as_str()));
    for (mut fhir, mut xds) in fhir.into_iter().zip(xds) {
        // The one attribute of the repository that FHIR expresses by the attachment's address.
        (fhir.repository, xds.repository) = (None, None);
        assert_eq!(fhir, xds);
        for (code, other) in [(&fhir.type_code, &xds.type_code), (&fhir.class_code, &xds.class_code)] {
            assert_eq!(code.label, other.label);
        }
    }
}

#[tokio::test]
async fn bytes_are_equal_through_the_other_door() {
    let (mut world, fhir, _) = both().await;
    let gp = world.token("gp");
    let url = url_of(&fhir, samples::LAB_ID).unwrap();
    let path = url.rsplit_once("/fhir/").unwrap().1.to_owned();
    let lab = world.stage.fhir_get(&path, Some(&gp), "*/*").await.unwrap();
    assert_eq!(lab.body, samples::CDA_LAB, "in through XDS, out through FHIR");
    let caller = SoapCaller::new("gp", &world.patient("ondine"));
    let reply = world.stage.soap("repository", samples::ITI43_TWO, &[], &caller).await.unwrap();
    let holds = |bytes: &[u8]| reply.body.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(samples::CDA_HOSPITAL), "in through FHIR, out through XDS");
}

#[tokio::test]
async fn a_document_is_found_by_its_unique_id_through_both_doors() {
    let (mut world, _, _) = both().await;
    let patient = world.patient("ondine");
    let envelope = include_str!("../../samples/soap/iti18-get-documents.xml");
    let reply = world.stage.soap("registry", envelope, &[], &SoapCaller::new("gp", &patient)).await.unwrap();
    assert_eq!(xds_entries(&reply).len(), 2, "{}", reply.text());
    let path = format!(
        "{}&identifier=urn:ietf:rfc:3986%7Curn:oid:{}",
        server::demo::script::search_path(&patient),
        samples::LAB_ID
    );
    let found = world.stage.fhir_get(&path, Some(&world.token("gp")), "application/fhir+json").await.unwrap();
    assert_eq!(found.json()["total"].as_u64(), Some(1), "{}", found.text());
}

#[tokio::test]
async fn a_structure_finds_its_own_references_by_id_and_no_others() {
    let (mut world, _, _) = both().await;
    let envelope = include_str!("../../samples/soap/iti18-get-documents.xml");
    let laboratory = SoapCaller::new("laboratory", &world.patient("ondine"));
    let reply = world.stage.soap("registry", envelope, &[], &laboratory).await.unwrap();
    let ids: Vec<String> =
        xds_entries(&reply).iter().map(|entry| entry.unique_id.as_str().to_owned()).collect();
    assert_eq!(ids, [samples::LAB_ID]);
    let read = world.stage.soap("repository", samples::ITI43_TWO, &[], &laboratory).await.unwrap();
    assert!(read.text().contains("[caller_may_read]"), "{}", read.text());
}

#[tokio::test]
async fn pages_are_fixed_to_their_snapshot_and_bound_to_their_caller() {
    let (world, _, _) = both().await;
    let gp = world.token("gp");
    let path = format!("{}&_count=1", server::demo::script::search_path(&world.patient("ondine")));
    let first = world.stage.fhir_get(&path, Some(&gp), "application/fhir+json").await.unwrap();
    assert_eq!(
        (first.json()["total"].as_u64(), first.json()["entry"].as_array().map(Vec::len)),
        (Some(2), Some(1))
    );
    let json = first.json();
    let next = json["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next").unwrap();
    let next = next["url"].as_str().unwrap().rsplit_once("/fhir/").unwrap().1.to_owned();
    let later = world.deposit("hospital", &passerelle_tests::Made::new(3, 1).bundle).await;
    assert!(later.status.is_success(), "{}", later.text());
    let second = world.stage.fhir_get(&next, Some(&gp), "application/fhir+json").await.unwrap();
    assert_eq!(
        second.json()["total"].as_u64(),
        Some(2),
        "what came later is not in this snapshot: {}",
        second.text()
    );
    let stranger =
        world.stage.fhir_get(&next, Some(&world.token("podiatrist")), "application/fhir+json").await.unwrap();
    assert_eq!(stranger.status.as_u16(), 400, "{}", stranger.text());
}
