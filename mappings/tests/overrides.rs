//! An operator's own files: used when good, refused with file, line and reason when not.

use std::fs;
use std::path::Path;

use mappings::{DepositRight, LoadError, Mappings};
use model::{Code, Moment, SubjectRole, system};
use tempfile::TempDir;

const MATRIX: &str = include_str!("../habilitation/matrix.csv");

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn errors(files: &[(&str, &[u8])]) -> Vec<String> {
    let folder = folder(files);
    Mappings::with_overrides(folder.path()).expect_err("refused").iter().map(LoadError::to_string).collect()
}

/// The matrix with a line more, and the number of that line.
fn matrix_with(line: &str) -> (String, usize) {
    (format!("{MATRIX}{line}\n"), MATRIX.lines().count() + 1)
}

#[test]
fn an_empty_folder_changes_nothing_and_a_missing_one_is_refused() {
    let folder = folder(&[]);
    assert!(Mappings::with_overrides(folder.path()).is_ok());
    let errors = Mappings::with_overrides(Path::new("/no/such/folder")).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].to_string().contains("does not exist"));
}

#[test]
fn a_changed_cell_takes_effect() {
    let before = "G15/95,11369-6,deny,sourced,founding-article,deny,derived,as-read\n";
    let after = "G15/95,11369-6,allow,derived,dietitian,allow,derived,as-read\n";
    assert!(MATRIX.contains(before));
    let folder = folder(&[("habilitation/matrix.csv", MATRIX.replace(before, after).as_bytes())]);
    let mappings = Mappings::with_overrides(folder.path()).unwrap();
    let matrix = mappings.habilitation_at(Moment(0));
    let role = SubjectRole { profession: Code::new("95", system::PROFESSION), qualifier: None };
    let (row, column) = (
        matrix.profession(&role).unwrap(),
        matrix.document_type(&Code::new("11369-6", system::LOINC)).unwrap(),
    );
    assert!(matrix.may_read(row, column));
    assert_eq!(matrix.deposit(row, column), DepositRight::Allow);
}

#[test]
fn a_pair_that_the_file_does_not_have_is_denied() {
    let line = "G15/10,11502-2,allow,sourced-blanket,doctors-all-but-one,allow,derived,as-read\n";
    assert!(MATRIX.contains(line));
    let folder = folder(&[("habilitation/matrix.csv", MATRIX.replace(line, "").as_bytes())]);
    let mappings = Mappings::with_overrides(folder.path()).unwrap();
    let matrix = mappings.habilitation_at(Moment(0));
    let role = SubjectRole { profession: Code::new("10", system::PROFESSION), qualifier: None };
    let (row, column) = (
        matrix.profession(&role).unwrap(),
        matrix.document_type(&Code::new("11502-2", system::LOINC)).unwrap(),
    );
    assert!(!matrix.may_read(row, column));
    assert_eq!(matrix.deposit(row, column), DepositRight::Deny);
}

#[test]
fn a_bad_cell_of_the_matrix_is_refused_with_its_line() {
    for (line, reason) in [
        ("G15/11,11502-2,deny,derived,never,deny,derived,as-read", "unknown profession `G15/11`"),
        ("G15/10,0-0,deny,derived,never,deny,derived,as-read", "unknown type `0-0`"),
        ("G15/10,27899-4,perhaps,derived,never,deny,derived,as-read", "unknown right `perhaps`"),
        ("G15/10,27899-4,with-set,derived,never,deny,derived,as-read", "unknown right `with-set`: read is"),
        ("G15/10,27899-4,deny,derived,never,Allow,derived,as-read", "unknown right `Allow`: deposit is"),
        ("G15/10,27899-4,deny,guessed,never,deny,derived,as-read", "unknown provenance `guessed`"),
        ("G15/10,27899-4,deny,derived,because,deny,derived,as-read", "unknown basis `because`"),
        ("G15/10,11502-2,deny,derived,never,deny,derived,as-read", "the cell G15/10 × 11502-2 stands twice"),
        ("G15/10,27899-4,deny", "expected 8 cells, found 3"),
    ] {
        let (text, number) = matrix_with(line);
        let found = errors(&[("habilitation/matrix.csv", text.as_bytes())]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("habilitation/matrix.csv:{number}: {reason}")), "{found:?}");
    }
}

