//! Every caller × act × mode × state of the facts, compared with an oracle written from the tables of the order
//! of decision; and the whole of it as a text that is reviewed as a diff.

use std::fmt::Write as _;

use mappings::Mappings;
use model::{
    Actor, Caller, Channel, Code, Ins, Moment, PersonId, Purpose, RequestId, StructureId, SubjectRole, system,
};
use passerelle_tests::root;
use policy::{
    Ask, Authorisation, Facts, FactsVersion, Law, ReadAct, ReadDenial, RecordState, Relation, Switches,
    decide_read,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gp,
    TreatingPhysician,
    OccupationalDoctor,
    Dietitian,
    Employee,
    Establishment,
    AirDoctor,
    AirOccupationalDoctor,
    AirEmployee,
    Holder,
    Stranger,
    Unknown,
    Operator,
}

const KINDS: [Kind; 13] = [
    Kind::Gp,
    Kind::TreatingPhysician,
    Kind::OccupationalDoctor,
    Kind::Dietitian,
    Kind::Employee,
    Kind::Establishment,
    Kind::AirDoctor,
    Kind::AirOccupationalDoctor,
    Kind::AirEmployee,
    Kind::Holder,
    Kind::Stranger,
    Kind::Unknown,
    Kind::Operator,
];
const ACTS: [ReadAct; 3] = [ReadAct::Search, ReadAct::OneReference, ReadAct::Read];
const MODES: [Mode; 5] = [Mode::Normal, Mode::Reason, Mode::NoReason, Mode::Regulator, Mode::NoRegulator];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Normal,
    Reason,
    NoReason,
    Regulator,
    NoRegulator,
}

fn ins() -> Ins {
    Ins::parse("292032901999180", "1.2.250.1.213.1.4.10").unwrap()
}

fn role(system: &str, code: &str, qualifier: Option<(&str, &str)>) -> SubjectRole {
    SubjectRole {
        profession: Code::new(code, system),
        qualifier: qualifier.map(|(system, code)| Code::new(code, system)),
    }
}

fn caller(kind: Kind, mode: Mode) -> Caller {
    let professional = |role: SubjectRole| Actor::Professional {
        id: PersonId("899900000011".into()),
        name: "X".into(),
        role,
    };
    let doctor = || role(system::PROFESSION, "10", Some((system::SPECIALTY, "SM26")));
    let occupational = || role(system::PROFESSION, "10", Some((system::SPECIALTY, "SM25")));
    let secretary = || role(system::PRODUCER, "SECRETARIAT_MEDICAL", None);
    let (actor, channel) = match kind {
        Kind::Gp | Kind::TreatingPhysician => (professional(doctor()), Channel::Direct),
        Kind::OccupationalDoctor => (professional(occupational()), Channel::Direct),
        Kind::AirOccupationalDoctor => (professional(occupational()), Channel::Air),
        Kind::Dietitian => (professional(role(system::PROFESSION, "95", None)), Channel::Direct),
        Kind::Employee => {
            (Actor::OfStructure { user: "X".into(), role: Some(secretary()) }, Channel::EmployeeCard)
        }
        Kind::Establishment => {
            (Actor::OfStructure { user: "X".into(), role: Some(doctor()) }, Channel::Indirect)
        }
        Kind::AirDoctor => (professional(doctor()), Channel::Air),
        Kind::AirEmployee => (Actor::OfStructure { user: "X".into(), role: Some(secretary()) }, Channel::Air),
        Kind::Holder | Kind::Stranger => (Actor::Holder { ins: ins() }, Channel::Patient),
        Kind::Unknown => (professional(role("1.2.3.4", "INSURER", None)), Channel::Direct),
        Kind::Operator => (Actor::Operator { name: "X".into() }, Channel::Operator),
    };
    let purpose = match mode {
        Mode::Normal => Purpose::Normal,
        Mode::Reason => Purpose::BreakGlass { reason: "inconsciente".into() },
        Mode::NoReason => Purpose::BreakGlass { reason: "  ".into() },
        Mode::Regulator | Mode::NoRegulator => Purpose::Centre15,
    };
    Caller {
        actor,
        channel,
        structure: Some(StructureId("1999999991".into())),
        purpose,
        patient: None,
        legal_entities: Vec::new(),
        secret_connection: false,
        regulator: mode == Mode::Regulator,
        software: None,
        request: RequestId("r".into()),
    }
}

fn facts(kind: Kind) -> Facts {
    Facts {
        version: FactsVersion(1),
        record: RecordState::Open,
        authorisation: Authorisation::Valid,
        granted: Authorisation::Valid,
        treating_physician: kind == Kind::TreatingPhysician,
        relation: if kind == Kind::Holder { Relation::Holder } else { Relation::Stranger },
        ..Facts::absent()
    }
}

