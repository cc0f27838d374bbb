//! Large documents through both doors of a process: read as they go out, whole, in bounded memory.
//!
//! With `PASSERELLE_LOAD` set (and `PASSERELLE_PROGRAM` naming a release build) twenty retrievals of a document of 100 MB
//! run at once by both doors, and the peak of resident memory is read from `/proc`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, header};
use http_body_util::BodyExt as _;
use hyper_util::rt::TokioIo;
use journey::Clock as _;
use server::demo::calls::{Reply, SoapCaller, security};
use server::demo::samples;
use server::demo::stage::Stage;
use server::outside::SystemClock;
use server::pki::Credential;

use crate::large_deposits::{Large, PIECE, id, join};
use crate::support::{Served, prepared};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_larger_than_what_is_held_in_memory_goes_out_whole_by_both_doors() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    let sent = Large::of(&mut stage, 1, 3 * PIECE);
    let document = sent.document();
    let (status, answer) = sent.send(&stage).await;
    assert!(status == 200 && answer.contains("ResponseStatusType:Success"), "{status} {answer}");
    let announced = |reply: &Reply| reply.headers[header::CONTENT_LENGTH].to_str().unwrap().parse::<usize>();

    let caller = SoapCaller::new("gp", &stage.cast.patient("ondine").unwrap().clone());
    let ask = samples::ITI43_TWO.replace(samples::LAB_ID, &id(1));
    let soap = stage.soap("repository", &ask, &[], &caller).await.unwrap();
    let media = ihe::soap::MediaType::parse(&soap.content_type);
    let package = ihe::mtom::read(&soap.body, &media, &ihe::Limits::default()).expect("a package");
    assert_eq!(package.parts.len(), 1, "the other one is not there");
    assert!(package.parts[0].bytes == document, "the bytes of the deposit");
    assert_eq!(announced(&soap), Ok(soap.body.len()));

    let token = stage.token(&stage.claims("gp").unwrap()).unwrap();
    let path = format!("Binary/{}", logical_id(&stage, &token).await);
    let bytes = stage.fhir_get(&path, Some(&token), "*/*").await.unwrap();
    assert!(bytes.status == 200 && bytes.body == document, "{}", bytes.status);
    assert_eq!(announced(&bytes), Ok(document.len()));
    let binary = stage.fhir_get(&path, Some(&token), "application/fhir+json").await.unwrap();
    assert_eq!(announced(&binary), Ok(binary.body.len()));
    let resource = binary.json();
    assert_eq!(resource["resourceType"], "Binary");
    assert!(STANDARD.decode(resource["data"].as_str().unwrap()).unwrap() == document);

    let head = stage.fhir("HEAD", &path, Some(&token), None, Bytes::new()).await.unwrap();
    assert_eq!((head.status.as_u16(), head.body.len(), announced(&head)), (200, 0, Ok(document.len())));
    assert_eq!(head.headers[header::ETAG], bytes.headers[header::ETAG]);
    let ask = Ask {
        path: format!("/fhir/{path}"),
        token: Some(token),
        range: Some(format!("bytes={}-{}", PIECE - 7, PIECE * 2 + 6)),
        ..Ask::default()
    };
    let (status, part) = ask.answered(&stage).await;
    assert!(status == 206 && part == document[PIECE - 7..PIECE * 2 + 7], "{status}, {} bytes", part.len());
    gateway.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_answers_of_100_mb_at_once_stay_under_256_mb_of_memory() {
    if std::env::var_os("PASSERELLE_LOAD").is_none() {
        eprintln!("SKIPPED: PASSERELLE_LOAD is not set; twenty parallel retrievals were not measured");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    let sent = Large::of(&mut stage, 1, 95 * PIECE);
    let (status, answer) = sent.send(&stage).await;
    assert!(status == 200 && answer.contains("ResponseStatusType:Success"), "{status} {answer}");
    let before = gateway.peak_memory();
    let token = stage.token(&stage.claims("gp").unwrap()).unwrap();
    let path = format!("/fhir/Binary/{}", logical_id(&stage, &token).await);
    let asks = (0..20).map(|number| match number % 2 {
        0 => Ask::xds(&mut stage),
        _ => Ask { path: path.clone(), token: Some(token.clone()), ..Ask::default() },
    });
    let asks: Vec<Ask> = asks.collect();
    let begun = SystemClock.now();
    let lengths = join(asks.iter().map(|ask| Box::pin(ask.counted(&stage))).collect()).await;
    let (seconds, peak) = ((SystemClock.now().0 - begun.0) / 1_000_000, gateway.peak_memory());
    for length in &lengths {
        assert!((sent.length()..sent.length() + 10_000).contains(length), "{length} of {}", sent.length());
    }
    let all: usize = lengths.iter().sum();
    eprintln!("20 answers, {all} bytes in {seconds} s; peak {peak} KiB of resident memory, {before} before");
    assert!(peak < 256 * 1000 * 1000 / 1024, "{peak} KiB");
    gateway.kill();
}

/// Our id of the document.
async fn logical_id(stage: &Stage, token: &str) -> String {
    let patient = stage.cast.patient("ondine").unwrap();
    let path = format!(
        "DocumentReference?patient.identifier={}%7C{}&status=current",
        patient.authority().urn(),
        patient.number()
    );
    let found = stage.fhir_get(&path, Some(token), "application/fhir+json").await.unwrap();
    let json = found.json();
    json["entry"][0]["resource"]["id"].as_str().expect("one document").to_owned()
}

/// A retrieval whose answer is counted and not kept.
#[derive(Default)]
struct Ask {
    path: String,
    token: Option<String>,
    range: Option<String>,
    message: Option<(String, Vec<u8>)>,
    own: Option<Credential>,
}

impl Ask {
    fn xds(stage: &mut Stage) -> Self {
        let caller = SoapCaller::new("gp", &stage.cast.patient("ondine").unwrap().clone());
        let assertion = stage.assertion(&caller).unwrap();
        let ask = samples::ITI43_TWO.replace(samples::LAB_ID, &id(1));
        let envelope = stage.dressed(&ask, &security(&assertion));
        let message = ihe::mtom::package(ihe::Transaction::Iti43.action(), &envelope, &[]);
        let own = Some(stage.credential("gp", "client").unwrap());
        Ask { path: "/xds/repository".to_owned(), message: Some(message), own, ..Ask::default() }
    }

    /// The bytes of the answer, counted.
    async fn counted(&self, stage: &Stage) -> usize {
        let (status, length) = self.taken(stage, |length: &mut usize, data| *length += data.len()).await;
        assert_eq!(status, 200);
        length
    }

    async fn answered(&self, stage: &Stage) -> (u16, Vec<u8>) {
        self.taken(stage, |bytes: &mut Vec<u8>, data| bytes.extend_from_slice(&data)).await
    }

    async fn taken<T: Default>(&self, stage: &Stage, mut each: impl FnMut(&mut T, Bytes)) -> (u16, T) {
        let method = if self.message.is_some() { "POST" } else { "GET" };
        let mut request = Request::builder().method(method).uri(&self.path).header(header::HOST, "localhost");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(range) = &self.range {
            request = request.header(header::RANGE, range);
        }
        let mut body = Bytes::new();
        if let Some((content_type, message)) = &self.message {
            request = request.header(header::CONTENT_TYPE, content_type);
            body = message.clone().into();
        }
        let request = request.body(http_body_util::Full::new(body)).unwrap();
        let tls = stage.client.connect(self.own.as_ref()).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(tls)).await.unwrap();
        let driver = tokio::spawn(connection);
        let response = sender.send_request(request).await.unwrap();
        let (status, mut body, mut taken) = (response.status().as_u16(), response.into_body(), T::default());
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame.unwrap().into_data() {
                each(&mut taken, data);
            }
        }
        driver.abort();
        (status, taken)
    }
}
