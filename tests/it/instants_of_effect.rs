//! Which version of the matrix and of the functional rights decides: the one that holds at the moment of the
//! decision, to the microsecond.

use std::fs;

use mappings::Mappings;
use model::{Caller, Ins, Moment};
use passerelle_tests::callers::{STRUCTURE, professional, structure};
use passerelle_tests::entry::{lab_report, submission};
use passerelle_tests::root;
use policy::{
    Ask, Authorisation, Facts, Law, ReadAct, ReadDenial, RecordState, Switches, decide_deposit, decide_read,
};

const INSTANT: &str = "2031-03-01T00:00:00+01:00";

fn ins() -> Ins {
    Ins::parse("292032901999180", "1.2.250.1.213.1.4.10").unwrap()
}

fn open() -> Facts {
    Facts { record: RecordState::Open, authorisation: Authorisation::Valid, ..Facts::absent() }
}

/// The tables with one version more of one file, in which one line is another.
fn with_version(file: &str, before: &str, after: &str) -> Mappings {
    let text = fs::read_to_string(root().join(format!("mappings/habilitation/{file}.csv"))).unwrap();
    let changed = text.replacen(before, after, 1);
    assert_ne!(text, changed, "{before} is not in {file}");
    let lines = changed.lines().map(|line| match line.split_once(": ") {
        Some(("# version", _)) => "# version: next\n".to_owned(),
        Some(("# effective", _)) => format!("# effective: {INSTANT}\n"),
        _ => format!("{line}\n"),
    });
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("habilitation")).unwrap();
    fs::write(folder.path().join(format!("habilitation/{file}.next.csv")), lines.collect::<String>())
        .unwrap();
    Mappings::with_overrides(folder.path()).unwrap()
}

fn instant() -> Moment {
    Moment::parse(INSTANT).unwrap()
}

fn just_before() -> Moment {
    Moment(instant().0 - 1)
}

/// Whether a doctor reads a laboratory report, and the version that decided; the rules that refuse otherwise.
fn reads(mappings: &Mappings, at: Moment) -> Result<(bool, String), String> {
    let switches = Switches::default();
    let law = Law { mappings, switches: &switches, at };
    let ask = Ask { patient: ins(), act: ReadAct::Read };
    match decide_read(law, &open(), &professional("10", Some("SM26")), &ask) {
        Ok(seen) => Ok((seen.admit(lab_report(&ins())).is_some(), seen.matrix_version().to_owned())),
        Err(ReadDenial::Absent) => Err("absent".into()),
        Err(ReadDenial::Denied(denial)) => Err(names(&denial)),
    }
}

/// The version that decided, or the rules that refuse a deposit.
fn deposits(mappings: &Mappings, caller: &Caller, at: Moment) -> Result<String, String> {
    let switches = Switches::default();
    let law = Law { mappings, switches: &switches, at };
    decide_deposit(law, &open(), caller, submission(lab_report(&ins()), STRUCTURE, STRUCTURE))
        .map(|permitted| permitted.matrix_version().to_owned())
        .map_err(|denial| names(&denial))
}

fn names(denial: &policy::Denial) -> String {
    denial.findings.iter().map(|finding| finding.rule.name()).collect::<Vec<_>>().join(" ")
}

const OLD: &str = "default-1; PDT-INF-526 1.8, PDT-INF-606 1.3";

#[test]
fn a_reading_one_microsecond_before_the_instant_is_by_the_old_matrix_and_at_the_instant_by_the_new() {
    let mappings = with_version("matrix", "G15/10,11502-2,allow,", "G15/10,11502-2,deny,");
    assert_eq!(reads(&mappings, just_before()), Ok((true, OLD.into())));
    assert_eq!(reads(&mappings, instant()), Ok((false, "next; PDT-INF-526 1.8, PDT-INF-606 1.3".into())));
}

#[test]
fn a_deposit_one_microsecond_before_the_instant_is_by_the_old_matrix_and_at_the_instant_by_the_new() {
    let line = "PASSERELLE/STRUCTURE,11502-2,deny,sourced,m526-indirect,";
    let mappings = with_version("matrix", &format!("{line}allow,"), &format!("{line}deny,"));
    assert_eq!(deposits(&mappings, &structure(), just_before()), Ok(OLD.into()));
    assert_eq!(deposits(&mappings, &structure(), instant()), Err("type_is_open_to_depositor".into()));
}

#[test]
fn functional_rights_change_at_their_own_instant() {
    let mappings = with_version(
        "functional_rights_526",
        "read_document,med_non_mt,normal,allow,",
        "read_document,med_non_mt,normal,deny,",
    );
    assert_eq!(reads(&mappings, just_before()), Ok((true, OLD.into())));
    assert_eq!(reads(&mappings, instant()), Err("caller_may_read".into()));
    assert_eq!(deposits(&mappings, &structure(), instant()), Ok("default-1; next, PDT-INF-606 1.3".into()));
}

#[test]
fn a_version_in_the_future_changes_nothing_now() {
    let mappings = with_version("matrix", "G15/10,11502-2,allow,", "G15/10,11502-2,deny,");
    let today = Moment::parse("2026-11-22T12:00:00Z").unwrap();
    let compiled_in = Mappings::embedded().unwrap();
    assert_eq!(reads(&mappings, today), reads(&compiled_in, today));
    assert_eq!(mappings.habilitation_at(today).to_text(), compiled_in.habilitation_at(today).to_text());
}
