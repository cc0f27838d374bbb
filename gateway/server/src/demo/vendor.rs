//! What a vendor of new software tries first: rehearsals, lists in XML, several questions in one message, identities.

use http::StatusCode;
use model::Ins;
use serde_json::json;

use super::samples;
use super::script::search_path;
use super::stage::Stage;
use super::table::Table;

const JSON: &str = "application/fhir+json";
const XML: &str = "application/fhir+xml";

/// Plays the steps, as the hospital and as the GP.
pub(super) async fn play(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    let hospital = stage.token(&stage.claims("hospital")?)?;
    let gp = stage.token(&stage.claims("gp")?)?;
    let who = format!("{}%7C{}", patient.authority().urn(), patient.number());
    rehearses(stage, table, &hospital).await?;

    let sets = format!("List?patient.identifier={who}&code=submissionset&status=current");
    let reply = stage.fhir_get(&sets, Some(&gp), XML).await?;
    let listed = reply.content_type.starts_with(XML) && reply.text().contains(samples::HOSPITAL_SET_ID);
    table.check("The GP lists submission sets, in XML (ITI-66)", &reply, listed);

    let ask = |url: String| json!({"request": {"method": "GET", "url": url}});
    let questions = [search_path(patient), format!("Patient?identifier={who}"), "Binary/none".to_owned()];
    let batch = json!({"resourceType": "Bundle", "type": "batch", "entry": questions.map(ask)});
    let reply = stage.fhir_post("", Some(&gp), batch.to_string()).await?;
    let statuses = ["200", "200", "404"].iter().enumerate().all(|(index, expected)| {
        let status = reply.json().pointer(&format!("/entry/{index}/response/status")).cloned();
        status.is_some_and(|status| status.as_str().is_some_and(|status| status.starts_with(expected)))
    });
    table.check("…asks three things in one message (batch)", &reply, statuses);

    let known = json!({"resourceType": "Patient", "identifier": [
        {"system": patient.authority().urn(), "value": patient.number()},
    ]});
    let reply = stage.fhir_post("Patient/$match", Some(&gp), known.to_string()).await?;
    let certain = reply.status == StatusCode::OK && reply.text().contains("certain");
    table.check("…matches a patient by the number (ITI-119)", &reply, certain);
    let reply = stage.fhir_get("Patient?family=X&birthdate=1990-01-01", Some(&gp), JSON).await?;
    let refused = reply.status == StatusCode::FORBIDDEN && reply.text().contains("caller_may_search");
    table.check("…and by traits, which a regulation centre alone may", &reply, refused);
    Ok(())
}

/// A deposit rehearsed: the same judgement, nothing kept.
async fn rehearses(stage: &Stage, table: &mut Table, hospital: &str) -> anyhow::Result<()> {
    for (what, bundle, rule) in [
        ("The hospital rehearses a deposit ($validate): it would go in", samples::ITI65_HOSPITAL_V2, None),
        (
            "…and one of an unknown type: told, nothing kept",
            samples::ITI65_UNKNOWN_TYPE,
            Some("type_is_accepted"),
        ),
    ] {
        let reply = stage.fhir_post("Bundle/$validate", Some(hospital), bundle).await?;
        let errors = reply.text().contains("\"severity\":\"error\"");
        let told = rule.is_none_or(|rule| reply.text().contains(rule)) && errors == rule.is_some();
        table.check(what, &reply, reply.status == StatusCode::OK && told);
    }
    Ok(())
}
