//! The connection to the audit record repository: TLS by rustls to the one configured host, nothing else, nothing read.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::super::roots;
use crate::config::AuditConfig;

/// Syslog over TLS (RFC 5425 §4.1).
const USUAL_PORT: u16 = 6514;
/// The longest wait for a connection, and for one write.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a collector that says something is heard with: it is dropped.
const HEARD: usize = 512;
/// How often in a row.
const MOST_HEARD: usize = 16;
/// How long the end of a connection is listened for.
const MOMENT: Duration = Duration::from_millis(20);

/// Where the repository is, and how it is reached.
pub(super) struct Collector {
    host: String,
    port: u16,
    tls: Arc<ClientConfig>,
}

/// An open connection.
pub(super) struct Line(TlsStream<TcpStream>);

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collector")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Collector {
    /// The collector of a configuration; `None` without one. The error names the key.
    pub(super) fn of(config: &AuditConfig) -> anyhow::Result<Option<Self>> {
        let Some(address) = &config.repository else { return Ok(None) };
        let (host, port) = parse(address)?;
        let mut trusted = RootCertStore::empty();
        trusted.add_parsable_certificates(roots::load(
            &config.repository_authorities,
            "audit.repository_authorities",
        )?);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trusted);
        let tls = match (&config.repository_certificate, &config.repository_key) {
            (Some(certificate), Some(key)) => {
                let (chain, key) = own_certificate(certificate, key)?;
                builder.with_client_auth_cert(chain, key).context("audit.repository_certificate")?
            }
            (None, None) => builder.with_no_client_auth(),
            (Some(_), None) => bail!("audit.repository_key is missing"),
            (None, Some(_)) => bail!("audit.repository_certificate is missing"),
        };
        Ok(Some(Collector { host, port, tls: Arc::new(tls) }))
    }

    /// Connects.
    pub(super) async fn connect(&self) -> anyhow::Result<Line> {
        tokio::time::timeout(PATIENCE, self.connect_now()).await.context("no connection in time")?
    }

    async fn connect_now(&self) -> anyhow::Result<Line> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.context("not reached")?;
        let name = ServerName::try_from(self.host.clone()).context("no name for TLS")?;
        let line = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await.context("TLS")?;
        Ok(Line(line))
    }
}

impl Line {
    /// Writes frames and brings them out of the process.
    pub(super) async fn send(&mut self, frames: &[u8]) -> anyhow::Result<()> {
        let written = async {
            self.0.write_all(frames).await?;
            self.0.flush().await
        };
        tokio::time::timeout(PATIENCE, written).await.context("not written in time")?.context("not written")
    }

    /// True while the other side has neither closed nor reset the connection, as far as is known here.
    pub(super) async fn is_open(&mut self) -> bool {
        let mut heard = [0; HEARD];
        // A collector says nothing in this protocol: one that does not stop talking is none.
        for _ in 0..MOST_HEARD {
            match tokio::time::timeout(MOMENT, self.0.read(&mut heard)).await {
                Err(_) => return true,
                Ok(Ok(0) | Err(_)) => return false,
                Ok(Ok(_)) => {}
            }
        }
        false
    }

    /// Says goodbye, and waits for the other side's: true if it came, so that everything before was read.
    pub(super) async fn close(mut self) -> bool {
        let ended = async {
            self.0.shutdown().await?;
            let mut heard = [0; HEARD];
            while self.0.read(&mut heard).await? > 0 {}
            std::io::Result::Ok(())
        };
        matches!(tokio::time::timeout(PATIENCE, ended).await, Ok(Ok(())))
    }
}

fn own_certificate(
    certificate: &Path,
    key: &Path,
) -> anyhow::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(certificate).context("audit.repository_certificate")?.collect();
    let chain = chain.context("audit.repository_certificate")?;
    ensure!(!chain.is_empty(), "audit.repository_certificate: a file without certificate");
    Ok((chain, PrivateKeyDer::from_pem_file(key).context("audit.repository_key")?))
}

/// `tls://host[:port]`; an IPv6 address in brackets.
fn parse(address: &str) -> anyhow::Result<(String, u16)> {
    let expected = "audit.repository: expected tls://host[:port]";
    let rest = address.strip_prefix("tls://").context(expected)?.trim_end_matches('/');
    let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.strip_prefix(':').context(expected)?)),
        None => match rest.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (rest, None),
        },
    };
    let port = port.map_or(Ok(USUAL_PORT), str::parse).ok().filter(|port| *port > 0).context(expected)?;
    ensure!(ServerName::try_from(host).is_ok(), expected);
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_reached_over_tls_or_not_at_all() {
        assert_eq!(parse("tls://arr.example").expect("good"), ("arr.example".to_owned(), 6514));
        assert_eq!(parse("tls://192.0.2.7:7000/").expect("good"), ("192.0.2.7".to_owned(), 7000));
        assert_eq!(parse("tls://[2001:db8::1]:7000").expect("good"), ("2001:db8::1".to_owned(), 7000));
        for bad in [
            "arr.example",
            "tcp://arr.example",
            "tls://",
            "tls://a:0",
            "tls://a:b",
            "tls://a:1:2",
            "tls://u@a",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
