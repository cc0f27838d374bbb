//! A store in a temporary folder with a desk around it: fixed clock, counted ids, the embedded law.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use journey::{Clock, Desk, DocumentKey, Ids, Pack, Refusal, StoredEntry};
use mappings::Mappings;
use model::{
    Actor, Caller, Channel, Code, EntryUuid, Hl7Time, Identity, Ins, InsDomain, Moment, Oid, Party, PersonId,
    Purpose, Receipt, RequestId, Rule, Sex, StructureId, SubjectRole, Submission, system,
};
use policy::{Choice, DocumentAct, Grant, Ground, Operation, Setting, Switches};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Executor};
use tempfile::TempDir;

use crate::{Durability, MasterKey, Options, SqliteStore};

pub(super) const HOSPITAL: &str = "1750000001";
pub(super) const DOCTOR: &str = "899900000019";
pub(super) const CARD: &str = "CANARYCARD01";
pub(super) const NAME: &str = "CANARYFAMILY";

pub(super) type TestDesk = Desk<SqliteStore, StoppedClock, CountedIds>;

pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) desk: TestDesk,
}

pub(super) struct StoppedClock(AtomicI64);

impl StoppedClock {
    pub(super) fn set(&self, at: Moment) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

pub(super) struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn uuid(&self) -> EntryUuid {
        let number = u128::from(self.0.fetch_add(1, Ordering::SeqCst));
        EntryUuid::from_bytes((0x1000_0000_0000_4000_8000_0000_0000_0000 | number).to_be_bytes())
    }
}

impl World {
    pub(super) async fn new() -> Self {
        World::with(|_| {}).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = options(folder.path().join("store.db"));
        change(&mut options);
        let store = SqliteStore::open(options).await.unwrap();
        let desk = Desk {
            store,
            clock: StoppedClock(AtomicI64::new(time("20260301120000").0)),
            ids: CountedIds(AtomicU64::new(1)),
            mappings: Arc::new(Mappings::embedded().unwrap()),
            switches: Switches::default(),
            pack: Pack::french(vec![InsDomain::NirTest], repository()),
        };
        World { folder, desk }
    }

    /// A world with the open record of [`ins`]`(1)`.
    pub(super) async fn with_record() -> Self {
        let world = World::new().await;
        world.open_record(&ins(1)).await;
        world
    }

    pub(super) fn store(&self) -> &SqliteStore {
        &self.desk.store
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    pub(super) fn uuid(&self) -> EntryUuid {
        self.desk.ids.uuid()
    }

    pub(super) async fn operate(&self, operation: Operation) -> Result<(), Refusal> {
        journey::operate(&self.desk, &operator(), "kit", operation).await
    }

    /// A choice by the holder.
    pub(super) async fn chosen(&self, patient: &Ins, choice: Choice) -> Result<(), Refusal> {
        journey::choose(&self.desk, &holder(patient), "kit", patient, choice).await
    }

    /// The same, accepted.
    pub(super) async fn choose(&self, patient: &Ins, choice: Choice) {
        self.chosen(patient, choice).await.unwrap();
    }

    /// A setting put in force by the holder.
    pub(super) async fn set(&self, setting: Setting) {
        self.choose(&ins(1), Choice::Set(setting)).await;
    }

    /// A setting lifted by the holder.
    pub(super) async fn lift(&self, setting: Setting) {
        self.choose(&ins(1), Choice::Lift(setting)).await;
    }

    /// Acts on a document of the first record.
    pub(super) async fn amend(
        &self,
        caller: &Caller,
        document: EntryUuid,
        acts: &[DocumentAct],
    ) -> Result<(), Refusal> {
        let ask = journey::DocumentAsk { patient: Some(ins(1)), key: DocumentKey::Uuid(document) };
        journey::amend(&self.desk, caller, "kit", ask, acts.to_vec(), None).await.map(|_entry| ())
    }

    pub(super) async fn mask(&self, document: EntryUuid) {
        self.amend(&holder(&ins(1)), document, &[DocumentAct::Mask]).await.unwrap();
    }

    pub(super) fn now(&self) -> Moment {
        self.desk.clock.now()
    }

    /// Sets the clock.
    pub(super) fn at(&self, now: Moment) {
        self.desk.clock.0.store(now.0, Ordering::SeqCst);
    }

    pub(super) async fn entry(&self, document: EntryUuid) -> Option<StoredEntry> {
        journey::Store::entry(self.store(), &ins(1), &DocumentKey::Uuid(document)).await.unwrap()
    }

    /// What stands in the file: one number.
    pub(super) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.behind().await).await.unwrap()
    }

    pub(super) async fn open_record(&self, patient: &Ins) {
        self.operate(Operation::Import(identity(patient))).await.unwrap();
        self.operate(Operation::Open(patient.clone())).await.unwrap();
    }

    /// A deposit through a door that leaves optional what PDSm leaves optional: these submissions are short of it.
    pub(super) async fn deposit(&self, submission: Submission) -> Result<Receipt, Refusal> {
        journey::deposit(&self.desk, &hospital(), "ITI-65", submission).await.map(|(receipt, _)| receipt)
    }

    /// Changes the file behind the store's back.
    pub(super) async fn tamper(&self, sql: &'static str) {
        let mut connection = self.behind().await;
        connection.execute(sqlx::raw_sql(sql)).await.unwrap();
    }

    pub(super) async fn behind(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.path()).foreign_keys(false).connect().await.unwrap()
    }
}

