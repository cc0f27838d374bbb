//! XML as this gateway reads and writes it: one bounded document tree, one writer, one canonical form.
//!
//! [`parse`] accepts namespace-well-formed XML 1.0 in UTF-8 without a document type or processing
//! instructions, and checks its [`Limits`] while it reads, never afterwards.
//! [`c14n`] has the canonical forms that signatures are made over.

pub mod c14n;
pub mod cda;
mod characters;
mod dom;
mod error;
mod parse;
mod writer;

pub use dom::{Attribute, Declaration, Document, Element, Node};
pub use error::XmlError;
pub use parse::{Limits, parse};
pub use writer::Writer;

/// The namespace that the prefix `xml` is always bound to.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// The namespace of namespace declarations: no prefix may be bound to it.
pub const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";
