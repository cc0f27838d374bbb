//! DocumentReference to document entry.

use mappings::ValueSet;
use model::{
    Author, Availability, Code, DocumentEntry, EntryUuid, Hl7Time, Ins, LanguageTag, MimeType, Oid,
    ReferenceId, Sha1,
};

use super::{Reading, author, coding, identifier, required, source, url};
use crate::codec::{Element, primitive, time};

/// What the message gives beside the resource.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// The patient of `subject`; `None` when it could not be read (and was told).
    pub(crate) patient: Option<Ins>,
    /// The entryUUID to allocate if the resource gives none.
    pub(crate) fresh: EntryUuid,
    /// What the resource is read as.
    pub(crate) form: Form,
}

/// What a DocumentReference is read as: which elements it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A document of ITI-65: its bytes are elsewhere in the Bundle.
    Comprehensive,
    /// The same of MHD's minimal profile: who the patient is at the source may be left out.
    Minimal,
    /// A document of ITI-105: its bytes are in `attachment.data`.
    Simplified {
        /// False for a patient's own document: a person is no custodian organisation.
        custodian: bool,
    },
    /// A resource that this gateway shows: id, version and status are its own.
    Shown,
}

/// CXi.5 of an encounter's identifier.
pub(super) const ENCOUNTER: &str = "urn:ihe:iti:xds:2015:encounterId";

/// Reads the entry, telling everything that is wrong; `None` if something mandatory could not be read.
pub(crate) fn read(resource: &Element<'_>, given: Given, reading: &mut Reading<'_>) -> Option<DocumentEntry> {
    required::check(resource, given.form, reading);
    let shown = given.form == Form::Shown;
    let content = resource.first("content");
    let attachment = content.as_ref().and_then(|content| content.get("attachment"));
    let context = resource.get("context");
    let unique_id = resource.get("masterIdentifier").and_then(|at| {
        let id = at.has("value").then(|| identifier::unique_id(&at))?;
        reading.keep(id)
    });
    let entry_uuid = match identifier::entry_uuid(resource) {
        Some(uuid) => reading.keep(uuid),
        None => Some(given.fresh),
    };
    let availability = availability(resource, shown, reading);
    let type_code = code(resource.get("type"), ValueSet::DocumentType, reading);
    let class_code = code(resource.first("category"), ValueSet::DocumentClass, reading);
    let format_code = content.as_ref().and_then(|c| c.get("format")).and_then(|format| {
        let code = coding::coding(&format, &reading.mappings.systems);
        let code = reading.keep(code)?;
        reading.admit("formatCode", &code, &format);
        Some(code)
    });
    let confidentiality = codes(resource.all("securityLabel"), Some(ValueSet::Confidentiality), reading);
    let in_context = |name: &str| context.as_ref().and_then(|context| context.get(name));
    let facility_type = code(in_context("facilityType"), ValueSet::FacilityType, reading);
    let practice_setting = code(in_context("practiceSetting"), ValueSet::PracticeSetting, reading);
    let events = context.as_ref().map(|context| context.all("event")).unwrap_or_default();
    let event_codes = codes(events.clone(), None, reading);
    for (code, event) in event_codes.iter().zip(&events).filter(|_| events.len() == event_codes.len()) {
        reading.admit("eventCodeList", code, event);
    }
    let period = in_context("period");
    let file = attachment.as_ref().map(|attachment| file(attachment, reading)).unwrap_or_default();
    let authors = authors(resource, reading);
    let legal_authenticator = resource
        .get("authenticator")
        .and_then(|reference| author::signatory_of(resource, &reference, reading));
    let (source_patient_id, source_patient_info) = in_context("sourcePatientInfo")
        .map(|reference| {
            let read = source::read(resource, &reference, reading);
            if reading.strict && matches!(given.form, Form::Comprehensive | Form::Minimal) && read.0.is_none()
            {
                reading.tell(reference.missing("identifier"));
            }
            read
        })
        .unwrap_or_default();
    let reference_ids = context.as_ref().map(|context| reference_ids(context, reading)).unwrap_or_default();
    let own_id = resource.text("id").and_then(|id| EntryUuid::parse(id).ok()).filter(|_| shown);
    let version = resource.get("meta").and_then(|meta| meta.text("versionId")).filter(|_| shown);
    let entry_uuid = entry_uuid?;
    Some(DocumentEntry {
        kind: model::EntryKind::Stable,
        entry_uuid,
        logical_id: own_id.unwrap_or(entry_uuid),
        version: version.and_then(|version| version.parse().ok()).unwrap_or(1),
        unique_id: unique_id?,
        repository: None,
        availability: availability?,
        patient: given.patient?,
        source_patient_id,
        source_patient_info,
        class_code: class_code?,
        type_code: type_code?,
        format_code: format_code?,
        confidentiality,
        facility_type: facility_type?,
        practice_setting: practice_setting?,
        event_codes,
        creation_time: file.creation?,
        service_start: period.as_ref().and_then(|period| period.text("start")).and_then(time::date_time),
        service_stop: period.as_ref().and_then(|period| period.text("end")).and_then(time::date_time),
        language: file.language?,
        mime_type: file.mime_type?,
        hash: file.hash,
        size: attachment.as_ref().and_then(|attachment| attachment.number("size")),
        title: attachment.as_ref().and_then(|attachment| attachment.text("title")).map(str::to_owned),
        comments: resource.text("description").map(str::to_owned),
        authors,
        legal_authenticator,
        reference_ids,
        extra: Vec::new(),
    })
}

