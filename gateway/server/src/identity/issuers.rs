//! The issuers whose tokens are believed, with their public keys.

use std::path::Path;

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::config::{ClaimShape, IssuerConfig, IssuerKind};

/// One issuer.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// The `iss` claim.
    pub iss: String,
    /// The audience that names this gateway.
    pub audience: String,
    /// Whom its tokens stand for without a mode.
    pub kind: IssuerKind,
    /// It may issue tokens of patients.
    pub patients: bool,
    /// It may issue tokens of operators.
    pub operators: bool,
    /// The shape of its claims.
    pub claims: ClaimShape,
    keys: Vec<Key>,
}

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    algorithms: &'static [Algorithm],
    key: DecodingKey,
}

/// A key set that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("issuer.jwks of {iss}: {reason}")]
    Unusable {
        /// Whose key set.
        iss: String,
        /// Why.
        reason: String,
    },
}

/// Every configured issuer.
#[derive(Debug, Clone, Default)]
pub struct Issuers(Vec<Issuer>);

impl Issuers {
    /// Loads the key sets of the configuration.
    pub fn load(configs: &[IssuerConfig]) -> Result<Self, KeyError> {
        configs.iter().map(|config| Issuer::load(config, &config.jwks)).collect::<Result<_, _>>().map(Issuers)
    }

    /// The issuer with this `iss`.
    pub fn named(&self, iss: &str) -> Option<&Issuer> {
        self.0.iter().find(|issuer| issuer.iss == iss)
    }
}

impl Issuer {
    fn load(config: &IssuerConfig, file: &Path) -> Result<Self, KeyError> {
        let unusable = |reason: String| KeyError::Unusable { iss: config.iss.clone(), reason };
        let text = std::fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
        let set: JwkSet = serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
        let keys: Vec<Key> = set.keys.iter().filter_map(Key::of).collect();
        if keys.is_empty() {
            return Err(unusable("no RSA or EC public key in the set".to_owned()));
        }
        Ok(Issuer {
            iss: config.iss.clone(),
            audience: config.audience.clone(),
            kind: config.kind,
            patients: config.patients,
            operators: config.operators,
            claims: config.claims,
            keys,
        })
    }

    /// The keys that may verify a token: the one named, or all when it names none; never one of another type
    /// than the algorithm's.
    pub(super) fn keys(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &DecodingKey> {
        self.keys
            .iter()
            .filter(move |key| key.algorithms.contains(&algorithm))
            .filter(move |key| id.is_none_or(|id| key.id.as_deref() == Some(id)))
            .map(|key| &key.key)
    }
}

impl Key {
    /// Symmetric keys are none: a public set must not verify an HMAC.
    fn of(jwk: &Jwk) -> Option<Self> {
        let algorithms: &[Algorithm] = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => &[Algorithm::RS256, Algorithm::PS256],
            AlgorithmParameters::EllipticCurve(_) => &[Algorithm::ES256],
            _ => return None,
        };
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some(Key { id: jwk.common.key_id.clone(), algorithms, key })
    }
}
