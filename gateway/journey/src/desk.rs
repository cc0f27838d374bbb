//! What every use case is given.

use std::sync::Arc;

use mappings::Mappings;
use model::{InsDomain, Moment, Oid};
use policy::{Law, Switches};

use crate::{Clock, Ids, Store};

/// The constraints of one affinity domain beyond IHE, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// INS domains accepted here: production `.8 .9`, test `.10`, demonstration `.11`.
    pub ins_domains: Vec<InsDomain>,
    /// French pack: bare OID uniqueIds, French value sets, one more identical document refused.
    pub french: bool,
    /// The repositoryUniqueId of this repository.
    pub repository: Oid,
    /// XDS: answer stages C-E with `DMPAccessDeniedByRightsService` (`french_error_codes`).
    pub french_error_codes: bool,
    /// The other repositories whose documents may be registered here (ITI-42, ITI-61).
    pub repositories: Vec<Oid>,
}

/// A store, a clock, ids and the law: the desk at which every request is handled.
#[derive(Debug)]
pub struct Desk<S, C, I> {
    /// The store.
    pub store: S,
    /// The clock.
    pub clock: C,
    /// The source of identifiers.
    pub ids: I,
    /// The tables.
    pub mappings: Arc<Mappings>,
    /// Switches of the policy.
    pub switches: Switches,
    /// The affinity domain.
    pub pack: Pack,
}

impl<S: Store, C: Clock, I: Ids> Desk<S, C, I> {
    /// The law of this desk at a moment: one reading of the clock serves the facts, the law and the event of an
    /// attempt.
    pub fn law(&self, at: Moment) -> Law<'_> {
        Law { mappings: &self.mappings, switches: &self.switches, at }
    }
}
