//! What an update of metadata changes, as acts of the table: flags come and go by acts of their own, anything else is
//! a correction, which is open to members of an open domain alone.

use model::{Code, DocumentEntry, Finding, Rule, VisibilityFlag, system, visibility_flags};
use policy::DocumentAct;

/// The acts that lead from the metadata of the record to those sent. What a repository or a registry sets itself and
/// the sender leaves out stays as it is.
pub(super) fn acts(before: &DocumentEntry, sent: &DocumentEntry, propagate: bool) -> Vec<DocumentAct> {
    let after = whole(before, sent);
    let added = |flag| !before.has_flag(flag) && after.has_flag(flag);
    let hides =
        added(VisibilityFlag::InvisiblePatient) || added(VisibilityFlag::InvisibleRepresentantsLegaux);
    if hides || without_flags(before) != without_flags(&after) {
        return vec![DocumentAct::Correct { entry: Box::new(after), propagate }];
    }
    let removed = |flag| before.has_flag(flag) && !after.has_flag(flag);
    let changes = [
        (added(VisibilityFlag::MasquePs), DocumentAct::Mask),
        (removed(VisibilityFlag::MasquePs), DocumentAct::Unmask),
        (removed(VisibilityFlag::InvisiblePatient), DocumentAct::Announce),
        (removed(VisibilityFlag::InvisibleRepresentantsLegaux), DocumentAct::ShowToRepresentatives),
    ];
    changes.into_iter().filter(|(asked, _)| *asked).map(|(_, act)| act).collect()
}

/// The metadata sent, with what stays whatever is sent.
fn whole(before: &DocumentEntry, sent: &DocumentEntry) -> DocumentEntry {
    DocumentEntry {
        logical_id: before.logical_id,
        availability: before.availability,
        version: before.version,
        repository: sent.repository.clone().or_else(|| before.repository.clone()),
        hash: sent.hash.or(before.hash),
        size: sent.size.or(before.size),
        ..sent.clone()
    }
}

fn without_flags(entry: &DocumentEntry) -> DocumentEntry {
    let flags = visibility_flags(&entry.confidentiality);
    let is_flag =
        |code: &Code| code.system == system::VISIBILITY && flags.iter().any(|flag| flag.code() == code.value);
    let kept = entry.confidentiality.iter().filter(|code| !is_flag(code)).cloned().collect();
    DocumentEntry { confidentiality: kept, entry_uuid: entry.logical_id, version: 1, ..entry.clone() }
}

/// What no update changes: the document that the metadata are of (XDS Metadata Update §3.57.4.1.3.3.1).
pub(super) fn identity(before: &DocumentEntry, sent: &DocumentEntry) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut refuse = |code, attribute: &'static str| {
        findings.push(Finding::new(Rule::UpdateFitsObject).code(code).detail(
            format!("{attribute} diffère de la version précédente"),
            format!("{attribute} differs from the previous version"),
        ));
    };
    if before.unique_id != sent.unique_id {
        refuse("XDSMetadataIdentifierError", "uniqueId");
    }
    if before.kind != sent.kind {
        refuse("XDSMetadataIdentifierError", "objectType");
    }
    if before.patient != sent.patient {
        refuse("XDSPatientIDReconciliationError", "patientId");
    }
    findings
}

/// What a restricted update does not change either (XDS Restricted Metadata Update §3.92.4.1.2).
pub(super) fn restricted(before: &DocumentEntry, sent: &DocumentEntry) -> Vec<Finding> {
    let after = whole(before, sent);
    let changed = [
        ("sourcePatientId", before.source_patient_id != after.source_patient_id),
        ("repositoryUniqueId", before.repository != after.repository),
        ("hash", before.hash != after.hash),
        ("size", before.size != after.size),
        ("documentAvailability", before.online() != after.online()),
    ];
    let refused = changed.into_iter().filter(|(_, changed)| *changed);
    refused
        .map(|(attribute, _)| {
            Finding::new(Rule::UpdateFitsObject).code("UnmodifiableMetadataError").detail(
                format!("{attribute} ne se modifie pas par une mise à jour restreinte"),
                format!("{attribute} is not changed by a restricted update"),
            )
        })
        .collect()
}
