//! A document entry: one sealed blob; what changes or is searched stands in columns beside it.

use model::{
    Author, Availability, Code, Cx, DocumentEntry, EntryKind, EntryUuid, Hl7Time, Ins, LanguageTag, MimeType,
    Oid, ReferenceId, Sha1, SourcePatientInfo, UniqueId, Xcn,
};
use serde::{Deserialize, Serialize};

use crate::cipher::Unsound;
use crate::row::Stored;

/// What the columns and the record say of an entry.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) patient: Ins,
    pub(crate) entry_uuid: EntryUuid,
    pub(crate) logical_id: EntryUuid,
    pub(crate) version: u32,
    pub(crate) availability: Availability,
    pub(crate) kind: EntryKind,
}

/// The sealed part.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EntryRow {
    unique_id: <UniqueId as Stored>::Row,
    repository: <Option<Oid> as Stored>::Row,
    source_patient_id: <Option<Cx> as Stored>::Row,
    source_patient_info: <SourcePatientInfo as Stored>::Row,
    class_code: <Code as Stored>::Row,
    type_code: <Code as Stored>::Row,
    format_code: <Code as Stored>::Row,
    confidentiality: <Vec<Code> as Stored>::Row,
    facility_type: <Code as Stored>::Row,
    practice_setting: <Code as Stored>::Row,
    event_codes: <Vec<Code> as Stored>::Row,
    creation_time: <Hl7Time as Stored>::Row,
    service_start: <Option<Hl7Time> as Stored>::Row,
    service_stop: <Option<Hl7Time> as Stored>::Row,
    language: <LanguageTag as Stored>::Row,
    mime_type: <MimeType as Stored>::Row,
    hash: <Option<Sha1> as Stored>::Row,
    size: Option<u64>,
    title: Option<String>,
    comments: Option<String>,
    authors: <Vec<Author> as Stored>::Row,
    legal_authenticator: <Option<Xcn> as Stored>::Row,
    reference_ids: <Vec<ReferenceId> as Stored>::Row,
    extra: Vec<(String, Vec<String>)>,
}

impl EntryRow {
    /// The stored form.
    pub(crate) fn of(entry: &DocumentEntry) -> Self {
        EntryRow {
            unique_id: entry.unique_id.to_row(),
            repository: entry.repository.to_row(),
            source_patient_id: entry.source_patient_id.to_row(),
            source_patient_info: entry.source_patient_info.to_row(),
            class_code: entry.class_code.to_row(),
            type_code: entry.type_code.to_row(),
            format_code: entry.format_code.to_row(),
            confidentiality: entry.confidentiality.to_row(),
            facility_type: entry.facility_type.to_row(),
            practice_setting: entry.practice_setting.to_row(),
            event_codes: entry.event_codes.to_row(),
            creation_time: entry.creation_time.to_row(),
            service_start: entry.service_start.to_row(),
            service_stop: entry.service_stop.to_row(),
            language: entry.language.to_row(),
            mime_type: entry.mime_type.to_row(),
            hash: entry.hash.to_row(),
            size: entry.size,
            title: entry.title.clone(),
            comments: entry.comments.clone(),
            authors: entry.authors.to_row(),
            legal_authenticator: entry.legal_authenticator.to_row(),
            reference_ids: entry.reference_ids.to_row(),
            extra: entry.extra.clone(),
        }
    }

    /// The entry with what the columns say.
    pub(crate) fn into_entry(self, placed: Placed) -> Result<DocumentEntry, Unsound> {
        Ok(DocumentEntry {
            kind: placed.kind,
            entry_uuid: placed.entry_uuid,
            logical_id: placed.logical_id,
            version: placed.version,
            unique_id: UniqueId::from_row(self.unique_id)?,
            repository: Option::from_row(self.repository)?,
            availability: placed.availability,
            patient: placed.patient,
            source_patient_id: Option::from_row(self.source_patient_id)?,
            source_patient_info: SourcePatientInfo::from_row(self.source_patient_info)?,
            class_code: Code::from_row(self.class_code)?,
            type_code: Code::from_row(self.type_code)?,
            format_code: Code::from_row(self.format_code)?,
            confidentiality: Vec::from_row(self.confidentiality)?,
            facility_type: Code::from_row(self.facility_type)?,
            practice_setting: Code::from_row(self.practice_setting)?,
            event_codes: Vec::from_row(self.event_codes)?,
            creation_time: Hl7Time::from_row(self.creation_time)?,
            service_start: Option::from_row(self.service_start)?,
            service_stop: Option::from_row(self.service_stop)?,
            language: LanguageTag::from_row(self.language)?,
            mime_type: MimeType::from_row(self.mime_type)?,
            hash: Option::from_row(self.hash)?,
            size: self.size,
            title: self.title,
            comments: self.comments,
            authors: Vec::from_row(self.authors)?,
            legal_authenticator: Option::from_row(self.legal_authenticator)?,
            reference_ids: Vec::from_row(self.reference_ids)?,
            extra: self.extra,
        })
    }
}

/// A code as a searchable column: `system|value`, with `|` and `\` of the system escaped, so that two codes
/// never share a text.
pub(crate) fn code_key(code: &Code) -> String {
    format!("{}{}", scheme_prefix(&code.system), code.value)
}

/// What the column of every code of a scheme starts with.
pub(crate) fn scheme_prefix(system: &str) -> String {
    format!("{}|", system.replace('\\', "\\\\").replace('|', "\\|"))
}

/// True for an identifier that may be a matricule, with or without its key, sound or not: a patient among the
/// authors, kept out of the clear columns. It looks at the text alone, so that a question asks alike.
pub(crate) fn is_patient_id(id: &str) -> bool {
    (13..=15).contains(&id.len())
        && id.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'A' | b'B' | b'a' | b'b'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_codes_never_share_a_column_text() {
        let pairs = [("a|b", "c"), ("a", "b|c"), ("a\\", "|c"), ("a\\|", "c"), ("a", "|c")];
        let keys: std::collections::HashSet<_> =
            pairs.iter().map(|(system, value)| code_key(&Code::new(*value, *system))).collect();
        assert_eq!(keys.len(), pairs.len());
    }

    #[test]
    fn a_matricule_is_told_from_a_professionals_identifier() {
        for matricule in ["255081416802538", "2550814168025", "174052A00412313", "255081416802500"] {
            assert!(is_patient_id(matricule), "{matricule}");
        }
        assert!(!is_patient_id("899900000019"));
    }
}
