//! HTTP as clients of `/xds/repository` use it: compressed bodies, bodies that wait for leave, connections that end in the
//! middle.

use std::io::Write as _;

use bytes::Bytes;
use http::{Request, header};
use server::demo::calls::{SoapCaller, security};
use server::demo::samples;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::world::World;

/// The laboratory's deposit as it goes over the wire: Content-Type and body, the document being `bytes`.
fn deposit(world: &mut World, bytes: &[u8]) -> (String, Vec<u8>) {
    let caller = SoapCaller::new("laboratory", &world.patient("ondine"));
    let assertion = world.stage.assertion(&caller).unwrap();
    let envelope = world.stage.dressed(samples::ITI41_LAB, &security(&assertion));
    let [(id, _)] = samples::lab_parts()[..] else { panic!("one part") };
    let part = ihe::mtom::Attachment {
        content_id: id.into(),
        content_type: "text/xml".into(),
        bytes: bytes.to_vec(),
    };
    ihe::mtom::package("urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", &envelope, &[part])
}

fn report() -> &'static [u8] {
    samples::lab_parts()[0].1
}

#[tokio::test]
async fn a_deposit_in_gzip_is_accepted_and_its_document_stored() {
    let mut world = World::new().await;
    let (content_type, body) = deposit(&mut world, report());
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&body).unwrap();
    let request = Request::post("/xds/repository")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_ENCODING, "gzip")
        .body(Bytes::from(packer.finish().unwrap()))
        .unwrap();
    let reply = world.stage.client.send(request, None).await.unwrap();
    let text = String::from_utf8_lossy(reply.body());
    assert!(text.contains("ResponseStatusType:Success"), "{} {text}", reply.status());
    assert_eq!(world.rows().await.0, 1);
}

#[tokio::test]
async fn a_client_that_waits_for_100_continue_gets_it_and_its_deposit_is_accepted() {
    let mut world = World::new().await;
    let (content_type, body) = deposit(&mut world, report());
    let mut socket = world.stage.client.connect(None).await.unwrap();
    let length = body.len();
    let head = format!(
        "POST /xds/repository HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
         Expect: 100-continue\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut leave = vec![0; 25];
    socket.read_exact(&mut leave).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&leave), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(&body).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("ResponseStatusType:Success"), "{answer}");
    assert_eq!(world.rows().await.0, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_disappears_in_the_middle_of_a_large_deposit_leaves_nothing() {
    let mut world = World::new().await;
    let rows = world.rows().await;
    let (content_type, body) = deposit(&mut world, &b"<!-- filler -->".repeat(400_000));
    let mut socket = world.stage.client.connect(None).await.unwrap();
    let length = body.len();
    let head = format!(
        "POST /xds/repository HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&body[..length / 2]).await.unwrap();
    socket.flush().await.unwrap();
    while world.rows().await == rows {
        tokio::task::yield_now().await;
    }
    let put_aside = world.rows().await;
    assert!(put_aside.1 > rows.1, "chunks were put aside: {put_aside:?}");
    drop(socket);
    while world.rows().await != rows {
        tokio::task::yield_now().await;
    }
    let (content_type, body) = deposit(&mut world, report());
    let request = Request::post("/xds/repository")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, content_type)
        .body(Bytes::from(body))
        .unwrap();
    let reply = world.stage.client.send(request, None).await.unwrap();
    let text = String::from_utf8_lossy(reply.body());
    assert!(text.contains("ResponseStatusType:Success"), "the same set, later: {text}");
}