#[test]
fn all_errors_of_all_files_are_listed() {
    let (matrix, number) = matrix_with("G15/10,0-0,perhaps,derived,never,deny,derived,as-read");
    let found = errors(&[
        ("habilitation/matrix.csv", matrix.as_bytes()),
        ("codes/languages.csv", b"value,use\nfr-FR,x\n"),
        (
            "codes/mime_types.csv",
            b"# origin: o\n# version: 1\n# date: 2026-01-01\nvalue,use\ntext/xml,\xff\n",
        ),
        ("refusals.toml", b"# origin: o\n# version: 1\n# date: 2026-01-01\n[no_such_rule]\nstatus = 403\n"),
    ]);
    let has = |text: &str| assert!(found.iter().any(|error| error.starts_with(text)), "{text} in {found:#?}");
    has(&format!("habilitation/matrix.csv:{number}: unknown type `0-0`"));
    has(&format!("habilitation/matrix.csv:{number}: unknown right `perhaps`"));
    has("codes/languages.csv:1: the head does not say `# origin: …`");
    has("codes/languages.csv:1: the head does not say `# date: …`");
    has("codes/mime_types.csv:5: not UTF-8");
    has("refusals.toml:4: there is no rule `no_such_rule`");
    for rule in model::Rule::ALL {
        has(&format!("refusals.toml:0: the rule `{rule}` has no text"));
    }
}

#[test]
fn a_bad_refusal_is_refused_with_its_line() {
    let good = include_str!("../refusals.toml");
    let entry = good.find("[record_is_open]").unwrap();
    let line = |text: &str| text[..entry + text[entry..].find("status").unwrap()].lines().count() + 1;
    for (from, to, reason) in [
        ("status = 403", "status = 200", "`status` is one of"),
        ("issue = \"suppressed\"", "issue = \"closed\"", "`issue` is a code of the FHIR value set"),
        ("fr = ", "de = \"x\"\nfr = ", "unknown key `de`"),
        ("fr = \"Le", "fr = \"{detail} Le", "`fr`: `{`, `}` and `]` stand inside"),
        ("[ : {detail}]", "[ : {patient}]", "`fr`: unknown placeholder `patient`"),
        ("en_do = ", "en_doo = ", "unknown key `en_doo`"),
        ("en_do = ", "en_doo = ", "the text `en_do` is missing"),
        ("status = 403", "xds = \"Oops\"\nstatus = 403", "`xds` is not one of the known codes"),
        ("dmp = \"DMPClosed\"", "dmp = \"Closed\"", "`dmp` is not one of the known codes"),
    ] {
        let (before, after) = good.split_at(entry);
        let bad = format!("{before}{}", after.replacen(from, to, 1));
        let found = errors(&[("refusals.toml", bad.as_bytes())]);
        let place = found
            .iter()
            .find(|error| error.contains(reason))
            .unwrap_or_else(|| panic!("{reason}: {found:?}"));
        let number: usize = place.split(':').nth(1).unwrap().parse().unwrap();
        assert!((line(good) - 2..line(good) + 8).contains(&number), "{place}");
    }
    let found =
        errors(&[("refusals.toml", good.replacen("[record_is_open]", "[record_exists]", 1).as_bytes())]);
    assert!(found.iter().any(|error| error.contains("duplicate")), "{found:?}");
    assert!(found.iter().any(|error| error.ends_with("the rule `record_is_open` has no text")), "{found:?}");
}

