//! Lists: submission sets and folders (IHE MHD 4.2.4 §2:3.65.4.1.2.1; PDSm 3.1.1), read from what is submitted.

pub(crate) mod folder;
pub(crate) mod set;

use mappings::ValueSet;
use model::Code;

use crate::codec::Element;
use crate::document_reference::{Reading, concept};

/// URLs of the extensions of both Lists.
pub(crate) mod url {
    /// MHD: contentTypeCode of a set, codeList of a folder.
    pub(crate) const DESIGNATION: &str =
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType";
    /// MHD: sourceId.
    pub(crate) const SOURCE: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId";
    /// MHD: intendedRecipient.
    pub(crate) const RECIPIENT: &str =
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-intendedRecipient";
    /// PDSm: the same, open to a PractitionerRole.
    pub(crate) const PDSM_RECIPIENT: &str =
        "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-intended-recipient";
    /// MHD: homeCommunityId.
    pub(crate) const HOME_COMMUNITY: &str =
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-HomeCommunityId";
    /// The code system of the kinds of List.
    pub(crate) const LIST_TYPES: &str = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes";
}

/// What a List of the Bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    SubmissionSet,
    Folder,
    Unknown,
}

/// Tells a submission set from a folder.
pub(crate) fn kind_of(list: &Element<'_>) -> ListKind {
    let codings = list.get("code").map(|code| code.all("coding")).unwrap_or_default();
    let ours = |coding: &&Element<'_>| {
        coding.text("system").is_some_and(|system| crate::codec::same_url(system, url::LIST_TYPES))
    };
    match codings.iter().find(ours).and_then(|coding| coding.text("code")) {
        Some("submissionset") => ListKind::SubmissionSet,
        Some("folder") => ListKind::Folder,
        _ => ListKind::Unknown,
    }
}

/// What MHD and PDSm forbid in both Lists.
fn forbidden(list: &Element<'_>, reading: &mut Reading<'_>) {
    for name in ["encounter", "orderedBy", "emptyReason", "modifierExtension"] {
        forbid(list, name, reading);
    }
    for item in list.all("entry") {
        for name in ["flag", "deleted", "date"] {
            forbid(&item, name, reading);
        }
    }
}

fn forbid(element: &Element<'_>, name: &str, reading: &mut Reading<'_>) {
    if element.has(name) {
        let fr = format!("{name} n'est pas permis dans un lot ni dans un classeur");
        let finding = element.wrong(fr, format!("{name} is not allowed in a submission set or folder"));
        reading.tell(finding.at(element.place_of(name)));
    }
}

/// Elements that must be there, and those whose value is fixed.
fn demanded(list: &Element<'_>, names: &[&str], fixed: &[(&str, &str)], reading: &mut Reading<'_>) {
    for name in names.iter().filter(|name| !list.has(name)) {
        reading.tell(list.missing(name));
    }
    for (name, fixed) in fixed {
        if list.text(name).is_some_and(|value| value != *fixed) {
            let at = list.place_of(name);
            let fr = format!("{name} attendu : {fixed}");
            reading.tell(list.wrong(fr, format!("expected {name}: {fixed}")).at(at));
        }
    }
}

/// The codes of `ihe-designationType`, one an extension or several codings of one.
fn designations(list: &Element<'_>, set: Option<ValueSet>, reading: &mut Reading<'_>) -> Vec<Code> {
    let mut codes = Vec::new();
    for extension in list.extensions(url::DESIGNATION) {
        match extension.get("valueCodeableConcept") {
            Some(value) => codes.extend(concept(&value, set, reading)),
            None => reading.tell(extension.missing("valueCodeableConcept")),
        }
    }
    codes
}

/// The texts of the notes.
fn comments(list: &Element<'_>) -> Option<String> {
    let notes = list.all("note");
    let texts: Vec<&str> = notes.iter().filter_map(|note| note.text("text")).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}
