//! Looking somebody up by their traits (TD0.5, PDQm without an INS): a regulation centre's alone.

use mappings::{Action, Right};
use model::{Caller, Finding, Ins, Party, Purpose, Rule, Stage};

use crate::place::{Place, is_doctor, mode_of, place_of};
use crate::rules::mode_fits_channel;
use crate::vote::Ballot;
use crate::{Denial, Facts, Law, RecordState};

/// Whom a caller may find by traits. Made by [`decide_trait_search`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraitScope {
    parties: Vec<Party>,
    patient: Option<Ins>,
    matrix: String,
}

impl TraitScope {
    /// The person and the structure that a record must not have blocked.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// The version of the matrix that decided.
    pub fn matrix_version(&self) -> &str {
        &self.matrix
    }

    /// True if this record may be found: open, of the token's patient where a token names one, its holder having
    /// neither blocked the caller nor opposed the access of regulation centres. All else is as never created.
    pub fn admits(&self, patient: &Ins, facts: &Facts) -> bool {
        facts.record == RecordState::Open
            && !facts.blocked
            && !facts.centre_15_opposed
            && self.patient.as_ref().is_none_or(|named| named == patient)
    }
}

struct TraitCase<'a> {
    law: Law<'a>,
    caller: &'a Caller,
    place: Option<Place>,
}

/// Judges a search by traits before any record is looked at: the functional right (M526 and M606, TD0.5), then the
/// regulator as line 9e of reading has it. The answer depends on nothing that is stored.
pub fn decide_trait_search(law: Law<'_>, caller: &Caller) -> Result<TraitScope, Denial> {
    let place = place_of(law, &Facts::absent(), caller);
    let case = TraitCase { law, caller, place };
    Ballot::new()
        .stage(Stage::Right, &case, &[(Rule::CallerHasAPlace, has_a_place as Asked)])
        .stage(Stage::Right, &case, &[(Rule::CallerMaySearch, may_search as Asked)])
        .stage(Stage::Right, &case, &[(Rule::Centre15IsARegulator, is_a_regulator as Asked)])
        .close()?;
    Ok(TraitScope {
        parties: caller.parties().collect(),
        patient: caller.patient.clone(),
        matrix: law.matrix_version(),
    })
}

/// True if contact data (addresses, telephone numbers) is told with an identity: to whoever may look people up by
/// it, and to the holder's side.
pub fn tells_contact(law: Law<'_>, facts: &Facts, caller: &Caller) -> bool {
    place_of(law, facts, caller).is_some_and(Place::is_patient_side)
        || (decide_trait_search(law, caller).is_ok() && !facts.blocked && !facts.centre_15_opposed)
}

type Asked = fn(&TraitCase<'_>) -> Vec<Finding>;

fn has_a_place(case: &TraitCase<'_>) -> Vec<Finding> {
    if case.place.is_some() { Vec::new() } else { vec![Finding::new(Rule::CallerHasAPlace)] }
}

fn may_search(case: &TraitCase<'_>) -> Vec<Finding> {
    let allowed = match case.place {
        Some(place @ Place::Column(column)) => {
            let mode = mode_of(&case.caller.purpose);
            case.law.rights().right(column, mode, Action::SearchWithoutIns) != Right::Deny
                && !mode_fits_channel::closed_to(place, &case.caller.purpose)
        }
        Some(Place::Holder | Place::Representative | Place::Member) | None => false,
    };
    if allowed { Vec::new() } else { vec![Finding::new(Rule::CallerMaySearch)] }
}

fn is_a_regulator(case: &TraitCase<'_>) -> Vec<Finding> {
    let doctor = case.law.switches.regulators_other_than_doctors
        || case.caller.role().is_some_and(|role| is_doctor(case.law, role));
    let regulates = case.caller.purpose == Purpose::Centre15 && case.caller.regulator && doctor;
    if regulates { Vec::new() } else { vec![Finding::new(Rule::Centre15IsARegulator)] }
}
