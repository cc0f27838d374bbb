//! A deposit made ready outside the lock: keys drawn, contents and metadata sealed. What only the lock can
//! say (position, superseded documents, the event's place in its lane, who is told) is left to `commit`.

use std::collections::BTreeSet;

use journey::{Checked, Event, Fingerprint};
use model::{
    Author, Availability, Content, ContentBytes, Depositor, DocumentEntry, EntryUuid, ObjectRef, Receipt,
    ReceivedDocument, Submission, UniqueId,
};
use policy::FactsVersion;

use crate::Inner;
use crate::associations::{Link, links};
use crate::cipher::{CHUNK, Place, SecretKey, Unsound};
use crate::columns::Columns;
use crate::entries::{OpenRecord, seal_entry};
use crate::failure::Failure;
use crate::folders::{SealedFolder, seal_folders};
use crate::keys::{PatientKey, wrap_document};
use crate::row::{SetRow, encode};
use crate::session::Session;

/// A deposit, sealed.
pub(crate) struct Deposit {
    pub(crate) patient: PatientKey,
    /// Seals the receipt, which the lock completes.
    pub(crate) secret: SecretKey,
    pub(crate) facts: FactsVersion,
    pub(crate) digest: [u8; 32],
    pub(crate) set_metadata: Vec<u8>,
    pub(crate) documents: Vec<SealedDocument>,
    pub(crate) folders: Vec<SealedFolder>,
    pub(crate) links: Vec<Link>,
    /// Documents of the record that a document of the deposit replaces, by its logicalID.
    pub(crate) replacements: Vec<(ObjectRef, EntryUuid)>,
    pub(crate) receipt: Receipt,
    /// Kept with the receipt.
    pub(crate) depositor: Depositor,
    pub(crate) event: Event,
    pub(crate) accept_identical_documents: bool,
}

/// The sealed bytes of a document.
pub(crate) enum Chunks {
    /// Still to be written.
    Here(Vec<Vec<u8>>),
    /// So many, at their place already.
    PutAside(u64),
}

/// A document, sealed.
pub(crate) struct SealedDocument {
    pub(crate) columns: Columns,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) wrapped_key: Vec<u8>,
    pub(crate) chunks: Chunks,
    /// Whether the bytes are in this repository.
    pub(crate) held: bool,
    pub(crate) metadata: Vec<u8>,
    pub(crate) depositor_was_blocked: bool,
    pub(crate) added_by_holder: bool,
    /// Persons and structures that wrote it or its set: (kind, id) as in the table of those blocked.
    pub(crate) authors: BTreeSet<(&'static str, String)>,
}

impl Inner {
    /// Makes a deposit ready.
    pub(crate) async fn prepare(&self, checked: &Checked, mut event: Event) -> Result<Deposit, Failure> {
        let permitted = checked.permitted();
        let submission = permitted.get();
        let record = {
            let mut reader = self.readers.acquire().await?;
            self.open_record(&mut Session::new(&mut reader), permitted.patient()).await?
        };
        // The decision found a record: if it is gone, the facts moved.
        let OpenRecord { key: patient, secret, .. } = record.ok_or(Failure::Moved)?;
        let mut documents = Vec::with_capacity(submission.entries.len());
        for ((entry, content), fingerprint) in submission.entries.iter().zip(checked.fingerprints()) {
            let held = match content {
                Content::Inline(_) | Content::Staged(_) => true,
                Content::Elsewhere => false,
                Content::Incoming(_) | Content::Missing(_) => {
                    return Err(Unsound("a document without bytes").into());
                }
            };
            let entry = self.as_stored(entry, fingerprint, held);
            let (wrapped_key, chunks) = match content {
                Content::Inline(bytes) => seal_content(&secret, &entry, bytes).await?,
                Content::Staged(_) => {
                    let (key, count) = self.waiting.wrapped(&secret, &patient, &entry.logical_id)?;
                    (key, Chunks::PutAside(count))
                }
                Content::Elsewhere | Content::Incoming(_) | Content::Missing(_) => {
                    no_content(&secret, &entry)?
                }
            };
            documents.push(SealedDocument {
                columns: Columns::of(&self.keys, &entry),
                fingerprint: *fingerprint,
                wrapped_key,
                chunks,
                held,
                metadata: seal_entry(&secret, &patient, &entry)?,
                depositor_was_blocked: permitted.depositor_was_blocked(),
                added_by_holder: permitted.depositor_is_holder_side(),
                authors: authors(submission.set.authors.iter().chain(&entry.authors)),
            });
        }
        if documents.len() != submission.entries.len() {
            return Err(Unsound("a document without a fingerprint").into());
        }
        let receipt = receipt(submission, checked.set_unique_id(), &event);
        event.set.get_or_insert_with(|| checked.set_unique_id().clone());
        if event.documents.is_empty() {
            event.documents = receipt.documents.iter().map(|document| document.logical_id).collect();
        }
        let set = &submission.set;
        let set_row = encode(&SetRow::of(set, checked.set_unique_id()))?;
        Ok(Deposit {
            facts: permitted.facts_version(),
            digest: *checked.digest(),
            set_metadata: secret.seal(&set_place(&patient, &set.entry_uuid), &set_row)?,
            documents,
            folders: seal_folders(submission, &patient, &secret)?,
            links: links(submission, &patient, &secret)?,
            replacements: replacements(submission)?,
            event,
            receipt,
            depositor: checked.depositor().clone(),
            patient,
            secret,
            accept_identical_documents: self.accept_identical_documents,
        })
    }

