//! The schema's steps, carried inside the program.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;

use crate::OpenError;

/// Number, name and text of each step, oldest first.
const STEPS: [(i64, &str, &str); 2] = [
    (1, "first schema", include_str!("../../../migrations/sqlite/0001_first_schema.sql")),
    (3, "sealed roots", include_str!("../../../migrations/sqlite/0003_sealed_roots.sql")),
];

/// Applies the missing steps.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let steps = STEPS.map(|(number, name, text)| {
        let text = sqlx::SqlStr::from_static(text);
        Migration::new(number, name.into(), MigrationType::Simple, text, false)
    });
    let steps = Migrator::with_migrations(steps.into());
    steps.run_direct(None, connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(step) => OpenError::NewerSchema(step),
        MigrateError::VersionMismatch(step) => OpenError::EditedSchema(step),
        other => OpenError::Database(other.to_string()),
    })
}
