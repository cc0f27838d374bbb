//! Who is told of what: one row a message, sealed, without title or content.

use model::{AssociationKind, Caller, ObjectRef, Purpose};
use policy::{AccessNotice, Choice, DocumentAct, Setting};

use super::kit::{
    DOCTOR, HOSPITAL, World, doctor, granted, holder, hospital, ins, person, rules, structure, time,
};
use super::made::{bytes, entry, link, of_entries, submission};

/// Record, id, payload, number of documents.
type Sealed = (Vec<u8>, Vec<u8>, Vec<u8>, i64);

/// Kind, recipient and number of documents of the notices, oldest first, opened.
async fn notices(world: &World) -> Vec<(serde_json::Value, i64)> {
    let rows: Vec<Sealed> = sqlx::query_as(
        "SELECT o.patient_key, o.id, o.payload,
            (SELECT count(*) FROM outbox_document AS d WHERE d.patient_key = o.patient_key AND d.id = o.id)
         FROM outbox AS o JOIN journal AS j ON j.lane = o.patient_key AND j.event = o.event
         WHERE o.kind = 'notification' ORDER BY j.seq, o.recipient",
    )
    .fetch_all(&mut world.behind().await)
    .await
    .unwrap();
    let mut opened = Vec::new();
    for (patient, id, payload, documents) in rows {
        let patient = crate::keys::PatientKey::of(&patient).unwrap();
        let mut reader = world.store().0.readers.acquire().await.unwrap();
        let mut session = crate::session::Session::new(&mut reader);
        let record = crate::record::Record::by_key(&mut session, &patient).await.unwrap().unwrap();
        let secret = record.secret(&world.store().0.keys).unwrap().unwrap();
        let id = crate::commit::uuid_of(&id).unwrap();
        let text = secret.open(&crate::outbox::payload_place(&patient, &id), &payload).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains("CANARY"), "no title, no name");
        let row: serde_json::Value = serde_json::from_slice(&text).unwrap();
        opened.push((row["row"].clone(), documents));
    }
    opened
}

async fn told(world: &World) -> Vec<(String, String, i64)> {
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = notices(world).await;
    rows.iter().map(|(row, count)| (text(row, "notice"), text(row, "recipient"), *count)).collect()
}

fn holder_is_told(kind: &str, documents: i64) -> (String, String, i64) {
    (kind.into(), "holder".into(), documents)
}

async fn search(world: &World, caller: &Caller) {
    journey::search(&world.desk, caller, "ITI-18", super::searches::all()).await.unwrap();
}

async fn authorised() -> World {
    let world = World::with_record().await;
    for party in [person(DOCTOR), structure(HOSPITAL)] {
        world.set(Setting::Authorised(party, granted(time("2030")))).await;
    }
    world
}

#[tokio::test]
async fn a_deposit_a_replacement_and_a_change_are_one_notice_each_whatever_the_number_of_documents() {
    let world = World::with_record().await;
    let two = [1, 2].map(|number| (entry(&world, &ins(1), number), bytes("text")));
    let receipt = world.deposit(of_entries(&world, &ins(1), 1, two.to_vec())).await.unwrap();
    let document = receipt.documents[0].logical_id;
    let mut newer = submission(&world, &ins(1), 3);
    link(&world, &mut newer, AssociationKind::Replaces, ObjectRef::Uuid(document));
    world.deposit(newer.clone()).await.unwrap();
    world.deposit(newer).await.unwrap();
    let acts = [DocumentAct::Mask, DocumentAct::MaskTo(person(DOCTOR))];
    world.amend(&holder(&ins(1)), document, &acts).await.unwrap();
    let expected =
        [holder_is_told("deposited", 2), holder_is_told("replaced", 1), holder_is_told("amended", 1)];
    assert_eq!(told(&world).await, expected);
    let (amended, _) = notices(&world).await.remove(2);
    assert_eq!(amended["deeds"], serde_json::json!(["mask", "mask-to"]));
}

