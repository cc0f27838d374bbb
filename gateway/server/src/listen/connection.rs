//! The accept loop: bounded connections, bounded handshakes and headers, the peer's certificate beside each
//! request, and a graceful end.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustls_pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::Tls;
use crate::identity::ClientCertificate;

/// How long open requests may take to finish at shutdown.
const GRACE: Duration = Duration::from_secs(20);

/// A bound TLS listener with its limits.
pub struct Listener {
    /// The socket.
    pub socket: TcpListener,
    /// What connections are accepted with; it may be replaced while the listener serves.
    pub tls: watch::Receiver<Arc<Tls>>,
    /// Connections at one time.
    pub connections: usize,
    /// Longest handshake and longest wait for headers.
    pub patience: Duration,
}

/// Serves `router` until `stop` resolves, then lets open requests finish. When the TLS material is replaced, the
/// connections of clients that it no longer accepts end at once.
pub async fn serve(listener: Listener, router: Router, stop: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(listener.connections));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
        let (stream, from) = tokio::select! {
            accepted = listener.socket.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let (mut material, router, watcher, patience) =
            (listener.tls.clone(), router.clone(), graceful.watcher(), listener.patience);
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::clone(&material.borrow_and_update().config));
            if let Some((tls, certificate)) = handshake(acceptor, stream, patience).await {
                let router = router.layer(Extension(certificate)).layer(Extension(ClientAddress(from.ip())));
                let http2 = tls.get_ref().1.alpn_protocol() == Some(b"h2");
                let chain = chain(&tls);
                let connection = connection(tls, router, patience, http2);
                tokio::select! {
                    ended = watcher.watch(connection) => if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended early");
                    },
                    () = distrusted(material, &chain) => tracing::info!(
                        rule = "client_certificate_is_trusted",
                        "a connection ended: its client certificate is no longer accepted"
                    ),
                }
            }
            drop(place);
        });
    }
    drop(listener.socket);
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still open after the grace period");
    }
}

/// Serves `router` without TLS (management), until `stop` resolves.
pub async fn serve_plain(
    socket: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    if let Err(error) = axum::serve(socket, router).with_graceful_shutdown(stop).await {
        tracing::error!(%error, "the management listener stopped");
    }
}

type TlsStream = tokio_rustls::server::TlsStream<TcpStream>;

/// The certificates that the client showed, its own first.
fn chain(tls: &TlsStream) -> Vec<CertificateDer<'static>> {
    tls.get_ref().1.peer_certificates().unwrap_or_default().to_vec()
}

/// Resolves when the material was replaced by one that does not accept this chain.
async fn distrusted(mut material: watch::Receiver<Arc<Tls>>, chain: &[CertificateDer<'_>]) {
    while material.changed().await.is_ok() {
        let tls = Arc::clone(&material.borrow_and_update());
        if !tls.accepts(chain) {
            return;
        }
    }
    std::future::pending().await
}

async fn handshake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    patience: Duration,
) -> Option<(TlsStream, Peer)> {
    let _ = stream.set_nodelay(true);
    let tls = match tokio::time::timeout(patience, acceptor.accept(stream)).await {
        Ok(Ok(tls)) => tls,
        Ok(Err(error)) => {
            tracing::info!(rule = "client_certificate_is_trusted", %error, "a TLS handshake was refused");
            return None;
        }
        Err(_) => return None,
    };
    let (_, session) = tls.get_ref();
    let certificate =
        session.peer_certificates().and_then(|chain| chain.first()).map(|leaf| leaf.as_ref().to_vec());
    let peer = match certificate {
        None => Peer(None),
        // A certificate that was verified and cannot be read names nobody: no connection.
        Some(der) => Peer(Some(Arc::new(ClientCertificate::read(&der)?))),
    };
    Some((tls, peer))
}

/// The network address at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// The verified client certificate of the connection, if any.
#[derive(Debug, Clone)]
pub struct Peer(pub Option<Arc<ClientCertificate>>);

/// One connection, of the protocol that TLS agreed on: guessing it would wait for bytes without a limit.
fn connection<IO>(
    stream: IO,
    router: Router,
    patience: Duration,
    http2: bool,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>>
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let builder = Builder::new(TokioExecutor::new());
    let mut builder = if http2 { builder.http2_only() } else { builder.http1_only() };
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience).max_headers(64);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(32 * 1024)
        .keep_alive_interval(Some(patience));
    builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).into_owned()
}
