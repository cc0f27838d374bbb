//! An erased record: nothing that opens, nothing that names, a proof.

use journey::Store;
use model::{Rule, VisibilityFlag};
use policy::{Choice, DocumentAct, Facts, Link, Operation, Representation, Setting, Standing};

use super::kit::{
    DOCTOR, HOSPITAL, World, doctor, granted, holder, identity, ins, operator, person, structure, time,
};
use super::made::{link, submission};

/// A record with something in every table.
async fn full() -> World {
    let world = World::with_record().await;
    let by = Representation { by: ins(2), link: Link::Guardian };
    world.operate(Operation::Represent(ins(1), by)).await.unwrap();
    journey::request_code(&world.desk, &operator(), "kit", &ins(1)).await.unwrap();
    world.set(Setting::Authorised(person(DOCTOR), granted(time("2030")))).await;
    world.set(Setting::Authorised(structure(HOSPITAL), granted(time("2030")))).await;
    world.set(Setting::Blocked(person("899900000055"))).await;
    world.set(Setting::FeedingRefused(structure("1750000009"))).await;
    let document = world.deposit(submission(&world, &ins(1), 1)).await.unwrap().documents[0].logical_id;
    let mut appended = submission(&world, &ins(1), 2);
    link(&world, &mut appended, model::AssociationKind::Appends, model::ObjectRef::Uuid(document));
    world.deposit(appended).await.unwrap();
    let acts = [DocumentAct::Mask, DocumentAct::MaskTo(person("899900000066"))];
    world.amend(&holder(&ins(1)), document, &acts).await.unwrap();
    journey::search(&world.desk, &doctor(), "ITI-18", super::searches::all()).await.unwrap();
    let accessed = world.store().history(&ins(1), 1, world.now()).await.unwrap()[0].id;
    world.choose(&ins(1), Choice::Contest(accessed)).await;
    world
}

const TABLES: [&str; 20] = [
    "authorisation",
    "blocked",
    "feeding_refusal",
    "submission_set",
    "document",
    "content_chunk",
    "entry",
    "past_entry",
    "entry_author_person",
    "entry_author_structure",
    "entry_event_code",
    "entry_confidentiality",
    "association",
    "locator",
    "masked_to",
    "representative",
    "activation_code",
    "first_access",
    "review",
    "outbox",
];

async fn rows(world: &World, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut world.behind().await).await.unwrap()
}

#[tokio::test]
async fn nothing_of_an_erased_record_is_left_but_its_chain_and_a_proof() {
    let world = full().await;
    for table in TABLES {
        assert!(rows(&world, table).await > 0, "{table} was filled");
    }
    let events = world.store().counts().await.unwrap().events;
    world.choose(&ins(1), Choice::EraseRecord).await;
    for table in TABLES {
        assert_eq!(rows(&world, table).await, 0, "{table}");
    }
    assert_eq!(rows(&world, "outbox_document").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM record WHERE length(identity) > 0").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM journal WHERE payload IS NOT NULL").await, 1);
    let report = world.store().verify_journal().await.unwrap();
    assert_eq!((report.sound, report.erased, report.broken), (1, events, Vec::new()));
    assert_eq!(world.store().history(&ins(1), 10, world.now()).await.unwrap(), []);
    let facts = world.store().facts(&ins(1), &holder(&ins(1)), world.now()).await.unwrap();
    assert_eq!(facts, Facts::absent());
}

