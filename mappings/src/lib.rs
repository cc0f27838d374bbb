//! The law and the codes as data: loaded once, checked, dense.
//!
//! Nothing here decides how rights combine (that is `policy`); this crate answers what the tables say.

mod codes;
mod files;
mod habilitation;
mod kinds;
mod lists;
mod notices;
mod refusals;
mod rights;
mod rights_words;
mod systems;
mod table;
mod template;

pub use codes::{CodeSets, ValueSet};
pub use habilitation::{DepositRight, DocumentType, Habilitation, Profession};
pub use kinds::Kind;
pub use notices::{NoticeText, NoticeTexts};
pub use refusals::{Answer, Language, Refusals};
pub use rights::FunctionalRights;
pub use rights_words::{Action, Column, Condition, Mode, Right};
pub use systems::Systems;

use std::path::Path;

use files::Sources;
use lists::Lists;
use table::Errors;

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
    /// What a message to a person says.
    pub notices: NoticeTexts,
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
        Self::load(&Sources::embedded(), Errors::default())
    }

    /// The embedded tables with the files of `folder` in their place, where present under the same
    /// relative name. Every error of every file is returned, a misspelt file name included.
    pub fn with_overrides(folder: &Path) -> Result<Self, Vec<LoadError>> {
        let mut errors = Errors::default();
        let sources = Sources::with_overrides(folder, &mut errors);
        Self::load(&sources, errors)
    }

    fn load(sources: &Sources, mut errors: Errors) -> Result<Self, Vec<LoadError>> {
        let systems = Systems::load(sources, &mut errors);
        let lists = Lists::load(sources, &systems, &mut errors);
        let mappings = Mappings {
            habilitation: Habilitation::load(sources, &lists, &systems, &mut errors),
            rights: FunctionalRights::load(sources, &mut errors),
            codes: CodeSets::load(sources, lists, &systems, &mut errors),
            refusals: Refusals::load(sources, &mut errors),
            notices: NoticeTexts::load(sources, &mut errors),
            systems,
        };
        errors.none_or(mappings)
    }
}
