//! The findings of one reading, all of them, bounded.

use model::{Finding, Location, Parse, Rule, Severity};

/// Findings kept of one message; more would help nobody.
const MOST: usize = 200;

/// Collects findings.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    findings: Vec<Finding>,
}

impl Notes {
    /// Metadata that is not as the specification says (rule B2).
    pub(crate) fn bad(&mut self, at: &str, fr: impl Into<String>, en: impl Into<String>) {
        self.add(Finding::new(Rule::MetadataIsWellFormed).at(Location::Ebrim(at.to_owned())).detail(fr, en));
    }

    /// Something that exists in XDS and not in this transaction.
    pub(crate) fn unsupported(&mut self, at: &str, fr: impl Into<String>, en: impl Into<String>) {
        self.add(
            Finding::new(Rule::TransactionIsSupported).at(Location::Ebrim(at.to_owned())).detail(fr, en),
        );
    }

    /// Warnings for what is read and not kept, by its paths.
    pub(crate) fn dropped(&mut self, paths: Vec<String>) {
        for at in paths {
            self.add(
                Finding::new(Rule::MetadataIsWellFormed)
                    .at(Location::Ebrim(at))
                    .detail("métadonnée supplémentaire non conservée", "additional metadata not kept")
                    .code("XDSExtraMetadataNotSaved")
                    .warning(),
            );
        }
    }

    /// Adds a finding.
    pub(crate) fn add(&mut self, finding: Finding) {
        if self.findings.len() < MOST {
            self.findings.push(finding);
        }
    }

    /// The parsed value; else a finding at this place.
    pub(crate) fn parsed<T>(&mut self, at: &str, value: Parse<T>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(malformed) => {
                self.add(malformed.at(Location::Ebrim(at.to_owned())));
                None
            }
        }
    }

    /// True if something refuses.
    pub(crate) fn refuse(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The findings, in the order of the message.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