pub(super) fn options(path: PathBuf) -> Options {
    let mut options = Options::new(path, MasterKey::from_bytes([42; 32]), repository());
    options.durability = Durability::Off;
    options
}

pub(super) fn repository() -> Oid {
    Oid::parse("2.999.1").unwrap()
}

pub(super) fn time(digits: &str) -> Moment {
    Hl7Time::parse(digits).unwrap().start()
}

/// A fictitious matricule of the test domain.
pub(super) fn ins(number: u64) -> Ins {
    let body = 2_550_814_168_000 + number;
    Ins::parse(&format!("{body}{:02}", 97 - body % 97), InsDomain::NirTest.oid()).unwrap()
}

pub(super) fn identity(patient: &Ins) -> Identity {
    Identity {
        ins: patient.clone(),
        birth_family: NAME.into(),
        given: "CANARYGIVEN".into(),
        used_family: None,
        birth_date: Hl7Time::parse("19550814").unwrap(),
        sex: Sex::Female,
        birth_place: Some("2A004".into()),
        card_serial: Some(CARD.into()),
        email: Some("CANARY@patients.example".into()),
        further: Box::default(),
    }
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
        software: Some("kit".into()),
        request: RequestId("request".into()),
    }
}

pub(super) fn operator() -> Caller {
    caller(Actor::Operator { name: "Opérateur".into() }, Channel::Operator)
}

/// What the holder grants.
pub(super) fn granted(until: Moment) -> Grant {
    Grant { ground: Ground::GrantedByHolder, until }
}

pub(super) fn person(id: &str) -> Party {
    Party::Person(PersonId(id.into()))
}

pub(super) fn structure(id: &str) -> Party {
    Party::Structure(StructureId(id.into()))
}

pub(super) fn hospital() -> Caller {
    let actor = Actor::OfStructure { user: "Logiciel".into(), role: None };
    Caller { structure: Some(StructureId(HOSPITAL.into())), ..caller(actor, Channel::Indirect) }
}

pub(super) fn holder(patient: &Ins) -> Caller {
    caller(Actor::Holder { ins: patient.clone() }, Channel::Patient)
}

/// A general practitioner.
pub(super) fn doctor() -> Caller {
    professional("10", Some(Code::new("SM26", system::SPECIALTY)))
}

pub(super) fn professional(profession: &str, qualifier: Option<Code>) -> Caller {
    let role = SubjectRole { profession: Code::new(profession, system::PROFESSION), qualifier };
    caller(
        Actor::Professional { id: PersonId(DOCTOR.into()), name: "Dr KERVEL".into(), role },
        Channel::Direct,
    )
}

pub(super) fn rules(refusal: &Refusal) -> Vec<Rule> {
    refusal.rules()
}
