//! The steps of the demonstration, in order: what happens, and what must be answered.

use anyhow::Context as _;
use http::StatusCode;
use model::{EmergencyMode, Ins, Party, PersonId};
use policy::{Choice, Setting};
use serde_json::Value;

use super::calls::{Reply, SoapCaller};
use super::stage::Stage;
use super::table::Table;
use super::{holder, reader, samples, vendor};
use crate::pki::TokenClaims;

/// Plays every step. The table knows whether all went as expected.
pub async fn play(stage: &mut Stage, table: &mut Table) -> anyhow::Result<()> {
    let patient = stage.cast.patient("ondine")?.clone();
    stage.authorise(&patient, &["gp", "dietitian", "podiatrist"]).await?;
    table.title("Two deposits, each by a structure");
    deposits(stage, table, &patient).await?;
    table.title("A GP reads both, through both doors");
    reads(stage, table, &patient).await?;
    table.title("Software that speaks XDS only starts by itself");
    reader::play(stage, table, &patient).await?;
    table.title("What a vendor of new software tries first");
    vendor::play(stage, table, &patient).await?;
    table.title("What the habilitation matrix refuses");
    matrix(stage, table, &patient).await?;
    table.title("What the patient refuses");
    choices(stage, table, &patient).await?;
    table.title("What the patient steers, with their own software");
    holder::play(stage, table, &patient).await?;
    table.title("What must not get through");
    proofs(stage, table, &patient).await
}

async fn deposits(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    let laboratory = SoapCaller::new("laboratory", patient);
    let reply = stage.soap("repository", samples::ITI41_LAB, &samples::lab_parts(), &laboratory).await?;
    table.check(
        "A laboratory deposits a CDA N3 report (ITI-41, MTOM, signed VIHF)",
        &reply,
        is_success(&reply),
    );
    let again = stage.soap("repository", samples::ITI41_LAB, &samples::lab_parts(), &laboratory).await?;
    table.check("…and the same again after a lost answer: the same receipt", &again, is_success(&again));
    let hospital = stage.token(&stage.claims("hospital")?)?;
    let reply = stage.fhir_post("", Some(&hospital), samples::ITI65_HOSPITAL).await?;
    table.check("A hospital deposits a CDA N1 with its PDF (ITI-65)", &reply, reply.status == StatusCode::OK);
    for (what, bundle) in [
        ("…a childbirth report and a vaccination history", samples::ITI65_TWO),
        ("…an emergency report, masked to professionals", samples::ITI65_MASKED),
    ] {
        let reply = stage.fhir_post("", Some(&hospital), bundle).await?;
        table.check(what, &reply, reply.status == StatusCode::OK);
    }
    Ok(())
}

async fn reads(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    let gp = SoapCaller::new("gp", patient);
    let list = stage.soap("registry", samples::ITI18_FIND, &[], &gp).await?;
    let both = is_success(&list)
        && list.text().contains(samples::LAB_ID)
        && list.text().contains(samples::HOSPITAL_ID);
    table.check(
        "The GP's list through XDS (ITI-18) has both",
        &list,
        both && !list.text().contains(samples::MASKED_ID),
    );
    let documents = stage.soap("repository", samples::ITI43_TWO, &[], &gp).await?;
    let same = contains(&documents, samples::CDA_LAB) && contains(&documents, samples::CDA_HOSPITAL);
    table.check(
        "The GP retrieves both through XDS (ITI-43), byte for byte",
        &documents,
        is_success(&documents) && same,
    );
    let token = stage.token(&stage.claims("gp")?)?;
    let list = fhir_list(stage, &token, patient).await?;
    let urls = attachment_urls(&list);
    table.check("The GP's list through FHIR (ITI-67) has the same", &list, urls.len() == 4);
    for (what, id, bytes) in [
        ("The laboratory's report through FHIR (ITI-68)", samples::LAB_ID, samples::CDA_LAB),
        ("The hospital's report through FHIR (ITI-68)", samples::HOSPITAL_ID, samples::CDA_HOSPITAL),
    ] {
        let url = url_of(&list, id).context("the list has no such document")?;
        let reply = stage.fhir_get(&below_base(stage, &url), Some(&token), "*/*").await?;
        table.check(what, &reply, reply.status == StatusCode::OK && reply.body == bytes);
    }
    Ok(())
}

