//! Everything about one person as a folder: `bundle.json` (FHIR R4), `rights.json`, `history.json`, and every document
//! byte for byte under `documents/`. The operator hands it to the holder; nothing of it is shown at the terminal.

use std::path::Path;

use anyhow::Context as _;
use fhir::{Bytes, export_bundle};
use journey::{Export, HistoryLine, InForce, exported_bytes};
use model::EntryUuid;
use policy::Setting;
use serde_json::{Value, json};

use super::lines::Lines;
use super::status::standing;
use super::{operator, worded};
use crate::commands::{say, write_private, write_private_bytes};
use crate::config::Config;
use crate::gateway::SystemDesk;

/// Writes the export of the one record that is named. What was begun and could not be ended is removed.
pub(super) async fn write(
    desk: &SystemDesk,
    config: &Config,
    lines: &Lines,
    to: &Path,
) -> anyhow::Result<bool> {
    let patient = lines.one_ins()?;
    private_folder(to)?;
    let export = match journey::export(desk, &operator(), "operator", &patient, None).await {
        Ok(export) => export,
        Err(refusal) => {
            say(&worded(desk, &refusal));
            std::fs::remove_dir(to).with_context(|| to.display().to_string())?;
            return Ok(false);
        }
    };
    let written = files(desk, config, &export, to).await;
    if written.is_err() {
        std::fs::remove_dir_all(to).with_context(|| to.display().to_string())?;
    }
    written?;
    say(&format!("{} documents, {} lines of history", export.documents.len(), export.history.len()));
    Ok(true)
}

async fn files(desk: &SystemDesk, config: &Config, export: &Export, to: &Path) -> anyhow::Result<()> {
    private_folder(&to.join("documents"))?;
    let mut names = Vec::new();
    for document in &export.documents {
        let entry = &document.get().entry;
        let name = format!("documents/{}.{}", entry.logical_id.bare(), extension(entry.mime_type.as_str()));
        let bytes = exported_bytes(desk, document).await;
        let bytes = bytes.map_err(|refusal| anyhow::anyhow!("{name}: {}", worded(desk, &refusal)))?;
        write_private_bytes(&to.join(&name), &bytes)?;
        names.push(name);
    }
    let base = format!("{}/fhir", config.server.public_url.trim_end_matches('/'));
    let bundle = export_bundle(export, Bytes::Files(&names), &base, (&desk.pack, &desk.mappings.systems));
    let history = Value::Array(export.history.iter().map(line).collect());
    for (name, value) in [("bundle.json", bundle), ("rights.json", rights(export)), ("history.json", history)]
    {
        write_private(&to.join(name), &format!("{value:#}\n"))?;
    }
    Ok(())
}

fn private_folder(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = std::fs::DirBuilder::new();
    builder.mode(0o700).create(folder).with_context(|| folder.display().to_string())
}

/// The usual ending of a file of this type.
fn extension(media_type: &str) -> &'static str {
    match media_type {
        "text/xml" | "application/xml" => "xml",
        "application/pdf" => "pdf",
        "application/dicom" => "dcm",
        "application/zip" => "zip",
        "application/fhir+json" | "application/json" => "json",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/tiff" => "tiff",
        "text/plain" => "txt",
        "text/rtf" | "application/rtf" => "rtf",
        _ => "bin",
    }
}

fn rights(export: &Export) -> Value {
    let rights = &export.rights;
    let represent = |linkage: &journey::Linkage| {
        json!({
            "id": linkage.id.bare(),
            "since": linkage.since.iso(),
            "link": linkage.representation.link.name(),
            "live": linkage.live,
        })
    };
    json!({
        "standing": standing(export.standing),
        "notices": match rights.notice {
            policy::AccessNotice::First => "first",
            policy::AccessNotice::Each => "each",
        },
        "inForce": rights.in_force.iter().map(in_force).collect::<Vec<_>>(),
        "representatives": rights.representatives.iter().map(represent).collect::<Vec<_>>(),
    })
}

fn in_force(one: &InForce) -> Value {
    let mut told = json!({ "id": one.id.bare(), "since": one.since.iso() });
    let party = |party: &model::Party| json!({ "kind": party.kind(), "id": party.id() });
    let (name, more): (&str, Vec<(&str, Value)>) = match &one.setting {
        Setting::Authorised(whom, grant) => (
            "authorised",
            vec![
                ("party", party(whom)),
                ("ground", json!(grant.ground.name())),
                ("until", json!(grant.until.iso())),
            ],
        ),
        Setting::Blocked(whom) => ("blocked", vec![("party", party(whom))]),
        Setting::FeedingRefused(whom) => ("feeding-refused", vec![("party", party(whom))]),
        Setting::Opposed(mode) => ("mode-opposed", vec![("mode", json!(mode.code()))]),
        Setting::MaskedAllowed(mode) => ("masked-allowed", vec![("mode", json!(mode.code()))]),
        Setting::Treating(person) => ("treating-physician", vec![("person", json!(person.0))]),
        Setting::MaskedTo(document, whom) => {
            ("masked-to", vec![("document", json!(document.bare())), ("party", party(whom))])
        }
    };
    if let Some(members) = told.as_object_mut() {
        members.insert("setting".to_owned(), json!(name));
        members.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));
    }
    told
}

/// One line of a history as JSON.
pub(crate) fn line(line: &HistoryLine) -> Value {
    let documents: Vec<String> = line.documents.iter().map(EntryUuid::bare).collect();
    json!({
        "id": line.id.bare(),
        "at": line.at.iso(),
        "act": line.act,
        "deeds": line.deeds,
        "transaction": line.transaction,
        "kind": line.kind,
        "who": line.display,
        "person": line.person,
        "structure": line.structure,
        "party": line.party.as_ref().map(|party| json!({ "kind": party.kind(), "id": party.id() })),
        "mode": line.mode,
        "reason": line.reason,
        "outcome": if line.absent { "absent" } else if line.refused.is_empty() { "done" } else { "refused" },
        "rules": line.refused,
        "documents": documents,
        "software": line.software,
        "request": line.request,
        "tables": line.matrix,
        "contested": line.contested,
        "secret": line.lineage.secret,
    })
}
