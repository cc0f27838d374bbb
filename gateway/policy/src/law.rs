//! The tables and switches that a decision is made under.

use mappings::Mappings;

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
    /// Operations that give facts no door yet (block, mask, authorise…) are open to an operator:
    /// demonstration and tests only.
    pub fixtures: bool,
}

/// What decides: data and switches.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The tables.
    pub mappings: &'a Mappings,
    /// The switches.
    pub switches: &'a Switches,
}
