//! `ParticipantObjectIdentification`: the patient, the set, the documents, that it was a query, and the event itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use journey::AuditedDocument;
use mappings::AuditObject;
use model::Ins;
use xml::Writer;

use super::message::{OWN, Subject, code};

const SET: (&str, &str, &str) = (
    "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd",
    "IHE XDS Metadata",
    "submission set classificationNode",
);
const ENTRY: (&str, &str, &str) =
    ("urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1", "IHE XDS Metadata", "document entry object type");
const PATIENT_NUMBER: (&str, &str, &str) = ("2", "RFC-3881", "Patient Number");
const REPORT_NUMBER: (&str, &str, &str) = ("9", "RFC-3881", "Report Number");

/// One object: type, role, life cycle, kind of its id, id, details.
struct Object<'a> {
    kind: &'a str,
    role: &'a str,
    life_cycle: Option<&'a str>,
    id_kind: (&'a str, &'a str, &'a str),
    id: Option<&'a str>,
    /// A query.
    text: Option<&'a str>,
    details: Vec<(&'a str, String)>,
}

/// Everything that the message is about.
pub(super) fn write(writer: &mut Writer, subject: &Subject<'_>, documents: &[AuditedDocument]) {
    if !subject.is_secret() {
        if let (Some(patient), true) = (&subject.entry.patient, subject.lists(AuditObject::Patient)) {
            let id = two_components(patient);
            put(writer, Object::of("1", "1", PATIENT_NUMBER, Some(&id)));
        }
        if let (Some(set), true) = (&subject.entry.set, subject.lists(AuditObject::Set)) {
            put(writer, Object::of("2", "20", SET, Some(set.as_str())));
        }
        for listed in documents {
            document(writer, subject, listed);
        }
    }
    if subject.lists(AuditObject::Query) {
        // Kept by nobody here: told while the request is remembered, and never of a secret connection.
        let query = subject.wire.and_then(|wire| wire.query.as_ref()).filter(|_| !subject.is_secret());
        let text = query.map(|query| query.text.as_str()).filter(|text| !text.is_empty());
        let id = query.map(|query| query.id.as_str());
        let details = text.map(|_| ("QueryEncoding", "UTF-8".to_owned())).into_iter().collect();
        put(writer, Object { text, details, ..Object::of("2", "24", subject.kind(), id) });
    }
    event(writer, subject);
}

fn document(writer: &mut Writer, subject: &Subject<'_>, document: &AuditedDocument) {
    let urn = document.logical_id.urn();
    let own = document.unique_id.as_ref().map(|id| id.as_str());
    let entries = subject.lists(AuditObject::Entries);
    let repository = match subject.lists(AuditObject::Removed) {
        true => "urn:ihe:iti:xds:2007:repositoryUniqueId",
        false => "Repository Unique Id",
    };
    let mut details = Vec::new();
    if document.held && !entries {
        details.push((repository, subject.source.repository.clone()));
    }
    let (id_kind, id) = match own {
        Some(own) if !entries => (REPORT_NUMBER, own),
        // A destroyed document has its logicalID only.
        Some(_) | None => (ENTRY, urn.as_str()),
    };
    let life_cycle = subject.shape.and_then(|shape| shape.life_cycle.as_deref());
    put(writer, Object { life_cycle, details, ..Object::of("2", "3", id_kind, Some(id)) });
}

/// The event: by its id a receiver finds what it has already, and an auditor the line of the journal.
fn event(writer: &mut Writer, subject: &Subject<'_>) {
    let line = subject.line();
    let id = line.id.bare();
    let mut details = vec![("act", line.act.clone())];
    let some = |name, text: &String| (!text.is_empty()).then(|| (name, text.clone()));
    details.extend(some("request", &line.request));
    details.extend(some("matrix", &line.matrix));
    if !subject.is_secret() {
        details.extend(line.deeds.iter().map(|deed| ("deed", deed.clone())));
        details.extend(line.party.as_ref().map(|party| ("party", party.id().to_owned())));
    }
    put(
        writer,
        Object { details, ..Object::of("4", "13", ("event", OWN, "Event of the journal"), Some(&id)) },
    );
}

impl<'a> Object<'a> {
    fn of(kind: &'a str, role: &'a str, id_kind: (&'a str, &'a str, &'a str), id: Option<&'a str>) -> Self {
        Object { kind, role, life_cycle: None, id_kind, id, text: None, details: Vec::new() }
    }
}

fn put(writer: &mut Writer, object: Object<'_>) {
    writer.element("ParticipantObjectIdentification", |inside| {
        inside
            .attr_if("ParticipantObjectID", object.id)
            .attr("ParticipantObjectTypeCode", object.kind)
            .attr("ParticipantObjectTypeCodeRole", object.role)
            .attr_if("ParticipantObjectDataLifeCycle", object.life_cycle);
        code(inside, "ParticipantObjectIDTypeCode", object.id_kind);
        if let Some(text) = object.text {
            inside.leaf("ParticipantObjectQuery", &STANDARD.encode(text));
        }
        for (name, value) in &object.details {
            inside
                .start("ParticipantObjectDetail")
                .attr("type", name)
                .attr("value", &STANDARD.encode(value))
                .end();
        }
    });
}

/// A CX with the two components that document sharing allows (IHE ITI TF-3, data type CX).
fn two_components(patient: &Ins) -> String {
    format!("{}^^^&{}&ISO", patient.number(), patient.authority().as_str())
}
