//! One document in every visibility.

use model::{
    Author, Availability, Code, Content, ContentBytes, DocumentEntry, EntryUuid, Hl7Time, LanguageTag,
    MimeType, Oid, Party, PersonId, SourcePatientInfo, StructureId, Submission, SubmissionSet, UniqueId,
    VisibilityFlag, Xcn, Xon, system,
};
use policy::Judged;

use crate::persona::{PERSON, STRUCTURE, other_patient, patient};
use crate::records::{BOTH, bit};

/// The columns.
pub(crate) const DOCUMENT: [&str; 10] = [
    "type",
    "status",
    "masked",
    "chosen",
    "inv_patient",
    "inv_reps",
    "own",
    "here",
    "by_holder",
    "by_blocked",
];

/// A document as the policy judges it.
pub(crate) struct Document {
    pub(crate) entry: DocumentEntry,
    masked_to: Vec<Party>,
    by_holder: bool,
    by_blocked: bool,
}

impl Judged for Document {
    fn entry(&self) -> &DocumentEntry {
        &self.entry
    }

    fn masked_to(&self) -> &[Party] {
        &self.masked_to
    }

    fn added_by_holder(&self) -> bool {
        self.by_holder
    }

    fn depositor_was_blocked(&self) -> bool {
        self.by_blocked
    }
}

/// What varies, in the order of the columns.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    pub(crate) status: Availability,
    pub(crate) masked: bool,
    pub(crate) chosen: bool,
    pub(crate) inv_patient: bool,
    pub(crate) inv_reps: bool,
    pub(crate) own: bool,
    pub(crate) here: bool,
    pub(crate) by_holder: bool,
    pub(crate) by_blocked: bool,
}

impl Look {
    /// Current, here, seen by all.
    pub(crate) const PLAIN: Look = Look {
        status: Availability::Approved,
        masked: false,
        chosen: false,
        inv_patient: false,
        inv_reps: false,
        own: false,
        here: true,
        by_holder: false,
        by_blocked: false,
    };

    /// Every visibility; who deposited varies only where it is asked for.
    pub(crate) fn all(deposited: bool) -> Vec<Look> {
        let mut looks = Vec::new();
        for status in Availability::ALL {
            for bits in 0..64u8 {
                let on = |n: u8| bits & (1 << n) != 0;
                let look = Look {
                    status,
                    masked: on(0),
                    chosen: on(1),
                    inv_patient: on(2),
                    inv_reps: on(3),
                    own: on(4),
                    here: !on(5),
                    ..Look::PLAIN
                };
                if !deposited {
                    looks.push(look);
                    continue;
                }
                for by_holder in BOTH {
                    looks.extend(BOTH.map(|by_blocked| Look { by_holder, by_blocked, ..look }));
                }
            }
        }
        looks
    }

    pub(crate) fn words(self, type_code: &Code) -> String {
        let status = match self.status {
            Availability::Approved => "approved",
            Availability::Deprecated => "deprecated",
            Availability::Archived => "archived",
            Availability::Deleted => "deleted",
        };
        [
            type_code.value.as_str(),
            status,
            bit(self.masked),
            bit(self.chosen),
            bit(self.inv_patient),
            bit(self.inv_reps),
            bit(self.own),
            bit(self.here),
            bit(self.by_holder),
            bit(self.by_blocked),
        ]
        .join("\t")
    }

    /// The document; `own` is a patient's or a professional's, `chosen` names the structure acted for and the
    /// person.
    pub(crate) fn document(self, type_code: &Code, patients: bool) -> Document {
        let flags = [
            (self.masked, VisibilityFlag::MasquePs),
            (self.inv_patient, VisibilityFlag::InvisiblePatient),
            (self.inv_reps, VisibilityFlag::InvisibleRepresentantsLegaux),
        ];
        let mut entry = plain(type_code);
        let set = flags.iter().filter(|(on, _)| *on);
        entry.confidentiality.extend(set.map(|(_, flag)| Code::new(flag.code(), system::VISIBILITY)));
        entry.availability = self.status;
        if !self.here {
            entry.patient = other_patient();
        }
        let holder = patient();
        let (person, structure) = match (self.own, patients) {
            (true, false) => (PERSON, STRUCTURE),
            (true, true) => (holder.number(), "1999999999"),
            (false, _) => ("899900000099", "1999999999"),
        };
        entry.authors = vec![author(person, structure)];
        let named = [Party::Person(PersonId(PERSON.into())), Party::Structure(StructureId(STRUCTURE.into()))];
        Document {
            entry,
            masked_to: if self.chosen { named.to_vec() } else { Vec::new() },
            by_holder: self.by_holder,
            by_blocked: self.by_blocked,
        }
    }
}

/// A set of one document that its depositor signs or not.
pub(crate) fn submission(entry: DocumentEntry, author: Author) -> Submission {
    let set = SubmissionSet {
        entry_uuid: EntryUuid::from_bytes([8; 16]),
        unique_id: UniqueId::parse("2.999.3").ok(),
        source_id: Oid::parse("2.999.4").expect("an OID"),
        patient: entry.patient.clone(),
        submission_time: Hl7Time::parse("20261117154500").expect("a time"),
        content_type: Code::new("07", "1.2.250.1.213.1.1.4.10"),
        authors: vec![author],
        intended_recipients: Vec::new(),
        title: None,
        comments: None,
    };
    Submission {
        set,
        entries: vec![(entry, Content::Inline(ContentBytes::new(&b"x"[..])))],
        associations: Vec::new(),
        folders: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: None,
    }
}

/// An author: a person of a structure.
pub(crate) fn author(person: &str, structure: &str) -> Author {
    let institution = Xon::parse(&format!("X^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^{structure}"));
    Author {
        person: Xcn::parse(&format!("{person}^X")).ok(),
        institutions: institution.into_iter().collect(),
        ..Author::default()
    }
}

pub(crate) fn plain(type_code: &Code) -> DocumentEntry {
    let id = EntryUuid::from_bytes([7; 16]);
    DocumentEntry {
        kind: model::EntryKind::Stable,
        entry_uuid: id,
        logical_id: id,
        version: 1,
        unique_id: UniqueId::parse("2.999.1").expect("an OID"),
        repository: None,
        availability: Availability::Approved,
        patient: patient(),
        source_patient_id: None,
        source_patient_info: SourcePatientInfo::default(),
        class_code: Code::new("31", "1.2.250.1.213.1.1.4.1"),
        type_code: type_code.clone(),
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
