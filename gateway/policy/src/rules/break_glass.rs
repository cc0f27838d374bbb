//! Read 9c and 9d: break-glass states its reason and was not opposed by the holder.
//!
//! Source: decision-order §2 lines 9c, 9d (R.1111-48). Refused: a reason made of spaces.

use model::{Finding, Purpose, Rule};

use super::refuse_if;
use crate::read::ReadCase;

pub(crate) fn has_reason(case: &ReadCase<'_>) -> Vec<Finding> {
    let blank = match &case.caller.purpose {
        Purpose::BreakGlass { reason } => reason.trim().is_empty(),
        Purpose::Normal | Purpose::Centre15 => false,
    };
    refuse_if(blank, Rule::BreakGlassHasReason)
}

pub(crate) fn is_not_opposed(case: &ReadCase<'_>) -> Vec<Finding> {
    let opposed = matches!(case.caller.purpose, Purpose::BreakGlass { .. }) && case.facts.break_glass_opposed;
    refuse_if(opposed, Rule::BreakGlassIsNotOpposed)
}
