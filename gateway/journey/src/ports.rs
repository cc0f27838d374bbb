//! What the journey needs from the outside. Few and small; `store` implements them for each database.

use std::future::Future;

use model::{
    Association, Caller, Depositor, DocumentEntry, DocumentQuery, EntryUuid, Identity, Ins, Moment,
    ObjectRef, Page, Party, Receipt, Rule, SubmissionSet, UniqueId,
};
use policy::{Amendment, Facts, FactsVersion, Judged, Operation, Permitted, Revision, Visibility, Visible};

use crate::activate::ActivationProof;
use crate::delivery::Mailroom;
use crate::history::HistoryLine;
use crate::people::PeopleStore;
use crate::registry::{Holdings, StoredFolder};
use crate::rights::Rights;
use crate::{Checked, Event};

/// Our own failure. The caller gets the opaque id; the log has the cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The cause, for the log only. Never patient data.
    pub cause: String,
    /// True when trying again may help (busy, disk full).
    pub transient: bool,
}

impl Fault {
    /// A fault that a retry will not mend.
    pub fn new(cause: impl Into<String>) -> Self {
        Fault { cause: cause.into(), transient: false }
    }

    /// A fault that may pass.
    pub fn transient(cause: impl Into<String>) -> Self {
        Fault { cause: cause.into(), transient: true }
    }
}

/// Why a commit did not happen.
#[derive(Debug)]
pub enum CommitError {
    /// The facts' version moved: decide again.
    Moved,
    /// A named constraint lost a race (H2): the rule it maps to.
    Conflict(Rule),
    /// Ours.
    Fault(Fault),
}

/// Why an event was not recorded.
#[derive(Debug)]
pub enum RecordError {
    /// The facts' version moved since the decision.
    Moved,
    /// Ours.
    Fault(Fault),
}

/// An entry as stored, with what a reading needs beside the metadata.
#[derive(Debug, Clone)]
pub struct StoredEntry {
    /// The metadata, complete: status, repository, hash and size are the record's own.
    pub entry: DocumentEntry,
    /// The set that it came with.
    pub set: SubmissionSet,
    /// Relationships whose source it is; targets are `Uuid(logicalID)` of documents of this record.
    pub associations: Vec<Association>,
    /// Position in the record: grows with every commit.
    pub sequence: i64,
    /// When it was committed.
    pub stored_at: Moment,
    /// When its metadata last changed; at first when it was committed.
    pub changed_at: Moment,
    /// The professionals and structures that the holder masked it to.
    pub masked_to: Vec<Party>,
    /// The holder or a representative deposited it.
    pub added_by_holder: bool,
    /// It was deposited by somebody whom the holder had blocked at that instant.
    pub depositor_was_blocked: bool,
    /// Its bytes are in this repository.
    pub held: bool,
}

impl Judged for StoredEntry {
    fn entry(&self) -> &DocumentEntry {
        &self.entry
    }

    fn masked_to(&self) -> &[Party] {
        &self.masked_to
    }

    fn added_by_holder(&self) -> bool {
        self.added_by_holder
    }

    fn depositor_was_blocked(&self) -> bool {
        self.depositor_was_blocked
    }
}

/// Names one document of a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DocumentKey {
    /// By logicalID or entryUUID.
    Uuid(EntryUuid),
    /// By uniqueId.
    Unique(UniqueId),
}

/// Names one object of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ObjectKey {
    /// Any object by its entryUUID or logicalID.
    Uuid(EntryUuid),
    /// A document by its uniqueId.
    Document(UniqueId),
    /// A submission set by its uniqueId.
    Set(UniqueId),
    /// A folder by its uniqueId.
    Folder(UniqueId),
}

/// A document that another one points to, as rules F1 to F3 need it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The stored entry.
    pub stored: StoredEntry,
}

