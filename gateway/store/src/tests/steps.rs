//! The steps of the schema: what an earlier program wrote is still there, and reads as it must.

use sqlx::{ConnectOptions, Connection, Executor};

use super::kit::options;
use crate::SqliteStore;
use crate::migrations::STEPS;
use crate::row::{EventRow, Stored, decode, encode};

/// A file as the first program left it, with one open record, one opposed, an authorisation and two messages.
const BEFORE: &str = "
    INSERT INTO record (patient_key, ins_index, identity, state, facts_version, treating_physician)
    VALUES (zeroblob(16), zeroblob(32), x'', 'open', 3, '899900000019'),
        (x'01010101010101010101010101010101', x'01', x'', 'opposed', 2, NULL);
    INSERT INTO authorisation (patient_key, kind, id, until) VALUES (zeroblob(16), 'person', '899900000019', 5);
    INSERT INTO outbox (patient_key, id, kind, payload, created_at)
    VALUES (zeroblob(16), x'01', 'notification', x'', 1), (zeroblob(16), x'02', 'audit', x'', 1)";

#[tokio::test]
async fn a_file_of_the_first_program_keeps_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let connect = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = connect.connect().await.unwrap();
    crate::migrations::migrate_to(&mut connection, 1).await.unwrap();
    connection.execute(sqlx::raw_sql(BEFORE)).await.unwrap();
    connection.close().await.unwrap();
    let store = SqliteStore::open(options(path)).await.unwrap();
    let mut reader = store.0.readers.acquire().await.unwrap();
    let mut count =
        async |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut *reader).await.unwrap();
    assert_eq!(count("SELECT count(*) FROM record WHERE notified_at > 0 AND notice = 'first'").await, 2);
    assert_eq!(count("SELECT count(*) FROM record WHERE opposed_at > 0 AND state = 'opposed'").await, 1);
    assert_eq!(count("SELECT count(*) FROM record WHERE treating_since > 0").await, 1);
    let granted =
        "SELECT count(*) FROM authorisation WHERE granted_by_holder = 0 AND until = 5 AND since > 0";
    assert_eq!(count(granted).await, 1);
    assert_eq!(count("SELECT count(*) FROM outbox").await, 0);
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check").await, 0);
}

#[tokio::test]
async fn subscriptions_of_an_earlier_program_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let connect = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = connect.connect().await.unwrap();
    crate::migrations::migrate_to(&mut connection, 1).await.unwrap();
    connection.execute(sqlx::raw_sql(BEFORE)).await.unwrap();
    crate::migrations::migrate_to(&mut connection, 12).await.unwrap();
    let kept = "INSERT INTO subscription (patient_key, id, owner_kind, owner, topic, channel, content, endpoint, \
            status, created_at, last_number)
        VALUES (zeroblob(16), x'01', 'holder', x'', 'record-activity', 'rest-hook', 'empty', x'02', 'active', 3, 4);
        INSERT INTO delivery (patient_key, message, subscription, number) VALUES (zeroblob(16), x'05', x'01', 4)";
    connection.execute(sqlx::raw_sql(kept)).await.unwrap();
    connection.close().await.unwrap();
    let store = SqliteStore::open(options(path)).await.unwrap();
    let mut reader = store.0.readers.acquire().await.unwrap();
    let mut count =
        async |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut *reader).await.unwrap();
    let same = "SELECT count(*) FROM subscription AS s JOIN delivery AS d ON d.subscription = s.id \
        WHERE s.last_number = 4 AND s.endpoint = x'02' AND s.ends_at IS NULL AND d.number = 4";
    assert_eq!(count(same).await, 1);
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check").await, 0);
}

#[test]
fn steps_are_numbered_in_order() {
    assert!(STEPS.iter().map(|(number, _, _)| *number).is_sorted_by(|one, other| one < other));
}

#[test]
fn what_an_earlier_program_sealed_reads_without_the_later_fields() {
    let identity = super::kit::identity(&super::kit::ins(1));
    let mut row: serde_json::Value = serde_json::from_slice(&encode(&identity.to_row()).unwrap()).unwrap();
    let fields = row["row"].as_object_mut().unwrap();
    assert!(fields.remove("card_serial").is_some() && fields.remove("email").is_some());
    let read = model::Identity::from_row(decode(row.to_string().as_bytes()).unwrap()).unwrap();
    assert_eq!(read, model::Identity { card_serial: None, email: None, ..identity });
    let (caller, id) = (super::kit::doctor(), model::EntryUuid::from_bytes([1; 16]));
    let event = journey::Event::by(&caller, id, model::Moment(7), journey::Act::Search, "ITI-18");
    let encoded = encode(&EventRow::of(&event, None)).unwrap();
    let mut row: serde_json::Value = serde_json::from_slice(&encoded).unwrap();
    let fields = row["row"].as_object_mut().unwrap();
    for later in ["deeds", "party", "secret"] {
        assert!(fields.remove(later).is_some(), "{later}");
    }
    assert_eq!(decode::<EventRow>(row.to_string().as_bytes()).unwrap().at, 7);
}
