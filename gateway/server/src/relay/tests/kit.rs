//! A store with a record, its people, and a relay to loopback endpoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use journey::{Clock, Desk, HookEndpoint, Outlet, Pack, PayloadContent, Refusal, Topic, Wanted};
use mappings::Mappings;
use model::{
    Actor, Author, Availability, Caller, Channel, Code, Content, ContentBytes, DocumentEntry, EntryUuid,
    Hl7Time, Identity, Ins, InsDomain, LanguageTag, MimeType, Moment, Oid, PersonId, Purpose, RequestId, Sex,
    SourcePatientInfo, StructureId, SubjectRole, Submission, SubmissionSet, UniqueId, Xcn, Xon, system,
};
use policy::{Choice, Grant, Ground, Operation, Setting, Switches};
use store::{Durability, MasterKey, Options, SqliteStore};
use tempfile::TempDir;

use super::sinks::{HookSink, MailSink};
use crate::config::NotificationsConfig;
use crate::outside::RandomIds;
use crate::relay::Relay;

pub(in crate::relay) const HOSPITAL: &str = "1750000001";
pub(in crate::relay) const DOCTOR: &str = "899900000019";
pub(in crate::relay) const ADDRESS: &str = "lou.essai@courrier.example";

/// What must never leave: titles, comments, types, contents, reasons.
pub(in crate::relay) const CANARIES: [&str; 6] =
    ["CANARYTITLE", "CANARYCOMMENT", "CANARYCONTENT", "CANARYREASON", "CANARYSET", "11502-2"];

/// A clock that stands until it is moved.
pub(in crate::relay) struct Stopped(AtomicI64);

impl Clock for Stopped {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

pub(in crate::relay) struct World {
    pub(in crate::relay) desk: Desk<SqliteStore, Stopped, RandomIds>,
    pub(in crate::relay) relay: Arc<Relay>,
    pub(super) hooks: HookSink,
    pub(super) mail: MailSink,
    config: NotificationsConfig,
    folder: TempDir,
}

impl World {
    /// The open record of a holder with an address, or without one.
    pub(in crate::relay) async fn new(address: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (hooks, mail) = (HookSink::start().await, MailSink::start().await);
        let authority = folder.path().join("authority.pem");
        std::fs::write(&authority, &hooks.authority).unwrap();
        let config = NotificationsConfig {
            rest_hook_allow: vec![hooks.origin.clone()],
            authorities: vec![authority],
            smtp: Some(mail.url.clone()),
            from: Some("Passerelle <ne-pas-repondre@passerelle.example>".to_owned()),
            link: Some("https://dossier.example/".to_owned()),
            ..NotificationsConfig::default()
        };
        let store = SqliteStore::open(options(&folder)).await.unwrap();
        let desk = Desk {
            store,
            clock: Stopped(AtomicI64::new(Hl7Time::parse("20260301120000").unwrap().start().0)),
            ids: RandomIds,
            mappings: Arc::new(Mappings::embedded().unwrap()),
            switches: Switches::default(),
            pack: Pack::french(vec![InsDomain::NirTest], Oid::parse("2.999.1").unwrap()),
        };
        let relay = relay(&config, &desk.mappings);
        let world = World { desk, relay, hooks, mail, config, folder };
        world.operate(Operation::Import(identity(address))).await;
        world.operate(Operation::Open(ins())).await;
        world
    }

    /// The same file and the same configuration in another process.
    pub(in crate::relay) async fn restarted(mut self) -> Self {
        self.desk.store.close().await;
        self.desk.store = SqliteStore::open(options(&self.folder)).await.unwrap();
        self.relay = relay(&self.config, &self.desk.mappings);
        self
    }

    /// The relay of another configuration.
    pub(in crate::relay) fn reconfigured(&mut self, change: impl FnOnce(&mut NotificationsConfig)) {
        change(&mut self.config);
        self.relay = relay(&self.config, &self.desk.mappings);
    }