#[test]
fn lists_that_do_not_fit_together_are_refused() {
    let classes = include_str!("../codes/type_to_class.csv");
    let line = "11502-2,2.16.840.1.113883.6.1,10,1.2.250.1.213.1.1.4.1,sourced\n";
    assert!(classes.contains(line));
    let found = errors(&[("codes/type_to_class.csv", classes.replace(line, "").as_bytes())]);
    assert_eq!(found, ["codes/type_to_class.csv:0: the type `11502-2` has no class"]);
    let professions = include_str!("../codes/professions.csv");
    let without: String = professions
        .lines()
        .filter(|line| !line.starts_with("PASSERELLE/"))
        .map(|line| format!("{line}\n"))
        .collect();
    let found = errors(&[("codes/professions.csv", without.as_bytes())]);
    assert_eq!(found[0], "codes/professions.csv:0: there is no row `PASSERELLE/STRUCTURE`");
    assert!(found[1].contains("unknown profession `PASSERELLE/STRUCTURE`"), "{}", found[1]);
    let many: String = (0..2000).map(|i| format!("X/{i},1.2.3,X{i},,role,\n")).collect();
    let found = errors(&[("codes/professions.csv", format!("{professions}{many}").as_bytes())]);
    assert_eq!(found, ["codes/professions.csv:0: 2060 lines, 2000 at most"]);
    let systems = format!("{}1.2.3,x,http://loinc.org,,G15,\n", include_str!("../codes/systems.csv"));
    let found = errors(&[("codes/systems.csv", systems.as_bytes())]);
    assert!(found[0].ends_with("`http://loinc.org` stands twice"), "{found:?}");
    assert!(found[1].ends_with("`G15` names two systems"), "{found:?}");
}

#[test]
fn a_misspelt_name_and_a_file_too_large_are_refused() {
    let found = errors(&[("habilitation/matrice.csv", b"x"), ("refusal.toml", b"x"), ("notes.txt", b"x")]);
    assert_eq!(
        found,
        [
            "habilitation/matrice.csv:0: no data file has this name: nothing would read it",
            "refusal.toml:0: no data file has this name: nothing would read it",
        ]
    );
    let large = vec![b'#'; 8 * 1024 * 1024 + 1];
    let found = errors(&[("codes/languages.csv", large.as_slice())]);
    assert_eq!(found, ["codes/languages.csv:0: larger than 8388608 bytes"]);
}

#[test]
fn the_folder_of_the_project_itself_is_a_good_folder() {
    assert!(Mappings::with_overrides(Path::new(env!("CARGO_MANIFEST_DIR"))).is_ok());
}

#[test]
fn the_index_of_the_files_says_what_their_heads_say() {
    let index = include_str!("../README.md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = vec!["refusals.toml".to_owned()];
    for part in ["codes", "habilitation", "valuesets"] {
        for entry in fs::read_dir(root.join(part)).unwrap() {
            names.push(format!("{part}/{}", entry.unwrap().file_name().to_string_lossy()));
        }
    }
    for name in names.iter().filter(|name| !name.ends_with(".txt")) {
        let text = fs::read_to_string(root.join(name)).unwrap();
        let head =
            |key: &str| text.lines().find_map(|line| line.strip_prefix(&format!("# {key}: "))).unwrap();
        let line =
            index.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).expect("an index line");
        let end = format!("| {} | {} | {} |", head("origin"), head("version"), head("date"));
        assert!(line.ends_with(&end), "{line}");
    }
}

#[test]
fn every_kind_that_the_law_names_has_its_code() {
    let kinds = include_str!("../codes/kinds.csv");
    let without: String =
        kinds.lines().filter(|line| !line.starts_with("doctor,")).map(|l| format!("{l}\n")).collect();
    let found = errors(&[("codes/kinds.csv", without.as_bytes())]);
    assert_eq!(found, ["codes/kinds.csv:0: there is no code of the kind `doctor`"]);
    let misspelt = kinds.replace("set_signature,E", "signature,E");
    let found = errors(&[("codes/kinds.csv", misspelt.as_bytes())]);
    assert!(found.iter().any(|error| error.ends_with("unknown kind `signature`")), "{found:?}");
}