/// One link of the submission with what the record holds for its target.
#[derive(Debug, Clone)]
pub struct Linked {
    /// Index of the association in the submission.
    pub association: usize,
    /// The target, if the record holds it.
    pub target: Option<Target>,
    /// Another record holds it. Told only in a domain where every member sees every record.
    pub elsewhere: bool,
}

/// A folder that a submission adds to, with the documents that it holds.
#[derive(Debug, Clone)]
pub struct TargetFolder {
    /// The folder.
    pub stored: StoredFolder,
    /// Its documents, superseded ones included.
    pub documents: Vec<StoredEntry>,
}

/// One membership of the submission with what the record holds for the ends that are not of the submission.
#[derive(Debug, Clone)]
pub struct LinkedMember {
    /// Index of the membership in the submission.
    pub membership: usize,
    /// The document, when it is named and not of the submission.
    pub document: Option<Linked>,
    /// The folder, when it is named and not of the submission: `Some(None)` where the record has none.
    pub folder: Option<Option<TargetFolder>>,
    /// Another record holds the folder.
    pub folder_elsewhere: bool,
}

/// What stands under one identifier that the submission claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing.
    Free,
    /// A document of this record with this hash (hex).
    Document {
        /// Index of the entry in the submission that claims it.
        entry: usize,
        /// The stored document's SHA-1.
        hash: model::Sha1,
    },
    /// A set or a folder of this record has the uniqueId of a submitted folder.
    Folder {
        /// Index of the folder in the submission.
        folder: usize,
    },
    /// Another object of the registry has this entryUUID.
    EntryUuid {
        /// The submitted UUID.
        id: EntryUuid,
    },
}

/// The record's own data that stage F needs (level of ownership, not of visibility).
#[derive(Debug, Clone, Default)]
pub struct LinkFacts {
    /// The receipt of the set with the same uniqueId, with the digest of what was submitted and by whom.
    pub previous: Option<(Receipt, [u8; 32])>,
    /// Identifiers already taken.
    pub claims: Vec<Claim>,
    /// Targets of the associations that point outside the submission, in order.
    pub links: Vec<Linked>,
    /// Memberships with an end outside the submission, in order.
    pub members: Vec<LinkedMember>,
}

/// The result of verifying the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalReport {
    /// Events whose commitment and chain hold.
    pub sound: u64,
    /// Events whose payload was lawfully erased.
    pub erased: u64,
    /// Lanes and positions that do not hold, in words without patient data.
    pub broken: Vec<String>,
}

/// Entries of one page at the most, whatever a query asks.
pub const MOST_ON_A_PAGE: u32 = 1000;

/// The store: identities and facts, documents, journal. Everything hangs on one patient.
pub trait Store: Mailroom + PeopleStore {
    /// The facts of a record for this caller at this instant. An unknown INS gives [`Facts::absent`].
    fn facts(
        &self,
        patient: &Ins,
        caller: &Caller,
        at: Moment,
    ) -> impl Future<Output = Result<Facts, Fault>> + Send;

    /// The identity fed for an INS whose record is open or closed; `None` when absent.
    fn identity(
        &self,
        patient: &Ins,
        at: Moment,
    ) -> impl Future<Output = Result<Option<Identity>, Fault>> + Send;

    /// The identity of a record that its holder's side or an operator may know, with our Patient id, in every state
    /// but erased; a store that tells only open and closed records tells no more here.
    fn known_identity(
        &self,
        patient: &Ins,
        at: Moment,
    ) -> impl Future<Output = Result<Option<(EntryUuid, Identity)>, Fault>> + Send {
        async move {
            let identity = self.identity(patient, at).await?;
            Ok(self.patient_id(patient, at).await?.zip(identity))
        }
    }

    /// The INS behind a Patient id of ours ([`Store::patient_id`]).
    fn patient_by_id(&self, id: EntryUuid) -> impl Future<Output = Result<Option<Ins>, Fault>> + Send;

