//! A gateway without sockets: the real store on a temporary file behind both doors, a clock that is set, ids that
//! are counted. Two halls that did the same things answer with the same bytes.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use ihe::mtom::{Attachment, package};
use ihe::{Endpoint, Transaction};
use journey::{Clock, Desk, DocumentAsk, DocumentKey, Ids, Pack, Refusal};
use mappings::Mappings;
use model::{
    Actor, Caller, Channel, Code, EntryUuid, Hl7Time, Ins, InsDomain, Moment, Oid, PersonId, Purpose,
    Receipt, StructureId, SubjectRole, Submission, system,
};
use policy::{Choice, DocumentAct, Operation, Setting, Switches};
use server::demo::cast::Cast;
use store::{Durability, MasterKey, Options, SqliteStore};
use tempfile::TempDir;

use crate::callers::caller;

/// The repositoryUniqueId of a hall.
pub const REPOSITORY: &str = "2.999.2026.1";
/// Where its doors believe that they are.
pub const BASE: &str = "https://passerelle.example/fhir";
/// The database in its folder.
const FILE: &str = "hall.db";
/// The page key of its FHIR door.
const PAGE_KEY: [u8; 32] = [9; 32];

/// The desk of a hall.
pub type HallDesk = Desk<SqliteStore, SetClock, CountedIds>;

/// The gateway.
pub struct Hall {
    /// The desk behind the doors.
    pub desk: HallDesk,
    /// The people.
    pub cast: Cast,
    door: fhir::Door,
    folder: TempDir,
}

/// A clock that stands until it is set.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// Sets it.
    pub fn set(&self, at: Moment) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// UUIDs that count.
#[derive(Debug)]
pub struct CountedIds(AtomicU64);

impl CountedIds {
    /// The next one has this number.
    pub fn restart(&self, number: u64) {
        self.0.store(number, Ordering::SeqCst);
    }
}

impl Ids for CountedIds {
    fn uuid(&self) -> EntryUuid {
        let number = u128::from(self.0.fetch_add(1, Ordering::SeqCst));
        EntryUuid::from_bytes((0x1000_0000_0000_4000_8000_0000_0000_0000 | number).to_be_bytes())
    }
}

/// A request to the FHIR door.
#[derive(Debug, Clone, Default)]
pub struct FhirAsk {
    /// The method.
    pub method: &'static str,
    /// The path below the base.
    pub path: String,
    /// The query.
    pub query: String,
    /// `Content-Type`.
    pub content_type: Option<&'static str>,
    /// `Accept`.
    pub accept: Option<&'static str>,
    /// `Accept-Language`.
    pub language: Option<&'static str>,
    /// `If-Match`.
    pub if_match: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl FhirAsk {
    /// A GET.
    pub fn get(path: impl Into<String>, query: impl Into<String>) -> Self {
        FhirAsk { method: "GET", path: path.into(), query: query.into(), ..FhirAsk::default() }
    }
}

/// An answer of either door, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Every header, Content-Type first.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text, lossy.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Hall {
    /// The people of the samples with open records for these patients.
    pub async fn open(patients: &[&str]) -> anyhow::Result<Self> {
        let hall = Hall::on(tempfile::tempdir()?).await?;
        for key in patients {
            let ins = hall.cast.patient(key)?.clone();
            let fed = hall.cast.patients().find(|(_, identity)| identity.ins == ins);
            let (_, identity) = fed.ok_or_else(|| anyhow::anyhow!("{key} has no identity"))?;
            hall.operate(Operation::Import(identity.clone())).await?;
            hall.operate(Operation::Open(ins)).await?;
        }
        Ok(hall)
    }

    /// The same twice: the second stands on a copy of the file, with the records' own keys and ids.
    pub async fn twins(patients: &[&str]) -> anyhow::Result<[Self; 2]> {
        let Hall { desk, folder, .. } = Hall::open(patients).await?;
        desk.store.close().await;
        let other = tempfile::tempdir()?;
        std::fs::copy(folder.path().join(FILE), other.path().join(FILE))?;
        Ok([Hall::on(folder).await?, Hall::on(other).await?])
    }

