//! Documents made to order that pass every check of a deposit, and the messages that deposit them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ihe::mtom::Attachment;
use mappings::{Mappings, ValueSet};
use model::{
    Association, AssociationKind, Author, Availability, Code, Content, ContentBytes, Cx, DocumentEntry,
    EntryUuid, Hl7Time, Ins, LanguageTag, Member, Membership, MimeType, ObjectRef, Oid, SourcePatientInfo,
    Submission, SubmissionSet, UniqueId, VisibilityFlag, Xcn, Xon, system,
};
use serde_json::{Value, json};

/// One document to deposit. It is a DICOM object with a text in it: the media type that asks for no CDA.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Tells it from the others: identifiers are made from it.
    pub number: u64,
    /// Whose record.
    pub patient: Ins,
    /// typeCode.
    pub type_code: &'static str,
    /// Visibility flags.
    pub flags: Vec<VisibilityFlag>,
    /// PS_IdNat of the author, Struct_IdNat of the institution.
    pub author: (String, String),
    /// uniqueId, when it is not made from the number.
    pub unique_id: Option<String>,
    /// uniqueId of the set, when it is not made from the number.
    pub set_id: Option<String>,
    /// entryUUID, when it is not made from the number.
    pub uuid: Option<EntryUuid>,
    /// What it relates to.
    pub link: Option<(AssociationKind, ObjectRef)>,
}

impl Paper {
    /// A lab report of nobody in particular.
    pub fn new(number: u64, patient: &Ins, author: (&str, &str)) -> Self {
        Paper {
            number,
            patient: patient.clone(),
            type_code: "11502-2",
            flags: Vec::new(),
            author: (author.0.to_owned(), author.1.to_owned()),
            unique_id: None,
            set_id: None,
            uuid: None,
            link: None,
        }
    }

    /// uniqueId.
    pub fn unique_id(&self) -> String {
        self.unique_id.clone().unwrap_or_else(|| format!("2.999.7.{}", self.number))
    }

    /// uniqueId of the set.
    pub fn set_id(&self) -> String {
        self.set_id.clone().unwrap_or_else(|| format!("2.999.8.{}", self.number))
    }

    /// entryUUID and, at first, logicalID.
    pub fn uuid(&self) -> EntryUuid {
        self.uuid.unwrap_or_else(|| uuid(1, self.number))
    }

    /// The document.
    pub fn bytes(&self) -> Vec<u8> {
        [[0; 128].as_slice(), b"DICM", format!("paper {}", self.number).as_bytes()].concat()
    }

    /// The submission of the model.
    #[expect(clippy::expect_used, reason = "constants that are well formed")]
    pub fn submission(&self, mappings: &Mappings) -> Submission {
        let (entry, uuid_of_set) = (self.entry(mappings), uuid(2, self.number));
        let set = SubmissionSet {
            entry_uuid: uuid_of_set,
            unique_id: UniqueId::parse(&self.set_id()).ok(),
            source_id: Oid::parse("2.999.4").expect("an OID"),
            patient: self.patient.clone(),
            submission_time: Hl7Time::parse("20261118134500").expect("a time"),
            content_type: Code::labelled("03", "1.2.250.1.213.2.2", "Hospitalisation complète"),
            authors: vec![self.author()],
            intended_recipients: Vec::new(),
            title: None,
            comments: None,
        };
        let associations = self.link.iter().map(|(kind, target)| Association {
            documentation: None,
            entry_uuid: uuid(3, self.number),
            kind: *kind,
            source: entry.entry_uuid,
            target: target.clone(),
        });
        Submission {
            set,
            associations: associations.collect(),
            folders: Vec::new(),
            // Its id does not depend on what else was deposited: twin worlds answer with the same bytes.
            memberships: vec![Membership {
                entry_uuid: uuid(7, self.number),
                link: Member::Original(entry.entry_uuid),
            }],
            entries: vec![(entry, Content::Inline(ContentBytes::new(self.bytes())))],
            orphans: Vec::new(),
            identity_qualified: None,
        }
    }

    /// The element and the parts of ITI-41.
    pub fn iti41(&self, mappings: &Mappings) -> (String, Vec<Attachment>) {
        ihe::iti41::request::write(&self.submission(mappings))
    }

