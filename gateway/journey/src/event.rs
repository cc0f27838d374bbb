//! The audit event of an act, written in the transaction of the act.

use model::{Actor, Caller, EntryUuid, Ins, Moment, Party, Purpose, Rule, UniqueId};

/// What was done or tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// A deposit.
    Deposit,
    /// A deposit was tried out or asked about, with nothing kept.
    Rehearse,
    /// A search of documents.
    Search,
    /// A document or its entry was read.
    Retrieve,
    /// An identity was read.
    ReadIdentity,
    /// An identity was fed.
    ImportIdentity,
    /// A record was opened.
    OpenRecord,
    /// A record was closed.
    CloseRecord,
    /// A record was erased.
    EraseRecord,
    /// A representative was linked, or a link ended.
    Represent,
    /// A provisional code was asked for.
    IssueCode,
    /// An account was activated.
    Activate,
    /// A choice about who may do what.
    Choose,
    /// Rights in force were read.
    ReadRights,
    /// A document was masked, shown, archived or deleted.
    Amend,
    /// The history was read.
    ReadHistory,
    /// Everything about one person was exported.
    Export,
    /// Accesses that somebody must look at were listed, or one was looked at.
    Review,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 18] = [
        Act::Deposit,
        Act::Rehearse,
        Act::Search,
        Act::Retrieve,
        Act::ReadIdentity,
        Act::ImportIdentity,
        Act::OpenRecord,
        Act::CloseRecord,
        Act::EraseRecord,
        Act::Represent,
        Act::IssueCode,
        Act::Activate,
        Act::Choose,
        Act::ReadRights,
        Act::Amend,
        Act::ReadHistory,
        Act::Export,
        Act::Review,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Act::Deposit => "deposit",
            Act::Rehearse => "rehearse",
            Act::Search => "search",
            Act::Retrieve => "retrieve",
            Act::ReadIdentity => "read-identity",
            Act::ImportIdentity => "import-identity",
            Act::OpenRecord => "open-record",
            Act::CloseRecord => "close-record",
            Act::EraseRecord => "erase-record",
            Act::Represent => "represent",
            Act::IssueCode => "issue-code",
            Act::Activate => "activate",
            Act::Choose => "choose",
            Act::ReadRights => "read-rights",
            Act::Amend => "amend",
            Act::ReadHistory => "read-history",
            Act::Export => "export",
            Act::Review => "review",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventOutcome {
    /// Done.
    Done,
    /// Told as absent (nothing to see, or hidden).
    Absent,
    /// Refused by these rules.
    Refused(Vec<Rule>),
}

/// One event of the journal. The store encrypts it under the patient's key and chains its commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EntryUuid,
    /// When.
    pub at: Moment,
    /// What.
    pub act: Act,
    /// The transaction, for instance `ITI-65`.
    pub transaction: &'static str,
    /// How it ended.
    pub outcome: EventOutcome,
    /// The record, when one was named.
    pub patient: Option<Ins>,
    /// Who: PS_IdNat of a professional.
    pub person: Option<String>,
    /// Who: the structure acted for.
    pub structure: Option<String>,
    /// Who, for people (never an INS).
    pub display: String,
    /// `professional`, `structure`, `holder`, `representative`, `operator`.
    pub kind: &'static str,
    /// The access mode.
    pub mode: &'static str,
    /// The reason of a break-glass access.
    pub reason: Option<String>,
    /// The calling software.
    pub software: Option<String>,
    /// The request.
    pub request: String,
    /// The set, when one is concerned.
    pub set: Option<UniqueId>,
    /// The documents concerned or shown, by logicalID.
    pub documents: Vec<EntryUuid>,
    /// What was done in detail, by stable names: `mask`, `block`…
    pub deeds: Vec<String>,
    /// Whom a choice names.
    pub party: Option<Party>,
    /// In a minor's secret connection.
    pub secret: bool,
    /// The version of the matrix that decided.
    pub matrix: String,
}

impl Event {
    /// An event of this caller, done, about nothing yet.
    pub fn by(caller: &Caller, id: EntryUuid, at: Moment, act: Act, transaction: &'static str) -> Self {
        let kind = match caller.actor {
            Actor::Professional { .. } => "professional",
            Actor::OfStructure { .. } => "structure",
            Actor::Holder { .. } => "holder",
            Actor::Representative { .. } => "representative",
            Actor::Operator { .. } => "operator",
        };
        let reason = match &caller.purpose {
            Purpose::BreakGlass { reason } => Some(reason.clone()),
            Purpose::Normal | Purpose::Centre15 => None,
        };
        Event {
            id,
            at,
            act,
            transaction,
            outcome: EventOutcome::Done,
            patient: None,
            person: caller.person().map(|id| id.0.clone()),
            structure: caller.structure.as_ref().map(|id| id.0.clone()),
            display: caller.display().to_owned(),
            kind,
            mode: caller.purpose.code(),
            reason,
            software: caller.software.clone(),
            request: caller.request.0.clone(),
            set: None,
            documents: Vec::new(),
            deeds: Vec::new(),
            party: None,
            secret: caller.secret_connection,
            matrix: String::new(),
        }
    }

    /// About this record. A person's account on somebody else's record acts as a representative's.
    #[must_use]
    pub fn about(mut self, caller: &Caller, patient: Option<Ins>) -> Self {
        if let (Actor::Holder { ins }, Some(patient)) = (&caller.actor, &patient)
            && ins != patient
        {
            self.kind = "representative";
            self.display = REPRESENTATIVE.to_owned();
        }
        self.patient = patient;
        self
    }

    /// With what was done in detail.
    #[must_use]
    pub fn doing(mut self, deeds: impl IntoIterator<Item = &'static str>) -> Self {
        self.deeds = deeds.into_iter().map(str::to_owned).collect();
        self
    }

    /// With this outcome.
    #[must_use]
    pub fn ended(mut self, outcome: EventOutcome) -> Self {
        self.outcome = outcome;
        self
    }
}

/// How the history names a representative: never by an INS.
const REPRESENTATIVE: &str = "représentant légal";
