//! The schema's steps, carried inside the program.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;

use crate::OpenError;

/// Applies the missing steps.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let steps = Migrator::with_migrations(vec![Migration::new(
        1,
        "first schema".into(),
        MigrationType::Simple,
        sqlx::SqlStr::from_static(include_str!("../../../migrations/sqlite/0001_first_schema.sql")),
        false,
    )]);
    steps.run_direct(None, connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(step) => OpenError::NewerSchema(step),
        MigrateError::VersionMismatch(step) => OpenError::EditedSchema(step),
        other => OpenError::Database(other.to_string()),
    })
}
