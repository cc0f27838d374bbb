//! What the existence test tells somebody of themselves (decision-order §0.2, TD0.2).

use model::Caller;

use crate::place::place_of;
use crate::rules::authorisation_is_valid::counted;
use crate::{Authorisation, Facts, Law};

/// The state of a caller's own authorisation, the structure's included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwnAuthorisation {
    /// None was ever attested, or it was withdrawn.
    Missing,
    /// Attested, and run out.
    Expired,
    /// In force.
    Valid,
    /// The caller, or the structure acted for, is blocked: whatever was attested.
    Forbidden,
}

/// The caller's own state on this record. Blocking comes first, as it does in every decision.
pub fn own_authorisation(law: Law<'_>, facts: &Facts, caller: &Caller) -> OwnAuthorisation {
    if facts.blocked {
        return OwnAuthorisation::Forbidden;
    }
    match counted(place_of(law, facts, caller), facts) {
        Authorisation::Missing => OwnAuthorisation::Missing,
        Authorisation::Expired => OwnAuthorisation::Expired,
        Authorisation::Valid => OwnAuthorisation::Valid,
    }
}
