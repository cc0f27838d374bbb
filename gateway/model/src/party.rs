//! Whom a choice of the holder names, and for which emergency.

use crate::{PersonId, StructureId};

/// A professional or a structure, named by the holder's choice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Party {
    /// A professional, by PS_IdNat.
    Person(PersonId),
    /// A structure, by Struct_IdNat.
    Structure(StructureId),
}

impl Party {
    /// `person` or `structure`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Party::Person(_) => "person",
            Party::Structure(_) => "structure",
        }
    }

    /// The identifier.
    pub fn id(&self) -> &str {
        match self {
            Party::Person(id) => &id.0,
            Party::Structure(id) => &id.0,
        }
    }

    /// The party of a kind as [`Party::kind`] names it; `None` for another kind or an empty identifier.
    pub fn named(kind: &str, id: &str) -> Option<Party> {
        match kind {
            _ if id.trim().is_empty() => None,
            "person" => Some(Party::Person(PersonId(id.to_owned()))),
            "structure" => Some(Party::Structure(StructureId(id.to_owned()))),
            _ => None,
        }
    }
}

/// One of the two emergency modes: each is opposed, and opened to masked documents, for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EmergencyMode {
    /// `bris_de_glace`.
    BreakGlass,
    /// `centre_15`.
    Centre15,
}

impl EmergencyMode {
    /// Both.
    pub const ALL: [EmergencyMode; 2] = [EmergencyMode::BreakGlass, EmergencyMode::Centre15];

    /// The code in TRE_R248.
    pub const fn code(self) -> &'static str {
        match self {
            EmergencyMode::BreakGlass => "bris_de_glace",
            EmergencyMode::Centre15 => "centre_15",
        }
    }
}
