//! A record whose rights are kept in memory, and its door: for the tests of what changes them.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use journey::{
    ActivationProof, Checked, Clock, CommitError, Desk, DocumentKey, Event, Fault, HistoryLine, Ids, InForce,
    JournalReport, LinkFacts, Linkage, Pack, RecordError, Rights, Store, StoredEntry,
};
use mappings::Mappings;
use model::{
    Actor, Caller, Channel, DocumentQuery, EntryUuid, Identity, Ins, InsDomain, Moment, Oid, Page, PersonId,
    Purpose, Receipt, RequestId, Rule, StructureId, SubjectRole, Submission, UniqueId,
};
use policy::{
    AccessNotice, Amendment, Choice, Facts, FactsVersion, Operation, Permitted, RecordState, Relation,
    Setting, Standing, Switches, Visibility, Visible,
};
use serde_json::Value;

use crate::no_mail::no_mail;
use crate::{Door, Limits, Request, Response, Scopes, respond};

/// The id of the record's Patient.
pub(crate) const PATIENT: EntryUuid = EntryUuid::from_bytes([0x11; 16]);
/// Base URL.
pub(crate) const BASE: &str = "https://h/fhir";
/// 2026-01-31T12:00:00Z.
pub(crate) const NOW: Moment = Moment(1_769_860_800_000_000);

/// One record, and the last operation done on it.
pub(crate) struct OneRecord {
    pub(crate) rights: Mutex<Rights>,
    pub(crate) history: Vec<HistoryLine>,
    pub(crate) done: Mutex<Vec<String>>,
}

impl Default for OneRecord {
    fn default() -> Self {
        let rights = Rights {
            standing: Standing::Activated,
            in_force: Vec::new(),
            representatives: Vec::new(),
            notice: AccessNotice::First,
        };
        OneRecord { rights: Mutex::new(rights), history: Vec::new(), done: Mutex::default() }
    }
}

/// A door in front of one record.
pub(crate) struct Stage {
    door: Door,
    pub(crate) desk: Desk<OneRecord, Still, Still>,
}

impl Stage {
    pub(crate) fn new(store: OneRecord) -> Self {
        let pack = Pack::french(vec![InsDomain::NirTest], Oid::parse("1.2.3").expect("an OID"));
        let desk = Desk {
            store,
            clock: Still,
            ids: Still,
            mappings: Arc::new(Mappings::embedded().expect("the embedded tables")),
            switches: Switches::default(),
            pack,
        };
        Stage {
            door: Door {
                base: BASE.into(),
                page_key: [3; 32],
                limits: Limits::default(),
                status_is_optional: false,
                patch_pseudo_paths: false,
                subscribing: Default::default(),
            },
            desk,
        }
    }

    /// The same with so many bytes a message.
    pub(crate) fn bounded(store: OneRecord, bytes: usize) -> Self {
        let mut stage = Stage::new(store);
        stage.door.limits.bytes = bytes;
        stage
    }

    /// Sends a request and gives its status, `Location` and body.
    pub(crate) fn send(&self, caller: &Caller, method: &str, target: &str, body: Option<&Value>) -> Answer {
        Answer::of(self.sent(caller, Scopes::All, method, target, body))
    }

    /// The same with these scopes; beside the answer, the rules by which something was out of scope.
    pub(crate) fn send_with(
        &self,
        caller: &Caller,
        scopes: &[String],
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> (Answer, Vec<Rule>) {
        let response = self.sent(caller, Scopes::Named(scopes), method, target, body);
        let told = response.out_of_scope.iter().map(|finding| finding.rule).collect();
        (Answer::of(response), told)
    }

    fn sent(
        &self,
        caller: &Caller,
        scopes: Scopes<'_>,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> Response {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let request = Request {
            method,
            path,
            query,
            content_type: body.map(|_| crate::FHIR_JSON),
            accept_language: Some("en"),
            body: &bytes,
            ..Request::default()
        };
        at_once(respond(&self.door, &self.desk, caller, scopes, &request))
    }

    /// What was done, by name.
    pub(crate) fn done(&self) -> Vec<String> {
        self.desk.store.done.lock().expect("no panic").clone()
    }
}

/// An answer read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    fn of(response: Response) -> Self {
        let location = response.headers.into_iter().find(|(name, _)| *name == "Location").map(|(_, url)| url);
        let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        if body != Value::Null {
            assert_eq!(crate::codec::structure::check(&body), [], "{body}");
        }
        Answer { status: response.status, location, body }
    }

    /// The names of the rules that refused.
    pub(crate) fn rules(&self) -> Vec<&str> {
        let issues = self.body["issue"].as_array().map(Vec::as_slice).unwrap_or_default();
        issues.iter().filter_map(|issue| issue["details"]["coding"][0]["code"].as_str()).collect()
    }

    /// The resources of a searchset.
    pub(crate) fn resources(&self) -> Vec<&Value> {
        let entries = self.body["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
        entries.iter().map(|entry| &entry["resource"]).collect()
    }
}

pub(crate) fn ins() -> Ins {
    Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("a sample")
}

fn caller(actor: Actor, channel: Channel) -> Caller {
    Caller {
        actor,
        channel,
        structure: None,
        purpose: Purpose::Normal,
        patient: None,
        legal_entities: Vec::new(),
        secret_connection: false,
        regulator: false,
        software: None,
        request: RequestId("r".into()),
    }
}

pub(crate) fn holder() -> Caller {
    caller(Actor::Holder { ins: ins() }, Channel::Patient)
}

pub(crate) fn operator() -> Caller {
    caller(Actor::Operator { name: "portail".into() }, Channel::Operator)
}

