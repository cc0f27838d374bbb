//! What a request calls, and what its body holds.

use crate::capability::Defined;
use crate::life_cycle::LifeAct;
use crate::validate::Subject;

/// A routed request. An empty id: the path has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Metadata,
    OpenApi,
    DefinitionSearch(Defined),
    DefinitionRead(Defined, String),
    HabilitationMatrix,
    PatientRead(String),
    PatientSearch,
    CrossReference,
    PatientMatch,
    PatientFeed,
    RequestCode,
    Activate,
    Life(LifeAct, String),
    PatientExport(String),
    Transaction,
    DocumentSearch,
    DocumentRead(String),
    DocumentHistory(String),
    /// Id and version.
    DocumentVersion(String, String),
    ListSearch,
    ListRead(String),
    /// Refused: lists come in bundles.
    ListCreate,
    DocumentPublish,
    GenerateMetadata,
    DepositStatus,
    /// `$validate`.
    Validate(Subject),
    /// By id, or by `identifier` in the query.
    DocumentPatch(Option<String>),
    DocumentDelete(String),
    WhoCouldSee(String),
    BinaryRead(String),
    SubscriptionCreate,
    SubscriptionRead(String),
    SubscriptionSearch,
    SubscriptionUpdate(String),
    SubscriptionDelete(String),
    SubscriptionStatus(String),
    SubscriptionEvents(String),
    TopicSearch,
    TopicRead(String),
    ConsentCreate,
    ConsentRead(String),
    ConsentSearch,
    ConsentDelete(String),
    ConsentUpdate,
    CareTeamSearch,
    CareTeamDeclare(String),
    CareTeamCease(String),
    RelatedRead(String),
    RelatedSearch,
    RelatedCreate,
    RelatedDelete,
    AuditSearch,
    AuditRead(String),
    AuditContest(String),
}

/// What the body of a request holds, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// A resource.
    Resource,
    /// Parameters of an operation, or nothing.
    Parameters,
    /// A patch: JSON Patch, or a Parameters for FHIRPath Patch.
    Patch,
    /// The parameters of a search, or nothing.
    Form,
}
