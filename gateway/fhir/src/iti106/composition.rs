//! From the Composition of a FHIR document: a simplified DocumentReference is made of it and read as ITI-105 reads one,
//! so that what may be left out, and what then holds, is the same (FHIR R4 §2.36; MHD 4.2.4 §2:3.106.4.1.3).

use journey::{Clock, Ids, Store};
use mappings::{Mappings, ValueSet};
use model::{Finding, Location};
use serde_json::{Map, Value, json};

use super::Derived;
use super::contain::Contained;
use crate::codec::{Element, primitive};
use crate::document_reference::coding;
use crate::fhir_document;
use crate::iti65::Entries;
use crate::media::{Format, received};
use crate::{Visit, iti105};

/// IHE: the media type says enough of the format.
const FORMAT: (&str, &str) = (
    "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "urn:ihe:iti:xds:2017:mimeTypeSufficient",
);
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// The deposit of a FHIR document alone.
pub(super) fn derive<S: Store, C: Clock, I: Ids>(
    bundle: &Element<'_>,
    visit: &Visit<'_, S, C, I>,
) -> Result<Derived, Vec<Finding>> {
    let format = received(visit.request).unwrap_or(Format::Json);
    let reference = document_reference(bundle, &visit.desk.mappings, format);
    let frame = iti105::Frame::of(visit, None);
    let at = fhir_document::composition(bundle).map_or_else(|| bundle.place(), |first| first.place());
    match iti105::read(&reference, &frame) {
        Ok(published) => Ok(Derived { submission: published.submission, at }),
        Err(findings) => Err(findings.into_iter().map(|finding| retold(finding, &at)).collect()),
    }
}

/// A finding about what was derived is told at what it was derived from.
fn retold(finding: Finding, at: &Location) -> Finding {
    fhir_document::retold(finding, at.clone(), "métadonnées déduites", "derived metadata")
}

/// The simplified DocumentReference that a document amounts to; what it does not say is left out.
pub(super) fn document_reference(bundle: &Element<'_>, mappings: &Mappings, format: Format) -> Value {
    let Some(composition) = fhir_document::composition(bundle) else { return json!({}) };
    let entries = Entries::of_document(bundle);
    let mut contained = Contained::new(&entries, &composition);
    let mut members = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    };
    let whole = |name: &str| composition.value().get(name).cloned();
    put("resourceType", Some(json!("DocumentReference")));
    put("status", Some(json!("current")));
    put("masterIdentifier", bundle.value().get("identifier").cloned());
    put("type", whole("type"));
    put("category", composition.first("category").map(|category| json!([category.value()])));
    put("date", bundle.text("timestamp").map(|timestamp| json!(timestamp)));
    let subject = composition.get("subject").and_then(|subject| contained.put(&subject));
    let authors: Vec<Value> =
        composition.all("author").iter().filter_map(|author| contained.put(author)).collect();
    put("author", (!authors.is_empty()).then_some(Value::Array(authors)));
    let attesters = composition.all("attester");
    let legal = attesters.iter().find(|attester| attester.text("mode") == Some("legal"));
    put("authenticator", legal.and_then(|legal| contained.put(&legal.get("party")?)));
    put("custodian", composition.get("custodian").and_then(|custodian| contained.put(&custodian)));
    put("securityLabel", composition.text("confidentiality").map(label));
    put("relatesTo", related(&composition));
    let format_code = json!({"system": FORMAT.0, "code": FORMAT.1});
    put(
        "content",
        Some(json!([{"attachment": attachment(bundle, &composition, format), "format": format_code}])),
    );
    put("context", Some(context(bundle, &composition, subject.as_ref(), mappings)));
    put("subject", subject);
    let resources = contained.into_resources();
    put("contained", (!resources.is_empty()).then_some(Value::Array(resources)));
    Value::Object(members)
}

fn label(code: &str) -> Value {
    json!([{"coding": [{"system": CONFIDENTIALITY, "code": code}]}])
}

fn attachment(bundle: &Element<'_>, composition: &Element<'_>, format: Format) -> Value {
    let mut attachment = Map::new();
    attachment.insert("contentType".into(), json!(format.media_type()));
    if let Some(language) = composition.text("language").or(bundle.text("language")) {
        attachment.insert("language".into(), json!(language));
    }
    attachment.insert("data".into(), json!(primitive::encode(&fhir_document::bytes(bundle.value(), format))));
    for (from, to) in [("title", "title"), ("date", "creation")] {
        if let Some(text) = composition.text(from) {
            attachment.insert(to.into(), json!(text));
        }
    }
    Value::Object(attachment)
}

/// What was done, when and where. The kinds of place and of practice are those codes of the document's organisations,
/// roles, encounters and places that are in the value sets of the domain.
fn context(
    bundle: &Element<'_>,
    composition: &Element<'_>,
    subject: Option<&Value>,
    mappings: &Mappings,
) -> Value {
    let mut context = Map::new();
    let events = composition.all("event");
    let codes: Vec<Value> =
        events.iter().flat_map(|event| event.all("code")).map(|code| code.value().clone()).collect();
    if !codes.is_empty() {
        context.insert("event".into(), Value::Array(codes));
    }
    if let Some(period) = events.iter().find_map(|event| event.get("period")) {
        context.insert("period".into(), period.value().clone());
    }
    for (name, set) in
        [("facilityType", ValueSet::FacilityType), ("practiceSetting", ValueSet::PracticeSetting)]
    {
        if let Some(found) = known_coding(bundle, set, mappings) {
            context.insert(name.into(), json!({"coding": [found]}));
        }
    }
    if let Some(subject) = subject.filter(|subject| subject.get("reference").is_some()) {
        context.insert("sourcePatientInfo".into(), subject.clone());
    }
    Value::Object(context)
}

fn known_coding(bundle: &Element<'_>, set: ValueSet, mappings: &Mappings) -> Option<Value> {
    let carriers: &[(&str, &[&str])] = &[
        ("Encounter", &["type", "serviceType"]),
        ("Location", &["type"]),
        ("Organization", &["type"]),
        ("PractitionerRole", &["specialty", "code"]),
        ("HealthcareService", &["type", "specialty"]),
    ];
    let entries = bundle.all("entry");
    let resources: Vec<Element<'_>> = entries.iter().filter_map(|entry| entry.get("resource")).collect();
    carriers.iter().find_map(|(kind, names)| {
        let of_kind = resources.iter().filter(|resource| resource.kind() == *kind);
        let concepts = of_kind.flat_map(|resource| {
            names.iter().flat_map(|name| resource.all(name).into_iter().chain(resource.get(name)))
        });
        let codings = concepts.flat_map(|concept| concept.all("coding"));
        let known = |at: &Element<'_>| {
            coding(at, &mappings.systems).is_ok_and(|code| mappings.codes.contains(set, &code))
        };
        codings.into_iter().find(known).map(|at| at.value().clone())
    })
}

/// Documents that this one replaces, transforms, signs or is added to.
fn related(composition: &Element<'_>) -> Option<Value> {
    let relations = composition.all("relatesTo");
    let relation = |relation: &Element<'_>| {
        let code = relation.text("code")?;
        let target = match (relation.get("targetReference"), relation.get("targetIdentifier")) {
            (Some(reference), _) => reference.value().clone(),
            (None, Some(identifier)) => json!({"identifier": identifier.value()}),
            (None, None) => return None,
        };
        Some(json!({"code": code, "target": target}))
    };
    let read: Vec<Value> = relations.iter().filter_map(relation).collect();
    (!read.is_empty()).then_some(Value::Array(read))
}
