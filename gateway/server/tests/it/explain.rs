//! `passerelle explain` from the outside: what it prints, how it ends, and what it leaves behind.

use std::path::Path;

use crate::export::deposited;
use crate::program::run;
use crate::support::prepared;

fn explained(arguments: &[&str]) -> (i32, serde_json::Value) {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = run(folder.path(), &[&["explain"], arguments, &["--json"]].concat(), "");
    (code, serde_json::from_str(&said).expect(&said))
}

fn vote(told: &serde_json::Value, rule: &str) -> String {
    let votes = told["votes"].as_array().unwrap();
    let found = votes.iter().find(|vote| vote["rule"] == rule);
    found.map(|vote| vote["vote"].as_str().unwrap().to_owned()).unwrap_or_default()
}

fn hidden(told: &serde_json::Value) -> Vec<String> {
    let clauses = told["clauses"].as_array().unwrap().iter().filter(|clause| clause["shown"] == false);
    clauses.map(|clause| clause["clause"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_rule_that_voted_is_told_with_the_tables_that_decided() {
    let (code, told) = explained(&["read", "--authorisation", "valid"]);
    assert_eq!((code, told["answer"].as_str()), (0, Some("permitted")), "{told}");
    assert_eq!(vote(&told, "authorisation_is_valid"), "passes");
    assert_eq!(told["clauses"].as_array().unwrap().len(), 9, "{told}");
    assert!(told["tables"].as_str().unwrap().starts_with("default-1; "), "{told}");
    let (code, told) = explained(&["read", "--blocked", "--mode", "bris_de_glace"]);
    assert_eq!((code, told["answer"].as_str()), (1, Some("refused")), "{told}");
    assert_eq!(vote(&told, "caller_is_not_blocked"), "refuses");
    assert_eq!(vote(&told, "break_glass_has_reason"), "not-asked");
}

#[test]
fn a_clause_that_hides_a_document_is_named_and_the_answer_is_as_for_none() {
    for (arguments, clause) in [
        (&["--flags", "MASQUE_PS", "--authorisation", "valid"][..], "document_is_not_masked"),
        (
            &["--role", "G15/95", "--type", "11369-6", "--authorisation", "valid"],
            "type_is_open_to_profession",
        ),
        (&["--channel", "patient", "--flags", "INVISIBLE_PATIENT"], "document_is_announced"),
        (&["--status", "deleted", "--authorisation", "valid"], "document_is_not_deleted"),
        (&["--masked-to-caller", "--authorisation", "valid"], "document_is_not_masked_to_caller"),
    ] {
        let (code, told) = explained(&[&["read"], arguments].concat());
        assert_eq!((code, told["answer"].as_str()), (1, Some("absent")), "{told}");
        assert_eq!(hidden(&told), [clause]);
    }
    let own = ["read", "--flags", "MASQUE_PS", "--authorisation", "valid", "--own"];
    assert_eq!(explained(&own).0, 0);
}

#[test]
fn deposits_acts_channels_and_switches_are_explained() {
    for (code, arguments) in [
        (1, &["deposit", "--role", "G15/80", "--type", "15508-5"][..]),
        (0, &["deposit", "--role", "G15/80", "--type", "15508-5", "--switch", "deposit_matrix"]),
        (1, &["deposit", "--unsigned"]),
        (0, &["deposit", "--blocked"]),
        (1, &["deposit", "--blocked", "--switch", "refuse_blocked_depositor"]),
        (0, &["deposit", "--channel", "indirect"]),
        (1, &["deposit", "--channel", "air"]),
        (0, &["reference", "--channel", "indirect", "--own"]),
        (1, &["search", "--channel", "indirect"]),
        (1, &["read", "--channel", "operator"]),
        (1, &["read", "--channel", "patient", "--stranger"]),
        (0, &["read", "--channel", "representative", "--minor"]),
        (0, &["read", "--mode", "centre_15", "--regulator", "--role", "G15/10:SM59"]),
        (1, &["read", "--mode", "centre_15", "--regulator", "--opposed", "centre_15"]),
        (0, &["act", "--act", "delete", "--own"]),
        (1, &["act", "--act", "delete", "--authorisation", "valid"]),
        (0, &["act", "--act", "mask", "--channel", "patient"]),
        (1, &["act", "--act", "mask"]),
        (1, &["read", "--record", "absent"]),
        (1, &["read", "--record", "closed"]),
    ] {
        let (ended, told) = explained(arguments);
        assert_eq!(ended, code, "{arguments:?}: {told}");
    }
}

#[test]
fn a_refusal_is_worded_in_french_and_in_english_and_misuse_is_two() {
    let folder = tempfile::tempdir().unwrap();
    let said = |arguments: &[&str]| run(folder.path(), &[&["explain"], arguments].concat(), "");
    let (code, text) = said(&["read", "--mode", "bris_de_glace"]);
    assert!(code == 1 && text.contains("Réponse : refusé") && text.contains("sans motif"), "{text}");
    let (code, text) = said(&["read", "--mode", "bris_de_glace", "--lang", "en"]);
    assert!(code == 1 && text.contains("Answer: refused") && text.contains("without a reason"), "{text}");
    for wrong in [
        &["read", "--role", "nonsense"][..],
        &["read", "--type", "nonsense"],
        &["read", "--flags", "NONSENSE"],
        &["read", "--switch", "nonsense"],
        &["act"],
        &["nonsense"],
        &["read", "--patient-stdin"],
    ] {
        assert_eq!(said(wrong).0, 2, "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_store_the_facts_are_its_own_and_the_question_leaves_an_event() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let document = deposited(folder.path(), &stage, 1, None).await;
    let ins = format!("{}\n", stage.cast.patient("ondine").unwrap().to_cx());
    let ask = |person: &str, role: &str, document: &str| {
        let over = ["explain", "read", "--config", "passerelle.toml", "--patient-stdin", "--lang", "en"];
        let who = ["--person", person, "--role", role, "--document", document];
        run(folder.path(), &[&over[..], &who[..]].concat(), &ins)
    };
    let (code, text) = ask("899900000011", "G15/10:SM26", &document);
    assert!(code == 0 && text.contains("Answer: permitted"), "{text}");
    assert!(!text.contains("LUNEDEMER") && !text.contains("292032901999180"), "{text}");
    let (code, text) = ask("899900000086", "G15/60", &document);
    assert!(code == 1 && text.contains("no authorisation"), "{text}");
    let nowhere = "7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11";
    let (code, text) = ask("899900000011", "G15/10:SM26", nowhere);
    assert!(code == 1 && text.contains("as if there were nothing"), "{text}");
    assert_eq!(events(folder.path(), &ins, "explain"), 3);
}

/// Lines of the exported history with this deed.
fn events(folder: &Path, ins: &str, deed: &str) -> usize {
    let to = ["record", "--config", "passerelle.toml", "export", "--to", "seen"];
    assert_eq!(run(folder, &to, ins).0, 0);
    let text = std::fs::read_to_string(folder.join("seen/history.json")).unwrap();
    let lines: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    lines.iter().filter(|line| line["deeds"] == serde_json::json!([deed])).count()
}
