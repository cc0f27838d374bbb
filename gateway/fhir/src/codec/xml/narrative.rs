//! The narrative: XHTML inside FHIR XML, a text that holds XHTML in FHIR JSON (FHIR R4 §2.4).

use ::xml::{Attribute, Element, Limits, Node, Writer, XML_NAMESPACE, parse};

use super::XHTML;

/// Elements that HTML writes without an end tag; every other one keeps its own, so that the text of the JSON form is
/// shown alike by what reads it as HTML.
const EMPTY: [&str; 4] = ["br", "col", "hr", "img"];

/// The text of a `div`. Comments are left out.
pub(super) fn text(div: Element<'_>) -> String {
    let mut writer = Writer::new();
    copy(&mut writer, div, "");
    writer.finish()
}

/// Writes the text of a `div` as XHTML: what is no well-formed XML is written as the text that it is.
pub(super) fn write(writer: &mut Writer, text: &str) {
    let limits = Limits { bytes: text.len(), ..Limits::default() };
    match parse(text.as_bytes(), &limits) {
        Ok(document) if document.root().name() == "div" => copy(writer, document.root(), ""),
        Ok(_) | Err(_) => {
            writer.start("div").attr("xmlns", XHTML).text(text).end();
        }
    }
}

/// Copies an element without prefixes: its namespace is declared where it changes.
fn copy(writer: &mut Writer, element: Element<'_>, around: &str) {
    let namespace = if element.namespace().is_empty() { XHTML } else { element.namespace() };
    writer.start(element.name());
    if namespace != around {
        writer.attr("xmlns", namespace);
    }
    let mut declared: Vec<&str> = Vec::new();
    for Attribute { prefix, name, namespace, value } in element.attributes() {
        if namespace.is_empty() || namespace == XML_NAMESPACE {
            let name = if namespace.is_empty() { name.to_owned() } else { format!("xml:{name}") };
            writer.attr(&name, value);
            continue;
        }
        if !declared.contains(&prefix) {
            writer.attr(&format!("xmlns:{prefix}"), namespace);
            declared.push(prefix);
        }
        writer.attr(&format!("{prefix}:{name}"), value);
    }
    if !EMPTY.contains(&element.name()) {
        writer.content();
    }
    for node in element.nodes() {
        match node {
            Node::Element(child) => copy(writer, child, namespace),
            Node::Text(text) => {
                writer.text(text);
            }
            Node::Comment(_) => {}
        }
    }
    writer.end();
}
