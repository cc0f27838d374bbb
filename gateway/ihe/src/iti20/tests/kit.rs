//! Entries to make messages of.

use std::sync::LazyLock;

use journey::{Act, AuditEntry, AuditedDocument, HistoryLine};
use mappings::Mappings;
use model::{EntryUuid, Hl7Time, Ins, InsDomain, UniqueId};
use policy::Lineage;

use crate::iti20::AuditSource;

pub(super) fn tables() -> &'static Mappings {
    static TABLES: LazyLock<Mappings> = LazyLock::new(|| Mappings::embedded().expect("tables"));
    &TABLES
}

pub(super) fn source() -> AuditSource {
    AuditSource {
        id: "passerelle".to_owned(),
        site: None,
        public_url: "https://dossier.example:8443".to_owned(),
        process: 4711,
        repository: "2.999.1".to_owned(),
    }
}

pub(super) fn ins() -> Ins {
    Ins::parse("255081416802538", InsDomain::NirTest.oid()).expect("an INS")
}

/// A doctor's act with one document.
pub(super) fn entry(transaction: &str, act: &str) -> AuditEntry {
    AuditEntry {
        position: 1,
        line: HistoryLine {
            id: EntryUuid::from_bytes([0x77; 16]),
            at: Hl7Time::parse("20260301120000").expect("a time").start(),
            act: act.to_owned(),
            deeds: vec!["mask".to_owned()],
            transaction: transaction.to_owned(),
            kind: "professional".to_owned(),
            display: "Dr KERVEL".to_owned(),
            person: Some("899900000019".to_owned()),
            structure: Some("1750000001".to_owned()),
            party: None,
            mode: "normal".to_owned(),
            reason: None,
            absent: false,
            refused: Vec::new(),
            documents: Vec::new(),
            software: Some("Logiciel 1.0".to_owned()),
            request: "7d1c0a52".to_owned(),
            matrix: "default-1".to_owned(),
            contested: false,
            lineage: Lineage {
                professional: true,
                person: None,
                secret: false,
                unannounced: false,
                kept_from_representatives: false,
            },
        },
        patient: Some(ins()),
        set: UniqueId::parse("2.999.3.1").ok(),
        documents: documents(1),
    }
}

pub(super) fn secret(mut entry: AuditEntry) -> AuditEntry {
    entry.line.lineage.secret = true;
    entry
}

pub(super) fn documents(count: u8) -> Vec<AuditedDocument> {
    let one = |number: u8| AuditedDocument {
        logical_id: EntryUuid::from_bytes([number; 16]),
        unique_id: UniqueId::parse(&format!("2.999.2.{number}")).ok(),
        held: true,
    };
    (1..=count).map(one).collect()
}

pub(super) fn act_of(name: &str) -> Option<Act> {
    Act::ALL.into_iter().find(|act| act.name() == name)
}

pub(super) fn parsed(message: &str) -> xml::Document {
    xml::parse(message.as_bytes(), &xml::Limits::default()).expect("well-formed")
}
