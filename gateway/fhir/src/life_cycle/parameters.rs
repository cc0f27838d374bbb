//! The Parameters of an operation on a record.

use model::{Finding, Ins};

use crate::codec::Element;
use crate::incoming::{incomplete, lacks, not_understood};
use crate::patient::stated_ins;

/// A longer card number or code is none (characters).
const LONGEST: usize = 64;

/// Parameters with what was found wrong in them.
pub(super) struct Parameters<'a> {
    root: &'a Element<'a>,
    given: Vec<Element<'a>>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Parameters<'a> {
    /// Reads them: `identifier` and `names`, each once, and no other.
    pub(super) fn read(root: &'a Element<'a>, names: &[&str]) -> Self {
        let (mut given, mut findings): (Vec<Element<'_>>, _) = (Vec::new(), Vec::new());
        for one in root.all("parameter") {
            not_understood(&one, &["modifierExtension", "resource", "part"], &mut findings);
            let name = one.text("name").unwrap_or_default();
            if name != "identifier" && !names.contains(&name) {
                findings.push(incomplete(&one, "paramètre inconnu ici", "parameter not known here"));
            } else if given.iter().any(|other| other.text("name") == one.text("name")) {
                findings.push(incomplete(&one, "paramètre donné deux fois", "parameter given twice"));
            } else {
                given.push(one);
            }
        }
        Parameters { root, given, findings }
    }

    fn named(&self, name: &str) -> Option<Element<'a>> {
        self.given.iter().find(|one| one.text("name") == Some(name)).cloned()
    }

    fn keep<T>(&mut self, result: Result<T, Finding>) -> Option<T> {
        result.map_err(|finding| self.findings.push(finding)).ok()
    }

    /// `identifier`, required: the INS.
    pub(super) fn identifier(&mut self) -> Option<Ins> {
        if self.named("identifier").is_none() {
            self.findings.push(lacks(self.root, "identifier"));
        }
        self.identifier_if_given()
    }

    /// `identifier`: the INS.
    pub(super) fn identifier_if_given(&mut self) -> Option<Ins> {
        let one = self.named("identifier")?;
        let ins = match one.get("valueIdentifier") {
            Some(identifier) => stated_ins(&identifier),
            None => Err(lacks(&one, "valueIdentifier")),
        };
        self.keep(ins)
    }

    /// `confirm`, required, and true.
    pub(super) fn confirmed(&mut self) -> bool {
        let confirmed = self.named("confirm").is_some_and(|one| one.boolean("valueBoolean") == Some(true));
        if !confirmed {
            let at = self.named("confirm").unwrap_or_else(|| self.root.clone());
            self.findings.push(incomplete(
                &at,
                "un effacement est définitif : le confirmer par le paramètre confirm (valueBoolean true)",
                "an erasure is definitive: confirm it by the parameter confirm (valueBoolean true)",
            ));
        }
        confirmed
    }

    /// A required code out of a list.
    pub(super) fn code<T: Copy>(&mut self, name: &str, known: &[(&str, T)]) -> Option<T> {
        let one = self.named(name);
        let code = one.as_ref().and_then(|one| one.text("valueCode"));
        let found = known.iter().find(|(known, _)| Some(*known) == code).map(|(_, value)| *value);
        if found.is_none() {
            let listed: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let listed = listed.join(", ");
            let at = one.unwrap_or_else(|| self.root.clone());
            let fr = format!("{name} (valueCode) attendu parmi : {listed}");
            self.findings.push(incomplete(&at, fr, format!("expected {name} (valueCode), one of: {listed}")));
        }
        found
    }

    /// A required short text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let one = self.named(name);
        let text = one.as_ref().and_then(|one| one.text("valueString"));
        let text = text.map(str::trim).filter(|text| !text.is_empty() && text.chars().count() <= LONGEST);
        if text.is_none() {
            let at = one.clone().unwrap_or_else(|| self.root.clone());
            let fr = format!("{name} (valueString) attendu, {LONGEST} caractères au plus");
            let en = format!("expected {name} (valueString), at most {LONGEST} characters");
            self.findings.push(incomplete(&at, fr, en));
        }
        text.map(str::to_owned)
    }
}
