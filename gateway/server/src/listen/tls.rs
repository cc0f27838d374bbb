//! The TLS configuration of the server (rustls with aws-lc-rs, TLS 1.2 and 1.3).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};

use crate::config::{ClientCertificates, TlsConfig};

/// TLS material that cannot be used; the text names the key of the configuration.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {reason}")]
pub struct TlsError {
    key: &'static str,
    reason: String,
}

/// Builds the server's configuration from `[tls]`.
pub fn server_config(config: &TlsConfig) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain = certificates(&config.certificate, "tls.certificate")?;
    let key = PrivateKeyDer::from_pem_file(&config.key).map_err(|error| unusable("tls.key", &error))?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("tls", &error))?;
    let builder = match config.client_certificates {
        ClientCertificates::None => builder.with_no_client_auth(),
        wanted @ (ClientCertificates::Optional | ClientCertificates::Required) => {
            builder.with_client_cert_verifier(verifier(config, wanted, provider)?)
        }
    };
    let mut server =
        builder.with_single_cert(chain, key).map_err(|error| unusable("tls.certificate", &error))?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(server))
}

/// The certificates of PEM files, DER. `key` names the configuration's key in errors.
pub fn authorities(paths: &[PathBuf], key: &'static str) -> Result<Vec<Vec<u8>>, TlsError> {
    let mut all = Vec::new();
    for path in paths {
        all.extend(certificates(path, key)?.iter().map(|certificate| certificate.as_ref().to_vec()));
    }
    Ok(all)
}

/// The revocation lists of PEM files, DER. `key` names the configuration's key in errors.
pub fn revocation_lists(paths: &[PathBuf], key: &'static str) -> Result<Vec<Vec<u8>>, TlsError> {
    let mut all = Vec::new();
    for path in paths {
        let read =
            CertificateRevocationListDer::pem_file_iter(path).map_err(|error| unusable(key, &error))?;
        for list in read {
            all.push(list.map_err(|error| unusable(key, &error))?.as_ref().to_vec());
        }
    }
    Ok(all)
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
) -> Result<Arc<dyn rustls::server::danger::ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in authorities(&config.client_authorities, "tls.client_authorities")? {
        roots.add(certificate.into()).map_err(|error| unusable("tls.client_authorities", &error))?;
    }
    let lists = revocation_lists(&config.revocation_lists, "tls.revocation_lists")?;
    let lists: Vec<_> = lists.into_iter().map(CertificateRevocationListDer::from).collect();
    let mut builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    if !lists.is_empty() {
        builder = builder.with_crls(lists).only_check_end_entity_revocation().enforce_revocation_expiration();
    }
    if wanted == ClientCertificates::Optional {
        builder = builder.allow_unauthenticated();
    }
    builder.build().map_err(|error| unusable("tls.client_authorities", &error))
}

fn unusable(key: &'static str, error: &dyn std::fmt::Display) -> TlsError {
    TlsError { key, reason: error.to_string() }
}
