//! Messages: plain text through the configured mail server, under a Message-ID that is the notice's.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail, ensure};
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use mappings::NoticeText;
use model::{EmailAddress, Moment};

use super::{hook, roots};
use crate::config::NotificationsConfig;

/// The sender of messages.
#[derive(Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The right side of every Message-ID.
    domain: String,
}

impl Mailer {
    /// The mailer of a configuration; `None` without a mail server.
    pub(super) fn of(config: &NotificationsConfig) -> anyhow::Result<Option<Self>> {
        let Some(url) = &config.smtp else { return Ok(None) };
        let from = config.from.as_deref().context("notifications.from is missing")?;
        let from: Mailbox = from.parse().ok().context("notifications.from: expected an address")?;
        let domain = from.email.domain().to_owned();
        let server = Server::parse(url)?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host)
            .port(server.port)
            .tls(server.tls(config)?)
            .hello_name(ClientId::Domain(domain.clone()))
            .timeout(Some(hook::PATIENCE));
        if let Some(user) = &config.smtp_user {
            let file = config.smtp_password.as_deref().context("notifications.smtp_password is missing")?;
            let password = std::fs::read_to_string(file).context("notifications.smtp_password")?;
            builder = builder.credentials(Credentials::new(user.clone(), password.trim_end().to_owned()));
        }
        Ok(Some(Mailer { transport: builder.build(), from, domain }))
    }

    /// Sends one message; the Message-ID is the same at every try.
    pub(super) async fn send(
        &self,
        to: &EmailAddress,
        id: &str,
        text: &NoticeText,
        now: Moment,
    ) -> anyhow::Result<()> {
        let message = self.message(to, id, text, now)?;
        let sent = tokio::time::timeout(hook::PATIENCE * 2, self.transport.send(message)).await;
        // What the server says may repeat the address: only the kind of failure is kept.
        match sent.context("no answer in time")? {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => bail!("refused for good"),
            Err(error) if error.is_transient() => bail!("refused for now"),
            Err(_) => bail!("not reached"),
        }
    }

    fn message(
        &self,
        to: &EmailAddress,
        id: &str,
        text: &NoticeText,
        now: Moment,
    ) -> anyhow::Result<Message> {
        let micros = u64::try_from(now.0).unwrap_or_default();
        let to: Mailbox = to.as_str().parse().ok().context("an address that the mail library refuses")?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(text.subject.clone())
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .header(ContentType::TEXT_PLAIN)
            .body(text.body.clone());
        message.ok().context("a message that cannot be built")
    }
}

struct Server<'a> {
    host: &'a str,
    port: u16,
    security: Security,
}

#[derive(Clone, Copy)]
enum Security {
    Tls,
    StartTls,
    /// Loopback only.
    None,
}

impl<'a> Server<'a> {
    fn parse(url: &'a str) -> anyhow::Result<Self> {
        let expected = "notifications.smtp: expected smtps://host[:port], smtp+starttls://host[:port] or smtp://loopback[:port]";
        let (scheme, rest) = url.split_once("://").context(expected)?;
        let (security, usual) = match scheme {
            "smtps" => (Security::Tls, 465),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtp" => (Security::None, 25),
            _ => bail!(expected),
        };
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok().context(expected)?),
            None => (rest, usual),
        };
        let plain = !host.is_empty() && host.bytes().all(|c| c.is_ascii_alphanumeric() || b"-.".contains(&c));
        ensure!(plain, expected);
        let loopback = host.parse().is_ok_and(|address: std::net::Ipv4Addr| address.is_loopback());
        ensure!(loopback || !matches!(security, Security::None), expected);
        Ok(Server { host, port, security })
    }

    fn tls(&self, config: &NotificationsConfig) -> anyhow::Result<Tls> {
        if matches!(self.security, Security::None) {
            return Ok(Tls::None);
        }
        let mut builder =
            TlsParameters::builder(self.host.to_owned()).certificate_store(CertificateStore::None);
        for certificate in roots::load(&config.authorities, "notifications.authorities")? {
            if let Ok(certificate) = Certificate::from_der(certificate.to_vec()) {
                builder = builder.add_root_certificate(certificate);
            }
        }
        let parameters = builder.build_rustls().context("notifications.smtp: TLS")?;
        Ok(match self.security {
            Security::Tls => Tls::Wrapper(parameters),
            Security::StartTls | Security::None => Tls::Required(parameters),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_in_the_clear_is_on_loopback_only() {
        for good in [
            "smtps://mail.example",
            "smtps://mail.example:4650/",
            "smtp+starttls://mail.example",
            "smtp://127.0.0.1:25",
        ] {
            assert!(Server::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "smtp://mail.example",
            "smtp://localhost",
            "mail.example",
            "https://mail.example",
            "smtps://",
            "smtps://a@b",
            "smtps://a:b",
        ] {
            assert!(Server::parse(bad).is_err(), "{bad}");
        }
    }
}
