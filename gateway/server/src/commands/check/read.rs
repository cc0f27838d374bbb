//! What a file is, and what is found in it.

use bytes::Bytes;
use ihe::soap::MediaType;
use ihe::{Endpoint, Fault, Limits, Transaction};
use journey::Clock as _;
use journey::offline::{check_cda, check_submission};
use model::{Finding, Location, Rule, Severity};

use super::Held;
use crate::outside::{RandomIds, SystemClock};

/// What was found in one file.
pub(super) struct Checked {
    /// What the file is: `ITI-41`, `ITI-65`, `ITI-105`, `CDA`; `None` when that cannot be told.
    pub kind: Option<&'static str>,
    /// Every finding.
    pub findings: Vec<Finding>,
    /// What of a deposit's stages was looked at.
    pub looked_at: LookedAt,
}

/// How far the file could be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LookedAt {
    /// Stages B and G.
    All,
    /// Stage B, and of stage G only the metadata: the contents are not in the file.
    WithoutContents,
    /// It could not be read to the end.
    Structure,
}

impl Checked {
    /// True without an error.
    pub(super) fn accepted(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Warning)
    }

    fn unreadable(fr: &str, en: &str) -> Self {
        let finding = Finding::new(Rule::MessageIsReadable).detail(fr, en);
        Checked { kind: None, findings: vec![finding], looked_at: LookedAt::Structure }
    }
}

/// Tells what a file is by its first bytes, and looks into it.
pub(super) fn file(held: &Held, bytes: &[u8], parts: &[(String, Vec<u8>)]) -> Checked {
    let text = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => fhir_resource(held, text),
        Some(b'<') => xml_file(held, text, parts),
        Some(_) => match head(text) {
            Some((content_type, body)) => soap(held, &content_type, Bytes::copy_from_slice(body), false),
            None => Checked::unreadable(
                "ni JSON, ni XML, ni message MIME avec ses en-têtes",
                "neither JSON nor XML nor a MIME message with its headers",
            ),
        },
        None => Checked::unreadable("fichier vide", "empty file"),
    }
}

fn fhir_resource(held: &Held, bytes: &[u8]) -> Checked {
    let setting = fhir::check::Setting {
        mappings: &held.mappings,
        pack: &held.pack,
        base: &held.base,
        ids: &RandomIds,
        now: SystemClock.now(),
    };
    let told = fhir::check::check(bytes, setting, &|transaction, submission| {
        check_submission(held.domain(), transaction, submission)
    });
    let looked_at = if told.judged { LookedAt::All } else { LookedAt::Structure };
    Checked { kind: told.transaction, findings: told.findings, looked_at }
}

/// A FHIR resource, an envelope alone, else a CDA.
fn xml_file(held: &Held, bytes: &[u8], parts: &[(String, Vec<u8>)]) -> Checked {
    if fhir::check::is_fhir_xml(bytes) {
        return fhir_resource(held, bytes);
    }
    let is_envelope = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).contains("Envelope");
    if !is_envelope {
        return Checked {
            kind: Some("CDA"),
            findings: check_cda(held.domain(), bytes),
            looked_at: LookedAt::All,
        };
    }
    let (content_type, body) = wrapped(bytes, parts);
    soap(held, &content_type, Bytes::from(body), parts.is_empty())
}

/// A message as MTOM, with the parts that are given beside it.
pub(in crate::commands) fn wrapped(envelope: &[u8], parts: &[(String, Vec<u8>)]) -> (String, Vec<u8>) {
    let holds = |boundary: &str| {
        let all = std::iter::once(envelope).chain(parts.iter().map(|(_, bytes)| bytes.as_slice()));
        all.into_iter().any(|bytes| bytes.windows(boundary.len()).any(|found| found == boundary.as_bytes()))
    };
    let mut boundary = "passerelle-check".to_owned();
    while holds(&boundary) {
        boundary.push('-');
    }
    let mut body = format!(
        "--{boundary}\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\n\
         Content-ID: <envelope@passerelle>\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(envelope);
    for (cid, bytes) in parts {
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-ID: <{cid}>\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
    }
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let content_type = format!(
        "multipart/related; type=\"application/xop+xml\"; start=\"<envelope@passerelle>\"; \
         start-info=\"application/soap+xml\"; boundary=\"{boundary}\""
    );
    (content_type, body)
}

/// The Content-Type and the body of a message kept with its headers, those of HTTP or the boundary of its first part.
pub(in crate::commands) fn head(bytes: &[u8]) -> Option<(String, &[u8])> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let bytes = bytes.get(start..)?;
    if let Some(rest) = bytes.strip_prefix(b"--") {
        let line = rest.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
        let boundary = std::str::from_utf8(line).ok()?.trim_end();
        return Some((
            format!("multipart/related; type=\"application/xop+xml\"; boundary=\"{boundary}\""),
            bytes,
        ));
    }
    let end = [b"\r\n\r\n".as_slice(), b"\n\n"]
        .into_iter()
        .filter_map(|blank| Some((bytes.windows(blank.len()).position(|found| found == blank)?, blank.len())))
        .min()?;
    let head = std::str::from_utf8(bytes.get(..end.0)?).ok()?;
    let unfolded = head.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let content_type = unfolded.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
    })?;
    Some((content_type, bytes.get(end.0 + end.1..)?))
}

fn soap(held: &Held, content_type: &str, body: Bytes, bare: bool) -> Checked {
    let limits =
        Limits { message: usize::try_from(super::LARGEST).unwrap_or(usize::MAX), ..Limits::default() };
    let mut faults = Vec::new();
    for endpoint in [Endpoint::Repository, Endpoint::Registry] {
        match ihe::open(endpoint, content_type, body.clone(), &limits) {
            Ok(envelope) => return deposit(held, &envelope, bare),
            Err(fault) => faults.push(fault),
        }
    }
    let is_json = MediaType::parse(content_type).essence.ends_with("json");
    if is_json || fhir::check::is_fhir_xml(&body) {
        return fhir_resource(held, &body);
    }
    let findings = faults.into_iter().next().map(of_fault).into_iter().collect();
    Checked { kind: None, findings, looked_at: LookedAt::Structure }
}

fn of_fault(fault: Fault) -> Finding {
    Finding::new(fault.rule.unwrap_or(Rule::MessageIsReadable)).detail(fault.fr, fault.en)
}

fn deposit(held: &Held, envelope: &ihe::Envelope, bare: bool) -> Checked {
    let transaction = envelope.transaction;
    let kind = Some(transaction.name());
    let judged = ihe::check(envelope, &RandomIds, &|submission| {
        check_submission(held.domain(), transaction.name(), submission)
    });
    let Some((mut findings, judged)) = judged else {
        let finding =
            Finding::new(Rule::TransactionIsSupported).arg("transaction", transaction.name()).detail(
                "seul un dépôt est vérifié ici (ITI-41, ITI-42, ITI-61)",
                "only a deposit is checked here (ITI-41, ITI-42, ITI-61)",
            );
        return Checked { kind, findings: vec![finding], looked_at: LookedAt::Structure };
    };
    let bare = bare && transaction == Transaction::Iti41;
    if bare {
        // An envelope alone: that its parts are elsewhere is no fault of the message.
        findings
            .retain(|finding| finding.rule != Rule::EveryDocumentHasItsPart || finding.at == Location::Whole);
    }
    let looked_at = match (judged, bare) {
        (true, false) => LookedAt::All,
        (true, true) => LookedAt::WithoutContents,
        (false, _) => LookedAt::Structure,
    };
    Checked { kind, findings, looked_at }
}

#[cfg(test)]
mod tests;
