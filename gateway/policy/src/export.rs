//! Who may have everything about one person: the holder's side while the record is open, and an operator who hands it
//! to the holder in whatever state the record is (decision-order read 6; RGPD 15 and 20). What the holder may not see
//! is in neither.

use model::{Actor, Caller, Channel, Finding, Ins, Rule, Stage};

use crate::place::{Place, place_of};
use crate::read::{Ask, ReadAct, ReadCase, admitted_to_the_record};
use crate::rules;
use crate::visibility::Visibility;
use crate::vote::Ballot;
use crate::{Facts, HistoryScope, Law, ReadDenial, Standing};

/// Judges an export. The answer is what of the documents belongs in it, and which lines of the history.
pub fn decide_export(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    patient: &Ins,
) -> Result<(Visibility, HistoryScope), ReadDenial> {
    let ask = Ask { patient: patient.clone(), act: ReadAct::Read };
    let operator = is_operator(caller);
    let place = if operator { Some(holders_place(facts)) } else { place_of(law, facts, caller) };
    let case = ReadCase { law, facts, caller, place, ask: &ask };
    let votes = if operator { known(&case) } else { own_side(&case)? };
    let votes = votes.close().map_err(ReadDenial::Denied)?;
    let place = place.ok_or(ReadDenial::Absent)?;
    let history = HistoryScope::Record { representative: place == Place::Representative };
    Ok((Visibility::of(&case, place, votes), history))
}

fn is_operator(caller: &Caller) -> bool {
    caller.channel == Channel::Operator && matches!(caller.actor, Actor::Operator { .. })
}

/// As whom the holder would read: the account of a minor is the representatives'.
fn holders_place(facts: &Facts) -> Place {
    if facts.holder_is_minor { Place::Representative } else { Place::Holder }
}

/// There is a person: an operator learns of no other rule.
fn known(case: &ReadCase<'_>) -> Ballot {
    Ballot::new().stage(Stage::Record, case, &[(Rule::RecordExists, is_known as fn(&_) -> _)])
}

fn is_known(case: &ReadCase<'_>) -> Vec<Finding> {
    match case.facts.standing {
        Standing::Unknown | Standing::Erased => vec![Finding::new(Rule::RecordExists)],
        Standing::Notified | Standing::Open | Standing::Activated | Standing::Opposed | Standing::Closed => {
            Vec::new()
        }
    }
}

/// Lines 3 to 6 of reading, for the holder's side alone, in normal mode.
fn own_side(case: &ReadCase<'_>) -> Result<Ballot, ReadDenial> {
    Ok(admitted_to_the_record(case)?
        .stage(Stage::Record, case, &[(Rule::RecordIsOpen, rules::record_is_open::read as fn(&_) -> _)])
        .stage(
            Stage::Right,
            case,
            &[
                (Rule::ModeFitsChannel, rules::mode_fits_channel::read as fn(&_) -> _),
                (Rule::ActIsOpenToCaller, is_open as fn(&_) -> _),
            ],
        ))
}

fn is_open(case: &ReadCase<'_>) -> Vec<Finding> {
    if case.place.is_some_and(Place::is_patient_side) {
        return Vec::new();
    }
    vec![Finding::new(Rule::ActIsOpenToCaller).arg("act", "export")]
}
