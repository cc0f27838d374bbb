//! D4: an author of the set is the caller: the person in their own name, the structure it acts for or
//! its legal entity, the patient by their INS.
//!
//! Source: decision-order D4 ("Aucun AuthorInstitution ne correspond à l'utilisateur du VIHF").

use model::{Actor, Finding, Rule};

use super::refuse_if;
use crate::deposit::DepositCase;
use crate::place::Place;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    let Some(place) = case.place.filter(|place| *place != Place::Member) else { return Vec::new() };
    let set = &case.submission.set;
    let signs = if place.is_structure() {
        let mut own = case.caller.structure.iter().chain(&case.caller.legal_entities);
        own.any(|own| set.author_institutions().any(|id| id == own.0))
    } else {
        let own = match &case.caller.actor {
            Actor::Professional { id, .. } => Some(id.0.as_str()),
            Actor::Holder { ins } | Actor::Representative { ins } => Some(ins.number()),
            Actor::OfStructure { .. } | Actor::Operator { .. } => None,
        };
        own.is_some_and(|own| set.author_persons().any(|id| id == own))
    };
    refuse_if(!signs, Rule::DepositorSignsTheSet)
}
