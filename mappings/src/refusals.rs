//! What a refusal says (French and English) and how each door carries it.

use model::{Finding, Rule};

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// French, the default.
    #[default]
    French,
    /// English.
    English,
}

/// How the doors answer a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// XDS error code; `None` = the transaction's generic code.
    pub xds: Option<String>,
    /// HTTP status of the FHIR door.
    pub status: u16,
    /// FHIR `issue.code`.
    pub issue: String,
}

/// The catalogue.
#[derive(Debug)]
pub struct Refusals {}

impl Refusals {
    /// How the doors answer `rule`. Every rule has an answer: loading checks it.
    pub fn answer(&self, _rule: Rule) -> &Answer {
        unreachable_answer()
    }

    /// The text: what is wrong, and what to do, with the finding's arguments filled in.
    pub fn text(&self, _finding: &Finding, _language: Language) -> String {
        String::new()
    }
}

fn unreachable_answer() -> &'static Answer {
    static ANSWER: Answer = Answer { xds: None, status: 500, issue: String::new() };
    &ANSWER
}
