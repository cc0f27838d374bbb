//! The clauses on documents, lines 10 to 15 of the table on reading, each as a statement.

use mappings::Mappings;
use model::VisibilityFlag::{InvisiblePatient, InvisibleRepresentantsLegaux, MasquePs};
use model::{Availability, Caller, Code, DocumentEntry, Ins, Moment, Purpose, system};
use passerelle_tests::callers::{PERSON, STRUCTURE, holder, professional, structure};
use passerelle_tests::entry::{flagged, lab_report, written_by};
use policy::{Ask, Authorisation, Facts, Law, ReadAct, RecordState, Relation, Switches, decide_read};

fn ins() -> Ins {
    Ins::parse("292032901999180", "1.2.250.1.213.1.4.10").unwrap()
}

fn open() -> Facts {
    Facts { record: RecordState::Open, authorisation: Authorisation::Valid, ..Facts::absent() }
}

fn holders() -> Facts {
    Facts { relation: Relation::Holder, ..open() }
}

fn sees(caller: &Caller, facts: &Facts, entry: &DocumentEntry) -> bool {
    sees_as(ReadAct::Read, caller, facts, entry)
}

fn sees_as(act: ReadAct, caller: &Caller, facts: &Facts, entry: &DocumentEntry) -> bool {
    let (mappings, switches) = (Mappings::embedded().unwrap(), Switches::default());
    let law = Law { mappings: &mappings, switches: &switches, at: Moment(0) };
    let visibility = decide_read(law, facts, caller, &Ask { patient: ins(), act }).unwrap();
    visibility.admit(entry.clone()).is_some()
}

fn gp() -> Caller {
    professional("10", Some("SM26"))
}

fn break_glass(caller: Caller) -> Caller {
    Caller { purpose: Purpose::BreakGlass { reason: "inconsciente".into() }, ..caller }
}

fn report() -> DocumentEntry {
    lab_report(&ins())
}

fn own() -> DocumentEntry {
    written_by(report(), PERSON, "1999999999")
}

#[test]
fn another_records_document_is_hidden() {
    let other = lab_report(&Ins::parse("158112A00499224", "1.2.250.1.213.1.4.10").unwrap());
    assert!(sees(&gp(), &open(), &report()) && !sees(&gp(), &open(), &other));
}

#[test]
fn a_deleted_document_is_hidden_from_all_its_author_and_the_holder_included() {
    let deleted = DocumentEntry { availability: Availability::Deleted, ..own() };
    assert!(!sees(&gp(), &open(), &deleted) && !sees(&holder(&ins()), &holders(), &deleted));
}

#[test]
fn archived_and_superseded_documents_are_visible() {
    for availability in [Availability::Archived, Availability::Deprecated] {
        assert!(sees(&gp(), &open(), &DocumentEntry { availability, ..report() }));
    }
}

#[test]
fn a_document_not_announced_is_hidden_from_the_holder_and_not_from_professionals() {
    let unannounced = flagged(report(), &[InvisiblePatient]);
    assert!(!sees(&holder(&ins()), &holders(), &unannounced) && sees(&gp(), &open(), &unannounced));
}

#[test]
fn a_minors_own_account_is_judged_as_the_representatives() {
    let secret = flagged(report(), &[InvisibleRepresentantsLegaux]);
    let minor = Facts { holder_is_minor: true, ..holders() };
    assert!(!sees(&holder(&ins()), &minor, &secret) && sees(&holder(&ins()), &holders(), &secret));
}

#[test]
fn a_masked_document_is_seen_by_its_author_the_medecin_traitant_and_the_holder_alone() {
    let masked = flagged(report(), &[MasquePs]);
    let treating = Facts { treating_physician: true, ..open() };
    assert!(!sees(&gp(), &open(), &masked));
    assert!(sees(&gp(), &open(), &flagged(own(), &[MasquePs])));
    assert!(sees(&gp(), &treating, &masked));
    assert!(sees(&holder(&ins()), &holders(), &masked));
}

#[test]
fn in_emergency_modes_nobody_sees_masked_documents_on_personal_title() {
    let treating = Facts { treating_physician: true, ..open() };
    for masked in [flagged(report(), &[MasquePs]), flagged(own(), &[MasquePs])] {
        assert!(!sees(&break_glass(gp()), &treating, &masked));
        let allowed = Facts { masked_in_break_glass: true, ..open() };
        assert!(sees(&break_glass(gp()), &allowed, &masked));
        let other_mode = Facts { masked_in_centre_15: true, ..open() };
        assert!(!sees(&break_glass(gp()), &other_mode, &masked));
    }
}

#[test]
fn the_matrix_hides_types_in_every_mode_but_not_the_authors_own() {
    let vaccination =
        |entry: DocumentEntry| DocumentEntry { type_code: Code::new("11369-6", system::LOINC), ..entry };
    let dietitian = professional("95", None);
    for caller in [dietitian.clone(), break_glass(dietitian)] {
        assert!(!sees(&caller, &open(), &vaccination(report())));
        assert!(sees(&caller, &open(), &vaccination(own())));
    }
    assert!(sees(&gp(), &open(), &vaccination(report())));
}

#[test]
fn the_medecin_traitant_does_not_pass_the_matrix_and_the_holder_is_not_judged_by_it() {
    let residence =
        DocumentEntry { type_code: Code::new("ATTEST-RESID", "1.2.250.1.213.1.1.4.12"), ..report() };
    let treating = Facts { treating_physician: true, ..open() };
    assert!(!sees(&gp(), &treating, &residence));
    assert!(sees(&holder(&ins()), &holders(), &residence));
}

#[test]
fn an_unknown_type_is_hidden_from_professionals() {
    let unknown = DocumentEntry { type_code: Code::new("nonsense", "1.2.3"), ..report() };
    assert!(!sees(&gp(), &open(), &unknown));
}

#[test]
fn a_structure_sees_its_own_references_only_and_colleagues_are_not_authors() {
    let of_structure = written_by(report(), "899900000099", STRUCTURE);
    assert!(sees_as(ReadAct::OneReference, &structure(), &open(), &of_structure));
    assert!(!sees_as(ReadAct::OneReference, &structure(), &open(), &report()));
    assert!(!sees(&gp(), &open(), &flagged(of_structure, &[MasquePs])));
}
