//! A document entry: `rim:ExtrinsicObject`.

use model::{
    Availability, Cx, DocumentEntry, EntryUuid, Hl7Time, Ins, LanguageTag, MimeType, Oid, Parse, ReferenceId,
    Sha1, UniqueId, Xcn,
};

use super::names::{ON_DEMAND, STABLE, Scheme, entry as names};
use super::symbols::canonical;
use super::{Notes, Object, Symbols, author, source_patient};

/// Whose metadata it is: what a source submits, or what a registry answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A submission: version 1, logicalID equal to the id, status set by the registry.
    Submitted,
    /// A registry's answer: status, logicalID and version are there.
    Registered,
}

/// Reads an entry with every finding; `None` when one of them refuses it.
pub(crate) fn read(
    object: &Object<'_>,
    form: Form,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<DocumentEntry> {
    object.check_children(names::CLASSIFICATIONS, names::IDENTIFIERS, &[], notes);
    check_type(object, notes);
    let entry_uuid = symbols.resolve(object.id(), object.path(), notes);
    let mime = format!("{}/@mimeType", object.path());
    let mime_type = notes.parsed(&mime, MimeType::parse(object.attribute("mimeType").unwrap_or_default()));
    let unique_id = identifier(object, names::UNIQUE, notes, UniqueId::parse);
    let patient = identifier(object, names::PATIENT, notes, Ins::parse_cx);
    let source_patient_id = required(object, "sourcePatientId", notes, Cx::parse);
    let info = object.slot("sourcePatientInfo");
    let source_patient_info = source_patient::read(info, &object.slot_path("sourcePatientInfo"), notes);
    let class_code = object.code(names::CLASS, notes);
    let type_code = object.code(names::TYPE, notes);
    let format_code = object.code(names::FORMAT, notes);
    let facility_type = object.code(names::FACILITY, notes);
    let practice_setting = object.code(names::PRACTICE, notes);
    let event_codes = object.codes(names::EVENT, notes);
    let confidentiality = object.codes(names::CONFIDENTIALITY, notes);
    if object.classified(names::CONFIDENTIALITY, &mut Notes::default()).is_empty() {
        let at = format!("{}/Classification({})", object.path(), names::CONFIDENTIALITY.name);
        notes.bad(&at, "au moins un code attendu", "expected at least one code");
    }
    let creation_time = required(object, "creationTime", notes, Hl7Time::parse);
    let service_start = optional(object, "serviceStartTime", notes, Hl7Time::parse);
    let service_stop = optional(object, "serviceStopTime", notes, Hl7Time::parse);
    let language = required(object, "languageCode", notes, LanguageTag::parse);
    let hash = optional(object, "hash", notes, Sha1::parse_hex);
    let size = optional(object, "size", notes, size);
    let repository = optional(object, "repositoryUniqueId", notes, Oid::parse);
    let legal_authenticator = optional(object, "legalAuthenticator", notes, Xcn::parse);
    let authors = author::read(object, names::AUTHOR, notes);
    let mut reference_ids = Vec::new();
    for text in object.slot(names::REFERENCES) {
        reference_ids.extend(notes.parsed(&object.slot_path(names::REFERENCES), ReferenceId::parse(text)));
    }
    let title = object.text("Name", notes);
    let comments = object.text("Description", notes);
    let extra = kept(object, notes);
    let (availability, logical_id, version) = lineage(object, form, notes);
    let entry_uuid = entry_uuid?;
    Some(DocumentEntry {
        kind: model::EntryKind::Stable,
        entry_uuid,
        logical_id: logical_id.unwrap_or(entry_uuid),
        version,
        unique_id: unique_id?,
        repository,
        availability,
        patient: patient?,
        source_patient_id: Some(source_patient_id?),
        source_patient_info,
        class_code: class_code?,
        type_code: type_code?,
        format_code: format_code?,
        confidentiality,
        facility_type: facility_type?,
        practice_setting: practice_setting?,
        event_codes,
        creation_time: creation_time?,
        service_start,
        service_stop,
        language: language?,
        mime_type: mime_type?,
        hash,
        size,
        title,
        comments,
        authors,
        legal_authenticator,
        reference_ids,
        extra,
    })
}

/// Slots that are returned as they came: those without a place in the model, then the additional ones.
fn kept(object: &Object<'_>, notes: &mut Notes) -> Vec<(String, Vec<String>)> {
    let given = names::KEPT.iter().map(|name| ((*name).to_owned(), object.slot(name).to_vec()));
    let given = given.filter(|(_, values)| !values.is_empty());
    given.chain(object.extra(names::SLOTS, notes)).collect()
}

fn check_type(object: &Object<'_>, notes: &mut Notes) {
    let at = format!("{}/@objectType", object.path());
    match object.attribute("objectType").map(canonical).as_deref() {
        Some(STABLE) => {}
        Some(ON_DEMAND) => notes.unsupported(
            &at,
            "document à la demande (On-Demand) : pas encore pris en charge",
            "on-demand document entry: not supported yet",
        ),
        _ => notes.bad(
            &at,
            format!("objectType d'un document stable attendu : {STABLE}"),
            format!("expected the objectType of a stable document: {STABLE}"),
        ),
    }
}

/// Status, logicalID and version: the registry's own in an answer; in a submission only what says that it would
/// be an update is looked at.
fn lineage(object: &Object<'_>, form: Form, notes: &mut Notes) -> (Availability, Option<EntryUuid>, u32) {
    let lid = object.attribute("lid").map(canonical).filter(|lid| !lid.is_empty());
    match form {
        Form::Submitted => {
            if lid.is_some_and(|lid| lid != canonical(object.id())) {
                notes.unsupported(
                    &format!("{}/@lid", object.path()),
                    "mise à jour de métadonnées (lid différent de l'id) : pas encore prise en charge",
                    "metadata update (lid other than the id): not supported yet",
                );
            }
            (Availability::Approved, None, 1)
        }
        Form::Registered => {
            let status = object.attribute("status").and_then(Availability::of);
            if status.is_none() {
                let at = format!("{}/@status", object.path());
                notes.bad(&at, "statut absent ou inconnu", "status missing or unknown");
            }
            let at = format!("{}/@lid", object.path());
            let logical = lid.and_then(|lid| notes.parsed(&at, EntryUuid::parse(&lid)));
            (status.unwrap_or(Availability::Approved), logical, object.version())
        }
    }
}

fn size(text: &str) -> Parse<u64> {
    let digits = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().ok_or(model::Malformed::metadata(
        "taille attendue en octets, en chiffres",
        "expected a size in bytes, in digits",
    ))
}

pub(super) fn identifier<T>(
    object: &Object<'_>,
    scheme: Scheme,
    notes: &mut Notes,
    parse: fn(&str) -> Parse<T>,
) -> Option<T> {
    let value = object.identified(scheme, notes)?;
    notes.parsed(&object.identifier_path(scheme), parse(value))
}

pub(super) fn required<T>(
    object: &Object<'_>,
    slot: &str,
    notes: &mut Notes,
    parse: fn(&str) -> Parse<T>,
) -> Option<T> {
    let value = object.required(slot, notes)?;
    notes.parsed(&object.slot_path(slot), parse(value))
}

fn optional<T>(object: &Object<'_>, slot: &str, notes: &mut Notes, parse: fn(&str) -> Parse<T>) -> Option<T> {
    let value = object.one(slot, notes)?;
    notes.parsed(&object.slot_path(slot), parse(value))
}
