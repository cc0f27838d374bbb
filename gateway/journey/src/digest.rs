//! What makes two submissions the same: their model and bytes and who sent them. Symbolic ids, entryUUIDs,
//! envelope ids and times of sending are left out (contract: retrying).

use aws_lc_rs::digest::{Context, SHA256};
use model::{
    Actor, Author, Caller, Code, Content, DocumentEntry, Location, Member, ObjectRef, SourcePatientInfo,
    Submission, UniqueId,
};

use crate::{Fingerprint, UpdateOperation};

/// The digest of a submission and its caller: an identical retry has the same.
///
/// A document's bytes count by their fingerprint: the same whether they were held in memory or put aside.
pub(crate) fn of(caller: &Caller, submission: &Submission, fingerprints: &[Option<Fingerprint>]) -> [u8; 32] {
    let mut hasher = Hasher::new();
    hasher.caller(caller);
    hasher.set(submission);
    hasher.number(submission.entries.len() as u64);
    for ((entry, content), fingerprint) in submission.entries.iter().zip(fingerprints) {
        hasher.entry(entry);
        hasher.content(content, fingerprint.as_ref());
    }
    hasher.number(submission.associations.len() as u64);
    for link in &submission.associations {
        hasher.text(link.kind.urn());
        hasher.reference(submission, &ObjectRef::Uuid(link.source));
        hasher.reference(submission, &link.target);
    }
    hasher.folders(submission);
    hasher.finish()
}

/// The digest of an update: its metadata, what it does to which object, and who sent it.
pub(crate) fn of_update(
    caller: &Caller,
    metadata: &Submission,
    operations: &[(UpdateOperation, Location)],
) -> [u8; 32] {
    let mut hasher = Hasher::new();
    hasher.text("update");
    let unread = crate::checks::content::fingerprints(metadata);
    hasher.bytes(&of(caller, metadata, &unread));
    for (operation, _) in operations {
        match operation {
            UpdateOperation::Document { entry, previous, propagate, .. } => {
                hasher.bytes(entry.logical_id.as_bytes());
                hasher.number(u64::from(*previous));
                hasher.number(u64::from(*propagate));
            }
            UpdateOperation::Folder { folder, previous, propagate, .. } => {
                hasher.bytes(folder.logical_id.as_bytes());
                hasher.number(u64::from(*previous));
                hasher.number(u64::from(*propagate));
            }
            UpdateOperation::Status { object, from, to } => {
                hasher.bytes(object.as_bytes());
                hasher.text(from.urn());
                hasher.text(to.urn());
            }
            UpdateOperation::Relationship(link) => hasher.bytes(link.source.as_bytes()),
            UpdateOperation::Filing { folder, document, .. } => {
                hasher.bytes(folder.as_bytes());
                hasher.bytes(document.as_bytes());
            }
        }
    }
    hasher.finish()
}

/// The uniqueId of a set that came without one: derived from the documents' ids, so that a retry of the
/// same documents finds the same set. An OID under 2.25.
pub(crate) fn derived_set_id(submission: &Submission) -> Option<UniqueId> {
    let mut ids: Vec<&str> = submission.entries.iter().map(|(entry, _)| entry.unique_id.as_str()).collect();
    ids.sort_unstable();
    let mut hasher = Hasher::new();
    hasher.text("submission set of");
    hasher.list(ids.into_iter());
    let digest = hasher.finish();
    let mut first = [0; 16];
    first.copy_from_slice(digest.get(..16)?);
    UniqueId::parse(&format!("2.25.{}", u128::from_be_bytes(first))).ok()
}

/// Length-prefixed hashing, so that no two different models hash the same bytes.
struct Hasher(Context);

impl Hasher {
    fn new() -> Self {
        Hasher(Context::new(&SHA256))
    }

    fn finish(self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        out
    }

