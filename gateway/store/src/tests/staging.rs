//! Large documents: put aside while they come, there or gone as one with their deposit.

use journey::{DocumentKey, Parts, Piece, Refusal, Store};
use model::{Content, PartId, Rule, Submission};
use policy::{Ask, Operation, ReadAct};

use super::kit::{World, holder, hospital, ins, options, rules};
use super::made::{bytes, entry, id, of_entries, submission};
use crate::SqliteStore;
use crate::cipher::CHUNK;

/// Parts of these bytes, in pieces of this length.
struct Sent {
    pieces: std::vec::IntoIter<Result<Piece, Refusal>>,
    asked: usize,
}

impl Sent {
    fn of(documents: &[(&str, &[u8])], piece: usize) -> Self {
        let mut pieces = Vec::new();
        for (part, bytes) in documents {
            pieces.push(Ok(Piece::Begins(PartId((*part).into()))));
            pieces.extend(bytes.chunks(piece).map(|bytes| Ok(Piece::Bytes(bytes.to_vec()))));
            pieces.push(Ok(Piece::Ends));
        }
        Sent { pieces: pieces.into_iter(), asked: 0 }
    }

    /// The same, broken off before the last two pieces.
    fn broken(documents: &[(&str, &[u8])], piece: usize) -> Self {
        let mut pieces: Vec<_> = Sent::of(documents, piece).pieces.collect();
        pieces.truncate(pieces.len() - 2);
        pieces.push(Err(Refusal::of(model::Finding::new(Rule::MessageIsReadable))));
        Sent { pieces: pieces.into_iter(), asked: 0 }
    }
}

impl Parts for Sent {
    async fn next(&mut self) -> Result<Option<Piece>, Refusal> {
        self.asked += 1;
        self.pieces.next().transpose()
    }

    fn hold(&mut self, _bytes: usize) -> Result<(), Refusal> {
        Ok(())
    }
}

fn large(length: usize) -> Vec<u8> {
    let body: String = (0..length).map(|n| char::from(b'a' + (n % 23) as u8)).collect();
    bytes(&body)
}

fn incoming(mut submission: Submission) -> Submission {
    for (number, (_, content)) in submission.entries.iter_mut().enumerate() {
        *content = Content::Incoming(PartId(format!("part{number}")));
    }
    submission
}

async fn send(world: &World, submission: Submission, parts: &mut Sent) -> Result<model::Receipt, Refusal> {
    let sent = journey::deposit_arriving(&world.desk, &hospital(), "kit", submission, parts).await;
    sent.map(|(receipt, _)| receipt)
}

async fn content(world: &World, key: &str) -> Vec<u8> {
    let (now, holder) = (world.now(), holder(&ins(1)));
    let facts = world.store().facts(&ins(1), &holder, now).await.unwrap();
    let ask = Ask { patient: ins(1), act: ReadAct::Read };
    let visibility = policy::decide_read(world.desk.law(now), &facts, &holder, &ask).unwrap();
    let stored = world.store().entry(&ins(1), &DocumentKey::Unique(id(key))).await.unwrap().unwrap();
    world.store().content(&visibility.admit(stored).unwrap()).await.unwrap()
}

/// Waits until nothing is put aside: what is dropped is destroyed beside.
async fn nothing_is_left(world: &World) {
    while world.count("SELECT count(*) FROM document WHERE staged = 1").await > 0 {
        tokio::task::yield_now().await;
    }
    let strays = "SELECT count(*) FROM content_chunk WHERE (patient_key, document) NOT IN
                  (SELECT patient_key, document FROM entry)";
    assert_eq!(world.count(strays).await, 0);
}

