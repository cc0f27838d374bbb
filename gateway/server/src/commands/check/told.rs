//! What was found, for a person and for a script.

use mappings::Language;
use model::{Finding, Severity};
use serde_json::{Value, json};

use super::Held;
use super::read::{Checked, LookedAt};

/// Tells in one language.
pub(super) struct Told<'a> {
    pub held: &'a Held,
    pub language: Language,
}

impl Told<'_> {
    /// One block a file.
    pub(super) fn text(&self, files: &[(String, Checked)]) -> String {
        let blocks: Vec<String> = files.iter().map(|(name, checked)| self.block(name, checked)).collect();
        blocks.join("\n")
    }

    fn block(&self, name: &str, checked: &Checked) -> String {
        let kind = checked.kind.unwrap_or("?");
        let verdict = match (checked.accepted(), checked.findings.is_empty()) {
            (true, true) => self.pick("rien à redire", "nothing to say"),
            (true, false) => self.pick("recevable, avec avertissements", "acceptable, with warnings"),
            (false, _) => self.pick("refusé", "refused"),
        };
        let mut lines = vec![format!("{name} ({kind}): {verdict}")];
        for finding in &checked.findings {
            let severity = match finding.severity {
                Severity::Error => self.pick("erreur", "error"),
                Severity::Warning => self.pick("avertissement", "warning"),
            };
            let place = Some(finding.at.as_str()).filter(|place| !place.is_empty());
            let place = place.map(|place| format!(" {place}")).unwrap_or_default();
            lines.push(format!("  {severity} [{}]{place}", finding.rule));
            lines.push(format!("    {}", self.held.mappings.refusals.text(finding, self.language)));
        }
        let not = self.pick("non évalué", "not evaluated");
        lines
            .extend(self.not_evaluated(checked.looked_at).into_iter().map(|what| format!("  {not}: {what}")));
        lines.join("\n")
    }

    /// One object.
    pub(super) fn json(&self, files: &[(String, Checked)]) -> Value {
        let files: Vec<Value> = files
            .iter()
            .map(|(name, checked)| {
                json!({
                    "file": name,
                    "kind": checked.kind,
                    "accepted": checked.accepted(),
                    "findings": checked.findings.iter().map(|finding| self.finding(finding)).collect::<Vec<_>>(),
                    "notEvaluated": self.not_evaluated(checked.looked_at),
                })
            })
            .collect();
        json!({ "files": files })
    }

    fn finding(&self, finding: &Finding) -> Value {
        let answer = self.held.mappings.refusals.answer(finding.rule);
        json!({
            "severity": match finding.severity { Severity::Error => "error", Severity::Warning => "warning" },
            "rule": finding.rule.name(),
            "xds": finding.xds_code.or(answer.xds.as_deref()),
            "at": finding.at.as_str(),
            "text": self.held.mappings.refusals.text(finding, self.language),
        })
    }

    fn not_evaluated(&self, looked_at: LookedAt) -> Vec<&'static str> {
        let mut not = Vec::new();
        match looked_at {
            LookedAt::All => {}
            LookedAt::WithoutContents => not.push(self.pick(
                "G, les contenus : ils ne sont pas dans le fichier (--part CID=FICHIER les ajoute)",
                "G, the contents: they are not in the file (--part CID=FILE adds them)",
            )),
            LookedAt::Structure => not.push(self.pick(
                "B et G, les valeurs et les contenus : la lecture s'est arrêtée avant",
                "B and G, values and contents: reading stopped before",
            )),
        }
        not.push(self.pick(
            "A, qui appelle ; C, le dossier ; D, le droit de déposer ; E, les marqueurs ; F, les liens : ils demandent une \
             passerelle en service",
            "A, who is calling; C, the record; D, the right to deposit; E, the flags; F, the links: they need a running \
             gateway",
        ));
        not
    }

    fn pick(&self, fr: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::French => fr,
            Language::English => en,
        }
    }
}
