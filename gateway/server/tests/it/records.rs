//! What an operator does for holders by the command line, and what the program tells of it.

use std::path::Path;

use crate::program::run;
use crate::support::{Served, prepared};
use server::demo::script::search_path;

fn record(folder: &Path, action: &[&str], input: &str) -> (i32, String) {
    run(folder, &[&["record", "--config", "passerelle.toml"], action].concat(), input)
}

#[tokio::test]
async fn an_ins_of_a_domain_that_is_not_accepted_enters_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let number = stage.cast.patient("ondine").unwrap().number();
    let elsewhere = format!("{number}^^^&1.2.250.1.213.1.4.11&ISO^NH\n");
    let (code, said) = record(folder.path(), &["open"], &elsewhere);
    assert!(code == 1 && said.contains("1.2.250.1.213.1.4.11 is not accepted here"), "{said}");
    let people = format!(
        "[[patient]]\nins = \"{number}\"\noid = \"1.2.250.1.213.1.4.11\"\nbirth_family = \"ESSAI\"\n\
         given = \"Lou\"\nbirth_date = \"1992-03-14\"\nsex = \"F\"\n"
    );
    std::fs::write(folder.path().join("people.toml"), people).unwrap();
    let (code, said) = record(folder.path(), &["import", "people.toml"], "");
    assert!(code == 1 && said.contains("is not accepted here") && !said.contains("ESSAI"), "{said}");
}

#[tokio::test]
async fn status_tells_state_instants_and_numbers_and_nothing_of_the_person() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let cx = |key: &str| stage.cast.patient(key).unwrap().to_cx();
    let input = format!("{}\n{}\n", cx("ondine"), cx("achille"));
    let (code, said) = record(folder.path(), &["status", "--json"], &input);
    assert_eq!(code, 0, "{said}");
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&told[0]["standing"], &told[1]["standing"]), (&"open".into(), &"closed".into()), "{told}");
    assert_eq!(told[0]["counts"]["authorisations"], 1);
    assert!(told[1]["keptUntil"].is_string() && told[0]["keptUntil"].is_null(), "{told}");
    let (code, said) = record(folder.path(), &["status"], &format!("{input}{}\n", cx("inconnue")));
    assert!(code == 1 && said.contains("3: no such record"), "{said}");
    for secret in ["LUNEDEMER", "PORTFERME", "29203290", "Ondine"] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[tokio::test]
async fn representatives_are_linked_and_unlinked_by_lines() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let cx = |key: &str| stage.cast.patient(key).unwrap().to_cx();
    let (leon, ondine) = (cx("leon"), cx("ondine"));
    let live = |input: &str| {
        let (_, said) = record(folder.path(), &["status", "--json"], input);
        let told: serde_json::Value = serde_json::from_str(&said).unwrap();
        told[0]["counts"]["representatives"].as_u64().unwrap()
    };
    let link = format!("{leon}\t{ondine}\tparent\n");
    assert_eq!(record(folder.path(), &["represent"], &link).0, 0);
    assert_eq!(live(&format!("{leon}\n")), 1);
    for wrong in [format!("{leon}\t{ondine}\tfriend\n"), format!("{leon}\t{ondine}\n"), leon.clone()] {
        let (code, said) = record(folder.path(), &["represent"], &wrong);
        assert!(code == 1 && said.contains("line 1") && !said.contains("&ISO^NH\t"), "{said}");
    }
    assert_eq!(record(folder.path(), &["unrepresent"], &format!("{leon}\t{ondine}\n")).0, 0);
    assert_eq!(live(&format!("{leon}\n")), 0);
}

#[tokio::test]
async fn a_code_is_never_shown_and_asking_tells_nothing_of_who_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let cx = |key: &str| stage.cast.patient(key).unwrap().to_cx();
    let known = record(folder.path(), &["code"], &format!("{}\n", cx("ondine")));
    assert_eq!(known, record(folder.path(), &["code"], &format!("{}\n", cx("inconnue"))));
    assert_eq!(known, (0, "done\n".to_owned()));
    let proof = format!("{}\t900000000001\tAAAAAAAAAA\n", cx("ondine"));
    let (code, said) = record(folder.path(), &["activate"], &proof);
    assert!(code == 1 && !said.contains("AAAAAAAAAA") && !said.contains("900000000001"), "{said}");
}

#[tokio::test]
async fn an_erasure_is_confirmed_first_and_a_purge_takes_only_what_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let achille = format!("{}\n", stage.cast.patient("achille").unwrap().to_cx());
    assert_eq!(run(folder.path(), &["purge"], ""), (0, "0 records erased\n".to_owned()));
    let (code, said) = record(folder.path(), &["erase"], &achille);
    assert!(code == 2 && said.contains("--confirm"), "{said}");
    assert_eq!(record(folder.path(), &["status"], &achille).0, 0);
    assert_eq!(record(folder.path(), &["erase", "--confirm"], &achille).0, 0);
    assert_eq!(record(folder.path(), &["status"], &achille).0, 1);
    let (code, said) = run(folder.path(), &["audit", "verify"], "");
    assert!(code == 0 && !said.contains("0 lawfully erased"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_emergency_access_waits_with_its_whole_explanation_until_somebody_looked_at_it() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    let mut claims = stage.claims("midwife").unwrap();
    (claims.mode, claims.reason) = ("bris_de_glace".to_owned(), Some("Inconsciente au sol".to_owned()));
    let token = stage.token(&claims).unwrap();
    let path = search_path(stage.cast.patient("ondine").unwrap());
    let reply = stage.fhir_get(&path, Some(&token), "*/*").await.unwrap();
    assert!(reply.status.is_success(), "{}", reply.text());
    assert!(gateway.terminate().0.success());
    let review = |arguments: &[&str]| run(folder.path(), &[&["audit", "review"], arguments].concat(), "");
    let (code, said) = review(&["list", "--json"]);
    assert_eq!(code, 0, "{said}");
    let waiting: serde_json::Value = serde_json::from_str(&said).unwrap();
    let access = &waiting[0]["access"];
    assert_eq!(waiting[0]["reasons"], serde_json::json!(["emergency"]), "{waiting}");
    assert_eq!(access["mode"], "bris_de_glace");
    assert_eq!(access["reason"], "Inconsciente au sol");
    assert_eq!(access["person"], "899900000045");
    assert!(access["tables"].as_str().unwrap().starts_with("default-1; "), "{waiting}");
    assert!(!said.contains("292032901999180") && !said.contains("LUNEDEMER"), "{said}");
    let id = access["id"].as_str().unwrap();
    assert!(review(&["list"]).1.contains("1 accesses wait"));
    assert_eq!(review(&["close", id, "--by", " ", "--note", "vu"]).0, 2);
    assert_eq!(review(&["close", id, "--by", "Médecin DIM", "--note", "Accès justifié"]).0, 0);
    assert_eq!(review(&["close", id, "--by", "Médecin DIM", "--note", "Accès justifié"]).0, 1);
    assert!(review(&["list"]).1.contains("0 accesses wait"));
    assert_eq!(run(folder.path(), &["audit", "verify"], "").0, 0);
}
