//! Finds the one assertion of a message, or refuses a message with anything else that could be taken for it.

use model::{Finding, Rule};
use xml::{Document, Element, Node};

use super::finding;
use crate::soap::Version;

pub(super) const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
pub(super) const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const SAML1: &str = "urn:oasis:names:tc:SAML:1.0:assertion";
pub(super) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

/// An identifier is kept in the registry of seen assertions: it has a bound.
const LONGEST_ID: usize = 256;

const RULE: Rule = Rule::AssertionIsSignedByItsIssuer;

/// The assertion: the only one of the message, in the only `wsse:Security` of the only SOAP header, under an
/// identifier that nothing else in the message has, without comments.
pub(super) fn assertion(document: &Document) -> Result<Element<'_>, Vec<Finding>> {
    let envelope = document.root();
    // Whether this version is accepted was decided when the envelope was opened.
    let soap = Version::of(envelope).unwrap_or_default().namespace();
    let header = only(envelope, soap, "Header").map_err(|finding| vec![finding])?;
    let security = only(header, WSSE, "Security").map_err(|finding| vec![finding])?;
    let assertion = only(security, SAML, "Assertion").map_err(|finding| vec![finding])?;
    let mut findings = Vec::new();
    if let Some(other) = other(envelope, security, &|element| element.is(WSSE, "Security")) {
        findings.push(finding(
            RULE,
            other,
            "un seul en-tête wsse:Security est admis dans le message",
            "the message may hold only one wsse:Security header",
        ));
    }
    findings.extend(undisputed(envelope, assertion));
    if findings.is_empty() { Ok(assertion) } else { Err(findings) }
}

/// An assertion that is a document of its own.
pub(super) fn alone(document: &Document) -> Result<Element<'_>, Vec<Finding>> {
    let findings = undisputed(document.root(), document.root());
    if findings.is_empty() { Ok(document.root()) } else { Err(findings) }
}

/// No other assertion, no other holder of its identifier, no comment.
fn undisputed(root: Element<'_>, assertion: Element<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(other) = other(root, assertion, &is_assertion) {
        findings.push(finding(
            RULE,
            other,
            "une seule assertion SAML est admise dans tout le message",
            "the whole message may hold only one SAML assertion",
        ));
    }
    findings.extend(identifier(root, assertion));
    if assertion.descendants().any(|node| matches!(node, Node::Comment(_))) {
        findings.push(finding(
            RULE,
            assertion,
            "aucun commentaire XML n'est admis dans l'assertion",
            "no XML comment is allowed inside the assertion",
        ));
    }
    findings
}

/// The first element of a kind that is not this one.
fn other<'a>(root: Element<'a>, own: Element<'a>, is: &dyn Fn(Element<'a>) -> bool) -> Option<Element<'a>> {
    root.subtree().find(|element| is(*element) && !element.same(own))
}

/// The only child of this name. None or several are refused.
pub(super) fn only<'a>(
    parent: Element<'a>,
    namespace: &'a str,
    name: &'a str,
) -> Result<Element<'a>, Finding> {
    let mut found = parent.children_named(namespace, name);
    match (found.next(), found.next()) {
        (Some(element), None) => Ok(element),
        (None, _) => Err(finding(
            RULE,
            parent,
            format!("élément {name} attendu ici"),
            format!("an element {name} was expected here"),
        )),
        (Some(_), Some(second)) => Err(finding(
            RULE,
            second,
            format!("un seul élément {name} est admis ici"),
            format!("only one element {name} is allowed here"),
        )),
    }
}

fn is_assertion(element: Element<'_>) -> bool {
    match element.namespace() {
        SAML => matches!(element.name(), "Assertion" | "EncryptedAssertion"),
        SAML1 => element.name() == "Assertion",
        _ => false,
    }
}

/// The identifier must be a name, and no other attribute called ID, in whatever case and namespace, may
/// hold it: nothing here looks elements up by it, but another reader of the same message might.
fn identifier(envelope: Element<'_>, assertion: Element<'_>) -> Option<Finding> {
    let id = assertion.attribute("ID").unwrap_or_default();
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let starts = id.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if !starts || id.len() > LONGEST_ID || !id.chars().all(sound) {
        return Some(finding(
            RULE,
            assertion,
            "attribut ID attendu sur l'assertion (xs:ID, 256 octets au plus)",
            "the assertion needs an attribute ID (xs:ID, at most 256 bytes)",
        ));
    }
    let holders = envelope.subtree().flat_map(|element| {
        let held =
            element.attributes().filter(|found| found.name.eq_ignore_ascii_case("id") && found.value == id);
        held.map(move |_| element)
    });
    let holders: Vec<_> = holders.collect();
    let other = holders.iter().find(|holder| !holder.same(assertion)).or(holders.get(1)).copied();
    other.map(|element| {
        finding(
            RULE,
            element,
            "l'identifiant de l'assertion est porté par un autre attribut du message",
            "another attribute of the message holds the assertion's identifier",
        )
    })
}
