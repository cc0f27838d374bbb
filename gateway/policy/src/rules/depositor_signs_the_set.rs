//! D4: an author of the set is the caller: the person in their own name, the structure it acts for or
//! its legal entity, the patient by their INS.
//!
//! Source: decision-order D4 ("Aucun AuthorInstitution ne correspond à l'utilisateur du VIHF").

use model::{Actor, Caller, Finding, Rule, SubmissionSet};

use super::refuse_if;
use crate::deposit::DepositCase;
use crate::place::Place;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    let Some(place) = case.place.filter(|place| *place != Place::Member) else { return Vec::new() };
    let signs = signs_the_set(case.caller, place.is_structure(), &case.submission.set);
    refuse_if(!signs, Rule::DepositorSignsTheSet)
}

/// True if an author of the set is the caller: as a structure, or as a person.
pub fn signs_the_set(caller: &Caller, as_structure: bool, set: &SubmissionSet) -> bool {
    if as_structure {
        let mut own = caller.structure.iter().chain(&caller.legal_entities);
        return own.any(|own| set.author_institutions().any(|id| id == own.0));
    }
    let own = match &caller.actor {
        Actor::Professional { id, .. } => Some(id.0.as_str()),
        Actor::Holder { ins } | Actor::Representative { ins } => Some(ins.number()),
        Actor::OfStructure { .. } | Actor::Operator { .. } => None,
    };
    own.is_some_and(|own| set.author_persons().any(|id| id == own))
}
