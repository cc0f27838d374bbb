//! The configuration: one TOML file by sections, each key overridable by the environment.
//!
//! `PASSERELLE__SECTION__KEY=value` replaces `section.key`. Values are read as TOML where they parse, else as
//! text. Every error names the key. An annotated example is `passerelle.example.toml`.

mod audit;
mod domain;
mod identity;
mod notifications;
mod server;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

pub use audit::AuditConfig;
pub use domain::{DomainConfig, InsDomainName, MemberConfig, PolicyConfig};
pub use identity::{ClaimShape, CompatibilityConfig, DirectoryConfig, IssuerConfig, IssuerKind, VihfConfig};
pub use notifications::{MessageLanguage, NotificationsConfig};
pub use server::{
    ClientCertificates, ExpiredRevocationLists, LimitsConfig, ServerConfig, StoreConfig, TlsConfig,
};

/// Everything that an operator sets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Listeners and addresses.
    pub server: ServerConfig,
    /// Certificates.
    pub tls: TlsConfig,
    /// Database and keys.
    pub store: StoreConfig,
    /// The affinity domain.
    pub domain: DomainConfig,
    /// Members of an open affinity domain.
    #[serde(default)]
    pub member: Vec<MemberConfig>,
    /// Switches of the policy.
    #[serde(default)]
    pub policy: PolicyConfig,
    /// Issuers of bearer tokens.
    #[serde(default)]
    pub issuer: Vec<IssuerConfig>,
    /// Signed assertions.
    #[serde(default)]
    pub vihf: VihfConfig,
    /// The directory of structures and professionals.
    #[serde(default)]
    pub directory: DirectoryConfig,
    /// Old software, in tests.
    #[serde(default)]
    pub compatibility: CompatibilityConfig,
    /// Sealing the journal, and figures of use.
    #[serde(default)]
    pub audit: AuditConfig,
    /// Bounds.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// Where notices may go.
    #[serde(default)]
    pub notifications: NotificationsConfig,
    /// A folder whose files replace the embedded tables, by relative name.
    #[serde(default)]
    pub mappings: Option<PathBuf>,
}

/// A configuration that cannot be used; the text names the key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The file is no TOML.
    #[error("the configuration is not TOML: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A key is missing, unknown or of the wrong type.
    #[error("{key}: {reason}")]
    Key {
        /// The key, dotted.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Config {
    /// Reads `file` and applies the overrides among `environment`. Relative paths are below the file's folder.
    pub fn load(
        file: &Path,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file)?;
        let mut config = Config::parse(&text, environment)?;
        config.resolve(file.parent().unwrap_or_else(|| Path::new(".")));
        Ok(config)
    }

    /// Reads TOML text with the overrides among `environment`.
    pub fn parse(
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table: Table = text.parse()?;
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix("PASSERELLE__") {
                let path: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
                set(&mut table, &path, &value)?;
            }
        }
        serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| ConfigError::Key {
            key: error.path().to_string(),
            reason: error.inner().message().to_owned(),
        })
    }

    fn resolve(&mut self, folder: &Path) {
        let paths = self
            .tls
            .paths()
            .chain(self.store.paths())
            .chain(self.domain.paths())
            .chain(self.audit.paths())
            .chain(self.vihf.paths())
            .chain(self.directory.paths())
            .chain(self.notifications.paths())
            .chain(self.mappings.iter_mut());
        for path in paths.chain(self.issuer.iter_mut().map(|issuer| &mut issuer.jwks)) {
            if path.is_relative() {
                *path = folder.join(&*path);
            }
        }
    }
}

fn set(table: &mut Table, path: &[String], value: &str) -> Result<(), ConfigError> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    if rest.is_empty() {
        table.insert(first.clone(), toml_value(value));
        return Ok(());
    }
    match table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new())) {
        Value::Table(inner) => set(inner, rest, value),
        _ => Err(ConfigError::Key {
            key: path.join("."),
            reason: "an environment override goes below a value that is no section".to_owned(),
        }),
    }
}

fn toml_value(text: &str) -> Value {
    let parsed: Option<Table> = format!("value = {text}").parse().ok();
    parsed.and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests;
