//! A development issuer of bearer tokens (ES256), with its JWK set.

use base64::Engine as _;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use model::Moment;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData as _};
use serde_json::{Value, json};

use super::PkiError;

/// The issuer: its name, its audience and its key.
#[derive(Debug)]
pub struct TokenIssuer {
    /// The `iss` claim.
    pub iss: String,
    /// The `aud` claim.
    pub audience: String,
    key: KeyPair,
}

/// The transactions of somebody who is neither patient nor operator, as a scope.
pub const EVERYDAY_SCOPE: &str =
    "ITI-57 ITI-65 ITI-66 ITI-67 ITI-68 ITI-78 ITI-81 ITI-83 ITI-105 ITI-106 ITI-108 ITI-110 ITI-119";

/// What a development token says.
#[derive(Debug, Clone, Default)]
pub struct TokenClaims {
    /// PS_IdNat, a structure's software, or a patient's INS as CX.
    pub sub: String,
    /// Scopes, space separated.
    pub scope: String,
    /// Display name.
    pub name: String,
    /// Struct_IdNat.
    pub structure: Option<String>,
    /// Roles as (OID, code).
    pub roles: Vec<(String, String)>,
    /// Access mode; normal when empty.
    pub mode: String,
    /// Reason of a break-glass.
    pub reason: Option<String>,
    /// `DIRECTE`, `INDIRECTE`…; the issuer's kind decides when absent.
    pub authentication: Option<String>,
    /// The patient, CX.
    pub patient: Option<String>,
    /// Lifetime, seconds.
    pub seconds: i64,
    /// The token's id.
    pub id: String,
}

impl TokenIssuer {
    /// Makes an issuer with a fresh key.
    pub fn new(iss: &str, audience: &str) -> Result<Self, PkiError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        Ok(TokenIssuer { iss: iss.to_owned(), audience: audience.to_owned(), key })
    }

    /// Takes up an issuer whose key was kept.
    pub fn from_pem(iss: &str, audience: &str, key_pem: &str) -> Result<Self, PkiError> {
        Ok(TokenIssuer {
            iss: iss.to_owned(),
            audience: audience.to_owned(),
            key: KeyPair::from_pem(key_pem)?,
        })
    }

    /// The private key, PKCS#8 PEM, to keep.
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The public keys, a JWK set.
    pub fn jwks(&self) -> Value {
        let raw = self.key.der_bytes();
        let part = |from: usize, to: usize| {
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(raw.get(from..to).unwrap_or_default())
        };
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "development",
            "x": part(1, 33), "y": part(33, 65) }] })
    }

    /// Signs a token valid from `now`.
    pub fn token(&self, claims: &TokenClaims, now: Moment) -> Result<String, jsonwebtoken::errors::Error> {
        self.signed(&self.payload(claims, now))
    }

    /// Signs a payload as it is.
    pub fn signed(&self, payload: &Value) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("development".to_owned());
        encode(&header, payload, &EncodingKey::from_ec_der(&self.key.serialize_der()))
    }

    /// The payload of a token.
    pub fn payload(&self, claims: &TokenClaims, now: Moment) -> Value {
        let seconds = now.0.div_euclid(1_000_000);
        let roles: Vec<Value> = claims
            .roles
            .iter()
            .map(|(system, code)| json!({ "system": format!("urn:oid:{system}"), "code": code }))
            .collect();
        let mode = if claims.mode.is_empty() { "normal" } else { claims.mode.as_str() };
        let purpose = json!([{ "system": "urn:oid:1.2.250.1.213.1.1.4.248", "code": mode }]);
        json!({
            "iss": self.iss, "aud": self.audience, "sub": claims.sub, "jti": claims.id, "client_id": "development",
            "iat": seconds, "exp": seconds + claims.seconds, "scope": claims.scope,
            "extensions": {
                "ihe_iua": {
                    "subject_name": claims.name, "subject_organization_id": claims.structure,
                    "subject_role": roles, "purpose_of_use": purpose, "person_id": claims.patient,
                },
                "vihf": { "access_reason": claims.reason, "authentication_mode": claims.authentication },
            },
        })
    }
}
