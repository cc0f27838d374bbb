//! `rs:RegistryResponse`: status and errors of every XDS answer (IHE ITI TF-3 §4.2.4).

use journey::{Fault, Pack, Refusal};
use mappings::{Language, Mappings};
use model::{Finding, RequestId, Severity, Stage};
use xml::{Element, Writer};

use crate::ebrim::names::RS;
use crate::{Endpoint, Transaction};

/// The status of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Everything done; warnings are possible.
    Success,
    /// Some documents given, some not.
    PartialSuccess,
    /// Nothing done.
    Failure,
}

impl Status {
    const ALL: [Status; 3] = [Status::Success, Status::PartialSuccess, Status::Failure];

    /// The URN.
    pub const fn urn(self) -> &'static str {
        match self {
            Status::Success => "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success",
            Status::PartialSuccess => "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess",
            Status::Failure => "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure",
        }
    }

    /// Reads the URN.
    pub fn of(urn: &str) -> Option<Self> {
        Status::ALL.into_iter().find(|status| status.urn() == urn)
    }
}

/// One `rs:RegistryError`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryError {
    /// errorCode.
    pub code: String,
    /// codeContext: `[rule_name] text`.
    pub context: String,
    /// location: an ebRIM path, an XPath or a parameter; empty for the whole message.
    pub location: String,
    /// severity.
    pub severity: Severity,
}

impl RegistryError {
    /// An error about the whole message.
    pub fn new(code: &str, context: impl Into<String>) -> Self {
        RegistryError {
            code: code.to_owned(),
            context: context.into(),
            location: String::new(),
            severity: Severity::Error,
        }
    }
}

/// Words findings and refusals for one transaction (decision-order 0.3).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording<'a> {
    pub(crate) mappings: &'a Mappings,
    pub(crate) pack: &'a Pack,
    pub(crate) transaction: Transaction,
}

impl Wording<'_> {
    /// The code used when nothing more specific exists.
    pub(crate) const fn generic(&self) -> &'static str {
        match self.transaction.endpoint() {
            Endpoint::Repository => "XDSRepositoryError",
            Endpoint::Registry => "XDSRegistryError",
            Endpoint::Dmp => crate::dmp::names::INTERNAL,
        }
    }

    /// One error per finding.
    pub(crate) fn errors(&self, findings: &[Finding]) -> Vec<RegistryError> {
        findings.iter().map(|finding| self.error(finding)).collect()
    }

    fn error(&self, finding: &Finding) -> RegistryError {
        let text = self.mappings.refusals.text(finding, Language::French);
        RegistryError {
            code: self.code(finding).to_owned(),
            context: format!("[{}] {text}", finding.rule),
            location: finding.at.as_str().to_owned(),
            severity: finding.severity,
        }
    }

    fn code<'s>(&'s self, finding: &Finding) -> &'s str {
        let answer = self.mappings.refusals.answer(finding.rule);
        if self.transaction.endpoint() == Endpoint::Dmp {
            return answer.dmp.as_deref().unwrap_or(crate::dmp::code(finding.rule.stage()));
        }
        if let Some(code) = finding.xds_code {
            return code;
        }
        let own = answer.xds.as_deref();
        // XDSRegistryMetadataError belongs to submissions only (IHE ITI TF-3 table 4.2.4.1-2).
        let submits = self.transaction.submits();
        if self.transaction.updates() && own == Some("XDSRegistryMetadataError") {
            return "XDSMetadataUpdateError";
        }
        match own.filter(|code| submits || *code != "XDSRegistryMetadataError") {
            Some(code) => code,
            None if self.pack.french_error_codes && is_about_rights(finding.rule.stage()) => {
                "DMPAccessDeniedByRightsService"
            }
            None => self.generic(),
        }
    }

    /// The errors of a refusal, never none. `absent` is what this transaction says of what is hidden or not there.
    pub(crate) fn refusal(
        &self,
        refusal: &Refusal,
        absent: Option<RegistryError>,
        request: &RequestId,
    ) -> Vec<RegistryError> {
        let mut errors = match refusal {
            Refusal::Refused(refused) => self.errors(&refused.findings),
            Refusal::Absent => absent.into_iter().collect(),
            Refusal::Fault(fault) => vec![self.fault(fault, request)],
        };
        if errors.is_empty() {
            errors.push(RegistryError::new(self.generic(), format!("Refusé, requête {request}")));
        }
        errors
    }

    /// Our own failure: only the request's id is told.
    pub(crate) fn fault(&self, fault: &Fault, request: &RequestId) -> RegistryError {
        let code = match (fault.transient, self.transaction.endpoint()) {
            (true, Endpoint::Repository) => "XDSRepositoryBusy",
            (true, Endpoint::Registry) => "XDSRegistryBusy",
            (true, Endpoint::Dmp) | (false, _) => self.generic(),
        };
        RegistryError::new(code, format!("Incident interne, requête {request}"))
    }
}

const fn is_about_rights(stage: Stage) -> bool {
    match stage {
        Stage::Record | Stage::Right | Stage::Flags => true,
        Stage::Caller | Stage::Request | Stage::Links | Stage::Content | Stage::Commit => false,
    }
}

/// Writes `rs:RegistryResponse`.
pub(crate) fn write_response(writer: &mut Writer, status: Status, errors: &[RegistryError]) {
    writer.start("rs:RegistryResponse").attr("xmlns:rs", RS).attr("status", status.urn());
    write_errors(writer, errors);
    writer.end();
}

/// Writes `rs:RegistryErrorList`, if there are errors; the prefix `rs` is declared around it.
pub(crate) fn write_errors(writer: &mut Writer, errors: &[RegistryError]) {
    let Some(highest) = errors.iter().map(|error| error.severity).max() else { return };
    writer.start("rs:RegistryErrorList").attr("highestSeverity", severity_urn(highest));
    for error in errors {
        writer.start("rs:RegistryError").attr("errorCode", &error.code).attr("codeContext", &error.context);
        let location = Some(error.location.as_str()).filter(|location| !location.is_empty());
        writer.attr("severity", severity_urn(error.severity)).attr_if("location", location).end();
    }
    writer.end();
}

const fn severity_urn(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error",
        Severity::Warning => "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning",
    }
}

/// Reads status and errors of an element that carries `status` and holds an `rs:RegistryErrorList`.
pub(crate) fn read_response(element: Element<'_>) -> Option<(Status, Vec<RegistryError>)> {
    let status = Status::of(element.attribute("status")?.trim())?;
    let list = element.child(RS, "RegistryErrorList");
    let errors = list.into_iter().flat_map(|list| list.children_named(RS, "RegistryError"));
    let text = |error: Element<'_>, name: &str| error.attribute(name).unwrap_or_default().to_owned();
    let errors = errors.map(|error| RegistryError {
        code: text(error, "errorCode"),
        context: text(error, "codeContext"),
        location: text(error, "location"),
        severity: match error.attribute("severity") {
            Some(urn) if urn.trim() == severity_urn(Severity::Warning) => Severity::Warning,
            _ => Severity::Error,
        },
    });
    Some((status, errors.collect()))
}

#[cfg(test)]
mod tests;
