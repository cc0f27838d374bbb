//! The body of a write: one structurally sound resource of the expected type, or everything that is wrong with it.

use journey::{Refusal, Refused};
use model::{Finding, Rule, Stage};
use serde_json::Value;

use crate::codec::{Element, json, structure, xml};
use crate::media::{Format, received};
use crate::{Limits, Request};

/// Reads the body as a resource of this type.
pub(crate) fn resource(request: &Request<'_>, limits: &Limits, kind: &str) -> Result<Value, Refusal> {
    let value = read(request, limits).map_err(told)?;
    let at = Element::root(&value);
    if at.kind() == kind {
        Ok(value)
    } else {
        let (fr, en) = (format!("ressource attendue : {kind}"), format!("expected resource: {kind}"));
        Err(Refusal::of(at.wrong(fr, en)))
    }
}

/// Reads the body, in the format that `Content-Type` names (JSON unless it is XML), as a structurally sound resource.
pub(crate) fn read(request: &Request<'_>, limits: &Limits) -> Result<Value, Vec<Finding>> {
    let format = received(request).unwrap_or(Format::Json);
    let (value, findings) = examined(request.body, format, limits).map_err(|finding| vec![finding])?;
    if findings.is_empty() { Ok(value) } else { Err(findings) }
}

/// Reads bytes of this format: the resource and everything that keeps it from being structurally sound.
///
/// # Errors
///
/// Rule B1 for bytes that are not of the format at all.
pub(crate) fn examined(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
) -> Result<(Value, Vec<Finding>), Finding> {
    let (value, mut findings) = match format {
        Format::Json => (json::read(bytes, limits)?, Vec::new()),
        Format::Xml => {
            let xml::Tree { value, findings } = xml::read(bytes, limits)?;
            (value, findings)
        }
    };
    findings.extend(structure::check(&value));
    Ok((value, findings))
}

/// The refusal of everything that was found.
pub(crate) fn told(findings: Vec<Finding>) -> Refusal {
    Refusal::Refused(Refused { stage: Stage::Request, findings })
}

/// Refuses if something was found.
pub(crate) fn refused(findings: Vec<Finding>) -> Result<(), Refusal> {
    if findings.is_empty() { Ok(()) } else { Err(told(findings)) }
}

/// An act on rights that does not state what it needs, or states what is not known here.
pub(crate) fn incomplete(at: &Element<'_>, fr: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding::new(Rule::ActIsComplete).at(at.place()).detail(fr, en)
}

/// The same about a required child: told where the path resolves.
pub(crate) fn lacks(at: &Element<'_>, name: &str) -> Finding {
    incomplete(at, format!("{name} manque"), format!("{name} is missing"))
}

/// Elements that change the meaning of a resource and are not understood here: each is a finding.
pub(crate) fn not_understood(at: &Element<'_>, names: &[&str], findings: &mut Vec<Finding>) {
    for name in names.iter().filter(|name| at.has(name)) {
        let fr = format!("{name} n'est pas pris en charge ici");
        findings.push(incomplete(at, fr, format!("{name} is not supported here")).at(at.place_of(name)));
    }
}
