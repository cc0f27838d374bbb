//! The port of the journey.

use journey::{
    ActivationProof, Candidates, Checked, CommitError, DocumentKey, Event, Fault, HistoryLine, Holdings,
    JournalReport, LinkFacts, ObjectKey, PeopleStore, Person, RecordError, Rights, Store, StoredEntry,
};
use model::{
    Caller, Depositor, DocumentQuery, EntryUuid, Identity, Ins, Moment, Page, PersonQuery, Receipt,
    Submission, UniqueId,
};
use policy::{
    Amendment, Facts, FactsVersion, Operation, Permitted, RecordState, Revision, TraitScope, Visibility,
    Visible,
};

use crate::activate::Tried;
use crate::amend::Amended;
use crate::failure::{Failure, record_error};
use crate::journal::Recorded;
use crate::operate::Operated;
use crate::record::Record;
use crate::revise::Revised;
use crate::session::Session;
use crate::staging::StagedDocument;
use crate::writer::{Job, Written};
use crate::{Inner, SqliteStore};

impl PeopleStore for SqliteStore {
    async fn person(&self, patient: &Ins, at: Moment) -> Result<Option<Person>, Fault> {
        self.0.person(patient, at).await.map_err(Failure::into_fault)
    }

    async fn leads_to(&self, identifier: &Ins) -> Result<Option<Ins>, Fault> {
        self.0.leads_to(identifier).await.map_err(Failure::into_fault)
    }

    async fn candidates(
        &self,
        query: &PersonQuery,
        scope: &TraitScope,
        at: Moment,
    ) -> Result<Candidates, Fault> {
        self.0.candidates(query, scope, at).await.map_err(Failure::into_fault)
    }
}

impl Store for SqliteStore {
    async fn facts(&self, patient: &Ins, caller: &Caller, at: Moment) -> Result<Facts, Fault> {
        self.0.facts(patient, caller, at).await.map_err(Failure::into_fault)
    }

    async fn identity(&self, patient: &Ins, at: Moment) -> Result<Option<Identity>, Fault> {
        self.0.identity(patient, at).await.map_err(Failure::into_fault)
    }

    async fn known_identity(
        &self,
        patient: &Ins,
        at: Moment,
    ) -> Result<Option<(EntryUuid, Identity)>, Fault> {
        self.0.known_identity(patient, at).await.map_err(Failure::into_fault)
    }

    async fn patient_by_id(&self, id: EntryUuid) -> Result<Option<Ins>, Fault> {
        self.0.patient_by_id(id).await.map_err(Failure::into_fault)
    }

    async fn patient_id(&self, patient: &Ins, at: Moment) -> Result<Option<EntryUuid>, Fault> {
        self.0.patient_id(patient, at).await.map_err(Failure::into_fault)
    }

    async fn locate(&self, key: &DocumentKey) -> Result<Vec<Ins>, Fault> {
        self.0.locate(key).await.map_err(Failure::into_fault)
    }

    async fn locate_object(&self, key: &ObjectKey) -> Result<Vec<Ins>, Fault> {
        self.0.locate_object(key).await.map_err(Failure::into_fault)
    }

    async fn holdings(&self, patient: &Ins, visibility: Option<&Visibility>) -> Result<Holdings, Fault> {
        self.0.holdings(patient, visibility).await.map_err(Failure::into_fault)
    }

    async fn versions(&self, patient: &Ins, document: &EntryUuid) -> Result<Vec<StoredEntry>, Fault> {
        self.0.versions(patient, document).await.map_err(Failure::into_fault)
    }

    async fn link_facts(
        &self,
        deposit: &Permitted<Submission>,
        set_unique_id: &UniqueId,
    ) -> Result<LinkFacts, Fault> {
        let facts = self.0.link_facts(deposit.patient(), deposit.get(), set_unique_id).await;
        facts.map_err(Failure::into_fault)
    }

    type Staging = StagedDocument;

    async fn stage(
        &self,
        deposit: &Permitted<Submission>,
        document: &EntryUuid,
    ) -> Result<StagedDocument, CommitError> {
        StagedDocument::begin(self, deposit.patient(), *document).await
    }

    async fn commit(&self, deposit: Checked, event: Event) -> Result<Receipt, (CommitError, Box<Checked>)> {
        let written = match self.0.prepare(&deposit, event).await {
            Ok(ready) => self.0.writer.write(Job::Deposit(Box::new(ready))).await,
            Err(failure) => Err(failure.into_commit_error()),
        };
        match written {
            Ok(Written::Receipt(receipt)) => {
                self.0.committed(&deposit);
                Ok(receipt)
            }
            Ok(Written::Done | Written::Destroyed | Written::Right(_)) => {
                Err((CommitError::Fault(Fault::new("a deposit without a receipt")), Box::new(deposit)))
            }
            Err(error) => Err((error, Box::new(deposit))),
        }
    }

    async fn search(
        &self,
        query: &DocumentQuery,
        visibility: &Visibility,
        _at: Moment,
    ) -> Result<Page<StoredEntry>, Fault> {
        self.0.search(query, visibility).await.map_err(Failure::into_fault)
    }

    async fn entry(&self, patient: &Ins, key: &DocumentKey) -> Result<Option<StoredEntry>, Fault> {
        self.0.entry(patient, key).await.map_err(Failure::into_fault)
    }

