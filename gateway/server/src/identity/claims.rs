//! The claims of a bearer token in the IUA 2.4 shape.

use serde::Deserialize;

/// The claims that this gateway reads; others are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub iss: Option<String>,
    pub sub: Option<String>,
    pub aud: Option<Audience>,
    pub exp: Option<i64>,
    pub iat: Option<i64>,
    pub nbf: Option<i64>,
    pub jti: Option<String>,
    pub scope: Option<String>,
    pub cnf: Option<Confirmation>,
    /// Proved right to act as a SAMU regulator; never a claim of this shape.
    #[serde(skip)]
    pub regulator: bool,
    #[serde(default)]
    pub extensions: Extensions,
}

/// One audience or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub(super) fn names(&self, audience: &str) -> bool {
        match self {
            Audience::One(one) => one == audience,
            Audience::Several(several) => several.iter().any(|one| one == audience),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Confirmation {
    #[serde(rename = "x5t#S256")]
    pub thumbprint: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Extensions {
    #[serde(default)]
    pub ihe_iua: Iua,
    #[serde(default)]
    pub vihf: Vihf,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Iua {
    pub subject_name: Option<String>,
    pub subject_organization_id: Option<String>,
    #[serde(default)]
    pub subject_role: Vec<Coding>,
    #[serde(default)]
    pub purpose_of_use: Vec<Coding>,
    pub national_provider_identifier: Option<String>,
    pub person_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Vihf {
    pub access_reason: Option<String>,
    pub authentication_mode: Option<String>,
    pub confidentiality_code: Option<String>,
    pub software: Option<Software>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Software {
    pub name: Option<String>,
    pub version: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Coding {
    pub system: String,
    pub code: String,
}
