//! The certification authorities whose signers are believed (IGC-Santé in production), and their revocation
//! lists.

use std::fmt;

use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{
    ALL_VERIFICATION_ALGS, BorrowedCertRevocationList, CertRevocationList, EndEntityCert, Error,
    ExpirationPolicy, ExtendedKeyUsageValidator, KeyPurposeIdIter, RevocationCheckDepth,
    RevocationOptionsBuilder, UnknownStatusPolicy, anchor_from_trusted_cert,
};

/// Authorities and revocation lists that were read and found usable.
pub struct Authorities {
    anchors: Vec<TrustAnchor<'static>>,
    revocations: Vec<CertRevocationList<'static>>,
    expired_lists: ExpiredLists,
}

/// What a revocation list that is past its nextUpdate is worth. What it lists is refused either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExpiredLists {
    /// Nobody whose status only it could tell is accepted.
    #[default]
    Refuse,
    /// It goes on counting until a newer one is there.
    StillCount,
}

/// A configured file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorityError {
    /// The certificate with this index is not an X.509 version 3 certificate.
    Certificate(usize),
    /// The revocation list with this index cannot be read.
    RevocationList(usize),
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuthorityError::Certificate(index) => write!(f, "authority {index} is not a usable certificate"),
            AuthorityError::RevocationList(index) => write!(f, "revocation list {index} cannot be read"),
        }
    }
}

impl std::error::Error for AuthorityError {}

impl Authorities {
    /// Reads authorities and revocation lists, both DER. With at least one list, a signer whose status no
    /// list tells, or whose list is out of date, is refused. Without any authority every signer is refused.
    ///
    /// # Errors
    /// The first certificate or list that cannot be used.
    pub fn new(certificates: &[Vec<u8>], lists: &[Vec<u8>]) -> Result<Self, AuthorityError> {
        let anchors = certificates.iter().enumerate().map(|(index, der)| {
            let der = CertificateDer::from(der.as_slice());
            let anchor = anchor_from_trusted_cert(&der).map(|anchor| anchor.to_owned());
            anchor.map_err(|_| AuthorityError::Certificate(index))
        });
        let anchors = anchors.collect::<Result<_, _>>()?;
        let revocations = lists.iter().enumerate().map(|(index, der)| {
            let list = BorrowedCertRevocationList::from_der(der).and_then(|list| list.to_owned());
            list.map(CertRevocationList::from).map_err(|_| AuthorityError::RevocationList(index))
        });
        let revocations = revocations.collect::<Result<_, _>>()?;
        Ok(Authorities { anchors, revocations, expired_lists: ExpiredLists::default() })
    }

    /// The same with another worth of expired lists.
    #[must_use]
    pub fn with_expired_lists(mut self, expired_lists: ExpiredLists) -> Self {
        self.expired_lists = expired_lists;
        self
    }

    /// Checks the path from a signer to an authority at `seconds` since 1970: dates, constraints,
    /// signatures, revocation. A list must tell the signer's status; of the authorities between, those that a
    /// list names as revoked are refused.
    pub(super) fn check(&self, signer: &[u8], others: &[Vec<u8>], seconds: u64) -> Result<(), Distrust> {
        let signer = CertificateDer::from(signer);
        let signer = EndEntityCert::try_from(&signer).map_err(Distrust::of)?;
        let others: Vec<_> = others.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let lists: Vec<_> = self.revocations.iter().collect();
        let expired = match self.expired_lists {
            ExpiredLists::Refuse => ExpirationPolicy::Enforce,
            ExpiredLists::StillCount => ExpirationPolicy::Ignore,
        };
        for (depth, unknown) in [
            (RevocationCheckDepth::EndEntity, UnknownStatusPolicy::Deny),
            (RevocationCheckDepth::Chain, UnknownStatusPolicy::Allow),
        ] {
            let revocation = RevocationOptionsBuilder::new(&lists).ok().map(|options| {
                options.with_depth(depth).with_status_policy(unknown).with_expiration_policy(expired).build()
            });
            let anchors = &self.anchors;
            signer
                .verify_for_usage(ALL_VERIFICATION_ALGS, anchors, &others, time, AnyPurpose, revocation, None)
                .map_err(Distrust::of)?;
            if lists.is_empty() {
                break;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (anchors, lists) = (self.anchors.len(), self.revocations.len());
        f.debug_struct("Authorities").field("anchors", &anchors).field("revocation_lists", &lists).finish()
    }
}

/// The signer's extended key usage is not looked at: signing a SAML assertion has no usage of its own, and
/// the cards' and ORG_SIGN certificates differ. Its key usage is, in `certificate`.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}

/// Why a signer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Distrust {
    Expired,
    NotYetValid,
    Revoked,
    UnknownStatus,
    UnknownIssuer,
    Authority,
    Other,
}

impl Distrust {
    fn of(error: Error) -> Self {
        match error {
            Error::CertExpired { .. } => Distrust::Expired,
            Error::CertNotValidYet { .. } => Distrust::NotYetValid,
            Error::CertRevoked => Distrust::Revoked,
            Error::UnknownRevocationStatus | Error::CrlExpired { .. } => Distrust::UnknownStatus,
            Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => Distrust::UnknownIssuer,
            Error::CaUsedAsEndEntity => Distrust::Authority,
            _ => Distrust::Other,
        }
    }

    /// The reason in French and English.
    pub(super) const fn detail(self) -> (&'static str, &'static str) {
        match self {
            Distrust::Expired => {
                ("le certificat de signature a expiré", "the signing certificate has expired")
            }
            Distrust::NotYetValid => (
                "le certificat de signature n'est pas encore valide",
                "the signing certificate is not yet valid",
            ),
            Distrust::Revoked => {
                ("le certificat de signature est révoqué", "the signing certificate is revoked")
            }
            Distrust::UnknownStatus => (
                "la révocation du certificat de signature ne peut être vérifiée (liste absente ou périmée)",
                "the revocation status of the signing certificate cannot be checked (list absent or out of date)",
            ),
            Distrust::UnknownIssuer => (
                "le certificat de signature ne remonte à aucune autorité reconnue ici",
                "the signing certificate does not chain to an authority trusted here",
            ),
            Distrust::Authority => (
                "le certificat de signature est celui d'une autorité, non d'un signataire",
                "the signing certificate is an authority's, not a signer's",
            ),
            Distrust::Other => (
                "le certificat de signature ou sa chaîne n'est pas acceptable (X.509 version 3 attendu)",
                "the signing certificate or its chain is not acceptable (X.509 version 3 expected)",
            ),
        }
    }
}
