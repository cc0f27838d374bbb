//! A record of two documents, one of them hidden from its holder, who asks; and what was recorded.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use journey::{
    Act, ActivationProof, Checked, Clock, CommitError, Desk, DocumentKey, Event, EventOutcome, Fault,
    HistoryLine, Ids, JournalReport, LinkFacts, Pack, RecordError, Rights, Store, StoredEntry,
};
use mappings::Mappings;
use model::{
    Actor, Availability, Caller, Channel, Code, DocumentQuery, EntryUuid, Hl7Time, Identity, Ins, InsDomain,
    MimeType, Moment, Oid, Page, Purpose, Receipt, RequestId, Submission, SubmissionSet, UniqueId, system,
};
use policy::{
    Amendment, Facts, FactsVersion, Operation, Permitted, RecordState, Relation, Switches, Visibility,
    Visible,
};
use proptest::strategy::{Strategy as _, ValueTree as _};

use crate::no_mail::no_mail;
use crate::{Door, Limits, Request, Response, respond};

pub(super) const SHOWN: EntryUuid = EntryUuid::from_bytes([1; 16]);
pub(super) const HIDDEN: EntryUuid = EntryUuid::from_bytes([2; 16]);

/// Gets a document as the holder, and what was recorded of it.
pub(super) fn get(accept: &str, id: EntryUuid) -> (Response, Vec<(Act, EventOutcome)>) {
    ask(Request { accept: Some(accept), ..Request::default() }, id)
}

/// The same by a request with further headers.
pub(super) fn ask(headers: Request<'_>, id: EntryUuid) -> (Response, Vec<(Act, EventOutcome)>) {
    let desk = Desk {
        store: TwoDocuments::default(),
        clock: Still,
        ids: Still,
        mappings: Arc::new(Mappings::embedded().expect("the embedded tables")),
        switches: Switches::default(),
        pack: Pack::french(vec![InsDomain::NirTest], Oid::parse("1.2.3").expect("an OID")),
    };
    let door = Door {
        base: "https://h/fhir".into(),
        page_key: [0; 32],
        limits: Limits::default(),
        status_is_optional: false,
        patch_pseudo_paths: false,
        subscribing: Default::default(),
    };
    let caller = Caller {
        actor: Actor::Holder { ins: ins() },
        channel: Channel::Patient,
        structure: None,
        purpose: Purpose::Normal,
        patient: None,
        legal_entities: Vec::new(),
        secret_connection: false,
        regulator: false,
        software: None,
        request: RequestId("r".into()),
    };
    let path = format!("Binary/{}", id.bare());
    let request = Request { method: "GET", path: &path, ..headers };
    let response = at_once(respond(&door, &desk, &caller, crate::Scopes::All, &request));
    let events = desk.store.0.lock().expect("no panic").clone();
    (response, events)
}

/// The result of a future that never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Moment {
        Moment(0)
    }
}

impl Ids for Still {
    fn uuid(&self) -> EntryUuid {
        EntryUuid::from_bytes([7; 16])
    }
}

fn ins() -> Ins {
    Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("a sample")
}

fn stored(id: EntryUuid) -> StoredEntry {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut entry = model::generated::entry().new_tree(&mut runner).expect("an entry").current();
    entry.logical_id = id;
    entry.patient = ins();
    entry.size = Some(4);
    entry.availability = Availability::Approved;
    entry.mime_type = MimeType::parse("text/xml").expect("a type");
    entry.confidentiality = vec![Code::new("N", system::CONFIDENTIALITY)];
    if id == HIDDEN {
        entry.confidentiality.push(Code::new("INVISIBLE_PATIENT", system::VISIBILITY));
    }
    let set = SubmissionSet {
        entry_uuid: id,
        unique_id: None,
        source_id: Oid::parse("1.2.3").expect("an OID"),
        patient: ins(),
        submission_time: Hl7Time::parse("2026").expect("a year"),
        content_type: Code::new("x", "y"),
        authors: Vec::new(),
        intended_recipients: Vec::new(),
        title: None,
        comments: None,
    };
    StoredEntry {
        held: true,
        entry,
        set,
        associations: Vec::new(),
        sequence: 1,
        stored_at: Moment(0),
        changed_at: Moment(0),
        masked_to: Vec::new(),
        added_by_holder: false,
        depositor_was_blocked: false,
    }
}

/// The record, and the events recorded.
#[derive(Default)]
struct TwoDocuments(Mutex<Vec<(Act, EventOutcome)>>);

impl journey::PeopleStore for TwoDocuments {
    async fn person(&self, patient: &Ins, at: Moment) -> Result<Option<journey::Person>, Fault> {
        let known = self.patient_id(patient, at).await?.zip(self.identity(patient, at).await?);
        Ok(known.map(|(id, identity)| journey::Person { id, identity, closed_at: None, former: Vec::new() }))
    }