    /// The stable opaque id that the FHIR door shows for a patient.
    fn patient_id(
        &self,
        patient: &Ins,
        at: Moment,
    ) -> impl Future<Output = Result<Option<EntryUuid>, Fault>> + Send;

    /// The patients whose records hold a document of this name, by the locator, always in the same order: a UUID is
    /// in one record at the most, a uniqueId may be in several.
    fn locate(&self, key: &DocumentKey) -> impl Future<Output = Result<Vec<Ins>, Fault>> + Send;

    /// As [`Store::locate`], for any object of a registry.
    fn locate_object(&self, key: &ObjectKey) -> impl Future<Output = Result<Vec<Ins>, Fault>> + Send;

    /// Every object of a record: the documents that fit the visibility, or all of them without one; sets, folders and
    /// links whatever they hold. The caller of the port must admit each.
    fn holdings(
        &self,
        patient: &Ins,
        visibility: Option<&Visibility>,
    ) -> impl Future<Output = Result<Holdings, Fault>> + Send;

    /// The digest of the set of this uniqueId in a record, if there is one.
    fn digest_of_set(
        &self,
        patient: &Ins,
        set: &UniqueId,
    ) -> impl Future<Output = Result<Option<[u8; 32]>, Fault>> + Send;

    /// The receipts of the deposits that brought a document of this uniqueId into a record, those of this depositor
    /// only; whatever became of the document, unless it was destroyed.
    fn receipts_of(
        &self,
        patient: &Ins,
        document: &UniqueId,
        depositor: &Depositor,
    ) -> impl Future<Output = Result<Vec<Receipt>, Fault>> + Send;

