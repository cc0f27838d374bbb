//! A pack's file: what one affinity domain demands, as TOML. Every key is there, so that nothing is left to guess.

use serde::Deserialize;

/// One affinity domain as written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PackFile {
    pub(crate) name: String,
    pub(crate) patients: Patients,
    pub(crate) unique_ids: UniqueIds,
    pub(crate) codes: Codes,
    pub(crate) checks: Checks,
    pub(crate) access: Access,
    pub(crate) registration: Registration,
}

/// `[patients]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patients {
    pub(crate) identifiers: Identifiers,
    pub(crate) authorities: Vec<String>,
}

/// Whose identifiers name a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Identifiers {
    Ins,
    Any,
}

/// `[unique-ids]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UniqueIds {
    pub(crate) form: Form,
    pub(crate) over: Over,
    pub(crate) identical_documents: Identical,
}

/// The form of a uniqueId.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    Oid,
    Any,
}

/// Over what a uniqueId is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Over {
    Record,
    Registry,
}

/// A second entry of the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Identical {
    Refuse,
    Accept,
}

/// `[codes]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Codes {
    /// `embedded`, or a file.
    pub(crate) value_sets: String,
    pub(crate) class_of_type: bool,
    pub(crate) visibility_flags: bool,
}

/// `[checks]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checks {
    pub(crate) metadata: Constraints,
    pub(crate) content_types: bool,
    pub(crate) cda: bool,
}

/// Whose constraints on metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Constraints {
    French,
    Ihe,
}

/// `[access]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Access {
    pub(crate) matrix: Matrix,
    pub(crate) caller: Proof,
}

/// Who may do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Matrix {
    French,
    Open,
}

/// What proves a caller of the XDS door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Proof {
    Vihf,
    CertificateMap,
}

/// `[registration]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registration {
    pub(crate) own_repository: bool,
    pub(crate) other_repositories: OtherRepositories,
}

/// Whose documents may be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OtherRepositories {
    Listed,
    Any,
}

impl PackFile {
    /// Reads a pack; an error names the key.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let value: toml::Value = text.parse::<toml::Table>().map(toml::Value::Table)?;
        serde_path_to_error::deserialize(value)
            .map_err(|error| anyhow::anyhow!("{}: {}", error.path(), error.inner().message()))
    }

    /// True if no part of it leaves the national rules on who is known and who may do what.
    pub(crate) fn is_national(&self) -> bool {
        self.patients.identifiers == Identifiers::Ins
            && self.access.matrix == Matrix::French
            && self.access.caller == Proof::Vihf
    }
}
