//! Writes XML that is well-formed whatever the values are.

use crate::characters::{is_char, is_ncname};
use crate::{Document, c14n};

/// Writes elements one after the other into a string.
///
/// Values are escaped; characters that XML 1.0 does not allow become U+FFFD. [`Writer::finish`] closes
/// what is still open. Names come from the program, never from a message.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    /// The qualified names of the open elements.
    open: Vec<String>,
    /// The names of the attributes so far, while the start tag is not yet closed.
    tag: Option<Vec<String>>,
}

impl Writer {
    /// A writer without XML declaration.
    pub fn new() -> Self {
        Writer::default()
    }

    /// A writer that begins with the XML declaration (version 1.0, UTF-8).
    pub fn with_declaration() -> Self {
        let out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        Writer { out, ..Writer::default() }
    }

    /// Opens an element; `name` is qualified (`soap:Body`). Prefixes are declared with
    /// [`Writer::attr`] (`xmlns:soap`).
    pub fn start(&mut self, name: &str) -> &mut Self {
        debug_assert!(is_qualified(name), "not a qualified name");
        self.close_tag();
        let name = sound_name(name);
        self.out.push('<');
        self.out.push_str(&name);
        self.open.push(name);
        self.tag = Some(Vec::new());
        self
    }

    /// Adds an attribute to the element just opened. After content, or when the name stands there already,
    /// nothing is written: that is a mistake of the program, which a debug build reports.
    pub fn attr(&mut self, name: &str, value: &str) -> &mut Self {
        debug_assert!(is_qualified(name), "not a qualified name");
        let name = sound_name(name);
        let fresh = self.tag.as_ref().is_some_and(|names| !names.contains(&name));
        debug_assert!(fresh, "an attribute after content, or twice");
        if let (true, Some(names)) = (fresh, self.tag.as_mut()) {
            self.out.push(' ');
            self.out.push_str(&name);
            self.out.push_str("=\"");
            escape(&mut self.out, value, true);
            self.out.push('"');
            names.push(name);
        }
        self
    }

    /// Adds an attribute if there is a value.
    pub fn attr_if(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Adds character data inside the innermost open element.
    pub fn text(&mut self, text: &str) -> &mut Self {
        debug_assert!(!self.open.is_empty(), "text outside an element");
        if !self.open.is_empty() && !text.is_empty() {
            self.close_tag();
            escape(&mut self.out, text, false);
        }
        self
    }

    /// Ends the start tag of the element just opened: even without content it will get an end tag, as HTML needs it.
    pub fn content(&mut self) -> &mut Self {
        self.close_tag();
        self
    }

    /// True while an element is open.
    pub fn is_inside(&self) -> bool {
        !self.open.is_empty()
    }

    /// Closes the innermost open element; without content it becomes an empty tag.
    pub fn end(&mut self) -> &mut Self {
        debug_assert!(!self.open.is_empty(), "nothing to close");
        if let Some(name) = self.open.pop() {
            if self.tag.take().is_some() {
                self.out.push_str("/>");
            } else {
                self.out.push_str("</");
                self.out.push_str(&name);
                self.out.push('>');
            }
        }
        self
    }

    /// Writes an element that holds text only.
    pub fn leaf(&mut self, name: &str, text: &str) -> &mut Self {
        self.start(name).text(text).end()
    }

    /// Writes an element whose content `inside` writes.
    pub fn element(&mut self, name: &str, inside: impl FnOnce(&mut Writer)) -> &mut Self {
        self.start(name);
        let depth = self.open.len();
        inside(self);
        while self.open.len() >= depth {
            self.end();
        }
        self
    }

    /// Copies a whole document (without its comments) as a child, in canonical form: a signature inside
    /// keeps its value. Documents above `limit` bytes in that form are left out and said so.
    ///
    /// # Errors
    /// [`c14n::TooLong`] when the copy would exceed `limit` bytes; nothing is written then.
    pub fn insert(&mut self, document: &Document, limit: usize) -> Result<&mut Self, c14n::TooLong> {
        let bytes = c14n::exclusive(document.root(), &[], None, limit)?;
        self.close_tag();
        self.out.push_str(&String::from_utf8_lossy(&bytes));
        Ok(self)
    }

    /// Closes everything and gives the text.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.out
    }

    fn close_tag(&mut self) {
        if self.tag.take().is_some() {
            self.out.push('>');
        }
    }
}

fn is_qualified(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_ncname(prefix) && is_ncname(local),
        None => is_ncname(name),
    }
}

/// The name itself, or one that keeps the output well-formed.
fn sound_name(name: &str) -> String {
    if is_qualified(name) { name.to_owned() } else { String::from("ill-named") }
}

/// Escapes so that a reader gets exactly this text back, line ends included.
fn escape(out: &mut String, text: &str, attribute: bool) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            '"' if attribute => out.push_str("&quot;"),
            '\t' if attribute => out.push_str("&#x9;"),
            '\n' if attribute => out.push_str("&#xA;"),
            c if is_char(c) => out.push(c),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

#[cfg(test)]
mod tests;
