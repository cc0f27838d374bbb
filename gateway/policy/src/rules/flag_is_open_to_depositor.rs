//! E4: the holder and the representatives set no INVISIBLE flag: those are the professionals'.
//!
//! Source: decision-order E4.

use model::{Finding, Rule, VisibilityFlag};

use crate::deposit::DepositCase;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    if !case.place.is_some_and(|place| place.is_patient_side()) {
        return Vec::new();
    }
    let invisible = [VisibilityFlag::InvisiblePatient, VisibilityFlag::InvisibleRepresentantsLegaux];
    case.submission
        .entries
        .iter()
        .filter(|(entry, _)| invisible.iter().any(|flag| entry.has_flag(*flag)))
        .map(|(entry, _)| Finding::new(Rule::FlagIsOpenToDepositor).arg("document", entry.unique_id.as_str()))
        .collect()
}
