//! The Timestamp of a message (WS-Security 1.1 §10).

use model::{Finding, Moment};
use xml::Element;

use super::TERMS;
use crate::soap::names::WSU;
use crate::vihf::instant;

/// Refuses a Timestamp that has run out, is dated in the future, or cannot be read. None at all is as good.
pub(super) fn check(security: Element<'_>, skew_seconds: i64, now: Moment) -> Vec<Finding> {
    let mut found = security.children_named(WSU, "Timestamp");
    let Some(timestamp) = found.next() else { return Vec::new() };
    if let Some(second) = found.next() {
        return vec![TERMS.because(second, TWICE)];
    }
    let mut findings = Vec::new();
    for (name, is_wrong, why) in [
        ("Created", (|time, now, skew| time > plus(now, skew)) as fn(Moment, Moment, i64) -> bool, IN_FUTURE),
        ("Expires", |time, now, skew| now >= plus(time, skew), EXPIRED),
    ] {
        let mut stated = timestamp.children_named(WSU, name);
        match (stated.next(), stated.next()) {
            (None, _) => {}
            (Some(element), None) => match instant::parse(element.text().trim()) {
                Some(time) if is_wrong(time, now, skew_seconds) => {
                    findings.push(TERMS.because(element, why));
                }
                Some(_) => {}
                None => findings.push(TERMS.because(element, UNREADABLE)),
            },
            (Some(_), Some(second)) => findings.push(TERMS.because(second, TWICE)),
        }
    }
    findings
}

fn plus(time: Moment, seconds: i64) -> Moment {
    time.plus_seconds(seconds)
}

const TWICE: (&str, &str) = (
    "un seul wsu:Timestamp est admis, avec un Created et un Expires au plus",
    "only one wsu:Timestamp is allowed, with at most one Created and one Expires",
);
const IN_FUTURE: (&str, &str) = (
    "wsu:Timestamp daté du futur : vérifier l'horloge du poste",
    "wsu:Timestamp dated in the future: check the clock of the client",
);
const EXPIRED: (&str, &str) =
    ("wsu:Timestamp expiré : envoyer un message nouveau", "wsu:Timestamp has run out: send a fresh message");
const UNREADABLE: (&str, &str) = (
    "wsu:Timestamp : date et heure attendues avec leur fuseau (xs:dateTime)",
    "wsu:Timestamp: expected a date and time with its zone (xs:dateTime)",
);
