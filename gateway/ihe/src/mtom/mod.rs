//! MTOM/XOP packaging (RFC 2046, RFC 2387, XOP 1.0): a bounded reader whose parts are slices of the message,
//! and the writer of the exact form.

mod encoding;
mod headers;
mod read;
#[cfg(test)]
mod tests;
mod write;
pub(crate) mod xop;

pub use read::{Package, Part, read};
pub(crate) use write::package_as;
pub use write::{Attachment, package};
