//! The functional rights: column × mode × action (PDT-INF-526 and PDT-INF-606).

/// A column of the functional-rights sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// M526: professional who is not a doctor.
    PsNonMed,
    /// M526: doctor who is not the médecin traitant.
    MedNonMt,
    /// M526: occupational doctor.
    MedTravail,
    /// M526: médecin traitant declared by the patient.
    Mt,
    /// M526: employee card, not a professional.
    CpeNonPs,
    /// M526: establishment with indirect authentication.
    EtabIndirect,
    /// M606 (AIR): professional who is not a doctor.
    AirPsNonMed,
    /// M606 (AIR): doctor who is not the médecin traitant.
    AirMedNonMt,
    /// M606 (AIR): médecin traitant.
    AirMt,
    /// M606 (AIR): employee, not a professional.
    AirPeNonPs,
}

/// An access mode, as the sheets name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Normal.
    Normal,
    /// Regulation (centre 15).
    Regulation,
    /// Break-glass.
    BrisDeGlace,
}

/// A line of the sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// TD2.1 deposit.
    Deposit,
    /// TD2.2 deposit by an employee card.
    DepositByEmployee,
    /// TD3.1 search metadata.
    SearchMetadata,
    /// TD3.1 search one reference.
    SearchOneReference,
    /// TD3.2 read a document that is not masked.
    ReadDocument,
    /// TD3.2 read a document masked to professionals.
    ReadMasked,
    /// TD3.2 read a document not visible to patient or representative.
    ReadInvisible,
}

/// What restricts an allowed cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// No restriction that this crate models.
    None,
    /// Own documents only.
    Own,
    /// Only if the patient allowed masked documents for this mode in advance.
    IfMaskedAllowedInMode,
    /// The act is imputed to the structure.
    ImputedToStructure,
    /// Reference search only.
    ReferenceOnly,
}

/// What a cell says. An absent cell is `Deny`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// No.
    Deny,
    /// Yes, under the condition.
    Allow(Condition),
}

/// The two sheets as one dense table.
#[derive(Debug)]
pub struct FunctionalRights {}

impl FunctionalRights {
    /// The version of the sheets, shown in audit events.
    pub fn version(&self) -> &str {
        ""
    }

    /// The cell.
    pub fn right(&self, _column: Column, _mode: Mode, _action: Action) -> Right {
        Right::Deny
    }
}
