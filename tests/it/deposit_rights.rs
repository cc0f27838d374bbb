//! Stages C, D and E of the table on depositing, each as a statement.

use mappings::Mappings;
use model::VisibilityFlag::{InvisiblePatient, InvisibleRepresentantsLegaux};
use model::{
    Association, AssociationKind, Caller, Channel, Code, DocumentEntry, EntryUuid, Ins, Moment, ObjectRef,
    Purpose, StructureId, Submission, system,
};
use passerelle_tests::callers::{PERSON, STRUCTURE, holder, professional, structure};
use passerelle_tests::entry::{flagged, lab_report, submission};
use policy::{Authorisation, DepositMatrix, Facts, Law, RecordState, Relation, Switches, decide_deposit};

fn ins() -> Ins {
    Ins::parse("292032901999180", "1.2.250.1.213.1.4.10").unwrap()
}

fn open() -> Facts {
    Facts { record: RecordState::Open, ..Facts::absent() }
}

fn gp() -> Caller {
    professional("10", Some("SM26"))
}

fn report() -> DocumentEntry {
    lab_report(&ins())
}

fn of_type(code: &str, system: &str) -> DocumentEntry {
    DocumentEntry { type_code: Code::new(code, system), ..report() }
}

fn signed(entry: DocumentEntry) -> Submission {
    submission(entry, PERSON, STRUCTURE)
}

/// `ok`, or the rules that refuse.
fn answer(caller: &Caller, facts: &Facts, deposit: Submission) -> String {
    answer_under(&Switches::default(), caller, facts, deposit)
}

fn answer_under(switches: &Switches, caller: &Caller, facts: &Facts, deposit: Submission) -> String {
    let mappings = Mappings::embedded().unwrap();
    match decide_deposit(Law { mappings: &mappings, switches, at: Moment(0) }, facts, caller, deposit) {
        Ok(permitted) => {
            if permitted.depositor_was_blocked() {
                "ok blocked".into()
            } else {
                "ok".into()
            }
        }
        Err(denial) => {
            let names: Vec<&str> = denial.findings.iter().map(|finding| finding.rule.name()).collect();
            names.join(" ")
        }
    }
}

#[test]
fn never_created_opposed_and_erased_are_one_answer_and_closed_is_another() {
    assert_eq!(answer(&gp(), &Facts::absent(), signed(report())), "record_exists");
    let closed = Facts { record: RecordState::Closed, ..open() };
    assert_eq!(answer(&gp(), &closed, signed(report())), "record_is_open");
}

#[test]
fn a_stored_refusal_of_feeding_refuses() {
    let refused = Facts { feeding_refused: true, ..open() };
    assert_eq!(answer(&structure(), &refused, signed(report())), "feeding_is_not_refused");
}

#[test]
fn authorisation_oppositions_and_modes_never_refuse_a_deposit() {
    let worst = Facts {
        authorisation: Authorisation::Missing,
        break_glass_opposed: true,
        centre_15_opposed: true,
        ..open()
    };
    for purpose in [Purpose::Normal, Purpose::BreakGlass { reason: String::new() }, Purpose::Centre15] {
        assert_eq!(answer(&Caller { purpose, ..gp() }, &worst, signed(report())), "ok");
    }
}

#[test]
fn a_structure_deposits_any_unreserved_type_whatever_role_it_names() {
    for code in ["11502-2", "15508-5", "11369-6"] {
        assert_eq!(answer(&structure(), &open(), signed(of_type(code, system::LOINC))), "ok", "{code}");
    }
}

#[test]
fn a_person_deposits_in_their_own_name_the_types_of_their_row() {
    let podiatrist = professional("80", None);
    let childbirth = || signed(of_type("15508-5", system::LOINC));
    assert_eq!(answer(&podiatrist, &open(), childbirth()), "type_is_open_to_depositor");
    let switches = Switches { deposit_matrix: DepositMatrix::Open, ..Switches::default() };
    assert_eq!(answer_under(&switches, &podiatrist, &open(), childbirth()), "ok");
}

