//! The cells of the matrix that public statements name, and the whole matrix as a text.

use mappings::{DepositRight, DocumentType, Habilitation, Mappings, Profession, ValueSet};
use model::{Code, Moment, SubjectRole, system};

fn mappings() -> Mappings {
    Mappings::embedded().expect("the tables compiled in are good")
}

/// The only version that is compiled in.
fn matrix_of(mappings: &Mappings) -> &Habilitation {
    mappings.habilitation_at(Moment(0))
}

fn role(value: &str, scheme: &str) -> SubjectRole {
    SubjectRole { profession: Code::new(value, scheme), qualifier: None }
}

fn row(matrix: &Habilitation, g15: &str) -> Profession {
    matrix.profession(&role(g15, system::PROFESSION)).expect("a row")
}

fn column(matrix: &Habilitation, value: &str) -> DocumentType {
    matrix.types().find(|(_, code)| code.value == value).expect("a column").0
}

fn reads(matrix: &Habilitation, g15: &str, value: &str) -> bool {
    matrix.may_read(row(matrix, g15), column(matrix, value))
}

#[test]
fn a_dietitian_does_not_read_a_vaccination_history() {
    assert!(!reads(matrix_of(&mappings()), "95", "11369-6"));
    assert!(reads(matrix_of(&mappings()), "95", "11502-2"));
}

#[test]
fn a_podiatrist_neither_reads_nor_deposits_a_childbirth_report() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    assert!(!reads(matrix, "80", "15508-5"));
    assert_eq!(matrix.deposit(row(matrix, "80"), column(matrix, "15508-5")), DepositRight::Deny);
}

#[test]
fn a_doctor_reads_every_type_in_force_but_the_residence_certificate_and_the_signature() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    let doctor = row(matrix, "10");
    let closed: Vec<&str> = matrix
        .types()
        .filter(|(column, code)| {
            mappings.codes.contains(ValueSet::DocumentType, code) && !matrix.may_read(doctor, *column)
        })
        .map(|(_, code)| code.value.as_str())
        .collect();
    assert_eq!(closed, ["ATTEST-RESID", "E1762", "27899-4"]);
}

#[test]
fn nurse_and_dentist_read_what_the_press_named() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    for open in [
        "83981-1", "DOCPAT03", "DOCPAT05", "DOCPAT06", "47420-5", "11502-2", "15507-7", "56445-0", "PROT_ALD",
    ] {
        assert!(reads(matrix, "60", open), "{open}");
    }
    for closed in ["75496-0", "68599-0", "83901-9", "68817-6", "89601-9"] {
        assert!(!reads(matrix, "60", closed), "{closed}");
    }
    for closed in ["80788-3", "75496-0", "83981-1", "83901-9", "68599-0", "EXPPAT_3"] {
        assert!(!reads(matrix, "40", closed), "{closed}");
    }
}

#[test]
fn a_structure_deposits_and_never_reads() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    let structure = matrix.structure();
    for open in ["11502-2", "15508-5", "11369-6", "68599-0", "34112-3"] {
        assert_eq!(matrix.deposit(structure, column(matrix, open)), DepositRight::Allow, "{open}");
    }
    for closed in ["DOCPAT01", "EXPPAT_3", "REMB", "PIECE-IDENTITE", "84067-8", "27899-4"] {
        assert_eq!(matrix.deposit(structure, column(matrix, closed)), DepositRight::Deny, "{closed}");
    }
    assert!(matrix.types().all(|(column, _)| !matrix.may_read(structure, column)));
}

#[test]
fn the_patient_deposits_the_types_made_for_patients_only() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    let allowed: Vec<&str> = matrix
        .types()
        .filter(|(column, _)| matrix.deposit(matrix.patient(), *column) == DepositRight::Allow)
        .map(|(_, code)| code.value.as_str())
        .collect();
    assert_eq!(allowed.len(), 12);
    assert!(allowed.iter().all(|value| value.starts_with("EXPPAT_") || value.starts_with("DOCPAT")));
}