/// A general practitioner.
pub(crate) fn doctor() -> Caller {
    let role = SubjectRole {
        profession: model::Code::new("10", model::system::PROFESSION),
        qualifier: Some(model::Code::new("SM54", model::system::SPECIALTY)),
    };
    let id = PersonId("801234567890".into());
    let actor = Actor::Professional { id, name: "Dr".into(), role };
    Caller { structure: Some(StructureId("1750000001".into())), ..caller(actor, Channel::Direct) }
}

/// The result of a future that never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}

pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> Moment {
        NOW
    }
}

impl Ids for Still {
    fn uuid(&self) -> EntryUuid {
        EntryUuid::from_bytes([7; 16])
    }
}

impl OneRecord {
    fn choose(&self, choice: &Choice) {
        let mut rights = self.rights.lock().expect("no panic");
        let subject = |setting: &Setting| match setting {
            Setting::Authorised(party, _) => format!("authorised {party:?}"),
            Setting::Treating(_) => "treating".to_owned(),
            other => format!("{other:?}"),
        };
        match choice {
            Choice::Set(setting) => {
                let before = rights.in_force.iter().position(|one| subject(&one.setting) == subject(setting));
                let next = u8::try_from(rights.in_force.len() + 0x20).expect("few");
                let id = EntryUuid::from_bytes([next; 16]);
                let fresh = InForce { id, since: NOW, setting: setting.clone() };
                match before {
                    Some(index) => rights.in_force[index].setting = setting.clone(),
                    None => rights.in_force.push(fresh),
                }
            }
            Choice::Lift(setting) => rights.in_force.retain(|one| subject(&one.setting) != subject(setting)),
            Choice::OpposeRecord => rights.standing = Standing::Opposed,
            Choice::WithdrawOpposition => rights.standing = Standing::Open,
            Choice::Notify(notice) => rights.notice = *notice,
            Choice::CloseRecord | Choice::EraseRecord | Choice::Contest(_) => {}
        }
    }
}

no_mail!(OneRecord);

impl journey::PeopleStore for OneRecord {
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

impl Store for OneRecord {
    async fn facts(&self, patient: &Ins, caller: &Caller, _: Moment) -> Result<Facts, Fault> {
        let standing = self.rights.lock().expect("no panic").standing;
        if *patient != ins() {
            return Ok(Facts::absent());
        }
        let record = match standing {
            Standing::Open | Standing::Activated => RecordState::Open,
            Standing::Closed => RecordState::Closed,
            Standing::Unknown | Standing::Notified | Standing::Opposed | Standing::Erased => {
                RecordState::Absent
            }
        };
        let relation = match caller.channel {
            Channel::Patient => Relation::Holder,
            _ => Relation::Stranger,
        };
        Ok(Facts { record, standing, relation, ..Facts::absent() })
    }

    async fn operate(&self, operation: Permitted<Operation>, event: Event) -> Result<(), CommitError> {
        let named = event.deeds.first().cloned().unwrap_or_else(|| event.act.name().to_owned());
        self.done.lock().expect("no panic").push(named);
        match operation.get() {
            Operation::Choose(_, choice) => self.choose(choice),
            Operation::Represent(_, representation) => {
                let id = EntryUuid::from_bytes([0x77; 16]);
                let one = Linkage { id, since: NOW, representation: representation.clone(), live: true };
                self.rights.lock().expect("no panic").representatives.push(one);
            }
            Operation::Unrepresent(_, by) => {
                let mut rights = self.rights.lock().expect("no panic");
                rights.representatives.retain(|one| one.representation.by != *by);
            }
            Operation::Import(_)
            | Operation::Open(_)
            | Operation::Close(_)
            | Operation::Erase(_)
            | Operation::IssueCode(..)
            | Operation::Merge(_) => {}
        }
        Ok(())
    }

    async fn rights(&self, patient: &Ins, _: Moment) -> Result<Option<Rights>, Fault> {
        Ok((*patient == ins()).then(|| self.rights.lock().expect("no panic").clone()))
    }

    async fn patient_by_id(&self, id: EntryUuid) -> Result<Option<Ins>, Fault> {
        Ok((id == PATIENT).then(ins))
    }

    async fn patient_id(&self, patient: &Ins, _: Moment) -> Result<Option<EntryUuid>, Fault> {
        let open = self.rights.lock().expect("no panic").standing != Standing::Opposed;
        Ok((*patient == ins() && open).then_some(PATIENT))
    }

    async fn activate(&self, _: &Ins, proof: &ActivationProof, _: Event) -> Result<bool, CommitError> {
        Ok(proof.code == "RIGHT")
    }

    async fn history(&self, _: &Ins, _: u32, _: Moment) -> Result<Vec<HistoryLine>, Fault> {
        Ok(self.history.clone())
    }

    async fn record(&self, _: Event, _: Option<FactsVersion>) -> Result<(), RecordError> {
        Ok(())
    }

    async fn locate(&self, _: &DocumentKey) -> Result<Vec<Ins>, Fault> {
        Ok(Vec::new())
    }

    async fn entry(&self, _: &Ins, _: &DocumentKey) -> Result<Option<StoredEntry>, Fault> {
        Ok(None)
    }

    async fn content(&self, _: &Visible<StoredEntry>) -> Result<Vec<u8>, Option<Fault>> {
        Err(None)
    }

    async fn identity(&self, _: &Ins, _: Moment) -> Result<Option<Identity>, Fault> {
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

    async fn amend(&self, _: Permitted<Amendment>, _: Event) -> Result<(), CommitError> {
        Err(CommitError::Moved)
    }

    async fn verify_journal(&self) -> Result<JournalReport, Fault> {
        Ok(JournalReport::default())
    }

    async fn ready(&self) -> Result<(), Fault> {
        Ok(())
    }
}
