//! Endpoints on loopback: an HTTPS server and a mail server that keep what they are sent, within bounds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use journey::Clock as _;
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::outside::SystemClock;
use crate::pki::Authority;
use crate::relay::NOTICE_ID;

/// Longest message kept.
const LONGEST: usize = 1 << 20;

/// One notification: the id in the header, and the Bundle.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Posted {
    pub(super) path: String,
    pub(super) id: String,
    pub(super) bundle: Value,
}

/// A rest-hook endpoint.
pub(super) struct HookSink {
    pub(super) origin: String,
    /// The authority of its certificate, PEM.
    pub(super) authority: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    down: Arc<AtomicBool>,
}

impl HookSink {
    pub(super) async fn start() -> Self {
        let authority = Authority::new("Autorité des essais", SystemClock.now()).unwrap();
        let credential = authority.server(&["127.0.0.1"]).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let chain = vec![CertificateDer::from(credential.certificate_der)];
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::try_from(credential.key_der).unwrap())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let (posted, down): (Arc<Mutex<Vec<Posted>>>, Arc<AtomicBool>) = Default::default();
        let (kept, failing) = (Arc::clone(&posted), Arc::clone(&down));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, kept) = (TlsAcceptor::from(Arc::new(tls.clone())), Arc::clone(&kept));
                let failing = Arc::clone(&failing);
                tokio::spawn(async move {
                    let Ok(tls) = acceptor.accept(stream).await else { return };
                    let answer = service_fn(move |request| {
                        keep(request, Arc::clone(&kept), failing.load(Ordering::SeqCst))
                    });
                    let served = hyper::server::conn::http1::Builder::new();
                    let _ = served.serve_connection(TokioIo::new(tls), answer).await;
                });
            }
        });
        HookSink { origin, authority: authority.pem().to_owned(), posted, down }
    }

    /// Everything posted so far, in order.
    pub(super) fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }

    /// Answers with errors from now on, or no longer.
    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }
}

async fn keep(
    request: Request<Incoming>,
    kept: Arc<Mutex<Vec<Posted>>>,
    down: bool,
) -> Result<Response<Full<Bytes>>, std::convert::Infallible> {
    let (head, body) = request.into_parts();
    let answer = |status: u16| {
        let endless = Bytes::from(vec![b'x'; 1 << 20]);
        let response = Response::builder().status(status).header("location", "https://127.0.0.1:1/");
        Ok(response.body(Full::new(endless)).unwrap())
    };
    match head.uri.path() {
        "/redirects" => return answer(307),
        _ if down => return answer(503),
        _ => {}
    }
    let bytes = Limited::new(body, LONGEST).collect().await.unwrap().to_bytes();
    let id = head.headers[NOTICE_ID].to_str().unwrap().to_owned();
    let bundle = serde_json::from_slice(&bytes).unwrap();
    kept.lock().unwrap().push(Posted { path: head.uri.path().to_owned(), id, bundle });
    answer(200)
}

/// A mail server.
pub(super) struct MailSink {
    pub(super) url: String,
    messages: Arc<Mutex<Vec<String>>>,
}

impl MailSink {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let messages: Arc<Mutex<Vec<String>>> = Default::default();
        let kept = Arc::clone(&messages);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(receive(stream, Arc::clone(&kept)));
            }
        });
        MailSink { url, messages }
    }

    /// Every message so far: its recipient's line, then its text.
    pub(super) fn messages(&self) -> Vec<String> {
        self.messages.lock().unwrap().clone()
    }
}

async fn receive(stream: TcpStream, kept: Arc<Mutex<Vec<String>>>) {
    let (input, mut output) = stream.into_split();
    let mut lines = BufReader::new(input).lines();
    output.write_all(b"220 sink\r\n").await.unwrap();
    let (mut message, mut in_data) = (String::new(), false);
    while let Ok(Some(line)) = lines.next_line().await {
        let answer: &[u8] = if in_data {
            if line != "." {
                assert!(message.len() < LONGEST);
                message.push_str(&line);
                message.push('\n');
                continue;
            }
            in_data = false;
            kept.lock().unwrap().push(std::mem::take(&mut message));
            b"250 kept\r\n"
        } else if line == "DATA" {
            in_data = true;
            b"354 go on\r\n"
        } else if line == "QUIT" {
            b"221 bye\r\n"
        } else {
            if line.starts_with("RCPT") {
                message.push_str(&line);
                message.push('\n');
            }
            b"250 ok\r\n"
        };
        output.write_all(answer).await.unwrap();
    }
}