#[test]
fn an_occupational_doctor_deposits_and_air_does_not() {
    assert_eq!(answer(&professional("10", Some("SM25")), &open(), signed(report())), "ok");
    let air = Caller { channel: Channel::Air, ..gp() };
    assert_eq!(answer(&air, &open(), signed(report())), "caller_may_deposit");
}

#[test]
fn a_structure_deposits_in_break_glass_as_in_normal_mode() {
    let purpose = Purpose::BreakGlass { reason: String::from("inconscient") };
    assert_eq!(answer(&Caller { purpose, ..structure() }, &open(), signed(report())), "ok");
}

#[test]
fn an_unknown_role_has_no_place() {
    assert_eq!(answer(&professional("nonsense", None), &open(), signed(report())), "caller_has_a_place");
}

#[test]
fn the_set_is_signed_by_the_depositor() {
    let by_another = || submission(report(), "899900000099", "1999999999");
    assert_eq!(answer(&gp(), &open(), by_another()), "depositor_signs_the_set");
    assert_eq!(answer(&structure(), &open(), by_another()), "depositor_signs_the_set");
    let legal_entities = vec![StructureId("1999999999".into())];
    assert_eq!(answer(&Caller { legal_entities, ..structure() }, &open(), by_another()), "ok");
}

#[test]
fn a_blocked_depositor_is_accepted_and_the_fact_stored_unless_switched() {
    let blocked = Facts { blocked: true, ..open() };
    assert_eq!(answer(&gp(), &blocked, signed(report())), "ok blocked");
    let switches = Switches { refuse_blocked_depositor: true, ..Switches::default() };
    assert_eq!(answer_under(&switches, &gp(), &blocked, signed(report())), "depositor_is_not_blocked");
}

#[test]
fn the_signature_object_is_deposited_only_with_its_set() {
    let mappings = Mappings::embedded().unwrap();
    let (_, known) =
        mappings.habilitation_at(Moment(0)).types().find(|(_, code)| code.value == "E1762").unwrap();
    let signature = || DocumentEntry { type_code: known.clone(), ..report() };
    assert_eq!(answer(&structure(), &open(), signed(signature())), "type_is_open_to_depositor");
    let mut with_set = signed(signature());
    with_set.associations.push(Association {
        documentation: None,
        entry_uuid: EntryUuid::from_bytes([9; 16]),
        kind: AssociationKind::Signs,
        source: with_set.entries[0].0.entry_uuid,
        target: ObjectRef::Uuid(with_set.set.entry_uuid),
    });
    assert_eq!(answer(&structure(), &open(), with_set), "ok");
}

#[test]
fn flags_against_representatives_need_a_minor_and_a_secret_connection_needs_them() {
    let minor = Facts { holder_is_minor: true, ..open() };
    let secret = || signed(flagged(report(), &[InvisibleRepresentantsLegaux]));
    assert_eq!(answer(&gp(), &open(), secret()), "representatives_flag_is_of_a_minor");
    assert_eq!(answer(&gp(), &minor, secret()), "ok");
    let connected = Caller { secret_connection: true, ..gp() };
    assert_eq!(
        answer(&connected, &open(), signed(report())),
        "secret_connection_is_of_a_minor secret_connection_deposits_secret_documents"
    );
    assert_eq!(answer(&connected, &minor, signed(report())), "secret_connection_deposits_secret_documents");
    assert_eq!(answer(&connected, &minor, secret()), "ok");
}

#[test]
fn the_holder_sets_no_invisible_flag() {
    let own = Facts { relation: Relation::Holder, ..open() };
    let mappings = Mappings::embedded().unwrap();
    let matrix = mappings.habilitation_at(Moment(0));
    let patients = matrix
        .types()
        .find(|(column, _)| matrix.deposit(matrix.patient(), *column) == mappings::DepositRight::Allow);
    let entry = DocumentEntry { type_code: patients.unwrap().1.clone(), ..report() };
    let deposit = |entry| submission(entry, ins().number(), STRUCTURE);
    assert_eq!(answer(&holder(&ins()), &own, deposit(entry.clone())), "ok");
    assert_eq!(
        answer(&holder(&ins()), &own, deposit(flagged(entry, &[InvisiblePatient]))),
        "flag_is_open_to_depositor"
    );
}
