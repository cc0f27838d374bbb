//! What is read from the store as it goes out.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use journey::{DocumentAsk, DocumentKey, Form, Looked, Opened, Outgoing, Segment, Take};

use super::kit::{World, holder, ins};
use super::made::{bytes, entry, id, of_entries};
use crate::cipher::CHUNK;

const SIZE: usize = CHUNK * 3 + 5;

async fn large() -> (World, Vec<u8>) {
    let world = World::with_record().await;
    let mut bytes = bytes("");
    bytes.extend((0..SIZE).map(|place| b'a' + u8::try_from(place % 23).unwrap()));
    bytes.truncate(SIZE);
    let sent = vec![(entry(&world, &ins(1), 1), bytes.clone())];
    world.deposit(of_entries(&world, &ins(1), 1, sent)).await.unwrap();
    (world, bytes)
}

async fn opened(world: &World, whole: u64) -> Opened {
    let ask = DocumentAsk { patient: Some(ins(1)), key: DocumentKey::Unique(id("2.999.2.1")) };
    match journey::open_if(&world.desk, &holder(&ins(1)), "kit", ask, |_| Take::Whole, whole).await.unwrap() {
        Looked::Opened(opened) => opened,
        Looked::NotTaken(_) => panic!("it is taken"),
    }
}

async fn all(world: &World, segments: Vec<Segment>, longest: usize) -> Vec<u8> {
    let mut outgoing = Outgoing::new(segments);
    let (length, mut bytes) = (outgoing.length(), Vec::new());
    while let Some(piece) = outgoing.next(world.store()).await.unwrap() {
        assert!(!piece.is_empty() && piece.len() <= longest, "{}", piece.len());
        bytes.extend(piece);
    }
    assert_eq!(bytes.len() as u64, length, "the length is known from the start");
    bytes
}

#[tokio::test]
async fn what_is_larger_than_what_is_held_goes_out_in_pieces_and_whole() {
    let (world, bytes) = large().await;
    assert_eq!(opened(&world, SIZE as u64).await.bytes.as_deref(), Some(bytes.as_slice()));
    let document = opened(&world, SIZE as u64 - 1).await;
    assert!(document.bytes.is_none());
    let before = Segment::Bytes(b"before".to_vec());
    let after = Segment::Bytes(b"after".to_vec());
    let came = all(&world, vec![before, Segment::document(document), after], CHUNK).await;
    assert_eq!(came, [b"before", bytes.as_slice(), b"after"].concat());
}

#[tokio::test]
async fn any_range_goes_out_as_it_is_and_in_base64() {
    let (world, bytes) = large().await;
    for (whole, longest) in [(0, CHUNK), (u64::MAX, SIZE)] {
        let document = Arc::new(opened(&world, whole).await);
        for (from, to) in [
            (0, SIZE),
            (0, 1),
            (CHUNK - 1, CHUNK + 1),
            (CHUNK, CHUNK * 2),
            (7, SIZE - 3),
            (SIZE - 1, SIZE),
            (5, 5),
        ] {
            let written = |form| {
                let range = from as u64..to as u64;
                vec![Segment::Document { document: Arc::clone(&document), range, form }]
            };
            assert_eq!(all(&world, written(Form::Plain), longest).await, bytes[from..to], "{from}-{to}");
            let base64 = all(&world, written(Form::Base64), longest * 4 / 3 + 4).await;
            assert_eq!(base64, STANDARD.encode(&bytes[from..to]).into_bytes(), "{from}-{to}");
        }
    }
}

#[tokio::test]
async fn of_a_part_only_what_is_asked_for_has_to_be_sound() {
    let (world, _) = large().await;
    world.tamper("UPDATE content_chunk SET bytes = zeroblob(length(bytes)) WHERE idx = 2").await;
    let chunk = CHUNK as u64;
    for (range, sound) in
        [(0..1, true), (0..chunk * 2, true), (chunk..chunk * 2 + 1, false), (chunk * 3..SIZE as u64, true)]
    {
        let ask = DocumentAsk { patient: Some(ins(1)), key: DocumentKey::Unique(id("2.999.2.1")) };
        let part = |_: &journey::StoredEntry| Take::Part(range.clone());
        let opened = journey::open_if(&world.desk, &holder(&ins(1)), "kit", ask, part, 0).await;
        assert_eq!(opened.is_ok(), sound, "{range:?}");
    }
}

#[tokio::test]
async fn what_is_altered_or_destroyed_on_its_way_out_is_an_error_and_no_shorter_answer() {
    for tamper in ["DELETE FROM content_chunk WHERE idx = 2", "DELETE FROM document"] {
        let (world, _) = large().await;
        let mut outgoing = Outgoing::new(vec![Segment::document(opened(&world, 0).await)]);
        assert!(outgoing.next(world.store()).await.is_ok_and(|piece| piece.is_some()));
        world.tamper(tamper).await;
        let mut last = outgoing.next(world.store()).await;
        while let Ok(Some(_)) = last {
            last = outgoing.next(world.store()).await;
        }
        assert!(last.is_err(), "{tamper}");
    }
}
