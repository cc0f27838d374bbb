//! Reads bytes into a [`Document`], with every limit checked before memory is spent.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesPI, Event};

use crate::characters::{is_char, is_space, resolve};
use crate::dom::{Builder, Document};
use crate::{XmlError, dom};

/// How much of a document is read before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole document.
    pub bytes: usize,
    /// Nesting of elements; the root is level 1. Never more than 512.
    pub depth: usize,
    /// Elements, texts and comments together.
    pub nodes: usize,
    /// Attributes and namespace declarations on one element.
    pub attributes: usize,
    /// Skip processing instructions before the root (`xml-stylesheet` of a CDA) instead of refusing them.
    pub skip_prolog_instructions: bool,
}

impl Default for Limits {
    /// 4 MiB, 64 levels, 200 000 nodes, 64 attributes on one element, no processing instruction.
    fn default() -> Self {
        Limits { bytes: 4 << 20, depth: 64, nodes: 200_000, attributes: 64, skip_prolog_instructions: false }
    }
}

/// Reads one XML 1.0 document in UTF-8 (a byte order mark is accepted), namespaces resolved.
///
/// # Errors
/// Anything [`XmlError`] names; the first one met ends the reading.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, XmlError> {
    if bytes.len() > limits.bytes.min(dom::MAXIMUM) {
        return Err(XmlError::TooLarge);
    }
    let text = decode(bytes)?;
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_comments = true;
    config.check_end_names = true;
    config.expand_empty_elements = false;
    let mut builder = Builder::new(text.len(), limits);
    let mut first = true;
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        let malformed = XmlError::Malformed { offset: before };
        let event = reader.read_event().map_err(|_| malformed)?;
        match event {
            Event::Decl(declaration) if first => check_declaration(&declaration)?,
            Event::PI(found) if limits.skip_prolog_instructions && builder.is_before_root() => {
                let (target, data) = instruction(&found);
                builder.instruction(target, &data)?;
            }
            Event::Decl(_) | Event::PI(_) => return Err(XmlError::ProcessingInstruction),
            Event::DocType(_) => return Err(XmlError::Doctype),
            Event::Start(tag) => builder.start(tag.name().0, tag.attributes_raw(), before)?,
            Event::Empty(tag) => {
                builder.start(tag.name().0, tag.attributes_raw(), before)?;
                builder.end();
            }
            Event::End(_) => builder.end(),
            Event::Comment(comment) => builder.comment(&comment.xml10_content())?,
            Event::GeneralRef(reference) => {
                let mut buffer = [0; 4];
                builder.text(resolve(&reference)?.encode_utf8(&mut buffer))?;
            }
            Event::CData(data) => builder.text(&data.xml10_content())?,
            Event::Text(text) if builder.is_outside() => {
                if !text.chars().all(is_space) {
                    return Err(XmlError::Trailing);
                }
            }
            Event::Text(text) if text.contains("]]>") => return Err(malformed),
            Event::Text(text) => builder.text(&text.xml10_content())?,
            Event::Eof => return builder.finish(before),
        }
        first = false;
    }
}

/// Target and data of a processing instruction, line ends normalised.
fn instruction<'e>(found: &'e BytesPI<'_>) -> (&'e str, Cow<'e, str>) {
    let text: &str = found;
    let (target, data) = text.split_once(is_space).unwrap_or((text, ""));
    let data = data.trim_start_matches(is_space);
    let ends = data.replace("\r\n", "\n").replace('\r', "\n");
    (target, if ends == data { Cow::Borrowed(data) } else { Cow::Owned(ends) })
}

/// The text behind the bytes: UTF-8 only, every character one that XML allows.
fn decode(bytes: &[u8]) -> Result<&str, XmlError> {
    let start = bytes.get(..4).unwrap_or(bytes);
    if start.starts_with(&[0xFE, 0xFF]) || start.starts_with(&[0xFF, 0xFE]) || start.contains(&0) {
        return Err(XmlError::Utf16);
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // ISO-8859-1 with an honest declaration deserves the reason that helps.
        Err(error) => return Err(declared_otherwise(bytes, error.valid_up_to())),
    };
    if text.chars().all(is_char) { Ok(text) } else { Err(XmlError::IllegalCharacter) }
}

fn declared_otherwise(bytes: &[u8], valid: usize) -> XmlError {
    let head = bytes.get(..valid).and_then(|head| std::str::from_utf8(head).ok()).unwrap_or("");
    let mut reader = Reader::from_str(head);
    match reader.read_event() {
        Ok(Event::Decl(declaration)) => check_declaration(&declaration).err().unwrap_or(XmlError::NotUtf8),
        _ => XmlError::NotUtf8,
    }
}

fn check_declaration(declaration: &BytesDecl<'_>) -> Result<(), XmlError> {
    match declaration.version() {
        Ok(version) if version == "1.0" => {}
        _ => return Err(XmlError::OtherVersion),
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => Ok(()),
        Some(_) => Err(XmlError::OtherEncoding),
    }
}

#[cfg(test)]
mod tests;
