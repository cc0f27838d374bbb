//! bergshamra as a second verifier of signatures (`tests/bergshamra`, a program of its own): what it refuses is refused
//! here, what is accepted here it accepts, and where it accepts what is refused here, the class stands in a reviewed
//! list with its reason.
//!
//! Continuous integration demands it (`PASSERELLE_REQUIRE_ORACLES`); else it is asked if it was built.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::super::interoperability::Folder;
use super::super::workshop::*;
use super::Variant;
use super::dice::Dice;
use super::neutral::respelt;
use super::sample;

/// Classes of attacks of which bergshamra calls some a valid signature, and why that is no news.
const REVIEWED: &[(&str, &str)] = &[
    (
        "text",
        "comments in signed text, and entities of a document type, which it expands: both are refused as such here",
    ),
    (
        "transforms",
        "a second canonicalization behind the exclusive one changes nothing: here only the one shape is read",
    ),
    (
        "keys",
        "a neighbour under the same authority signs in another's name: it compares no Issuer with the signer",
    ),
    ("signers", "another authority, list or time is in force here than it is told of"),
    (
        "elsewhere",
        "the signed assertion is whole, in a place from where nobody may read it: its caller has to look",
    ),
    ("parts", "a part of the signature that stands twice: it takes one of them"),
    ("second", "the signed assertion is whole, and an unsigned one stands beside it: its caller has to look"),
    (
        "wrapping",
        "the signed assertion is whole, in another place than the one that is read: its caller has to look",
    ),
];

/// Of each class so many variants are shown to it.
pub(super) const SHOWN: usize = 24;

/// Shows variants whose signatures are all refused here.
pub(super) fn shown(class: &str, messages: &[String]) {
    let Some(verdicts) = verdicts(class, messages) else { return };
    let accepted = verdicts.iter().position(|valid| *valid);
    let reviewed = REVIEWED.iter().any(|(known, _)| *known == class);
    match (accepted, reviewed) {
        (Some(_), true) | (None, false) => {}
        (Some(at), false) => {
            panic!("{class} {at}: bergshamra accepts what is refused here:\n{}", messages[at])
        }
        (None, true) => panic!("{class}: bergshamra refuses all of it now, take it off the list"),
    }
}

/// True for the messages whose first signature bergshamra calls valid.
fn verdicts(name: &str, messages: &[String]) -> Option<Vec<bool>> {
    let oracle = oracle()?;
    let folder = Folder::new(&format!("bergshamra-{name}"));
    let files: Vec<String> = (0..)
        .zip(messages)
        .map(|(number, message): (usize, _)| folder.file(&format!("{number:03}.xml"), message))
        .collect();
    let authority = folder.bytes("authority.der", &town().authority.der);
    let output = Command::new(oracle).args([&authority, "2026-03-14+21:08:00"]).args(&files).output();
    let output = output.expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let verdicts: Vec<bool> = said.lines().map(|line| line.starts_with("valid")).collect();
    let reasons = String::from_utf8_lossy(&output.stderr);
    assert_eq!(verdicts.len(), messages.len(), "bergshamra gave up: {reasons}");
    Some(verdicts)
}

/// The oracle, if it is there.
fn oracle() -> Option<&'static Path> {
    static ORACLE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = root.join("target/oracles/bergshamra");
        let program = target.join("debug/bergshamra-oracle");
        if std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_some() {
            let manifest = root.join("tests/bergshamra/Cargo.toml");
            let mut build = Command::new(env!("CARGO"));
            build.args(["build", "--locked", "--quiet", "--manifest-path"]).arg(manifest);
            let built = build.arg("--target-dir").arg(&target).stdout(Stdio::null()).status();
            assert!(built.is_ok_and(|status| status.success()), "bergshamra could not be built");
        }
        if !program.exists() {
            eprintln!("SKIPPED: no bergshamra; signatures were not compared with it");
            return None;
        }
        Some(program)
    };
    ORACLE.get_or_init(found).as_deref()
}

#[test]
fn bergshamra_accepts_the_other_spellings_too() {
    let spelt = |number| {
        let mut dice = Dice::new("neutral", number);
        let original = &sample(&mut dice).assertion;
        envelope(&respelt(&mut dice, original))
    };
    let messages: Vec<String> = (0..60).map(spelt).collect();
    for message in &messages {
        assert!(Variant::of(message.clone()).judged().is_ok(), "{message}");
    }
    let Some(verdicts) = verdicts("neutral", &messages) else { return };
    let refused = verdicts.iter().position(|valid| !valid);
    assert_eq!(refused.map(|at| &messages[at]), None, "accepted here");
}
