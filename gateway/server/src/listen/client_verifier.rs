//! Rule A1: which client certificates a connection may show.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::TlsError;
use super::tls::unusable;
use crate::config::{ClientCertificates, ExpiredRevocationLists};

/// Chain, dates, extended key usage and revocation by rustls; key usage here.
#[derive(Debug)]
pub(super) struct ClientVerifier {
    /// The signer's status must be known when there are lists.
    leaf: Arc<dyn ClientCertVerifier>,
    /// The authorities between, where a list names them.
    chain: Option<Arc<dyn ClientCertVerifier>>,
}

impl ClientVerifier {
    pub(super) fn new(
        roots: RootCertStore,
        lists: Vec<Vec<u8>>,
        expired: ExpiredRevocationLists,
        wanted: ClientCertificates,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, TlsError> {
        let roots = Arc::new(roots);
        let lists: Vec<_> = lists.into_iter().map(CertificateRevocationListDer::from).collect();
        let builder = || {
            let mut builder =
                WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
            if !lists.is_empty() {
                builder = builder.with_crls(lists.iter().cloned());
                builder = match expired {
                    ExpiredRevocationLists::Refuse => builder.enforce_revocation_expiration(),
                    ExpiredRevocationLists::StillCount => builder,
                };
            }
            match wanted {
                ClientCertificates::Required => builder,
                ClientCertificates::Optional | ClientCertificates::None => builder.allow_unauthenticated(),
            }
        };
        let failed = |error| unusable("tls.client_authorities", &error);
        let leaf = builder().only_check_end_entity_revocation().build().map_err(failed)?;
        let chain = match lists.is_empty() {
            true => None,
            false => Some(builder().allow_unknown_revocation_status().build().map_err(failed)?),
        };
        Ok(ClientVerifier { leaf, chain: chain.map(|chain| chain as Arc<dyn ClientCertVerifier>) })
    }
}

impl ClientCertVerifier for ClientVerifier {
    fn offer_client_auth(&self) -> bool {
        self.leaf.offer_client_auth()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.leaf.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.leaf.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self.leaf.verify_client_cert(end_entity, intermediates, now)?;
        if let Some(chain) = &self.chain {
            chain.verify_client_cert(end_entity, intermediates, now)?;
        }
        if authenticates(end_entity) { Ok(verified) } else { Err(CertificateError::InvalidPurpose.into()) }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.leaf.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.leaf.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.leaf.supported_verify_schemes()
    }
}

/// A key usage, where it is stated, allows what a client does in a handshake (RFC 5280 §4.2.1.3): a card's
/// signature key and ORG_SIGN have nonRepudiation only, and are no authentication keys.
fn authenticates(certificate: &CertificateDer<'_>) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return false };
    match certificate.key_usage() {
        Ok(usage) => usage.is_none_or(|usage| usage.value.digital_signature()),
        Err(_) => false,
    }
}
