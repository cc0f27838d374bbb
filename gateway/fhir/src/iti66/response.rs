//! A submission set or a folder as a List (IHE MHD 4.2.4 §2:3.65.4.1.2.1, PDSm 3.1.1).

use journey::{Item, ShownList};
use model::{Author, Availability, SubmissionSet, Xcn, Xon};
use serde_json::{Map, Value, json};

use crate::codec::time;
use crate::document_reference::url::IS_ARCHIVED;
use crate::document_reference::{
    Contained, Frame, write_concept, write_entry_uuid, write_subject, write_unique_id,
};
use crate::list::url::{DESIGNATION, LIST_TYPES, PDSM_RECIPIENT, RECIPIENT, SOURCE};

const MHD: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.";
const PDSM: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-";

/// Writes the List; `frame.patient` is our id of the patient, if known.
pub(crate) fn write(list: &ShownList, frame: &Frame<'_>) -> Value {
    let mut contained = Contained { resources: Vec::new(), systems: frame.systems };
    let source = list.authors().first().map(|author| contained.author(author, 1));
    let mut extension: Vec<Value> = list
        .codes()
        .iter()
        .map(|code| json!({"url": DESIGNATION, "valueCodeableConcept": write_concept(code, frame.systems)}))
        .collect();
    if let Some(set) = list.set() {
        let value = json!({"value": set.source_id.urn()});
        extension.push(json!({"url": SOURCE, "valueIdentifier": value}));
        extension.extend(recipients(set, &mut contained));
    }
    if list.availability() == Availability::Archived {
        extension.push(json!({"url": IS_ARCHIVED, "valueBoolean": true}));
    }
    let mut resource = Map::new();
    let mut put = |name: &str, value: Value| {
        resource.insert(name.to_owned(), value);
    };
    put("resourceType", json!("List"));
    put("id", json!(list.id().bare()));
    put("meta", meta(list));
    if !contained.resources.is_empty() {
        put("contained", Value::Array(contained.resources));
    }
    put("extension", Value::Array(extension));
    let unique = list.unique_id().map(write_unique_id);
    put("identifier", unique.into_iter().chain([write_entry_uuid(&list.entry_uuid())]).collect());
    put("status", json!(status(list.availability())));
    put("mode", json!("working"));
    if let Some(title) = list.title() {
        put("title", json!(title));
    }
    let kind = if list.set().is_some() { "submissionset" } else { "folder" };
    put("code", json!({"coding": [{"system": LIST_TYPES, "code": kind}]}));
    put("subject", write_subject(list.patient(), frame));
    put("date", json!(date(list)));
    if let Some(source) = source {
        put("source", source);
    }
    if let Some(comments) = comments(list) {
        put("note", json!([{"text": comments}]));
    }
    let entries: Vec<Value> = list.items.iter().map(|item| entry(item, frame.base)).collect();
    if !entries.is_empty() {
        put("entry", Value::Array(entries));
    }
    Value::Object(resource)
}

/// The version of a folder counts changes of its metadata, not of what it holds: only a set, which does not change,
/// has one.
fn meta(list: &ShownList) -> Value {
    let mut meta = Map::new();
    if list.set().is_some() {
        meta.insert("versionId".into(), json!("1"));
    }
    meta.insert("lastUpdated".into(), json!(list.changed_at.iso()));
    let profiles = profiles(list);
    if !profiles.is_empty() {
        meta.insert("profile".into(), json!(profiles));
    }
    Value::Object(meta)
}

/// The profiles claimed are those that the resource conforms to: what came through XDS, or what a reader does not see
/// whole, may lack what they demand.
fn profiles(list: &ShownList) -> Vec<String> {
    match list.set() {
        Some(set) => {
            let author = set.authors.first();
            let mut profiles = Vec::new();
            if !list.items.is_empty() && author.is_some() {
                profiles.push(format!("{MHD}SubmissionSet"));
                profiles.push(format!("{PDSM}submissionset-comprehensive"));
            }
            profiles
        }
        None => {
            let whole = !list.items.is_empty() && list.title().is_some() && !list.codes().is_empty();
            match whole {
                true => vec![format!("{MHD}Folder"), format!("{PDSM}folder-comprehensive")],
                false => Vec::new(),
            }
        }
    }
}

/// A List of R4 cannot be superseded: what is deprecated is retired.
fn status(availability: Availability) -> &'static str {
    match availability {
        Availability::Approved | Availability::Archived => "current",
        Availability::Deprecated | Availability::Deleted => "retired",
    }
}

fn date(list: &ShownList) -> String {
    match list.set() {
        Some(set) => time::show(&set.submission_time),
        None => list.changed_at.iso(),
    }
}

fn comments(list: &ShownList) -> Option<&str> {
    let of_set = list.set().and_then(|set| set.comments.as_deref());
    of_set.or(list.folder().and_then(|folder| folder.comments.as_deref()))
}

fn entry(item: &Item, base: &str) -> Value {
    let (kind, id) = match item {
        Item::Document(id) => ("DocumentReference", id),
        Item::Folder(id) => ("List", id),
    };
    json!({"item": {"reference": format!("{base}/{kind}/{}", id.bare())}})
}

/// intendedRecipient is `institution|person|telecommunication` (IHE ITI TF-3 §4.2.3.3.7): MHD takes an organisation or
/// a person, PDSm a person in an organisation as well.
fn recipients(set: &SubmissionSet, contained: &mut Contained<'_>) -> Vec<Value> {
    let mut extensions = Vec::new();
    for (index, text) in set.intended_recipients.iter().enumerate() {
        let mut parts = text.split('|').map(str::trim);
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let institution = part().and_then(|text| Xon::parse(text).ok());
        let person = part().and_then(|text| Xcn::parse(text).ok());
        let telecoms: Vec<String> = part().map(str::to_owned).into_iter().collect();
        let id = format!("recipient-{}", index + 1);
        let (url, reference) = match (person, institution, telecoms.is_empty()) {
            (None, None, _) => (RECIPIENT, json!({"display": text})),
            (Some(person), None, true) => (RECIPIENT, contained.person(&person, &id)),
            (None, Some(institution), true) => (RECIPIENT, contained.organisation(&institution, &id)),
            (person, institution, _) => {
                let institutions = institution.into_iter().collect();
                let author = Author { person, institutions, telecoms, ..Author::default() };
                (PDSM_RECIPIENT, contained.party(&author, &id))
            }
        };
        extensions.push(json!({"url": url, "valueReference": reference}));
    }
    extensions
}
