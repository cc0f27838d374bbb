//! List to submission set (MHD SubmissionSet, PDSm 3.1.1).

use mappings::ValueSet;
use model::{Author, Code, EntryUuid, Finding, Hl7Time, Ins, Oid, SubmissionSet, UniqueId};

use crate::codec::{Element, time};
use crate::document_reference::url::IS_ARCHIVED;
use crate::document_reference::{
    Reading, Slice, author_of, contained, entry_uuid, extensions, recipient_of, slice_of, unique_id,
};
use crate::list::{comments, demanded, designations, forbidden, url};

const KNOWN: [&str; 6] =
    [url::DESIGNATION, url::SOURCE, url::RECIPIENT, url::PDSM_RECIPIENT, url::HOME_COMMUNITY, IS_ARCHIVED];

/// What the message gives beside the List.
pub(crate) struct Given {
    /// The patient of `subject`; `None` when it could not be read (and was told).
    pub(crate) patient: Option<Ins>,
    /// The entryUUID to allocate if the List gives none.
    pub(crate) fresh: EntryUuid,
    /// The content type of a set that gives none: MHD minimal.
    pub(crate) content_type: Option<Code>,
}

/// Reads the set, telling everything that is wrong; `None` if something mandatory could not be read.
pub(crate) fn read(list: &Element<'_>, given: Given, reading: &mut Reading<'_>) -> Option<SubmissionSet> {
    required(list, reading);
    extensions(list, &KNOWN, reading);
    not_archived(list, reading);
    let entry_uuid = match entry_uuid(list) {
        Some(uuid) => reading.keep(uuid),
        None => Some(given.fresh),
    };
    let unique_id = set_unique_id(list, reading);
    let content_type = content_type(list, given.content_type, reading);
    let source_id = source_id(list, reading);
    let authors: Vec<Author> =
        list.get("source").and_then(|source| author(list, &source, reading)).into_iter().collect();
    let recipients = [url::RECIPIENT, url::PDSM_RECIPIENT].into_iter().flat_map(|url| list.extensions(url));
    let intended_recipients = recipients
        .filter_map(|extension| extension.get("valueReference"))
        .filter_map(|reference| recipient_of(list, &reference, reading))
        .collect();
    let submission_time: Option<Hl7Time> = list.text("date").and_then(time::date_time);
    Some(SubmissionSet {
        entry_uuid: entry_uuid?,
        unique_id: unique_id?,
        source_id: source_id?,
        patient: given.patient?,
        submission_time: submission_time?,
        content_type: content_type?,
        authors,
        intended_recipients,
        title: list.text("title").map(str::to_owned),
        comments: comments(list),
    })
}

fn required(list: &Element<'_>, reading: &mut Reading<'_>) {
    let names = ["status", "mode", "code", "subject", "date", "entry"];
    demanded(list, &names, &[("status", "current"), ("mode", "working")], reading);
    if reading.strict && !list.has("source") {
        reading.tell(list.missing("source"));
    }
    forbidden(list, reading);
}

fn not_archived(list: &Element<'_>, reading: &mut Reading<'_>) {
    if let Some(archived) = list.extension(IS_ARCHIVED)
        && archived.boolean("valueBoolean") == Some(true)
    {
        reading.tell(archived.wrong(
            "un nouveau lot ne peut pas être déjà archivé",
            "a new submission set cannot be archived already",
        ));
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

fn content_type(list: &Element<'_>, otherwise: Option<Code>, reading: &mut Reading<'_>) -> Option<Code> {
    let told = reading.findings.len();
    let given = designations(list, Some(ValueSet::ContentType), reading);
    if let Some(second) = list.extensions(url::DESIGNATION).get(1) {
        reading.tell(second.wrong(
            "un lot a un seul ihe-designationType",
            "a submission set has one ihe-designationType only",
        ));
    }
    let code = given.into_iter().next().or(otherwise);
    if code.is_none() && told == reading.findings.len() {
        reading.tell(list.missing("extension ihe-designationType (valueCodeableConcept)"));
    }
    code
}

fn source_id(list: &Element<'_>, reading: &mut Reading<'_>) -> Option<Oid> {
    let Some(identifier) = list.extension(url::SOURCE).and_then(|extension| extension.get("valueIdentifier"))
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
    let target = contained(list, source);
    if reading.strict && target.is_some_and(|target| target.kind() == "Practitioner") {
        let finding = source.wrong(
            "PDSm attend un PractitionerRole, un Device ou un Patient comme source du lot : Practitioner lu ainsi",
            "PDSm expects a PractitionerRole, a Device or a Patient as source of the set: Practitioner read all the same",
        );
        reading.tell(finding.warning());
    }
    author_of(list, source, reading)
}
