//! A document entry made to order.

use model::{
    Author, Availability, Code, Content, ContentBytes, DocumentEntry, EntryUuid, Hl7Time, Ins, LanguageTag,
    MimeType, Oid, SourcePatientInfo, Submission, SubmissionSet, UniqueId, VisibilityFlag, Xcn, Xon, system,
};

/// A current lab report of `patient`, written by nobody in particular, visible to all.
pub fn lab_report(patient: &Ins) -> DocumentEntry {
    let id = EntryUuid::from_bytes([7; 16]);
    DocumentEntry {
        kind: model::EntryKind::Stable,
        entry_uuid: id,
        logical_id: id,
        version: 1,
        unique_id: UniqueId::parse("2.999.1").expect("an OID"),
        repository: Oid::parse("2.999.2").ok(),
        availability: Availability::Approved,
        patient: patient.clone(),
        source_patient_id: None,
        source_patient_info: SourcePatientInfo::default(),
        class_code: Code::new("31", "1.2.250.1.213.1.1.4.1"),
        type_code: Code::new("11502-2", system::LOINC),
        format_code: Code::new("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3"),
        confidentiality: vec![Code::new("N", system::CONFIDENTIALITY)],
        facility_type: Code::new("SA25", "1.2.250.1.71.4.2.4"),
        practice_setting: Code::new("AMBULATOIRE", "1.2.250.1.213.1.1.4.9"),
        event_codes: Vec::new(),
        creation_time: Hl7Time::parse("20261117154500").expect("a time"),
        service_start: None,
        service_stop: None,
        language: LanguageTag::parse("fr-FR").expect("a language"),
        mime_type: MimeType::parse("text/xml").expect("a media type"),
        hash: None,
        size: None,
        title: None,
        comments: None,
        authors: Vec::new(),
        legal_authenticator: None,
        reference_ids: Vec::new(),
        extra: Vec::new(),
    }
}

/// The same with visibility flags.
pub fn flagged(mut entry: DocumentEntry, flags: &[VisibilityFlag]) -> DocumentEntry {
    entry.confidentiality.extend(flags.iter().map(|flag| Code::new(flag.code(), system::VISIBILITY)));
    entry
}

/// The same, written by a professional of a structure.
pub fn written_by(mut entry: DocumentEntry, person: &str, structure: &str) -> DocumentEntry {
    entry.authors.push(Author {
        person: Xcn::parse(&format!("{person}^X")).ok(),
        institutions: Xon::parse(&format!("X^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^{structure}"))
            .into_iter()
            .collect(),
        ..Author::default()
    });
    entry
}

/// A deposit of one document, whose set is signed by a person and a structure.
pub fn submission(entry: DocumentEntry, person: &str, structure: &str) -> Submission {
    let authors = written_by(entry.clone(), person, structure).authors;
    let set = SubmissionSet {
        entry_uuid: EntryUuid::from_bytes([8; 16]),
        unique_id: UniqueId::parse("2.999.3").ok(),
        source_id: Oid::parse("2.999.4").expect("an OID"),
        patient: entry.patient.clone(),
        submission_time: Hl7Time::parse("20261117154500").expect("a time"),
        content_type: Code::new("07", "1.2.250.1.213.1.1.4.10"),
        authors,
        intended_recipients: Vec::new(),
        title: None,
        comments: None,
    };
    let content = Content::Inline(ContentBytes::new(&b"x"[..]));
    Submission {
        set,
        entries: vec![(entry, content)],
        associations: Vec::new(),
        folders: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: None,
    }
}
