//! A stock FHIR client against `passerelle sandbox`, over TLS with tokens of `passerelle credential token`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use server::config::Config;
use server::demo::cast::Cast;
use server::demo::samples;

use crate::support::Served;

#[test]
fn a_stock_client_publishes_finds_and_retrieves_without_a_special_case() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tools = project.join("target/fhir");
    let node = Command::new("node").arg("--version").output();
    if !tools.join("installed").exists() || !node.is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(),
            "the client is required here: bash conformance/fhir/install"
        );
        eprintln!(
            "SKIPPED: no Node with fhir-kit-client (bash conformance/fhir/install); nothing was published"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["sandbox", "--folder", "box", "--listen", "127.0.0.1:0"];
    let gateway = Served::start_as(folder.path(), &arguments, "info");
    let sandbox = folder.path().join("box");
    let config = Config::load(&sandbox.join("passerelle.toml"), std::iter::empty()).unwrap();
    let patient = Cast::embedded().unwrap().patient("ondine").unwrap().clone();
    let sample = |path: &str| project.join("samples").join(path).display().to_string();
    let asked = json!({
        "base": format!("{}/fhir", config.server.public_url),
        "tokens": {
            "publisher": fresh(folder.path(), "establishment"),
            "reader": fresh(folder.path(), "doctor"),
            "patient": fresh(folder.path(), "patient"),
        },
        "bundle": sample("fhir/iti65-hospital-report.json"),
        "document": sample("fhir/iti105-emergency-report.json"),
        "patient": format!("{}|{}", patient.authority().urn(), patient.number()),
        "content": sample("cda/n1-hospital-report.xml"),
        "unique_id": samples::HOSPITAL_ID,
    });
    let file = folder.path().join("client.json");
    std::fs::write(&file, asked.to_string()).unwrap();
    let output = Command::new("node")
        .arg(project.join("conformance/stock-clients/fhir_kit.mjs"))
        .args([&tools, &file])
        .env("NODE_EXTRA_CA_CERTS", sandbox.join("authorities.pem"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.contains("ITI-68: byte for byte"), "{said}");
    assert!(gateway.terminate().0.success());
}

/// A token made by the command that `tokens.env` gives for somebody, as a person would run it.
fn fresh(folder: &Path, name: &str) -> String {
    let text = std::fs::read_to_string(folder.join("box/tokens.env")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.starts_with(&format!("{name} "))).unwrap();
    let mut before = lines[..at].iter().rev();
    let command = before.find_map(|line| line.strip_prefix("# passerelle ")).unwrap();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_passerelle"));
    let line = format!("'{}' {command}", program.display());
    let output = Command::new("sh").current_dir(folder).args(["-c", &line]).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
