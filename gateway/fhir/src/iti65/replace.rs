//! The PATCH entry of a replacement: `DocumentReference.status` of the old document becomes `superseded`
//! (MHD 4.2.4 IHE.MHD.Patch.Parameters, PDSm flux 01).

use journey::Superseded;
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

/// Every PATCH target must be the target of a `relatesTo` replaces. Gives those that only the record can tell: the
/// PATCH names a document by id and `relatesTo` by identifier, or the reverse.
pub(crate) fn agree(
    patches: &[(Element<'_>, ObjectRef)],
    associations: &[Association],
    findings: &mut Vec<Finding>,
) -> Vec<Superseded> {
    let mut open = Vec::new();
    for (element, target) in patches {
        let links = associations.iter().filter(|link| link.kind == AssociationKind::Replaces);
        let mut targets = links.map(|link| &link.target);
        if targets.clone().any(|replaced| replaced == target) {
            continue;
        }
        if targets.any(|replaced| named_otherwise(replaced, target)) {
            open.push(Superseded { target: target.clone(), at: element.place() });
            continue;
        }
        findings.push(element.wrong(
            "aucun DocumentReference du lot ne remplace ce document : relatesTo (replaces) et le PATCH doivent désigner \
             le même, par son id ou par son identifiant",
            "no DocumentReference of the bundle replaces this document: relatesTo (replaces) and the PATCH must name the \
             same one, by its id or by its identifier",
        ));
    }
    open
}

/// True for an id and an identifier: only the record knows whether they are one document's.
fn named_otherwise(one: &ObjectRef, other: &ObjectRef) -> bool {
    match (one, other) {
        (ObjectRef::Uuid(_), ObjectRef::Unique(_)) | (ObjectRef::Unique(_), ObjectRef::Uuid(_)) => true,
        (ObjectRef::Uuid(_), ObjectRef::Uuid(_)) | (ObjectRef::Unique(_), ObjectRef::Unique(_)) => false,
    }
}
