//! The tables and switches that a decision is made under.

use mappings::{FunctionalRights, Habilitation, Mappings};
use model::Moment;

/// How strictly the matrix's `deposit` column is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DepositMatrix {
    /// A person deposits in their own name only the types that their row opens.
    #[default]
    Strict,
    /// Every professional deposits any type that is not reserved.
    Open,
}

/// Decisions of ours that an operator may reverse, as named in `decision-order`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Switches {
    /// `deposit_matrix`.
    pub deposit_matrix: DepositMatrix,
    /// D5: refuse the deposit of somebody whom the patient blocked. Off: accepted, and the fact stored.
    pub refuse_blocked_depositor: bool,
    /// D1: the insurance feed (ALIM_AM) has a place. Off by default.
    pub insurance_feed: bool,
    /// Read 9e: regulators who are not doctors. Off by default.
    pub regulators_other_than_doctors: bool,
    /// B9: MASQUE_PS together with INVISIBLE_PATIENT is accepted. Off by default.
    pub masked_and_invisible: bool,
    /// Table of acts, last note of M526: the médecin traitant deletes the holder's own documents. Off by default.
    pub treating_physician_deletes_for_holder: bool,
    /// Read 11: professionals read what was deleted logically, as M526 has it. Off by default.
    pub deleted_to_professionals: bool,
    /// The affinity domain is open: its members, and nobody else, have a place, on every record and for every type.
    /// Set from the pack, never by a switch of its own; off in the French pack.
    pub open_domain: bool,
}

/// What decides: data and switches, as they hold at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The tables.
    pub mappings: &'a Mappings,
    /// The switches.
    pub switches: &'a Switches,
    /// The moment of the decision: which version of the matrix and of the functional rights holds.
    pub at: Moment,
}

impl<'a> Law<'a> {
    /// The matrix that holds at the moment of the decision.
    pub fn habilitation(&self) -> &'a Habilitation {
        self.mappings.habilitation_at(self.at)
    }

    /// The functional rights that hold at the moment of the decision.
    pub fn rights(&self) -> &'a FunctionalRights {
        self.mappings.rights_at(self.at)
    }

    /// What decided, for the audit event: `<version of the matrix>; <versions of the functional rights>`.
    pub fn matrix_version(&self) -> String {
        format!("{}; {}", self.habilitation().version(), self.rights().version())
    }
}
