//! The table of acts: who masks, shows, archives, deletes, and who changes the rights on a record.
//!
//! Source: decision-order, table of acts; M526 and M606, lines TD0.3 and TD3.3. The stricter of the two wins.
//! Refused: a colleague deleting a document of somebody else; a professional blocking a colleague. Accepted:
//! the holder masking any document, an author deleting theirs in any mode.

use mappings::{Action, Column, Condition, Right};
use model::{Finding, Party, Purpose, Rule};

use crate::document_act::{DocumentAct, DocumentCase};
use crate::operation::{Operation, OperationCase};
use crate::place::{Place, mode_of};
use crate::setting::{Choice, Grant, Ground, Setting};

/// Choices about the record: the holder's side's, but for one's own authorisation and ceasing to be médecin traitant.
pub(crate) fn on_the_record(case: &OperationCase<'_>) -> Vec<Finding> {
    let Operation::Choose(_, choice) = case.operation else { return Vec::new() };
    let open = case.caller.purpose == Purpose::Normal
        && match case.place {
            None | Some(Place::Member) => false,
            Some(Place::Holder | Place::Representative) => open_to_holder(choice),
            Some(Place::Column(column)) => open_to_professional(case, column, choice),
        };
    let act = Finding::new(Rule::ActIsOpenToCaller).arg("act", choice.name());
    if open { Vec::new() } else { vec![act] }
}

fn open_to_holder(choice: &Choice) -> bool {
    match choice {
        Choice::Set(Setting::Authorised(_, grant)) => grant.ground == Ground::GrantedByHolder,
        // Masking to somebody is an act on the document: it must be reachable first.
        Choice::Set(Setting::MaskedTo(..)) | Choice::Lift(Setting::MaskedTo(..)) => false,
        Choice::Set(
            Setting::Blocked(_)
            | Setting::FeedingRefused(_)
            | Setting::Opposed(_)
            | Setting::MaskedAllowed(_)
            | Setting::Treating(_),
        )
        | Choice::Lift(
            Setting::Authorised(..)
            | Setting::Blocked(_)
            | Setting::FeedingRefused(_)
            | Setting::Opposed(_)
            | Setting::MaskedAllowed(_)
            | Setting::Treating(_),
        )
        | Choice::OpposeRecord
        | Choice::WithdrawOpposition
        | Choice::CloseRecord
        | Choice::EraseRecord
        | Choice::Notify(_)
        | Choice::Contest(_) => true,
    }
}

fn open_to_professional(case: &OperationCase<'_>, column: Column, choice: &Choice) -> bool {
    let right = |action| case.law.rights().right(column, mode_of(&case.caller.purpose), action);
    match choice {
        Choice::Set(Setting::Authorised(party, Grant { ground, .. })) => {
            *ground != Ground::GrantedByHolder && is_own(case, right(Action::DeclareAuthorisation), party)
        }
        Choice::Lift(Setting::Authorised(party, _)) => {
            is_own(case, right(Action::RemoveAuthorisation), party)
        }
        Choice::Lift(Setting::Treating(person)) => {
            matches!(column, Column::Mt | Column::AirMt)
                && right(Action::CeaseTreating) != Right::Deny
                && case.caller.person() == Some(person)
        }
        Choice::Set(
            Setting::Blocked(_)
            | Setting::FeedingRefused(_)
            | Setting::Opposed(_)
            | Setting::MaskedAllowed(_)
            | Setting::Treating(_)
            | Setting::MaskedTo(..),
        )
        | Choice::Lift(
            Setting::Blocked(_)
            | Setting::FeedingRefused(_)
            | Setting::Opposed(_)
            | Setting::MaskedAllowed(_)
            | Setting::MaskedTo(..),
        )
        | Choice::OpposeRecord
        | Choice::WithdrawOpposition
        | Choice::CloseRecord
        | Choice::EraseRecord
        | Choice::Notify(_)
        | Choice::Contest(_) => false,
    }
}