#[tokio::test]
async fn a_document_of_any_size_that_comes_in_any_pieces_reads_back_equal() {
    let world = World::with_record().await;
    let sizes =
        [journey::SMALL - 132, journey::SMALL, CHUNK * 4 - 132, CHUNK * 4, CHUNK * 4 + 1, CHUNK * 9 + 7];
    for (number, (size, piece)) in (1..).zip(sizes.iter().zip([1000, 65_536, CHUNK, 7777, CHUNK * 5, 16_384]))
    {
        let sent = large(*size);
        let deposit = incoming(submission(&world, &ins(1), number));
        send(&world, deposit, &mut Sent::of(&[("part0", &sent)], piece)).await.unwrap();
        assert_eq!(content(&world, &format!("2.999.2.{number}")).await, sent, "{size}");
    }
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn nothing_of_a_document_is_read_before_the_envelope_is_permitted() {
    let world = World::with_record().await;
    let sent = large(CHUNK * 2);
    let mut closed = Sent::of(&[("part0", &sent)], 1000);
    let refused = send(&world, incoming(submission(&world, &ins(2), 1)), &mut closed).await.unwrap_err();
    assert_eq!((rules(&refused), closed.asked), (vec![Rule::RecordExists], 0));
    let mut linked = incoming(submission(&world, &ins(1), 1));
    let nowhere = model::ObjectRef::Unique(id("2.999.2.99"));
    super::made::link(&world, &mut linked, model::AssociationKind::Replaces, nowhere);
    let mut parts = Sent::of(&[("part0", &sent)], 1000);
    assert!(matches!(send(&world, linked, &mut parts).await, Err(Refusal::Refused(_))));
    assert_eq!(parts.asked, 0, "stage F comes before the bytes too");
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn a_deposit_refused_by_its_bytes_or_broken_off_leaves_no_byte() {
    let world = World::with_record().await;
    let sent = large(CHUNK * 6);
    let mut other = submission(&world, &ins(1), 1);
    other.entries[0].0.size = Some(7);
    let before = world.count("SELECT count(*) FROM journal").await;
    let refused = send(&world, incoming(other), &mut Sent::of(&[("part0", &sent)], 9999)).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::HashAndSizeHold]);
    assert_eq!(world.count("SELECT count(*) FROM journal").await, before + 1, "one event");
    let broken = incoming(submission(&world, &ins(1), 1));
    let refused = send(&world, broken, &mut Sent::broken(&[("part0", &sent)], 9999)).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::MessageIsReadable]);
    nothing_is_left(&world).await;
    assert_eq!(world.store().counts().await.unwrap().documents, 0);
}