fn availability(resource: &Element<'_>, shown: bool, reading: &mut Reading<'_>) -> Option<Availability> {
    let archived = resource.extension(url::IS_ARCHIVED).and_then(|e| e.boolean("valueBoolean")) == Some(true);
    match (resource.text("status")?, shown) {
        ("current", true) if archived => Some(Availability::Archived),
        ("current", _) if archived => {
            reading.tell(resource.wrong(
                "un nouveau document ne peut pas être déjà archivé",
                "a new document cannot be archived already",
            ));
            None
        }
        ("current", _) => Some(Availability::Approved),
        ("superseded", true) => Some(Availability::Deprecated),
        _ => {
            let at = resource.place_of("status");
            reading.tell(resource.wrong("status attendu : current", "expected status: current").at(at));
            None
        }
    }
}

fn code(concept: Option<Element<'_>>, set: ValueSet, reading: &mut Reading<'_>) -> Option<Code> {
    coding::concept(&concept?, Some(set), reading)
}

fn codes(concepts: Vec<Element<'_>>, set: Option<ValueSet>, reading: &mut Reading<'_>) -> Vec<Code> {
    concepts.iter().filter_map(|concept| coding::concept(concept, set, reading)).collect()
}

fn authors(resource: &Element<'_>, reading: &mut Reading<'_>) -> Vec<Author> {
    let references = resource.all("author");
    references.iter().filter_map(|reference| author::author_of(resource, reference, reading)).collect()
}

#[derive(Default)]
struct File {
    creation: Option<Hl7Time>,
    language: Option<LanguageTag>,
    mime_type: Option<MimeType>,
    hash: Option<Sha1>,
}

fn file(attachment: &Element<'_>, reading: &mut Reading<'_>) -> File {
    let mime_type = attachment.text("contentType").map(MimeType::parse);
    let language = attachment.text("language").map(LanguageTag::parse);
    File {
        creation: attachment.text("creation").and_then(time::date_time),
        language: language.and_then(|parsed| reading.parse(attachment, "language", parsed)),
        mime_type: mime_type.and_then(|parsed| reading.parse(attachment, "contentType", parsed)),
        hash: attachment.text("hash").and_then(|text| hash(text, attachment, reading)),
    }
}

/// The hash is the base64 of twenty bytes. Published samples hold the base64 of forty hexadecimal digits, or the
/// digits themselves, as XDS has them: read, with a warning that names the form.
fn hash(text: &str, attachment: &Element<'_>, reading: &mut Reading<'_>) -> Option<Sha1> {
    let bytes = primitive::decode(text).unwrap_or_default();
    if let Ok(digest) = <[u8; 20]>::try_from(bytes.as_slice()) {
        return Some(Sha1::from_bytes(digest));
    }
    let at = attachment.place_of("hash");
    let encoded = std::str::from_utf8(&bytes).ok().and_then(|hex| Sha1::parse_hex(hex).ok());
    let plain = Sha1::parse_hex(text).ok();
    let finding = match (encoded, plain) {
        (Some(_), _) => attachment
            .wrong(
                "hash est le base64 du texte hexadécimal ; le base64 des 20 octets est attendu : lu ainsi",
                "hash is the base64 of the hexadecimal text; the base64 of the 20 bytes is expected: read so",
            )
            .warning(),
        (None, Some(_)) => attachment
            .wrong(
                "hash est le texte hexadécimal de XDS ; le base64 des 20 octets est attendu : lu ainsi",
                "hash is the hexadecimal text of XDS; the base64 of the 20 bytes is expected: read so",
            )
            .warning(),
        (None, None) => attachment.wrong(
            "hash attendu : base64 des 20 octets de l'empreinte SHA-1",
            "expected hash: base64 of the 20 bytes of the SHA-1 digest",
        ),
    };
    reading.tell(finding.at(at));
    encoded.or(plain)
}

fn reference_ids(context: &Element<'_>, reading: &mut Reading<'_>) -> Vec<ReferenceId> {
    let mut ids = Vec::new();
    for (name, default) in [("related", None), ("encounter", Some(ENCOUNTER))] {
        for reference in context.all(name) {
            let identifier = reference.get("identifier");
            match identifier.as_ref().and_then(|identifier| reference_id(identifier, default)) {
                Some(id) => ids.push(id),
                None => reading.tell(
                    reference
                        .wrong(
                            "référence sans identifiant typé (identifier.value et type) : non conservée",
                            "reference without a typed identifier (identifier.value and type): not kept",
                        )
                        .warning(),
                ),
            }
        }
    }
    ids
}

fn reference_id(at: &Element<'_>, default: Option<&str>) -> Option<ReferenceId> {
    let authority: Option<Oid> = at.text("system").and_then(identifier::oid_of);
    let kind = identifier::kind_of(at).or(default.map(str::to_owned))?;
    Some(ReferenceId { id: at.text("value")?.to_owned(), authority, kind })
}
