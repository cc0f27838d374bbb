//! The TLS client certificate: whose it is, by its subject (IGC-Santé shapes).

use aws_lc_rs::digest::{SHA256, digest};
use ihe::vihf::{Holder, Name};

/// A client certificate that the TLS layer verified.
#[derive(Debug, Clone)]
pub struct ClientCertificate {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// SHA-256 of the certificate: `x5t#S256`.
    pub fingerprint: [u8; 32],
    holder: Holder,
}

impl ClientCertificate {
    /// Reads the subject of a certificate; `None` if it cannot be read.
    pub fn read(der: &[u8]) -> Option<Self> {
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(digest(&SHA256, der).as_ref());
        Some(ClientCertificate { der: der.to_vec(), fingerprint, holder: Holder::read(der)? })
    }

    /// The professional whom the certificate names (PS_IdNat).
    pub fn person(&self) -> Option<&str> {
        self.holder.person()
    }

    /// True if the certificate is a person's, whoever that is.
    pub fn is_person(&self) -> bool {
        self.holder.is_person()
    }

    /// The structure whom the certificate names (Struct_IdNat).
    pub fn structure(&self) -> Option<&str> {
        self.holder.structures().next()
    }

    /// True if the certificate's subject is this name, compared parsed.
    pub fn has_subject(&self, name: &Name) -> bool {
        self.holder.subject == *name
    }

    /// The subject, for the history.
    pub fn subject(&self) -> String {
        self.holder.subject.to_rfc2253()
    }
}
