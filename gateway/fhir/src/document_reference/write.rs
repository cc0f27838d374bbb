//! Document entry to DocumentReference.

use mappings::Systems;
use model::{Association, Availability, DocumentEntry, EntryUuid, Ins, Moment, ReferenceId};
use serde_json::{Map, Value, json};

use super::author_write::Contained;
use super::read::ENCOUNTER;
use super::{coding, identifier, is_nobody, links, source, url};
use crate::codec::{primitive, time};

/// What a DocumentReference says that the entry does not.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Base URL of this door, without a slash at the end.
    pub base: &'a str,
    /// The coding schemes.
    pub systems: &'a Systems,
    /// Our Patient id of the entry's patient, when known.
    pub patient: Option<EntryUuid>,
    /// When the entry was committed or last changed: `meta.lastUpdated`.
    pub stored_at: Moment,
}

/// Writes a complete comprehensive DocumentReference: contained authors, typed identifiers, absolute URLs.
pub fn write(entry: &DocumentEntry, associations: &[Association], frame: &Frame<'_>) -> Value {
    let mut contained = Contained { resources: Vec::new(), systems: frame.systems };
    let authors: Vec<Value> =
        entry.authors.iter().enumerate().map(|(index, author)| contained.author(author, index + 1)).collect();
    let authenticator = entry.legal_authenticator.as_ref().map(|person| contained.authenticator(person));
    let context = context(entry, frame, &mut contained.resources);
    let mut resource = Map::new();
    let mut put = |name: &str, value: Value| {
        resource.insert(name.to_owned(), value);
    };
    put("resourceType", json!("DocumentReference"));
    put("id", json!(entry.logical_id.bare()));
    put("meta", meta(entry, frame));
    put_all(&mut put, "contained", contained.resources);
    if entry.availability == Availability::Archived {
        put("extension", json!([{"url": url::IS_ARCHIVED, "valueBoolean": true}]));
    }
    put("masterIdentifier", identifier::write_unique_id(&entry.unique_id));
    put("identifier", json!([identifier::write_entry_uuid(&entry.entry_uuid)]));
    put("status", json!(status(entry.availability)));
    put("type", coding::write_concept(&entry.type_code, frame.systems));
    put("category", json!([coding::write_concept(&entry.class_code, frame.systems)]));
    put("subject", write_subject(&entry.patient, frame));
    put("date", json!(time::show_instant(&entry.creation_time)));
    put_all(&mut put, "author", authors);
    if let Some(reference) = authenticator {
        put("authenticator", reference);
    }
    if let Some(reference) = custodian(entry) {
        put("custodian", reference);
    }
    put_all(&mut put, "relatesTo", associations.iter().map(|a| links::write(a, frame.base)).collect());
    if let Some(comments) = &entry.comments {
        put("description", json!(comments));
    }
    let labels = entry.confidentiality.iter().map(|code| coding::write_concept(code, frame.systems));
    put_all(&mut put, "securityLabel", labels.collect());
    put(
        "content",
        json!([{"attachment": attachment(entry, frame), "format": coding::write_coding(&entry.format_code, frame.systems)}]),
    );
    put("context", context);
    Value::Object(resource)
}

fn put_all(put: &mut impl FnMut(&str, Value), name: &str, values: Vec<Value>) {
    if !values.is_empty() {
        put(name, Value::Array(values));
    }
}

/// The profiles claimed are those that the resource conforms to: an entry that came through XDS may lack
/// what they demand.
fn meta(entry: &DocumentEntry, frame: &Frame<'_>) -> Value {
    let mhd = entry.source_patient_id.is_some() || !entry.source_patient_info.is_empty();
    let pdsm = mhd && custodian(entry).is_some() && entry.title.is_some() && entry.service_start.is_some();
    let claimed = [(mhd, url::MHD_DOCUMENT), (pdsm, url::PDSM_DOCUMENT)];
    let profiles: Vec<&str> = claimed.iter().filter(|(holds, _)| *holds).map(|(_, url)| *url).collect();
    let mut meta = Map::new();
    meta.insert("versionId".into(), json!(entry.version.to_string()));
    meta.insert("lastUpdated".into(), json!(frame.stored_at.iso()));
    if !profiles.is_empty() {
        meta.insert("profile".into(), json!(profiles));
    }
    Value::Object(meta)
}

