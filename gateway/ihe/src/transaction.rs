//! The transactions of this door: adding one means a folder, and its lines here.

use crate::dmp::names::{HABILITATIONS, HL7};
use crate::ebrim::names::{LCM, QUERY, RMD, RS, XDS};

/// The addresses of the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/xds/repository`.
    Repository,
    /// `/xds/registry`.
    Registry,
    /// `/dmp`.
    Dmp,
}

impl Endpoint {
    /// Every address.
    pub const ALL: [Endpoint; 3] = [Endpoint::Repository, Endpoint::Registry, Endpoint::Dmp];

    /// The path below the server's address.
    pub const fn path(self) -> &'static str {
        match self {
            Endpoint::Repository => "/xds/repository",
            Endpoint::Registry => "/xds/registry",
            Endpoint::Dmp => "/dmp",
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
    /// Register Document Set-b.
    Iti42,
    /// Register On-Demand Document Entry.
    Iti61,
    /// Remove Metadata.
    Iti62,
    /// Remove Documents.
    Iti86,
    /// The DMP's test of existence and of one's own authorisation; administrative data too (TD1.3a).
    Td02,
    /// The DMP's own authorisation: attested, withdrawn.
    Td03,
}

impl Transaction {
    /// Every transaction.
    pub const ALL: [Transaction; 9] = [
        Transaction::Iti41,
        Transaction::Iti43,
        Transaction::Iti18,
        Transaction::Iti42,
        Transaction::Iti61,
        Transaction::Iti62,
        Transaction::Iti86,
        Transaction::Td02,
        Transaction::Td03,
    ];

    /// The number, for instance `ITI-41` or `TD0.2`.
    pub const fn name(self) -> &'static str {
        match self {
            Transaction::Iti41 => "ITI-41",
            Transaction::Iti43 => "ITI-43",
            Transaction::Iti18 => "ITI-18",
            Transaction::Iti42 => "ITI-42",
            Transaction::Iti61 => "ITI-61",
            Transaction::Iti62 => "ITI-62",
            Transaction::Iti86 => "ITI-86",
            Transaction::Td02 => "TD0.2",
            Transaction::Td03 => "TD0.3",
        }
    }

