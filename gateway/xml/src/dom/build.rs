//! Builds the arena from the events of the tokeniser and resolves namespaces on the way.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::{
    AttributeRecord, DeclarationRecord, Document, ElementRecord, Kind, NodeRecord, OutsideRecord, Span, tag,
};
use crate::characters::{attribute_value, split_name};
use crate::{Limits, XML_NAMESPACE, XMLNS_NAMESPACE, XmlError};

/// Namespace declarations in scope at once: bounds the cost of resolving one prefix.
const SCOPE: usize = 256;

/// Nesting allowed whatever the limits say: readers of the tree may recurse.
const DEEPEST: usize = 512;

/// A document being read.
pub(crate) struct Builder<'l> {
    limits: &'l Limits,
    document: Document,
    open: Vec<Open>,
    scope: Vec<DeclarationRecord>,
    xml: Span,
    /// How often a name stood under a parent (by node index and hash of the name), and where first.
    seen: HashMap<(u32, u64), (u32, usize)>,
    hasher: RandomState,
}

struct Open {
    node: u32,
    /// Length of `scope` outside this element.
    scope: usize,
}

/// The attributes of one tag before the prefixes are resolved.
struct Pending<'a> {
    prefix: &'a str,
    name: &'a str,
    value: Span,
}

impl<'l> Builder<'l> {
    /// An empty document; `expected` is the size of the input in bytes.
    pub(crate) fn new(expected: usize, limits: &'l Limits) -> Self {
        let mut document = Document {
            pool: String::with_capacity(expected.saturating_add(XML_NAMESPACE.len())),
            nodes: Vec::new(),
            elements: Vec::new(),
            attributes: Vec::new(),
            declarations: Vec::new(),
            outside: Vec::new(),
        };
        let xml = document.keep(XML_NAMESPACE);
        let (seen, hasher) = (HashMap::new(), RandomState::new());
        Builder { limits, document, open: Vec::new(), scope: Vec::new(), xml, seen, hasher }
    }

    /// True before the root element starts and after it ends.
    pub(crate) fn is_outside(&self) -> bool {
        self.open.is_empty()
    }

    /// True before the root element starts.
    pub(crate) fn is_before_root(&self) -> bool {
        self.document.elements.is_empty()
    }

    /// A start tag: its name, what stands after the name, and its offset for error texts.
    pub(crate) fn start(&mut self, name: &str, raw: &str, offset: usize) -> Result<(), XmlError> {
        if self.open.is_empty() && !self.document.nodes.is_empty() {
            return Err(XmlError::Trailing);
        }
        if self.open.len() >= self.limits.depth.min(DEEPEST) {
            return Err(XmlError::TooDeep);
        }
        let scope = self.scope.len();
        let first_declaration = self.document.declarations.len();
        let mut pending: Vec<Pending<'_>> = Vec::new();
        let malformed = XmlError::Malformed { offset };
        tag::attributes(raw, self.limits.attributes, malformed, |name, raw| {
            let (prefix, local) = split_name(name)?;
            let value = attribute_value(raw)?;
            match (prefix, local) {
                ("", "xmlns") => self.declare("", &value, scope),
                ("xmlns", local) => self.declare(local, &value, scope),
                _ => {
                    let value = self.document.keep(&value);
                    pending.push(Pending { prefix, name: local, value });
                    Ok(())
                }
            }
        })?;
        let (prefix, local) = split_name(name)?;
        let namespace = self.resolve(prefix)?;
        let attributes = self.attributes(&pending)?;
        let index = self.node(Kind::Element(count(&self.document.elements)))?;
        let parent = self.open.last().map_or(index, |open| open.node);
        let (position, repeats) = self.position(parent, namespace, local);
        let record = ElementRecord {
            prefix: self.document.keep(prefix),
            name: self.document.keep(local),
            namespace,
            attributes,
            declarations: (narrow(first_declaration), count(&self.document.declarations)),
            position,
            repeats,
        };
        self.document.elements.push(record);
        self.open.push(Open { node: index, scope });
        Ok(())
    }

    /// An end tag. The tokeniser has checked that it closes the innermost element.
    pub(crate) fn end(&mut self) {
        let end = count(&self.document.nodes);
        if let Some(open) = self.open.pop() {
            self.scope.truncate(open.scope);
            if let Some(node) = self.document.nodes.get_mut(open.node as usize) {
                node.end = end;
            }
        }
    }

