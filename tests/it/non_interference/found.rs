//! Differences that were found, each by its name.

use model::{AssociationKind, Caller, ObjectRef, UniqueId, VisibilityFlag};
use passerelle_tests::hall::{Answer, FhirAsk, Hall};
use passerelle_tests::paper::Paper;
use policy::{Grant, Ground, Setting};

const LABORATORY: (&str, &str) = ("899900000052", "1999999992");

/// The gp reads the record of `ondine`, and has no authorisation on the one of `germaine`.
async fn hall() -> Hall {
    let hall = Hall::open(&["ondine", "germaine"]).await.unwrap();
    let gp = hall.professional("gp").parties().next().unwrap();
    let until = model::Hl7Time::parse("20271120").unwrap().start();
    let grant = Grant { ground: Ground::GrantedByHolder, until };
    hall.set("ondine", Setting::Authorised(gp, grant)).await.unwrap();
    hall
}

async fn deposited(hall: &Hall, patient: &str, paper: Paper) -> Paper {
    let paper = Paper { patient: hall.patient(patient), ..paper };
    let laboratory = hall.structure("laboratory");
    hall.deposit(&laboratory, paper.submission(&hall.desk.mappings)).await.unwrap();
    paper
}

fn paper(hall: &Hall, number: u64) -> Paper {
    Paper::new(number, &hall.patient("ondine"), LABORATORY)
}

async fn total(hall: &Hall, who: &Caller, query: String) -> u64 {
    let answer: Answer = hall.fhir(who, &FhirAsk::get("DocumentReference", query)).await;
    answer.json()["total"].as_u64().unwrap()
}

#[tokio::test]
async fn a_hidden_document_of_another_record_with_the_same_unique_id_does_not_hide_the_visible_one() {
    let hall = hall().await;
    let shown = deposited(&hall, "ondine", paper(&hall, 1)).await;
    let same = Paper { unique_id: Some(shown.unique_id()), ..paper(&hall, 2) };
    deposited(&hall, "germaine", same).await;
    let query = format!("identifier=urn:ietf:rfc:3986%7Curn:oid:{}", shown.unique_id());
    assert_eq!(total(&hall, &hall.professional("gp"), query).await, 1);
}

#[tokio::test]
async fn a_hidden_document_named_beside_a_visible_one_of_another_record_does_not_hide_it() {
    let hall = hall().await;
    let shown = deposited(&hall, "ondine", paper(&hall, 1)).await;
    let hidden = deposited(&hall, "germaine", paper(&hall, 2)).await;
    let query = format!("_id={},{}", hidden.uuid().bare(), shown.uuid().bare());
    assert_eq!(total(&hall, &hall.professional("gp"), query).await, 1);
}

#[tokio::test]
async fn a_unique_id_that_one_sees_in_two_records_names_neither() {
    let hall = hall().await;
    let laboratory = hall.structure("laboratory");
    let shown = deposited(&hall, "ondine", paper(&hall, 1)).await;
    let same = Paper { unique_id: Some(shown.unique_id()), ..paper(&hall, 2) };
    deposited(&hall, "germaine", same).await;
    let query = format!("identifier=urn:ietf:rfc:3986%7Curn:oid:{}", shown.unique_id());
    assert_eq!(total(&hall, &laboratory, query).await, 0);
}

#[tokio::test]
async fn a_patch_of_a_named_patients_document_is_refused_alike_where_it_is_hidden_and_where_it_is_absent() {
    let hall = hall().await;
    let hidden = deposited(&hall, "germaine", paper(&hall, 1)).await.unique_id();
    let absent = UniqueId::parse("2.999.7.99").unwrap().as_str().to_owned();
    let mut answers = Vec::new();
    for unique_id in [hidden, absent] {
        let patient = hall.patient("germaine");
        let patient = format!("patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{}", patient.number());
        let ask = FhirAsk {
            method: "PATCH",
            path: "DocumentReference".to_owned(),
            query: format!("identifier=urn:ietf:rfc:3986%7Curn:oid:{unique_id}&{patient}"),
            content_type: Some("application/json-patch+json"),
            body: b"[]".to_vec(),
            ..FhirAsk::default()
        };
        answers.push(hall.fhir(&hall.professional("gp"), &ask).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].status, 403, "the record's own refusal: {}", answers[0].text());
}

#[tokio::test]
async fn replacing_ones_own_document_tells_nothing_of_a_hidden_addendum_to_it() {
    let hall = hall().await;
    let gp = hall.professional("gp");
    let own = ("899900000011", "499900000011001");
    let report = Paper::new(9, &hall.patient("ondine"), own);
    hall.deposit(&gp, report.submission(&hall.desk.mappings)).await.unwrap();
    let target = ObjectRef::Unique(UniqueId::parse(&report.unique_id()).unwrap());
    let addendum = Paper {
        flags: vec![VisibilityFlag::MasquePs],
        link: Some((AssociationKind::Appends, target.clone())),
        ..Paper::new(2, &hall.patient("ondine"), LABORATORY)
    };
    let biologist = hall.professional("biologist");
    let until = model::Hl7Time::parse("20271120").unwrap().start();
    let grant = Grant { ground: Ground::GrantedByHolder, until };
    let party = biologist.parties().next().unwrap();
    hall.set("ondine", Setting::Authorised(party, grant)).await.unwrap();
    hall.deposit(&biologist, addendum.submission(&hall.desk.mappings)).await.unwrap();
    let next = Paper {
        link: Some((AssociationKind::Replaces, target)),
        ..Paper::new(30, &hall.patient("ondine"), own)
    };
    let ask = FhirAsk {
        method: "POST",
        path: "DocumentReference".to_owned(),
        content_type: Some("application/fhir+json"),
        body: next.iti105(&hall.desk.mappings),
        ..FhirAsk::default()
    };
    let answer = hall.fhir(&gp, &ask).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(!answer.text().contains(&addendum.uuid().bare()), "{}", answer.text());
    assert!(answer.text().contains(&report.uuid().bare()), "{}", answer.text());
}
