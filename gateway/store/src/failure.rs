//! What can go wrong inside the store, and how the ports tell it.

use journey::{CommitError, Fault, RecordError};
use model::Rule;

use crate::cipher::Unsound;
use crate::constraint::rule_of;

/// One failure, before it is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The facts' version moved since the decision.
    #[error("the facts moved")]
    Moved,
    /// A rule that only the lock can decide.
    #[error("{0}")]
    Conflict(Rule),
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A key, a cipher or a stored value.
    #[error(transparent)]
    Unsound(#[from] Unsound),
    /// The writer's queue is full.
    #[error("the writer is busy")]
    Busy,
    /// The writer's own answer to something that the store itself asked of it.
    #[error("{}", .0.cause)]
    Writer(Fault),
    /// The store was closed, or the writer ended.
    #[error("the store is closed")]
    Closed,
}

impl Failure {
    /// As a fault of ours.
    pub(crate) fn into_fault(self) -> Fault {
        let transient = match &self {
            Failure::Writer(fault) => fault.transient,
            Failure::Busy | Failure::Moved => true,
            Failure::Database(error) => is_transient(error),
            Failure::Conflict(_) | Failure::Unsound(_) | Failure::Closed => false,
        };
        Fault { cause: self.to_string(), transient }
    }

    /// As the answer to a commit: a violated constraint that has a rule is a conflict.
    pub(crate) fn into_commit_error(self) -> CommitError {
        match self {
            Failure::Moved => CommitError::Moved,
            Failure::Conflict(rule) => CommitError::Conflict(rule),
            Failure::Database(error) => match rule_of(&error) {
                Some(rule) => CommitError::Conflict(rule),
                None => CommitError::Fault(Failure::Database(error).into_fault()),
            },
            other => CommitError::Fault(other.into_fault()),
        }
    }
}

/// A commit's answer where nothing can conflict.
pub(crate) fn record_error(error: CommitError) -> RecordError {
    match error {
        CommitError::Moved => RecordError::Moved,
        CommitError::Fault(fault) => RecordError::Fault(fault),
        CommitError::Conflict(rule) => RecordError::Fault(Fault::new(format!("unexpected conflict: {rule}"))),
    }
}

/// SQLite's primary result codes that a later attempt may not meet: BUSY, LOCKED, NOMEM, FULL.
fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => error
            .code()
            .and_then(|code| code.parse::<i32>().ok())
            .is_some_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 13)),
        _ => false,
    }
}