async fn matrix(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    let gp = stage.token(&stage.claims("gp")?)?;
    let all = fhir_list(stage, &gp, patient).await?;
    for (who, what, hidden, bundle, envelope, part) in [
        (
            "dietitian",
            "vaccination history",
            samples::VACCINATION_ID,
            samples::ITI65_DIETITIAN,
            samples::ITI41_DIETITIAN,
            samples::dietitian_parts(),
        ),
        (
            "podiatrist",
            "childbirth report",
            samples::CHILDBIRTH_ID,
            samples::ITI65_PODIATRIST,
            samples::ITI41_PODIATRIST,
            samples::podiatrist_parts(),
        ),
    ] {
        let token = stage.token(&stage.claims(who)?)?;
        let list = fhir_list(stage, &token, patient).await?;
        let without = list.status == StatusCode::OK && url_of(&list, hidden).is_none();
        table.check(&format!("A {who}'s list has no {what} (ITI-67)"), &list, without);
        let found = stage.soap("registry", samples::ITI18_FIND, &[], &SoapCaller::new(who, patient)).await?;
        let without = is_success(&found) && !found.text().contains(hidden);
        table.check(&format!("A {who}'s list has no {what} (ITI-18)"), &found, without);
        let url = url_of(&all, hidden).context("the GP's list lacks a document")?;
        let direct = stage.fhir_get(&below_base(stage, &url), Some(&token), "*/*").await?;
        let absent =
            stage.fhir_get("Binary/00000000-0000-4000-8000-000000000000", Some(&token), "*/*").await?;
        let same = direct.status == StatusCode::NOT_FOUND && direct.body == absent.body;
        table.check(
            &format!("A {who} reads the {what} by its address: as if it did not exist"),
            &direct,
            same,
        );
        let reply = stage.fhir_post("", Some(&token), bundle).await?;
        table.check(
            &format!("A {who} deposits a {what} in their own name (ITI-65)"),
            &reply,
            reply.status == StatusCode::FORBIDDEN && reply.text().contains("type_is_open_to_depositor"),
        );
        let reply = stage.soap("repository", envelope, &part, &SoapCaller::new(who, patient)).await?;
        table.check(
            &format!("A {who} deposits a {what} in their own name (ITI-41)"),
            &reply,
            is_refused_by(&reply, "type_is_open_to_depositor"),
        );
    }
    Ok(())
}

async fn choices(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    let refused =
        |reply: &Reply, rule: &str| reply.status == StatusCode::FORBIDDEN && reply.text().contains(rule);
    let nurse = stage.token(&stage.claims("nurse")?)?;
    let reply = fhir_list(stage, &nurse, patient).await?;
    table.check("A nurse without authorisation searches", &reply, refused(&reply, "authorisation_is_valid"));
    let reply = mode(stage, "nurse", patient, "bris_de_glace", None).await?;
    table.check("…in break-glass without a reason", &reply, refused(&reply, "break_glass_has_reason"));
    let reply = mode(stage, "nurse", patient, "bris_de_glace", Some("Patiente inconsciente")).await?;
    table.check(
        "…in break-glass with a reason: a list, without the masked document",
        &reply,
        reply.status == StatusCode::OK,
    );
    let reply = mode(stage, "regulator", patient, "centre_15", None).await?;
    table.check("A SAMU regulator searches in centre 15", &reply, reply.status == StatusCode::OK);
    let reply = mode(stage, "gp", patient, "centre_15", None).await?;
    table.check("A GP who is no regulator does", &reply, refused(&reply, "centre_15_is_a_regulator"));

    let other = PersonId(stage.cast.professional("other-gp")?.id.clone());
    stage.authorise(patient, &["other-gp"]).await?;
    stage.choose(patient, Choice::Set(Setting::Blocked(Party::Person(other)))).await?;
    let token = stage.token(&stage.claims("other-gp")?)?;
    let reply = fhir_list(stage, &token, patient).await?;
    table.check("A blocked doctor searches", &reply, refused(&reply, "caller_is_not_blocked"));
    let reply = mode(stage, "other-gp", patient, "bris_de_glace", Some("Urgence")).await?;
    table.check("…in break-glass: blocking wins", &reply, refused(&reply, "caller_is_not_blocked"));

    let ulysse = stage.cast.patient("ulysse")?.clone();
    stage.choose(&ulysse, Choice::Set(Setting::Opposed(EmergencyMode::BreakGlass))).await?;
    let reply = mode(stage, "nurse", &ulysse, "bris_de_glace", Some("Patient inconscient")).await?;
    table.check(
        "Break-glass on a record whose holder opposed it",
        &reply,
        refused(&reply, "break_glass_is_not_opposed"),
    );

    let gp = stage.token(&stage.claims("gp")?)?;
    let closed = stage.cast.patient("achille")?.clone();
    let reply = fhir_list(stage, &gp, &closed).await?;
    table.check("A GP searches a closed record", &reply, refused(&reply, "record_is_open"));
    for who in ["sidonie", "inconnue"] {
        let absent = stage.cast.patient(who)?.clone();
        let reply = fhir_list(stage, &gp, &absent).await?;
        let empty = reply.status == StatusCode::OK && attachment_urls(&reply).is_empty();
        let what = if who == "sidonie" { "a record whose holder opposed it" } else { "an unknown number" };
        table.check(&format!("A GP searches {what}: an empty list"), &reply, empty);
    }
    let hospital = stage.token(&stage.claims("hospital")?)?;
    let opposed = samples::for_patient(samples::ITI65_HOSPITAL, patient, stage.cast.patient("sidonie")?);
    let reply = stage.fhir_post("", Some(&hospital), opposed).await?;
    let unknown = reply.status == StatusCode::NOT_FOUND && reply.text().contains("record_exists");
    table.check("A hospital deposits into a record whose holder opposed it", &reply, unknown);
    let into_closed = samples::for_patient(samples::ITI65_HOSPITAL, patient, &closed);
    let reply = stage.fhir_post("", Some(&hospital), into_closed).await?;
    table.check("…and into a closed record", &reply, refused(&reply, "record_is_open"));
    Ok(())
}

