//! The VIHF: a signed SAML 2.0 assertion in the WS-Security header that says who calls, in which mode, about
//! whom (CI-SIS, volet transport synchrone; IHE ITI-40 XUA).
//!
//! [`verify`] asks the rules A2 to A8 of the decision order, one after the other, then what the message says of its own
//! security: its signature, its Timestamp. [`issue`](issue::issue)
//! makes assertions for development credentials.

mod agreement;
mod algorithms;
mod attributes;
mod authorities;
mod certificate;
mod claims;
mod dsig;
mod examine;
mod instant;
pub mod issue;
mod message;
mod name;
mod seen;
mod signature;
mod vocabulary;
mod window;
mod wss;

pub use authorities::{Authorities, AuthorityError, ExpiredLists};
pub use certificate::Holder;
pub use claims::{Claims, Mode, Software};
pub use examine::{Against, Examination, Verdict, examine};
pub use name::Name;
pub use seen::Seen;
pub use wss::Received;

use std::sync::Arc;

use aws_lc_rs::digest;
use journey::{Directory, refused_by_directory};
use mappings::Mappings;
use model::{Channel, Code, Finding, Location, Moment, Rule, SubjectRole};
use signature::Path;
use xml::Element;

/// Whose assertions are believed, and how old they may be.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Authorities of the signing certificates.
    pub authorities: Arc<Authorities>,
    /// Accept SHA-1 as digest and RSA-SHA1 as signature: for the replay of old samples only.
    pub accept_sha1: bool,
    /// Age of IssueInstant accepted when the assertion states no end, in seconds.
    pub max_age_seconds: i64,
    /// Longest window that Conditions may state, from NotBefore (or IssueInstant) to NotOnOrAfter, in seconds.
    pub longest_window_seconds: i64,
    /// Tolerance between clocks, in seconds.
    pub skew_seconds: i64,
    /// Values of VIHF_Version accepted.
    pub versions: Vec<String>,
    /// Values of Authentification_Mode accepted.
    pub modes: Vec<String>,
    /// Audiences that this gateway answers to. An assertion restricted to others is refused; VIHF
    /// assertions normally state none.
    pub audiences: Vec<String>,
    /// Structures and professionals (A7, A8). `None`: no structure is attached to another, A8 is not evaluated.
    pub directory: Option<Arc<dyn Directory>>,
    /// Assertions seen inside their window (A4). It outlives a change of the rest.
    pub seen: Arc<Seen>,
}

impl Trust {
    /// The defaults of the decision order: no SHA-1, 60 minutes, windows of eight hours at most, 60 seconds,
    /// versions 3.0 and 4.0, the three modes of the DMP, 100 000 assertions remembered, no directory.
    pub fn new(authorities: Authorities) -> Self {
        Trust {
            authorities: Arc::new(authorities),
            accept_sha1: false,
            max_age_seconds: 3600,
            longest_window_seconds: 8 * 3600,
            skew_seconds: 60,
            versions: vec![String::from("3.0"), String::from("4.0")],
            modes: Mode::ALL.iter().map(|mode| mode.name().to_owned()).collect(),
            audiences: Vec::new(),
            directory: None,
            seen: Arc::new(Seen::new(100_000)),
        }
    }
}

/// An assertion that rules A2 to A8 have accepted.
#[derive(Clone)]
pub struct Assertion {
    /// Its identifier.
    pub id: String,
    /// The Issuer as written; it is the signer's subject.
    pub issuer: String,
    /// When it was issued.
    pub issued_at: Moment,
    /// The end of its window, without the tolerance between clocks: NotOnOrAfter, or the configured age.
    pub not_on_or_after: Moment,
    /// What it states.
    pub claims: Claims,
    /// The role: the first one stated and what qualifies it.
    pub role: SubjectRole,
    /// The channel that the proof opens, before any role (decision-order 0.1).
    pub channel: Channel,
    /// Who signed.
    pub signer: Holder,
}

impl std::fmt::Debug for Assertion {
    /// Shows no identity and no patient.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mode = self.claims.mode;
        f.debug_struct("Assertion").field("id", &self.id).field("mode", &mode).finish_non_exhaustive()
    }
}

