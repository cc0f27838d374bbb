//! By which transaction a submission comes, and what an entry then holds (IHE ITI TF-3 table 4.2.3.1.7-2).

use model::EntryKind;

/// The transaction of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// ITI-41: a source provides stable documents with their bytes.
    Provide,
    /// ITI-42: another repository registers stable documents that it holds.
    Register,
    /// ITI-61: on-demand document entries.
    RegisterOnDemand,
}

/// Whether a slot has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    Required,
    Optional,
    Forbidden,
}

/// What an entry holds of the document itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demands {
    /// creationTime.
    pub(super) creation_time: Demand,
    /// hash and size.
    pub(super) digest: Demand,
    /// repositoryUniqueId.
    pub(super) repository: Demand,
}

/// Whose metadata it is: what a source submits, or what a registry answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A submission: version 1, logicalID equal to the id, status set by the registry.
    Submitted(Way),
    /// An update: a version of an object of the record, by its logicalID; what a repository set may be left out.
    Updated,
    /// A registry's answer: status, logicalID and version are there.
    Registered,
}

impl Way {
    /// The kind of entry that comes this way.
    pub const fn kind(self) -> EntryKind {
        match self {
            Way::Provide | Way::Register => EntryKind::Stable,
            Way::RegisterOnDemand => EntryKind::OnDemand,
        }
    }
}

impl Form {
    /// What is demanded of an entry of this kind.
    pub(super) const fn demands(self, kind: EntryKind) -> Demands {
        use Demand::{Forbidden, Optional, Required};
        let (creation_time, digest, repository) = match (self, kind) {
            (Form::Submitted(Way::Provide), _) => (Required, Optional, Optional),
            (Form::Submitted(Way::Register), _) => (Required, Required, Required),
            (Form::Submitted(Way::RegisterOnDemand), _) => (Forbidden, Forbidden, Required),
            (Form::Updated | Form::Registered, EntryKind::Stable) => (Required, Optional, Optional),
            (Form::Updated | Form::Registered, EntryKind::OnDemand) => (Forbidden, Forbidden, Optional),
        };
        Demands { creation_time, digest, repository }
    }
}
