//! List to submission set (MHD comprehensive SubmissionSet, PDSm 3.1.1).

use mappings::ValueSet;
use model::{Author, Code, Finding, Hl7Time, Ins, Oid, SubmissionSet, UniqueId};

use crate::codec::{Element, time};
use crate::document_reference::{
    Reading, Slice, author_of, concept, entry_uuid, extensions, recipient_of, slice_of, unique_id,
};

const DESIGNATION: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType";
const SOURCE: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId";
const RECIPIENTS: [&str; 2] = [
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-intendedRecipient",
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-intended-recipient",
];
const ARCHIVED: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
const KNOWN: [&str; 5] = [DESIGNATION, SOURCE, RECIPIENTS[0], RECIPIENTS[1], ARCHIVED];
const LIST_TYPES: &str = "://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes";

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
        coding.text("system").and_then(|system| system.strip_prefix("https").or(system.strip_prefix("http")))
            == Some(LIST_TYPES)
    };
    match codings.iter().find(ours).and_then(|coding| coding.text("code")) {
        Some("submissionset") => ListKind::SubmissionSet,
        Some("folder") => ListKind::Folder,
        _ => ListKind::Unknown,
    }
}

/// Reads the set, telling everything that is wrong; `None` if something mandatory could not be read.
pub(crate) fn read(
    list: &Element<'_>,
    patient: Option<Ins>,
    fresh: model::EntryUuid,
    reading: &mut Reading<'_>,
) -> Option<SubmissionSet> {
    required(list, reading);
    extensions(list, &KNOWN, reading);
    let entry_uuid = match entry_uuid(list) {
        Some(uuid) => reading.keep(uuid),
        None => Some(fresh),
    };
    let unique_id = set_unique_id(list, reading);
    let content_type = designation(list, reading);
    let source_id = source_id(list, reading);
    let authors: Vec<Author> =
        list.get("source").and_then(|source| author(list, &source, reading)).into_iter().collect();
    let recipients = RECIPIENTS.iter().flat_map(|url| list.extensions(url));
    let intended_recipients = recipients
        .filter_map(|extension| extension.get("valueReference"))
        .filter_map(|reference| recipient_of(list, &reference, reading))
        .collect();
    let submission_time: Option<Hl7Time> = list.text("date").and_then(time::date_time);
    let comments: Vec<&str> = list.all("note").iter().filter_map(|note| note.text("text")).collect();
    Some(SubmissionSet {
        entry_uuid: entry_uuid?,
        unique_id: unique_id?,
        source_id: source_id?,
        patient: patient?,
        submission_time: submission_time?,
        content_type: content_type?,
        authors,
        intended_recipients,
        title: list.text("title").map(str::to_owned),
        comments: (!comments.is_empty()).then(|| comments.join("\n")),
    })
}

fn required(list: &Element<'_>, reading: &mut Reading<'_>) {
    let beyond: &[&str] = if reading.strict { &["source"] } else { &[] };
    for name in ["status", "mode", "code", "subject", "date", "entry"].iter().chain(beyond) {
        if !list.has(name) {
            reading.tell(list.missing(name));
        }
    }
    for (name, fixed) in [("status", "current"), ("mode", "working")] {
        if list.text(name).is_some_and(|value| value != fixed) {
            let at = list.place_of(name);
            let fr = format!("{name} attendu : {fixed}");
            reading.tell(list.wrong(fr, format!("expected {name}: {fixed}")).at(at));
        }
    }
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
        let fr = format!("{name} n'est pas permis dans un lot");
        let finding = element.wrong(fr, format!("{name} is not allowed in a submission set"));
        reading.tell(finding.at(element.place_of(name)));
    }
}

/// `Some(None)` when the set has none: the journey derives one from the documents.
fn set_unique_id(list: &Element<'_>, reading: &mut Reading<'_>) -> Option<Option<UniqueId>> {
    let identifiers = list.all("identifier");
    let Some(identifier) = identifiers.iter().find(|i| slice_of(i) == Some(Slice::UniqueId)) else {
        return Some(None);
    };
    if !identifier.text("value").is_some_and(|value| value.starts_with("urn:oid:")) {
        let at = identifier.place_of("value");
        let finding = identifier.wrong(
            "uniqueId du lot attendu : un OID (urn:oid:…)",
            "expected uniqueId of the set: an OID (urn:oid:…)",
        );
        reading.tell(finding.at(at));
        return None;
    }
    reading.keep(unique_id(identifier)).map(Some)
}

fn designation(list: &Element<'_>, reading: &mut Reading<'_>) -> Option<Code> {
    match list.extension(DESIGNATION).and_then(|extension| extension.get("valueCodeableConcept")) {
        Some(value) => concept(&value, Some(ValueSet::ContentType), reading),
        None => {
            reading.tell(list.missing("extension ihe-designationType (valueCodeableConcept)"));
            None
        }
    }
}

fn source_id(list: &Element<'_>, reading: &mut Reading<'_>) -> Option<Oid> {
    let Some(identifier) = list.extension(SOURCE).and_then(|extension| extension.get("valueIdentifier"))
    else {
        reading.tell(list.missing("extension ihe-sourceId (valueIdentifier)"));
        return None;
    };
    let value = identifier.text("value").unwrap_or_default();
    let oid = Oid::parse(value.strip_prefix("urn:oid:").unwrap_or(value)).map_err(|_| -> Finding {
        let at = identifier.place_of("value");
        identifier
            .wrong("sourceId attendu : un OID (urn:oid:…)", "expected sourceId: an OID (urn:oid:…)")
            .at(at)
    });
    reading.keep(oid)
}

/// The set's author; PDSm does not list Practitioner here, its own DMP examples use one.
fn author(list: &Element<'_>, source: &Element<'_>, reading: &mut Reading<'_>) -> Option<Author> {
    let target = crate::document_reference::contained(list, source);
    if reading.strict && target.is_some_and(|target| target.kind() == "Practitioner") {
        let finding = source.wrong(
            "PDSm attend un PractitionerRole, un Device ou un Patient comme source du lot : Practitioner lu ainsi",
            "PDSm expects a PractitionerRole, a Device or a Patient as source of the set: Practitioner read all the same",
        );
        reading.tell(finding.warning());
    }
    author_of(list, source, reading)
}