/// Verifies the assertion of a message at `now`, and what the message says of its own security beside it: its
/// signature, its Timestamp. `client_certificate` is the TLS client's, DER, already trusted by the TLS layer (A1).
///
/// # Errors
/// Every finding of the first rule that refuses. None holds an identity, a patient or a reason.
pub fn verify<'m>(
    message: impl Into<Received<'m>>,
    trust: &Trust,
    mappings: &Mappings,
    now: Moment,
    client_certificate: Option<&[u8]>,
) -> Result<Assertion, Vec<Finding>> {
    let received = message.into();
    // A2. From here on, only `element` is read: the node that was digested.
    let element = message::assertion(received.document())?;
    let signer = signature::verify(element, Path::To(&trust.authorities), trust.accept_sha1, now)
        .map_err(|finding| vec![finding])?;
    // A3
    let window = window::check(element, trust, now)?;
    // A4. Looked up here, recorded at the end: an assertion that is refused takes nothing from its owner.
    let id = element.attribute("ID").unwrap_or_default();
    let client = client_certificate.map(fingerprint);
    trust.seen.check(id, client, now).map_err(|taken| vec![taken.finding(element)])?;
    // A5
    let claims = attributes::read(element, trust, mappings, now)?;
    // A6
    let role = role(element, &claims, mappings)?;
    // A7
    let directory = trust.directory.as_deref();
    agreement::check(element, &claims, &signer, client_certificate, directory)?;
    // A8
    listed(element, &claims, directory)?;
    let caller = client_certificate.and_then(Holder::read);
    let known: Vec<&Holder> = caller.iter().chain([&signer]).collect();
    wss::check(received, trust, &known, now)?;
    let until = window.not_on_or_after.plus_seconds(trust.skew_seconds);
    trust.seen.record(id, client, until, now).map_err(|taken| vec![taken.finding(element)])?;
    let issuer = element.child(message::SAML, "Issuer").map(Element::text).unwrap_or_default();
    Ok(Assertion {
        id: id.to_owned(),
        issuer: issuer.trim().to_owned(),
        issued_at: window.issued_at,
        not_on_or_after: window.not_on_or_after,
        channel: channel(&claims, &role),
        claims,
        role,
        signer,
    })
}

/// Verifies what a message says of its own security where no assertion is asked for: its sender is the TLS client.
///
/// # Errors
/// Every finding of its signature and of its Timestamp.
pub fn verify_message<'m>(
    message: impl Into<Received<'m>>,
    trust: &Trust,
    now: Moment,
    client_certificate: Option<&[u8]>,
) -> Result<(), Vec<Finding>> {
    let caller = client_certificate.and_then(Holder::read);
    let known: Vec<&Holder> = caller.iter().collect();
    wss::check(message.into(), trust, &known, now)
}

/// A8. A professional is looked up by their national identifier where the assertion acts in their name: not
/// under indirect authentication, and not for an employee, whose identifier is the structure's own.
fn listed(
    element: Element<'_>,
    claims: &Claims,
    directory: Option<&dyn Directory>,
) -> Result<(), Vec<Finding>> {
    let Some(directory) = directory else { return Ok(()) };
    let professional = acts_in_their_name(claims).then_some(&claims.name_id);
    let refused = refused_by_directory(directory, &claims.structure, professional);
    let stated = format!("Identifiant_Structure {}", claims.structure.0);
    let findings: Vec<_> =
        refused.into_iter().map(|rule| finding(rule, element, stated.as_str(), stated.as_str())).collect();
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

fn acts_in_their_name(claims: &Claims) -> bool {
    claims.mode != Mode::Indirect && claims::is_professional(&claims.name_id)
}

/// Decision-order 0.1. In `DIRECTE`, a card that does not identify a professional (RPPS or ADELI), whatever
/// role goes with it, and a role that is not a professional's (TRE_A00) are an employee card's.
fn channel(claims: &Claims, role: &SubjectRole) -> Channel {
    let producer = role.profession.system == model::system::PRODUCER;
    match claims.mode {
        Mode::Indirect => Channel::Indirect,
        Mode::Air => Channel::Air,
        Mode::Direct if claims::is_professional(&claims.name_id) && !producer => Channel::Direct,
        Mode::Direct => Channel::EmployeeCard,
    }
}

/// A6. The first role is the profession; the qualifier is the first later role that qualifies it, so that
/// further roles do no harm. Coding schemes take the form of the model.
fn role(element: Element<'_>, claims: &Claims, mappings: &Mappings) -> Result<SubjectRole, Vec<Finding>> {
    let canonical = |code: &Code| Code {
        system: mappings.codes.canonical_system(&code.system).to_owned(),
        ..code.clone()
    };
    let qualified = |qualifier: Option<&Code>| SubjectRole {
        profession: canonical(&claims.profession),
        qualifier: qualifier.map(canonical),
    };
    let role = qualified(claims.qualifiers.first());
    let refused = |fr: &str, en: &str| vec![finding(Rule::RoleIsKnown, element, fr, en)];
    if !mappings.codes.role_known(&role) {
        return Err(refused(
            "le premier rôle doit être un code de JDV_J65 (profession ou rôle de la personne)",
            "the first role must be a code of JDV_J65 (the subject's profession or role)",
        ));
    }
    let candidates = claims.qualifiers.iter().map(|qualifier| qualified(Some(qualifier)));
    let fitting = candidates.chain([role]).find(|role| mappings.codes.qualifier_known(role));
    fitting.ok_or_else(|| {
        refused(
            "aucune spécialité dans le VIHF : un second rôle est attendu pour un médecin (TRE_R01), un pharmacien \
             (TRE_G05) ou un professionnel à rôle (TRE_R85)",
            "no specialty in the VIHF: a second role is expected for a doctor (TRE_R01), a pharmacist (TRE_G05) or a \
             role-based professional (TRE_R85)",
        )
    })
}

/// SHA-256 of a certificate.
fn fingerprint(der: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, der).as_ref());
    bytes
}

/// A finding at an element of the message. The texts never hold a value of the message but for names of
/// structures and certificates.
fn finding(rule: Rule, at: Element<'_>, fr: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding::new(rule).at(Location::XPath(at.path())).detail(fr, en)
}

#[cfg(test)]
mod tests;