#[tokio::test]
async fn the_proof_names_neither_the_patient_nor_the_holder() {
    let world = full().await;
    world.choose(&ins(1), Choice::EraseRecord).await;
    let keys = &world.store().0.keys;
    let (event, payload): (Vec<u8>, Vec<u8>) =
        sqlx::query_as("SELECT event, payload FROM journal WHERE payload IS NOT NULL")
            .fetch_one(&mut world.behind().await)
            .await
            .unwrap();
    let place = crate::journal::payload_place(&crate::journal::SYSTEM_LANE, &event);
    let told = String::from_utf8(keys.system().open(&place, &payload).unwrap()).unwrap();
    assert!(told.contains("erase-record") && told.contains("holder"), "{told}");
    assert!(told.contains(r#""patient_index":null"#) && told.contains(r#""person":null"#), "{told}");
    for trace in [ins(1).number(), "CANARY", "request"] {
        assert!(!told.replace(r#""request":"""#, "").contains(trace), "{trace}: {told}");
    }
}

#[tokio::test]
async fn the_matricule_may_be_fed_anew_as_another_record() {
    let world = full().await;
    let before = world.store().patient_id(&ins(1), world.now()).await.unwrap().unwrap();
    world.operate(Operation::Erase(ins(1))).await.unwrap();
    assert_eq!(world.store().patient_by_id(before).await.unwrap(), None);
    world.open_record(&ins(1)).await;
    assert_ne!(world.store().patient_id(&ins(1), world.now()).await.unwrap(), Some(before));
    let facts = world.store().facts(&ins(1), &operator(), world.now()).await.unwrap();
    assert_eq!(facts.standing, Standing::Open);
    assert_eq!(facts.authorisation, policy::Authorisation::Missing);
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
}

#[tokio::test]
async fn nothing_readable_and_no_wrapped_key_is_left_in_the_file_or_its_log() {
    let world = full().await;
    let mut connection = world.behind().await;
    let keys: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT wrapped_key FROM record UNION ALL SELECT wrapped_key FROM document
         UNION ALL SELECT ins_index FROM record",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let in_files = || {
        let files = std::fs::read_dir(world.folder.path()).unwrap();
        let bytes: Vec<u8> = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        keys.iter().filter(|key| bytes.windows(key.len()).any(|window| window == key.as_slice())).count()
    };
    assert!(in_files() > 0, "they were there");
    world.choose(&ins(1), Choice::EraseRecord).await;
    assert_eq!(in_files(), 0);
}

#[tokio::test]
async fn a_backup_without_the_key_cannot_be_read() {
    let world = full().await;
    let backup: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT patient_key, document, wrapped_key FROM document")
            .fetch_all(&mut world.behind().await)
            .await
            .unwrap();
    world.operate(Operation::Erase(ins(1))).await.unwrap();
    let left: Vec<Option<Vec<u8>>> = sqlx::query_scalar("SELECT wrapped_key FROM record")
        .fetch_all(&mut world.behind().await)
        .await
        .unwrap();
    assert_eq!(left, [None], "what would open the backup's document keys is gone");
    for (patient, document, wrapped) in backup {
        let key = crate::keys::PatientKey::of(&patient).unwrap();
        let document = crate::commit::uuid_of(&document).unwrap();
        let other = crate::cipher::SecretKey::random().unwrap();
        assert!(crate::keys::unwrap_document(&other, &document, &wrapped).is_err());
        let mut reader = world.store().0.readers.acquire().await.unwrap();
        let mut session = crate::session::Session::new(&mut reader);
        let record = crate::record::Record::by_key(&mut session, &key).await.unwrap().unwrap();
        assert!(record.secret(&world.store().0.keys).unwrap().is_none());
    }
}

#[tokio::test]
async fn an_erasure_that_fails_at_any_statement_erases_nothing() {
    let world = full().await;
    let before = world.store().counts().await.unwrap();
    let mut failures = 0;
    loop {
        failures += 1;
        world.store().0.writer.trip.set(failures);
        match world.operate(Operation::Erase(ins(1))).await {
            Ok(()) => break,
            Err(journey::Refusal::Fault(_)) => {
                assert_eq!(world.store().counts().await.unwrap(), before, "{failures}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(failures > 25, "every statement was tried: {failures}");
    assert_eq!(world.store().counts().await.unwrap().documents, 0);
}

#[tokio::test]
async fn only_the_erased_record_is_erased() {
    let world = full().await;
    world.open_record(&ins(3)).await;
    let kept = world.deposit(submission(&world, &ins(3), 7)).await.unwrap().documents[0].logical_id;
    world.operate(Operation::Erase(ins(1))).await.unwrap();
    let key = journey::DocumentKey::Uuid(kept);
    let stored = world.store().entry(&ins(3), &key).await.unwrap().unwrap();
    assert!(!stored.entry.has_flag(VisibilityFlag::MasquePs));
    let twice = world.operate(Operation::Erase(ins(1))).await.unwrap_err();
    assert_eq!(super::kit::rules(&twice), [Rule::RecordExists]);
    world.operate(Operation::Import(identity(&ins(1)))).await.unwrap();
}
