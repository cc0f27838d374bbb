//! One function a reader: any bytes give a value, or a finding or a fault in words. Nothing else.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use ihe::vihf::{Authorities, Trust};
use ihe::{Endpoint, Envelope, Limits, Transaction};
use journey::Pack;
use journey::offline::{Domain, check_cda, check_submission};
use mappings::{Language, Mappings};
use model::{EntryUuid, Finding, InsDomain, Moment, Oid};
use policy::Switches;

use super::{door, seeds};

/// A reader under test.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, that of the file in `tests/fuzz/fuzz_targets`.
    pub name: &'static str,
    /// Feeds it; an error says why the outcome is neither a value nor a finding in words.
    pub feed: fn(&[u8]) -> Result<(), String>,
}

/// Every target.
pub const TARGETS: [Target; 9] = [
    Target { name: "soap", feed: soap },
    Target { name: "mtom", feed: mtom },
    Target { name: "ebrim", feed: ebrim },
    Target { name: "saml", feed: saml },
    Target { name: "cda", feed: cda },
    Target { name: "fhir", feed: fhir_resource },
    Target { name: "fhir_validate", feed: door::validate },
    Target { name: "fhir_search", feed: door::search },
    Target { name: "fhir_patch", feed: door::patch },
];

#[expect(clippy::expect_used, reason = "the tables compiled in")]
static MAPPINGS: LazyLock<Mappings> = LazyLock::new(|| Mappings::embedded().expect("the embedded tables"));
#[expect(clippy::expect_used, reason = "a constant")]
static PACK: LazyLock<Pack> =
    LazyLock::new(|| Pack::french(vec![InsDomain::NirTest], Oid::parse("2.999").expect("an OID")));
static SWITCHES: LazyLock<Switches> = LazyLock::new(Switches::default);

fn domain() -> Domain<'static> {
    Domain { mappings: &MAPPINGS, switches: &SWITCHES, pack: &PACK }
}

/// Counts instead of drawing.
#[derive(Debug, Default)]
struct Counted(std::sync::atomic::AtomicU64);

impl journey::Ids for Counted {
    fn uuid(&self) -> EntryUuid {
        let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        EntryUuid::from_bytes(
            (0x2000_0000_0000_4000_8000_0000_0000_0000_u128 | u128::from(count)).to_be_bytes(),
        )
    }
}

/// An envelope alone, at each address.
fn soap(bytes: &[u8]) -> Result<(), String> {
    for endpoint in Endpoint::ALL {
        opened(endpoint, "application/soap+xml; charset=UTF-8", bytes)?;
    }
    Ok(())
}

/// A Content-Type in the first line, the body behind it.
fn mtom(bytes: &[u8]) -> Result<(), String> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(end);
    let content_type = String::from_utf8_lossy(head).into_owned();
    opened(Endpoint::Repository, content_type.trim(), body.get(1..).unwrap_or_default()).map(drop)
}

fn opened(endpoint: Endpoint, content_type: &str, bytes: &[u8]) -> Result<Option<Envelope>, String> {
    match ihe::open(endpoint, content_type, Bytes::copy_from_slice(bytes), &Limits::default()) {
        Ok(envelope) => Ok(Some(envelope)),
        Err(fault) if fault.french().trim().is_empty() || fault.english().trim().is_empty() => {
            Err("a fault without words".to_owned())
        }
        Err(_) => Ok(None),
    }
}

/// The ebRIM of a deposit, in its envelope: read, judged, and written as it was read.
fn ebrim(bytes: &[u8]) -> Result<(), String> {
    let (content_type, body) = seeds::in_mtom(bytes);
    let Some(envelope) = opened(Endpoint::Repository, &content_type, &body)? else { return Ok(()) };
    if envelope.transaction != Transaction::Iti41 {
        return Ok(());
    }
    let (submission, findings) = ihe::iti41::request::read_all(&envelope, &Counted::default());
    told(&findings)?;
    match submission {
        Some(submission) => told(&check_submission(domain(), Transaction::Iti41.name(), &submission)),
        None if findings.is_empty() => Err("refused without a finding".to_owned()),
        None => Ok(()),
    }
}

/// The assertion of a message. None of these is signed by whom the trust names: none may be accepted but the seed.
fn saml(bytes: &[u8]) -> Result<(), String> {
    let Ok(document) = xml::parse(bytes, &xml::Limits::default()) else { return Ok(()) };
    let trust = seeds::trusted();
    let trust = Trust { seen: Arc::new(ihe::vihf::Seen::new(16)), ..trust.clone() };
    match ihe::vihf::verify(&document, &trust, &MAPPINGS, seeds::NOW, None) {
        Err(findings) if findings.is_empty() => Err("refused without a finding".to_owned()),
        Err(findings) => told(&findings),
        Ok(assertion) if assertion.claims == *seeds::claims() => Ok(()),
        Ok(_) => Err("an assertion was accepted that says something else than what was signed".to_owned()),
    }
}

fn cda(bytes: &[u8]) -> Result<(), String> {
    told(&check_cda(domain(), bytes))
}

fn fhir_resource(bytes: &[u8]) -> Result<(), String> {
    let ids = Counted::default();
    let setting = fhir::check::Setting {
        mappings: &MAPPINGS,
        pack: &PACK,
        base: "https://localhost/fhir",
        ids: &ids,
        now: Moment(0),
    };
    let found = fhir::check::check(bytes, setting, &|transaction, submission| {
        check_submission(domain(), transaction, submission)
    });
    if !found.judged && found.findings.is_empty() {
        return Err("refused without a finding".to_owned());
    }
    told(&found.findings)
}

/// Every finding has words in both languages, bounded.
fn told(findings: &[Finding]) -> Result<(), String> {
    for finding in findings {
        for language in [Language::French, Language::English] {
            let text = MAPPINGS.refusals.text(finding, language);
            if text.trim().is_empty() || text.len() > 64 << 10 {
                return Err(format!("{}: a text of {} bytes", finding.rule, text.len()));
            }
        }
    }
    Ok(())
}

/// What the seeds' issuer is trusted by.
pub(super) fn trust(authority: &[u8]) -> Option<Trust> {
    Authorities::new(&[authority.to_vec()], &[]).ok().map(Trust::new)
}
