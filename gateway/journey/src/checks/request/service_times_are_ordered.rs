//! B2 (IHE registration rule 17): serviceStartTime is not after serviceStopTime, compared at their common
//! precision.

use model::{Finding, Hl7Time, Location, Rule, SubmittedObject};

use super::RequestCase;

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let entries = case.submission.entries.iter().enumerate();
    entries
        .filter(|(_, (entry, _))| match (&entry.service_start, &entry.service_stop) {
            (Some(start), Some(stop)) => is_after(start, stop),
            _ => false,
        })
        .map(|(index, _)| {
            Finding::new(Rule::MetadataIsWellFormed)
                .at(Location::Submitted(SubmittedObject::Entry(index), "serviceStopTime"))
                .detail(
                    "serviceStartTime est postérieur à serviceStopTime",
                    "serviceStartTime is later than serviceStopTime",
                )
        })
        .collect()
}

fn is_after(start: &Hl7Time, stop: &Hl7Time) -> bool {
    let common = start.as_str().len().min(stop.as_str().len());
    start.as_str().get(..common) > stop.as_str().get(..common)
}