    /// Character data, references resolved and line ends normalised.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), XmlError> {
        let Some(parent) = self.open.last().map(|open| open.node) else { return Err(XmlError::Trailing) };
        if text.is_empty() {
            return Ok(());
        }
        let span = self.document.keep(text);
        if let Some(NodeRecord { parent: before, kind: Kind::Text(last), .. }) =
            self.document.nodes.last_mut()
            && *before == parent
            && last.end == span.start
        {
            last.end = span.end;
            return Ok(());
        }
        self.node(Kind::Text(span)).map(drop)
    }

    /// A comment; outside the root element it is no node of the tree.
    pub(crate) fn comment(&mut self, text: &str) -> Result<(), XmlError> {
        if self.open.is_empty() {
            return self.outside(None, text);
        }
        let span = self.document.keep(text);
        self.node(Kind::Comment(span)).map(drop)
    }

    /// A processing instruction outside the root element.
    pub(crate) fn instruction(&mut self, target: &str, data: &str) -> Result<(), XmlError> {
        self.outside(Some(target), data)
    }

    fn outside(&mut self, target: Option<&str>, text: &str) -> Result<(), XmlError> {
        if self.document.outside.len() >= self.limits.nodes {
            return Err(XmlError::TooManyNodes);
        }
        let target = target.map(|target| self.document.keep(target));
        let text = self.document.keep(text);
        let before_root = self.is_before_root();
        self.document.outside.push(OutsideRecord { before_root, target, text });
        Ok(())
    }

    /// The document, at the end of the input.
    pub(crate) fn finish(self, offset: usize) -> Result<Document, XmlError> {
        match (self.open.is_empty(), self.document.nodes.is_empty()) {
            (false, _) => Err(XmlError::Malformed { offset }),
            (true, true) => Err(XmlError::NoRoot),
            (true, false) => Ok(self.document),
        }
    }

    fn node(&mut self, kind: Kind) -> Result<u32, XmlError> {
        if self.document.nodes.len() >= self.limits.nodes {
            return Err(XmlError::TooManyNodes);
        }
        let index = count(&self.document.nodes);
        let parent = self.open.last().map_or(index, |open| open.node);
        self.document.nodes.push(NodeRecord { parent, end: index.saturating_add(1), kind });
        Ok(index)
    }

    /// Namespaces in XML 1.0 §2.2, §3 and §5: what may be declared.
    fn declare(&mut self, prefix: &str, namespace: &str, outer: usize) -> Result<(), XmlError> {
        let is_xml = namespace == XML_NAMESPACE;
        if prefix == "xmlns" || namespace == XMLNS_NAMESPACE || (prefix == "xml") != is_xml {
            return Err(XmlError::ForbiddenDeclaration);
        }
        if namespace.is_empty() && !prefix.is_empty() {
            return Err(XmlError::ForbiddenDeclaration);
        }
        let document = &self.document;
        if self.scope.iter().skip(outer).any(|known| document.str(known.prefix) == prefix) {
            return Err(XmlError::DuplicateAttribute);
        }
        if self.scope.len() >= SCOPE {
            return Err(XmlError::TooManyNamespaces);
        }
        let record = DeclarationRecord {
            prefix: self.document.keep(prefix),
            namespace: self.document.keep(namespace),
        };
        self.document.declarations.push(record);
        self.scope.push(record);
        Ok(())
    }

    fn resolve(&self, prefix: &str) -> Result<Span, XmlError> {
        let document = &self.document;
        match self.scope.iter().rev().find(|known| document.str(known.prefix) == prefix) {
            Some(known) => Ok(known.namespace),
            None if prefix.is_empty() => Ok(Span::default()),
            None if prefix == "xml" => Ok(self.xml),
            None => Err(XmlError::UndeclaredPrefix),
        }
    }

    fn attributes(&mut self, pending: &[Pending<'_>]) -> Result<(u32, u32), XmlError> {
        let first = self.document.attributes.len();
        for Pending { prefix, name, value } in pending {
            // The default namespace does not apply to attributes.
            let namespace = if prefix.is_empty() { Span::default() } else { self.resolve(prefix)? };
            let document = &self.document;
            let twice = document.attributes.iter().skip(first).any(|known| {
                document.str(known.name) == *name && document.str(known.namespace) == document.str(namespace)
            });
            if twice {
                return Err(XmlError::DuplicateAttribute);
            }
            let (prefix, name) = (self.document.keep(prefix), self.document.keep(name));
            self.document.attributes.push(AttributeRecord { prefix, name, namespace, value: *value });
        }
        Ok((narrow(first), count(&self.document.attributes)))
    }

    /// The position among siblings of the same expanded name; the first one learns of the second.
    fn position(&mut self, parent: u32, namespace: Span, name: &str) -> (u32, bool) {
        let hash = self.hasher.hash_one((self.document.str(namespace), name));
        let this = self.document.elements.len();
        let (seen, first) = self.seen.entry((parent, hash)).or_insert((0, this));
        *seen = seen.saturating_add(1);
        if *seen == 2
            && let Some(first) = self.document.elements.get_mut(*first)
        {
            first.repeats = true;
        }
        (*seen, *seen > 1)
    }
}

impl Document {
    fn keep(&mut self, text: &str) -> Span {
        let start = narrow(self.pool.len());
        self.pool.push_str(text);
        Span { start, end: narrow(self.pool.len()) }
    }
}

fn count<T>(items: &[T]) -> u32 {
    narrow(items.len())
}

/// The input is at most [`super::MAXIMUM`] bytes and nothing in the arena outgrows it.
fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