/// A deleted document is never shown; the match is total all the same.
fn status(availability: Availability) -> &'static str {
    match availability {
        Availability::Approved | Availability::Archived => "current",
        Availability::Deprecated | Availability::Deleted => "superseded",
    }
}

/// The patient by our id, where it is known, and by INS.
pub(crate) fn write_subject(patient: &Ins, frame: &Frame<'_>) -> Value {
    let identifier = json!({"system": patient.authority().urn(), "value": patient.number()});
    match frame.patient {
        Some(id) => {
            json!({"reference": format!("{}/Patient/{}", frame.base, id.bare()), "identifier": identifier})
        }
        None => json!({"identifier": identifier}),
    }
}

/// The custodian that PDSm demands and XDS does not carry: the first author organisation.
fn custodian(entry: &DocumentEntry) -> Option<Value> {
    let index =
        entry.authors.iter().position(|author| !is_nobody(author) && !author.institutions.is_empty())?;
    Some(json!({"reference": format!("#author-{}-organization-1", index + 1)}))
}

fn attachment(entry: &DocumentEntry, frame: &Frame<'_>) -> Value {
    let mut attachment = Map::new();
    attachment.insert("contentType".into(), json!(entry.mime_type.as_str()));
    attachment.insert("language".into(), json!(entry.language.as_str()));
    attachment.insert("url".into(), json!(format!("{}/Binary/{}", frame.base, entry.logical_id.bare())));
    if let Some(size) = entry.size.and_then(|size| i32::try_from(size).ok()) {
        attachment.insert("size".into(), json!(size));
    }
    if let Some(hash) = &entry.hash {
        attachment.insert("hash".into(), json!(primitive::encode(hash.as_bytes())));
    }
    if let Some(title) = &entry.title {
        attachment.insert("title".into(), json!(title));
    }
    attachment.insert("creation".into(), json!(time::show(&entry.creation_time)));
    Value::Object(attachment)
}

fn context(entry: &DocumentEntry, frame: &Frame<'_>, contained: &mut Vec<Value>) -> Value {
    let mut context = Map::new();
    let mut put = |name: &str, value: Value| {
        context.insert(name.to_owned(), value);
    };
    let (encounters, related): (Vec<_>, Vec<_>) =
        entry.reference_ids.iter().partition(|id| id.kind == ENCOUNTER);
    put_all(&mut put, "encounter", encounters.into_iter().map(reference_id).collect());
    let events = entry.event_codes.iter().map(|code| coding::write_concept(code, frame.systems));
    put_all(&mut put, "event", events.collect());
    let mut period = Map::new();
    if let Some(start) = &entry.service_start {
        period.insert("start".into(), json!(time::show(start)));
    }
    if let Some(stop) = &entry.service_stop {
        period.insert("end".into(), json!(time::show(stop)));
    }
    if !period.is_empty() {
        put("period", Value::Object(period));
    }
    put("facilityType", coding::write_concept(&entry.facility_type, frame.systems));
    put("practiceSetting", coding::write_concept(&entry.practice_setting, frame.systems));
    if let Some(reference) =
        source::write(entry.source_patient_id.as_ref(), &entry.source_patient_info, contained)
    {
        put("sourcePatientInfo", reference);
    }
    put_all(&mut put, "related", related.into_iter().map(reference_id).collect());
    Value::Object(context)
}

fn reference_id(id: &ReferenceId) -> Value {
    let mut identifier = json!({
        "type": {"coding": [{"system": url::URI, "code": id.kind}]},
        "value": id.id,
    });
    if let (Some(authority), Some(identifier)) = (&id.authority, identifier.as_object_mut()) {
        identifier.insert("system".into(), json!(authority.urn()));
    }
    json!({"identifier": identifier})
}
