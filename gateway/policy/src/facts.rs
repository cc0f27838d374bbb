//! What the store knows that bears on a decision, read at one instant for one record and one caller.

/// The version of a record's facts: moves with every change that could change a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactsVersion(pub i64);

/// The state of a record, as everybody but the holder may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordState {
    /// Never created, notified, opposed or erased: one state.
    Absent,
    /// Open, activated or not.
    Open,
    /// Closed, in its ten years of retention.
    Closed,
}

/// The state of a record as its holder's side and an operator may know it: finer than [`RecordState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// No identity was ever fed.
    Unknown,
    /// Fed and notified: six weeks to oppose are running.
    Notified,
    /// Open, the account not activated.
    Open,
    /// Open, the account activated by its provisional code.
    Activated,
    /// The holder opposed the record.
    Opposed,
    /// Closed, in its ten years.
    Closed,
    /// Erased: its keys are destroyed.
    Erased,
}

/// The caller's own authorisation or the one of the structure acted for, whichever is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Authorisation {
    /// None was ever attested, or it was withdrawn.
    Missing,
    /// Attested, and run out.
    Expired,
    /// In force.
    Valid,
}

/// How a patient's token relates to this record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// None, or the caller is no patient.
    Stranger,
    /// The holder.
    Holder,
    /// A legal representative with a live link.
    Representative,
}

/// The facts of one decision. No field is an option that would mean "no".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The version read; checked again under lock at the commit or at the audit write.
    pub version: FactsVersion,
    /// The record's state, as told to everybody.
    pub record: RecordState,
    /// The record's state, for its holder's side and operators; [`Standing::Unknown`] for anybody else whose
    /// record is absent.
    pub standing: Standing,
    /// The caller is the médecin traitant whom the patient declared.
    pub treating_physician: bool,
    /// The person, or the structure acted for, is blocked at this instant.
    pub blocked: bool,
    /// Authorisation to consult, whoever gave it.
    pub authorisation: Authorisation,
    /// The same, counting only what the holder granted explicitly: what an occupational doctor needs.
    pub granted: Authorisation,
    /// A refusal of feeding on legitimate ground is stored for this caller (R.1111-47).
    pub feeding_refused: bool,
    /// OPPOSITION_BRIS_DE_GLACE.
    pub break_glass_opposed: bool,
    /// OPPOSITION_ACCES_URGENCE.
    pub centre_15_opposed: bool,
    /// The holder allowed masked documents in break-glass, in advance.
    pub masked_in_break_glass: bool,
    /// The holder allowed masked documents in centre 15, in advance.
    pub masked_in_centre_15: bool,
    /// The patient-side relation of the caller.
    pub relation: Relation,
    /// The holder has not reached the age of majority at reception.
    pub holder_is_minor: bool,
}

impl Facts {
    /// The facts of a record that does not exist for anybody.
    pub fn absent() -> Self {
        Facts {
            version: FactsVersion(0),
            record: RecordState::Absent,
            standing: Standing::Unknown,
            treating_physician: false,
            blocked: false,
            authorisation: Authorisation::Missing,
            granted: Authorisation::Missing,
            feeding_refused: false,
            break_glass_opposed: false,
            centre_15_opposed: false,
            masked_in_break_glass: false,
            masked_in_centre_15: false,
            relation: Relation::Stranger,
            holder_is_minor: false,
        }
    }
}
