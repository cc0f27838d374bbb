//! `passerelle demo`: the main job on real input, over real sockets.

pub mod calls;
pub mod cast;
pub mod client;
mod holder;
mod reader;
pub mod samples;
pub mod script;
pub mod stage;
mod table;
mod vendor;

use std::path::Path;

use journey::{Clock as _, MOST_LINES, Store as _};

use crate::commands::{say, stop_signal, write_private};
use crate::outside::SystemClock;
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
        let stopped = stop_signal()?;
        lines_to_copy(&mut stage, folder.path())?;
        stopped.await;
    }
    stage.pause().await?;
    Ok(as_expected)
}

/// The patient's history, and the verification of the journal.
async fn history(stage: &Stage, table: &mut Table) -> anyhow::Result<()> {
    let store = &stage.gateway()?.app.desk.store;
    table.title("The patient's access history");
    let lines = store.history(stage.cast.patient("ondine")?, MOST_LINES, SystemClock.now()).await;
    let lines = lines.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    for line in &lines {
        let refused = if line.refused.is_empty() {
            String::new()
        } else {
            format!(" refused: {}", line.refused.join(", "))
        };
        let (at, act, transaction, who, mode) =
            (line.at.iso(), &line.act, &line.transaction, &line.display, &line.mode);
        say(&format!(
            "  {at}  {act:<14} {transaction:<8} {mode:<14} {who} ({} document(s)){refused}",
            line.documents.len()
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

/// Certificates, keys and tokens of the people, and lines for a shell.
fn lines_to_copy(stage: &mut Stage, folder: &Path) -> anyhow::Result<()> {
    for who in ["gp", "nurse", "dietitian", "podiatrist", "hospital", "laboratory"] {
        for kind in ["client", "sign"] {
            let credential = stage.credential(who, kind)?;
            write_private(&folder.join(format!("{who}-{kind}.pem")), &credential.certificate_pem)?;
            write_private(&folder.join(format!("{who}-{kind}.key")), &credential.key_pem)?;
        }
    }
    let holder = stage.token(&stage.claims("ondine")?)?;
    let (gp, hospital) = (stage.token(&stage.claims("gp")?)?, stage.token(&stage.claims("hospital")?)?);
    let (folder, base) = (folder.display(), &stage.base);
    let patient = stage.cast.patient("ondine")?;
    let curl = format!("curl --cacert {folder}/authorities.pem -H 'Accept-Language: en'");
    let search = script::search_path(patient);
    let gp_id = &stage.cast.professional("gp")?.id;
    say("\nThe gateway keeps running; Ctrl-C ends it. Its certificates, keys and configuration are in");
    say(&format!(
        "{folder}. Tokens live an hour. To copy:\n\nGP={gp}\nHOSPITAL={hospital}\nPATIENT={holder}\n"
    ));
    say(&format!("{curl} {base}/fhir/metadata"));
    say(&format!("{curl} -H \"Authorization: Bearer $GP\" '{base}/fhir/{search}'"));
    say(&format!(
        "{curl} -H \"Authorization: Bearer $HOSPITAL\" -H 'Content-Type: application/fhir+json' \\\n  \
         --data-binary @samples/fhir/iti65-hospital-report-v2.json {base}/fhir"
    ));
    say("\nAn assertion for the XDS door, and what the patient may choose:\n");
    say(&format!(
        "passerelle credential assertion {folder} --mode DIRECTE --signer gp --name-id {gp_id} \\\n  \
         --role '1.2.250.1.71.1.2.7|10' --role '1.2.250.1.71.4.2.5|SM26' --patient '{}'",
        patient.to_cx()
    ));
    Ok(())
}
