//! Who issued the identifier of a record's holder.

use crate::{InsDomain, Oid};

/// The authority of a patient identifier: a domain of the national identity, or, in an affinity domain that is not the
/// national one, a local authority (CX.4 of XDS `patientId`; IHE ITI TF-3 §4.2.3.2.16).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PatientDomain {
    /// A domain of the INS: its identifiers are matricules with a key.
    National(InsDomain),
    /// Another authority: its identifiers are any text. Accepted only where the affinity domain says so.
    Local(Oid),
}

impl PatientDomain {
    /// The authority's OID.
    pub fn oid(&self) -> &str {
        match self {
            PatientDomain::National(domain) => domain.oid(),
            PatientDomain::Local(oid) => oid.as_str(),
        }
    }

    /// The INS domain, when it is one.
    pub fn national(&self) -> Option<InsDomain> {
        match self {
            PatientDomain::National(domain) => Some(*domain),
            PatientDomain::Local(_) => None,
        }
    }
}
