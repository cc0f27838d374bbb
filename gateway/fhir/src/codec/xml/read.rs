//! From bytes to the tree: names are looked up in the model, so that numbers, booleans and lists become what they
//! are in JSON. What only XML can get wrong is told here; everything else by the structural check of the tree.

use ::xml::{Document, Element, Limits as XmlLimits, Node, parse};
use model::{Finding, Location, Rule};
use serde_json::{Map, Number, Value};

use super::{FHIR, SCHEMA_INSTANCE, XHTML, is_attribute, narrative};
use crate::Limits;
use crate::codec::json::unreadable;
use crate::codec::primitive::Primitive;
use crate::codec::shape::{self, Kind, Shape};
use crate::codec::structure::{MOST, does_not_exist, join};

/// What was read.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The resource as JSON would have given it.
    pub(crate) value: Value,
    /// What is wrong with the XML of it, at places that resolve in the resource.
    pub(crate) findings: Vec<Finding>,
}

/// Reads one resource. Comments, instructions before the root and `xsi:schemaLocation` are read past; the order of
/// elements does not count.
///
/// # Errors
///
/// Rule B1 for what is no XML that this gateway reads: the limit, or what the syntax lacks, never content.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Tree, Finding> {
    let document = document(bytes, limits)?;
    let root = document.root();
    let mut reading = Reading { findings: Vec::new() };
    let path = if shape::is_resource(root.name()) { root.name() } else { "" };
    let value = reading.resource(root, path);
    Ok(Tree { value, findings: reading.findings })
}

/// Reads well-formed XML, whatever it says.
///
/// # Errors
///
/// Rule B1, as [`read()`].
pub(crate) fn document(bytes: &[u8], limits: &Limits) -> Result<Document, Finding> {
    let limits = XmlLimits {
        bytes: limits.bytes,
        depth: limits.depth,
        // White space before and behind each element is a node as well.
        nodes: limits.nodes.saturating_mul(3),
        skip_prolog_instructions: true,
        ..XmlLimits::default()
    };
    parse(bytes, &limits).map_err(|error| {
        let (fr, en) = error.detail();
        unreadable(fr, en)
    })
}

/// What stands inside an element, as the members of one of this kind; `None` if some of it is not of the model.
pub(crate) fn members(inside: Element<'_>, kind: &str) -> Option<Map<String, Value>> {
    let mut reading = Reading { findings: Vec::new() };
    let mut members = Map::new();
    reading.children(inside, kind, kind, &mut members);
    reading.findings.is_empty().then_some(members)
}

/// True if this is well-formed XML whose root is in FHIR's namespace.
pub fn is_fhir(bytes: &[u8]) -> bool {
    let limits = XmlLimits {
        bytes: bytes.len(),
        nodes: Limits::default().nodes.saturating_mul(3),
        skip_prolog_instructions: true,
        ..XmlLimits::default()
    };
    parse(bytes, &limits).is_ok_and(|document| document.root().namespace() == FHIR)
}

struct Reading {
    findings: Vec<Finding>,
}

/// The elements of one name below one element.
struct Group<'d> {
    name: &'d str,
    shape: Shape,
    elements: Vec<Element<'d>>,
}

impl Reading {
    fn tell(&mut self, path: &str, fr: impl Into<String>, en: impl Into<String>) {
        if self.findings.len() < MOST {
            let at = match path {
                "" => Location::Whole,
                path => Location::FhirPath(path.to_owned()),
            };
            self.findings.push(Finding::new(Rule::MetadataIsWellFormed).at(at).detail(fr, en));
        }
    }

    fn resource(&mut self, element: Element<'_>, path: &str) -> Value {
        let mut members = Map::new();
        members.insert("resourceType".into(), Value::String(element.name().to_owned()));
        if element.namespace() != FHIR {
            self.tell(
                path,
                "la ressource n'est pas dans l'espace de noms http://hl7.org/fhir",
                "the resource is not in the namespace http://hl7.org/fhir",
            );
        } else if shape::is_resource(element.name()) {
            self.attributes(element, |_| false, path);
            self.children(element, element.name(), path, &mut members);
        }
        Value::Object(members)
    }

    /// The attributes of an element that the model has; another one is told.
    fn attributes(&mut self, element: Element<'_>, known: impl Fn(&str) -> bool, path: &str) {
        for attribute in element.attributes() {
            let of_schema = attribute.namespace == SCHEMA_INSTANCE
                && matches!(attribute.name, "schemaLocation" | "noNamespaceSchemaLocation");
            let of_model = attribute.namespace.is_empty() && known(attribute.name);
            if !of_schema && !of_model {
                let (fr, en) = does_not_exist("attribut", "attribute", attribute.name);
                self.tell(path, fr, en);
            }
        }
    }

    /// What stands below an element of this kind, as members.
    fn children(&mut self, element: Element<'_>, kind: &str, path: &str, members: &mut Map<String, Value>) {
        for group in self.groups(element, kind, path) {
            let below = join(path, shape::choice(kind, group.name).unwrap_or(group.name));
            match (&group.shape.kind, group.shape.many) {
                (Kind::Primitive(kind), many) => self.primitives(&group, (*kind, many), &below, members),
                (Kind::Complex(_) | Kind::Resource, true) => {
                    let items = group.elements.iter().enumerate();
                    let items = items.map(|(index, item)| {
                        self.item(*item, &group.shape.kind, &format!("{below}[{index}]"))
                    });
                    let items = Value::Array(items.collect());
                    members.insert(group.name.to_owned(), items);
                }
                (Kind::Complex(_) | Kind::Resource, false) => {
                    if let Some(first) = self.only(&group, &below) {
                        let item = self.item(first, &group.shape.kind, &below);
                        members.insert(group.name.to_owned(), item);
                    }
                }
            }
        }
    }

