//! Votes and denials.

use model::{Finding, Rule, Stage};

/// What one rule said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It has nothing against the act.
    Passes,
    /// It refuses.
    Refuses,
    /// It was not asked, because an earlier stage had refused.
    NotAsked,
}

/// One rule's vote, kept for `explain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The rule.
    pub rule: Rule,
    /// What it said.
    pub verdict: Verdict,
}

/// A refusal by policy: the stage that refused, all its findings, and every vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// The stage.
    pub stage: Stage,
    /// All the findings of that stage.
    pub findings: Vec<Finding>,
    /// Every rule in order, those not asked included.
    pub votes: Vec<Vote>,
}

/// A rule with the function that asks it.
pub(crate) type Asked<C> = (Rule, fn(&C) -> Vec<Finding>);

/// Runs stages in order: inside one all findings are collected, the next runs only if it was clean.
pub(crate) struct Ballot {
    votes: Vec<Vote>,
    refused: Option<(Stage, Vec<Finding>)>,
}

impl Ballot {
    pub(crate) fn new() -> Self {
        Ballot { votes: Vec::new(), refused: None }
    }

    /// Asks one stage's rules, unless an earlier stage refused.
    pub(crate) fn stage<C>(mut self, stage: Stage, case: &C, rules: &[Asked<C>]) -> Self {
        if self.refused.is_some() {
            self.votes.extend(rules.iter().map(|(rule, _)| Vote { rule: *rule, verdict: Verdict::NotAsked }));
            return self;
        }
        let mut findings = Vec::new();
        for (rule, ask) in rules {
            let against = ask(case);
            let verdict = if against.is_empty() { Verdict::Passes } else { Verdict::Refuses };
            self.votes.push(Vote { rule: *rule, verdict });
            findings.extend(against);
        }
        if !findings.is_empty() {
            self.refused = Some((stage, findings));
        }
        self
    }

    /// True while nothing refused.
    pub(crate) fn passes(&self) -> bool {
        self.refused.is_none()
    }

    /// All votes if nothing refused, else the denial.
    pub(crate) fn close(self) -> Result<Vec<Vote>, Denial> {
        match self.refused {
            None => Ok(self.votes),
            Some((stage, findings)) => Err(Denial { stage, findings, votes: self.votes }),
        }
    }
}
