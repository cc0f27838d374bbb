//! Read 9e and 9f: centre 15 is used by a regulating doctor and was not opposed by the holder.
//!
//! Source: decision-order §2 lines 9e, 9f. Switch: regulators other than doctors.

use model::{Finding, Purpose, Rule};

use super::refuse_if;
use crate::place::is_doctor;
use crate::read::ReadCase;

pub(crate) fn is_a_regulator(case: &ReadCase<'_>) -> Vec<Finding> {
    if case.caller.purpose != Purpose::Centre15 {
        return Vec::new();
    }
    let doctor = case.law.switches.regulators_other_than_doctors
        || case.caller.role().is_some_and(|role| is_doctor(case.law, role));
    refuse_if(!doctor || !case.caller.regulator, Rule::Centre15IsARegulator)
}

pub(crate) fn is_not_opposed(case: &ReadCase<'_>) -> Vec<Finding> {
    refuse_if(
        case.caller.purpose == Purpose::Centre15 && case.facts.centre_15_opposed,
        Rule::Centre15IsNotOpposed,
    )
}
