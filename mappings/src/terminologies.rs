//! The terminologies that PDSm admits for a coded element: its invariants `constr-bind-*`, which have no expression.

use model::Severity;

use crate::files::Sources;
use crate::table::{self, Errors};

const FILE: &str = "constraints/pdsm_terminologies.csv";
/// The elements that are asked.
const KNOWN: [&str; 6] =
    ["typeCode", "classCode", "formatCode", "healthcareFacilityTypeCode", "eventCodeList", "contentTypeCode"];

/// What is admitted for one element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The attribute of XDS.
    pub element: String,
    /// The coding schemes, in the model's form.
    pub systems: Vec<String>,
    /// What another one is worth.
    pub severity: Severity,
    /// The invariant and the names of the terminologies.
    pub basis: String,
}

/// Every element.
#[derive(Debug)]
pub struct Terminologies(Vec<Admitted>);

impl Terminologies {
    /// What is admitted for an element, if a code of this scheme is not.
    pub fn refusing(&self, element: &str, system: &str) -> Option<&Admitted> {
        let admitted = self.0.iter().find(|admitted| admitted.element == element)?;
        (!admitted.systems.iter().any(|known| known == system)).then_some(admitted)
    }

    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let columns = ["element", "systems", "severity", "basis"];
        let (_, lines) = table::read(FILE, sources.text(FILE), columns, errors);
        let mut all: Vec<Admitted> = Vec::new();
        for (line, [element, systems, severity, basis]) in lines {
            if !KNOWN.contains(&element.as_str()) || all.iter().any(|known| known.element == element) {
                errors.add(FILE, line, format!("unknown element, or one that stands twice: `{element}`"));
            }
            let severity = match severity.as_str() {
                "error" => Severity::Error,
                "warning" => Severity::Warning,
                other => {
                    errors.add(FILE, line, format!("`{other}` is none of error, warning"));
                    Severity::Error
                }
            };
            let systems: Vec<String> = systems.split_whitespace().map(str::to_owned).collect();
            if systems.is_empty() {
                errors.add(FILE, line, "no terminology");
            }
            all.push(Admitted { element, systems, severity, basis });
        }
        Terminologies(all)
    }
}
