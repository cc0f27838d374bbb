//! Opening and closing.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Row};

use crate::audit_outbox::keep_feed;
use crate::calendar::Calendar;
use crate::keys::Keys;
use crate::migrations::migrate;
use crate::people::index_everybody;
use crate::session::Session;
use crate::staging::{Held, Waiting, destroy_leftovers};
use crate::writer::Writer;
use crate::{Durability, Inner, OpenError, Options, SqliteStore};

impl SqliteStore {
    /// Opens the file, made and migrated when needed, and starts the one writer. Needs a tokio runtime.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let keys = Arc::new(Keys::derive(&options.master_key)?);
        let calendar = Calendar::of(&options.time_zone, options.age_of_majority);
        let calendar = Arc::new(calendar.ok_or_else(|| OpenError::TimeZone(options.time_zone.clone()))?);
        let connect = connect_options(&options);
        let mut writing = prepare(&options, &connect, &keys).await?;
        destroy_leftovers(&mut writing).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(connect.clone().read_only(true).create_if_missing(false))
            .await?;
        let writer = Writer::start(connect, writing, Arc::clone(&keys), Arc::clone(&calendar));
        Ok(SqliteStore(Arc::new(Inner {
            keys,
            calendar,
            readers,
            writer,
            waiting: Waiting::default(),
            held: Held::default(),
            repository: options.repository,
            accept_identical_documents: options.accept_identical_documents,
        })))
    }

    /// Applies the missing schema steps, checks the master key and closes.
    pub async fn migrate_only(options: Options) -> Result<(), OpenError> {
        let keys = Keys::derive(&options.master_key)?;
        let connection = prepare(&options, &connect_options(&options), &keys).await?;
        connection.close().await?;
        Ok(())
    }

    /// Commits what is queued, moves the write-ahead log into the file and closes. Writes that come
    /// afterwards get a fault. Closing twice is harmless.
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.writer.close().await;
    }
}

async fn prepare(
    options: &Options,
    connect: &SqliteConnectOptions,
    keys: &Keys,
) -> Result<SqliteConnection, OpenError> {
    // Made beforehand, so that nobody but the owner can ever open it; the log takes over the mode.
    OpenOptions::new().append(true).create(true).mode(0o600).open(&options.path)?;
    let mut connection = connect.connect().await?;
    check_key(&mut connection, keys).await?;
    migrate(&mut connection).await?;
    keep_key_check(&mut connection, keys).await?;
    keep_feed(&mut Session::new(&mut connection), options.audit_feed).await?;
    index_everybody(keys, &mut connection)
        .await
        .map_err(|failure| OpenError::Database(failure.to_string()))?;
    Ok(connection)
}

/// Refuses a file of another master key before anything is written to it.
async fn check_key(connection: &mut SqliteConnection, keys: &Keys) -> Result<(), OpenError> {
    let mut session = Session::new(connection);
    let known = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'";
    if session.one(sqlx::query(known)).await?.is_none() {
        return Ok(());
    }
    match session.one(sqlx::query("SELECT value FROM meta WHERE name = 'key_check'")).await? {
        Some(row) if row.try_get::<Vec<u8>, _>(0)? == keys.check() => Ok(()),
        Some(_) => Err(OpenError::WrongMasterKey),
        None => Ok(()),
    }
}

async fn keep_key_check(connection: &mut SqliteConnection, keys: &Keys) -> Result<(), OpenError> {
    let keep = "INSERT INTO meta (name, value) VALUES ('key_check', $1) ON CONFLICT DO NOTHING";
    Session::new(connection).run(sqlx::query(keep).bind(keys.check().as_slice())).await?;
    check_key(connection, keys).await
}

fn connect_options(options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(&options.path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match options.durability {
            Durability::Full => SqliteSynchronous::Full,
            Durability::Off => SqliteSynchronous::Off,
        })
        .foreign_keys(true)
        // What is deleted is overwritten: sealed bytes do not wait in free pages for a key to turn up.
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MasterKey;

    #[tokio::test]
    async fn an_acknowledged_commit_is_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let repository = model::Oid::parse("2.999.1").unwrap();
        let options = Options::new(path, MasterKey::from_bytes([1; 32]), repository);
        let mut connection = connect_options(&options).connect().await.unwrap();
        let mut session = Session::new(&mut connection);
        for (pragma, expected) in [
            ("PRAGMA synchronous", "2"),
            ("PRAGMA journal_mode", "wal"),
            ("PRAGMA foreign_keys", "1"),
            ("PRAGMA secure_delete", "1"),
        ] {
            let row = session.one(sqlx::query(pragma)).await.unwrap().unwrap();
            let value = row.try_get::<i64, _>(0).map(|number| number.to_string());
            assert_eq!(value.or_else(|_| row.try_get::<String, _>(0)).unwrap(), expected, "{pragma}");
        }
    }
}
