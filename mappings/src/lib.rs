//! The law and the codes as data: loaded once, checked, dense.
//!
//! Nothing here decides how rights combine (that is `policy`); this crate answers what the tables say.

mod audit;
mod cda_pairs;
mod codes;
mod constraints;
mod dmp;
mod files;
mod habilitation;
mod kinds;
mod lists;
mod matching;
mod matrix_axes;
mod matrix_file;
mod matrix_text;
mod notices;
mod packs;
mod refusals;
mod rights;
mod rights_words;
mod systems;
mod table;
mod template;
mod terminologies;
mod timeline;
mod versions;

pub use audit::{AuditObject, AuditShape, AuditTables, AuditedTransaction, Flow};
pub use cda_pairs::{CdaPair, CdaPairs};
pub use codes::{CodeSets, DomainCodes, ValueSet};
pub use constraints::{Applies, Attribute, Constrained, Constraint, Constraints};
pub use dmp::{DmpCodes, DmpConcept};
pub use habilitation::{DepositRight, Habilitation};
pub use kinds::Kind;
pub use matching::Matching;
pub use matrix_axes::{DocumentType, Profession};
pub use matrix_file::FILE as MATRIX_FILE;
pub use notices::{NoticeText, NoticeTexts};
pub use packs::{INTERNATIONAL_PACK, built_in_pack};
pub use refusals::{Answer, Language, Refusals};
pub use rights::FunctionalRights;
pub use rights_words::{Action, Column, Condition, Mode, Right};
pub use systems::Systems;
pub use terminologies::{Admitted, Terminologies};

use std::path::Path;

use model::Moment;

use files::Sources;
use lists::Lists;
use table::Errors;
use timeline::Timeline;

/// Every table, loaded and checked together.
#[derive(Debug)]
pub struct Mappings {
    /// Which profession may read or deposit which type, since when.
    habilitation: Timeline<Habilitation>,
    /// Which column may do which action in which mode, since when.
    rights: Timeline<FunctionalRights>,
    /// Value sets and their associations.
    pub codes: CodeSets,
    /// The pairs of a CDA header and XDS metadata.
    pub cda_pairs: CdaPairs,
    /// What this affinity domain demands of metadata beyond IHE.
    pub constraints: Constraints,
    /// The terminologies that PDSm admits.
    pub terminologies: Terminologies,
    /// What a refusal says, and how each door carries it.
    pub refusals: Refusals,
    /// What a message to a person says.
    pub notices: NoticeTexts,
    /// Coding schemes: OID and URL.
    pub systems: Systems,
    /// What acts and transactions are in an audit message.
    pub audit: AuditTables,
    /// What a trait weighs when people are matched.
    pub matching: Matching,
    /// What HL7 v3 messages of the DMP code in its own systems.
    pub dmp: DmpCodes,
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
    /// relative name; versions of the matrix and of the functional rights (`matrix.<anything>.csv`) stand
    /// beside theirs. Every error of every file is returned, a misspelt file name included.
    pub fn with_overrides(folder: &Path) -> Result<Self, Vec<LoadError>> {
        let mut errors = Errors::default();
        let sources = Sources::with_overrides(folder, &mut errors);
        Self::load(&sources, errors)
    }

    /// The tables of `folder`, or those compiled in, with the matrix of `file` as the only version.
    ///
    /// # Errors
    /// Those of [`Mappings::with_overrides`]; an error of the file is told under `habilitation/matrix.csv`.
    pub fn with_matrix(folder: Option<&Path>, file: &Path) -> Result<Self, Vec<LoadError>> {
        let mut errors = Errors::default();
        let sources = match folder {
            Some(folder) => Sources::with_overrides(folder, &mut errors),
            None => Sources::embedded(),
        };
        let sources = sources.only(matrix_file::FILE, file, &mut errors);
        Self::load(&sources, errors)
    }

    /// The tables of `folder` with the matrix compiled in as the only version: what an override is compared with.
    ///
    /// # Errors
    /// Those of [`Mappings::with_overrides`].
    pub fn with_default_matrix(folder: &Path) -> Result<Self, Vec<LoadError>> {
        let mut errors = Errors::default();
        let sources = Sources::with_overrides(folder, &mut errors).only_compiled_in(matrix_file::FILE);
        Self::load(&sources, errors)
    }

    /// The matrix that holds at a moment: the version whose instant of effect is the latest not after it;
    /// before the first, the first.
    pub fn habilitation_at(&self, moment: Moment) -> &Habilitation {
        self.habilitation.at(moment)
    }

    /// The functional rights that hold at a moment, chosen like the matrix, each sheet by its own instants.
    pub fn rights_at(&self, moment: Moment) -> &FunctionalRights {
        self.rights.at(moment)
    }

    /// Every version of the matrix with its instant of effect, earliest first.
    pub fn habilitation_versions(&self) -> impl Iterator<Item = (Moment, &Habilitation)> {
        self.habilitation.versions()
    }

    /// Every version of the functional rights with its instant of effect, earliest first.
    pub fn rights_versions(&self) -> impl Iterator<Item = (Moment, &FunctionalRights)> {
        self.rights.versions().map(|(_, rights)| (rights.effective(), rights))
    }

    /// These tables with the value sets of another affinity domain in the place of their own.
    #[must_use]
    pub fn with_codes_of(self, domain: DomainCodes) -> Self {
        Mappings { codes: self.codes.of_domain(domain), ..self }
    }

    /// These tables with the words of refusals for a domain that is not the national one.
    #[must_use]
    pub fn with_words_of_open_domain(self) -> Self {
        Mappings { refusals: self.refusals.of_open_domain(), ..self }
    }

    fn load(sources: &Sources, mut errors: Errors) -> Result<Self, Vec<LoadError>> {
        let systems = Systems::load(sources, &mut errors);
        let lists = Lists::load(sources, &systems, &mut errors);
        let mappings = Mappings {
            habilitation: matrix_file::load(sources, &lists, &systems, &mut errors),
            rights: FunctionalRights::load(sources, &mut errors),
            codes: CodeSets::load(sources, lists, &systems, &mut errors),
            cda_pairs: CdaPairs::load(sources, &mut errors),
            constraints: Constraints::load(sources, &mut errors),
            terminologies: Terminologies::load(sources, &mut errors),
            refusals: Refusals::load(sources, &mut errors),
            matching: Matching::load(sources, &mut errors),
            notices: NoticeTexts::load(sources, &mut errors),
            audit: AuditTables::load(sources, &mut errors),
            dmp: DmpCodes::load(sources, &mut errors),
            systems,
        };
        errors.none_or(mappings)
    }
}
