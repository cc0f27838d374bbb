//! The readable table of the demonstration.

use serde_json::Value;

use super::calls::Reply;
use crate::commands::say;

/// What was shown so far.
#[derive(Debug, Default)]
pub struct Table {
    steps: usize,
    surprises: usize,
}

impl Table {
    /// Begins a group of steps.
    pub fn title(&mut self, title: &str) {
        say(&format!("\n{title}"));
    }

    /// Shows one step with its answer.
    pub fn check(&mut self, what: &str, reply: &Reply, as_expected: bool) {
        self.line(what, &format!("{} {}", reply.status.as_u16(), gist(reply)), as_expected);
        if !as_expected {
            say(&format!("      answer: {}", reply.text().chars().take(2000).collect::<String>()));
        }
    }

    /// Shows one line.
    pub fn line(&mut self, what: &str, answer: &str, as_expected: bool) {
        self.steps += 1;
        let mark = if as_expected { "ok" } else { "NOT AS EXPECTED" };
        if !as_expected {
            self.surprises += 1;
        }
        say(&format!("  [{mark}] {what}\n       {answer}"));
    }

    /// Closes the table: true if every step was as expected.
    pub fn close(&self) -> bool {
        say(&format!("\n{} steps, {} not as expected", self.steps, self.surprises));
        self.surprises == 0
    }
}

/// The heart of an answer: the first refusal, or how much was found.
fn gist(reply: &Reply) -> String {
    let json = reply.json();
    let at = |path: &str| json.pointer(path).and_then(Value::as_str);
    if let Some(text) = at("/issue/0/details/text") {
        let rule = at("/issue/0/details/coding/0/code").map(|rule| format!("[{rule}] ")).unwrap_or_default();
        return format!("{rule}{text}");
    }
    if let Some(total) = json.get("total").and_then(Value::as_u64) {
        return format!("{total} document(s)");
    }
    let text = reply.text();
    for (from, to) in [("codeContext=\"", '"'), ("<soap:Text xml:lang=\"fr\">", '<')] {
        if let Some((_, rest)) = text.split_once(from) {
            return rest.split(to).next().unwrap_or_default().to_owned();
        }
    }
    for from in ["<queryResponseCode code=\"", "<hab:context>"] {
        if let Some((_, rest)) = text.split_once(from) {
            return rest.split(['"', '<']).next().unwrap_or_default().to_owned();
        }
    }
    if let Some((_, rest)) = text.split_once("ResponseStatusType:") {
        return rest.split('"').next().unwrap_or_default().to_owned();
    }
    format!("{}, {} bytes", reply.content_type.split(';').next().unwrap_or_default(), reply.body.len())
}