    async fn leads_to(&self, _: &Ins) -> Result<Option<Ins>, Fault> {
        Ok(None)
    }

    async fn candidates(
        &self,
        _: &model::PersonQuery,
        _: &policy::TraitScope,
        _: Moment,
    ) -> Result<journey::Candidates, Fault> {
        Ok(journey::Candidates::Some(Vec::new()))
    }
}

impl Store for TwoDocuments {
    async fn facts(&self, _: &Ins, _: &Caller, _: Moment) -> Result<Facts, Fault> {
        Ok(Facts { record: RecordState::Open, relation: Relation::Holder, ..Facts::absent() })
    }

    async fn locate(&self, key: &DocumentKey) -> Result<Vec<Ins>, Fault> {
        Ok(self.entry(&ins(), key).await?.map(|_| ins()).into_iter().collect())
    }

    async fn entry(&self, _: &Ins, key: &DocumentKey) -> Result<Option<StoredEntry>, Fault> {
        let ours = [SHOWN, HIDDEN].into_iter().find(|id| *key == DocumentKey::Uuid(*id));
        Ok(ours.map(stored))
    }

    async fn content(&self, _: &Visible<StoredEntry>) -> Result<Vec<u8>, Option<Fault>> {
        Ok(b"<x/>".to_vec())
    }

    async fn record(&self, event: Event, _: Option<FactsVersion>) -> Result<(), RecordError> {
        self.0.lock().expect("no panic").push((event.act, event.outcome));
        Ok(())
    }

    async fn identity(&self, _: &Ins, _: Moment) -> Result<Option<Identity>, Fault> {
        Ok(None)
    }

    async fn patient_by_id(&self, _: EntryUuid) -> Result<Option<Ins>, Fault> {
        Ok(None)
    }

    async fn patient_id(&self, _: &Ins, _: Moment) -> Result<Option<EntryUuid>, Fault> {
        Ok(None)
    }

    async fn locate_object(&self, _key: &journey::ObjectKey) -> Result<Vec<Ins>, Fault> {
        Ok(Vec::new())
    }

    async fn versions(&self, _patient: &Ins, _document: &EntryUuid) -> Result<Vec<StoredEntry>, Fault> {
        Ok(Vec::new())
    }

    async fn holdings(
        &self,
        _patient: &Ins,
        _visibility: Option<&Visibility>,
    ) -> Result<journey::Holdings, Fault> {
        Ok(journey::Holdings::default())
    }

    async fn digest_of_set(&self, _patient: &Ins, _set: &UniqueId) -> Result<Option<[u8; 32]>, Fault> {
        Ok(None)
    }

    async fn receipts_of(
        &self,
        _patient: &Ins,
        _document: &UniqueId,
        _depositor: &model::Depositor,
    ) -> Result<Vec<Receipt>, Fault> {
        Ok(Vec::new())
    }

    async fn revise(
        &self,
        _revision: policy::Permitted<policy::Revision>,
        _event: Event,
    ) -> Result<(), CommitError> {
        Err(CommitError::Fault(Fault::new("not of this kit")))
    }

    async fn link_facts(&self, _: &Permitted<Submission>, _: &UniqueId) -> Result<LinkFacts, Fault> {
        Ok(LinkFacts::default())
    }

    type Staging = crate::never_staged::NeverStaged;

    async fn stage(
        &self,
        _: &Permitted<Submission>,
        _: &EntryUuid,
    ) -> Result<crate::never_staged::NeverStaged, CommitError> {
        Err(CommitError::Moved)
    }

    async fn commit(&self, checked: Checked, _: Event) -> Result<Receipt, (CommitError, Box<Checked>)> {
        Err((CommitError::Moved, Box::new(checked)))
    }

    async fn search(&self, _: &DocumentQuery, _: &Visibility, _: Moment) -> Result<Page<StoredEntry>, Fault> {
        Ok(Page { entries: Vec::new(), total: 0, ceiling: 0, next: None })
    }

    async fn operate(&self, _: Permitted<Operation>, _: Event) -> Result<(), CommitError> {
        Err(CommitError::Moved)
    }

    async fn rights(&self, _: &Ins, _: Moment) -> Result<Option<Rights>, Fault> {
        Ok(None)
    }

    async fn amend(&self, _: Permitted<Amendment>, _: Event) -> Result<(), CommitError> {
        Err(CommitError::Moved)
    }

    async fn activate(&self, _: &Ins, _: &ActivationProof, _: Event) -> Result<bool, CommitError> {
        Ok(false)
    }

    async fn history(&self, _: &Ins, _: u32, _: Moment) -> Result<Vec<HistoryLine>, Fault> {
        Ok(Vec::new())
    }

    async fn verify_journal(&self) -> Result<JournalReport, Fault> {
        Ok(JournalReport::default())
    }

    async fn ready(&self) -> Result<(), Fault> {
        Ok(())
    }
}

no_mail!(TwoDocuments);
