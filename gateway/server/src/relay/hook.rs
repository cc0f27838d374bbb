//! Rest-hooks: one POST over TLS to an address that the operator's list admits. No redirect is followed, no answer
//! is read beyond its status, nothing waits longer than five seconds.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use journey::{AllowedOrigins, HookEndpoint, Origin};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::ServerName;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use super::roots;
use crate::config::NotificationsConfig;

/// The header with the id of the notice: the same at every try.
pub const NOTICE_ID: &str = "x-notice-id";

/// The longest wait for everything of one call.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Addresses of one name that are tried.
const MOST_ADDRESSES: usize = 4;

/// The sender of rest-hooks.
pub struct Hooks {
    allowed: AllowedOrigins,
    tls: Arc<ClientConfig>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}

/// Reads the operator's list.
pub fn allowed_origins(config: &NotificationsConfig) -> anyhow::Result<AllowedOrigins> {
    let origin = |text: &String| {
        Origin::parse(text)
            .map_err(|_| anyhow::anyhow!("notifications.rest_hook_allow: expected https://host[:port]"))
    };
    Ok(AllowedOrigins(config.rest_hook_allow.iter().map(origin).collect::<Result<_, _>>()?))
}

impl Hooks {
    pub(super) fn of(config: &NotificationsConfig) -> anyhow::Result<Self> {
        let allowed = allowed_origins(config)?;
        let mut store = RootCertStore::empty();
        if !allowed.0.is_empty() {
            store.add_parsable_certificates(roots::load(&config.authorities, "notifications.authorities")?);
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(store)
            .with_no_client_auth();
        Ok(Hooks { allowed, tls: Arc::new(tls) })
    }

    /// Posts a notification. Anything but a status 2xx in time is a failure.
    pub(super) async fn post(&self, endpoint: &HookEndpoint, id: &str, body: Bytes) -> anyhow::Result<()> {
        tokio::time::timeout(PATIENCE, self.post_now(endpoint, id, body))
            .await
            .context("no answer in time")?
    }

    async fn post_now(&self, endpoint: &HookEndpoint, id: &str, body: Bytes) -> anyhow::Result<()> {
        let stream = self.connect(endpoint).await?;
        let host = endpoint.origin().host();
        let name = ServerName::try_from(host.to_owned()).context("no name for TLS")?;
        let tls = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await.context("TLS")?;
        let (mut sender, connection) =
            hyper::client::conn::http1::Builder::new().max_headers(64).handshake(TokioIo::new(tls)).await?;
        let driver = Driver(tokio::spawn(connection));
        let authority = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let request = Request::post(endpoint.path())
            .header(header::HOST, format!("{authority}:{}", endpoint.origin().port()))
            .header(header::CONTENT_TYPE, fhir::FHIR_JSON)
            .header(header::USER_AGENT, concat!("passerelle/", env!("CARGO_PKG_VERSION")))
            .header(NOTICE_ID, id)
            .body(Full::new(body))?;
        let status = sender.send_request(request).await?.status();
        drop(driver);
        anyhow::ensure!(status.is_success(), "answered {}", status.as_u16());
        Ok(())
    }

    /// Connects to an address of the endpoint's host: the very address that was judged.
    async fn connect(&self, endpoint: &HookEndpoint) -> anyhow::Result<TcpStream> {
        let origin = endpoint.origin();
        let addresses = lookup_host((origin.host(), origin.port())).await.context("no address")?;
        let admitted = addresses.filter(|address| self.allowed.admit_address(endpoint, address.ip()));
        let mut last = anyhow::anyhow!("not an allowed address");
        for address in admitted.take(MOST_ADDRESSES) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error.into(),
            }
        }
        Err(last)
    }
}

/// Ends the connection's task with the call, however that ends: what is left of an answer is never read.
struct Driver<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for Driver<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
