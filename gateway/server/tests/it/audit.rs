//! Sealing, verifying and figures by the program.

use std::path::Path;

use crate::program::run;
use crate::support::{Served, prepared};
use passerelle_tests::Made;

fn audit(folder: &Path, arguments: &[&str]) -> (i32, String) {
    run(folder, &[&["audit", "--config", "passerelle.toml"], arguments].concat(), "")
}

fn verified(folder: &Path) -> (i32, serde_json::Value) {
    let (code, said) = audit(folder, &["verify", "--json"]);
    (code, serde_json::from_str(&said).expect(&said))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_orderly_end_seals_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    let token = stage.token(&stage.claims("hospital").unwrap()).unwrap();
    let reply = stage.fhir_post("", Some(&token), Made::new(3, 1).bundle).await.unwrap();
    assert!(reply.status.is_success(), "{}", reply.text());
    let (status, log) = gateway.terminate();
    assert!(status.success() && log.contains("the journal is sealed"), "{log}");
    let (code, report) = verified(folder.path());
    assert_eq!(code, 0, "{report}");
    assert!(report["unsealed"].is_null() && report["roots"].as_u64() > Some(0), "{report}");
    assert_eq!(report["faults"], serde_json::json!([]));
}

#[tokio::test]
async fn a_journal_is_sealed_and_verified_by_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let file = |name: &str| folder.path().join(name);
    assert_eq!(audit(folder.path(), &["seal"]).0, 0);
    let closed = format!("{}\n", stage.cast.patient("ondine").unwrap().to_cx());
    assert_eq!(run(folder.path(), &["record", "--config", "passerelle.toml", "close"], &closed).0, 0);
    let (code, said) = audit(folder.path(), &["verify"]);
    assert!(code == 0 && said.contains("1 events not sealed yet, since "), "{said}");
    let (code, said) = audit(folder.path(), &["seal"]);
    assert!(code == 0 && said.starts_with("sealed under root "), "{said}");
    let (code, said) = audit(folder.path(), &["verify"]);
    assert!(code == 0 && said.contains("everything is sealed"), "{said}");

    let roots = std::fs::read_to_string(file("roots.jsonl")).unwrap();
    std::fs::write(file("elsewhere.jsonl"), &roots).unwrap();
    std::fs::copy(file("audit.pub"), file("elsewhere.pub")).unwrap();
    let given = ["verify", "--roots", "elsewhere.jsonl", "--public-key", "elsewhere.pub"];
    assert_eq!(audit(folder.path(), &given).0, 0);
    std::fs::write(file("roots.jsonl"), roots.replace("\"events\":", "\"events\":1")).unwrap();
    let (code, said) = audit(folder.path(), &["verify"]);
    assert!(code == 1 && said.contains("BROKEN: root 1: "), "{said}");
    assert_eq!(audit(folder.path(), &["seal"]).0, 1, "nothing is sealed beside other roots");
    std::fs::remove_file(file("roots.jsonl")).unwrap();
    let (code, said) = audit(folder.path(), &["verify"]);
    assert!(code == 1 && said.contains("audit.roots"), "{said}");
    let (code, said) = audit(folder.path(), &["verify", "--roots", "nowhere.jsonl"]);
    assert!(code == 1 && said.contains("roots file"), "{said}");
}

#[tokio::test]
async fn figures_are_of_months_that_have_ended_and_the_threshold_only_rises() {
    let folder = tempfile::tempdir().unwrap();
    let _stage = prepared(folder.path()).await;
    let (code, said) = audit(folder.path(), &["figures", "--json"]);
    assert_eq!((code, said.trim()), (0, r#"{"smallest":10,"figures":[]}"#));
    assert_eq!(audit(folder.path(), &["figures", "--since", "2026-01", "--until", "2026-02"]).0, 0);
    assert_eq!(audit(folder.path(), &["figures", "--since", "2026-13"]).0, 2);
    let file = folder.path().join("passerelle.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text + "\n[audit]\nsmallest_cell = 9\n").unwrap();
    let (code, said) = audit(folder.path(), &["figures"]);
    assert!(code == 1 && said.contains("audit.smallest_cell"), "{said}");
}
