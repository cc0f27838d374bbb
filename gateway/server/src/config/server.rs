//! `[server]`, `[tls]`, `[store]`, `[limits]`.

use std::path::PathBuf;

use serde::Deserialize;

/// Where the gateway listens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Address of the TLS listener, `host:port`.
    pub listen: String,
    /// Address of the management listener (plain HTTP; keep it on loopback), `host:port`.
    pub management: String,
    /// The public base, `https://host[:port]`, without a final slash: links are built on it.
    pub public_url: String,
}

/// TLS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificate chain of the server, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM (PKCS#8).
    pub key: PathBuf,
    /// Whether a client shows a certificate.
    #[serde(default)]
    pub client_certificates: ClientCertificates,
    /// Authorities of client certificates: files or folders, PEM or DER.
    #[serde(default)]
    pub client_authorities: Vec<PathBuf>,
    /// Revocation lists of those authorities: files or folders, PEM or DER. With one, an unknown status is refused.
    #[serde(default)]
    pub revocation_lists: Vec<PathBuf>,
    /// What a revocation list past its nextUpdate is worth, here and in `[vihf]`.
    #[serde(default)]
    pub expired_revocation_lists: ExpiredRevocationLists,
    /// How often certificates, authorities, revocation lists and the directory are looked at again, in seconds.
    #[serde(default = "a_minute")]
    pub reread_seconds: u32,
}

/// What a revocation list past its nextUpdate is worth. What it lists is refused either way, and the log says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpiredRevocationLists {
    /// Nobody whose status only it could tell is accepted.
    #[default]
    Refuse,
    /// It goes on counting until a newer one is there.
    StillCount,
}

/// Whether a client shows a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientCertificates {
    /// Asked for, checked when shown.
    #[default]
    Optional,
    /// No certificate, no connection.
    Required,
    /// Not asked for.
    None,
}

/// The embedded store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// The database file.
    pub path: PathBuf,
    /// The master key file, 32 bytes; made on first start, with access for the owner only.
    pub master_key: PathBuf,
    /// How many connections read.
    #[serde(default = "four")]
    pub readers: u32,
}

/// Bounds of everything that comes in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Longest message that is held in memory, bytes.
    pub message_bytes: usize,
    /// Longest document of an ITI-41 message, bytes: it is read as it comes.
    pub document_bytes: usize,
    /// Longest ITI-41 message, all its documents together, bytes.
    pub submission_bytes: usize,
    /// Bytes of messages held in memory at one time, over all requests.
    pub in_flight_bytes: usize,
    /// Bytes of documents in one answer of ITI-43 after which no further one is added.
    pub answer_bytes: u64,
    /// Answers that are read from the store as they go out, at one time; more wait for their turn.
    pub answers_at_once: usize,
    /// Connections at one time.
    pub connections: usize,
    /// Seconds for a TLS handshake, for the headers, for the body of a request, and for a client to take an answer.
    pub request_seconds: u64,
    /// A body that comes at least as fast may take longer than that.
    pub slowest_bytes_per_second: usize,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        LimitsConfig {
            message_bytes: 32 * 1024 * 1024,
            document_bytes: 100 * 1024 * 1024,
            submission_bytes: 512 * 1024 * 1024,
            in_flight_bytes: 256 * 1024 * 1024,
            answer_bytes: 1024 * 1024 * 1024,
            answers_at_once: 64,
            connections: 1024,
            request_seconds: 60,
            slowest_bytes_per_second: 32 * 1024,
        }
    }
}

impl TlsConfig {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [&mut self.certificate, &mut self.key]
            .into_iter()
            .chain(self.client_authorities.iter_mut())
            .chain(self.revocation_lists.iter_mut())
    }
}

impl StoreConfig {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [&mut self.path, &mut self.master_key].into_iter()
    }
}

fn a_minute() -> u32 {
    60
}

fn four() -> u32 {
    4
}