    async fn on(folder: TempDir) -> anyhow::Result<Self> {
        let repository = Oid::parse(REPOSITORY).map_err(|bad| anyhow::anyhow!(bad.expected_en))?;
        let key = MasterKey::from_bytes([5; 32]);
        let mut options = Options::new(folder.path().join(FILE), key, repository.clone());
        options.durability = Durability::Off;
        let at = Hl7Time::parse("20261120120000").map_err(|bad| anyhow::anyhow!(bad.expected_en))?;
        let desk = Desk {
            store: SqliteStore::open(options).await?,
            clock: SetClock(AtomicI64::new(at.start().0)),
            ids: CountedIds(AtomicU64::new(1)),
            mappings: tables()?,
            switches: Switches::default(),
            pack: Pack::french(vec![InsDomain::NirTest], repository),
        };
        let door = fhir::Door {
            base: BASE.to_owned(),
            page_key: PAGE_KEY,
            limits: fhir::Limits::default(),
            status_is_optional: false,
            patch_pseudo_paths: false,
            subscribing: Default::default(),
        };
        Ok(Hall { desk, cast: Cast::embedded()?, door, folder })
    }

    /// A patient of the samples.
    ///
    /// # Panics
    /// When the samples have nobody of that name, as the other people here.
    #[expect(clippy::expect_used, reason = "a test that names nobody cannot go on")]
    pub fn patient(&self, key: &str) -> Ins {
        self.cast.patient(key).expect("a patient of the samples").clone()
    }

    /// A professional of the samples, acting in their own name for their structure.
    #[expect(clippy::expect_used, reason = "a test that names nobody cannot go on")]
    pub fn professional(&self, key: &str) -> Caller {
        let person = self.cast.professional(key).expect("a professional of the samples");
        let qualifier = person.qualifier.clone().zip(person.qualifier_system.clone());
        let role = SubjectRole {
            profession: Code::new(person.profession.clone(), system::PROFESSION),
            qualifier: qualifier.map(|(code, system)| Code::new(code, system)),
        };
        let actor = Actor::Professional { id: PersonId(person.id.clone()), name: person.name(), role };
        let of = self.structure(&person.structure).structure;
        Caller { structure: of, regulator: key == "regulator", ..caller(actor, Channel::Direct) }
    }

    /// A structure of the samples, with indirect authentication.
    #[expect(clippy::expect_used, reason = "a test that names nobody cannot go on")]
    pub fn structure(&self, key: &str) -> Caller {
        let structure = self.cast.structure(key).expect("a structure of the samples");
        let actor = Actor::OfStructure { user: "automate".to_owned(), role: None };
        Caller { structure: Some(StructureId(structure.id.clone())), ..caller(actor, Channel::Indirect) }
    }

    /// A patient of the samples, as their own token proves them.
    pub fn holder(&self, key: &str) -> Caller {
        crate::callers::holder(&self.patient(key))
    }

    /// Does what an operator does.
    pub async fn operate(&self, operation: Operation) -> anyhow::Result<()> {
        let operator = caller(Actor::Operator { name: "X".to_owned() }, Channel::Operator);
        journey::operate(&self.desk, &operator, "kit", operation).await.map_err(refused)
    }

    /// A choice of the holder.
    pub async fn choose(&self, patient: &str, choice: Choice) -> anyhow::Result<()> {
        let (holder, ins) = (self.holder(patient), self.patient(patient));
        journey::choose(&self.desk, &holder, "kit", &ins, choice).await.map_err(refused)
    }

    /// A setting put in force by the holder.
    pub async fn set(&self, patient: &str, setting: Setting) -> anyhow::Result<()> {
        self.choose(patient, Choice::Set(setting)).await
    }

    /// An act on one document.
    pub async fn amend(
        &self,
        caller: &Caller,
        patient: &str,
        document: EntryUuid,
        act: DocumentAct,
    ) -> anyhow::Result<()> {
        let ask = DocumentAsk { patient: Some(self.patient(patient)), key: DocumentKey::Uuid(document) };
        let amended = journey::amend(&self.desk, caller, "kit", ask, vec![act], None).await;
        amended.map(|_shown| ()).map_err(refused)
    }

