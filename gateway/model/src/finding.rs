//! What is wrong, where: the only thing a refusal is made of.

use crate::Rule;

/// How grave a finding is. Only `Error` refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Accepted, and said so.
    Warning,
    /// Refused.
    Error,
}

/// An object of a submission, as the checks of the journey name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubmittedObject {
    /// The submission set.
    Set,
    /// The document entry with this index in `Submission::entries`.
    Entry(usize),
    /// The folder with this index in `Submission::folders`.
    Folder(usize),
    /// The association with this index in `Submission::associations`.
    Association(usize),
    /// The membership with this index in `Submission::memberships`.
    Membership(usize),
}

/// Where in the submitted message the finding lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Location {
    /// The message as a whole.
    #[default]
    Whole,
    /// A FHIRPath that resolves in the submitted resource.
    FhirPath(String),
    /// An ebRIM path: the object's id as submitted, then slot, classification or identifier name,
    /// for instance `ExtrinsicObject(Document01)/Slot(hash)`.
    Ebrim(String),
    /// An XPath into a CDA document, with the entry it belongs to.
    XPath(String),
    /// A query parameter or HTTP header by name.
    Parameter(String),
    /// An attribute of a submitted object, by its XDS name (`typeCode`, `hash`, `uniqueId`…; empty for the
    /// whole object). The checks that both doors share use it; each door turns it into its own path
    /// (FHIRPath, ebRIM) before it answers, because only the door knows where the object stood.
    Submitted(SubmittedObject, &'static str),
}

impl Location {
    /// The path as text; empty for the whole message.
    pub fn as_str(&self) -> &str {
        match self {
            Location::Whole => "",
            Location::FhirPath(path)
            | Location::Ebrim(path)
            | Location::XPath(path)
            | Location::Parameter(path) => path,
            Location::Submitted(_, attribute) => attribute,
        }
    }
}

/// One thing that is wrong. Its text, in French and English, is data (`mappings/refusals.toml`);
/// `args` fill the text's placeholders and never hold patient data, a token or a path of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is not met.
    pub rule: Rule,
    /// Whether it refuses.
    pub severity: Severity,
    /// Where.
    pub at: Location,
    /// Values for the text's placeholders, by name.
    pub args: Vec<(&'static str, String)>,
    /// The XDS error code when one rule has several (G1, F5): else the rule's own from the data.
    pub xds_code: Option<&'static str>,
}

impl Finding {
    /// An error of `rule` about the whole message.
    pub fn new(rule: Rule) -> Self {
        Finding { rule, severity: Severity::Error, at: Location::Whole, args: Vec::new(), xds_code: None }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, at: Location) -> Self {
        self.at = at;
        self
    }

    /// Fills a placeholder. Keep patient data out.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Fills the placeholder `{detail}` in French and English: what exactly is wrong.
    #[must_use]
    pub fn detail(self, fr: impl Into<String>, en: impl Into<String>) -> Self {
        self.arg("detail_fr", fr).arg("detail_en", en)
    }

    /// Overrides the rule's XDS error code.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.xds_code = Some(code);
        self
    }

    /// Turns the finding into a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// A value that does not follow its grammar; the reader of the message adds where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The rule not met.
    pub rule: Rule,
    /// What was expected, in French.
    pub expected_fr: &'static str,
    /// What was expected, in English.
    pub expected_en: &'static str,
}

impl Malformed {
    /// A value that is not what the metadata specification says.
    pub const fn metadata(expected_fr: &'static str, expected_en: &'static str) -> Self {
        Malformed { rule: Rule::MetadataIsWellFormed, expected_fr, expected_en }
    }

    /// A value that is not an INS accepted anywhere.
    pub const fn ins(expected_fr: &'static str, expected_en: &'static str) -> Self {
        Malformed { rule: Rule::InsIsWellFormed, expected_fr, expected_en }
    }

    /// The finding, at the place where the value stood.
    pub fn at(self, at: Location) -> Finding {
        Finding::new(self.rule).at(at).detail(self.expected_fr, self.expected_en)
    }
}

/// The result of parsing one value.
pub type Parse<T> = Result<T, Malformed>;
