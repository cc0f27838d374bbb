//! The schema's steps, carried inside the program.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;

use crate::OpenError;

/// Every step: number, name, text.
pub(crate) const STEPS: [(i64, &str, &str); 10] = [
    (1, "first schema", include_str!("../../../migrations/sqlite/0001_first_schema.sql")),
    (2, "rights", include_str!("../../../migrations/sqlite/0002_rights.sql")),
    (3, "sealed roots", include_str!("../../../migrations/sqlite/0003_sealed_roots.sql")),
    (4, "subscriptions", include_str!("../../../migrations/sqlite/0004_subscriptions.sql")),
    (5, "registry", include_str!("../../../migrations/sqlite/0005_registry.sql")),
    (6, "staged documents", include_str!("../../../migrations/sqlite/0006_staged_documents.sql")),
    (7, "audit outbox", include_str!("../../../migrations/sqlite/0007_audit_outbox.sql")),
    (8, "status of versions", include_str!("../../../migrations/sqlite/0008_status_of_versions.sql")),
    (12, "identities", include_str!("../../../migrations/sqlite/0012_identities.sql")),
    (13, "topics of documents", include_str!("../../../migrations/sqlite/0013_topics_of_documents.sql")),
];

/// Applies the missing steps.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    migrate_to(connection, i64::MAX).await
}

/// Applies the missing steps up to one: a file of an earlier program, for the tests.
pub(crate) async fn migrate_to(connection: &mut SqliteConnection, last: i64) -> Result<(), OpenError> {
    let steps = STEPS.into_iter().filter(|(number, ..)| *number <= last).map(|(number, name, sql)| {
        let sql = sqlx::SqlStr::from_static(sql);
        Migration::new(number, name.into(), MigrationType::Simple, sql, false)
    });
    let steps = Migrator::with_migrations(steps.collect());
    steps.run_direct(None, connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(step) => OpenError::NewerSchema(step),
        MigrateError::VersionMismatch(step) => OpenError::EditedSchema(step),
        other => OpenError::Database(other.to_string()),
    })
}
