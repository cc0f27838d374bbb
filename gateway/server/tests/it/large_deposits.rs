//! Large documents through the XDS door of a process: they flow past, whole, in bounded memory.
//!
//! With `PASSERELLE_LOAD` set (and `PASSERELLE_PROGRAM` naming a release build) twenty documents of 100 MB are
//! deposited at once, and the peak of resident memory is read from `/proc`.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame};
use hyper_util::rt::TokioIo;
use journey::Clock as _;
use server::demo::calls::{SoapCaller, security};
use server::demo::samples;
use server::demo::stage::Stage;
use server::outside::SystemClock;
use server::pki::Credential;

use crate::support::{Served, prepared};

const BOUNDARY: &str = "large-deposits";
pub const PIECE: usize = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_larger_than_what_is_held_in_memory_flows_past_and_reads_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    let sent = Large::of(&mut stage, 1, 5 * PIECE);
    let document = sent.document();
    let (status, answer) = sent.send(&stage).await;
    assert!(status == 200 && answer.contains("ResponseStatusType:Success"), "{status} {answer}");
    let caller = SoapCaller::new("gp", &stage.cast.patient("ondine").unwrap().clone());
    let ask = samples::ITI43_TWO.replace(samples::LAB_ID, &id(1));
    let reply = stage.soap("repository", &ask, &[], &caller).await.unwrap();
    let found = reply.body.windows(document.len()).any(|bytes| bytes == document);
    assert!(found, "{} bytes do not hold the document", reply.body.len());
    gateway.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_deposit_that_is_not_permitted_is_answered_without_its_document() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    let mut sent = Large::of(&mut stage, 1, 5 * PIECE);
    // It replaces a document that is not there: refused on the envelope; the document after it is not even XML.
    let replaces = "<rim:Association id=\"Association02\" sourceObject=\"Document01\" \
         associationType=\"urn:ihe:iti:2007:AssociationType:RPLC\" \
         targetObject=\"urn:uuid:00000000-0000-4000-8000-000000000001\"/></rim:RegistryObjectList>";
    sent.envelope = sent.envelope.replace("</rim:RegistryObjectList>", replaces);
    sent.filler = Bytes::from(vec![0; PIECE]);
    let (status, answer) = sent.send(&stage).await;
    assert!(status == 200 && answer.contains("ResponseStatusType:Failure"), "{status} {answer}");
    assert!(!answer.contains("bytes_are_of_the_declared_type"), "{answer}");
    gateway.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_documents_of_100_mb_at_once_stay_under_256_mb_of_memory() {
    if std::env::var_os("PASSERELLE_LOAD").is_none() {
        eprintln!(
            "SKIPPED: PASSERELLE_LOAD is not set; twenty parallel deposits of 100 MB were not measured"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    let before = gateway.peak_memory();
    let sent: Vec<Large> = (0..20).map(|number| Large::of(&mut stage, number, 95 * PIECE)).collect();
    let begun = SystemClock.now();
    let answers = sent.iter().map(|large| large.send(&stage));
    let mut all = Vec::new();
    for answer in answers.map(Box::pin).collect::<Vec<_>>() {
        all.push(answer);
    }
    for (status, answer) in join(all).await {
        assert!(status == 200 && answer.contains("ResponseStatusType:Success"), "{status} {answer}");
    }
    let (seconds, peak) = ((SystemClock.now().0 - begun.0) / 1_000_000, gateway.peak_memory());
    let bytes: usize = sent.iter().map(Large::length).sum();
    eprintln!(
        "20 documents, {bytes} bytes in {seconds} s; peak {peak} KiB of resident memory, {before} at rest"
    );
    assert!(peak < 256 * 1000 * 1000 / 1024, "{peak} KiB");
    gateway.kill();
}

/// Every future's result, run beside each other.
pub async fn join<F: Future>(mut futures: Vec<Pin<Box<F>>>) -> Vec<F::Output> {
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, slot) in futures.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                *slot = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

pub fn id(number: usize) -> String {
    format!("2.999.2026.2.1.1{number:02}")
}

/// A deposit of the laboratory's report with a long PDF in it.
pub struct Large {
    envelope: String,
    before: Bytes,
    filler: Bytes,
    pieces: usize,
    after: Bytes,
    own: Credential,
}

impl Large {
    pub fn of(stage: &mut Stage, number: usize, length: usize) -> Self {
        let caller = SoapCaller::new("laboratory", &stage.cast.patient("ondine").unwrap().clone());
        let assertion = stage.assertion(&caller).unwrap();
        let mut envelope = stage.dressed(samples::ITI41_LAB, &security(&assertion));
        for slot in ["hash", "size"] {
            let (before, rest) = envelope.split_once(&format!("<rim:Slot name=\"{slot}\">")).unwrap();
            envelope = format!("{before}{}", rest.split_once("</rim:Slot>").unwrap().1);
        }
        envelope = envelope.replace(samples::LAB_ID, &id(number));
        envelope = envelope.replace("2.999.2026.2.3.1", &format!("2.999.2026.2.3.1{number:02}"));
        let cda = std::str::from_utf8(samples::CDA_LAB).unwrap().replace(samples::LAB_ID, &id(number));
        let (before, after) = cda.rsplit_once("</section>").unwrap();
        let media = "<entry><observationMedia classCode=\"OBS\" moodCode=\"EVN\">\
                     <value mediaType=\"application/pdf\" representation=\"B64\">JVBERi0x";
        Large {
            envelope,
            before: format!("{before}{media}").into(),
            filler: Bytes::from(b"4oKs".repeat(PIECE / 4)),
            pieces: length / PIECE,
            after: format!("</value></observationMedia></entry></section>{after}").into(),
            own: stage.credential("laboratory", "client").unwrap(),
        }
    }

    pub fn document(&self) -> Vec<u8> {
        [self.before.as_ref(), &self.filler.repeat(self.pieces), &self.after].concat()
    }

    pub fn length(&self) -> usize {
        self.before.len() + self.filler.len() * self.pieces + self.after.len()
    }

    pub async fn send(&self, stage: &Stage) -> (u16, String) {
        let part = |kind: &str, id: &str| {
            format!(
                "--{BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{id}>\r\n\r\n"
            )
        };
        let head = part("application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"", "root@x");
        let document = format!("\r\n{}", part("text/xml", "n3-lab-report@samples.passerelle.example"));
        let mut pieces = VecDeque::from([head.into(), self.envelope.clone().into(), document.into()]);
        pieces.push_back(self.before.clone());
        pieces.extend(std::iter::repeat_n(self.filler.clone(), self.pieces));
        pieces.extend([self.after.clone(), format!("\r\n--{BOUNDARY}--\r\n").into()]);
        let content_type = format!(
            "multipart/related; boundary={BOUNDARY}; type=\"application/xop+xml\"; start=\"<root@x>\"; \
             start-info=\"application/soap+xml\""
        );
        let request = Request::post("/xds/repository")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, content_type)
            .body(Pieces(pieces))
            .unwrap();
        let tls = stage.client.connect(Some(&self.own)).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake::<_, Pieces>(TokioIo::new(tls)).await.unwrap();
        let driver = tokio::spawn(connection);
        let response = sender.send_request(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        driver.abort();
        (status, String::from_utf8_lossy(&body).into_owned())
    }
}

/// A body in pieces, of a length that is not announced.
struct Pieces(VecDeque<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|bytes| Ok(Frame::data(bytes))))
    }
}