    pub(in crate::relay) async fn operate(&self, operation: Operation) {
        journey::operate(&self.desk, &operator(), "kit", operation).await.unwrap();
    }

    pub(in crate::relay) async fn set(&self, setting: Setting) {
        let choice = Choice::Set(setting);
        journey::choose(&self.desk, &holder(), "kit", &ins(), choice).await.unwrap();
    }

    pub(in crate::relay) async fn authorise_doctor(&self) {
        let until = self.desk.clock.now().plus_seconds(86_400 * 365);
        let grant = Grant { ground: Ground::GrantedByHolder, until };
        self.set(Setting::Authorised(model::Party::Person(PersonId(DOCTOR.into())), grant)).await;
    }

    /// Subscribes to a path of the sink.
    pub(in crate::relay) async fn hook(&self, caller: &Caller, topic: Topic, path: &str) -> EntryUuid {
        let endpoint = HookEndpoint::parse(&format!("{}{path}", self.hooks.origin)).unwrap();
        let wanted = Wanted {
            topic,
            outlet: Outlet::RestHook(endpoint),
            content: PayloadContent::IdOnly,
            ends_at: None,
        };
        journey::subscribe(&self.desk, caller, "ITI-110", &ins(), wanted).await.unwrap().id
    }

    pub(in crate::relay) async fn deposit(&self, number: u64, flag: Option<&str>) -> EntryUuid {
        let sent = submission(number, flag);
        let id = sent.entries.first().unwrap().0.logical_id;
        journey::deposit(&self.desk, &hospital(), "ITI-41", sent).await.unwrap();
        id
    }

    pub(in crate::relay) async fn search(&self, caller: &Caller) -> Result<(), Refusal> {
        let query = model::DocumentQuery::new(Some(ins()), model::Scope::Find);
        journey::search(&self.desk, caller, "ITI-67", query).await.map(|_found| ())
    }

    pub(in crate::relay) async fn step(&self) {
        self.relay.step(&self.desk).await.unwrap();
    }

