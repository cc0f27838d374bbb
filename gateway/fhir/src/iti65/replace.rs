//! The PATCH entry of a replacement: `DocumentReference.status` of the old document becomes `superseded`
//! (MHD 4.2.4 IHE.MHD.Patch.Parameters, PDSm flux 01).

use model::{Association, AssociationKind, Finding, ObjectRef};

use super::bundle::Entry;
use crate::codec::Element;
use crate::document_reference::by_text;

/// Reads the target of a PATCH entry.
pub(crate) fn target(entry: &Entry<'_>, base: &str, findings: &mut Vec<Finding>) -> Option<ObjectRef> {
    let superseding = entry.resource.as_ref().is_some_and(supersedes);
    if !superseding {
        findings.push(entry.element.wrong(
            "seul « replace DocumentReference.status superseded » est accepté dans un Parameters",
            "only \"replace DocumentReference.status superseded\" is accepted in a Parameters",
        ));
    }
    let target = by_text(entry.url, base, &|_| None);
    if target.is_none() {
        findings.push(entry.element.wrong(
            "request.url attendu : DocumentReference/<uuid> d'un document de ce serveur, ou DocumentReference?identifier=…",
            "expected request.url: DocumentReference/<uuid> of a document of this server, or DocumentReference?identifier=…",
        ));
    }
    target.filter(|_| superseding)
}

fn supersedes(parameters: &Element<'_>) -> bool {
    let operations = parameters.all("parameter");
    !operations.is_empty()
        && operations.iter().all(|operation| {
            let parts = operation.all("part");
            let part = |name: &str, value: &str| {
                parts.iter().find(|part| part.text("name") == Some(name)).and_then(|part| part.text(value))
            };
            let path = part("path", "valueString");
            let value = part("value", "valueCode").or(part("value", "valueString"));
            operation.text("name") == Some("operation")
                && part("type", "valueCode") == Some("replace")
                && matches!(path, Some("DocumentReference.status" | "status"))
                && value == Some("superseded")
        })
}

/// Every PATCH target must be the target of a `relatesTo` replaces, and the reverse is expected.
pub(crate) fn agree(
    patches: &[(Element<'_>, ObjectRef)],
    associations: &[Association],
    findings: &mut Vec<Finding>,
) {
    let replaced = |target: &ObjectRef| {
        associations.iter().any(|link| link.kind == AssociationKind::Replaces && link.target == *target)
    };
    for (element, target) in patches {
        if !replaced(target) {
            findings.push(element.wrong(
                "aucun DocumentReference du lot ne remplace ce document : relatesTo (replaces) et le PATCH doivent le \
                 nommer de la même façon, par son id ou par son identifiant",
                "no DocumentReference of the bundle replaces this document: relatesTo (replaces) and the PATCH must name \
                 it in the same way, by its id or by its identifier",
            ));
        }
    }
}