    fn number(&mut self, number: u64) {
        self.0.update(&number.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn maybe(&mut self, text: Option<&str>) {
        self.number(u64::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn list<'a>(&mut self, items: impl ExactSizeIterator<Item = &'a str>) {
        self.number(items.len() as u64);
        items.for_each(|item| self.text(item));
    }

    fn code(&mut self, code: &Code) {
        self.text(&code.value);
        self.text(&code.system);
    }

    fn codes(&mut self, codes: &[Code]) {
        self.number(codes.len() as u64);
        codes.iter().for_each(|code| self.code(code));
    }

    fn caller(&mut self, caller: &Caller) {
        match &caller.actor {
            Actor::Professional { id, .. } => self.text(&format!("professional {}", id.0)),
            Actor::OfStructure { .. } => self.text("structure"),
            Actor::Holder { ins } => self.text(&format!("holder {}", ins.number())),
            Actor::Representative { ins } => self.text(&format!("representative {}", ins.number())),
            Actor::Operator { name } => self.text(&format!("operator {name}")),
        }
        self.maybe(caller.structure.as_ref().map(|id| id.0.as_str()));
    }

    fn set(&mut self, submission: &Submission) {
        let set = &submission.set;
        self.maybe(set.unique_id.as_ref().map(|id| id.as_str()));
        self.text(set.source_id.as_str());
        self.text(&set.patient.to_cx());
        self.code(&set.content_type);
        self.authors(&set.authors);
        self.list(set.intended_recipients.iter().map(String::as_str));
        self.maybe(set.title.as_deref());
        self.maybe(set.comments.as_deref());
    }

    fn authors(&mut self, authors: &[Author]) {
        self.number(authors.len() as u64);
        for author in authors {
            self.maybe(author.person.as_ref().map(model::Xcn::to_hl7).as_deref());
            self.list(
                author
                    .institutions
                    .iter()
                    .map(model::Xon::to_hl7)
                    .collect::<Vec<_>>()
                    .iter()
                    .map(String::as_str),
            );
            for group in [&author.roles, &author.specialties] {
                self.list(
                    group.iter().map(model::CodedText::to_hl7).collect::<Vec<_>>().iter().map(String::as_str),
                );
            }
            self.list(author.telecoms.iter().map(String::as_str));
        }
    }

    fn entry(&mut self, entry: &DocumentEntry) {
        self.text(entry.unique_id.as_str());
        self.text(&entry.patient.to_cx());
        self.maybe(entry.source_patient_id.as_ref().map(model::Cx::to_hl7).as_deref());
        self.traits(&entry.source_patient_info);
        self.maybe(entry.hash.map(|hash| hash.hex()).as_deref());
        self.maybe(entry.size.map(|size| size.to_string()).as_deref());
        for code in [
            &entry.class_code,
            &entry.type_code,
            &entry.format_code,
            &entry.facility_type,
            &entry.practice_setting,
        ] {
            self.code(code);
        }
        self.codes(&entry.confidentiality);
        self.codes(&entry.event_codes);
        self.text(entry.creation_time.as_str());
        self.maybe(entry.service_start.as_ref().map(model::Hl7Time::as_str));
        self.maybe(entry.service_stop.as_ref().map(model::Hl7Time::as_str));
        self.text(entry.language.as_str());
        self.text(entry.mime_type.as_str());
        self.maybe(entry.title.as_deref());
        self.maybe(entry.comments.as_deref());
        self.authors(&entry.authors);
        self.maybe(entry.legal_authenticator.as_ref().map(model::Xcn::to_hl7).as_deref());
        self.list(
            entry
                .reference_ids
                .iter()
                .map(model::ReferenceId::to_hl7)
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str),
        );
        self.number(entry.extra.len() as u64);
        for (name, values) in &entry.extra {
            self.text(name);
            self.list(values.iter().map(String::as_str));
        }
    }

    /// Folders, and the memberships that are more than that each document is of its set.
    fn folders(&mut self, submission: &Submission) {
        for folder in &submission.folders {
            self.text(folder.unique_id.as_str());
            self.text(&folder.patient.to_cx());
            self.codes(&folder.codes);
            self.maybe(folder.title.as_deref());
            self.maybe(folder.comments.as_deref());
        }
        for membership in &submission.memberships {
            match &membership.link {
                Member::Original(_) | Member::Folder(_) | Member::OfFolder(_) => {}
                Member::Reference(document) => {
                    self.text("reference");
                    self.reference(submission, document);
                }
                Member::InFolder { folder, document } => {
                    self.text("in folder");
                    match submission.folders.iter().position(|own| own.entry_uuid == *folder) {
                        Some(position) => self.number(position as u64),
                        None => self.bytes(folder.as_bytes()),
                    }
                    self.reference(submission, document);
                }
            }
        }
    }

    fn traits(&mut self, info: &SourcePatientInfo) {
        let identifiers: Vec<String> = info.identifiers.iter().map(model::Cx::to_hl7).collect();
        self.list(identifiers.iter().map(String::as_str));
        self.number(info.names.len() as u64);
        for name in &info.names {
            for part in [&name.family, &name.given, &name.name_type] {
                self.maybe(part.as_deref());
            }
        }
        self.maybe(info.birth_date.as_ref().map(model::Hl7Time::as_str));
        self.maybe(info.sex.map(model::Sex::hl7));
        self.number(info.addresses.len() as u64);
        for address in &info.addresses {
            for part in [&address.street, &address.city, &address.postal_code, &address.country] {
                self.maybe(part.as_deref());
            }
        }
        self.number(info.other.len() as u64);
        for (field, value) in &info.other {
            self.number(u64::from(*field));
            self.text(value);
        }
    }

    fn content(&mut self, content: &Content, fingerprint: Option<&Fingerprint>) {
        match (content, fingerprint) {
            (Content::Elsewhere, _) => self.number(u64::MAX - 1),
            (_, Some(fingerprint)) => {
                self.number(fingerprint.size);
                self.bytes(&fingerprint.sha256);
            }
            (_, None) => self.number(u64::MAX),
        }
    }

    /// A document of the submission by its position, anything else by its identifier.
    fn reference(&mut self, submission: &Submission, target: &ObjectRef) {
        let position = submission.entries.iter().position(|(entry, _)| match target {
            ObjectRef::Uuid(id) => entry.entry_uuid == *id,
            ObjectRef::Unique(id) => entry.unique_id == *id,
        });
        match (position, target) {
            (Some(position), _) => self.number(position as u64),
            (None, ObjectRef::Uuid(id)) if *id == submission.set.entry_uuid => self.text("set"),
            (None, ObjectRef::Uuid(id)) => self.bytes(id.as_bytes()),
            (None, ObjectRef::Unique(id)) => self.text(id.as_str()),
        }
    }
}
