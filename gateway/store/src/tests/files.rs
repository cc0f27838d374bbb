//! Opening: which files are taken, which are refused.

use super::kit::{World, ins, options};
use super::made::submission;
use crate::{MasterKey, OpenError, SqliteStore};

#[tokio::test]
async fn another_master_key_does_not_open_the_file() {
    let world = World::with_record().await;
    world.store().close().await;
    let mut wrong = options(world.path());
    wrong.master_key = MasterKey::from_bytes([1; 32]);
    assert!(matches!(SqliteStore::open(wrong).await, Err(OpenError::WrongMasterKey)));
    assert!(SqliteStore::open(options(world.path())).await.is_ok());
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused_and_an_edited_step_too() {
    let world = World::with_record().await;
    world.store().close().await;
    world
        .tamper(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9, 'later', 1, x'00', 0)",
        )
        .await;
    assert!(matches!(SqliteStore::open(options(world.path())).await, Err(OpenError::NewerSchema(9))));
    world.tamper("DELETE FROM _sqlx_migrations WHERE version = 9").await;
    world.tamper("UPDATE _sqlx_migrations SET checksum = x'00'").await;
    assert!(matches!(SqliteStore::open(options(world.path())).await, Err(OpenError::EditedSchema(1))));
}

#[tokio::test]
async fn migrating_alone_makes_a_file_that_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    SqliteStore::migrate_only(options(path.clone())).await.unwrap();
    SqliteStore::migrate_only(options(path.clone())).await.unwrap();
    let store = SqliteStore::open(options(path)).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), crate::Counts::default());
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let opened = SqliteStore::open(options(folder.path().join("none/store.db"))).await;
    assert!(matches!(opened, Err(OpenError::File(_))));
}

#[tokio::test]
async fn what_was_acknowledged_is_there_when_the_file_is_opened_again_without_a_close() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let again = SqliteStore::open(options(world.path())).await.unwrap();
    assert_eq!(again.counts().await.unwrap(), world.store().counts().await.unwrap());
}