    /// The child elements that the model has, by name in the order in which each comes first.
    fn groups<'d>(&mut self, element: Element<'d>, kind: &str, path: &str) -> Vec<Group<'d>> {
        let mut groups: Vec<Group<'d>> = Vec::new();
        for node in element.nodes() {
            let child = match node {
                Node::Element(child) => child,
                Node::Comment(_) => continue,
                Node::Text(text) => {
                    if !text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
                        self.tell(
                            path,
                            "du texte figure entre les éléments : une valeur est un attribut « value »",
                            "there is text between the elements: a value is an attribute \"value\"",
                        );
                    }
                    continue;
                }
            };
            let name = child.name();
            let namespace = if (kind, name) == ("Narrative", "div") { XHTML } else { FHIR };
            if child.namespace() != namespace {
                self.tell(
                    path,
                    format!("un élément n'est pas dans l'espace de noms {namespace}"),
                    format!("an element is not in the namespace {namespace}"),
                );
                continue;
            }
            if let Some(group) = groups.iter_mut().find(|group| group.name == name) {
                group.elements.push(child);
                continue;
            }
            match shape::shape(kind, name).filter(|_| !is_attribute(kind, name)) {
                Some(shape) => groups.push(Group { name, shape, elements: vec![child] }),
                None => {
                    let (fr, en) = does_not_exist("élément", "element", name);
                    self.tell(path, fr, en);
                }
            }
        }
        groups
    }

    /// The first element of what does not repeat.
    fn only<'d>(&mut self, group: &Group<'d>, path: &str) -> Option<Element<'d>> {
        if group.elements.len() > 1 {
            self.tell(path, "une seule valeur est attendue", "expected one value");
        }
        group.elements.first().copied()
    }

    fn item(&mut self, element: Element<'_>, kind: &Kind, path: &str) -> Value {
        let mut members = Map::new();
        match kind {
            Kind::Complex(kind) => {
                self.attributes(element, |name| is_attribute(kind, name), path);
                for name in ["id", "url"].iter().filter(|name| is_attribute(kind, name)) {
                    if let Some(value) = element.attribute(name) {
                        members.insert((*name).to_owned(), Value::String(value.to_owned()));
                    }
                }
                self.children(element, kind, path, &mut members);
            }
            Kind::Resource => {
                self.attributes(element, |_| false, path);
                let mut inside = element.children();
                if let (Some(resource), None) = (inside.next(), inside.next()) {
                    return self.resource(resource, path);
                }
                self.tell(path, "une ressource, et une seule, est attendue", "expected one resource");
            }
            Kind::Primitive(_) => {}
        }
        Value::Object(members)
    }

    /// The values of one name, and beside them (`_name`) their ids and extensions.
    fn primitives(
        &mut self,
        group: &Group<'_>,
        (kind, many): (Primitive, bool),
        path: &str,
        members: &mut Map<String, Value>,
    ) {
        let partner_name = format!("_{}", group.name);
        if !many {
            let Some(only) = self.only(group, path) else { return };
            let (value, partner) = self.primitive(only, kind, path);
            for (name, value) in [(group.name.to_owned(), value), (partner_name, partner)] {
                if !value.is_null() {
                    members.insert(name, value);
                }
            }
            return;
        }
        let read = group.elements.iter().enumerate();
        let read = read.map(|(index, item)| self.primitive(*item, kind, &format!("{path}[{index}]")));
        let (values, partners): (Vec<Value>, Vec<Value>) = read.unzip();
        for (name, list) in [(group.name.to_owned(), values), (partner_name, partners)] {
            if !list.iter().all(Value::is_null) {
                members.insert(name, Value::Array(list));
            }
        }
    }

    /// A value, and its id and extensions; null where there is none. One that has nothing is an empty text, which no
    /// primitive is.
    fn primitive(&mut self, element: Element<'_>, kind: Primitive, path: &str) -> (Value, Value) {
        if element.namespace() == XHTML {
            return (Value::String(narrative::text(element)), Value::Null);
        }
        self.attributes(element, |name| matches!(name, "id" | "value"), path);
        let mut partner = Map::new();
        if let Some(id) = element.attribute("id") {
            partner.insert("id".into(), Value::String(id.to_owned()));
        }
        self.children(element, "string", path, &mut partner);
        match (element.attribute("value"), partner.is_empty()) {
            (Some(text), true) => (typed(kind, text), Value::Null),
            (Some(text), false) => (typed(kind, text), Value::Object(partner)),
            (None, false) => (Value::Null, Value::Object(partner)),
            (None, true) => (Value::String(String::new()), Value::Null),
        }
    }
}

/// The value as JSON has it. A text that is no number or boolean where one is expected stays a text: the structural
/// check tells it as it does of JSON.
fn typed(kind: Primitive, text: &str) -> Value {
    let typed = match kind {
        Primitive::Boolean => text.parse().ok().map(Value::Bool),
        Primitive::Integer | Primitive::UnsignedInt | Primitive::PositiveInt | Primitive::Decimal => {
            // `from_str` of a number reads past white space, FHIR does not.
            text.trim().eq(text).then(|| text.parse::<Number>().ok().map(Value::Number)).flatten()
        }
        Primitive::Text
        | Primitive::Code
        | Primitive::Id
        | Primitive::Uri
        | Primitive::Oid
        | Primitive::Uuid
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::Instant
        | Primitive::Time
        | Primitive::Base64 => None,
    };
    typed.unwrap_or_else(|| Value::String(text.to_owned()))
}
