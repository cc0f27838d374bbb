//! Members of an open affinity domain: who calls the XDS door by a client certificate alone.

use ihe::vihf::Name;
use model::{Actor, Caller, Channel, Finding, Purpose, RequestId, Rule, StructureId};

use super::ClientCertificate;
use crate::config::MemberConfig;

/// The certificate map.
#[derive(Debug, Clone)]
pub struct Members(Vec<Member>);

#[derive(Debug, Clone)]
struct Member {
    shows: Shows,
    name: String,
    organisation: StructureId,
}

/// What tells a member's certificate.
#[derive(Debug, Clone)]
enum Shows {
    Subject(Name),
    Fingerprint([u8; 32]),
}

impl Members {
    /// Reads the `[[member]]` entries of a configuration; an error names the entry by its position.
    pub fn load(config: &[MemberConfig]) -> anyhow::Result<Self> {
        let read = |(index, member): (usize, &MemberConfig)| {
            let told = |reason: &str| anyhow::anyhow!("member number {}: {reason}", index + 1);
            let shows = match (&member.subject, &member.fingerprint) {
                (Some(subject), None) => Shows::Subject(
                    Name::parse(subject).ok_or_else(|| told("subject: expected a DN (RFC 4514)"))?,
                ),
                (None, Some(hex)) => Shows::Fingerprint(
                    fingerprint(hex).ok_or_else(|| told("fingerprint: expected a SHA-256 in hexadecimal"))?,
                ),
                (Some(_), Some(_)) | (None, None) => {
                    return Err(told("expected either subject or fingerprint"));
                }
            };
            if member.name.trim().is_empty() || member.organisation.trim().is_empty() {
                return Err(told("name and organisation are required"));
            }
            Ok(Member {
                shows,
                name: member.name.clone(),
                organisation: StructureId(member.organisation.clone()),
            })
        };
        config.iter().enumerate().map(read).collect::<Result<_, _>>().map(Members)
    }

    /// The member whose certificate this is, as a caller. TLS has verified the certificate; a map without it, or a
    /// connection without one, is a refusal of stage A. What the message says of its sender is not looked at.
    pub fn caller(
        &self,
        certificate: Option<&ClientCertificate>,
        request: RequestId,
    ) -> Result<Caller, Vec<Finding>> {
        let refused =
            |fr: &str, en: &str| vec![Finding::new(Rule::ClientCertificateIsTrusted).detail(fr, en)];
        let Some(certificate) = certificate else {
            return Err(refused(
                "aucun certificat client n'a été présenté",
                "no client certificate was presented",
            ));
        };
        let Some(member) = self.0.iter().find(|member| member.shows.is(certificate)) else {
            return Err(refused(
                "ce certificat n'est celui d'aucun membre du domaine",
                "this certificate is no member's of the domain",
            ));
        };
        Ok(Caller {
            actor: Actor::OfStructure { user: member.name.clone(), role: None },
            channel: Channel::Member,
            structure: Some(member.organisation.clone()),
            legal_entities: Vec::new(),
            purpose: Purpose::Normal,
            patient: None,
            secret_connection: false,
            regulator: false,
            software: None,
            request,
        })
    }
}

impl Shows {
    fn is(&self, certificate: &ClientCertificate) -> bool {
        match self {
            Shows::Subject(name) => certificate.has_subject(name),
            Shows::Fingerprint(own) => certificate.fingerprint == *own,
        }
    }
}

/// 64 hexadecimal digits, colons between bytes allowed.
fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .filter(|c| *c != ':' && !c.is_whitespace())
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let bytes: Vec<u8> = digits?
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(high * 16 + low),
            _ => None,
        })
        .collect::<Option<_>>()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests;
