//! Rule A3: the assertion is used inside its time.

use model::{Finding, Moment, Rule};
use xml::Element;

use super::message::SAML;
use super::{Trust, finding, instant};

const RULE: Rule = Rule::AssertionIsInItsTime;

/// When an assertion was issued and until when it may be used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) issued_at: Moment,
    pub(super) not_on_or_after: Moment,
}

/// Checks Conditions and what else states an end; where they state no end, as is normal in France, the age of IssueInstant.
pub(super) fn check(assertion: Element<'_>, trust: &Trust, now: Moment) -> Result<Window, Vec<Finding>> {
    let mut findings = Vec::new();
    let issued_at = time(assertion, "IssueInstant", &mut findings);
    if issued_at.is_none() && findings.is_empty() {
        findings.push(finding(
            RULE,
            assertion,
            "attribut IssueInstant attendu sur l'assertion",
            "the assertion needs an attribute IssueInstant",
        ));
    }
    let (mut from, mut until) = (None, None);
    for (count, conditions) in assertion.children_named(SAML, "Conditions").enumerate() {
        if count > 0 {
            findings.push(finding(
                RULE,
                conditions,
                "un seul élément Conditions est admis",
                "only one element Conditions is allowed",
            ));
            break;
        }
        from = time(conditions, "NotBefore", &mut findings);
        until = time(conditions, "NotOnOrAfter", &mut findings);
        audience(conditions, trust, &mut findings);
    }
    let skew = trust.skew_seconds;
    if let Some(until) = until {
        findings.extend(length(assertion, from.or(issued_at), until, trust));
    }
    if from.is_some_and(|from| now < from.plus_seconds(-skew)) {
        findings.push(finding(
            RULE,
            assertion,
            "l'assertion n'est pas encore valable (Conditions/@NotBefore)",
            "the assertion is not yet valid (Conditions/@NotBefore)",
        ));
    }
    if until.is_some_and(|until| now >= until.plus_seconds(skew)) {
        findings.push(finding(
            RULE,
            assertion,
            "l'assertion n'est plus valable (Conditions/@NotOnOrAfter)",
            "the assertion is no longer valid (Conditions/@NotOnOrAfter)",
        ));
    }
    if let Some(issued) = issued_at {
        findings.extend(age(assertion, issued, until, trust, now));
    }
    ended_elsewhere(assertion, now.plus_seconds(-skew), &mut findings);
    match issued_at {
        Some(issued_at) if findings.is_empty() => {
            let not_on_or_after = until.unwrap_or(issued_at.plus_seconds(trust.max_age_seconds));
            Ok(Window { issued_at, not_on_or_after })
        }
        _ => Err(findings),
    }
}

/// Conditions may not state a window without end: what must be remembered of an assertion lasts as long.
fn length(assertion: Element<'_>, from: Option<Moment>, until: Moment, trust: &Trust) -> Option<Finding> {
    let from = from?;
    let longest = trust.longest_window_seconds;
    let (fr, en) = if until <= from {
        (
            String::from("Conditions : NotOnOrAfter n'est pas après NotBefore"),
            String::from("Conditions: NotOnOrAfter is not after NotBefore"),
        )
    } else if until > from.plus_seconds(longest) {
        (
            format!("Conditions : fenêtre de plus de {longest} secondes"),
            format!("Conditions: a window of more than {longest} seconds"),
        )
    } else {
        return None;
    };
    Some(finding(RULE, assertion, fr, en))
}

/// Other ends that SAML can state: of the confirmation of the subject, and of the session (SAML 2.0 core
/// §2.4.1.2, §2.7.2). The French VIHF has neither; one that is over is over.
fn ended_elsewhere(assertion: Element<'_>, now: Moment, findings: &mut Vec<Finding>) {
    let confirmations = assertion.children_named(SAML, "Subject").flat_map(|subject| {
        subject
            .children_named(SAML, "SubjectConfirmation")
            .flat_map(|one| one.children_named(SAML, "SubjectConfirmationData"))
    });
    let sessions = assertion.children_named(SAML, "AuthnStatement");
    let stated = confirmations.map(|data| (data, "NotOnOrAfter"));
    for (element, name) in stated.chain(sessions.map(|session| (session, "SessionNotOnOrAfter"))) {
        if time(element, name, findings).is_some_and(|end| now >= end) {
            findings.push(finding(
                RULE,
                element,
                format!("l'assertion n'est plus valable ({name})"),
                format!("the assertion is no longer valid ({name})"),
            ));
        }
    }
}

/// IssueInstant is not in the future; where nothing says until when, it is not too old either.
fn age(
    assertion: Element<'_>,
    issued: Moment,
    until: Option<Moment>,
    trust: &Trust,
    now: Moment,
) -> Option<Finding> {
    let (fr, en) = if issued > now.plus_seconds(trust.skew_seconds) {
        (
            "l'assertion est datée du futur (IssueInstant)",
            "the assertion is dated in the future (IssueInstant)",
        )
    } else if until.is_none() && issued < now.plus_seconds(trust.max_age_seconds.saturating_neg()) {
        (
            "l'assertion est trop ancienne (IssueInstant) et ne dit pas jusqu'à quand elle vaut : en émettre une neuve",
            "the assertion is too old (IssueInstant) and does not say until when it is valid: issue a fresh one",
        )
    } else {
        return None;
    };
    Some(finding(RULE, assertion, fr, en))
}

/// SAML 2.0 core §2.5.1.4: an assertion restricted to others is not for this gateway. The other conditions
/// that SAML defines restrict its re-use by proxies and caches and do not concern a single use.
fn audience(conditions: Element<'_>, trust: &Trust, findings: &mut Vec<Finding>) {
    for condition in conditions.children() {
        let admitted = match (condition.namespace(), condition.name()) {
            (SAML, "AudienceRestriction") => {
                let mut audiences = condition.children_named(SAML, "Audience");
                audiences.any(|audience| trust.audiences.iter().any(|own| own == audience.text().trim()))
            }
            (SAML, "OneTimeUse" | "ProxyRestriction") => true,
            _ => false,
        };
        if !admitted {
            findings.push(finding(
                RULE,
                condition,
                "condition qui n'est pas remplie ici : assertion destinée à d'autres, ou condition inconnue",
                "a condition that is not met here: assertion meant for others, or unknown condition",
            ));
        }
    }
}

fn time(element: Element<'_>, name: &str, findings: &mut Vec<Finding>) -> Option<Moment> {
    let text = element.attribute(name)?;
    let moment = instant::parse(text.trim());
    if moment.is_none() {
        findings.push(finding(
            RULE,
            element,
            format!("{name} : date et heure attendues avec leur fuseau (xs:dateTime)"),
            format!("{name}: expected a date and time with its zone (xs:dateTime)"),
        ));
    }
    moment
}
