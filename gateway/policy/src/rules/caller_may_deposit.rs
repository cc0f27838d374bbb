//! D2: the functional right to deposit: line TD2.2 for an employee card, TD2.1 for everybody else.
//!
//! Source: M526, M606, decision-order §0.1 and D2. Refused: any deposit under AIR. Accepted: a doctor in
//! break-glass, an occupational doctor, the patient. The sheet has no emergency column for an employee, and no
//! break-glass column for a structure: a mode opens a reading, so they deposit as they do in normal mode.

use mappings::{Action, Column, Mode, Right};
use model::{Finding, Rule};

use super::refuse_if;
use crate::deposit::DepositCase;
use crate::place::{Place, mode_of};

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    let allowed = match case.place {
        None => true, // said by caller_has_a_place
        Some(Place::Holder | Place::Representative | Place::Member) => true,
        Some(Place::Column(column)) => {
            let action = if column == Column::CpeNonPs { Action::DepositByEmployee } else { Action::Deposit };
            let mode = match mode_of(&case.caller.purpose) {
                Mode::BrisDeGlace | Mode::Regulation if column == Column::CpeNonPs => Mode::Normal,
                Mode::BrisDeGlace if column == Column::EtabIndirect => Mode::Normal,
                mode => mode,
            };
            case.law.rights().right(column, mode, action) != Right::Deny
        }
    };
    refuse_if(!allowed, Rule::CallerMayDeposit)
}
