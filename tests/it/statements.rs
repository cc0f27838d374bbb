//! Statements of `conformance/requirements/statements.toml` that no other suite proves, each named after its row.

use journey::{Clock as _, MOST_LINES, Store as _};
use mappings::ValueSet;
use model::{Caller, Ins};
use passerelle_tests::hall::{Answer, FhirAsk, Hall};
use passerelle_tests::paper::Paper;
use policy::{Choice, DocumentAct, Grant, Ground, Link, Operation, Representation, Setting};

const LABORATORY: (&str, &str) = ("899900000052", "1999999992");

async fn search(hall: &Hall, who: &Caller, patient: &Ins) -> Answer {
    let number = patient.number();
    let query = format!("status=current&patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{number}");
    hall.fhir(who, &FhirAsk::get("DocumentReference", query)).await
}

fn total(answer: &Answer) -> Option<u64> {
    answer.json()["total"].as_u64()
}

fn rule(answer: &Answer) -> String {
    let json = answer.json();
    json["issue"][0]["details"]["coding"][0]["code"].as_str().unwrap_or_default().to_owned()
}

async fn publish(hall: &Hall, who: &Caller, body: Vec<u8>) -> Answer {
    let ask = FhirAsk {
        method: "POST",
        path: "DocumentReference".to_owned(),
        content_type: Some("application/fhir+json"),
        body,
        ..FhirAsk::default()
    };
    hall.fhir(who, &ask).await
}

/// An authorisation that somebody attests for themselves.
fn attested(hall: &Hall, who: &Caller) -> Setting {
    let until = hall.desk.clock.now().plus_seconds(86_400);
    Setting::Authorised(who.parties().next().unwrap(), Grant { ground: Ground::ConsentCollected, until })
}

#[tokio::test]
async fn s5_after_an_opposition_a_deposit_leaves_one_event_and_a_search_finds_no_record() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    hall.choose("ondine", Choice::OpposeRecord).await.unwrap();
    let (doctor, ondine) = (hall.professional("hospital-doctor"), hall.patient("ondine"));
    let before = hall.desk.store.counts().await.unwrap();
    let paper = Paper::new(1, &ondine, ("899900000037", "1999999991"));
    let refused = publish(&hall, &doctor, paper.iti105(&hall.desk.mappings)).await;
    let after = hall.desk.store.counts().await.unwrap();
    assert_eq!((refused.status, rule(&refused)), (404, "record_exists".to_owned()));
    assert_eq!((after.documents, after.chunks, after.sets), (before.documents, before.chunks, before.sets));
    assert_eq!(after.events, before.events + 1);
    let opposed = search(&hall, &doctor, &ondine).await;
    assert_eq!((opposed.status, total(&opposed)), (200, Some(0)));
}

#[tokio::test]
async fn s6_a_record_that_was_never_activated_is_fed_and_read() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let (gp, ondine) = (hall.professional("gp"), hall.patient("ondine"));
    let facts = hall.desk.store.facts(&ondine, &hall.holder("ondine"), hall.desk.clock.now()).await.unwrap();
    assert_eq!(facts.standing, policy::Standing::Open, "open, and not activated");
    let paper = Paper::new(1, &ondine, LABORATORY);
    let laboratory = hall.structure("laboratory");
    hall.deposit(&laboratory, paper.submission(&hall.desk.mappings)).await.unwrap();
    let attested = attested(&hall, &gp);
    journey::choose(&hall.desk, &gp, "kit", &ondine, Choice::Set(attested)).await.unwrap();
    assert_eq!(total(&search(&hall, &gp, &ondine).await), Some(1));
}

#[tokio::test]
async fn s8_an_open_record_is_still_open_after_sixty_years_of_silence() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let (holder, ondine) = (hall.holder("ondine"), hall.patient("ondine"));
    let laboratory = hall.structure("laboratory");
    let paper = Paper::new(1, &ondine, LABORATORY);
    hall.deposit(&laboratory, paper.submission(&hall.desk.mappings)).await.unwrap();
    hall.desk.clock.set(model::Hl7Time::parse("20861120").unwrap().start());
    assert_eq!(total(&search(&hall, &holder, &ondine).await), Some(1));
    let paper = Paper::new(2, &ondine, LABORATORY);
    hall.deposit(&laboratory, paper.submission(&hall.desk.mappings)).await.unwrap();
}

#[tokio::test]
async fn s12_a_representative_erases_the_record_of_their_child_and_no_other() {
    let hall = Hall::open(&["ondine", "leon", "basile"]).await.unwrap();
    let (leon, basile) = (hall.patient("leon"), hall.patient("basile"));
    let parent = Representation { by: hall.patient("ondine"), link: Link::Parent };
    hall.operate(Operation::Represent(leon.clone(), parent)).await.unwrap();
    let helper = Representation { by: hall.patient("ondine"), link: Link::Helper };
    hall.operate(Operation::Represent(basile.clone(), helper)).await.unwrap();
    let ondine = hall.holder("ondine");
    let erase =
        async |patient: &Ins| journey::choose(&hall.desk, &ondine, "kit", patient, Choice::EraseRecord).await;
    assert!(erase(&basile).await.is_err(), "a helper erases nothing");
    assert!(erase(&hall.patient("achille")).await.is_err(), "a stranger neither");
    erase(&leon).await.unwrap();
    let basiles = search(&hall, &hall.holder("basile"), &basile).await;
    assert_eq!((basiles.status, total(&basiles)), (200, Some(0)));
    let standing = |facts: policy::Facts| facts.standing;
    let now = hall.desk.clock.now();
    let of = async |patient: &Ins, key: &str| {
        standing(hall.desk.store.facts(patient, &hall.holder(key), now).await.unwrap())
    };
    assert_eq!(of(&basile, "basile").await, policy::Standing::Open);
    assert_ne!(of(&leon, "leon").await, policy::Standing::Open);
}

