//! Read 7: the functional right to search and to read.
//!
//! Source: M526, M606, decision-order §2 line 7. An indirect establishment and an employee only ask for
//! their own references, never for content; an occupational doctor sees metadata, never content.

use mappings::{Action, Right};
use model::{Finding, Rule};

use super::refuse_if;
use crate::place::{Place, mode_of};
use crate::read::{ReadAct, ReadCase};

pub(crate) fn search(case: &ReadCase<'_>) -> Vec<Finding> {
    let allowed = match case.ask.act {
        ReadAct::Search => has_right(case, Action::SearchMetadata),
        ReadAct::OneReference => has_right(case, Action::SearchOneReference),
        ReadAct::Read => true,
    };
    refuse_if(!allowed, Rule::CallerMaySearch)
}

pub(crate) fn read(case: &ReadCase<'_>) -> Vec<Finding> {
    refuse_if(case.ask.act == ReadAct::Read && !has_right(case, Action::ReadDocument), Rule::CallerMayRead)
}

fn has_right(case: &ReadCase<'_>, action: Action) -> bool {
    match case.place {
        None => false,
        Some(Place::Holder | Place::Representative | Place::Member) => true,
        // An emergency mode that the sheet has no column for is refused by mode_fits_channel, by its name.
        Some(Place::Column(column)) => {
            let mode = mode_of(&case.caller.purpose);
            let in_mode = case.law.rights().right(column, mode, action);
            let in_normal = case.law.rights().right(column, mappings::Mode::Normal, action);
            in_mode != Right::Deny || (super::mode_fits_channel::misfits(case) && in_normal != Right::Deny)
        }
    }
}
