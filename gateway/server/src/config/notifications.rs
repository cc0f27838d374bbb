//! `[notifications]`.

use std::path::PathBuf;

use serde::Deserialize;

/// Where notices may go, and how. Nothing leaves by default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NotificationsConfig {
    /// Origins of rest-hooks, `https://host[:port]`. A name never leads into a private network; an address that
    /// stands here literally may.
    pub rest_hook_allow: Vec<String>,
    /// Authorities of rest-hook and mail servers, PEM; the system's when empty.
    pub authorities: Vec<PathBuf>,
    /// The mail server: `smtps://host[:port]`, `smtp+starttls://host[:port]`, or `smtp://` for a loopback address.
    pub smtp: Option<String>,
    /// The account at the mail server.
    pub smtp_user: Option<String>,
    /// The file with its password.
    pub smtp_password: Option<PathBuf>,
    /// The sender's address.
    pub from: Option<String>,
    /// Domains of professionals' addresses (MSSanté, for instance).
    pub professional_mail: Vec<String>,
    /// The language of the messages.
    pub language: MessageLanguage,
    /// Where people sign in: shown in the messages.
    pub link: Option<String>,
}

/// `fr` or `en`.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageLanguage {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl NotificationsConfig {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.authorities.iter_mut().chain(self.smtp_password.iter_mut())
    }
}
