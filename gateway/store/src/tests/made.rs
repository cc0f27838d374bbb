//! Submissions made to order, which pass every check of the journey.

use model::{
    Association, AssociationKind, Author, Availability, Code, Content, ContentBytes, Cx, DocumentEntry,
    Hl7Time, Ins, LanguageTag, MimeType, ObjectRef, Oid, PersonName, SourcePatientInfo, Submission,
    SubmissionSet, UniqueId, Xcn, Xon, system,
};

use super::kit::{DOCTOR, HOSPITAL, NAME, World};

/// A DICOM object with this text in it: the one media type that needs no CDA.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    [[0; 128].as_slice(), b"DICM", text.as_bytes()].concat()
}

/// One document `2.999.2.number` in the set `2.999.3.number`.
pub(super) fn submission(world: &World, patient: &Ins, number: u64) -> Submission {
    of_entries(world, patient, number, vec![(entry(world, patient, number), bytes("text"))])
}

pub(super) fn of_entries(
    world: &World,
    patient: &Ins,
    number: u64,
    entries: Vec<(DocumentEntry, Vec<u8>)>,
) -> Submission {
    Submission {
        set: SubmissionSet {
            entry_uuid: world.uuid(),
            unique_id: Some(id(&format!("2.999.3.{number}"))),
            source_id: Oid::parse("2.999.4").unwrap(),
            patient: patient.clone(),
            submission_time: Hl7Time::parse("20260301115900").unwrap(),
            content_type: Code::labelled("03", "1.2.250.1.213.2.2", "Hospitalisation complète"),
            authors: vec![author()],
            intended_recipients: vec!["|899900000019^KERVEL".into()],
            title: Some("CANARYSETTITLE".into()),
            comments: Some("CANARYSETCOMMENT".into()),
        },
        entries: entries
            .into_iter()
            .map(|(entry, bytes)| (entry, Content::Inline(ContentBytes::new(bytes))))
            .collect(),
        associations: Vec::new(),
        folders: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: None,
    }
}

pub(super) fn entry(world: &World, patient: &Ins, number: u64) -> DocumentEntry {
    let uuid = world.uuid();
    DocumentEntry {
        kind: model::EntryKind::Stable,
        entry_uuid: uuid,
        logical_id: uuid,
        version: 1,
        unique_id: id(&format!("2.999.2.{number}")),
        repository: None,
        availability: Availability::Approved,
        patient: patient.clone(),
        source_patient_id: Cx::parse("CANARYLOCALID^^^&2.999.5&ISO^PI").ok(),
        source_patient_info: SourcePatientInfo {
            names: vec![PersonName { family: Some(NAME.into()), ..PersonName::default() }],
            other: vec![(19, "CANARYPID".into())],
            ..SourcePatientInfo::default()
        },
        class_code: Code::labelled("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
        type_code: Code::labelled("11502-2", system::LOINC, "CR d'examens biologiques"),
        format_code: Code::new("urn:asip:ci-sis:avk:2009", "1.2.250.1.213.1.1.4.2.282"),
        confidentiality: vec![Code::new("N", system::CONFIDENTIALITY)],
        facility_type: Code::new("SA01", "1.2.250.1.71.4.2.4"),
        practice_setting: Code::new("AMBULATOIRE", "1.2.250.1.213.1.1.4.9"),
        event_codes: vec![Code::new("DEPISTAGE", "2.999.6")],
        creation_time: Hl7Time::parse("20260228100000").unwrap(),
        service_start: Hl7Time::parse("20260228").ok(),
        service_stop: None,
        language: LanguageTag::parse("fr-FR").unwrap(),
        mime_type: MimeType::parse("application/dicom").unwrap(),
        hash: None,
        size: None,
        title: Some("CANARYTITLE".into()),
        comments: Some("CANARYCOMMENT".into()),
        authors: vec![author()],
        legal_authenticator: Xcn::parse("899900000019^KERVEL^Maëlle^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS")
            .ok(),
        reference_ids: Vec::new(),
        extra: vec![("urn:test:slot".into(), vec!["CANARYSLOT".into()])],
    }
}

/// The hospital's doctor.
pub(super) fn author() -> Author {
    Author {
        person: Some(Xcn {
            id: Some(DOCTOR.into()),
            family: Some("KERVEL".into()),
            given: Some("Maëlle".into()),
            ..Xcn::default()
        }),
        institutions: vec![Xon {
            name: "Hôpital".into(),
            authority: Oid::parse(system::STRUCTURES).ok(),
            id_type: Some("IDNST".into()),
            id: Some(HOSPITAL.into()),
        }],
        ..Author::default()
    }
}

/// Links the submission's first document to a target.
pub(super) fn link(world: &World, submission: &mut Submission, kind: AssociationKind, target: ObjectRef) {
    let source = submission.entries[0].0.entry_uuid;
    submission.associations.push(Association {
        documentation: None,
        entry_uuid: world.uuid(),
        kind,
        source,
        target,
    });
}

pub(super) fn id(text: &str) -> UniqueId {
    UniqueId::parse(text).unwrap()
}
