//! The pairs of a CDA header and XDS metadata (rule G5): both names, and what a difference is worth.

use model::Severity;

use crate::files::Sources;
use crate::table::{self, Errors};

const FILE: &str = "constraints/cda_pairs.csv";
/// The pairs that the rule knows how to compare.
const KNOWN: [&str; 27] = [
    "id",
    "type",
    "class",
    "title",
    "creation",
    "confidentiality",
    "language",
    "version",
    "patient",
    "source_patient",
    "traits",
    "author",
    "institution",
    "role",
    "specialty",
    "authenticator",
    "service_start",
    "service_stop",
    "event",
    "practice_setting",
    "facility_type",
    "model",
    "media",
    "replaces",
    "transforms",
    "order",
    "bytes",
];

/// One pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CdaPair {
    /// Its name, shown in findings.
    pub name: String,
    /// Where the CDA holds the value, below `/ClinicalDocument/`.
    pub cda: String,
    /// The XDS attribute.
    pub slot: String,
    /// What a difference is worth; `None`: not compared.
    pub severity: Option<Severity>,
}

/// Every pair, in the order of the file.
#[derive(Debug)]
pub struct CdaPairs(Vec<CdaPair>);

impl CdaPairs {
    /// Every pair, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &CdaPair> {
        self.0.iter()
    }

    /// Where a CDA holds what an attribute says, as an XPath; `None` if it holds no such thing. `author` stands for all
    /// that is said of authors.
    pub fn xpath_of(&self, attribute: &str) -> Option<String> {
        let pair = self.0.iter().find(|pair| pair.slot == attribute).map(|pair| pair.cda.as_str());
        let below = pair.or((attribute == "author").then_some("author"))?;
        Some(format!("/ClinicalDocument/{below}"))
    }

    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let columns = ["pair", "cda", "slot", "severity"];
        let (_, lines) = table::read(FILE, sources.text(FILE), columns, errors);
        let mut pairs: Vec<CdaPair> = Vec::new();
        for (line, [name, cda, slot, severity]) in lines {
            if !KNOWN.contains(&name.as_str()) {
                errors.add(FILE, line, format!("unknown pair `{name}`"));
            } else if pairs.iter().any(|pair| pair.name == name) {
                errors.add(FILE, line, format!("the pair `{name}` stands twice"));
            }
            let severity = match severity.as_str() {
                "error" => Some(Severity::Error),
                "warning" => Some(Severity::Warning),
                "off" => None,
                _ => {
                    errors.add(FILE, line, format!("`{severity}` is none of error, warning, off"));
                    None
                }
            };
            pairs.push(CdaPair { name, cda, slot, severity });
        }
        for name in KNOWN {
            if !pairs.iter().any(|pair| pair.name == name) {
                errors.add(
                    FILE,
                    0,
                    format!("the pair `{name}` is missing: say `off` where it is not compared"),
                );
            }
        }
        CdaPairs(pairs)
    }
}
