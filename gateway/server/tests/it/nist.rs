//! The replay of the NIST toolkit's tests (`conformance/nist`): what it can prove of itself without a gateway.
//!
//! Needs `python3` (or the interpreter named by `PYTHON`) with lxml, and the kit in `../shared/testdata`. Without them
//! it says so and skips, unless `PASSERELLE_REQUIRE_ORACLES` or `PASSERELLE_REQUIRE_SAMPLES` is set.

use std::path::PathBuf;
use std::process::{Command, Stdio};

const KIT: &str = "../shared/testdata/ihe/nist-toolkit2/testkit";

#[test]
fn every_message_of_the_kit_is_understood_and_valid_by_the_schemas_before_it_is_sent() {
    let Some(python) = python() else { return };
    let mut selftest = python.script("selftest.py");
    let kit = kit();
    if let Some(kit) = &kit {
        selftest.arg("--kit").arg(kit);
    }
    let output = selftest.output().expect("python runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let checked: usize = said.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a count");
    assert!(checked > 400 || kit.is_none(), "{said}");
}

/// An interpreter that has lxml.
struct Python(String);

impl Python {
    fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.0);
        command.arg(passerelle_tests::root().join("conformance/nist").join(name));
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

fn python() -> Option<Python> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| String::from("python3"));
    let probe =
        Command::new(&python).args(["-c", "import lxml.etree, tomllib"]).stderr(Stdio::null()).status();
    if probe.is_ok_and(|status| status.success()) {
        return Some(Python(python));
    }
    assert!(std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(), "python3 with lxml is required here");
    eprintln!("SKIPPED: no python3 with lxml; the NIST tests were not replayed");
    None
}

fn kit() -> Option<PathBuf> {
    let kit = passerelle_tests::root().join(KIT);
    if kit.is_dir() {
        return Some(kit);
    }
    assert!(std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(), "{KIT} is required here");
    eprintln!("SKIPPED: no {KIT}; the NIST tests were not replayed");
    None
}
