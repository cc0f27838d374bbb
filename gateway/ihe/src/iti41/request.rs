//! `xds:ProvideAndRegisterDocumentSetRequest` into a submission, and back for a client.

use std::collections::{BTreeMap, BTreeSet};

use journey::Ids;
use model::{Content, ContentBytes, Finding, Location, PartId, Rule, Submission};
use xml::{Element, Writer};

use crate::Envelope;
use crate::ebrim::names::{LCM, RIM, XDS};
use crate::ebrim::{self, Notes, Symbols, Way, entry_ids, submission};
use crate::mtom::Attachment;
use crate::mtom::xop::{self, Binary};
use crate::soap::names::XOP;

/// Reads the submission of an opened envelope.
///
/// # Errors
/// Every finding of the message: [`Rule::MessageIsReadable`] for what cannot be taken apart (a fault on the wire),
/// else metadata that is not well formed, or features that are not here.
pub fn read(envelope: &Envelope, ids: &dyn Ids) -> Result<Submission, Vec<Finding>> {
    let (submission, findings) = read_all(envelope, ids);
    submission.ok_or(findings)
}

/// As [`read`], with the warnings of a readable submission beside it.
pub fn read_all(envelope: &Envelope, ids: &dyn Ids) -> (Option<Submission>, Vec<Finding>) {
    let mut notes = Notes::default();
    let submission = take_apart(envelope, ids, &mut notes);
    let submission = submission.filter(|_| !notes.refuse());
    (submission, notes.into_findings())
}

fn take_apart(envelope: &Envelope, ids: &dyn Ids, notes: &mut Notes) -> Option<Submission> {
    let request = envelope.payload();
    let Some(list) = object_list(request) else {
        let finding = Finding::new(Rule::MessageIsReadable);
        notes.add(finding.at(Location::XPath(request.path())).detail(
            "lcm:SubmitObjectsRequest/rim:RegistryObjectList attendu",
            "expected lcm:SubmitObjectsRequest/rim:RegistryObjectList",
        ));
        return None;
    };
    let mut documents = documents(envelope, request, notes);
    let known = entry_ids(list);
    let objects = submission::read(list, Way::Provide, &mut Symbols::allocating(ids), notes)?;
    notes.dropped(objects.dropped);
    let entries = objects.entries.into_iter().map(|(id, entry)| {
        let content = documents.by_id.remove(&id).unwrap_or(Content::Missing(None));
        (entry, content)
    });
    let entries = entries.collect();
    let orphans = documents.by_id.into_keys().filter(|id| !known.contains(id)).map(PartId);
    let orphans = orphans.chain(documents.unused).collect();
    Some(Submission {
        set: objects.set,
        entries,
        associations: objects.associations,
        folders: objects.folders,
        memberships: objects.memberships,
        orphans,
        identity_qualified: None,
    })
}

/// The `rim:RegistryObjectList` of a request.
pub(super) fn object_list(request: Element<'_>) -> Option<Element<'_>> {
    request.child(LCM, "SubmitObjectsRequest")?.child(RIM, "RegistryObjectList")
}

struct Documents {
    /// By canonical id.
    by_id: BTreeMap<String, Content>,
    /// Parts that no document includes.
    unused: Vec<PartId>,
}

fn documents(envelope: &Envelope, request: Element<'_>, notes: &mut Notes) -> Documents {
    let mut by_id = BTreeMap::new();
    let mut used = vec![false; envelope.parts.len()];
    let mut incoming = BTreeSet::new();
    for document in request.children_named(XDS, "Document") {
        let id = ebrim::canonical_id(document.attribute("id").unwrap_or_default());
        let content = match xop::resolve(document, &envelope.parts) {
            Ok(Binary::Inline(bytes)) => Content::Inline(ContentBytes::new(bytes)),
            Ok(Binary::Part(index, bytes)) => {
                // One part for many documents would multiply what is held and stored.
                if used.get(index).copied().unwrap_or_default() {
                    already_a_document(&id, notes);
                    continue;
                }
                if let Some(used) = used.get_mut(index) {
                    *used = true;
                }
                Content::Inline(ContentBytes::new(bytes.as_ref()))
            }
            Ok(Binary::Missing(cid)) if envelope.arriving && !incoming.insert(cid.clone()) => {
                already_a_document(&id, notes);
                continue;
            }
            Ok(Binary::Missing(cid)) if envelope.arriving => Content::Incoming(PartId(cid)),
            Ok(Binary::Missing(cid)) => Content::Missing(Some(PartId(cid))),
            Err((fr, en)) => {
                let finding = Finding::new(Rule::MessageIsReadable);
                notes.add(finding.at(Location::XPath(document.path())).detail(fr, en));
                continue;
            }
        };
        let at = format!("Document({})", ebrim::shown_id(&id));
        if id.is_empty() || by_id.insert(id, content).is_some() {
            notes.bad(
                &at,
                "@id attendu, une fois : celui de l'ExtrinsicObject décrit",
                "expected @id, once: that of the ExtrinsicObject described",
            );
        }
    }
    let parts = envelope.parts.iter().zip(used).filter(|(_, used)| !used);
    let unused = parts.map(|(part, _)| PartId(part.content_id.clone().unwrap_or_default())).collect();
    Documents { by_id, unused }
}

fn already_a_document(id: &str, notes: &mut Notes) {
    let (fr, en) =
        ("cette partie MIME est déjà un autre document", "this MIME part already is another document");
    notes.bad(&format!("Document({})", ebrim::shown_id(id)), fr, en);
}

/// The request element and its attachments for a submission whose documents are in memory.
pub fn write(submission: &Submission) -> (String, Vec<Attachment>) {
    let mut writer = Writer::new();
    let mut attachments = Vec::new();
    writer.start("xds:ProvideAndRegisterDocumentSetRequest").attr("xmlns:xds", XDS);
    writer.start("lcm:SubmitObjectsRequest").attr("xmlns:lcm", LCM);
    ebrim::declare(&mut writer);
    ebrim::write_submission(&mut writer, submission, Way::Provide);
    writer.end();
    for (number, (entry, content)) in submission.entries.iter().enumerate() {
        let content_id = match content {
            Content::Inline(bytes) => {
                let content_id = format!("document{}@passerelle", number + 1);
                attachments.push(Attachment {
                    content_id: content_id.clone(),
                    content_type: entry.mime_type.as_str().to_owned(),
                    bytes: bytes.as_slice().to_vec(),
                });
                content_id
            }
            Content::Missing(Some(part)) | Content::Incoming(part) => part.0.clone(),
            Content::Missing(None) | Content::Staged(_) | Content::Elsewhere => continue,
        };
        writer.start("xds:Document").attr("id", &entry.entry_uuid.urn());
        writer.start("xop:Include").attr("xmlns:xop", XOP).attr("href", &xop::href(&content_id)).end().end();
    }
    (writer.finish(), attachments)
}
