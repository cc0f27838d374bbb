//! What every use case is given.

use std::sync::Arc;

use mappings::Mappings;
use model::Moment;
use policy::{Law, Switches};

use crate::{Clock, Ids, Pack, Store};

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
