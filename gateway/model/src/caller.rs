//! Who is calling, as proved by TLS, token or assertion. Never built from a body.

use std::fmt;

use crate::{Code, Ins, Party};

/// A professional's national identifier (PS_IdNat, for instance `8` + RPPS), or a local one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PersonId(pub String);

/// A structure's national identifier (Struct_IdNat, for instance `1` + FINESS).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StructureId(pub String);

/// The id of the request in logs, audit events and faults.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(pub String);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The professional role that a proof claims: profession, and what qualifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRole {
    /// First role: G15, G16, R94, R95, R291 or A00.
    pub profession: Code,
    /// Second role: savoir-faire of a doctor, section of a pharmacist, R85 of a role-based professional.
    pub qualifier: Option<Code>,
}

/// The individual or the structure behind the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A professional in their own name.
    Professional {
        /// PS_IdNat.
        id: PersonId,
        /// Display name, for the history.
        name: String,
        /// The proved role.
        role: SubjectRole,
    },
    /// Somebody or something that a structure vouches for; acts in the structure's name.
    OfStructure {
        /// The local user, for the history (a name or a software).
        user: String,
        /// The role named, whatever it is: it does not decide.
        role: Option<SubjectRole>,
    },
    /// The holder of the record.
    Holder {
        /// Their INS.
        ins: Ins,
    },
    /// A legal representative of the holder.
    Representative {
        /// The representative's own INS.
        ins: Ins,
    },
    /// An operator: feeds identities, opens and closes records, never reads a document.
    Operator {
        /// Display name.
        name: String,
    },
}

/// How the identity was proved: decides the column of the functional rights, before the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// VIHF `DIRECTE`, or a person's token.
    Direct,
    /// VIHF `DIRECTE` with an employee card (non-professional role).
    EmployeeCard,
    /// VIHF `INDIRECTE`, a structure's token, or a structure's certificate alone.
    Indirect,
    /// VIHF `INDIRECTE_RENFORCEE` (AIR).
    Air,
    /// The holder's or a representative's token.
    Patient,
    /// An operator's token with client certificate.
    Operator,
    /// The client certificate of a member of an open affinity domain, on the domain's list.
    Member,
}

/// The access mode (TRE_R248).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Ordinary care.
    Normal,
    /// `bris_de_glace`: the patient cannot express their will. The reason may be blank: a rule refuses it.
    BreakGlass {
        /// The stated reason.
        reason: String,
    },
    /// `centre_15`: a SAMU regulation centre.
    Centre15,
}

impl Purpose {
    /// The code in TRE_R248.
    pub const fn code(&self) -> &'static str {
        match self {
            Purpose::Normal => "normal",
            Purpose::BreakGlass { .. } => "bris_de_glace",
            Purpose::Centre15 => "centre_15",
        }
    }
}

/// Who is calling, in which mode, through which channel. Only the server's identity code makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The individual or structure.
    pub actor: Actor,
    /// How that was proved.
    pub channel: Channel,
    /// The structure acted for, when there is one.
    pub structure: Option<StructureId>,
    /// The legal entities that the structure is a site of, as the operator states them.
    pub legal_entities: Vec<StructureId>,
    /// The mode.
    pub purpose: Purpose,
    /// The patient named by the token or assertion.
    pub patient: Option<Ins>,
    /// A minor's secret connection.
    pub secret_connection: bool,
    /// Proved right to act as a SAMU regulator (PSC claim or configured list).
    pub regulator: bool,
    /// The calling software, for the history.
    pub software: Option<String>,
    /// The request.
    pub request: RequestId,
}

impl Caller {
    /// The professional's identifier, when the caller acts in their own name.
    pub fn person(&self) -> Option<&PersonId> {
        match &self.actor {
            Actor::Professional { id, .. } => Some(id),
            Actor::OfStructure { .. }
            | Actor::Holder { .. }
            | Actor::Representative { .. }
            | Actor::Operator { .. } => None,
        }
    }

    /// The proved or named role.
    pub fn role(&self) -> Option<&SubjectRole> {
        match &self.actor {
            Actor::Professional { role, .. } => Some(role),
            Actor::OfStructure { role, .. } => role.as_ref(),
            Actor::Holder { .. } | Actor::Representative { .. } | Actor::Operator { .. } => None,
        }
    }

    /// The parties that a choice of the holder can name this caller by: the person, and the structure acted
    /// for now.
    pub fn parties(&self) -> impl Iterator<Item = Party> {
        let person = self.person().cloned().map(Party::Person);
        person.into_iter().chain(self.structure.clone().map(Party::Structure))
    }

    /// A name for the history: never an INS.
    pub fn display(&self) -> &str {
        match &self.actor {
            Actor::Professional { name, .. } | Actor::Operator { name } => name,
            Actor::OfStructure { user, .. } => user,
            Actor::Holder { .. } => "titulaire",
            Actor::Representative { .. } => "représentant légal",
        }
    }
}