#[tokio::test]
async fn the_first_access_by_each_professional_is_told_and_each_access_where_the_holder_wants_it() {
    let world = authorised().await;
    search(&world, &doctor()).await;
    search(&world, &doctor()).await;
    assert_eq!(told(&world).await, [holder_is_told("first-access", 0)]);
    world.choose(&ins(1), Choice::Notify(AccessNotice::Each)).await;
    search(&world, &doctor()).await;
    assert_eq!(told(&world).await.last(), Some(&holder_is_told("access", 0)));
    let (access, _) = notices(&world).await.remove(1);
    assert_eq!((access["who"].as_str(), access["mode"].as_str()), (Some("Dr KERVEL"), Some("normal")));
    world.choose(&ins(1), Choice::Notify(AccessNotice::First)).await;
    search(&world, &doctor()).await;
    assert_eq!(told(&world).await.len(), 2);
    let rights = journey::Store::rights(world.store(), &ins(1), world.now()).await.unwrap().unwrap();
    assert_eq!(rights.notice, AccessNotice::First);
}

#[tokio::test]
async fn the_holders_own_reading_and_refusals_are_not_told() {
    let world = World::with_record().await;
    search(&world, &holder(&ins(1))).await;
    let refused = journey::search(&world.desk, &doctor(), "ITI-18", super::searches::all()).await;
    assert!(!rules(&refused.unwrap_err()).is_empty());
    let mut unsigned = submission(&world, &ins(1), 2);
    unsigned.set.authors.clear();
    world.deposit(unsigned).await.unwrap_err();
    assert_eq!(told(&world).await, []);
    assert_eq!(world.count("SELECT count(*) FROM first_access").await, 0);
}

#[tokio::test]
async fn break_glass_is_told_to_the_holder_and_the_treating_physician_and_reviewed() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let purpose = Purpose::BreakGlass { reason: "coma".into() };
    search(&world, &Caller { purpose, ..doctor() }).await;
    let emergency = |who: &str| ("emergency".to_owned(), who.to_owned(), 1);
    let told = told(&world).await;
    assert_eq!(told, [holder_is_told("deposited", 1), emergency("holder"), emergency("treating-physician")]);
    let (notice, _) = notices(&world).await.remove(1);
    assert_eq!((notice["mode"].as_str(), notice["reason"].as_str()), (Some("bris_de_glace"), Some("coma")));
    assert_eq!(world.count("SELECT count(*) FROM review WHERE reason = 'emergency'").await, 1);
}

#[tokio::test]
async fn a_structure_is_known_by_its_id_where_there_is_no_person() {
    let world = authorised().await;
    let receipt = world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let mut query = super::searches::all();
    query.scope = model::Scope::Uuids(vec![receipt.documents[0].entry_uuid]);
    for _ in 0..2 {
        journey::search(&world.desk, &hospital(), "ITI-18", query.clone()).await.unwrap();
    }
    assert_eq!(told(&world).await, [holder_is_told("deposited", 1), holder_is_told("first-access", 1)]);
    assert_eq!(world.count("SELECT count(*) FROM first_access WHERE kind = 'structure'").await, 1);
}

#[tokio::test]
async fn a_secret_connection_marks_its_messages() {
    let world = World::with_record().await;
    let mut child = super::kit::identity(&ins(1));
    child.birth_date = model::Hl7Time::parse("20120101").unwrap();
    world.operate(policy::Operation::Import(child)).await.unwrap();
    let mut kept = entry(&world, &ins(1), 1);
    let flag = model::VisibilityFlag::InvisibleRepresentantsLegaux.code();
    kept.confidentiality.push(model::Code::new(flag, model::system::VISIBILITY));
    let sent = of_entries(&world, &ins(1), 1, vec![(kept, bytes("text"))]);
    let secret = Caller { secret_connection: true, ..hospital() };
    journey::deposit(&world.desk, &secret, "ITI-41", sent).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM outbox WHERE secret = 1").await, 1);
}
