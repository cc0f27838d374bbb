//! Every answer of the FHIR door, valid by validators that nobody here wrote: R4 itself by three of them, and each
//! profile that a resource claims; in XML, by HL7's schema. `conformance/fhir` has the validators and the argued exceptions.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use passerelle_tests::root;
use serde_json::{Value, json};

mod player;
mod repertoire;

use player::Recorded;

/// What the validators must say of these, or they see nothing.
const DEFECTS: [(&str, &str, &str); 4] = [
    ("schema", "birthDate", "31/12/1970"),
    ("fhir", "gender", "x"),
    ("medplum", "birthDate", "31/12/1970"),
    ("schema", "surname", "x"),
];

#[tokio::test]
async fn every_answer_is_valid_by_r4_and_by_the_profiles_that_it_claims() {
    let Some(tools) = tools() else { return };
    let answers = repertoire::play().await;
    if let Some(folder) = std::env::var_os("PASSERELLE_RECORD") {
        std::fs::write(PathBuf::from(folder).join("fhir_answers.jsonl"), lines(&answers)).unwrap();
    }
    let statuses: std::collections::BTreeSet<u16> = answers.iter().map(|answer| answer.status).collect();
    for status in [200, 201, 204, 400, 401, 403, 404, 405, 406, 409, 412, 415, 422] {
        assert!(statuses.contains(&status), "the repertoire shows no {status}: {statuses:?}");
    }
    let (good, said) = validate(&tools, &lines(&answers), "conformance/fhir/exceptions.toml").await;
    assert!(good, "{said}");
    in_xml(&lines(&answers)).await;
}

/// The answers in XML by HL7's own schema.
async fn in_xml(lines: &str) {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import lxml"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(), "lxml is required here");
        eprintln!("SKIPPED: no python3 with lxml; no answer in XML was validated");
        return;
    }
    let mut command = Command::new(python);
    command.arg(root().join("conformance/fhir/xsd.py")).arg(root().join("../shared/testdata/fhir-xsd"));
    let (good, said) = run(command, lines).await;
    assert!(good, "{said}");
}

#[tokio::test]
async fn the_validators_see_what_is_wrong() {
    let Some(tools) = tools() else { return };
    for (by, element, value) in DEFECTS {
        let mut patient = json!({"resourceType": "Patient"});
        patient[element] = json!(value);
        let (good, said) = validate(&tools, &line(&patient), "/dev/null").await;
        assert!(
            !good && said.contains(&format!("\"by\":\"{by}\"")),
            "{by} says nothing of {element}: {said}"
        );
    }
    let claims = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.DocumentReference";
    let poor = json!({"resourceType": "DocumentReference", "status": "current", "meta": {"profile": [claims]},
        "content": [{"attachment": {"url": "https://h/x"}}]});
    let (good, said) = validate(&tools, &line(&poor), "/dev/null").await;
    assert!(!good && said.contains(&format!("\"by\":\"{claims}\"")), "{said}");
}

/// The folder that `conformance/fhir/install` makes.
fn tools() -> Option<PathBuf> {
    let folder = root().join("target/fhir");
    let node = Command::new("node").arg("--version").output();
    let there = node.is_ok_and(|output| output.status.success()) && folder.join("installed").exists();
    // Without the public samples there is no definition of a profile, and every claim would be a finding.
    let profiles = folder.join("profiles").exists();
    if there && profiles {
        return Some(folder);
    }
    let free = |name: &str| std::env::var_os(name).is_none();
    assert!(there || free("PASSERELLE_REQUIRE_ORACLES"), "required here: bash conformance/fhir/install");
    assert!(
        profiles || free("PASSERELLE_REQUIRE_SAMPLES"),
        "the definitions of the profiles are required here"
    );
    eprintln!("SKIPPED: no FHIR validators (bash conformance/fhir/install); no answer was validated");
    None
}

fn lines(answers: &[Recorded]) -> String {
    answers.iter().map(|answer| format!("{}\n", json!(answer))).collect()
}

fn line(resource: &Value) -> String {
    let body = resource.to_string();
    lines(&[Recorded { name: "one".into(), status: 200, kind: "application/fhir+json".into(), body }])
}

async fn validate(tools: &std::path::Path, lines: &str, exceptions: &str) -> (bool, String) {
    let mut command = Command::new("node");
    command.arg(root().join("conformance/fhir/validate.mjs")).arg(tools).arg(root().join(exceptions));
    run(command, lines).await
}

async fn run(mut command: Command, lines: &str) -> (bool, String) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let lines = lines.to_owned();
    let output = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // The validator reads all before it says a word.
        input.write_all(lines.as_bytes()).unwrap();
        drop(input);
        child.wait_with_output().unwrap()
    });
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.success(), said)
}
