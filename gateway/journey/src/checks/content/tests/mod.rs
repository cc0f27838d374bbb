//! Stage G on the sample documents: what agrees passes, and each rule finds its mutation.

mod agreement;
mod ebrim;
mod pairs;
mod refusals;
mod samples;
mod signatures;

use std::sync::LazyLock;

use mappings::Mappings;
use model::{
    Actor, Caller, Channel, Content, ContentBytes, Finding, InsDomain, Location, Oid, Purpose, RequestId,
    Rule, StructureId, Submission,
};

use crate::Pack;

use super::{Fingerprint, check_against, fingerprints};

pub(crate) static MAPPINGS: LazyLock<Mappings> =
    LazyLock::new(|| Mappings::embedded().expect("the embedded tables"));

const HOSPITAL: &str = "1999999991";
const LABORATORY: &str = "1999999992";

/// The bytes of a sample file.
pub(crate) fn sample(path: &str) -> Vec<u8> {
    let file = format!("{}/../../samples/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

pub(crate) fn structure(id: &str) -> Caller {
    Caller {
        actor: Actor::OfStructure { user: "logiciel".into(), role: None },
        channel: Channel::Indirect,
        structure: Some(StructureId(id.into())),
        purpose: Purpose::Normal,
        patient: None,
        legal_entities: Vec::new(),
        secret_connection: false,
        regulator: false,
        software: None,
        request: RequestId("r-1".into()),
    }
}

/// A pack of the test domain.
pub(crate) fn pack(french: bool) -> Pack {
    let repository = Oid::parse("2.999").expect("an OID");
    Pack { french, bare_oids: french, ..Pack::french(vec![InsDomain::NirTest], repository) }
}

/// The deposit of a sample ITI-41 message.
pub(crate) fn deposit(name: &str) -> Submission {
    ebrim::submission(&sample(&format!("soap/iti41-{name}.xml")))
}

/// Stage G where the record holds nothing for the links.
fn check(
    mappings: &Mappings,
    submission: &Submission,
    caller: &Caller,
    prints: &[Option<Fingerprint>],
) -> Vec<Finding> {
    check_against(mappings, &pack(true), submission, caller, prints, &[])
}

/// Stage G for the structure that the sample's set names.
fn findings(submission: &Submission) -> Vec<Finding> {
    let own = submission.set.author_institutions().next().expect("a structure").to_owned();
    check(&MAPPINGS, submission, &structure(&own), &fingerprints(submission))
}

/// Replaces text in the sample's CDA, and drops the hash and size that no longer hold.
fn with_cda(mut submission: Submission, from: &str, to: &str) -> Submission {
    let (entry, content) = &mut submission.entries[0];
    let Content::Inline(bytes) = content else { panic!("bytes") };
    let text = std::str::from_utf8(bytes.as_slice()).expect("UTF-8");
    assert!(text.contains(from), "the sample does not hold {from}");
    *content = inline(text.replace(from, to).into_bytes());
    (entry.hash, entry.size) = (None, None);
    submission
}

fn inline(bytes: Vec<u8>) -> Content {
    Content::Inline(ContentBytes::new(bytes))
}

/// Rule and place of each finding.
pub(crate) fn told(findings: &[Finding]) -> Vec<(Rule, String)> {
    let place = |finding: &Finding| match &finding.at {
        Location::XPath(path) => path.clone(),
        Location::Submitted(_, attribute) => (*attribute).to_owned(),
        other => other.as_str().to_owned(),
    };
    findings.iter().map(|finding| (finding.rule, place(finding))).collect()
}
