//! How a store is opened, and why it is not.

use std::path::PathBuf;

use model::Oid;

use crate::{MasterKey, MasterKeyError};

/// What an acknowledged commit survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The death of the process and of the machine (`synchronous=FULL`).
    #[default]
    Full,
    /// Nothing but the process's own end: tests only (`synchronous=OFF`).
    Off,
}

/// How to open a store.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database file; made when absent, with access for its owner only.
    pub path: PathBuf,
    /// The master key: the file opens with no other one.
    pub master_key: MasterKey,
    /// The repositoryUniqueId written on every document.
    pub repository: Oid,
    /// What a commit survives.
    pub durability: Durability,
    /// How many connections read at the same time, at least one.
    pub readers: u32,
    /// From which age, in whole years, the holder is no minor (18 in France).
    pub age_of_majority: u8,
    /// The time zone whose days and years count (majority, end of retention), by its IANA name.
    pub time_zone: String,
    /// True in the open pack: a second document with the same uniqueId and the same bytes is accepted in a
    /// record (IHE ITI TF-3 §4.2, rule 11). False in the French pack: it is refused at the commit as well.
    pub accept_identical_documents: bool,
    /// True if events are queued for an audit record repository.
    pub audit_feed: bool,
}

impl Options {
    /// Full durability, four readers, majority at 18 in Paris, the French rule on identical documents.
    pub fn new(path: impl Into<PathBuf>, master_key: MasterKey, repository: Oid) -> Self {
        Options {
            path: path.into(),
            master_key,
            repository,
            durability: Durability::Full,
            readers: 4,
            age_of_majority: 18,
            time_zone: "Europe/Paris".into(),
            accept_identical_documents: false,
            audit_feed: false,
        }
    }
}

/// Why a store does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file cannot be made or reached.
    #[error("the database file cannot be opened: {0}")]
    File(#[from] std::io::Error),
    /// The time zone is not in the tables that the program carries.
    #[error("the time zone {0:?} is not known: an IANA name is expected, for instance Europe/Paris")]
    TimeZone(String),
    /// Another master key made this file.
    #[error("the master key is not the one that this database was made with")]
    WrongMasterKey,
    /// The file has a migration that this program does not know.
    #[error("the database has schema step {0}, made by a newer program: this one must not write to it")]
    NewerSchema(i64),
    /// A step of the schema was applied from another text than this program's.
    #[error("schema step {0} was applied from another text than this program's")]
    EditedSchema(i64),
    /// The key file is not usable.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The database does not answer as it must.
    #[error("the database cannot be used: {0}")]
    Database(String),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        OpenError::Database(error.to_string())
    }
}

impl From<crate::cipher::Unsound> for OpenError {
    fn from(error: crate::cipher::Unsound) -> Self {
        OpenError::Database(error.to_string())
    }
}
