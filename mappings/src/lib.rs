//! The law and the codes as data: loaded once, checked, dense.
//!
//! Nothing here decides how rights combine (that is `policy`); this crate answers what the tables say.

mod codes;
mod habilitation;
mod refusals;
mod rights;
mod systems;

pub use codes::{CodeSets, ValueSet};
pub use habilitation::{DepositRight, DocumentType, Habilitation, Profession};
pub use refusals::{Answer, Language, Refusals};
pub use rights::{Action, Column, Condition, FunctionalRights, Mode, Right};
pub use systems::Systems;

use std::path::Path;

/// Every table, loaded and checked together.
#[derive(Debug)]
pub struct Mappings {
    /// Which profession may read or deposit which type.
    pub habilitation: Habilitation,
    /// Which column may do which action in which mode.
    pub rights: FunctionalRights,
    /// Value sets and their associations.
    pub codes: CodeSets,
    /// What a refusal says, and how each door carries it.
    pub refusals: Refusals,
    /// Coding schemes: OID and URL.
    pub systems: Systems,
}

/// A file that cannot be used: which one, where, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// The file, relative to the mappings folder.
    pub file: String,
    /// The line, from 1; 0 when the file as a whole is wrong.
    pub line: usize,
    /// The reason.
    pub reason: String,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

impl std::error::Error for LoadError {}

impl Mappings {
    /// The tables compiled into the program.
    pub fn embedded() -> Result<Self, Vec<LoadError>> {
        Err(Vec::new())
    }

    /// The embedded tables with the files of `folder` in their place, where present under the same
    /// relative name.
    pub fn with_overrides(_folder: &Path) -> Result<Self, Vec<LoadError>> {
        Err(Vec::new())
    }
}
