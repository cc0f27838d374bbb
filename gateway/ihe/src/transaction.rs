//! The transactions of this door: adding one means a folder, and its lines here.

use crate::ebrim::names::{QUERY, XDS};

/// The two addresses of the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/xds/repository`.
    Repository,
    /// `/xds/registry`.
    Registry,
}

impl Endpoint {
    /// The path below the server's address.
    pub const fn path(self) -> &'static str {
        match self {
            Endpoint::Repository => "/xds/repository",
            Endpoint::Registry => "/xds/registry",
        }
    }
}

/// A transaction that this door answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transaction {
    /// Provide and Register Document Set-b.
    Iti41,
    /// Retrieve Document Set.
    Iti43,
    /// Registry Stored Query.
    Iti18,
}

impl Transaction {
    /// Every transaction.
    pub const ALL: [Transaction; 3] = [Transaction::Iti41, Transaction::Iti43, Transaction::Iti18];

    /// The number, for instance `ITI-41`.
    pub const fn name(self) -> &'static str {
        match self {
            Transaction::Iti41 => "ITI-41",
            Transaction::Iti43 => "ITI-43",
            Transaction::Iti18 => "ITI-18",
        }
    }

    /// The `wsa:Action` of the request; the answer's is this and `Response` (ITI TF-2 appendix V.3).
    pub const fn action(self) -> &'static str {
        match self {
            Transaction::Iti41 => "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b",
            Transaction::Iti43 => "urn:ihe:iti:2007:RetrieveDocumentSet",
            Transaction::Iti18 => "urn:ihe:iti:2007:RegistryStoredQuery",
        }
    }

    /// Where it is offered.
    pub const fn endpoint(self) -> Endpoint {
        match self {
            Transaction::Iti41 | Transaction::Iti43 => Endpoint::Repository,
            Transaction::Iti18 => Endpoint::Registry,
        }
    }

    /// Namespace and local name of the only child of the request's Body.
    pub const fn payload(self) -> (&'static str, &'static str) {
        match self {
            Transaction::Iti41 => (XDS, "ProvideAndRegisterDocumentSetRequest"),
            Transaction::Iti43 => (XDS, "RetrieveDocumentSetRequest"),
            Transaction::Iti18 => (QUERY, "AdhocQueryRequest"),
        }
    }

    /// True when the answer is an MTOM message even without attachment.
    pub const fn answers_in_mtom(self) -> bool {
        match self {
            Transaction::Iti41 | Transaction::Iti43 => true,
            Transaction::Iti18 => false,
        }
    }

    /// True when a request outside MTOM is refused. A retrieval's request holds no binary: it is read from
    /// simple SOAP too.
    pub const fn demands_mtom(self) -> bool {
        match self {
            Transaction::Iti41 => true,
            Transaction::Iti43 | Transaction::Iti18 => false,
        }
    }

    /// The transaction of an action.
    pub fn of(action: &str) -> Option<Self> {
        Transaction::ALL.into_iter().find(|transaction| transaction.action() == action)
    }
}
