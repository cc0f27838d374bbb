//! A document entry: what XDS knows of one document (IHE ITI TF-3 §4.2.3.2).

use crate::{
    Author, Code, Cx, EntryUuid, Hl7Time, Ins, LanguageTag, MimeType, Oid, OnlineState, ReferenceId, Sha1,
    SourcePatientInfo, UniqueId, Xcn, system,
};

/// The availability of an entry (JDV_J52).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Availability {
    /// Current.
    Approved,
    /// Superseded by a newer version.
    Deprecated,
    /// Archived, still current.
    Archived,
    /// Logically deleted: shown to nobody.
    Deleted,
}

impl Availability {
    /// Every status.
    pub const ALL: [Availability; 4] =
        [Availability::Approved, Availability::Deprecated, Availability::Archived, Availability::Deleted];

    /// The URN of XDS.
    pub const fn urn(self) -> &'static str {
        match self {
            Availability::Approved => "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved",
            Availability::Deprecated => "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated",
            Availability::Archived => "urn:asip:ci-sis:2010:StatusType:Archived",
            Availability::Deleted => "urn:asip:ci-sis:2010:StatusType:Deleted",
        }
    }

    /// Reads the URN.
    pub fn of(urn: &str) -> Option<Self> {
        Availability::ALL.into_iter().find(|status| status.urn() == urn)
    }
}

/// A visibility flag of TRE_A07: independent of the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Hidden from professionals but the author and the médecin traitant.
    MasquePs,
    /// Withheld from the holder until announced.
    InvisiblePatient,
    /// Withheld from legal representatives.
    InvisibleRepresentantsLegaux,
}

impl Visibility {
    /// Every flag.
    pub const ALL: [Visibility; 3] =
        [Visibility::MasquePs, Visibility::InvisiblePatient, Visibility::InvisibleRepresentantsLegaux];

    /// The code in TRE_A07.
    pub const fn code(self) -> &'static str {
        match self {
            Visibility::MasquePs => "MASQUE_PS",
            Visibility::InvisiblePatient => "INVISIBLE_PATIENT",
            Visibility::InvisibleRepresentantsLegaux => "INVISIBLE_REPRESENTANTS_LEGAUX",
        }
    }
}

/// The flags that a list of confidentiality codes carries.
pub fn visibility_flags(confidentiality: &[Code]) -> Vec<Visibility> {
    Visibility::ALL
        .into_iter()
        .filter(|flag| {
            confidentiality.iter().any(|code| code.system == system::VISIBILITY && code.value == flag.code())
        })
        .collect()
}

/// Whether the document exists already (IHE ITI TF-3 §4.2.3.2.17, objectType).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EntryKind {
    /// A stable document.
    #[default]
    Stable,
    /// A document made at each retrieval: it has neither creationTime, hash nor size.
    OnDemand,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [EntryKind; 2] = [EntryKind::Stable, EntryKind::OnDemand];

    /// The objectType.
    pub const fn urn(self) -> &'static str {
        match self {
            EntryKind::Stable => "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1",
            EntryKind::OnDemand => "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248",
        }
    }

    /// Reads the objectType, in any letter case.
    pub fn of(urn: &str) -> Option<Self> {
        EntryKind::ALL.into_iter().find(|kind| kind.urn().eq_ignore_ascii_case(urn.trim()))
    }
}

/// One document's metadata. Optional fields are those that IHE or the DMP leave optional; what a
/// door or a pack demands beyond is a rule, not a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentEntry {
    /// entryUUID of this version of the metadata.
    pub entry_uuid: EntryUuid,
    /// logicalID (`lid`): constant over versions of the metadata.
    pub logical_id: EntryUuid,
    /// Version of the metadata, from 1.
    pub version: u32,
    /// Stable or on demand.
    pub kind: EntryKind,
    /// uniqueId of the document.
    pub unique_id: UniqueId,
    /// The repository; set by us at commit.
    pub repository: Option<Oid>,
    /// The status; set by us at commit.
    pub availability: Availability,
    /// The patient.
    pub patient: Ins,
    /// The patient's local identifier at the source.
    pub source_patient_id: Option<Cx>,
    /// The patient's traits at the source.
    pub source_patient_info: SourcePatientInfo,
    /// classCode.
    pub class_code: Code,
    /// typeCode.
    pub type_code: Code,
    /// formatCode.
    pub format_code: Code,
    /// confidentialityCode, in order: the level first.
    pub confidentiality: Vec<Code>,
    /// healthcareFacilityTypeCode.
    pub facility_type: Code,
    /// practiceSettingCode.
    pub practice_setting: Code,
    /// eventCodeList.
    pub event_codes: Vec<Code>,
    /// creationTime. Of an on-demand entry: when it was registered, never told.
    pub creation_time: Hl7Time,
    /// serviceStartTime.
    pub service_start: Option<Hl7Time>,
    /// serviceStopTime.
    pub service_stop: Option<Hl7Time>,
    /// languageCode.
    pub language: LanguageTag,
    /// mimeType.
    pub mime_type: MimeType,
    /// hash, as declared until checked; always present once stored.
    pub hash: Option<Sha1>,
    /// size in bytes, as declared until checked; always present once stored.
    pub size: Option<u64>,
    /// title.
    pub title: Option<String>,
    /// comments.
    pub comments: Option<String>,
    /// author(s), in order.
    pub authors: Vec<Author>,
    /// legalAuthenticator.
    pub legal_authenticator: Option<Xcn>,
    /// referenceIdList.
    pub reference_ids: Vec<ReferenceId>,
    /// Extra slots whose name is a URN, as sent.
    pub extra: Vec<(String, Vec<String>)>,
}

impl DocumentEntry {
    /// True if the visibility flag is set.
    pub fn has_flag(&self, flag: Visibility) -> bool {
        visibility_flags(&self.confidentiality).contains(&flag)
    }

    /// documentAvailability; online when nothing says otherwise.
    pub fn online(&self) -> OnlineState {
        let given = self.extra.iter().find(|(name, _)| name == "documentAvailability");
        given.and_then(|(_, values)| OnlineState::of(values.first()?)).unwrap_or(OnlineState::Online)
    }

    /// The identifiers (XCN.1) of its author persons.
    pub fn author_persons(&self) -> impl Iterator<Item = &str> {
        self.authors.iter().filter_map(|author| author.person.as_ref()?.id.as_deref())
    }

    /// The identifiers (XON.10) of its author institutions.
    pub fn author_institutions(&self) -> impl Iterator<Item = &str> {
        self.authors.iter().flat_map(|author| &author.institutions).filter_map(|xon| xon.id.as_deref())
    }
}