/// The authorisation is the caller's own, or the one of the structure where the sheet gives it to that.
fn is_own(case: &OperationCase<'_>, right: Right, party: &Party) -> bool {
    match (right, party) {
        (Right::Allow(Condition::ForTheStructure), Party::Structure(id)) => {
            case.caller.structure.as_ref() == Some(id)
        }
        (Right::Deny | Right::Allow(Condition::ForTheStructure), _) => false,
        (Right::Allow(_), Party::Person(id)) => case.caller.person() == Some(id),
        (Right::Allow(_), Party::Structure(_)) => false,
    }
}

/// Acts on a document that the caller reaches: one finding an act that is not theirs.
pub(crate) fn on_a_document(case: &DocumentCase<'_>) -> Vec<Finding> {
    let refused = case.acts.iter().filter(|act| !open_on_document(case, act));
    refused.map(|act| Finding::new(Rule::ActIsOpenToCaller).arg("act", act.name())).collect()
}

fn open_on_document(case: &DocumentCase<'_>, act: &DocumentAct) -> bool {
    match case.place {
        None => false,
        Some(Place::Holder | Place::Representative) => open_to_holder_on(case, act),
        Some(Place::Column(column)) => open_to_column_on(case, column, act),
        Some(Place::Member) => open_to_member(act),
    }
}

/// A member corrects, archives and removes; flags against persons do not exist in an open domain.
fn open_to_member(act: &DocumentAct) -> bool {
    match act {
        DocumentAct::Archive
        | DocumentAct::Restore
        | DocumentAct::Delete
        | DocumentAct::Destroy
        | DocumentAct::DestroyContent
        | DocumentAct::Correct { .. }
        | DocumentAct::Deprecate
        | DocumentAct::Reinstate => true,
        DocumentAct::Mask
        | DocumentAct::Unmask
        | DocumentAct::MaskTo(_)
        | DocumentAct::UnmaskTo(_)
        | DocumentAct::Announce
        | DocumentAct::ShowToRepresentatives => false,
    }
}

fn open_to_holder_on(case: &DocumentCase<'_>, act: &DocumentAct) -> bool {
    case.caller.purpose == Purpose::Normal
        && match act {
            DocumentAct::Mask | DocumentAct::Unmask | DocumentAct::MaskTo(_) | DocumentAct::UnmaskTo(_) => {
                true
            }
            DocumentAct::Archive | DocumentAct::Restore => case.added_by_holder,
            DocumentAct::Destroy | DocumentAct::DestroyContent => {
                case.added_by_holder || case.depositor_was_blocked
            }
            DocumentAct::Announce
            | DocumentAct::ShowToRepresentatives
            | DocumentAct::Delete
            | DocumentAct::Correct { .. }
            | DocumentAct::Deprecate
            | DocumentAct::Reinstate => false,
        }
}

fn open_to_column_on(case: &DocumentCase<'_>, column: Column, act: &DocumentAct) -> bool {
    let right = |action| case.law.rights().right(column, mode_of(&case.caller.purpose), action);
    let holds = |action| match right(action) {
        Right::Deny => false,
        Right::Allow(Condition::Own | Condition::OfTheStructure) => case.own,
        Right::Allow(_) => true,
    };
    let normal = case.caller.purpose == Purpose::Normal;
    match act {
        DocumentAct::Mask => normal && holds(Action::Mask),
        DocumentAct::Unmask => normal && holds(Action::Unmask),
        DocumentAct::Announce | DocumentAct::ShowToRepresentatives => normal && holds(Action::MakeVisible),
        // A doctor who is no author archives in the emergency modes and under AIR, as the sheets say.
        DocumentAct::Archive => holds(Action::Archive),
        DocumentAct::Restore => holds(Action::Unarchive),
        DocumentAct::Delete => holds(Action::Delete),
        DocumentAct::Destroy | DocumentAct::DestroyContent => {
            case.law.switches.treating_physician_deletes_for_holder
                && matches!(column, Column::Mt | Column::AirMt)
                && case.added_by_holder
        }
        DocumentAct::MaskTo(_)
        | DocumentAct::UnmaskTo(_)
        | DocumentAct::Correct { .. }
        | DocumentAct::Deprecate
        | DocumentAct::Reinstate => false,
    }
}
