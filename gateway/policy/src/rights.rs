//! Who is told which rights stand in force: the holder's side all; professionals what TD1.6 lists, or their own.
//!
//! Source: M526 line TD1.6, decision-order §0.2 (TD0.2, TD1.3a).

use mappings::{Action, Right};
use model::{Caller, Ins, Party, Rule, Stage};

use crate::place::{Place, mode_of, place_of};
use crate::read::{Ask, ReadAct, ReadCase, admitted_to_the_record};
use crate::rules;
use crate::setting::Setting;
use crate::{Facts, Law, ReadDenial, RecordState, Relation, Standing};

/// Which settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RightsScope {
    /// All of them.
    Whole,
    /// Authorised and blocked professionals, the médecin traitant, and opposed modes.
    Professionals,
    /// What concerns the caller, and opposed modes.
    Own(Vec<Party>),
}

impl RightsScope {
    /// True if the setting is told.
    pub fn admits(&self, setting: &Setting) -> bool {
        match (self, setting) {
            (RightsScope::Whole, _) | (_, Setting::Opposed(_)) => true,
            (
                RightsScope::Professionals,
                Setting::Authorised(..) | Setting::Blocked(_) | Setting::Treating(_),
            ) => true,
            (RightsScope::Own(own), Setting::Authorised(party, _) | Setting::Blocked(party)) => {
                own.contains(party)
            }
            (RightsScope::Own(own), Setting::Treating(person)) => {
                own.contains(&Party::Person(person.clone()))
            }
            (
                RightsScope::Professionals | RightsScope::Own(_),
                Setting::FeedingRefused(_) | Setting::MaskedAllowed(_) | Setting::MaskedTo(..),
            ) => false,
        }
    }
}

/// Judges the reading of the rights in force. The holder's side reads them in every state but erased.
pub fn decide_rights(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    patient: &Ins,
) -> Result<RightsScope, ReadDenial> {
    let ask = Ask { patient: patient.clone(), act: ReadAct::OneReference };
    let place = place_of(law, facts, caller);
    let case = ReadCase { law, facts, caller, place, ask: &ask };
    let known = !matches!(facts.standing, Standing::Unknown | Standing::Erased);
    let own_side = facts.relation != Relation::Stranger && known;
    if own_side && facts.record == RecordState::Absent {
        return match rules::token_patient_is_query_patient::read(&case).is_empty() {
            true => Ok(RightsScope::Whole),
            false => Err(ReadDenial::Absent),
        };
    }
    let ballot = admitted_to_the_record(&case)?;
    let ballot = match place {
        Some(Place::Holder | Place::Representative) => ballot,
        Some(Place::Column(_) | Place::Member) | None => ballot.stage(
            Stage::Record,
            &case,
            &[(Rule::RecordIsOpen, rules::record_is_open::read as fn(&_) -> _)],
        ),
    };
    ballot.close().map_err(ReadDenial::Denied)?;
    match place {
        None => Err(ReadDenial::Absent),
        Some(Place::Holder | Place::Representative) => Ok(RightsScope::Whole),
        Some(Place::Member) => Ok(RightsScope::Own(caller.parties().collect())),
        Some(Place::Column(column)) => {
            let lists = law.rights().right(column, mode_of(&caller.purpose), Action::ListProfessionals);
            Ok(match lists {
                Right::Allow(_) if !facts.blocked => RightsScope::Professionals,
                Right::Allow(_) | Right::Deny => RightsScope::Own(caller.parties().collect()),
            })
        }
    }
}
