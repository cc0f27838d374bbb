//! Read 9a: in normal mode a professional needs an authorisation in force, their own or the structure's.
//! Not for own references of a structure, nor in the emergency modes.
//!
//! Source: decision-order §2 line 9a (R.1111-46, CE 490409).

use mappings::Column;
use model::{Finding, Purpose, Rule};

use crate::place::Place;
use crate::read::ReadCase;
use crate::{Authorisation, Facts};

pub(crate) fn read(case: &ReadCase<'_>) -> Vec<Finding> {
    let needed = match case.place {
        Some(place @ Place::Column(_)) => case.caller.purpose == Purpose::Normal && !place.is_structure(),
        Some(Place::Holder | Place::Representative | Place::Member) | None => false,
    };
    match counted(case.place, case.facts) {
        Authorisation::Valid => Vec::new(),
        Authorisation::Missing | Authorisation::Expired if !needed => Vec::new(),
        Authorisation::Missing => {
            vec![Finding::new(Rule::AuthorisationIsValid).detail("aucune autorisation", "no authorisation")]
        }
        Authorisation::Expired => vec![
            Finding::new(Rule::AuthorisationIsValid)
                .detail("autorisation expirée", "the authorisation has expired"),
        ],
    }
}

/// The authorisation that counts: an occupational doctor consults on the holder's explicit grant only.
pub(crate) fn counted(place: Option<Place>, facts: &Facts) -> Authorisation {
    match place {
        Some(Place::Column(Column::MedTravail)) => facts.granted,
        Some(Place::Column(_) | Place::Holder | Place::Representative | Place::Member) | None => {
            facts.authorisation
        }
    }
}
