//! `GET /Patient/{id}/$export`: everything about one person in one Bundle, for that person (RGPD 15 and 20). Documents
//! come as Binary resources within a budget of bytes; a larger export is an operator's act.

use journey::{Clock, Export, Ids, Store, exported_bytes};
use model::EntryUuid;
use policy::{RecordState, Standing};
use serde_json::{Value, json};

use crate::codec::primitive::encode;
use crate::document_reference::{Frame, write};
use crate::patient::Style;
use crate::{Response, Visit};

/// The operation's name, and the scope that it needs.
pub(crate) const NAME: &str = "export";

/// Where the bytes of the exported documents are, in the order of [`Export::documents`].
#[derive(Debug, Clone, Copy)]
pub enum Bytes<'a> {
    /// In the Bundle, as Binary resources.
    Inline(&'a [Vec<u8>]),
    /// In files beside it, by relative name.
    Files(&'a [String]),
}

/// The export as a Bundle of type collection: the Patient, the DocumentReferences, and the Binaries if they are
/// inline. `base` is the base URL of this door, without a slash at the end.
pub fn export_bundle(
    export: &Export,
    bytes: Bytes<'_>,
    base: &str,
    (pack, systems): (&journey::Pack, &mappings::Systems),
) -> Value {
    let state = match export.standing {
        Standing::Open | Standing::Activated => RecordState::Open,
        Standing::Closed => RecordState::Closed,
        Standing::Unknown | Standing::Notified | Standing::Opposed | Standing::Erased => RecordState::Absent,
    };
    let style = Style { pack, systems, domains: None };
    let resource = style.write_exported(export.id, &export.identity, state);
    let mut entries =
        vec![json!({"fullUrl": format!("{base}/Patient/{}", export.id.bare()), "resource": resource})];
    for (index, document) in export.documents.iter().enumerate() {
        let stored = document.get();
        let id = stored.entry.logical_id.bare();
        let frame = Frame { base, systems, patient: Some(export.id), stored_at: stored.changed_at };
        let mut reference = write(&stored.entry, &stored.associations, &frame);
        if let Bytes::Files(names) = bytes
            && let (Some(name), Some(url)) =
                (names.get(index), reference.pointer_mut("/content/0/attachment/url"))
        {
            *url = json!(name);
        }
        entries.push(json!({"fullUrl": format!("{base}/DocumentReference/{id}"), "resource": reference}));
        if let Bytes::Inline(contents) = bytes
            && let Some(content) = contents.get(index)
        {
            let binary = binary(&id, stored.entry.mime_type.as_str(), content);
            entries.push(json!({"fullUrl": format!("{base}/Binary/{id}"), "resource": binary}));
        }
    }
    json!({"resourceType": "Bundle", "type": "collection", "timestamp": export.at.iso(), "entry": entries})
}

fn binary(id: &str, content_type: &str, content: &[u8]) -> Value {
    let mut binary = json!({"resourceType": "Binary", "id": id, "contentType": content_type});
    if let (false, Some(members)) = (content.is_empty(), binary.as_object_mut()) {
        members.insert("data".into(), json!(encode(content)));
    }
    binary
}

/// Exports by our Patient id.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let ins = match visit.desk.store.patient_by_id(id).await {
        Ok(Some(ins)) => ins,
        Ok(None) => return visit.teller.absent(),
        Err(fault) => return visit.teller.fault(&fault),
    };
    // Whoever operates the gateway reads no document through a door: the command writes the export for the holder.
    if visit.caller.channel == model::Channel::Operator {
        let finding = model::Finding::new(model::Rule::ActIsOpenToCaller).arg("act", NAME);
        return visit.teller.refuse(&[finding]);
    }
    let budget = u64::try_from(visit.door.limits.bytes).unwrap_or(u64::MAX);
    let export = match journey::export(visit.desk, visit.caller, NAME, &ins, Some(budget)).await {
        Ok(export) => export,
        Err(refusal) => return visit.teller.refusal(&refusal),
    };
    let mut contents = Vec::with_capacity(export.documents.len());
    for document in &export.documents {
        match exported_bytes(visit.desk, document).await {
            Ok(bytes) => contents.push(bytes),
            Err(refusal) => return visit.teller.refusal(&refusal),
        }
    }
    let systems = &visit.desk.mappings.systems;
    let tables = (&visit.desk.pack, systems);
    Response::json(200, &export_bundle(&export, Bytes::Inline(&contents), &visit.door.base, tables))
}
