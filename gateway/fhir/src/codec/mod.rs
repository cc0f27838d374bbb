//! FHIR JSON and FHIR XML: from bytes to a tree whose every shape and primitive is right, and a view to read it by.
//!
//! No byte reaches the rest of the crate unchecked: [`json::read`] and [`xml::read`] bound and refuse what is neither,
//! [`structure::check`] refuses what is not FHIR R4, with the place of every finding.

pub(crate) mod contained;
pub(crate) mod element;
pub(crate) mod json;
pub(crate) mod primitive;
pub(crate) mod shape;
pub(crate) mod structure;
pub(crate) mod time;
pub(crate) mod xml;

pub(crate) use element::{Element, same_url, step};
