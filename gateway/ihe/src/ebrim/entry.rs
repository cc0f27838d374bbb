//! A document entry: `rim:ExtrinsicObject`.

use model::{
    Availability, Cx, DocumentEntry, EntryKind, EntryUuid, Finding, Hl7Time, Ins, LanguageTag, Location,
    MimeType, Moment, Oid, Parse, ReferenceId, Rule, Sha1, UniqueId, Xcn,
};

use super::names::{Scheme, entry as names};
use super::symbols::canonical;
use super::way::Demand;
use super::{Form, Notes, Object, Symbols, author, source_patient};

/// What stands for the creationTime of an on-demand entry until it is registered.
const NEVER: Moment = Moment(0);

/// Reads an entry with every finding; `None` when one of them refuses it.
pub(crate) fn read(
    object: &Object<'_>,
    form: Form,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<DocumentEntry> {
    object.check_children(names::CLASSIFICATIONS, names::IDENTIFIERS, &[], notes);
    let kind = kind(object, form, notes);
    let demands = form.demands(kind);
    let entry_uuid = symbols.resolve(object.id(), object.path(), notes);
    let mime = format!("{}/@mimeType", object.path());
    let mime_type = notes.parsed(&mime, MimeType::parse(object.attribute("mimeType").unwrap_or_default()));
    let unique_id = identifier(object, names::UNIQUE, notes, UniqueId::parse);
    let patient = identifier(object, names::PATIENT, notes, Ins::parse_any_cx);
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
    let creation_time = demanded(object, "creationTime", demands.creation_time, notes, Hl7Time::parse);
    let service_start = optional(object, "serviceStartTime", notes, Hl7Time::parse);
    let service_stop = optional(object, "serviceStopTime", notes, Hl7Time::parse);
    let language = required(object, "languageCode", notes, LanguageTag::parse);
    let hash = demanded(object, "hash", demands.digest, notes, Sha1::parse_hex);
    let size = demanded(object, "size", demands.digest, notes, size);
    let repository = demanded(object, "repositoryUniqueId", demands.repository, notes, Oid::parse);
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
        kind,
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
        creation_time: match kind {
            EntryKind::Stable => creation_time?,
            EntryKind::OnDemand => creation_time.unwrap_or_else(|| NEVER.to_hl7()),
        },
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

/// The objectType: the one that comes this way, any of the two in a registry's answer.
fn kind(object: &Object<'_>, form: Form, notes: &mut Notes) -> EntryKind {
    let given = object.attribute("objectType").and_then(EntryKind::of);
    let expected = match form {
        Form::Submitted(way) => way.kind(),
        Form::Updated | Form::Registered => given.unwrap_or_default(),
    };
    if given != Some(expected) {
        let (kind_fr, kind_en) = match expected {
            EntryKind::Stable => ("d'un document stable", "of a stable document"),
            EntryKind::OnDemand => ("d'un document à la demande", "of an on-demand document"),
        };
        let urn = expected.urn();
        notes.bad(
            &format!("{}/@objectType", object.path()),
            format!("objectType {kind_fr} attendu dans cette transaction : {urn}"),
            format!("expected the objectType {kind_en} in this transaction: {urn}"),
        );
    }
    expected
}

/// Status, logicalID and version: the registry's own in an answer; in a submission only what says that it would
/// be an update is looked at.
pub(super) fn lineage(
    object: &Object<'_>,
    form: Form,
    notes: &mut Notes,
) -> (Availability, Option<EntryUuid>, u32) {
    let lid = object.attribute("lid").map(canonical).filter(|lid| !lid.is_empty());
    match form {
        Form::Submitted(_) => {
            own_lid(object, notes);
            (Availability::Approved, None, 1)
        }
        Form::Updated => (Availability::Approved, updated(object, notes), 1),
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

/// The logicalID of the object that an update is of: a real one, other than the id of the new version.
fn updated(object: &Object<'_>, notes: &mut Notes) -> Option<EntryUuid> {
    let lid = object.attribute("lid").map(canonical).filter(|lid| lid.starts_with("urn:uuid:"));
    let at = format!("{}/@lid", object.path());
    let lid = lid.filter(|lid| *lid != canonical(object.id()));
    if lid.is_none() {
        let finding = Finding::new(Rule::MetadataIsWellFormed).at(Location::Ebrim(at.clone()));
        notes.add(finding.code("XDSInvalidRequestException").detail(
            "lid attendu : le logicalID (urn:uuid:…) de l'objet mis à jour, autre que l'id de la nouvelle version",
            "expected lid: the logicalID (urn:uuid:…) of the object updated, other than the id of the new version",
        ));
    }
    notes.parsed(&at, EntryUuid::parse(&lid?))
}

/// A submission makes version 1, whose logicalID is its entryUUID: another one, which software in the field sends without
/// meaning an update, is not kept. What makes a message an update is PreviousVersion.
fn own_lid(object: &Object<'_>, notes: &mut Notes) {
    let lid = object.attribute("lid").map(canonical).filter(|lid| !lid.is_empty());
    if lid.is_some_and(|lid| lid != canonical(object.id())) {
        notes.dropped(vec![format!("{}/@lid", object.path())]);
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

/// A slot that may be there or not by the transaction.
fn demanded<T>(
    object: &Object<'_>,
    slot: &str,
    demand: Demand,
    notes: &mut Notes,
    parse: fn(&str) -> Parse<T>,
) -> Option<T> {
    match demand {
        Demand::Required => required(object, slot, notes, parse),
        Demand::Optional => optional(object, slot, notes, parse),
        Demand::Forbidden => {
            if object.has_slot(slot) {
                notes.bad(
                    &object.slot_path(slot),
                    "un document à la demande n'a pas ce slot",
                    "an on-demand document entry does not have this slot",
                );
            }
            None
        }
    }
}

pub(super) fn optional<T>(
    object: &Object<'_>,
    slot: &str,
    notes: &mut Notes,
    parse: fn(&str) -> Parse<T>,
) -> Option<T> {
    let value = object.one(slot, notes)?;
    notes.parsed(&object.slot_path(slot), parse(value))
}
