//! What the gateway *remembers*: the journey's port on SQLite, one file.
//!
//! Reads go to a pool of read-only connections; writes go through one task that commits them in groups
//! (`writer`). A deposit is sealed outside the lock (`prepare`) and written under it (`commit`). Nothing of a
//! person stands in the clear: see `keys` for the hierarchy, and the README of `migrations/` for the columns.

mod activate;
mod amend;
mod associations;
mod audit;
mod audit_outbox;
mod calendar;
mod choose;
mod cipher;
mod columns;
mod commit;
mod constraint;
mod content;
mod counts;
mod destroy;
mod entries;
mod erase;
mod facts;
mod failure;
mod folders;
mod history;
mod holdings;
mod journal;
mod key_file;
mod keys;
mod links;
mod locator;
mod mailroom;
mod masks;
mod master_key;
mod merge;
mod migrations;
mod open;
mod operate;
mod options;
mod outbox;
mod people;
mod port;
mod prepare;
mod purge;
mod query_sql;
mod record;
mod removal;
mod representatives;
mod review;
mod revise;
mod rights;
mod row;
mod search;
mod session;
mod staging;
mod status;
mod terms_sql;
#[cfg(test)]
mod tests;
mod traces;
mod visibility_sql;
mod writer;

use std::sync::Arc;

use sqlx::SqlitePool;

pub use audit::{
    AuditFault, AuditReport, Evidence, FaultKind, Figure, Month, PublicKeys, SMALLEST_CELL, Seal, SealError,
    SealingKey, SealingKeyError, Shown, Unsealed,
};
pub use audit_outbox::AuditDue;
pub use counts::Counts;
pub use master_key::{MasterKey, MasterKeyError};
pub use options::{Durability, OpenError, Options};
pub use review::Review;
pub use staging::StagedDocument;
pub use status::RecordStatus;

/// The store on one SQLite file. Cloning shares it.
#[derive(Debug, Clone)]
pub struct SqliteStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Arc<keys::Keys>,
    calendar: Arc<calendar::Calendar>,
    readers: SqlitePool,
    writer: writer::Writer,
    waiting: staging::Waiting,
    held: staging::Held,
    repository: model::Oid,
    accept_identical_documents: bool,
}
