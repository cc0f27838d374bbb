//! An audit record repository on loopback: it keeps what it is sent, and dies when told to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use journey::Clock as _;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::outside::SystemClock;
use crate::pki::{Authority, Credential};

/// Longest wait for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<String>>,
    changed: Notify,
    /// Reads and forgets, then closes.
    loses: AtomicBool,
}

pub(super) struct Sink {
    pub(super) port: u16,
    /// The authority of its certificate and of its clients', PEM.
    pub(super) authority: String,
    /// A certificate that it accepts.
    pub(super) client: Credential,
    shared: Arc<Shared>,
    tls: ServerConfig,
    running: JoinSet<()>,
}

impl Sink {
    /// One that wants a client certificate.
    pub(super) async fn start() -> Self {
        let authority = Authority::new("Autorité des essais", SystemClock.now()).unwrap();
        let credential = authority.server(&["127.0.0.1"]).unwrap();
        let client =
            authority.structure("1750000001", "Hôpital", "passerelle", crate::pki::Usage::Client).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut clients = RootCertStore::empty();
        let pem = authority.pem().as_bytes();
        use rustls_pki_types::pem::PemObject as _;
        clients.add(CertificateDer::from_pem_slice(pem).unwrap()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(clients), Arc::clone(&provider));
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(
                vec![CertificateDer::from(credential.certificate_der)],
                PrivateKeyDer::try_from(credential.key_der).unwrap(),
            )
            .unwrap();
        let authority = authority.pem().to_owned();
        let shared = Arc::default();
        let mut sink = Sink { port: 0, authority, client, shared, tls, running: JoinSet::new() };
        sink.listen().await;
        sink
    }

    /// Listens, at the port of before if there was one.
    pub(super) async fn listen(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.port = listener.local_addr().unwrap().port();
        let (acceptor, shared) = (TlsAcceptor::from(Arc::new(self.tls.clone())), Arc::clone(&self.shared));
        self.running.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
                connections.spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut buffer = Vec::new();
                    let mut chunk = [0; 4096];
                    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
                        if shared.loses.load(Ordering::SeqCst) {
                            break;
                        }
                        buffer.extend_from_slice(&chunk[..count]);
                        let frames = take_frames(&mut buffer);
                        shared.received.lock().unwrap().extend(frames);
                        shared.changed.notify_one();
                    }
                    drop(stream);
                    shared.changed.notify_one();
                });
            }
        });
    }

    /// Nobody listens any more, and every connection is gone.
    pub(super) async fn die(&mut self) {
        self.running.shutdown().await;
    }

    /// Reads what comes, keeps nothing of it and closes; or no longer.
    pub(super) fn lose(&self, loses: bool) {
        self.shared.loses.store(loses, Ordering::SeqCst);
    }

    /// The connection was closed after it had lost something.
    pub(super) async fn closed(&self) {
        tokio::time::timeout(PATIENCE, self.shared.changed.notified()).await.expect("closed in time");
    }

    /// Everything received, once it is this many messages.
    pub(super) async fn received(&self, count: usize) -> Vec<String> {
        let enough = async {
            loop {
                let received = self.shared.received.lock().unwrap().clone();
                if received.len() >= count {
                    return received;
                }
                self.shared.changed.notified().await;
            }
        };
        tokio::time::timeout(PATIENCE, enough).await.expect("received in time")
    }
}

/// Whole frames at the front: an octet count, a blank, as many octets.
fn take_frames(buffer: &mut Vec<u8>) -> Vec<String> {
    let mut frames = Vec::new();
    while let Some(blank) = buffer.iter().position(|byte| *byte == b' ') {
        let count: usize = std::str::from_utf8(&buffer[..blank]).unwrap().parse().expect("an octet count");
        if buffer.len() < blank + 1 + count {
            break;
        }
        frames.push(String::from_utf8(buffer[blank + 1..=blank + count].to_vec()).expect("UTF-8"));
        buffer.drain(..=blank + count);
    }
    frames
}
