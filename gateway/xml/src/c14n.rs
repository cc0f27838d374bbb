//! Canonical forms of one element or of a whole document: Exclusive XML Canonicalization 1.0 (W3C, 18 July 2002),
//! Canonical XML 1.0 and 1.1.
//!
//! [`exclusive`] is what an assertion is signed in; [`Method`] names any of them, as the signature of a submission
//! set does.

mod method;

pub use method::Method;

use std::collections::BTreeMap;
use std::fmt;

use crate::{Attribute, Element, Node};

/// The canonical form would exceed the caller's limit. It can be much longer than the document: a long
/// namespace name is written again on every sibling that uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("canonical form longer than the limit")
    }
}

impl std::error::Error for TooLong {}

/// The canonical form of `element` and everything below it, in UTF-8.
///
/// `prefixes` is the `InclusiveNamespaces` `PrefixList` (an empty string stands for `#default`): these are
/// written as inclusive canonicalization would, wherever they are in scope. `skip` is left out with all its
/// content (the enveloped signature). At most `limit` bytes are produced.
///
/// # Errors
/// [`TooLong`] when the form exceeds `limit` bytes.
pub fn exclusive(
    element: Element<'_>,
    prefixes: &[&str],
    skip: Option<Element<'_>>,
    limit: usize,
) -> Result<Vec<u8>, TooLong> {
    let mut form = Form { prefixes, skip, ..Form::new(element, limit) };
    form.within(element)?;
    Ok(form.out)
}

/// As [`exclusive`], with text in the place of some elements: what `instead` gives for one is written where it stands,
/// escaped as text, and the element is not. So is a message digested whose binary contents travel beside it (XOP §3.2).
///
/// # Errors
/// [`TooLong`] when the form exceeds `limit` bytes.
pub fn exclusive_with<'a>(
    element: Element<'a>,
    prefixes: &[&str],
    instead: &dyn Fn(Element<'a>) -> Option<String>,
    limit: usize,
) -> Result<Vec<u8>, TooLong> {
    let mut form = Form { prefixes, instead: Some(instead), ..Form::new(element, limit) };
    form.within(element)?;
    Ok(form.out)
}

/// One prefix and the namespace it is bound to; an empty namespace means none.
type Binding<'a> = (&'a str, &'a str);

struct Form<'a, 'p> {
    out: Vec<u8>,
    limit: usize,
    top: Element<'a>,
    /// Write every declaration in scope (Canonical XML), not only those visibly used.
    inclusive: bool,
    /// Write comments.
    comments: bool,
    /// Attributes in the namespace of `xml` that the top element takes from those around it (Canonical XML).
    inherited: Vec<Attribute<'a>>,
    prefixes: &'p [&'p str],
    skip: Option<Element<'p>>,
    /// Text in the place of an element.
    instead: Option<&'p dyn Fn(Element<'a>) -> Option<String>>,
    /// Declarations in scope, innermost last.
    scope: Vec<Binding<'a>>,
    /// Declarations written by the open elements, innermost last.
    rendered: Vec<Binding<'a>>,
}

