//! F4: the uniqueId of a submitted folder is used by no set and no folder of the record.
//!
//! Source: IHE ITI TF-3 registration rule 10.

use model::{Finding, Location, Rule, SubmittedObject};

use super::LinkCase;
use crate::Claim;

pub(super) fn check(case: &LinkCase<'_>) -> Vec<Finding> {
    case.facts.claims.iter().filter_map(|claim| refusal(case, claim)).collect()
}

fn refusal(case: &LinkCase<'_>, claim: &Claim) -> Option<Finding> {
    let Claim::Folder { folder } = claim else { return None };
    let submitted = case.submission.folders.get(*folder)?;
    let at = Location::Submitted(SubmittedObject::Folder(*folder), "uniqueId");
    Some(Finding::new(Rule::SetIdIsFree).at(at).arg("set", submitted.unique_id.as_str()))
}
