//! The NIST toolkit's tests (`conformance/nist`) and the sample requests of other implementations
//! (`conformance/public-requests`), sent to a gateway process in an open affinity domain.
//!
//! Needs `python3` (or the interpreter named by `PYTHON`) with lxml, and the kit in `../shared/testdata`. Without them
//! it says so and skips, unless `PASSERELLE_REQUIRE_ORACLES` or `PASSERELLE_REQUIRE_SAMPLES` is set.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::program::run;
use crate::support::Served;

const SAMPLES: &str = "../shared/testdata/ihe";
/// What is replayed here: all of `lists.toml` but multi-patient queries, which are not offered.
const LISTS: [&str; 8] = [
    "registry",
    "query",
    "repository",
    "on_demand",
    "update",
    "restricted_update",
    "remove_metadata",
    "remove_documents",
];
/// The repositories that the registrations name.
const REPOSITORIES: [&str; 5] = [
    "1.19.6.24.109.42.1",
    "1.19.6.24.109.42.1.3333333",
    "1.19.6.24.109.42.1.5",
    "1.2.2.3.4.5",
    "1.1.4567248.1.1",
];

#[test]
fn every_message_of_the_kit_is_understood_and_valid_by_the_schemas_before_it_is_sent() {
    let Some(python) = python() else { return };
    let mut selftest = python.script("selftest.py");
    let kit = samples().map(|samples| samples.join("nist-toolkit2/testkit"));
    if let Some(kit) = &kit {
        selftest.arg("--kit").arg(kit);
    }
    let output = selftest.output().expect("python runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let checked: usize = said.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a count");
    assert!(checked > 400 || kit.is_none(), "{said}");
}

#[test]
fn the_nist_tests_pass_against_a_running_gateway_but_for_the_argued_exceptions() {
    let (Some(python), Some(samples)) = (python(), samples()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let codes = samples.join("nist-toolkit2/environment/codes.xml");
    std::fs::copy(codes, folder.path().join("codes.xml")).unwrap();
    let mut replay = python.script("replay.py");
    replay.arg("--kit").arg(samples.join("nist-toolkit2/testkit"));
    for list in LISTS {
        replay.args(["--list", list]);
    }
    let said = against_a_gateway(&python, folder.path(), replay);
    let summary = said.trim_end().lines().last().unwrap_or_default();
    let count = |word: &str| -> usize {
        let before = summary.split(word).next().unwrap_or_default().trim_end();
        before.rsplit(' ').next().unwrap_or_default().parse().unwrap_or_default()
    };
    let failed: Vec<&str> = said.lines().filter(|line| line.starts_with("failed")).collect();
    assert!(failed.is_empty() && count("failed") == 0, "{}\n{summary}", failed.join("\n"));
    assert!(count("passed") > 430, "{summary}");
}

#[test]
fn requests_of_other_implementations_are_answered_as_stated() {
    let (Some(python), Some(samples)) = (python(), samples()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut domain = python.script("../public-requests/judge.py");
    domain.arg("--samples").arg(&samples).arg("--domain").arg(folder.path().join("codes.xml"));
    assert!(domain.status().unwrap().success());
    let mut judge = python.script("../public-requests/judge.py");
    judge.arg("--samples").arg(&samples);
    let said = against_a_gateway(&python, folder.path(), judge);
    assert!(said.trim_end().ends_with(" as stated, 0 not"), "{said}");
}

/// What a script says that was given the addresses and proofs of a gateway whose value sets are `codes.xml`.
fn against_a_gateway(python: &Python, folder: &Path, mut script: Command) -> String {
    assert_eq!(run(folder, &["credential", "pki", "pki"], "").0, 0);
    let pack = std::fs::read(passerelle_tests::root().join("mappings/packs/international.toml")).unwrap();
    std::fs::write(folder.join("pack.toml"), pack).unwrap();
    let certificate = CertificateDer::from_pem_file(folder.join("pki/structure-client.pem")).unwrap();
    let fingerprint = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &certificate);
    let hex: String = fingerprint.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(folder.join("passerelle.toml"), configuration(&hex)).unwrap();
    let gateway = Served::start(folder, "info");
    let port = gateway.listen.rsplit(':').next().unwrap().to_owned();
    let pki = |file: &str| folder.join("pki").join(file).display().to_string();
    let feed = passerelle_tests::root().join("conformance/nist/feed.py");
    let create = format!(
        "'{}' '{}' --passerelle '{}' --config '{}'",
        python.0,
        feed.display(),
        env!("CARGO_BIN_EXE_passerelle"),
        folder.join("passerelle.toml").display()
    );
    let output = script
        .args(["--registry", &format!("https://localhost:{port}/xds/registry")])
        .args(["--repository", &format!("https://localhost:{port}/xds/repository")])
        .args(["--ca", &pki("authorities.pem"), "--cert", &pki("structure-client.pem")])
        .args(["--key", &pki("structure-client.key"), "--create-patients", &create])
        .output()
        .unwrap();
    gateway.kill();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn configuration(member: &str) -> String {
    let repositories = REPOSITORIES.map(|oid| format!("\"{oid}\"")).join(", ");
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nmanagement = \"127.0.0.1:0\"\npublic_url = \"https://localhost\"\n\
         [tls]\ncertificate = \"pki/server.pem\"\nkey = \"pki/server.key\"\nclient_certificates = \"required\"\n\
         client_authorities = [\"pki/authorities.pem\"]\n\
         [store]\npath = \"passerelle.db\"\nmaster_key = \"master.key\"\n\
         [domain]\nrepository = \"2.999.2026.2\"\nins = []\npack = \"pack.toml\"\nrepositories = [{repositories}]\n\
         [[member]]\nfingerprint = \"{member}\"\nname = \"Replay\"\norganisation = \"2.999.3\"\n"
    )
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

fn samples() -> Option<PathBuf> {
    let samples = passerelle_tests::root().join(SAMPLES);
    if samples.is_dir() {
        return Some(samples);
    }
    assert!(std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(), "{SAMPLES} is required here");
    eprintln!("SKIPPED: no {SAMPLES}; neither the NIST tests nor the sample requests were sent");
    None
}