    /// The `wsa:Action` of the request.
    pub const fn action(self) -> &'static str {
        match self {
            Transaction::Iti41 => "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b",
            Transaction::Iti43 => "urn:ihe:iti:2007:RetrieveDocumentSet",
            Transaction::Iti18 => "urn:ihe:iti:2007:RegistryStoredQuery",
            Transaction::Iti42 => "urn:ihe:iti:2007:RegisterDocumentSet-b",
            Transaction::Iti61 => "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry",
            // The old name stayed (RMD §3.62).
            Transaction::Iti62 => "urn:ihe:iti:2010:DeleteDocumentSet",
            Transaction::Iti86 => "urn:ihe:iti:2017:RemoveDocuments",
            Transaction::Td02 => "urn:hl7-org:v3:PRPA_IN201307UV02",
            Transaction::Td03 => "urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization",
        }
    }

    /// Another `wsa:Action` that software in the field sends for it: the soapAction of the DMP's own WSDL, and in its
    /// example code the action of the answer.
    const fn other_action(self) -> Option<&'static str> {
        match self {
            Transaction::Td02 => Some("urn:hl7-org:v3:PRPA_IN201308UV02"),
            Transaction::Td03 => Some("urn:hl7-org:v3:setAuthorization"),
            Transaction::Iti41
            | Transaction::Iti43
            | Transaction::Iti18
            | Transaction::Iti42
            | Transaction::Iti61
            | Transaction::Iti62
            | Transaction::Iti86 => None,
        }
    }

    /// The `wsa:Action` of the answer: the request's and `Response` (ITI TF-2 appendix V.3), in HL7 v3 the
    /// interaction's own.
    pub fn answer_action(self) -> String {
        match self {
            Transaction::Td02 => "urn:hl7-org:v3:PRPA_IN201308UV02".to_owned(),
            Transaction::Iti41
            | Transaction::Iti43
            | Transaction::Iti18
            | Transaction::Iti42
            | Transaction::Iti61
            | Transaction::Iti62
            | Transaction::Iti86
            | Transaction::Td03 => {
                format!("{}Response", self.action())
            }
        }
    }

    /// Where it is offered.
    pub const fn endpoint(self) -> Endpoint {
        match self {
            Transaction::Iti41 | Transaction::Iti43 | Transaction::Iti86 => Endpoint::Repository,
            Transaction::Iti18 | Transaction::Iti42 | Transaction::Iti61 | Transaction::Iti62 => {
                Endpoint::Registry
            }
            Transaction::Td02 | Transaction::Td03 => Endpoint::Dmp,
        }
    }

    /// Namespace and local name of the only child of the request's Body.
    pub const fn payload(self) -> (&'static str, &'static str) {
        match self {
            Transaction::Iti41 => (XDS, "ProvideAndRegisterDocumentSetRequest"),
            Transaction::Iti43 => (XDS, "RetrieveDocumentSetRequest"),
            Transaction::Iti18 => (QUERY, "AdhocQueryRequest"),
            Transaction::Iti42 | Transaction::Iti61 => (LCM, "SubmitObjectsRequest"),
            Transaction::Iti62 => (LCM, "RemoveObjectsRequest"),
            Transaction::Iti86 => (RMD, "RemoveDocumentsRequest"),
            Transaction::Td02 => (HL7, "PRPA_IN201307UV02"),
            Transaction::Td03 => (HABILITATIONS, "setAuthorization"),
        }
    }

    /// Namespace and local name of the only child of the answer's Body.
    pub const fn answer_payload(self) -> (&'static str, &'static str) {
        match self {
            Transaction::Iti41
            | Transaction::Iti42
            | Transaction::Iti61
            | Transaction::Iti62
            | Transaction::Iti86 => (RS, "RegistryResponse"),
            Transaction::Iti43 => (XDS, "RetrieveDocumentSetResponse"),
            Transaction::Iti18 => (QUERY, "AdhocQueryResponse"),
            Transaction::Td02 => (HL7, "PRPA_IN201308UV02"),
            Transaction::Td03 => (HABILITATIONS, "setAuthorizationResponse"),
        }
    }

    /// Its operation in the WSDL: the name that IHE's or the DMP's gives it.
    pub const fn operation(self) -> &'static str {
        match self {
            Transaction::Iti41 => "DocumentRepository_ProvideAndRegisterDocumentSet-b",
            Transaction::Iti43 => "DocumentRepository_RetrieveDocumentSet",
            Transaction::Iti18 => "DocumentRegistry_RegistryStoredQuery",
            Transaction::Iti42 => "DocumentRegistry_RegisterDocumentSet-b",
            Transaction::Iti61 => "DocumentRegistry_RegisterOnDemandDocumentEntry",
            Transaction::Iti62 => "DocumentRegistry_DeleteDocumentSet",
            Transaction::Iti86 => "DocumentRepository_RemoveDocuments",
            Transaction::Td02 => "PatientGetDemographics_PRPA_IN201307UV02",
            Transaction::Td03 => "setAuthorization",
        }
    }

    /// True when the answer is an MTOM message even without attachment.
    pub const fn answers_in_mtom(self) -> bool {
        match self {
            Transaction::Iti41 | Transaction::Iti43 => true,
            Transaction::Iti18
            | Transaction::Iti42
            | Transaction::Iti61
            | Transaction::Iti62
            | Transaction::Iti86
            | Transaction::Td02
            | Transaction::Td03 => false,
        }
    }

    /// True when a request outside MTOM is refused. A retrieval's request holds no binary: it is read from
    /// simple SOAP too.
    pub const fn demands_mtom(self) -> bool {
        match self {
            Transaction::Iti41 => true,
            Transaction::Iti43
            | Transaction::Iti18
            | Transaction::Iti42
            | Transaction::Iti61
            | Transaction::Iti62
            | Transaction::Iti86
            | Transaction::Td02
            | Transaction::Td03 => false,
        }
    }

    /// The transaction of an action.
    pub fn of(action: &str) -> Option<Self> {
        Transaction::ALL
            .into_iter()
            .find(|transaction| transaction.action() == action || transaction.other_action() == Some(action))
    }
}
