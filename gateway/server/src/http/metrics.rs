//! Counters in the Prometheus text format: no label that names a person or a document.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use crate::relay::audit::AuditFigures;

/// Requests answered, by door, transaction and status.
#[derive(Debug, Default)]
pub struct Metrics {
    /// The audit feed.
    pub audit: AuditFigures,
    answers: Mutex<BTreeMap<(&'static str, &'static str, u16), u64>>,
}

impl Metrics {
    /// Counts one answer.
    pub fn answered(&self, door: &'static str, transaction: &'static str, status: u16) {
        if let Ok(mut answers) = self.answers.lock() {
            *answers.entry((door, transaction, status)).or_default() += 1;
        }
    }

    /// The text format.
    pub fn render(&self) -> String {
        let mut text = String::from(
            "# HELP passerelle_answers_total Requests answered.\n# TYPE passerelle_answers_total counter\n",
        );
        if let Ok(answers) = self.answers.lock() {
            for ((door, transaction, status), count) in answers.iter() {
                let labels = format!("door=\"{door}\",transaction=\"{transaction}\",status=\"{status}\"");
                let _ = writeln!(text, "passerelle_answers_total{{{labels}}} {count}");
            }
        }
        self.audit.render(&mut text);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_door_transaction_and_status() {
        let metrics = Metrics::default();
        metrics.answered("fhir", "ITI-65", 200);
        metrics.answered("fhir", "ITI-65", 200);
        let line = "passerelle_answers_total{door=\"fhir\",transaction=\"ITI-65\",status=\"200\"} 2";
        assert!(metrics.render().contains(line));
    }
}
