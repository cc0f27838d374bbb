//! Every message against the DICOM audit schema of the public samples (2017c): read there, never copied. Needs `python3` (or
//! the one named by `PYTHON`) with lxml.

use std::path::PathBuf;
use std::process::Command;

use journey::Act;
use model::EntryUuid;

use super::kit::{documents, entry, secret, source, tables};
use crate::iti20::{OwnEvent, messages};

const ORACLE: &str = "
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for name in sys.argv[2:]:
    if not schema.validate(etree.parse(name)):
        sys.exit(name + ': ' + str(schema.error_log))
print('valid')
";

#[test]
fn every_message_is_valid_against_the_dicom_schema() {
    let Some(schema) = schema() else { return };
    if !oracle_is_there() {
        return;
    }
    let mut all = Vec::new();
    for transaction in tables().audit.transactions().chain(["operator", "retention", "$close"]) {
        for act in Act::ALL {
            let usual = entry(transaction, act.name());
            let mut bare = entry(transaction, act.name());
            (bare.patient, bare.set, bare.documents) = (None, None, Vec::new());
            (bare.line.person, bare.line.structure, bare.line.software) = (None, None, None);
            bare.line.refused = vec!["caller_may_read".to_owned()];
            let mut destroyed = entry(transaction, act.name());
            destroyed.documents.iter_mut().for_each(|one| (one.unique_id, one.held) = (None, false));
            for one in [usual.clone(), bare, destroyed, secret(usual)] {
                all.extend(messages(tables(), &source(), &one, None));
            }
        }
    }
    let mut many = entry("ITI-43", "retrieve");
    many.documents = documents(101);
    all.extend(messages(tables(), &source(), &many, None));
    all.extend(messages(tables(), &source(), &entry("ITI-18", "search"), Some(&super::asked_from_afar())));
    for own in own_events() {
        let (id, at) = (EntryUuid::from_bytes([5; 16]), entry("ITI-41", "deposit").line.at);
        all.push(own.message(tables(), &source(), id, at));
    }
    assert!(all.len() > 1500, "{} messages", all.len());
    valid(&schema, &all);
    let broken = all[0].replace("EventActionCode=\"", "EventActionCode=\"X");
    assert!(!is_valid(&schema, &[broken]).0, "the oracle refuses what is wrong");
}

fn own_events() -> [OwnEvent; 4] {
    let refused = |transaction| OwnEvent::NotAuthenticated {
        transaction,
        rules: vec!["assertion_is_signed".to_owned(), "assertion_is_in_its_time".to_owned()],
        request: "7d1c0a52".to_owned(),
        times: 3,
    };
    [OwnEvent::Started, OwnEvent::Stopped, refused("ITI-40"), refused("ITI-72")]
}

fn valid(schema: &std::path::Path, all: &[String]) {
    let (is_valid, told) = is_valid(schema, all);
    assert!(is_valid, "{told}");
}

fn is_valid(schema: &std::path::Path, all: &[String]) -> (bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<PathBuf> = (0..all.len()).map(|n| folder.path().join(format!("{n}.xml"))).collect();
    for (name, message) in names.iter().zip(all) {
        std::fs::write(name, message).expect("a file");
    }
    let ran = Command::new(python()).args(["-c", ORACLE]).arg(schema).args(&names).output().expect("python");
    (ran.status.success(), String::from_utf8_lossy(&ran.stderr).into_owned())
}

fn schema() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/testdata/ihe");
    let schema = folder.join("ipf/commons/audit/src/main/resources/dicom2017c.xsd");
    if schema.is_file() {
        return Some(schema);
    }
    assert!(std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(), "the public samples are required here");
    eprintln!("SKIPPED: no public samples; the audit messages were not held against the DICOM schema");
    None
}

fn oracle_is_there() -> bool {
    let probe =
        Command::new(python()).args(["-c", "import lxml.etree"]).stderr(std::process::Stdio::null()).status();
    let there = probe.is_ok_and(|status| status.success());
    if !there {
        assert!(
            std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(),
            "python3 with lxml is required here"
        );
        eprintln!("SKIPPED: no python3 with lxml; the audit messages were not held against the DICOM schema");
    }
    there
}

fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| String::from("python3"))
}