    async fn content(&self, document: &Visible<StoredEntry>) -> Result<Vec<u8>, Option<Fault>> {
        match self.0.content(document.get()).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(None),
            Err(failure) => Err(Some(failure.into_fault())),
        }
    }

    async fn is_sound(&self, document: &Visible<StoredEntry>) -> Result<bool, Fault> {
        self.0.is_sound(document.get()).await.map_err(Failure::into_fault)
    }

    async fn content_from(
        &self,
        document: &Visible<StoredEntry>,
        offset: u64,
    ) -> Result<Vec<u8>, Option<Fault>> {
        match self.0.content_from(document.get(), offset).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(None),
            Err(failure) => Err(Some(failure.into_fault())),
        }
    }

    async fn record(&self, event: Event, facts: Option<FactsVersion>) -> Result<(), RecordError> {
        let job = Job::Event(Box::new(Recorded { event, facts }));
        self.0.writer.write(job).await.map(|_written| ()).map_err(record_error)
    }

    async fn operate(&self, operation: Permitted<Operation>, event: Event) -> Result<(), CommitError> {
        let job = Job::Operation(Box::new(Operated { operation, event }));
        self.0.writer.write(job).await.map(|_written| ())
    }

    async fn rights(&self, patient: &Ins, at: Moment) -> Result<Option<Rights>, Fault> {
        self.0.rights(patient, at).await.map_err(Failure::into_fault)
    }

    async fn amend(&self, amendment: Permitted<Amendment>, event: Event) -> Result<(), CommitError> {
        let job = Job::Amendment(Box::new(Amended { amendment, event }));
        self.0.writer.write(job).await.map(|_written| ())
    }

    async fn digest_of_set(&self, patient: &Ins, set: &UniqueId) -> Result<Option<[u8; 32]>, Fault> {
        self.0.digest_of_set(patient, set).await.map_err(Failure::into_fault)
    }

    async fn receipts_of(
        &self,
        patient: &Ins,
        document: &UniqueId,
        depositor: &Depositor,
    ) -> Result<Vec<Receipt>, Fault> {
        self.0.receipts_of(patient, document, depositor).await.map_err(Failure::into_fault)
    }

    async fn revise(&self, revision: Permitted<Revision>, event: Event) -> Result<(), CommitError> {
        let job = Job::Revision(Box::new(Revised { revision, event }));
        self.0.writer.write(job).await.map(|_written| ())
    }

    async fn activate(
        &self,
        patient: &Ins,
        proof: &ActivationProof,
        event: Event,
    ) -> Result<bool, CommitError> {
        let tried = Tried { patient: patient.clone(), proof: proof.clone(), event };
        match self.0.writer.write(Job::Activation(Box::new(tried))).await? {
            Written::Right(right) => Ok(right),
            Written::Receipt(_) | Written::Done | Written::Destroyed => {
                Err(CommitError::Fault(Fault::new("a try without an answer")))
            }
        }
    }

    async fn history(&self, patient: &Ins, limit: u32, at: Moment) -> Result<Vec<HistoryLine>, Fault> {
        self.0.history(patient, limit, at).await.map_err(Failure::into_fault)
    }

    async fn verify_journal(&self) -> Result<JournalReport, Fault> {
        self.0.verify_journal().await.map_err(Failure::into_fault)
    }

    async fn ready(&self) -> Result<(), Fault> {
        self.0.ready().await.map_err(Failure::into_fault)
    }
}

impl Inner {
    /// The identity of a record that is there for others than its holder.
    async fn identity(&self, patient: &Ins, at: Moment) -> Result<Option<Identity>, Failure> {
        let Some(record) = self.told_record(patient, at).await? else { return Ok(None) };
        let Some(secret) = record.secret(&self.keys)? else { return Ok(None) };
        Ok(Some(record.identity(&secret)?))
    }

    /// The identity of a record that is not gone, with our Patient id.
    async fn known_identity(
        &self,
        patient: &Ins,
        at: Moment,
    ) -> Result<Option<(EntryUuid, Identity)>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let record = Record::of(&mut Session::new(&mut reader), &self.keys, patient).await?;
        let Some(record) = record.filter(|record| !record.state(&self.calendar, at).is_gone()) else {
            return Ok(None);
        };
        let Some(secret) = record.secret(&self.keys)? else { return Ok(None) };
        Ok(Some((self.keys.patient_id(&record.key)?, record.identity(&secret)?)))
    }

    async fn patient_id(&self, patient: &Ins, at: Moment) -> Result<Option<EntryUuid>, Failure> {
        match self.told_record(patient, at).await? {
            Some(record) => Ok(Some(self.keys.patient_id(&record.key)?)),
            None => Ok(None),
        }
    }

    async fn told_record(&self, patient: &Ins, at: Moment) -> Result<Option<Record>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let record = Record::of(&mut Session::new(&mut reader), &self.keys, patient).await?;
        Ok(record.filter(|record| record.state(&self.calendar, at).told() != RecordState::Absent))
    }

    async fn ready(&self) -> Result<(), Failure> {
        let mut reader = self.readers.acquire().await?;
        Session::new(&mut reader).one(sqlx::query("SELECT 1 FROM meta WHERE name = 'key_check'")).await?;
        if self.writer.is_open() { Ok(()) } else { Err(Failure::Closed) }
    }
}
