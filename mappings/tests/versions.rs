//! Several versions of the matrix and of the functional rights, each from its instant of effect on.

use std::fs;

use mappings::{Action, Column, DepositRight, LoadError, Mappings, Mode, Right};
use model::{Code, Moment, SubjectRole, system};
use tempfile::TempDir;

const MATRIX: &str = include_str!("../habilitation/matrix.csv");
const M526: &str = include_str!("../habilitation/functional_rights_526.csv");
const M606: &str = include_str!("../habilitation/functional_rights_606.csv");

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("habilitation")).expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join("habilitation").join(name), text).expect("a file");
    }
    folder
}

fn loaded(files: &[(&str, &str)]) -> Mappings {
    Mappings::with_overrides(folder(files).path()).expect("good tables")
}

fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let refused = Mappings::with_overrides(folder(files).path()).expect_err("refused");
    refused.iter().map(LoadError::to_string).collect()
}

/// The file with another version name and another instant of effect.
fn version(text: &str, name: &str, effective: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(": ") {
        Some(("# version", _)) => format!("# version: {name}\n"),
        Some(("# effective", _)) => format!("# effective: {effective}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// A matrix in which dietitians read vaccination histories.
fn opened(name: &str, effective: &str) -> String {
    let before = "G15/95,11369-6,deny,sourced,";
    assert!(MATRIX.contains(before));
    version(&MATRIX.replace(before, "G15/95,11369-6,allow,sourced,"), name, effective)
}

fn dietitian_reads_vaccinations(mappings: &Mappings, at: Moment) -> bool {
    let matrix = mappings.habilitation_at(at);
    let role = SubjectRole { profession: Code::new("95", system::PROFESSION), qualifier: None };
    let column = matrix.document_type(&Code::new("11369-6", system::LOINC)).expect("a column");
    matrix.may_read(matrix.profession(&role).expect("a row"), column)
}

fn moment(text: &str) -> Moment {
    Moment::parse(text).expect("an instant")
}

#[test]
fn the_older_version_holds_to_the_last_microsecond_and_the_newer_from_its_instant_on() {
    let mappings = loaded(&[("matrix.2027.csv", &opened("2027", "2027-01-01T00:00:00+01:00"))]);
    let instant = moment("2026-12-31T23:00:00Z");
    let before = Moment(instant.0 - 1);
    assert!(!dietitian_reads_vaccinations(&mappings, before));
    assert_eq!(mappings.habilitation_at(before).version(), "default-1");
    assert!(dietitian_reads_vaccinations(&mappings, instant));
    assert_eq!(mappings.habilitation_at(instant).version(), "2027");
    assert_eq!(mappings.habilitation_at(instant).effective(), instant);
    assert_eq!(mappings.habilitation_at(instant).effective_written(), "2027-01-01T00:00:00+01:00");
}

#[test]
fn before_the_first_version_the_first_holds() {
    let mappings = loaded(&[("matrix.2027.csv", &opened("2027", "2027-01-01T00:00:00+01:00"))]);
    assert_eq!(mappings.habilitation_at(Moment(i64::MIN)).version(), "default-1");
}

#[test]
fn versions_stand_in_the_order_of_their_instants_not_of_their_names() {
    let mappings = loaded(&[
        ("matrix.a.csv", &opened("third", "2028-01-01T00:00:00Z")),
        ("matrix.b.csv", &opened("first", "2020-01-01T00:00:00Z")),
        ("matrix.csv", &opened("second", "2027-01-01T00:00:00Z")),
    ]);
    let versions: Vec<_> = mappings.habilitation_versions().map(|(_, matrix)| matrix.version()).collect();
    assert_eq!(versions, ["first", "second", "third"], "the default was replaced by matrix.csv");
    assert!(mappings.habilitation_versions().all(|(from, matrix)| from == matrix.effective()));
}

#[test]
fn each_sheet_of_functional_rights_changes_at_its_own_instant() {
    let closed = M526.replace("TD2.1,deposit,mt,normal,allow,", "TD2.1,deposit,mt,normal,deny,");
    assert_ne!(closed, M526);
    let mappings = loaded(&[
        ("functional_rights_526.next.csv", &version(&closed, "526 B", "2027-01-01T00:00:00Z")),
        ("functional_rights_606.next.csv", &version(M606, "606 B", "2028-01-01T00:00:00Z")),
    ]);
    let names: Vec<_> = mappings.rights_versions().map(|(_, rights)| rights.version()).collect();
    assert_eq!(names, ["PDT-INF-526 1.8, PDT-INF-606 1.3", "526 B, PDT-INF-606 1.3", "526 B, 606 B"]);
    let (instant, later) = (moment("2027-01-01T00:00:00Z"), moment("2028-01-01T00:00:00Z"));
    let deposit = |at| mappings.rights_at(at).right(Column::Mt, Mode::Normal, Action::Deposit);
    assert_ne!(deposit(Moment(instant.0 - 1)), Right::Deny);
    assert_eq!(deposit(instant), Right::Deny);
    assert_eq!(deposit(later), Right::Deny);
    assert_eq!(mappings.rights_at(instant).effective(), instant);
    assert_eq!(mappings.rights_at(later).effective_written(), "2028-01-01T00:00:00Z");
    let air = |at| mappings.rights_at(at).right(Column::AirMt, Mode::Normal, Action::ReadDocument);
    assert_eq!(air(Moment(instant.0 - 1)), air(later));
}

#[test]
fn the_sheets_compiled_in_are_one_version_since_both_hold() {
    let mappings = Mappings::embedded().unwrap();
    let versions: Vec<_> = mappings.rights_versions().collect();
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].0, moment("2025-07-08T00:00:00+02:00"));
}

#[test]
fn two_versions_of_one_file_with_one_name_or_one_instant_are_refused() {
    let line = |text: &str, key: &str| text.lines().position(|line| line.starts_with(key)).unwrap() + 1;
    let same_name = opened("default-1", "2027-01-01T00:00:00Z");
    let same_instant = opened("other", "2026-07-05T22:00:00Z");
    assert_eq!(
        errors(&[("matrix.x.csv", &same_name)]),
        [format!(
            "habilitation/matrix.x.csv:{}: `default-1` is the version of habilitation/matrix.csv as well",
            line(MATRIX, "# version")
        )]
    );
    assert_eq!(
        errors(&[("matrix.x.csv", &same_instant)]),
        [format!(
            "habilitation/matrix.x.csv:{}: habilitation/matrix.csv takes effect at the same instant",
            line(MATRIX, "# effective")
        )]
    );
    let copy = errors(&[("functional_rights_606.copy.csv", M606)]);
    assert_eq!(copy.len(), 2, "{copy:?}");
}

#[test]
fn a_version_without_instant_or_with_an_odd_name_is_refused() {
    let without: String =
        MATRIX.lines().filter(|line| !line.starts_with("# effective")).map(|l| format!("{l}\n")).collect();
    let found = errors(&[("matrix.csv", &without)]);
    let expected =
        "habilitation/matrix.csv:1: the head does not say `# effective: …`, the instant from which it holds";
    assert_eq!(found, [expected]);
    for odd in ["a;b", "a,b", &"x".repeat(81)] {
        let found = errors(&[("matrix.x.csv", &opened(odd, "2027-01-01T00:00:00Z"))]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("the name of a version has at most 80 characters"), "{found:?}");
    }
}

#[test]
fn a_matrix_is_official_only_if_its_file_says_so() {
    let said = |word: &str| MATRIX.replacen("# date", &format!("# official: {word}\n# date"), 1);
    let official = |text: &str| loaded(&[("matrix.csv", text)]).habilitation_at(Moment(0)).is_official();
    assert!(!official(MATRIX) && !official(&said("no")) && official(&said("yes")));
    let found = errors(&[("matrix.csv", &said("maybe"))]);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("`official` is yes or no"), "{found:?}");
}

