//! From the tree to bytes, elements in the order of the model.

use ::xml::Writer;
use serde_json::{Map, Value};

use super::{FHIR, is_attribute, narrative};
use crate::codec::shape::{self, Kind, Shape};

/// Writes a structurally sound resource. What the model does not have is left out. `pretty`: one element a line,
/// indented; the narrative is never touched.
pub(crate) fn write(resource: &Value, pretty: bool) -> String {
    let mut writing = Writing { writer: Writer::with_declaration(), pretty, depth: 0 };
    writing.resource(resource, Some(FHIR));
    writing.writer.finish()
}

struct Writing {
    writer: Writer,
    pretty: bool,
    depth: usize,
}

impl Writing {
    fn start(&mut self, name: &str) {
        self.break_line();
        self.writer.start(name);
        self.depth = self.depth.saturating_add(1);
    }

    fn end(&mut self, has_children: bool) {
        self.depth = self.depth.saturating_sub(1);
        if has_children {
            self.break_line();
        }
        self.writer.end();
    }

    fn break_line(&mut self) {
        if self.pretty && self.writer.is_inside() {
            self.writer.text(&format!("\n{}", "  ".repeat(self.depth)));
        }
    }

    fn resource(&mut self, resource: &Value, namespace: Option<&str>) {
        let Value::Object(members) = resource else { return };
        let Some(kind) = members.get("resourceType").and_then(Value::as_str) else { return };
        self.start(kind);
        self.writer.attr_if("xmlns", namespace);
        let any = self.children(members, kind);
        self.end(any);
    }

    /// Writes the children; false if there is none.
    fn children(&mut self, members: &Map<String, Value>, kind: &str) -> bool {
        let mut any = false;
        let names = shape::children(kind).into_iter().flat_map(|set| set.iter());
        for name in names.filter(|name| !is_attribute(kind, name)) {
            let (value, partner) = (members.get(*name), members.get(&format!("_{name}")));
            if value.is_none() && partner.is_none() {
                continue;
            }
            if let Some(shape) = shape::shape(kind, name) {
                any = true;
                self.child(name, value, partner, &shape);
            }
        }
        any
    }

    fn child(&mut self, name: &str, value: Option<&Value>, partner: Option<&Value>, shape: &Shape) {
        let (values, partners) = (items(value), items(partner));
        for index in 0..values.len().max(partners.len()) {
            let (value, partner) = (values.get(index).copied(), partners.get(index).copied());
            match &shape.kind {
                Kind::Primitive(_) => self.primitive(name, value, partner),
                Kind::Complex(kind) => {
                    if let Some(Value::Object(members)) = value {
                        self.object(name, members, kind);
                    }
                }
                Kind::Resource => {
                    if let Some(resource) = value {
                        self.start(name);
                        self.resource(resource, None);
                        self.end(true);
                    }
                }
            }
        }
    }

    fn object(&mut self, name: &str, members: &Map<String, Value>, kind: &str) {
        self.start(name);
        for name in ["id", "url"].iter().filter(|name| is_attribute(kind, name)) {
            self.writer.attr_if(name, members.get(*name).and_then(Value::as_str));
        }
        let any = self.children(members, kind);
        self.end(any);
    }

    fn primitive(&mut self, name: &str, value: Option<&Value>, partner: Option<&Value>) {
        if name == "div" {
            self.break_line();
            return narrative::write(&mut self.writer, value.and_then(Value::as_str).unwrap_or_default());
        }
        self.start(name);
        let partner = partner.and_then(Value::as_object);
        self.writer.attr_if("id", partner.and_then(|partner| partner.get("id")).and_then(Value::as_str));
        self.writer.attr_if("value", value.and_then(scalar).as_deref());
        let any = partner.is_some_and(|partner| self.children(partner, "string"));
        self.end(any);
    }
}

/// One value as a list of one.
fn items(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
    }
}

/// A value as it stands in an attribute; none for null.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
