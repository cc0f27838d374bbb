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

/// How a transaction is described: one row of the table that requests are dispatched by and WSDLs are written from.
#[derive(Debug, Clone, Copy)]
struct Description {
    /// The number, for instance `ITI-41` or `TD0.2`.
    name: &'static str,
    /// The `wsa:Action` of the request.
    action: &'static str,
    /// Where it is offered.
    endpoint: Endpoint,
    /// Namespace and local name of the only child of the request's Body.
    payload: (&'static str, &'static str),
    /// The same of the answer's Body.
    answer_payload: (&'static str, &'static str),
    /// Its operation in the WSDL: the name that IHE's or the DMP's gives it.
    operation: &'static str,
}

// A macro, because a variant, its place in `ALL` and its row must never drift apart.
macro_rules! transactions {
    ($($(#[$doc:meta])* $variant:ident: $name:literal $action:literal, $endpoint:ident, $payload:expr => $answer:expr, $operation:literal;)*) => {
        /// A transaction that this door answers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Transaction { $($(#[$doc])* $variant,)* }

        impl Transaction {
            /// Every transaction.
            pub const ALL: &'static [Transaction] = &[$(Transaction::$variant,)*];

            const fn description(self) -> Description {
                match self {
                    $(Transaction::$variant => Description {
                        name: $name,
                        action: $action,
                        endpoint: Endpoint::$endpoint,
                        payload: $payload,
                        answer_payload: $answer,
                        operation: $operation,
                    },)*
                }
            }
        }
    };
}

/// The answer of what registers, updates or removes.
const REGISTRY_RESPONSE: (&str, &str) = (RS, "RegistryResponse");
/// What registers or updates.
const SUBMIT_OBJECTS: (&str, &str) = (LCM, "SubmitObjectsRequest");

transactions! {
    /// Provide and Register Document Set-b.
    Iti41: "ITI-41" "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", Repository,
        (XDS, "ProvideAndRegisterDocumentSetRequest") => REGISTRY_RESPONSE,
        "DocumentRepository_ProvideAndRegisterDocumentSet-b";
    /// Retrieve Document Set.
    Iti43: "ITI-43" "urn:ihe:iti:2007:RetrieveDocumentSet", Repository,
        (XDS, "RetrieveDocumentSetRequest") => (XDS, "RetrieveDocumentSetResponse"),
        "DocumentRepository_RetrieveDocumentSet";
    /// Remove Documents.
    Iti86: "ITI-86" "urn:ihe:iti:2017:RemoveDocuments", Repository,
        (RMD, "RemoveDocumentsRequest") => REGISTRY_RESPONSE, "DocumentRepository_RemoveDocuments";
    /// Registry Stored Query.
    Iti18: "ITI-18" "urn:ihe:iti:2007:RegistryStoredQuery", Registry,
        (QUERY, "AdhocQueryRequest") => (QUERY, "AdhocQueryResponse"), "DocumentRegistry_RegistryStoredQuery";
    /// Register Document Set-b.
    Iti42: "ITI-42" "urn:ihe:iti:2007:RegisterDocumentSet-b", Registry,
        SUBMIT_OBJECTS => REGISTRY_RESPONSE, "DocumentRegistry_RegisterDocumentSet-b";
    /// Update Document Set.
    Iti57: "ITI-57" "urn:ihe:iti:2010:UpdateDocumentSet", Registry,
        SUBMIT_OBJECTS => REGISTRY_RESPONSE, "DocumentRegistry_UpdateDocumentSet";
    /// Register On-Demand Document Entry.
    Iti61: "ITI-61" "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry", Registry,
        SUBMIT_OBJECTS => REGISTRY_RESPONSE, "DocumentRegistry_RegisterOnDemandDocumentEntry";
    /// Remove Metadata. The old name stayed in its action (RMD §3.62).
    Iti62: "ITI-62" "urn:ihe:iti:2010:DeleteDocumentSet", Registry,
        (LCM, "RemoveObjectsRequest") => REGISTRY_RESPONSE, "DocumentRegistry_DeleteDocumentSet";
    /// Restricted Update Document Set.
    Iti92: "ITI-92" "urn:ihe:iti:2018:RestrictedUpdateDocumentSet", Registry,
        SUBMIT_OBJECTS => REGISTRY_RESPONSE, "DocumentRegistry_RestrictedUpdateDocumentSet";
    /// The DMP's test of existence and of one's own authorisation; administrative data too (TD1.3a).
    Td02: "TD0.2" "urn:hl7-org:v3:PRPA_IN201307UV02", Dmp,
        (HL7, "PRPA_IN201307UV02") => (HL7, "PRPA_IN201308UV02"), "PatientGetDemographics_PRPA_IN201307UV02";
    /// The DMP's own authorisation: attested, withdrawn.
    Td03: "TD0.3" "urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization", Dmp,
        (HABILITATIONS, "setAuthorization") => (HABILITATIONS, "setAuthorizationResponse"), "setAuthorization";
}

impl Transaction {
    /// The number, for instance `ITI-41` or `TD0.2`.
    pub const fn name(self) -> &'static str {
        self.description().name
    }

    /// The `wsa:Action` of the request.
    pub const fn action(self) -> &'static str {
        self.description().action
    }

    /// Another `wsa:Action` that software in the field sends for it: the soapAction of the DMP's own WSDL, and in its
    /// example code the action of the answer.
    fn other_action(self) -> Option<&'static str> {
        let others = [
            (Transaction::Td02, "urn:hl7-org:v3:PRPA_IN201308UV02"),
            (Transaction::Td03, "urn:hl7-org:v3:setAuthorization"),
        ];
        others.into_iter().find(|(transaction, _)| *transaction == self).map(|(_, action)| action)
    }

    /// The `wsa:Action` of the answer: the request's and `Response` (ITI TF-2 appendix V.3), in HL7 v3 the
    /// interaction's own.
    pub fn answer_action(self) -> String {
        match self.answer_payload() {
            (HL7, interaction) => format!("{HL7}:{interaction}"),
            _ => format!("{}Response", self.action()),
        }
    }

    /// Where it is offered.
    pub const fn endpoint(self) -> Endpoint {
        self.description().endpoint
    }

    /// Namespace and local name of the only child of the request's Body.
    pub const fn payload(self) -> (&'static str, &'static str) {
        self.description().payload
    }

    /// Namespace and local name of the only child of the answer's Body.
    pub const fn answer_payload(self) -> (&'static str, &'static str) {
        self.description().answer_payload
    }

    /// Its operation in the WSDL: the name that IHE's or the DMP's gives it.
    pub const fn operation(self) -> &'static str {
        self.description().operation
    }

    /// True when the answer is an MTOM message even without attachment.
    pub const fn answers_in_mtom(self) -> bool {
        matches!(self, Transaction::Iti41 | Transaction::Iti43)
    }

    /// True when a request outside MTOM is refused. A retrieval's request holds no binary: it is read from
    /// simple SOAP too.
    pub const fn demands_mtom(self) -> bool {
        matches!(self, Transaction::Iti41)
    }

    /// True for what submits new metadata, which alone is answered with `XDSRegistryMetadataError`
    /// (IHE ITI TF-3 table 4.2.4.1-2).
    pub const fn submits(self) -> bool {
        matches!(self, Transaction::Iti41 | Transaction::Iti42 | Transaction::Iti61)
    }

    /// True for what changes metadata.
    pub const fn updates(self) -> bool {
        matches!(self, Transaction::Iti57 | Transaction::Iti92)
    }

    /// The transaction of an action.
    pub fn of(action: &str) -> Option<Self> {
        let named = |transaction: &&Transaction| {
            transaction.action() == action || transaction.other_action() == Some(action)
        };
        Transaction::ALL.iter().find(named).copied()
    }
}
