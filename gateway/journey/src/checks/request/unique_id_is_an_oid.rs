//! B10, where the pack says so (the French one does): uniqueIds are bare OIDs; the DMP refuses `root^extension`.
//!
//! Source: decision-order B10, CI-SIS XDS metadata.

use model::{Finding, Location, Rule, SubmittedObject};

use super::{RequestCase, members};

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    if !case.pack.bare_oids {
        return Vec::new();
    }
    let set = case.submission.set.unique_id.as_ref().map(|id| (SubmittedObject::Set, id));
    set.into_iter()
        .chain(members(case.submission).map(|(object, id, _)| (object, id)))
        .filter(|(_, id)| id.as_oid().is_none())
        .map(|(object, id)| {
            Finding::new(Rule::UniqueIdIsAnOid)
                .at(Location::Submitted(object, "uniqueId"))
                .arg("document", id.as_str())
        })
        .collect()
}
