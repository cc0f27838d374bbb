//! The steps in which the patient steers: every one through the FHIR door, with the patient's own token.

use anyhow::Context as _;
use http::StatusCode;
use model::Ins;
use serde_json::{Value, json};

use super::calls::Reply;
use super::script::search_path;
use super::stage::Stage;
use super::table::Table;

const JSON: &str = "application/fhir+json";

/// Who could see, masking, blocking, médecin traitant, history.
pub(super) async fn play(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    let token = stage.token(&stage.claims("ondine")?)?;
    let reader = stage.token(&stage.claims("gp")?)?;
    let list = stage.fhir_get(&search_path(patient), Some(&reader), JSON).await?;
    let resource = first_shown(&list).context("the GP's list has no document")?;
    let id = text_at(&resource, "/id");
    let (path, who) = (format!("DocumentReference/{id}"), format!("DocumentReference/{id}/$who-could-see"));

    let question =
        json!({"resourceType": "Parameters", "parameter": [{"name": "mask", "valueBoolean": true}]});
    let reply = stage.fhir_post(&who, Some(&token), question.to_string()).await?;
    let both = reply.json().pointer("/parameter/1/name").is_some_and(|name| name == "if");
    table.check("Who could see this, and what if it were masked? Asked before choosing", &reply, both);

    let masked = patch(stage, &path, &token, mask()).await?;
    table.check("The patient masks it to professionals (PATCH)", &masked, masked.status == StatusCode::OK);
    let reply = stage.fhir_get(&path, Some(&reader), JSON).await?;
    table.check("…the GP reads it: as if it did not exist", &reply, reply.status == StatusCode::NOT_FOUND);
    let reply = patch(stage, &path, &token, unmask(&masked)).await?;
    table.check("…and takes the mask off", &reply, reply.status == StatusCode::OK);
    let reply = stage.fhir("DELETE", &path, Some(&token), None, "").await?;
    let refused = reply.status == StatusCode::FORBIDDEN && reply.text().contains("act_is_open_to_caller");
    table.check("Deleting what a professional wrote is not the patient's", &reply, refused);

    let nurse = stage.cast.professional("nurse")?.id.clone();
    let blocked = consent(stage, &token, patient, &deny(&nurse)).await?;
    table.check("The patient blocks a nurse (Consent)", &blocked, blocked.status == StatusCode::CREATED);
    let claims = crate::pki::TokenClaims {
        mode: "bris_de_glace".into(),
        reason: Some("Urgence".into()),
        ..stage.claims("nurse")?
    };
    let reply = stage.fhir_get(&search_path(patient), Some(&stage.token(&claims)?), JSON).await?;
    let refused = reply.status == StatusCode::FORBIDDEN && reply.text().contains("caller_is_not_blocked");
    table.check("…who breaks the glass: blocking wins", &reply, refused);
    let lifted = format!("Consent/{}", text_at(&blocked.json(), "/id"));
    let reply = stage.fhir("DELETE", &lifted, Some(&token), None, "").await?;
    table.check("…and unblocks her", &reply, reply.status == StatusCode::NO_CONTENT);

    let history =
        format!("AuditEvent?patient.identifier={}%7C{}", patient.authority().urn(), patient.number());
    let reply = stage.fhir_get(&history, Some(&token), JSON).await?;
    let told = reply.status == StatusCode::OK && reply.text().contains("caller_is_not_blocked");
    table.check("The patient reads who did what (AuditEvent)", &reply, told);
    let reply = stage.fhir_get("$habilitation-matrix", None, JSON).await?;
    table.check("The habilitation matrix in force, for anyone", &reply, reply.status == StatusCode::OK);
    Ok(())
}

/// The first document of a list.
fn first_shown(list: &Reply) -> Option<Value> {
    let bundle = list.json();
    let entries = bundle.get("entry").and_then(Value::as_array)?;
    let mut resources = entries.iter().filter_map(|entry| entry.get("resource"));
    resources.find(|one| text_at(one, "/resourceType") == "DocumentReference").cloned()
}

fn text_at(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

async fn patch(stage: &Stage, path: &str, token: &str, body: Value) -> anyhow::Result<Reply> {
    stage.fhir("PATCH", path, Some(token), Some("application/json-patch+json"), body.to_string()).await
}

fn mask() -> Value {
    const FLAGS: &str = "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";
    json!([{"op": "add", "path": "/securityLabel/-", "value": {"coding": [{"system": FLAGS, "code": "MASQUE_PS"}]}}])
}

/// Names the label that it takes away: a place alone could be another's.
fn unmask(masked: &Reply) -> Value {
    let shown = masked.json();
    let labels = shown.get("securityLabel").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let masked = |label: &Value| text_at(label, "/coding/0/code") == "MASQUE_PS";
    let place = labels.iter().position(masked).unwrap_or_default();
    json!([
        {"op": "test", "path": format!("/securityLabel/{place}/coding/0/code"), "value": "MASQUE_PS"},
        {"op": "remove", "path": format!("/securityLabel/{place}")},
    ])
}

fn deny(person: &str) -> Value {
    const ROLES: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    json!({"type": "deny", "actor": [{
        "role": {"coding": [{"system": ROLES, "code": "IRCP"}]},
        "reference": {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": person}},
    }]})
}

async fn consent(stage: &Stage, token: &str, patient: &Ins, provision: &Value) -> anyhow::Result<Reply> {
    let holder = json!({"identifier": {"system": patient.authority().urn(), "value": patient.number()}});
    let consent = json!({
        "resourceType": "Consent", "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": holder, "dateTime": "2026-01-02T10:00:00+01:00", "performer": [holder],
        "organization": [{"display": "Dossier"}], "sourceReference": {"display": "Acte en ligne"},
        "policy": [{"uri": "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal"}],
        "provision": provision,
    });
    stage.fhir_post("Consent", Some(token), consent.to_string()).await
}
