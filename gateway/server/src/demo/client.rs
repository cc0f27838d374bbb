//! A small HTTPS client over real sockets: one connection a request, an optional client certificate.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::pki::Credential;

/// Longest answer taken, bytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// Where to connect, and whom to believe.
#[derive(Debug, Clone)]
pub struct Client {
    /// The gateway.
    pub address: SocketAddr,
    /// Its authority, PEM.
    pub authority: String,
}

impl Client {
    /// Sends one request and reads the whole answer.
    pub async fn send(
        &self,
        request: Request<Bytes>,
        own: Option<&Credential>,
    ) -> anyhow::Result<Response<Bytes>> {
        let tls = self.connect(own).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(tls)).await?;
        let driver = tokio::spawn(connection);
        let response = sender.send_request(request.map(Full::new)).await?;
        let (head, body) = response.into_parts();
        let body = http_body_util::Limited::new(body, LONGEST)
            .collect()
            .await
            .map_err(|error| anyhow::anyhow!(error))?;
        driver.abort();
        Ok(Response::from_parts(head, body.to_bytes()))
    }

    /// Opens a connection.
    pub async fn connect(
        &self,
        own: Option<&Credential>,
    ) -> anyhow::Result<tokio_rustls::client::TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await.context("the gateway does not listen")?;
        let connector = TlsConnector::from(Arc::new(self.tls(own)?));
        connector.connect(ServerName::try_from("localhost")?, stream).await.context("TLS")
    }

    fn tls(&self, own: Option<&Credential>) -> anyhow::Result<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.authority.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        Ok(match own {
            None => builder.with_no_client_auth(),
            Some(own) => {
                let chain = vec![CertificateDer::from(own.certificate_der.clone())];
                builder
                    .with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(own.key_pem.as_bytes())?)?
            }
        })
    }
}
