//! Merging two records of one person: an operator's act on both.

use model::{Caller, Finding, Ins, Rule, Stage};

use crate::operation::is_operator;
use crate::permit::Depositor;
use crate::vote::Ballot;
use crate::{Denial, Facts, FactsVersion, Law, Operation, Permitted, Standing};

/// The record that goes and the record that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Whose documents and rights move.
    pub subsumed: Ins,
    /// Where they move to.
    pub survivor: Ins,
    /// The version of the survivor's facts that the decision rests on; the permit has the other one's.
    pub survivor_version: FactsVersion,
}

struct MergeCase<'a> {
    caller: &'a Caller,
    gone: (&'a Ins, &'a Facts),
    stays: (&'a Ins, &'a Facts),
    again: bool,
}

/// Judges a merge; `None` if it was done before (`again`) and nothing is left to do. Both numbers are fed, and differ.
pub fn decide_merge(
    law: Law<'_>,
    caller: &Caller,
    gone: (&Ins, &Facts),
    stays: (&Ins, &Facts),
    again: bool,
) -> Result<Option<Permitted<Operation>>, Denial> {
    let case = MergeCase { caller, gone, stays, again };
    let votes = Ballot::new()
        .stage(Stage::Right, &case, &[(Rule::CallerHasAPlace, operator_only as Asked)])
        .stage(Stage::Record, &case, &[(Rule::RecordExists, both_exist as Asked)])
        .stage(Stage::Record, &case, &[(Rule::ActFitsState, they_differ as Asked)])
        .close()?;
    if again {
        return Ok(None);
    }
    let merge =
        Merge { subsumed: gone.0.clone(), survivor: stays.0.clone(), survivor_version: stays.1.version };
    let operation = Operation::Merge(Box::new(merge));
    let permitted = Permitted::grant(
        operation,
        gone.0.clone(),
        gone.1.version,
        law.matrix_version(),
        Depositor::default(),
        votes,
    );
    Ok(Some(permitted))
}

type Asked = fn(&MergeCase<'_>) -> Vec<Finding>;

fn operator_only(case: &MergeCase<'_>) -> Vec<Finding> {
    if is_operator(case.caller) { Vec::new() } else { vec![Finding::new(Rule::CallerHasAPlace)] }
}

fn both_exist(case: &MergeCase<'_>) -> Vec<Finding> {
    let known = |facts: &Facts| !matches!(facts.standing, Standing::Unknown | Standing::Erased);
    let exist = known(case.stays.1) && (case.again || known(case.gone.1));
    if exist { Vec::new() } else { vec![Finding::new(Rule::RecordExists)] }
}

fn they_differ(case: &MergeCase<'_>) -> Vec<Finding> {
    if case.gone.0 == case.stays.0 { vec![Finding::new(Rule::ActFitsState)] } else { Vec::new() }
}
