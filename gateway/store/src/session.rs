//! Statements on one connection. Every statement of the store goes through here, so that the tests can make
//! the n-th one fail.

use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Executor, Sqlite};

/// A statement with its arguments.
pub(crate) type Statement<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// A connection in use.
pub(crate) struct Session<'c> {
    connection: &'c mut SqliteConnection,
    #[cfg(test)]
    trip: Option<Trip>,
}

impl<'c> Session<'c> {
    /// On this connection.
    pub(crate) fn new(connection: &'c mut SqliteConnection) -> Self {
        Session {
            connection,
            #[cfg(test)]
            trip: None,
        }
    }

    /// On this connection, with a statement that will fail.
    #[cfg(test)]
    pub(crate) fn tripped(connection: &'c mut SqliteConnection, trip: Trip) -> Self {
        Session { connection, trip: Some(trip) }
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn run(&mut self, statement: Statement<'_>) -> Result<u64, sqlx::Error> {
        self.step()?;
        Ok(self.connection.execute(statement).await?.rows_affected())
    }

    /// The first row, if any.
    pub(crate) async fn one(&mut self, statement: Statement<'_>) -> Result<Option<SqliteRow>, sqlx::Error> {
        self.step()?;
        self.connection.fetch_optional(statement).await
    }

    /// Every row: the statement says how many there may be.
    pub(crate) async fn all(&mut self, statement: Statement<'_>) -> Result<Vec<SqliteRow>, sqlx::Error> {
        self.step()?;
        self.connection.fetch_all(statement).await
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "the tests' variant counts statements")]
    fn step(&self) -> Result<(), sqlx::Error> {
        Ok(())
    }

    #[cfg(test)]
    fn step(&self) -> Result<(), sqlx::Error> {
        self.trip.as_ref().map_or(Ok(()), Trip::step)
    }
}

/// Makes one coming statement fail.
#[cfg(test)]
#[derive(Debug, Clone, Default)]
pub(crate) struct Trip(std::sync::Arc<std::sync::atomic::AtomicI64>);

#[cfg(test)]
impl Trip {
    /// The `n`-th statement from now fails, from 1.
    pub(crate) fn set(&self, n: i64) {
        self.0.store(n, std::sync::atomic::Ordering::SeqCst);
    }

    /// How many statements ran since it was set to 0.
    pub(crate) fn steps(&self) -> i64 {
        -self.0.load(std::sync::atomic::Ordering::SeqCst)
    }

    fn step(&self) -> Result<(), sqlx::Error> {
        match self.0.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) {
            1 => Err(sqlx::Error::Protocol("tripped by the test".into())),
            _ => Ok(()),
        }
    }
}
