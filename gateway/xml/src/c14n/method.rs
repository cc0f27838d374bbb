//! A canonicalization by the name that a signature gives it, of an element or of a whole document.

use super::{Form, TooLong};
use crate::dom::Outside;
use crate::{Attribute, Document, Element, XML_NAMESPACE};

const COMMENTS: &str = "WithComments";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Canonical XML 1.0.
    Inclusive,
    /// Canonical XML 1.1.
    Inclusive11,
    /// Exclusive XML Canonicalization 1.0, without inclusive prefixes.
    Exclusive,
}

/// A canonicalization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    kind: Kind,
    comments: bool,
}

impl Method {
    /// Canonical XML 1.0 without comments: what is digested where a signature names no method (XML Signature
    /// §4.4.3.2).
    pub const IMPLIED: Method = Method { kind: Kind::Inclusive, comments: false };

    /// The method of an algorithm identifier; `None` for any other.
    pub fn named(uri: &str) -> Option<Self> {
        let (uri, comments) = match uri.strip_suffix(COMMENTS) {
            Some(uri) => (uri.strip_suffix('#').filter(|uri| !uri.ends_with('#')).unwrap_or(uri), true),
            None => (uri, false),
        };
        let kind = match uri {
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => Kind::Inclusive,
            "http://www.w3.org/2006/12/xml-c14n11" => Kind::Inclusive11,
            // The identifier of exclusive canonicalization ends with `#` itself.
            "http://www.w3.org/2001/10/xml-exc-c14n#" if !comments => Kind::Exclusive,
            "http://www.w3.org/2001/10/xml-exc-c14n" if comments => Kind::Exclusive,
            _ => return None,
        };
        Some(Method { kind, comments })
    }

    /// The canonical form of an element and everything below it, in UTF-8, `limit` bytes at most.
    ///
    /// # Errors
    /// [`TooLong`] when the form exceeds `limit` bytes.
    pub fn element(self, element: Element<'_>, limit: usize) -> Result<Vec<u8>, TooLong> {
        let mut form = self.form(element, limit);
        form.inherited = self.inherited(element);
        form.within(element)?;
        Ok(form.out)
    }

    /// The canonical form of a whole document: its element, and the instructions and comments around it.
    ///
    /// # Errors
    /// [`TooLong`] when the form exceeds `limit` bytes.
    pub fn document(self, document: &Document, limit: usize) -> Result<Vec<u8>, TooLong> {
        let mut form = self.form(document.root(), limit);
        for outside in document.before() {
            if form.outside(outside)? {
                form.write("\n")?;
            }
        }
        form.within(document.root())?;
        for outside in document.after() {
            if form.comments || matches!(outside, Outside::Instruction(..)) {
                form.write("\n")?;
                form.outside(outside)?;
            }
        }
        Ok(form.out)
    }

    fn form<'a>(self, top: Element<'a>, limit: usize) -> Form<'a, 'a> {
        Form { inclusive: self.kind != Kind::Exclusive, comments: self.comments, ..Form::new(top, limit) }
    }

    /// Canonical XML 1.0 §2.4: the nearest of each attribute of `xml` around the element that it does not have
    /// itself; 1.1 takes `lang` and `space` only.
    fn inherited(self, element: Element<'_>) -> Vec<Attribute<'_>> {
        let mut found: Vec<Attribute<'_>> = Vec::new();
        if self.kind == Kind::Exclusive {
            return found;
        }
        for outer in std::iter::successors(element.parent(), |outer| outer.parent()) {
            for attribute in outer.attributes().filter(|one| one.namespace == XML_NAMESPACE) {
                let taken = self.kind == Kind::Inclusive || matches!(attribute.name, "lang" | "space");
                let own = element.attribute_ns(XML_NAMESPACE, attribute.name).is_some();
                if taken && !own && !found.iter().any(|known| known.name == attribute.name) {
                    found.push(attribute);
                }
            }
        }
        found
    }
}

impl Form<'_, '_> {
    /// Writes what stands outside the root; false for a comment that is left out.
    fn outside(&mut self, outside: Outside<'_>) -> Result<bool, TooLong> {
        match outside {
            Outside::Comment(_) if !self.comments => return Ok(false),
            Outside::Comment(text) => self.comment(text)?,
            Outside::Instruction(target, data) => {
                self.write("<?")?;
                self.write(target)?;
                if !data.is_empty() {
                    self.write(" ")?;
                    self.returns_escaped(data)?;
                }
                self.write("?>")?;
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