#[tokio::test]
async fn a_retry_gets_the_first_receipt_and_other_bytes_are_a_conflict() {
    let world = World::with_record().await;
    let (sent, wrong) = (large(CHUNK * 3), large(CHUNK * 3 + 1));
    let deposit = incoming(submission(&world, &ins(1), 1));
    let first = send(&world, deposit.clone(), &mut Sent::of(&[("part0", &sent)], 9999)).await.unwrap();
    let again = send(&world, deposit.clone(), &mut Sent::of(&[("part0", &sent)], 1234)).await.unwrap();
    assert!(again.again && again.documents == first.documents);
    let mut whole = deposit.clone();
    whole.entries[0].1 = Content::Inline(model::ContentBytes::new(sent.clone()));
    let (again, _) = journey::deposit(&world.desk, &hospital(), "kit", whole).await.unwrap();
    assert!(again.again, "held in memory or put aside: the same deposit");
    let refused = send(&world, deposit, &mut Sent::of(&[("part0", &wrong)], 9999)).await.unwrap_err();
    assert!(rules(&refused).contains(&Rule::SetIdIsFree), "{refused:?}");
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn missing_parts_and_parts_too_many_are_named() {
    let world = World::with_record().await;
    let sent = large(CHUNK * 2);
    let entries = vec![(entry(&world, &ins(1), 1), Vec::new()), (entry(&world, &ins(1), 2), Vec::new())];
    let deposit = incoming(of_entries(&world, &ins(1), 1, entries));
    let mut parts = Sent::of(&[("part1", &sent), ("stray", b"x")], 5000);
    let refused = send(&world, deposit, &mut parts).await.unwrap_err();
    let Refusal::Refused(refused) = refused else { panic!("{refused:?}") };
    let codes: Vec<_> = refused.findings.iter().map(|finding| finding.xds_code).collect();
    assert_eq!(codes, [Some("XDSMissingDocument"), Some("XDSMissingDocumentMetadata")]);
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn facts_that_move_while_the_bytes_come_are_judged_again() {
    let world = World::with_record().await;
    let sent = large(CHUNK * 2);
    let mut parts = Sent::of(&[("part0", &sent)], CHUNK);
    let facts = world.store().facts(&ins(1), &hospital(), world.now()).await.unwrap();
    let deposit = incoming(submission(&world, &ins(1), 1));
    let permitted = policy::decide_deposit(world.desk.law(world.now()), &facts, &hospital(), deposit.clone());
    let mut begun = world.store().stage(&permitted.unwrap(), &deposit.entries[0].0.logical_id).await.unwrap();
    journey::Staging::write(&mut begun, sent.clone()).await.unwrap();
    // The same document is still on its way: come back later.
    let busy = send(&world, deposit.clone(), &mut parts).await.unwrap_err();
    assert!(matches!(&busy, Refusal::Fault(fault) if fault.transient), "{busy:?}");
    world.operate(Operation::Close(ins(1))).await.unwrap();
    drop(begun);
    let closed = send(&world, deposit, &mut Sent::of(&[("part0", &sent)], CHUNK)).await.unwrap_err();
    assert_eq!(rules(&closed), [Rule::RecordIsOpen]);
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn what_a_killed_process_put_aside_is_gone_when_the_store_opens_again() {
    let world = World::with_record().await;
    let deposit = incoming(submission(&world, &ins(1), 1));
    let facts = world.store().facts(&ins(1), &hospital(), world.now()).await.unwrap();
    let permitted = policy::decide_deposit(world.desk.law(world.now()), &facts, &hospital(), deposit.clone());
    let mut begun = world.store().stage(&permitted.unwrap(), &deposit.entries[0].0.logical_id).await.unwrap();
    journey::Staging::write(&mut begun, large(CHUNK * 6)).await.unwrap();
    assert!(world.count("SELECT count(*) FROM content_chunk").await > 0);
    assert_eq!(world.count("SELECT count(*) FROM document WHERE wrapped_key IS NOT NULL").await, 0, "no key");
    std::mem::forget(begun);
    let opened = SqliteStore::open(options(world.path())).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM content_chunk").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM document").await, 0);
    opened.close().await;
}

#[tokio::test]
async fn what_could_not_be_destroyed_is_swept_and_what_is_on_its_way_is_not() {
    let world = World::with_record().await;
    let deposit = incoming(submission(&world, &ins(1), 1));
    let facts = world.store().facts(&ins(1), &hospital(), world.now()).await.unwrap();
    let permitted = policy::decide_deposit(world.desk.law(world.now()), &facts, &hospital(), deposit.clone());
    let document = &deposit.entries[0].0.logical_id;
    let mut begun = world.store().stage(&permitted.unwrap(), document).await.unwrap();
    journey::Staging::write(&mut begun, large(CHUNK * 6)).await.unwrap();
    assert_eq!(world.store().sweep().await.unwrap(), 0, "somebody is sending it");
    assert!(world.count("SELECT count(*) FROM content_chunk").await > 0);
    // The disk is full while it is dropped.
    world.store().0.writer.trip.set(1);
    drop(begun);
    while world.store().0.held.is_held() {
        tokio::task::yield_now().await;
    }
    world.store().0.writer.trip.set(0);
    assert_eq!(world.count("SELECT count(*) FROM document WHERE staged = 1").await, 1, "left");
    assert_eq!(world.store().sweep().await.unwrap(), 1);
    nothing_is_left(&world).await;
    assert_eq!(world.store().sweep().await.unwrap(), 0);
    let sent = large(CHUNK * 3);
    send(&world, deposit, &mut Sent::of(&[("part0", &sent)], CHUNK)).await.unwrap();
    assert_eq!(world.store().sweep().await.unwrap(), 0, "what was committed stays");
    assert_eq!(content(&world, "2.999.2.1").await, sent);
}

#[tokio::test]
async fn a_large_deposit_that_fails_at_any_statement_leaves_nothing() {
    let world = World::with_record().await;
    let sent = large(CHUNK * 5);
    let deposit = incoming(submission(&world, &ins(1), 1));
    let before = world.store().counts().await.unwrap();
    let mut failures = 0;
    loop {
        failures += 1;
        world.store().0.writer.trip.set(failures);
        match send(&world, deposit.clone(), &mut Sent::of(&[("part0", &sent)], CHUNK)).await {
            Ok(receipt) => {
                assert!(!receipt.again);
                break;
            }
            Err(Refusal::Fault(_)) => {
                world.store().0.writer.trip.set(0);
                nothing_is_left(&world).await;
                assert_eq!(world.store().counts().await.unwrap(), before, "{failures}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    world.store().0.writer.trip.set(0);
    assert!(failures > 30, "every statement was tried: {failures}");
    assert_eq!(content(&world, "2.999.2.1").await, sent);
}
