//! An explanation, written: a table for a person, or JSON for a script.

use mappings::{Language, Mappings};
use policy::Verdict;
use serde_json::{Value, json};

use super::decide::{Answer, Explained};
use super::words::{self, pick};

/// An explanation in a language.
pub(crate) struct Told<'a> {
    pub(crate) explained: &'a Explained,
    pub(crate) mappings: &'a Mappings,
    pub(crate) language: Language,
}

impl Told<'_> {
    /// The table.
    pub(crate) fn text(&self) -> String {
        let (explained, language) = (self.explained, self.language);
        let pick = |fr, en| pick(language, fr, en);
        let place = words::place(explained.place, language);
        let mut lines = vec![
            format!(
                "{} {place}, mode {}",
                pick("Colonne des droits :", "Column of the rights:"),
                explained.mode
            ),
            String::new(),
            row([pick("Étape", "Stage"), pick("Règle", "Rule"), "Vote"]),
        ];
        for vote in &explained.votes {
            let stage = words::stage(vote.rule.stage(), language);
            lines.push(row([stage, vote.rule.name(), words::verdict(&vote.verdict, language)]));
        }
        if let Some(reached) = explained.reached {
            let verdict = if reached { Verdict::Passes } else { Verdict::Refuses };
            let what = pick("document propre ou visible", "document own or visible");
            lines.push(row(["", what, words::verdict(&verdict, language)]));
        }
        if !explained.clauses.is_empty() {
            lines.extend([String::new(), row([pick("Document", "Document"), pick("Clause", "Clause"), ""])]);
        }
        for (clause, shown) in &explained.clauses {
            let verdict = if *shown { pick("montré", "shown") } else { pick("caché", "hidden") };
            lines.push(row([verdict, clause.name(), words::clause(*clause, language)]));
        }
        lines.push(String::new());
        lines.push(format!("{} {}", pick("Tables :", "Tables:"), explained.tables));
        let answer = words::answer(explained.answer, language);
        lines.push(format!("{} {answer}", pick("Réponse :", "Answer:")));
        for finding in &explained.findings {
            lines.push(format!("  {}", self.mappings.refusals.text(finding, language)));
        }
        lines.join("\n")
    }

    /// The object.
    pub(crate) fn json(&self) -> Value {
        let (explained, language) = (self.explained, self.language);
        let vote = |vote: &policy::Vote| {
            let verdict = match vote.verdict {
                Verdict::Passes => "passes",
                Verdict::Refuses => "refuses",
                Verdict::NotAsked => "not-asked",
            };
            let stage = words::stage(vote.rule.stage(), Language::English);
            let stage = stage.split_once(' ').map_or(stage, |(_letter, name)| name);
            json!({ "stage": stage, "rule": vote.rule.name(), "vote": verdict })
        };
        let clauses: Vec<Value> = explained
            .clauses
            .iter()
            .map(|(clause, shown)| json!({ "clause": clause.name(), "shown": shown }))
            .collect();
        let findings: Vec<Value> = explained
            .findings
            .iter()
            .map(|finding| {
                let text = self.mappings.refusals.text(finding, language);
                json!({ "rule": finding.rule.name(), "text": text })
            })
            .collect();
        json!({
            "place": words::place(explained.place, Language::English),
            "mode": explained.mode,
            "votes": explained.votes.iter().map(vote).collect::<Vec<_>>(),
            "ownOrVisible": explained.reached,
            "clauses": clauses,
            "tables": explained.tables,
            "answer": match explained.answer {
                Answer::Permitted => "permitted",
                Answer::Refused => "refused",
                Answer::Absent => "absent",
            },
            "findings": findings,
        })
    }
}

fn row([first, second, third]: [&str; 3]) -> String {
    format!("{first:<12}{second:<45}{third}").trim_end().to_owned()
}
