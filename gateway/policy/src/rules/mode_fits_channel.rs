//! Read 9b: break-glass is not for an indirect establishment; no mode but normal for holder,
//! representative, employee and occupational doctor.
//!
//! Source: decision-order §2 line 9b.

use mappings::Column;
use model::{Finding, Purpose, Rule};

use super::refuse_if;
use crate::place::Place;
use crate::read::ReadCase;

pub(crate) fn read(case: &ReadCase<'_>) -> Vec<Finding> {
    refuse_if(misfits(case), Rule::ModeFitsChannel)
}

pub(crate) fn misfits(case: &ReadCase<'_>) -> bool {
    case.place.is_some_and(|place| closed_to(place, &case.caller.purpose))
}

/// True if the mode is not for somebody in this place.
pub(crate) fn closed_to(place: Place, purpose: &Purpose) -> bool {
    match purpose {
        Purpose::Normal => false,
        Purpose::BreakGlass { .. } => place == Place::Column(Column::EtabIndirect) || normal_only(place),
        Purpose::Centre15 => normal_only(place),
    }
}

fn normal_only(place: Place) -> bool {
    match place {
        Place::Holder | Place::Representative | Place::Member => true,
        Place::Column(column) => matches!(column, Column::CpeNonPs | Column::AirPeNonPs | Column::MedTravail),
    }
}