async fn proofs(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    let search = search_path(patient);
    let reply = stage.fhir_get(&search, None, "application/fhir+json").await?;
    table.check("A search without a token", &reply, reply.status == StatusCode::UNAUTHORIZED);
    let hospital = stage.token(&stage.claims("hospital")?)?;
    let reply = stage.fhir_get(&search, Some(&hospital), "application/fhir+json").await?;
    let refused = reply.status == StatusCode::FORBIDDEN && reply.text().contains("caller_may_search");
    table.check("A hospital, as a structure, searches: it feeds, it does not read", &reply, refused);

    let mut gp = SoapCaller::new("gp", patient);
    let assertion = stage.assertion(&gp)?;
    let tampered = assertion.replace("normal", "centre_15");
    let envelope = stage.dressed(samples::ITI18_FIND, &super::calls::security(&tampered));
    let reply = stage.soap_raw("registry", &envelope, &[], None).await?;
    let refused = !reply.status.is_success() && reply.text().contains("FailedCheck");
    table.check("An assertion changed after its signature", &reply, refused);
    let certificate = stage.credential("nurse", "client")?;
    let envelope = stage.dressed(samples::ITI18_FIND, &super::calls::security(&assertion));
    let reply = stage.soap_raw("registry", &envelope, &[], Some(&certificate)).await?;
    let refused = !reply.status.is_success() && reply.text().contains("proofs_agree");
    table.check("A doctor's assertion over a nurse's connection", &reply, refused);
    gp.certificate = false;
    let reply = stage.soap("repository", samples::ITI43_TWO, &[], &gp).await?;
    table.check("The doctor's own assertion, without client certificate", &reply, is_success(&reply));
    let elsewhere = samples::for_patient(samples::ITI65_WRONG_HASH, patient, stage.cast.patient("basile")?);
    let reply = stage.fhir_post("", Some(&hospital), elsewhere).await?;
    let refused =
        reply.status == StatusCode::UNPROCESSABLE_ENTITY && reply.text().contains("hash_and_size_hold");
    let refused = refused && reply.text().contains("cda_patient_is_the_patient");
    table.check("A document whose hash is wrong, of another patient: both are said", &reply, refused);
    Ok(())
}

async fn mode(
    stage: &Stage,
    who: &str,
    patient: &Ins,
    mode: &str,
    reason: Option<&str>,
) -> anyhow::Result<Reply> {
    let claims =
        TokenClaims { mode: mode.to_owned(), reason: reason.map(str::to_owned), ..stage.claims(who)? };
    let token = stage.token(&claims)?;
    fhir_list(stage, &token, patient).await
}

/// The search of every current document of a patient.
pub fn search_path(patient: &Ins) -> String {
    let (system, number) = (patient.domain().oid(), patient.number());
    format!("DocumentReference?patient.identifier=urn:oid:{system}%7C{number}&status=current")
}

/// Searches every current document of a patient.
pub async fn fhir_list(stage: &Stage, token: &str, patient: &Ins) -> anyhow::Result<Reply> {
    stage.fhir_get(&search_path(patient), Some(token), "application/fhir+json").await
}

/// The addresses of the documents of a list.
pub fn attachment_urls(list: &Reply) -> Vec<String> {
    entries(list).iter().filter_map(attachment_url).collect()
}

/// The address of a document of a list, by its uniqueId.
pub fn url_of(list: &Reply, unique_id: &str) -> Option<String> {
    let wanted = format!("urn:oid:{unique_id}");
    let entries = entries(list);
    let id = |entry: &Value| {
        entry.pointer("/resource/masterIdentifier/value").and_then(Value::as_str) == Some(&wanted)
    };
    entries.iter().find(|entry| id(entry)).and_then(attachment_url)
}

fn entries(list: &Reply) -> Vec<Value> {
    list.json().get("entry").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn attachment_url(entry: &Value) -> Option<String> {
    entry.pointer("/resource/content/0/attachment/url").and_then(Value::as_str).map(str::to_owned)
}

fn below_base(stage: &Stage, url: &str) -> String {
    url.trim_start_matches(&format!("{}/fhir/", stage.base)).to_owned()
}

pub(super) fn is_success(reply: &Reply) -> bool {
    reply.status == StatusCode::OK && reply.text().contains("ResponseStatusType:Success")
}

pub(super) fn is_refused_by(reply: &Reply, rule: &str) -> bool {
    reply.status == StatusCode::OK
        && reply.text().contains("ResponseStatusType:Failure")
        && reply.text().contains(&format!("[{rule}]"))
}

pub(super) fn contains(reply: &Reply, bytes: &[u8]) -> bool {
    reply.body.windows(bytes.len()).any(|window| window == bytes)
}