#[test]
fn the_default_never_takes_the_place_of_an_older_official_matrix() {
    let official = |effective: &str| {
        version(&MATRIX.replacen("# date", "# official: yes\n# date", 1), "official", effective)
    };
    let found = errors(&[("matrix.2023.csv", &official("2023-11-01T00:00:00+01:00"))]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("habilitation/matrix.csv:4: not official"), "{found:?}");
    assert!(found[0].contains("habilitation/matrix.2023.csv"), "{found:?}");
    let instead = loaded(&[("matrix.csv", &official("2023-11-01T00:00:00+01:00"))]);
    assert_eq!(instead.habilitation_at(Moment(i64::MAX)).version(), "official");
    let after = loaded(&[("matrix.2027.csv", &official("2027-01-01T00:00:00+01:00"))]);
    assert_eq!(after.habilitation_at(Moment(i64::MAX)).version(), "official");
}

#[test]
fn a_bad_cell_of_a_version_is_told_under_the_name_of_its_file() {
    let text = format!(
        "{}G15/10,0-0,deny,derived,never,deny,derived,as-read\n",
        opened("x", "2027-01-01T00:00:00Z")
    );
    let found = errors(&[("matrix.x.csv", &text)]);
    let number = text.lines().count();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with(&format!("habilitation/matrix.x.csv:{number}: unknown type `0-0`")),
        "{found:?}"
    );
}

#[test]
fn files_that_have_no_versions_are_refused_beside_their_own() {
    let found = errors(&[("bases.next.csv", "x")]);
    assert_eq!(found, ["habilitation/bases.next.csv:0: no data file has this name: nothing would read it"]);
}

#[test]
fn one_file_can_stand_for_the_whole_timeline() {
    let folder = folder(&[("matrix.2027.csv", &opened("2027", "2027-01-01T00:00:00Z"))]);
    let one = folder.path().join("one.txt");
    fs::write(&one, version(MATRIX, "alone", "2030-01-01T00:00:00Z")).unwrap();
    let mappings = Mappings::with_matrix(Some(folder.path()), &one).unwrap();
    let versions: Vec<_> = mappings.habilitation_versions().map(|(_, matrix)| matrix.version()).collect();
    assert_eq!(versions, ["alone"]);
    let matrix = mappings.habilitation_at(Moment(0));
    assert!(
        matrix.types().any(|(column, _)| matrix.deposit(matrix.patient(), column) == DepositRight::Allow)
    );
}
