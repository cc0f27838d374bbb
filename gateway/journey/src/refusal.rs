//! Why a use case did not happen. Each door words it through `mappings/refusals.toml`.

use model::{Finding, Rule, Stage};
use policy::Denial;

use crate::{Clock, Desk, Event, EventOutcome, Fault, Ids, RecordError, Store};

/// The findings of the stage that refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The stage.
    pub stage: Stage,
    /// Every finding of that stage.
    pub findings: Vec<Finding>,
}

/// A use case that did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Rules refused, told precisely.
    Refused(Refused),
    /// Hidden or absent: one constant answer.
    Absent,
    /// Ours.
    Fault(Fault),
}

impl Refusal {
    /// A refusal by one finding.
    pub fn of(finding: Finding) -> Self {
        Refusal::Refused(Refused { stage: finding.rule.stage(), findings: vec![finding] })
    }

    /// A refusal by these findings, if there is an error among them.
    pub fn from_findings(stage: Stage, findings: Vec<Finding>) -> Option<Self> {
        let refuses = findings.iter().any(|finding| finding.severity == model::Severity::Error);
        refuses.then_some(Refusal::Refused(Refused { stage, findings }))
    }

    /// The same with each finding's place as the door says it.
    #[must_use]
    pub fn located(self, locate: impl Fn(Finding) -> Finding) -> Self {
        match self {
            Refusal::Refused(Refused { stage, findings }) => {
                Refusal::Refused(Refused { stage, findings: findings.into_iter().map(locate).collect() })
            }
            other @ (Refusal::Absent | Refusal::Fault(_)) => other,
        }
    }

    /// The rules that refused.
    pub fn rules(&self) -> Vec<Rule> {
        match self {
            Refusal::Refused(refused) => refused.findings.iter().map(|finding| finding.rule).collect(),
            Refusal::Absent | Refusal::Fault(_) => Vec::new(),
        }
    }
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        Refusal::Refused(Refused { stage: denial.stage, findings: denial.findings })
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Refusal::Fault(fault)
    }
}

/// Records the one event of a refusal from stage C on, before the answer leaves. Without the event there is
/// no answer but a fault (rule H3, line 17): refusals are audited or they fail closed.
pub(crate) async fn audited<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    event: Event,
    refusal: Refusal,
) -> Refusal {
    let outcome = match &refusal {
        Refusal::Refused(_) => EventOutcome::Refused(refusal.rules()),
        Refusal::Absent => EventOutcome::Absent,
        Refusal::Fault(_) => return refusal,
    };
    // The versions that decided are told of a refusal as of anything else.
    let decided =
        if event.matrix.is_empty() { desk.law(event.at).matrix_version() } else { event.matrix.clone() };
    match desk.store.record(Event { matrix: decided, ..event.ended(outcome) }, None).await {
        Ok(()) => refusal,
        Err(RecordError::Fault(fault)) => Refusal::Fault(fault),
        Err(RecordError::Moved) => Refusal::Fault(Fault::new("an event without facts cannot be outdated")),
    }
}

/// A refusal that would say something about the record (level R).
pub(crate) fn is_about_the_record(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Refused(refused) => refused
            .findings
            .iter()
            .all(|finding| !matches!(finding.rule, Rule::ContentIsSound | Rule::FactsHaveNotMoved)),
        Refusal::Absent | Refusal::Fault(_) => false,
    }
}