    /// A deposit past the doors.
    pub async fn deposit(&self, caller: &Caller, submission: Submission) -> anyhow::Result<Receipt> {
        let deposited = journey::deposit(&self.desk, caller, "kit", submission).await;
        deposited.map(|(receipt, _)| receipt).map_err(refused)
    }

    /// A request through the FHIR door.
    pub async fn fhir(&self, caller: &Caller, ask: &FhirAsk) -> Answer {
        let request = fhir::Request {
            method: ask.method,
            path: &ask.path,
            query: &ask.query,
            content_type: ask.content_type,
            accept: ask.accept,
            accept_language: ask.language,
            if_match: ask.if_match.as_deref(),
            body: &ask.body,
            ..fhir::Request::default()
        };
        let answer = fhir::respond(&self.door, &self.desk, caller, fhir::Scopes::All, &request).await;
        let own = answer.headers.into_iter().map(|(name, value)| (name.to_owned(), value));
        let headers = std::iter::once(("Content-Type".to_owned(), answer.content_type)).chain(own);
        let (headers, body) = (headers.collect(), self.whole(answer.body, answer.rest).await);
        Answer { status: answer.status, headers, body }
    }

    /// A request element through the XDS door.
    ///
    /// # Errors
    /// When the door does not take the envelope.
    pub async fn xds(
        &self,
        caller: &Caller,
        action: &str,
        payload: &str,
        parts: &[Attachment],
    ) -> anyhow::Result<Answer> {
        let endpoint = Transaction::of(action).map_or(Endpoint::Repository, Transaction::endpoint);
        let envelope = envelope(action, payload);
        let (media, bytes) = match endpoint {
            Endpoint::Repository => package(action, &envelope, parts),
            Endpoint::Registry | Endpoint::Dmp => {
                (format!("application/soap+xml; charset=UTF-8; action=\"{action}\""), envelope.into_bytes())
            }
        };
        let opened = ihe::open(endpoint, &media, Bytes::from(bytes), &ihe::Limits::default())
            .map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
        let answer = ihe::respond(&self.desk, caller, &opened).await;
        let headers = vec![("Content-Type".to_owned(), answer.content_type)];
        let body = self.whole(answer.body, answer.rest).await;
        Ok(Answer { status: answer.status, headers, body })
    }

    /// An answer with everything that is read as it goes out.
    async fn whole(&self, mut body: Vec<u8>, rest: Vec<journey::Segment>) -> Vec<u8> {
        let mut outgoing = journey::Outgoing::new(rest);
        while let Ok(Some(bytes)) = outgoing.next(&self.desk.store).await {
            body.extend_from_slice(&bytes);
        }
        body
    }
}

/// The same caller in break-glass.
pub fn break_glass(caller: Caller) -> Caller {
    Caller { purpose: Purpose::BreakGlass { reason: "inconsciente".to_owned() }, ..caller }
}

/// The embedded tables, read once.
fn tables() -> anyhow::Result<Arc<Mappings>> {
    static TABLES: OnceLock<Arc<Mappings>> = OnceLock::new();
    if let Some(tables) = TABLES.get() {
        return Ok(Arc::clone(tables));
    }
    let tables = Mappings::embedded().map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    Ok(Arc::clone(TABLES.get_or_init(|| Arc::new(tables))))
}

fn refused(refusal: Refusal) -> anyhow::Error {
    anyhow::anyhow!("refused: {refusal:?}")
}

/// A SOAP 1.2 envelope without its assertion, which the server has verified before.
fn envelope(action: &str, payload: &str) -> String {
    format!(
        "<soap12:Envelope xmlns:soap12=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"><soap12:Header>\
         <wsa:Action soap12:mustUnderstand=\"true\">{action}</wsa:Action>\
         <wsa:MessageID>urn:uuid:6f0b6d52-1d2a-4f1e-9a53-0c5f3a3f9e11</wsa:MessageID>\
         <wsa:To>https://passerelle.example/xds</wsa:To><wsa:ReplyTo>\
         <wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address></wsa:ReplyTo>\
         </soap12:Header><soap12:Body>{payload}</soap12:Body></soap12:Envelope>"
    )
}
