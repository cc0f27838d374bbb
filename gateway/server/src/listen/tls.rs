//! The TLS configuration of the server (rustls with aws-lc-rs, TLS 1.2 and 1.3).

use std::path::Path;
use std::sync::Arc;

use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};

use super::client_verifier::ClientVerifier;
use super::material::{authorities, revocation_lists};
use crate::config::{ClientCertificates, TlsConfig};

/// TLS material that cannot be used; the text names the key of the configuration.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {reason}")]
pub struct TlsError {
    pub(super) key: &'static str,
    pub(super) reason: String,
}

/// What connections are accepted with, from the files of one moment.
pub struct Tls {
    /// For handshakes.
    pub config: Arc<ServerConfig>,
    clients: Option<Arc<dyn ClientCertVerifier>>,
}

impl Tls {
    /// Builds it from `[tls]`.
    ///
    /// # Errors
    /// The key of the configuration whose files cannot be used.
    pub fn load(config: &TlsConfig) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let chain = certificates(&config.certificate, "tls.certificate")?;
        let key = PrivateKeyDer::from_pem_file(&config.key).map_err(|error| unusable("tls.key", &error))?;
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable("tls", &error))?;
        let clients: Option<Arc<dyn ClientCertVerifier>> = match config.client_certificates {
            ClientCertificates::None => None,
            wanted @ (ClientCertificates::Optional | ClientCertificates::Required) => {
                Some(Arc::new(verifier(config, wanted, provider)?))
            }
        };
        let builder = match &clients {
            None => builder.with_no_client_auth(),
            Some(clients) => builder.with_client_cert_verifier(Arc::clone(clients)),
        };
        let mut server =
            builder.with_single_cert(chain, key).map_err(|error| unusable("tls.certificate", &error))?;
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Tls { config: Arc::new(server), clients })
    }

    /// True if a client that shows this chain, itself first, is accepted now.
    pub(super) fn accepts(&self, chain: &[CertificateDer<'_>]) -> bool {
        let Some((client, others)) = chain.split_first() else { return true };
        let now = UnixTime::now();
        self.clients.as_ref().is_none_or(|clients| clients.verify_client_cert(client, others, now).is_ok())
    }
}

/// Every certificate of a PEM file.
fn certificates(path: &Path, key: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path).map_err(|error| unusable(key, &error))?;
    let all: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| unusable(key, &error))?;
    if all.is_empty() {
        return Err(TlsError { key, reason: "no certificate in the file".to_owned() });
    }
    Ok(all)
}

fn verifier(
    config: &TlsConfig,
    wanted: ClientCertificates,
    provider: Arc<rustls::crypto::CryptoProvider>,
) -> Result<ClientVerifier, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in authorities(&config.client_authorities, "tls.client_authorities")? {
        roots.add(certificate.into()).map_err(|error| unusable("tls.client_authorities", &error))?;
    }
    let lists = revocation_lists(&config.revocation_lists, "tls.revocation_lists")?;
    ClientVerifier::new(roots, lists, config.expired_revocation_lists, wanted, provider)
}

pub(super) fn unusable(key: &'static str, error: &dyn std::fmt::Display) -> TlsError {
    TlsError { key, reason: error.to_string() }
}