    pub(in crate::relay) fn pass(&self, seconds: i64) {
        let now = self.desk.clock.now().plus_seconds(seconds);
        self.desk.clock.0.store(now.0, Ordering::SeqCst);
    }
}

fn relay(config: &NotificationsConfig, mappings: &Arc<Mappings>) -> Arc<Relay> {
    Arc::new(Relay::of(config, "https://dossier.example", Arc::clone(mappings)).unwrap())
}

fn options(folder: &TempDir) -> Options {
    let repository = Oid::parse("2.999.1").unwrap();
    let path = folder.path().join("store.db");
    let mut options = Options::new(path, MasterKey::from_bytes([42; 32]), repository);
    options.durability = Durability::Off;
    options.audit_feed = true;
    options
}

pub(in crate::relay) fn ins() -> Ins {
    Ins::parse("255081416802538", InsDomain::NirTest.oid()).unwrap()
}

pub(in crate::relay) fn identity(address: Option<&str>) -> Identity {
    Identity {
        ins: ins(),
        birth_family: "ESSAI".into(),
        given: "Lou".into(),
        used_family: None,
        birth_date: Hl7Time::parse("19550814").unwrap(),
        sex: Sex::Female,
        birth_place: None,
        card_serial: None,
        email: address.map(str::to_owned),
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
        software: None,
        request: RequestId("request".into()),
    }
}

pub(in crate::relay) fn operator() -> Caller {
    caller(Actor::Operator { name: "Opérateur".into() }, Channel::Operator)
}

pub(in crate::relay) fn holder() -> Caller {
    caller(Actor::Holder { ins: ins() }, Channel::Patient)
}

pub(in crate::relay) fn hospital() -> Caller {
    let actor = Actor::OfStructure { user: "Logiciel".into(), role: None };
    Caller { structure: Some(StructureId(HOSPITAL.into())), ..caller(actor, Channel::Indirect) }
}

pub(in crate::relay) fn doctor() -> Caller {
    let role = SubjectRole {
        profession: Code::new("10", system::PROFESSION),
        qualifier: Some(Code::new("SM26", system::SPECIALTY)),
    };
    let actor = Actor::Professional { id: PersonId(DOCTOR.into()), name: "Dr KERVEL".into(), role };
    caller(actor, Channel::Direct)
}

/// One document of the hospital.
pub(in crate::relay) fn submission(number: u64, flag: Option<&str>) -> Submission {
    let uuid = || journey::Ids::uuid(&RandomIds);
    let id = |text: String| UniqueId::parse(&text).unwrap();
    let mut confidentiality = vec![Code::new("N", system::CONFIDENTIALITY)];
    confidentiality.extend(flag.map(|flag| Code::new(flag, system::VISIBILITY)));
    let logical_id = uuid();
    let entry = DocumentEntry {
        kind: model::EntryKind::Stable,
        entry_uuid: logical_id,
        logical_id,
        version: 1,
        unique_id: id(format!("2.999.2.{number}")),
        repository: None,
        availability: Availability::Approved,
        patient: ins(),
        source_patient_id: model::Cx::parse("LOCAL^^^&2.999.5&ISO^PI").ok(),
        source_patient_info: SourcePatientInfo {
            names: vec![model::PersonName { family: Some("ESSAI".into()), ..Default::default() }],
            ..SourcePatientInfo::default()
        },
        class_code: Code::labelled("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
        type_code: Code::labelled("11502-2", system::LOINC, "CR d'examens biologiques"),
        format_code: Code::new("urn:asip:ci-sis:avk:2009", "1.2.250.1.213.1.1.4.2.282"),
        confidentiality,
        facility_type: Code::new("SA01", "1.2.250.1.71.4.2.4"),
        practice_setting: Code::new("AMBULATOIRE", "1.2.250.1.213.1.1.4.9"),
        event_codes: Vec::new(),
        creation_time: Hl7Time::parse("20260228100000").unwrap(),
        service_start: Hl7Time::parse("20260228").ok(),
        service_stop: None,
        language: LanguageTag::parse("fr-FR").unwrap(),
        mime_type: MimeType::parse("application/dicom").unwrap(),
        hash: None,
        size: None,
        title: Some("CANARYTITLE".into()),
        comments: Some("CANARYCOMMENT".into()),
        authors: vec![author()],
        legal_authenticator: Xcn::parse("899900000019^KERVEL^Maëlle^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS")
            .ok(),
        reference_ids: Vec::new(),
        extra: Vec::new(),
    };
    let bytes = [[0; 128].as_slice(), b"DICM", b"CANARYCONTENT"].concat();
    Submission {
        set: SubmissionSet {
            entry_uuid: uuid(),
            unique_id: Some(id(format!("2.999.3.{number}"))),
            source_id: Oid::parse("2.999.4").unwrap(),
            patient: ins(),
            submission_time: Hl7Time::parse("20260301115900").unwrap(),
            content_type: Code::labelled("03", "1.2.250.1.213.2.2", "Hospitalisation complète"),
            authors: vec![author()],
            intended_recipients: Vec::new(),
            title: Some("CANARYSET".into()),
            comments: None,
        },
        entries: vec![(entry, Content::Inline(ContentBytes::new(bytes)))],
        associations: Vec::new(),
        folders: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: None,
    }
}

fn author() -> Author {
    Author {
        person: Some(Xcn {
            id: Some(DOCTOR.into()),
            family: Some("KERVEL".into()),
            given: Some("Maëlle".into()),
            ..Xcn::default()
        }),
        institutions: vec![Xon {
            name: "Hôpital".into(),
            authority: Oid::parse(system::STRUCTURES).ok(),
            id_type: Some("IDNST".into()),
            id: Some(HOSPITAL.into()),
        }],
        ..Author::default()
    }
}
