//! A question about one patient's documents, as both doors ask it.

use crate::{Availability, Code, EntryKind, EntryUuid, Hl7Time, Ins, Sort, Term, UniqueId};

/// `from ≤ t < to`, each bound optional (half-open, IHE ITI TF-3 §4.2 ITI-18).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DateRange {
    /// Earliest moment included, microseconds since 1970.
    pub from: Option<crate::Moment>,
    /// First moment no longer included.
    pub to: Option<crate::Moment>,
}

impl DateRange {
    /// True when neither bound is set.
    pub fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// True if the first moment of `time` is inside.
    pub fn contains(&self, time: &Hl7Time) -> bool {
        self.holds(time.start())
    }

    /// True if the moment is inside.
    pub fn holds(&self, at: crate::Moment) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}

/// What the caller asks for: everything that fits, or named documents ("one reference").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// FindDocuments, a FHIR search.
    Find,
    /// GetDocuments by entryUUID, a FHIR `_id` search.
    Uuids(Vec<EntryUuid>),
    /// GetDocuments by uniqueId, a FHIR `identifier` search.
    UniqueIds(Vec<UniqueId>),
}

/// Which versions of an object are looked at (`$MetadataLevel`, XDS Metadata Update §3.18.4.1.2.3.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MetadataLevel {
    /// 1: the latest version of each document and folder, documents that are online.
    #[default]
    Latest,
    /// 2: every version.
    Every,
}

/// documentAvailability (XDS Metadata Update §4.2.3.2.30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnlineState {
    /// Retrievable.
    Online,
    /// Not retrievable now.
    Offline,
}

impl OnlineState {
    /// Every state.
    pub const ALL: [OnlineState; 2] = [OnlineState::Online, OnlineState::Offline];

    /// The URN.
    pub const fn urn(self) -> &'static str {
        match self {
            OnlineState::Online => "urn:ihe:iti:2010:DocumentAvailability:Online",
            OnlineState::Offline => "urn:ihe:iti:2010:DocumentAvailability:Offline",
        }
    }

    /// Reads the URN.
    pub fn of(urn: &str) -> Option<Self> {
        OnlineState::ALL.into_iter().find(|state| state.urn() == urn.trim())
    }
}

/// Where a page starts: bound to the snapshot of the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paging {
    /// How many entries at the most; `None` = no limit but the store's.
    pub count: Option<u32>,
    /// Only entries with a sequence at or below this ceiling (the first page sets it).
    pub ceiling: Option<i64>,
    /// Only entries after this position: what they are ordered by (microseconds) and sequence of the last shown.
    pub after: Option<(i64, i64)>,
}

/// One page of results with what the next needs.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The entries shown.
    pub entries: Vec<T>,
    /// How many entries fit in all, after policy.
    pub total: u64,
    /// The ceiling of this snapshot.
    pub ceiling: i64,
    /// Where the next page starts; `None` on the last.
    pub next: Option<(i64, i64)>,
}

/// A search of documents. Values inside one list are alternatives; lists are combined with "and".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentQuery {
    /// The patient asked for; `None` = the token's patient is the scope.
    pub patient: Option<Ins>,
    /// Everything or named documents.
    pub scope: Scope,
    /// Statuses, never empty for `Scope::Find`.
    pub status: Vec<Availability>,
    /// typeCode.
    pub types: Vec<Code>,
    /// classCode.
    pub classes: Vec<Code>,
    /// practiceSettingCode.
    pub practice_settings: Vec<Code>,
    /// healthcareFacilityTypeCode.
    pub facility_types: Vec<Code>,
    /// formatCode.
    pub formats: Vec<Code>,
    /// eventCodeList: each inner list is one "and" term.
    pub events: Vec<Vec<Code>>,
    /// confidentialityCode: each inner list is one "and" term.
    pub confidentiality: Vec<Vec<Code>>,
    /// authorPerson patterns (`%` and `_`), matched on the whole XCN.
    pub authors: Vec<String>,
    /// referenceIdList patterns, matched on the whole CXi: each inner list is one "and" term.
    pub references: Vec<Vec<String>>,
    /// objectType, never empty: stable documents unless asked otherwise.
    pub kinds: Vec<EntryKind>,
    /// documentAvailability; empty = any.
    pub online: Vec<OnlineState>,
    /// Which versions.
    pub level: MetadataLevel,
    /// creationTime.
    pub creation: DateRange,
    /// serviceStartTime; an entry without one is kept.
    pub service_start: DateRange,
    /// serviceStopTime; an entry without one is kept.
    pub service_stop: DateRange,
    /// Conditions beyond the parameters of FindDocuments: all must hold.
    pub terms: Vec<Term>,
    /// The order of the answer.
    pub sort: Sort,
    /// Paging.
    pub paging: Paging,
}

impl DocumentQuery {
    /// A query of `scope` for `patient` with no further filter.
    pub fn new(patient: Option<Ins>, scope: Scope) -> Self {
        DocumentQuery {
            patient,
            scope,
            status: Vec::new(),
            types: Vec::new(),
            classes: Vec::new(),
            practice_settings: Vec::new(),
            facility_types: Vec::new(),
            formats: Vec::new(),
            events: Vec::new(),
            confidentiality: Vec::new(),
            authors: Vec::new(),
            references: Vec::new(),
            kinds: vec![EntryKind::Stable],
            online: Vec::new(),
            level: MetadataLevel::Latest,
            creation: DateRange::default(),
            service_start: DateRange::default(),
            service_stop: DateRange::default(),
            terms: Vec::new(),
            sort: Sort::default(),
            paging: Paging::default(),
        }
    }
}
