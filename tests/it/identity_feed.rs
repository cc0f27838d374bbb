//! The identity feed through the FHIR door, over the real engine (IHE ITI-104, with ITI-78 and ITI-83 beside it).

use model::{Actor, Caller, Channel};
use passerelle_tests::hall::{Answer, FhirAsk, Hall};
use passerelle_tests::paper::Paper;
use serde_json::{Value, json};

const DOMAIN: &str = "urn:oid:1.2.250.1.213.1.4.10";
const NEW: &str = "255081416802538";
/// Another fictitious number.
const OTHER: &str = "260053015404801";
const HOSPITAL: (&str, &str) = ("899900000037", "1999999991");

fn operator(hall: &Hall) -> Caller {
    let actor = Actor::Operator { name: "alimentation".to_owned() };
    Caller { actor, channel: Channel::Operator, structure: None, ..hall.structure("hospital") }
}

fn patient(number: &str) -> Value {
    json!({
        "resourceType": "Patient",
        "identifier": [{"system": DOMAIN, "value": number}],
        "active": true,
        "name": [{"use": "official", "family": "ESSAI", "given": ["Lou"]}],
        "gender": "female",
        "birthDate": "1955-08-14",
    })
}

async fn put(hall: &Hall, caller: &Caller, number: &str, body: &Value) -> Answer {
    let ask = FhirAsk {
        method: "PUT",
        content_type: Some("application/fhir+json"),
        body: body.to_string().into_bytes(),
        ..FhirAsk::get("Patient", format!("identifier={DOMAIN}%7C{number}"))
    };
    hall.fhir(caller, &ask).await
}

