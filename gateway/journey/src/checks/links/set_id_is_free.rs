//! F4: the set's uniqueId is not used by a different submission. An identical one never gets here: it has
//! been given its receipt again.
//!
//! Source: IHE ITI TF-3 registration rule 10, decision-order F4.

use model::{Finding, Location, Rule, SubmittedObject};

use super::LinkCase;

pub(super) fn check(case: &LinkCase<'_>) -> Vec<Finding> {
    match &case.facts.previous {
        None => Vec::new(),
        Some((receipt, _)) => vec![
            Finding::new(Rule::SetIdIsFree)
                .at(Location::Submitted(SubmittedObject::Set, "uniqueId"))
                .arg("set", receipt.set_unique_id.as_str()),
        ],
    }
}
