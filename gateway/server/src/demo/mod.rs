//! `passerelle demo`: the main job on real input, over real sockets.

pub mod calls;
pub mod cast;
pub mod client;
pub mod samples;
pub mod script;
pub mod stage;
mod table;

use journey::Store as _;

use crate::commands::{say, stop_signal};
use stage::{Setting, Stage};
use table::Table;

/// Plays the demonstration. With `once` it ends there: true only if every step was as expected. Without, the
/// gateway keeps running with lines to copy.
pub async fn run(once: bool) -> anyhow::Result<bool> {
    let folder = tempfile::Builder::new().prefix("passerelle-demo-").tempdir()?;
    let listen = if once { None } else { Some("127.0.0.1:8443".to_owned()) };
    let mut stage = Stage::set(folder.path(), Setting { listen, ..Setting::default() }).await?;
    stage.feed_patients().await?;
    say(&format!("Passerelle {} listens on {}", env!("CARGO_PKG_VERSION"), stage.base));
    let mut table = Table::default();
    script::play(&mut stage, &mut table).await?;
    history(&stage, &mut table).await?;
    let as_expected = table.close();
    if !once {
        lines_to_copy(&stage, folder.path())?;
        stop_signal().await?;
    }
    stage.pause().await?;
    Ok(as_expected)
}

/// The patient's history, and the verification of the journal.
async fn history(stage: &Stage, table: &mut Table) -> anyhow::Result<()> {
    let store = &stage.gateway()?.app.desk.store;
    table.title("The patient's access history");
    let lines =
        store.history(stage.cast.patient("ondine")?).await.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    for line in &lines {
        let refused = if line.refused.is_empty() {
            String::new()
        } else {
            format!(" refused: {}", line.refused.join(", "))
        };
        let (at, act, transaction, who, mode) =
            (line.at.iso(), &line.act, &line.transaction, &line.who, &line.mode);
        say(&format!(
            "  {at}  {act:<14} {transaction:<8} {mode:<14} {who} ({} document(s)){refused}",
            line.documents
        ));
    }
    let refused = lines.iter().filter(|line| !line.refused.is_empty()).count();
    table.line(
        "Every act and every refusal left its line",
        &format!("{} lines, {refused} refusals", lines.len()),
        refused >= 8,
    );
    let report = store.verify_journal().await.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    table.line("The journal verifies", &crate::commands::worded(&report), report.broken.is_empty());
    Ok(())
}

fn lines_to_copy(stage: &Stage, folder: &std::path::Path) -> anyhow::Result<()> {
    let (gp, hospital) = (stage.token(&stage.claims("gp")?)?, stage.token(&stage.claims("hospital")?)?);
    let authority = folder.join("authorities.pem");
    let curl = format!("curl --cacert {} -H \"Accept-Language: en\"", authority.display());
    let search = script::search_path(stage.cast.patient("ondine")?);
    say("\nThe gateway keeps running; Ctrl-C ends it. To copy:\n");
    say(&format!("GP={gp}\nHOSPITAL={hospital}\n"));
    say(&format!("{curl} {}/fhir/metadata", stage.base));
    say(&format!("{curl} -H \"Authorization: Bearer $GP\" '{}/fhir/{search}'", stage.base));
    say(&format!(
        "{curl} -H \"Authorization: Bearer $HOSPITAL\" -H 'Content-Type: application/fhir+json' \
         --data-binary @samples/fhir/iti65-hospital-report-v2.json {}/fhir",
        stage.base
    ));
    Ok(())
}
