//! A doctor whose software speaks XDS and nothing else: from the existence test to the document.

use http::StatusCode;
use model::Ins;

use super::calls::{Reply, SoapCaller};
use super::samples;
use super::script::{contains, is_refused_by, is_success};
use super::stage::Stage;
use super::table::Table;

/// Plays the journey of another GP, who withdraws at the end.
pub(super) async fn play(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    let gp = SoapCaller::new("other-gp", patient);
    let reply = stage.soap("dmp", samples::TD02, &[], &gp).await?;
    let open = found(&reply, "INEXISTANTE") && reply.text().contains("<statusCode code=\"active\"/>");
    table.check("Another GP asks whether the record exists (TD0.2): open, not authorised", &reply, open);
    let reply = stage.soap("registry", samples::ITI18_FIND, &[], &gp).await?;
    table.check("…and searches at once (ITI-18)", &reply, is_refused_by(&reply, "authorisation_is_valid"));
    let reply = stage.soap("dmp", samples::TD03_ATTEST, &[], &gp).await?;
    table.check("…attests the patient's consent (TD0.3)", &reply, done(&reply));
    let reply = stage.soap("dmp", samples::TD02, &[], &gp).await?;
    table.check("…asks again: authorised", &reply, found(&reply, "VALIDE"));
    let reply = stage.soap("registry", samples::ITI18_FIND, &[], &gp).await?;
    table.check("…finds the documents", &reply, is_success(&reply) && reply.text().contains(samples::LAB_ID));
    let reply = stage.soap("repository", samples::ITI43_TWO, &[], &gp).await?;
    let same = is_success(&reply) && contains(&reply, samples::CDA_LAB);
    table.check("…and retrieves them (ITI-43)", &reply, same);
    let reply = stage.soap("dmp", samples::TD03_WITHDRAW, &[], &gp).await?;
    table.check("…then withdraws the authorisation (TD0.3)", &reply, done(&reply));
    let reply = stage.soap("registry", samples::ITI18_FIND, &[], &gp).await?;
    table.check("…and reads no longer", &reply, is_refused_by(&reply, "authorisation_is_valid"));
    absent(stage, table, patient).await
}

/// Opposed and never known: one answer.
async fn absent(stage: &mut Stage, table: &mut Table, patient: &Ins) -> anyhow::Result<()> {
    for (who, what) in [("sidonie", "a record whose holder opposed it"), ("inconnue", "an unknown number")] {
        let other = stage.cast.patient(who)?.clone();
        let ask = samples::for_patient(samples::TD02, patient, &other);
        let reply = stage.soap("dmp", &ask, &[], &SoapCaller::new("other-gp", &other)).await?;
        let not_found = reply.text().contains("<queryResponseCode code=\"NF\"/>");
        table.check(&format!("The GP asks about {what}: not found"), &reply, not_found);
    }
    Ok(())
}

fn found(reply: &Reply, authorisation: &str) -> bool {
    let text = reply.text();
    reply.status == StatusCode::OK
        && text.contains("<queryResponseCode code=\"OK\"/>")
        && text.contains(&format!("code=\"{authorisation}\""))
}

fn done(reply: &Reply) -> bool {
    reply.status == StatusCode::OK && reply.text().contains("<hab:status>DMPOk</hab:status>")
}
