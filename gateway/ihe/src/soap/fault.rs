//! What goes wrong below the transaction: a SOAP 1.2 fault (SOAP 1.2 Part 1 §5.4), in French and English.

use mappings::{Language, Mappings};
use model::{Finding, Rule, Severity};

use crate::soap::Version;
use crate::soap::names::{QName, WSSE_NAMESPACE};

/// The five fault codes of SOAP 1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// The envelope is not SOAP 1.2.
    VersionMismatch,
    /// A mandatory header block is not known here.
    MustUnderstand,
    /// An encoding style that is not known here.
    DataEncodingUnknown,
    /// The message is at fault: sending it again unchanged is useless.
    Sender,
    /// The gateway is at fault.
    Receiver,
}

impl FaultCode {
    /// The local name of the code.
    pub const fn name(self) -> &'static str {
        match self {
            FaultCode::VersionMismatch => "VersionMismatch",
            FaultCode::MustUnderstand => "MustUnderstand",
            FaultCode::DataEncodingUnknown => "DataEncodingUnknown",
            FaultCode::Sender => "Sender",
            FaultCode::Receiver => "Receiver",
        }
    }

    /// The local name of the code in SOAP 1.1 (§4.4.1).
    pub const fn name_in_soap11(self) -> &'static str {
        match self {
            FaultCode::VersionMismatch => "VersionMismatch",
            FaultCode::MustUnderstand => "MustUnderstand",
            FaultCode::DataEncodingUnknown | FaultCode::Sender => "Client",
            FaultCode::Receiver => "Server",
        }
    }

    /// The HTTP status that goes with it (SOAP 1.2 Part 2, table 20).
    pub const fn status(self) -> u16 {
        match self {
            FaultCode::Sender => 400,
            FaultCode::VersionMismatch
            | FaultCode::MustUnderstand
            | FaultCode::DataEncodingUnknown
            | FaultCode::Receiver => 500,
        }
    }
}

/// A fault, ready to be written by [`crate::fault`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The code.
    pub code: FaultCode,
    /// Subcodes, the outer one first; empty when the code says it all.
    pub subcodes: Vec<QName>,
    /// The rule that the message does not meet, when there is one.
    pub rule: Option<Rule>,
    /// What is wrong and what to do, in French. Never patient data.
    pub fr: String,
    /// The same in English.
    pub en: String,
    /// The header blocks that were not understood, as namespace and local name.
    pub not_understood: Box<[(String, String)]>,
    /// The MessageID of the request, when it was read before the fault.
    pub relates_to: Option<Box<str>>,
    /// True when the request came as MTOM: the fault then goes back as MTOM.
    pub mtom: bool,
    /// The version that the fault goes back in when the request could not be opened.
    pub version: Version,
}

impl Fault {
    /// A fault of `code` with its reasons.
    pub fn new(code: FaultCode, fr: impl Into<String>, en: impl Into<String>) -> Self {
        Fault {
            code,
            subcodes: Vec::new(),
            rule: None,
            fr: fr.into(),
            en: en.into(),
            not_understood: Box::default(),
            relates_to: None,
            mtom: false,
            version: Version::default(),
        }
    }

    /// A message that cannot be read (rule B1).
    pub fn unreadable(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Fault::new(FaultCode::Sender, fr, en).rule(Rule::MessageIsReadable)
    }

    /// Adds a subcode under the ones already there.
    #[must_use]
    pub fn subcode(mut self, name: QName) -> Self {
        self.subcodes.push(name);
        self
    }

    /// Names the rule.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// The fault for findings of stage A or B1, worded by the catalogue, which also names the WS-Security
    /// subcode (decision-order A2 to A8).
    pub fn of_findings(mappings: &Mappings, findings: &[Finding]) -> Self {
        let errors: Vec<&Finding> =
            findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        let reason = |language| {
            let texts: Vec<String> =
                errors.iter().map(|finding| mappings.refusals.text(finding, language)).collect();
            texts.join(" · ")
        };
        let answer = errors.first().map(|first| mappings.refusals.answer(first.rule));
        let ours = answer.is_some_and(|answer| answer.status >= 500);
        let code = if ours { FaultCode::Receiver } else { FaultCode::Sender };
        let fault = Fault::new(code, reason(Language::French), reason(Language::English));
        let Some(first) = errors.first() else { return fault };
        let subcode = answer.and_then(|answer| answer.fault.as_deref());
        match subcode.and_then(|code| code.strip_prefix("wsse:")).and_then(security_code) {
            Some(local) => fault.rule(first.rule).subcode(QName::new("wsse", WSSE_NAMESPACE, local)),
            None => fault.rule(first.rule),
        }
    }

    /// The French reason with the rule's name in front.
    pub fn french(&self) -> String {
        worded(self.rule, &self.fr)
    }

    /// The English reason with the rule's name in front.
    pub fn english(&self) -> String {
        worded(self.rule, &self.en)
    }
}

fn worded(rule: Option<Rule>, text: &str) -> String {
    match rule {
        Some(rule) => format!("[{rule}] {text}"),
        None => text.to_owned(),
    }
}

/// The fault codes of WS-Security 1.1 §12.
fn security_code(local: &str) -> Option<&'static str> {
    [
        "UnsupportedSecurityToken",
        "UnsupportedAlgorithm",
        "InvalidSecurity",
        "InvalidSecurityToken",
        "FailedAuthentication",
        "FailedCheck",
        "SecurityTokenUnavailable",
    ]
    .into_iter()
    .find(|code| *code == local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_the_rule_in_both_languages() {
        let fault = Fault::unreadable("XML illisible", "unreadable XML");
        assert_eq!(fault.french(), "[message_is_readable] XML illisible");
        assert_eq!(fault.english(), "[message_is_readable] unreadable XML");
        assert_eq!(fault.code.status(), 400);
    }

    #[test]
    fn only_the_codes_of_ws_security_become_subcodes() {
        assert_eq!(security_code("FailedCheck"), Some("FailedCheck"));
        assert_eq!(security_code("XDSRepositoryError"), None);
    }
}