    /// Changes documents and other objects of a record, with the set that the change came in, its event and its
    /// notices, in one transaction. The facts' version and each entry's version are read again under lock.
    fn revise(
        &self,
        revision: Permitted<Revision>,
        event: Event,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// What stage F needs to know about the record.
    fn link_facts(
        &self,
        deposit: &Permitted<model::Submission>,
        set_unique_id: &UniqueId,
    ) -> impl Future<Output = Result<LinkFacts, Fault>> + Send;

    /// A document on its way in.
    type Staging: Staging;

    /// Begins to put the bytes of a large document aside, for a deposit that is permitted. Nothing of it is visible
    /// before its commit; unless it is committed, dropping it destroys it.
    fn stage(
        &self,
        deposit: &Permitted<model::Submission>,
        document: &EntryUuid,
    ) -> impl Future<Output = Result<Self::Staging, CommitError>> + Send;

    /// Writes everything of a deposit in one transaction: contents, set, entries, links, superseding,
    /// the event, the outbox. The facts' version is read again under lock.
    fn commit(
        &self,
        deposit: Checked,
        event: Event,
    ) -> impl Future<Output = Result<Receipt, (CommitError, Box<Checked>)>> + Send;

    /// The entries that fit the query and the visibility, newest first (creation time, then sequence, both
    /// descending), with their total.
    fn search(
        &self,
        query: &DocumentQuery,
        visibility: &Visibility,
        at: Moment,
    ) -> impl Future<Output = Result<Page<StoredEntry>, Fault>> + Send;

    /// Every version of a document's metadata, the newest first, each with the status of its time, its changed_at and
    /// what else decides who sees the document now. The caller of the port must admit each.
    fn versions(
        &self,
        patient: &Ins,
        document: &EntryUuid,
    ) -> impl Future<Output = Result<Vec<StoredEntry>, Fault>> + Send;

    /// One entry of the record, whatever its visibility: the caller of the port must admit it.
    fn entry(
        &self,
        patient: &Ins,
        key: &DocumentKey,
    ) -> impl Future<Output = Result<Option<StoredEntry>, Fault>> + Send;

    /// The bytes of a visible document, verified by hash. `Err(None)` = corrupted or missing.
    fn content(
        &self,
        document: &Visible<StoredEntry>,
    ) -> impl Future<Output = Result<Vec<u8>, Option<Fault>>> + Send;

    /// True if the bytes of a visible document are all there and verified by hash. None of them is kept.
    fn is_sound(&self, document: &Visible<StoredEntry>) -> impl Future<Output = Result<bool, Fault>> + Send {
        async move {
            match self.content(document).await {
                Ok(_) => Ok(true),
                Err(None) => Ok(false),
                Err(Some(fault)) => Err(fault),
            }
        }
    }

    /// Bytes of a visible document from `offset` on, as many as are handy to read at once; none at its end. Each
    /// piece is verified by itself, the whole is not: [`Store::is_sound`]. `Err(None)` = corrupted or missing.
    fn content_from(
        &self,
        document: &Visible<StoredEntry>,
        offset: u64,
    ) -> impl Future<Output = Result<Vec<u8>, Option<Fault>>> + Send {
        async move {
            let mut bytes = self.content(document).await?;
            let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            Ok(bytes.split_off(offset))
        }
    }

    /// Records an event that changes nothing else: a reading (the facts' version is checked under lock) or
    /// a refusal (`facts` is `None`).
    fn record(
        &self,
        event: Event,
        facts: Option<FactsVersion>,
    ) -> impl Future<Output = Result<(), RecordError>> + Send;

    /// Changes the facts of a record, with its event and its notices, in one transaction. The facts' version
    /// is read again under lock.
    fn operate(
        &self,
        operation: Permitted<Operation>,
        event: Event,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// What stands in force on a record that exists: settings, representatives, preferences. `None` where no
    /// identity was fed or the record is erased.
    fn rights(&self, patient: &Ins, at: Moment)
    -> impl Future<Output = Result<Option<Rights>, Fault>> + Send;

    /// Changes one document's metadata or deletes it, with its event and its notices, in one transaction. The
    /// facts' version and the entry's version are read again under lock.
    fn amend(
        &self,
        amendment: Permitted<Amendment>,
        event: Event,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// Tries a provisional code: true if matricule, card and code were right; a wrong try is counted, and the
    /// event says which way it went. The work is the same for a record that does not exist.
    fn activate(
        &self,
        patient: &Ins,
        proof: &ActivationProof,
        event: Event,
    ) -> impl Future<Output = Result<bool, CommitError>> + Send;

    /// The history of one record, oldest first, the newest `limit` lines, with what decides who sees each line
    /// now. Lines of an erased record are gone.
    fn history(
        &self,
        patient: &Ins,
        limit: u32,
        at: Moment,
    ) -> impl Future<Output = Result<Vec<HistoryLine>, Fault>> + Send;

    /// Verifies every lane of the journal.
    fn verify_journal(&self) -> impl Future<Output = Result<JournalReport, Fault>> + Send;

    /// True when the database answers.
    fn ready(&self) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// A large document that is being put aside: sealed piece by piece, invisible.
pub trait Staging: Send {
    /// The next bytes.
    fn write(&mut self, bytes: Vec<u8>) -> impl Future<Output = Result<(), Fault>> + Send;

    /// The document is whole: it waits for the commit of its deposit, as long as this value lives.
    fn finish(&mut self) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The clock: one implementation in `server`, a fixed one in tests.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Moment;
}

/// The source of identifiers: random in `server`, seeded in tests.
pub trait Ids: Send + Sync + 'static {
    /// A fresh UUID (version 4).
    fn uuid(&self) -> EntryUuid;
}

/// True if an association target is inside the submission: its set or one of its documents.
pub fn is_inside(target: &ObjectRef, submission: &model::Submission) -> bool {
    match target {
        ObjectRef::Uuid(id) => {
            *id == submission.set.entry_uuid
                || submission.entries.iter().any(|(entry, _)| entry.entry_uuid == *id)
        }
        ObjectRef::Unique(id) => submission.entries.iter().any(|(entry, _)| entry.unique_id == *id),
    }
}