impl<'a> Form<'a, '_> {
    fn new(top: Element<'a>, limit: usize) -> Self {
        Form {
            out: Vec::new(),
            limit,
            top,
            inclusive: false,
            comments: false,
            inherited: Vec::new(),
            prefixes: &[],
            skip: None,
            instead: None,
            scope: Vec::new(),
            rendered: Vec::new(),
        }
    }

    /// The element with the declarations of those around it in scope.
    fn within(&mut self, element: Element<'a>) -> Result<(), TooLong> {
        let mut ancestors: Vec<_> = std::iter::successors(element.parent(), |outer| outer.parent()).collect();
        ancestors.reverse();
        for ancestor in ancestors {
            self.enter(ancestor);
        }
        self.element(element)
    }

    fn enter(&mut self, element: Element<'a>) {
        self.scope.extend(element.declarations().map(|found| (found.prefix, found.namespace)));
    }

    // Recursion is as deep as the document, which the parser has bounded.
    fn element(&mut self, element: Element<'a>) -> Result<(), TooLong> {
        if self.skip.is_some_and(|skip| skip.same(element)) {
            return Ok(());
        }
        if let Some(text) = self.instead.and_then(|instead| instead(element)) {
            return self.escaped(&text, false);
        }
        let (outer_scope, outer_rendered) = (self.scope.len(), self.rendered.len());
        self.enter(element);
        self.start_tag(element)?;
        for node in element.nodes() {
            match node {
                Node::Element(child) => self.element(child)?,
                Node::Text(text) => self.escaped(text, false)?,
                Node::Comment(text) if self.comments => self.comment(text)?,
                Node::Comment(_) => {}
            }
        }
        self.write("</")?;
        self.name(element.prefix(), element.name())?;
        self.write(">")?;
        self.scope.truncate(outer_scope);
        self.rendered.truncate(outer_rendered);
        Ok(())
    }

    fn start_tag(&mut self, element: Element<'a>) -> Result<(), TooLong> {
        self.write("<")?;
        self.name(element.prefix(), element.name())?;
        for (prefix, namespace) in self.due(element) {
            self.write(if prefix.is_empty() { " xmlns" } else { " xmlns:" })?;
            self.write(prefix)?;
            self.value(namespace)?;
            self.rendered.push((prefix, namespace));
        }
        let mut attributes: Vec<Attribute<'a>> = element.attributes().collect();
        if element.same(self.top) {
            attributes.append(&mut self.inherited);
        }
        attributes.sort_by_key(|attribute| (attribute.namespace, attribute.name));
        for attribute in attributes {
            self.write(" ")?;
            self.name(attribute.prefix, attribute.name)?;
            self.value(attribute.value)?;
        }
        self.write(">")
    }

    /// The declarations that this element must carry, by prefix: those of the prefixes that it or its
    /// attributes use, and of the inclusive ones, as far as no open element wrote the same. An inclusive
    /// prefix can only be due at the top or where it is declared: everywhere else the parent wrote it.
    fn due(&self, element: Element<'a>) -> BTreeMap<&'a str, &'a str> {
        let attributes = element.attributes().map(|attribute| attribute.prefix);
        let used = std::iter::once(element.prefix()).chain(attributes.filter(|prefix| !prefix.is_empty()));
        let changed = if element.same(self.top) {
            0
        } else {
            self.scope.len().saturating_sub(element.declarations().count())
        };
        let inclusive = self.scope.iter().skip(changed).map(|(prefix, _)| *prefix);
        let inclusive = inclusive.filter(|prefix| self.inclusive || self.prefixes.contains(prefix));
        used.chain(inclusive)
            .filter(|prefix| *prefix != "xml")
            .filter_map(|prefix| {
                let wanted = bound(&self.scope, prefix);
                (bound(&self.rendered, prefix) != wanted).then_some((prefix, wanted))
            })
            .collect()
    }

    fn comment(&mut self, text: &str) -> Result<(), TooLong> {
        self.write("<!--")?;
        self.returns_escaped(text)?;
        self.write("-->")
    }

    /// A comment or an instruction: only a carriage return is escaped.
    fn returns_escaped(&mut self, text: &str) -> Result<(), TooLong> {
        for (number, piece) in text.split('\r').enumerate() {
            if number > 0 {
                self.write("&#xD;")?;
            }
            self.write(piece)?;
        }
        Ok(())
    }

    fn name(&mut self, prefix: &str, name: &str) -> Result<(), TooLong> {
        if !prefix.is_empty() {
            self.write(prefix)?;
            self.write(":")?;
        }
        self.write(name)
    }

    fn value(&mut self, value: &str) -> Result<(), TooLong> {
        self.write("=\"")?;
        self.escaped(value, true)?;
        self.write("\"")
    }

    /// XML Canonicalization 1.0 §2.3: what is escaped in values and in text.
    fn escaped(&mut self, text: &str, attribute: bool) -> Result<(), TooLong> {
        let mut rest = text;
        let special: &[char] =
            if attribute { &['&', '<', '"', '\t', '\n', '\r'] } else { &['&', '<', '>', '\r'] };
        while let Some((plain, found)) = rest.find(special).map(|at| rest.split_at(at)) {
            self.write(plain)?;
            let mut characters = found.chars();
            self.write(match characters.next() {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('"') => "&quot;",
                Some('\t') => "&#x9;",
                Some('\n') => "&#xA;",
                _ => "&#xD;",
            })?;
            rest = characters.as_str();
        }
        self.write(rest)
    }

    fn write(&mut self, text: &str) -> Result<(), TooLong> {
        if self.out.len().saturating_add(text.len()) > self.limit {
            return Err(TooLong);
        }
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// What a prefix is bound to by the innermost declaration; nothing and the empty namespace are the same.
fn bound<'a>(bindings: &[Binding<'a>], prefix: &str) -> &'a str {
    bindings.iter().rev().find(|(known, _)| *known == prefix).map_or("", |(_, namespace)| namespace)
}

#[cfg(test)]
mod against_libxml2;
#[cfg(test)]
mod tests;
