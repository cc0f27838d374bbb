//! `passerelle matrix` from the outside: what it prints and how it ends.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::support::command;
use tempfile::TempDir;

const MATRIX: &str = include_str!("../../../../mappings/habilitation/matrix.csv");

/// The exit code and both outputs, in an empty folder unless there is one.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } =
        command(folder).arg("matrix").args(arguments).stderr(Stdio::piped()).output().unwrap();
    (status.code().unwrap_or(-1), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// A working folder with `own/habilitation/matrix.next.csv`, in which dietitians read vaccination histories.
fn folder() -> TempDir {
    let lines = MATRIX.lines().map(|line| match line.split_once(": ") {
        Some(("# version", _)) => "# version: next\n".to_owned(),
        Some(("# effective", _)) => "# effective: 2999-01-01T00:00:00+01:00\n".to_owned(),
        _ if line.starts_with("G15/95,11369-6,") => format!("{}\n", line.replacen("deny", "allow", 1)),
        _ => format!("{line}\n"),
    });
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("own/habilitation")).unwrap();
    fs::write(folder.path().join("own/habilitation/matrix.next.csv"), lines.collect::<String>()).unwrap();
    folder
}

#[test]
fn show_tells_the_version_that_holds_at_a_moment() {
    let folder = folder();
    let (code, text) = run(folder.path(), &["show", "--mappings", "own", "--profession", "Diététicien"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("holds    matrix default-1") && text.contains("to come  matrix next"), "{text}");
    let at = ["show", "--mappings", "own", "--at", "2999-01-01T00:00:00+01:00"];
    let cell = ["--profession", "G15/95", "--type", "11369-6", "--json"];
    let (code, text) = run(folder.path(), &[at.as_slice(), &cell].concat());
    assert_eq!(code, 0, "{text}");
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["version"], "next");
    assert_eq!(told["professions"][0]["read"], serde_json::json!(["11369-6"]));
}

#[test]
fn show_without_a_choice_prints_the_matrix_that_is_reviewed() {
    let (code, text) = run(folder().path(), &["show"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(include_str!("../../../../mappings/habilitation/matrix.txt").trim_end()));
}

#[test]
fn check_prints_every_error_with_its_place_and_ends_with_one() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["check", "own"]).0, 0);
    let own = folder.path().join("own/habilitation");
    fs::write(
        own.join("matrix.csv"),
        format!("{MATRIX}G15/10,0-0,maybe,derived,never,deny,derived,as-read\n"),
    )
    .unwrap();
    fs::write(own.join("matrice.csv"), "x").unwrap();
    let (code, text) = run(folder.path(), &["check", "own"]);
    let line = MATRIX.lines().count() + 1;
    assert_eq!(code, 1, "{text}");
    for expected in [
        format!("habilitation/matrix.csv:{line}: unknown type `0-0`"),
        format!("habilitation/matrix.csv:{line}: unknown right `maybe`"),
        "habilitation/matrice.csv:0: no data file has this name".to_owned(),
    ] {
        assert!(text.contains(&expected), "{expected} in {text}");
    }
}

#[test]
fn diff_lists_one_line_a_cell_that_changes() {
    let folder = folder();
    let changed = "G15/95 Diététicien × 11369-6 Historique des vaccinations: read deny → allow";
    let file = "own/habilitation/matrix.next.csv";
    for arguments in
        [["diff", "default-1", "next", "--mappings", "own"].as_slice(), &["diff", "default-1", file]]
    {
        let (code, text) = run(folder.path(), arguments);
        assert_eq!(code, 0, "{text}");
        assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), [changed]);
    }
    let (_, text) = run(folder.path(), &["diff", "default-1", file, "--json"]);
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cell = serde_json::json!([{"profession": "G15/95", "type": "11369-6", "read": {"from": "deny", "to": "allow"}}]);
    assert_eq!(told["cells"], cell);
}

#[test]
fn diff_knows_the_default_when_an_override_took_its_place() {
    let folder = folder();
    let own = folder.path().join("own/habilitation");
    fs::rename(own.join("matrix.next.csv"), own.join("matrix.csv")).unwrap();
    let (code, text) = run(folder.path(), &["diff", "default-1", "next", "--mappings", "own"]);
    assert_eq!((code, text.lines().count()), (0, 2), "{text}");
}

#[test]
fn what_does_not_exist_is_misuse() {
    let folder = folder();
    for arguments in [
        ["show", "--profession", "10"].as_slice(),
        &["show", "--type", "nonsense"],
        &["show", "--at", "tomorrow"],
        &["diff", "default-1", "nonsense"],
        &["nonsense"],
    ] {
        let (code, text) = run(folder.path(), arguments);
        assert_eq!(code, 2, "{arguments:?}: {text}");
    }
}
