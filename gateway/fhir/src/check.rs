//! A deposit read and judged without a store: what `passerelle check` tells of a Bundle (ITI-65) or of a
//! DocumentReference (ITI-105).

use std::collections::BTreeMap;

use journey::{Ids, Pack, offline};
use mappings::Mappings;
use model::{Finding, Moment, Submission};
use serde_json::Value;

use crate::codec::Element;
use crate::incoming::examined;
use crate::media::Format;
use crate::{Limits, iti65, iti105};

pub use crate::codec::xml::is_fhir as is_fhir_xml;

/// What reading needs beside the bytes.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The tables.
    pub mappings: &'a Mappings,
    /// The affinity domain.
    pub pack: &'a Pack,
    /// Base URL of the door: references below it are its own.
    pub base: &'a str,
    /// The source of identifiers.
    pub ids: &'a (dyn Ids + Sync),
    /// The moment of the reading.
    pub now: Moment,
}

/// What was told.
#[derive(Debug)]
pub struct Told {
    /// `ITI-65` or `ITI-105`; `None` for another resource.
    pub transaction: Option<&'static str>,
    /// Every finding, each at its place in the resource.
    pub findings: Vec<Finding>,
    /// True if it could be read, so that `judge` was asked.
    pub judged: bool,
}

/// Reads a resource, in JSON or XML, and asks `judge` of the submission, with the transaction's name. A subject named by an id of the
/// gateway's own cannot be resolved here.
pub fn check(
    body: &[u8],
    setting: Setting<'_>,
    judge: &dyn Fn(&'static str, &Submission) -> Vec<Finding>,
) -> Told {
    let refused = |transaction, findings| Told { transaction, findings, judged: false };
    let xml = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
    let format = if xml { Format::Xml } else { Format::Json };
    let (resource, findings) = match examined(body, format, &Limits::default()) {
        Ok(examined) => examined,
        Err(finding) => return refused(None, vec![finding]),
    };
    let transaction = match Element::root(&resource).kind() {
        "Bundle" => Some("ITI-65"),
        "DocumentReference" => Some("ITI-105"),
        _ => None,
    };
    if !findings.is_empty() {
        return refused(transaction, findings);
    }
    match transaction {
        Some("ITI-65") => bundle(&resource, format, setting, judge),
        Some(_) => document(&resource, setting, judge),
        None => refused(
            None,
            vec![Element::root(&resource).wrong(
                "Bundle (ITI-65) ou DocumentReference (ITI-105) attendu",
                "expected a Bundle (ITI-65) or a DocumentReference (ITI-105)",
            )],
        ),
    }
}

fn bundle(
    resource: &Value,
    format: Format,
    setting: Setting<'_>,
    judge: &dyn Fn(&'static str, &Submission) -> Vec<Finding>,
) -> Told {
    let frame = iti65::Frame {
        mappings: setting.mappings,
        french: setting.pack.french,
        base: setting.base,
        format,
        known: &BTreeMap::new(),
        // As for ITI-105: a structure's software, since nobody proves who is calling.
        of_the_patient: false,
        fresh: &|| setting.ids.uuid(),
    };
    let transaction = Some("ITI-65");
    match iti65::read(resource, &frame) {
        Err(findings) => Told { transaction, findings, judged: false },
        Ok(submitted) => {
            let told = judge("ITI-65", &submitted.submission);
            let mut findings = submitted.warnings;
            findings.extend(told.into_iter().map(|finding| submitted.places.locate(finding)));
            Told { transaction, findings, judged: true }
        }
    }
}

fn document(
    resource: &Value,
    setting: Setting<'_>,
    judge: &dyn Fn(&'static str, &Submission) -> Vec<Finding>,
) -> Told {
    let frame = iti105::Frame {
        mappings: setting.mappings,
        pack: setting.pack,
        base: setting.base,
        // A structure's software, since nobody proves who is calling.
        caller: &offline::nobody(),
        known: None,
        now: setting.now,
        fresh: Box::new(|| setting.ids.uuid()),
    };
    let transaction = Some("ITI-105");
    match iti105::read(resource, &frame) {
        Err(findings) => Told { transaction, findings, judged: false },
        Ok(published) => {
            let told = judge("ITI-105", &published.submission);
            let mut findings = published.warnings;
            findings.extend(told.into_iter().map(|finding| published.places.locate(finding)));
            Told { transaction, findings, judged: true }
        }
    }
}