/// The answer in words: `ok`, `absent`, or the rules that refuse.
fn decided(mappings: &Mappings, kind: Kind, act: ReadAct, mode: Mode, facts: &Facts) -> String {
    let switches = Switches::default();
    let law = Law { mappings, switches: &switches, at: Moment(0) };
    match decide_read(law, facts, &caller(kind, mode), &Ask { patient: ins(), act }) {
        Ok(_) => "ok".into(),
        Err(ReadDenial::Absent) => "absent".into(),
        Err(ReadDenial::Denied(denial)) => {
            let names: Vec<&str> = denial.findings.iter().map(|finding| finding.rule.name()).collect();
            names.join(" ")
        }
    }
}

/// Lines 4 to 9 of table 2, read from top to bottom by somebody who has not seen the policy.
fn oracle(kind: Kind, act: ReadAct, mode: Mode, facts: &Facts) -> String {
    use Kind::*;
    let emergency = mode != Mode::Normal;
    match kind {
        Stranger => return "absent".into(),
        Unknown | Operator | AirOccupationalDoctor => return "caller_has_a_place".into(),
        _ => {}
    }
    match facts.record {
        RecordState::Absent => return "absent".into(),
        RecordState::Closed => return "record_is_open".into(),
        RecordState::Open => {}
    }
    let structure = matches!(kind, Employee | Establishment | AirEmployee);
    match act {
        ReadAct::Search if structure => return "caller_may_search".into(),
        ReadAct::Read if structure || kind == OccupationalDoctor => return "caller_may_read".into(),
        _ => {}
    }
    let professional = kind != Holder;
    if professional && facts.blocked {
        return "caller_is_not_blocked".into();
    }
    let mut refused = Vec::new();
    let valid = facts.authorisation == Authorisation::Valid;
    if professional && !structure && !emergency && !valid {
        refused.push("authorisation_is_valid");
    }
    let normal_only = matches!(kind, Holder | Employee | AirEmployee | OccupationalDoctor);
    let break_glass = matches!(mode, Mode::Reason | Mode::NoReason);
    let centre_15 = matches!(mode, Mode::Regulator | Mode::NoRegulator);
    if (normal_only && emergency) || (kind == Establishment && break_glass) {
        refused.push("mode_fits_channel");
    }
    if mode == Mode::NoReason {
        refused.push("break_glass_has_reason");
    }
    if break_glass && facts.break_glass_opposed {
        refused.push("break_glass_is_not_opposed");
    }
    let doctor = matches!(kind, Gp | TreatingPhysician | OccupationalDoctor | Establishment | AirDoctor);
    if centre_15 && !(doctor && mode == Mode::Regulator) {
        refused.push("centre_15_is_a_regulator");
    }
    if centre_15 && facts.centre_15_opposed {
        refused.push("centre_15_is_not_opposed");
    }
    if refused.is_empty() { "ok".into() } else { refused.join(" ") }
}

#[test]
fn every_decision_on_reading_is_the_one_of_the_tables() {
    let mappings = Mappings::embedded().unwrap();
    let mut compared = 0;
    for kind in KINDS {
        for facts in every_state(facts(kind)) {
            for act in ACTS {
                for mode in MODES {
                    let (ours, expected) =
                        (decided(&mappings, kind, act, mode, &facts), oracle(kind, act, mode, &facts));
                    assert_eq!(ours, expected, "{kind:?} {act:?} {mode:?} {facts:?}");
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 13 * 72 * 15);
}

/// Record × blocked × authorisation × the two oppositions.
fn every_state(base: Facts) -> Vec<Facts> {
    let mut states = Vec::new();
    for record in [RecordState::Absent, RecordState::Open, RecordState::Closed] {
        for blocked in [false, true] {
            for authorisation in [Authorisation::Missing, Authorisation::Expired, Authorisation::Valid] {
                for (break_glass_opposed, centre_15_opposed) in
                    [(false, false), (false, true), (true, false), (true, true)]
                {
                    states.push(Facts {
                        record,
                        blocked,
                        authorisation,
                        granted: authorisation,
                        break_glass_opposed,
                        centre_15_opposed,
                        ..base.clone()
                    });
                }
            }
        }
    }
    states
}

#[test]
fn blocking_wins_over_every_mode() {
    let mappings = Mappings::embedded().unwrap();
    for kind in [Kind::Gp, Kind::TreatingPhysician, Kind::Dietitian, Kind::AirDoctor] {
        for mode in MODES {
            let blocked = Facts { blocked: true, ..facts(kind) };
            assert_eq!(decided(&mappings, kind, ReadAct::Read, mode, &blocked), "caller_is_not_blocked");
        }
    }
}

#[test]
fn the_access_snapshot_is_the_reviewed_one() {
    let mappings = Mappings::embedded().unwrap();
    let mut text = String::from("caller, act, mode: what an open record answers to somebody authorised\n\n");
    for kind in KINDS {
        for act in ACTS {
            for mode in MODES {
                let answer = decided(&mappings, kind, act, mode, &facts(kind));
                writeln!(
                    text,
                    "{:<23}{:<14}{:<13}{answer}",
                    format!("{kind:?}"),
                    format!("{act:?}"),
                    format!("{mode:?}")
                )
                .unwrap();
            }
        }
        text.push('\n');
    }
    let file = root().join("tests/snapshots/access.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&file).unwrap_or_default(),
        text,
        "read the diff, then UPDATE_SNAPSHOTS=1"
    );
}
