//! D3: the `deposit` column of the habilitation matrix, one finding a document.
//!
//! Source: decision-order D3. A structure is judged by the row PASSERELLE/STRUCTURE, a person by their
//! profession's row, patient and representative by EXP_PATIENT. The set's signature (E1762) passes only
//! as the signature of its own set. Refused: a podiatrist depositing a childbirth report in their own name.

use mappings::{DepositRight, DocumentType, Profession};
use model::{AssociationKind, DocumentEntry, Finding, ObjectRef, Rule, Submission};

use crate::deposit::DepositCase;
use crate::law::DepositMatrix;
use crate::place::Place;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    let Some(place) = case.place.filter(|place| *place != Place::Member) else { return Vec::new() };
    case.submission
        .entries
        .iter()
        .filter(|(entry, _)| !is_open(case, place, entry))
        .map(|(entry, _)| {
            Finding::new(Rule::TypeIsOpenToDepositor)
                .arg("type", entry.type_code.value.clone())
                .arg("document", entry.unique_id.as_str())
        })
        .collect()
}

fn is_open(case: &DepositCase<'_>, place: Place, entry: &DocumentEntry) -> bool {
    let matrix = case.law.habilitation();
    let Some(column) = matrix.document_type(&entry.type_code) else { return false };
    let Some(row) = row_of(case, place) else { return false };
    let right = |row: Profession, column: DocumentType| match matrix.deposit(row, column) {
        DepositRight::Deny => false,
        DepositRight::Allow => true,
        DepositRight::WithSet => signs_its_own_set(case.submission, entry),
    };
    let unreserved_for_all =
        case.law.switches.deposit_matrix == DepositMatrix::Open && !place.is_patient_side();
    right(row, column) || (unreserved_for_all && right(matrix.structure(), column))
}

fn row_of(case: &DepositCase<'_>, place: Place) -> Option<Profession> {
    let matrix = case.law.habilitation();
    match place {
        Place::Holder | Place::Representative => Some(matrix.patient()),
        Place::Member => None, // not judged by the matrix
        Place::Column(_) if place.is_structure() => Some(matrix.structure()),
        Place::Column(_) => case.caller.role().and_then(|role| matrix.profession(role)),
    }
}

fn signs_its_own_set(submission: &Submission, entry: &DocumentEntry) -> bool {
    submission.associations.iter().any(|link| {
        link.kind == AssociationKind::Signs
            && link.source == entry.entry_uuid
            && link.target == ObjectRef::Uuid(submission.set.entry_uuid)
    })
}