async fn search(hall: &Hall, caller: &Caller, number: &str) -> Value {
    let answer = hall.fhir(caller, &FhirAsk::get("Patient", format!("identifier={DOMAIN}%7C{number}"))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn rule(answer: &Answer) -> String {
    answer.json()["issue"][0]["details"]["coding"][0]["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_person_is_added_revised_and_known_when_six_weeks_are_over() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let (feeder, gp) = (operator(&hall), hall.professional("gp"));
    let added = put(&hall, &feeder, NEW, &patient(NEW)).await;
    assert_eq!(added.status, 201, "{}", added.text());
    assert!(added.headers.iter().any(|(name, url)| name == "Location" && url.contains("/Patient/")));
    assert_eq!(search(&hall, &gp, NEW).await["total"], 0, "notified is as never fed");
    let now = journey::Clock::now(&hall.desk.clock);
    hall.desk.clock.set(now.plus_seconds(43 * 86_400));
    assert_eq!(search(&hall, &gp, NEW).await["total"], 1);
    let mut corrected = patient(NEW);
    corrected["name"][0]["family"] = json!("EPREUVE");
    assert_eq!(put(&hall, &feeder, NEW, &corrected).await.status, 200);
    let found = search(&hall, &gp, NEW).await;
    assert_eq!(found["entry"][0]["resource"]["name"][0]["family"], "EPREUVE");
    let pix = FhirAsk::get("Patient/$ihe-pix", format!("sourceIdentifier={DOMAIN}%7C{NEW}"));
    let told = hall.fhir(&gp, &pix).await.json();
    assert_eq!(told["parameter"][0]["name"], "targetId");
}

#[tokio::test]
async fn nobody_but_an_operator_feeds_and_what_is_sent_must_agree_with_the_condition() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let feeder = operator(&hall);
    for caller in [hall.professional("gp"), hall.structure("hospital"), hall.holder("ondine")] {
        let refused = put(&hall, &caller, NEW, &patient(NEW)).await;
        assert_eq!((refused.status, rule(&refused).as_str()), (403, "caller_has_a_place"));
    }
    assert_eq!(rule(&put(&hall, &feeder, OTHER, &patient(NEW)).await), "metadata_is_well_formed");
    assert_eq!(rule(&put(&hall, &feeder, "255081416802539", &patient(NEW)).await), "query_is_complete");
    let mut production = patient(NEW);
    production["identifier"][0]["system"] = json!("urn:oid:1.2.250.1.213.1.4.8");
    assert_eq!(rule(&put(&hall, &feeder, NEW, &production).await), "metadata_is_well_formed");
    let without = FhirAsk {
        method: "PUT",
        content_type: Some("application/fhir+json"),
        body: patient(NEW).to_string().into_bytes(),
        ..FhirAsk::get("Patient", "")
    };
    assert_eq!(rule(&hall.fhir(&feeder, &without).await), "query_is_complete");
    let mut inactive = patient(NEW);
    inactive["active"] = json!(false);
    assert_eq!(
        rule(&put(&hall, &feeder, NEW, &inactive).await),
        "metadata_is_well_formed",
        "closing is another act"
    );
}

#[tokio::test]
async fn a_merge_takes_the_documents_along_and_the_old_number_leads_to_the_new() {
    let hall = Hall::open(&["ondine", "basile"]).await.unwrap();
    let (feeder, hospital) = (operator(&hall), hall.structure("hospital"));
    let (gone, stays) = (hall.patient("ondine"), hall.patient("basile"));
    let paper = Paper::new(1, &gone, HOSPITAL);
    hall.deposit(&hospital, paper.submission(&hall.desk.mappings)).await.unwrap();
    let mut merged = patient(gone.number());
    merged["active"] = json!(false);
    merged["link"] = json!([{"type": "replaced-by",
        "other": {"identifier": {"system": DOMAIN, "value": stays.number()}}}]);
    for _ in 0..2 {
        let answer = put(&hall, &feeder, gone.number(), &merged).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let gp = hall.professional("gp");
    let found = search(&hall, &gp, gone.number()).await;
    assert_eq!(found["total"], 1);
    let (old, new) = (&found["entry"][0], &found["entry"][1]);
    assert_eq!(old["resource"]["active"], false);
    assert_eq!(old["resource"]["link"][0]["type"], "replaced-by");
    assert_eq!(new["search"]["mode"], "include");
    assert_eq!(new["resource"]["identifier"][0]["value"], stays.number());
    let id = old["resource"]["id"].as_str().unwrap();
    let read = hall.fhir(&gp, &FhirAsk::get(format!("Patient/{id}"), "")).await;
    assert_eq!(read.json()["link"][0]["other"]["identifier"]["value"], stays.number());
    let pix = FhirAsk::get("Patient/$ihe-pix", format!("sourceIdentifier={DOMAIN}%7C{}", gone.number()));
    let told = hall.fhir(&gp, &pix).await.json();
    assert_eq!(told["parameter"][0]["valueIdentifier"]["value"], stays.number());
    let document = |number: &str| {
        let query = format!("patient.identifier={DOMAIN}%7C{number}&status=current");
        FhirAsk::get("DocumentReference", query)
    };
    let holder = hall.holder("basile");
    assert_eq!(hall.fhir(&holder, &document(stays.number())).await.json()["total"], 1);
    let again = Paper::new(2, &gone, HOSPITAL).submission(&hall.desk.mappings);
    assert!(hall.deposit(&hospital, again).await.is_err(), "nothing is deposited under the old number");
}

#[tokio::test]
async fn every_failure_of_a_cross_reference_has_its_status_and_words() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let gp = hall.professional("gp");
    let ondine = hall.patient("ondine");
    let known = format!("sourceIdentifier={DOMAIN}%7C{}", ondine.number());
    for (query, status, code, words) in [
        (
            format!("sourceIdentifier={DOMAIN}%7C{NEW}"),
            404,
            "not-found",
            "sourceIdentifier Patient Identifier not found",
        ),
        (
            "sourceIdentifier=urn:oid:1.2.3%7C1".into(),
            400,
            "code-invalid",
            "sourceIdentifier Assigning Authority not found",
        ),
        (format!("{known}&targetSystem=urn:oid:1.2.3"), 403, "code-invalid", "targetSystem not found"),
    ] {
        let answer = hall.fhir(&gp, &FhirAsk::get("Patient/$ihe-pix", query)).await;
        let issue = &answer.json()["issue"][0];
        assert_eq!(
            (answer.status, &issue["code"], &issue["diagnostics"]),
            (status, &json!(code), &json!(words))
        );
    }
    let none = hall.fhir(&gp, &FhirAsk::get("Patient/$ihe-pix", "")).await;
    assert_eq!((none.status, rule(&none).as_str()), (400, "query_is_complete"));
    let body = json!({"resourceType": "Parameters", "parameter": [
        {"name": "sourceIdentifier", "valueIdentifier": {"system": DOMAIN, "value": ondine.number()}},
        {"name": "targetSystem", "valueUri": DOMAIN}]});
    let post = FhirAsk {
        method: "POST",
        content_type: Some("application/fhir+json"),
        body: body.to_string().into_bytes(),
        ..FhirAsk::get("Patient/$ihe-pix", "")
    };
    let own = hall.fhir(&gp, &post).await;
    assert_eq!(own.status, 200, "{}", own.text());
    assert_eq!(own.json(), json!({"resourceType": "Parameters"}), "the source itself is not told");
    let unknown = hall.fhir(&gp, &FhirAsk::get("Patient", "identifier=urn:oid:1.2.3%7C1")).await;
    assert_eq!((unknown.status, &unknown.json()["issue"][0]["severity"]), (404, &json!("warning")));
}

#[tokio::test]
async fn a_match_by_number_is_certain_or_none_and_by_traits_a_regulators() {
    let hall = Hall::open(&["ondine", "basile"]).await.unwrap();
    let (gp, ondine) = (hall.professional("gp"), hall.patient("ondine"));
    let regulator = Caller { purpose: model::Purpose::Centre15, ..hall.professional("regulator") };
    let described = json!({
        "resourceType": "Patient",
        "name": [{"family": "Lunedemer", "given": ["Ondine"]}],
        "gender": "female",
        "birthDate": "1992-03-14",
    });
    let mut numbered = described.clone();
    numbered["identifier"] = json!([{"system": DOMAIN, "value": ondine.number()}]);
    let found = matched(&hall, &gp, &numbered).await.json();
    let grade = |bundle: &Value| bundle["entry"][0]["search"]["extension"][0]["valueCode"].clone();
    assert_eq!((found["total"].clone(), grade(&found)), (json!(1), json!("certain")));
    numbered["birthDate"] = json!("1992-03-15");
    assert_eq!(matched(&hall, &gp, &numbered).await.json()["total"], 0, "another day of birth");
    let refused = matched(&hall, &gp, &described).await;
    assert_eq!((refused.status, rule(&refused).as_str()), (403, "caller_may_search"));
    let found = matched(&hall, &regulator, &described).await.json();
    assert_eq!((found["total"].clone(), grade(&found)), (json!(1), json!("probable")));
    let certain = json!({"resourceType": "Parameters", "parameter": [
        {"name": "resource", "resource": described}, {"name": "onlyCertainMatches", "valueBoolean": true}]});
    assert_eq!(matched(&hall, &regulator, &certain).await.json()["total"], 0);
    let nothing = json!({"resourceType": "Patient", "gender": "female"});
    assert_eq!(rule(&matched(&hall, &regulator, &nothing).await), "query_is_complete");
}

#[tokio::test]
async fn a_match_is_asked_in_xml_as_well() {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let (gp, ondine) = (hall.professional("gp"), hall.patient("ondine"));
    let patient = format!(
        "<Patient xmlns=\"http://hl7.org/fhir\"><identifier><system value=\"{DOMAIN}\"/><value value=\"{}\"/>\
         </identifier></Patient>",
        ondine.number()
    );
    let ask = FhirAsk {
        method: "POST",
        content_type: Some("application/fhir+xml"),
        body: patient.into_bytes(),
        ..FhirAsk::get("Patient/$match", "")
    };
    let answer = hall.fhir(&gp, &ask).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("<valueCode value=\"certain\"/>"), "{}", answer.text());
}

async fn matched(hall: &Hall, caller: &Caller, body: &Value) -> Answer {
    let ask = FhirAsk {
        method: "POST",
        content_type: Some("application/fhir+json"),
        body: body.to_string().into_bytes(),
        ..FhirAsk::get("Patient/$match", "")
    };
    hall.fhir(caller, &ask).await
}
