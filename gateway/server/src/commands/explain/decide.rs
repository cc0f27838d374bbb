//! The decision procedure, asked once, with everything that it says on the way.

use model::{Caller, Finding, Ins, Rule, Submission};
use policy::{
    Ask, Clause, DocumentAct, Facts, Judged, Law, Place, ReadAct, ReadDenial, Verdict, Visibility, Vote,
    absence, decide_deposit, decide_document, decide_read, place_of,
};

/// How the question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Permitted, and the document shown where there is one.
    Permitted,
    /// Refused in words.
    Refused,
    /// Told as if there were nothing.
    Absent,
}

/// One decision, explained.
#[derive(Debug)]
pub(crate) struct Explained {
    /// Where the caller stands.
    pub(crate) place: Option<Place>,
    /// The mode.
    pub(crate) mode: &'static str,
    /// Every rule, in the order in which it is asked.
    pub(crate) votes: Vec<Vote>,
    /// What the rules that refused say.
    pub(crate) findings: Vec<Finding>,
    /// What each clause says of the document.
    pub(crate) clauses: Vec<(Clause, bool)>,
    /// The document is the caller's own, where that is asked.
    pub(crate) reached: Option<bool>,
    /// The versions of the tables that decided.
    pub(crate) tables: String,
    /// The answer.
    pub(crate) answer: Answer,
}

/// Who asks about which record, on what facts.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) law: Law<'a>,
    pub(crate) facts: &'a Facts,
    pub(crate) caller: &'a Caller,
    pub(crate) patient: &'a Ins,
}

impl Case<'_> {
    /// A reading, and whether it shows the document.
    pub(crate) fn read<T: Judged>(&self, act: ReadAct, document: Option<&T>) -> Explained {
        match self.visibility(act) {
            Ok(visibility) => {
                let clauses = document.map(|document| visibility.clauses(document)).unwrap_or_default();
                let shown = clauses.iter().all(|(_, shows)| *shows);
                let answer = if shown { Answer::Permitted } else { Answer::Absent };
                Explained { votes: visibility.votes().to_vec(), clauses, ..self.explained(answer) }
            }
            Err(denial) => self.denied(act, denial),
        }
    }

    /// A deposit.
    pub(crate) fn deposit(&self, submission: Submission) -> Explained {
        match decide_deposit(self.law, self.facts, self.caller, submission) {
            Ok(permit) => Explained { votes: permit.votes().to_vec(), ..self.explained(Answer::Permitted) },
            Err(denial) => Explained {
                votes: denial.votes,
                findings: denial.findings,
                ..self.explained(Answer::Refused)
            },
        }
    }

    /// An act on a document.
    pub(crate) fn act<T: Judged>(&self, act: DocumentAct, document: &T) -> Explained {
        let reading = ReadAct::OneReference;
        let clauses = match self.visibility(reading) {
            Ok(visibility) => visibility.clauses(document),
            Err(_) => Vec::new(),
        };
        match decide_document(self.law, self.facts, self.caller, self.patient, document, vec![act]) {
            Ok(permit) => Explained {
                votes: permit.votes().to_vec(),
                clauses,
                reached: Some(true),
                ..self.explained(Answer::Permitted)
            },
            // The document, not the record, is told as absent: it is neither own nor visible.
            Err(ReadDenial::Absent) if self.absence(reading).is_none() => {
                let read = self.read(reading, Some(document));
                Explained { reached: Some(false), answer: Answer::Absent, ..read }
            }
            Err(denial) => Explained { clauses, ..self.denied(reading, denial) },
        }
    }

    fn visibility(&self, act: ReadAct) -> Result<Visibility, ReadDenial> {
        decide_read(self.law, self.facts, self.caller, &self.ask(act))
    }

    fn absence(&self, act: ReadAct) -> Option<Rule> {
        absence(self.law, self.facts, self.caller, &self.ask(act))
    }

    fn ask(&self, act: ReadAct) -> Ask {
        Ask { patient: self.patient.clone(), act }
    }

    fn denied(&self, act: ReadAct, denial: ReadDenial) -> Explained {
        match denial {
            ReadDenial::Denied(denial) => Explained {
                votes: denial.votes,
                findings: denial.findings,
                ..self.explained(Answer::Refused)
            },
            ReadDenial::Absent => {
                let rule = self.absence(act).unwrap_or(Rule::RecordExists);
                Explained {
                    votes: vec![Vote { rule, verdict: Verdict::Refuses }],
                    findings: vec![Finding::new(rule)],
                    ..self.explained(Answer::Absent)
                }
            }
        }
    }

    fn explained(&self, answer: Answer) -> Explained {
        Explained {
            place: place_of(self.law, self.facts, self.caller),
            mode: self.caller.purpose.code(),
            votes: Vec::new(),
            findings: Vec::new(),
            clauses: Vec::new(),
            reached: None,
            tables: self.law.matrix_version(),
            answer,
        }
    }
}