    /// The body of ITI-105: the sample's, with this document.
    #[expect(clippy::indexing_slicing, reason = "places of the sample, which has them")]
    pub fn iti105(&self, mappings: &Mappings) -> Vec<u8> {
        let sample = include_str!("../../samples/fhir/iti105-emergency-report.json");
        let mut resource: Value = serde_json::from_str(sample).unwrap_or_default();
        let entry = self.entry(mappings);
        let bytes = self.bytes();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &bytes);
        let uri = |system: &str| match system {
            system::LOINC => "http://loinc.org".to_owned(),
            other => format!("urn:oid:{other}"),
        };
        let coded = |code: &Code| json!({"system": uri(&code.system), "code": code.value});
        resource["masterIdentifier"]["value"] = json!(format!("urn:oid:{}", self.unique_id()));
        resource["type"] = json!({"coding": [coded(&entry.type_code)]});
        resource["category"] = json!([{"coding": [coded(&entry.class_code)]}]);
        resource["subject"]["identifier"]["value"] = json!(self.patient.number());
        resource["contained"][0]["identifier"][0]["value"] = json!(self.patient.number());
        resource["contained"][1]["identifier"][0]["value"] = json!(self.author.0);
        resource["contained"][2]["identifier"][0]["value"] = json!(self.author.1);
        let labels: Vec<Value> = entry.confidentiality.iter().map(|code| match code.system.as_str() {
            system::CONFIDENTIALITY => {
                json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": code.value}]})
            }
            _ => json!({"coding": [coded(code)]}),
        }).collect();
        resource["securityLabel"] = json!(labels);
        resource["content"][0] = json!({
            "attachment": {
                "contentType": "application/dicom", "language": "fr-FR", "data": STANDARD.encode(&bytes),
                "size": bytes.len(), "hash": STANDARD.encode(hash.as_ref()),
                "title": format!("paper {}", self.number), "creation": "2026-11-18T14:30:00+01:00",
            },
            "format": coded(&entry.format_code),
        });
        if let Some((kind, ObjectRef::Unique(target))) = &self.link {
            let code = if kind.supersedes() { "replaces" } else { "appends" };
            resource["relatesTo"] = json!([{"code": code, "target": {"identifier": {
                "system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{}", target.as_str()),
            }}}]);
        }
        if let Some((kind, ObjectRef::Uuid(target))) = &self.link {
            let code = if kind.supersedes() { "replaces" } else { "appends" };
            resource["relatesTo"] = json!([{"code": code, "target": {
                "reference": format!("DocumentReference/{}", target.bare()),
            }}]);
        }
        serde_json::to_vec(&resource).unwrap_or_default()
    }

    #[expect(clippy::expect_used, reason = "constants that are well formed")]
    fn entry(&self, mappings: &Mappings) -> DocumentEntry {
        let type_code = mappings.codes.with_value(ValueSet::DocumentType, self.type_code).next();
        let type_code = type_code.expect("a type of the value set").clone();
        let class_code = mappings.codes.class_of(&type_code).expect("the type's class").clone();
        let mut confidentiality = vec![Code::new("N", system::CONFIDENTIALITY)];
        confidentiality.extend(self.flags.iter().map(|flag| Code::new(flag.code(), system::VISIBILITY)));
        DocumentEntry {
            kind: model::EntryKind::Stable,
            entry_uuid: self.uuid(),
            logical_id: self.uuid(),
            version: 1,
            unique_id: UniqueId::parse(&self.unique_id()).expect("an OID"),
            repository: None,
            availability: Availability::Approved,
            patient: self.patient.clone(),
            source_patient_id: Cx::parse("IPP^^^&2.999.5&ISO^PI").ok(),
            source_patient_info: SourcePatientInfo::default(),
            class_code,
            type_code,
            format_code: Code::new("urn:asip:ci-sis:avk:2009", "1.2.250.1.213.1.1.4.2.282"),
            confidentiality,
            facility_type: Code::new("SA01", "1.2.250.1.71.4.2.4"),
            practice_setting: Code::new("ETABLISSEMENT", "1.2.250.1.213.1.1.4.9"),
            event_codes: Vec::new(),
            creation_time: Hl7Time::parse("20261118133000").expect("a time"),
            service_start: Hl7Time::parse("20261118").ok(),
            service_stop: None,
            language: LanguageTag::parse("fr-FR").expect("a language"),
            mime_type: MimeType::parse("application/dicom").expect("a media type"),
            hash: None,
            size: None,
            title: Some(format!("paper {}", self.number)),
            comments: None,
            authors: vec![self.author()],
            legal_authenticator: self.author().person,
            reference_ids: Vec::new(),
            extra: Vec::new(),
        }
    }

    fn author(&self) -> Author {
        let person = format!("{}^X^Y^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS", self.author.0);
        let institution = format!("X^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^{}", self.author.1);
        Author {
            person: Xcn::parse(&person).ok(),
            institutions: Xon::parse(&institution).into_iter().collect(),
            ..Author::default()
        }
    }
}

/// A UUID of its own for each kind of object and number.
pub fn uuid(kind: u8, number: u64) -> EntryUuid {
    let high = 0x2000_0000_0000_4000_8000_0000_0000_0000_u128 | (u128::from(kind) << 120);
    EntryUuid::from_bytes((high | u128::from(number)).to_be_bytes())
}
