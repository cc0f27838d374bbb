//! What a PATCH of a DocumentReference asks for (PDSm 3.1.1 flux 03; the DMP's TD3.3a to TD3.3d): an RFC 6902 JSON
//! Patch, an RFC 5261 XML Patch or a FHIRPath Patch (a Parameters), read against the resource as the caller sees it. All
//! three become the same operations. Pure: nothing is looked up, nothing is stored.
//!
//! Three things may change: `securityLabel` (visibility flags, never the level), the extension isArchived and
//! `status` (to unpublish). The patch is applied to a copy and the outcome compared with the resource as sets, so
//! that the places of labels and the order of operations do not matter. A flag goes only if the caller named it.

mod apply;
mod archived;
mod fhirpath;
mod labels;
mod operation;
mod parameters;
mod pointer;
mod run;
mod status;
#[cfg(test)]
mod tests;
mod xml_patch;
mod xpath;

use ::xml::Document;
use journey::Refusal;
use mappings::Systems;
use model::{Finding, Location, Rule, VisibilityFlag};
use serde_json::Value;

use crate::codec::{json, structure, xml};
use crate::{Limits, Request, incoming, media};

/// What a PATCH asks for. Nothing at all is fine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Changes {
    /// Flags to set, in the order of [`VisibilityFlag::ALL`].
    pub(crate) add: Vec<VisibilityFlag>,
    /// Flags to take away, in the same order.
    pub(crate) remove: Vec<VisibilityFlag>,
    /// Archive (`true`) or bring back (`false`); `None` to leave it.
    pub(crate) archive: Option<bool>,
    /// Unpublish: the logical deletion.
    pub(crate) delete: bool,
}

/// The body of a PATCH.
#[derive(Debug)]
pub(crate) enum Patch {
    /// A JSON Patch (RFC 6902).
    Json(Value),
    /// A FHIRPath Patch: a structurally sound Parameters.
    FhirPath(Value),
    /// An XML Patch (RFC 5261).
    Xml(Document),
}

/// Reads the body, by its media type.
///
/// # Errors
///
/// What cannot be read, or is no Parameters.
pub(crate) fn body(request: &Request<'_>, limits: &Limits) -> Result<Patch, Refusal> {
    match media::patch(request) {
        media::PatchKind::Json => json::read(request.body, limits).map(Patch::Json).map_err(Refusal::of),
        media::PatchKind::Xml => xml::document(request.body, limits).map(Patch::Xml).map_err(Refusal::of),
        media::PatchKind::FhirPath => incoming::resource(request, limits, "Parameters").map(Patch::FhirPath),
    }
}

/// Why a PATCH is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Everything that is wrong. Every FHIRPath resolves in the resource that was patched.
    pub(crate) findings: Vec<Finding>,
    /// The HTTP status where it is not the first rule's: 405 if everything that the patch would change is out of
    /// bounds (PDSm flux 03).
    pub(crate) status: Option<u16>,
}

impl From<Vec<Finding>> for Refused {
    fn from(findings: Vec<Finding>) -> Self {
        Refused { findings, status: None }
    }
}

/// Reads a patch of `current`, the DocumentReference exactly as the caller sees it. `pseudo_paths`: a JSON Patch may
/// archive by the pseudo-path of PDSm's examples.
///
/// # Errors
///
/// [`Refused`]: `message_is_readable` for what is no patch, `patch_is_within_bounds` for the rest.
pub(crate) fn read(
    current: &Value,
    patch: &Patch,
    systems: &Systems,
    pseudo_paths: bool,
) -> Result<Changes, Refused> {
    let operations = match patch {
        Patch::Json(patch) => operation::read(patch, current, pseudo_paths)?,
        Patch::FhirPath(parameters) => parameters::read(parameters, current)?,
        Patch::Xml(document) => xml_patch::read(document, current)?,
    };
    let outcome = run::run(current, &operations)?;
    let mut findings = Vec::new();
    let delete = status::change(current, &outcome.resource, &mut findings);
    let archive = archived::change(current, &outcome.resource, &mut findings);
    let flags = labels::change(current, &outcome, systems, &mut findings);
    if findings.is_empty() {
        let malformed = structure::check(&outcome.resource);
        findings.extend(malformed.into_iter().map(|finding| in_current(current, finding)));
    }
    match findings.is_empty() {
        true => Ok(Changes { add: flags.add, remove: flags.remove, archive, delete }),
        false => Err(findings.into()),
    }
}

/// A finding of this rule.
fn refused(at: Location, fr: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding::new(Rule::PatchIsWithinBounds).at(at).detail(fr, en)
}

/// The place of an element of the resource, or of the resource where it has none of this name.
fn place(current: &Value, name: &str) -> Location {
    Location::FhirPath(match current.get(name) {
        Some(_) => format!("DocumentReference.{name}"),
        None => "DocumentReference".to_owned(),
    })
}

/// A finding on the patched resource, told at the element that the caller knows.
fn in_current(current: &Value, finding: Finding) -> Finding {
    let path = finding.at.as_str().to_owned();
    let name = path.split(['.', '[']).nth(1).unwrap_or_default();
    Finding { rule: Rule::PatchIsWithinBounds, at: place(current, name), ..finding }
}