#[test]
fn the_signature_object_goes_with_its_set_whoever_deposits() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    let signature = column(matrix, "E1762");
    for (row, name, _) in matrix.professions() {
        assert_eq!(matrix.deposit(row, signature), DepositRight::WithSet, "{name}");
        assert!(!matrix.may_read(row, signature), "{name}");
    }
}

#[test]
fn a_trainee_has_a_row_of_their_own_however_the_scheme_is_spelt() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    let trainee = matrix.profession(&role("10", "TRE_G16")).unwrap();
    assert_ne!(trainee, row(matrix, "10"));
    let url = "https://mos.esante.gouv.fr/NOS/TRE_G16-ProfessionFormation/FHIR/TRE-G16-ProfessionFormation";
    for spelling in ["G16", "TRE_G16-ProfessionFormation", url] {
        assert_eq!(matrix.canonical_system(spelling), "TRE_G16");
        assert_eq!(matrix.profession(&role("10", spelling)), Some(trainee));
    }
    assert_eq!(matrix.profession(&role("60", "TRE_G16")), None, "there are no trainee nurses in G16");
}

#[test]
fn a_profession_is_found_by_code_and_scheme() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    assert_eq!(matrix.profession(&role("10", "urn:oid:1.2.250.1.71.1.2.7")), Some(row(matrix, "10")));
    let social = matrix.profession(&role("41", "1.2.250.1.213.1.6.1.4")).unwrap();
    let title = matrix.profession(&role("71", "1.2.250.1.213.1.6.1.109")).unwrap();
    assert_ne!(social, title);
    for nobody in [("41", system::PROFESSION), ("10", ""), ("STRUCTURE", "PASSERELLE"), ("GENR08", "TRE_R22")]
    {
        assert_eq!(matrix.profession(&role(nobody.0, nobody.1)), None, "{nobody:?}");
    }
    assert_eq!(matrix.profession(&role("EXP_PATIENT", system::PRODUCER)), Some(matrix.patient()));
}

#[test]
fn a_role_based_professional_has_the_row_of_the_activity() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    let with = |value: &str, scheme: &str| SubjectRole {
        profession: Code::new("99", "TRE_R291"),
        qualifier: Some(Code::new(value, scheme)),
    };
    let named = |name: &str| matrix.professions().find(|(_, own, _)| *own == name).map(|(row, _, _)| row);
    assert_eq!(matrix.profession(&role("99", "TRE_R291")), None, "no qualifier, no place");
    assert_eq!(matrix.profession(&with("301", system::CARE_ROLE)), named("R22/GENR08"));
    assert_eq!(matrix.profession(&with("GENR08", "TRE_R22")), named("R22/GENR08"));
    assert_eq!(matrix.profession(&with("313", system::CARE_ROLE)), named("R291/99"));
    for odd in [("GENR01", "TRE_R22"), ("10", system::PROFESSION), ("STRUCTURE", "PASSERELLE")] {
        assert_eq!(matrix.profession(&with(odd.0, odd.1)), named("R291/99"), "{odd:?}");
    }
}

#[test]
fn a_type_is_found_by_code_and_scheme() {
    let mappings = mappings();
    let matrix = matrix_of(&mappings);
    assert!(matrix.document_type(&Code::new("11502-2", system::LOINC)).is_some());
    assert!(matrix.document_type(&Code::new("11502-2", "1.2.250.1.213.1.1.4.12")).is_none());
    assert!(matrix.document_type(&Code::new("E1762", "1.2.840.10065")).is_some());
}

/// Changing a right shows here as a changed line. `UPDATE_SNAPSHOTS=1 cargo test -p passerelle-mappings`
/// writes the file anew.
#[test]
fn the_whole_matrix_is_the_one_that_was_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/habilitation/matrix.txt");
    let now = matrix_of(&mappings()).to_text();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let reviewed = std::fs::read_to_string(path).unwrap();
    for (number, (reviewed, now)) in reviewed.lines().zip(now.lines()).enumerate() {
        assert_eq!(reviewed, now, "line {} of habilitation/matrix.txt", number + 1);
    }
    assert_eq!(reviewed, now);
}