#[tokio::test]
async fn s19_each_kind_of_document_has_a_type_and_an_unknown_one_is_refused_with_the_accepted_ones() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let kinds = [
        ("prescriptions", "57833-6"),
        ("analyses", "11502-2"),
        ("hospital reports", "11490-0"),
        ("imaging", "18748-4"),
        ("vaccinations", "11369-6"),
        ("sick leave", "PRESC-AAT"),
        ("care protocol", "PROT_ALD"),
        ("childbirth", "15508-5"),
        ("antecedents, in the synthesis", "SYNTH"),
    ];
    for (kind, code) in kinds {
        let found = hall.desk.mappings.codes.with_value(ValueSet::DocumentType, code).next();
        assert!(found.is_some_and(|code| hall.desk.mappings.codes.class_of(code).is_some()), "{kind}");
    }
    let paper = Paper::new(1, &hall.patient("ondine"), ("899900000037", "1999999991"));
    let body = String::from_utf8(paper.iti105(&hall.desk.mappings)).unwrap();
    let doctor = hall.professional("hospital-doctor");
    let refused = publish(&hall, &doctor, body.replace("\"11502-2\"", "\"99999-9\"").into_bytes()).await;
    assert_eq!((refused.status, rule(&refused)), (422, "type_is_accepted".to_owned()));
    assert!(refused.text().contains("11490-0"), "the accepted ones: {}", refused.text());
}

#[tokio::test]
async fn s26_s27_the_holder_adds_a_document_and_deletes_it_for_everyone() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let (holder, gp, ondine) = (hall.holder("ondine"), hall.professional("gp"), hall.patient("ondine"));
    let attested = attested(&hall, &gp);
    journey::choose(&hall.desk, &gp, "kit", &ondine, Choice::Set(attested)).await.unwrap();
    let wishes = include_str!("../../samples/fhir/iti105-patient-wishes.json");
    let added = publish(&hall, &holder, wishes.as_bytes().to_vec()).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let id = added.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(total(&search(&hall, &gp, &ondine).await), Some(1), "visible as any other");
    let path = format!("DocumentReference/{id}");
    let delete = FhirAsk { method: "DELETE", ..FhirAsk::get(path.clone(), "") };
    let held = hall.desk.store.counts().await.unwrap().chunks;
    assert_eq!(hall.fhir(&gp, &delete).await.status, 403, "the holder's alone");
    assert_eq!(hall.fhir(&holder, &delete).await.status, 204);
    assert!(hall.desk.store.counts().await.unwrap().chunks < held, "its bytes are gone at once");
    for who in [&holder, &gp] {
        assert_eq!(hall.fhir(who, &FhirAsk::get(path.clone(), "")).await.status, 404);
        assert_eq!(total(&search(&hall, who, &ondine).await), Some(0));
    }
}

#[tokio::test]
async fn s32_masking_and_unmasking_are_both_in_the_history() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let (holder, ondine) = (hall.holder("ondine"), hall.patient("ondine"));
    let paper = Paper::new(1, &ondine, LABORATORY);
    hall.deposit(&hall.structure("laboratory"), paper.submission(&hall.desk.mappings)).await.unwrap();
    for act in [DocumentAct::Mask, DocumentAct::Unmask] {
        hall.amend(&holder, "ondine", paper.uuid(), act).await.unwrap();
    }
    let lines = hall.desk.store.history(&ondine, MOST_LINES, hall.desk.clock.now()).await.unwrap();
    let deeds: Vec<&str> = lines.iter().flat_map(|line| line.deeds.iter()).map(String::as_str).collect();
    assert_eq!(deeds.iter().filter(|deed| ["mask", "unmask"].contains(deed)).count(), 2, "{deeds:?}");
}

#[tokio::test]
async fn s39_s40_the_first_access_needs_an_attestation_that_holds_until_withdrawn_and_is_audited() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let (gp, ondine) = (hall.professional("gp"), hall.patient("ondine"));
    let refused = search(&hall, &gp, &ondine).await;
    assert_eq!((refused.status, rule(&refused)), (403, "authorisation_is_valid".to_owned()));
    let attested = attested(&hall, &gp);
    let choice = Choice::Set(attested.clone());
    journey::choose(&hall.desk, &gp, "kit", &ondine, choice).await.unwrap();
    for _ in 0..2 {
        assert_eq!(search(&hall, &gp, &ondine).await.status, 200);
    }
    hall.choose("ondine", Choice::Lift(attested)).await.unwrap();
    assert_eq!(rule(&search(&hall, &gp, &ondine).await), "authorisation_is_valid");
    let lines = hall.desk.store.history(&ondine, MOST_LINES, hall.desk.clock.now()).await.unwrap();
    let gps = Some("899900000011".to_owned());
    let attestation = |line: &&journey::HistoryLine| {
        line.person == gps && line.deeds.iter().any(|deed| deed == "authorise")
    };
    assert_eq!(lines.iter().filter(attestation).count(), 1);
}
