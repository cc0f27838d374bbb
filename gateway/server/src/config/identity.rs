//! `[[issuer]]`, `[vihf]` and `[directory]`: whose proofs are believed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// An issuer of bearer tokens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The `iss` claim.
    pub iss: String,
    /// The `aud` claim that names this gateway.
    pub audience: String,
    /// Its public keys: a JWK set, a file.
    pub jwks: PathBuf,
    /// Whom its tokens stand for, when they name no authentication mode.
    pub kind: IssuerKind,
    /// It may issue tokens of patients (scope `patient`).
    #[serde(default)]
    pub patients: bool,
    /// It may issue tokens of operators (scope `operator`).
    #[serde(default)]
    pub operators: bool,
    /// The shape of its claims.
    #[serde(default)]
    pub claims: ClaimShape,
}

/// Whom an issuer's tokens stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerKind {
    /// Professionals in their own name.
    Person,
    /// A structure.
    Structure,
}

/// The shape of an issuer's claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimShape {
    /// IUA 2.4: `extensions.ihe_iua` and `extensions.vihf`.
    #[default]
    Iua,
    /// Pro Santé Connect: `SubjectNameID`, `SubjectRefPro`…
    Psc,
}

/// Signed assertions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VihfConfig {
    /// Authorities of signing certificates: files or folders, PEM or DER. None: every assertion is refused.
    pub authorities: Vec<PathBuf>,
    /// Revocation lists of those authorities: files or folders, PEM or DER.
    pub revocation_lists: Vec<PathBuf>,
    /// VIHF versions accepted.
    pub versions: Vec<String>,
    /// Authentication modes accepted.
    pub modes: Vec<String>,
    /// Names of this gateway in an AudienceRestriction. An assertion restricted to others is refused; VIHF
    /// assertions normally state none.
    pub audiences: Vec<String>,
    /// Oldest IssueInstant accepted without Conditions, seconds.
    pub max_age_seconds: i64,
    /// Longest window that Conditions may state, seconds.
    pub longest_window_seconds: i64,
    /// Tolerance of clocks, seconds.
    pub skew_seconds: i64,
    /// Assertions remembered inside their window (rule A4); when it is full, new ones are refused.
    pub remembered: usize,
    /// Structures that are regulation centres (Struct_IdNat).
    pub regulation_centres: Vec<String>,
    /// Sites attached to a legal entity: entity to sites (Struct_IdNat).
    pub attached: BTreeMap<String, Vec<String>>,
}

impl Default for VihfConfig {
    fn default() -> Self {
        let owned = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
        VihfConfig {
            authorities: Vec::new(),
            revocation_lists: Vec::new(),
            versions: owned(&["3.0", "4.0"]),
            modes: owned(&["DIRECTE", "INDIRECTE", "INDIRECTE_RENFORCEE"]),
            audiences: Vec::new(),
            max_age_seconds: 3600,
            longest_window_seconds: 8 * 3600,
            skew_seconds: 60,
            remembered: 200_000,
            regulation_centres: Vec::new(),
            attached: BTreeMap::new(),
        }
    }
}

impl VihfConfig {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.authorities.iter_mut().chain(self.revocation_lists.iter_mut())
    }
}

/// The directory of structures and professionals, as CSV files. A file that is not there leaves its rule of A8
/// unevaluated.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DirectoryConfig {
    /// `id`, `active`, `legal_entity`.
    pub structures: Option<PathBuf>,
    /// `professional`, `structure`.
    pub links: Option<PathBuf>,
}

impl DirectoryConfig {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.structures.iter_mut().chain(self.links.iter_mut())
    }
}

/// What old software needs to be replayed, in tests only: refused beside an INS domain of production.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CompatibilityConfig {
    /// Accept SHA-1 as digest and RSA-SHA1 as signature of an assertion.
    pub sha1: bool,
    /// Accept SOAP 1.1 envelopes, and answer them in SOAP 1.1.
    pub soap_1_1: bool,
}