    /// The entry with what the repository itself sets; of a document held elsewhere that repository said it.
    fn as_stored(&self, entry: &DocumentEntry, fingerprint: &Fingerprint, held: bool) -> DocumentEntry {
        let own = || Some(self.repository.clone());
        DocumentEntry {
            version: 1,
            repository: if held { own() } else { entry.repository.clone().or_else(own) },
            availability: Availability::Approved,
            hash: Some(fingerprint.sha1),
            size: Some(fingerprint.size),
            ..entry.clone()
        }
    }
}

/// Where a set's metadata stand.
pub(crate) fn set_place(patient: &PatientKey, set: &EntryUuid) -> Place {
    Place::new("submission_set.metadata", &[patient.as_slice(), set.as_bytes()])
}

/// Where a receipt stands.
pub(crate) fn receipt_place(patient: &PatientKey, set: &EntryUuid) -> Place {
    Place::new("submission_set.receipt", &[patient.as_slice(), set.as_bytes()])
}

/// Seals the bytes chunk by chunk, letting others run in between. An empty document has one empty chunk.
async fn seal_content(
    secret: &SecretKey,
    entry: &DocumentEntry,
    bytes: &ContentBytes,
) -> Result<(Vec<u8>, Chunks), Unsound> {
    let key = SecretKey::random()?;
    let document = entry.logical_id.as_bytes();
    let bytes = bytes.as_slice();
    let count = bytes.len().div_ceil(CHUNK).max(1);
    let mut pieces = bytes.chunks(CHUNK);
    let mut chunks = Vec::with_capacity(count);
    for index in 0..count {
        let piece = pieces.next().unwrap_or_default();
        chunks.push(key.seal_chunk(document, index as u64, index + 1 == count, piece)?);
        tokio::task::yield_now().await;
    }
    Ok((wrap_document(secret, &entry.logical_id, &key)?, Chunks::Here(chunks)))
}

/// A document that is not here has a key all the same: destroying it is told as of any other.
fn no_content(secret: &SecretKey, entry: &DocumentEntry) -> Result<(Vec<u8>, Chunks), Unsound> {
    Ok((wrap_document(secret, &entry.logical_id, &SecretKey::random()?)?, Chunks::Here(Vec::new())))
}

/// What the submission replaces in the record.
fn replacements(submission: &Submission) -> Result<Vec<(ObjectRef, EntryUuid)>, Unsound> {
    let superseding = submission.associations.iter().filter(|link| link.kind.supersedes());
    let outside = superseding.filter(|link| inside(submission, &link.target).is_none());
    outside
        .map(|link| {
            let by = inside(submission, &ObjectRef::Uuid(link.source))
                .ok_or(Unsound("a relationship whose source is not in the deposit"))?;
            Ok((link.target.clone(), by))
        })
        .collect()
}

fn receipt(submission: &Submission, set_unique_id: &UniqueId, event: &Event) -> Receipt {
    Receipt {
        set: submission.set.entry_uuid,
        set_unique_id: set_unique_id.clone(),
        documents: submission
            .entries
            .iter()
            .map(|(entry, _)| ReceivedDocument {
                entry_uuid: entry.entry_uuid,
                logical_id: entry.logical_id,
                unique_id: entry.unique_id.clone(),
            })
            .collect(),
        folders: submission.folders.iter().map(|folder| folder.logical_id).collect(),
        superseded: Vec::new(),
        at: event.at,
        again: false,
    }
}

/// The logicalID of a document of the submission.
pub(crate) fn inside(submission: &Submission, object: &ObjectRef) -> Option<EntryUuid> {
    let named = |entry: &DocumentEntry| match object {
        ObjectRef::Uuid(id) => entry.entry_uuid == *id || entry.logical_id == *id,
        ObjectRef::Unique(id) => entry.unique_id == *id,
    };
    submission.entries.iter().map(|(entry, _)| entry).find(|entry| named(entry)).map(|entry| entry.logical_id)
}

fn authors<'a>(authors: impl Iterator<Item = &'a Author>) -> BTreeSet<(&'static str, String)> {
    let mut named = BTreeSet::new();
    for author in authors {
        let person = author.person.as_ref().and_then(|person| person.id.clone());
        named.extend(person.map(|id| ("person", id)));
        let institutions = author.institutions.iter().filter_map(|institution| institution.id.clone());
        named.extend(institutions.map(|id| ("structure", id)));
    }
    named
}
