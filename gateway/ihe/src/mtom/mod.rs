//! MTOM/XOP packaging (RFC 2046, RFC 2387, XOP 1.0): a bounded reader, of a message that is whole or still coming in,
//! and the writer of the exact form.

mod arriving;
mod encoding;
mod headers;
mod read;
mod split;
#[cfg(test)]
mod tests;
mod write;
pub(crate) mod xop;

pub(crate) use arriving::{Opened, open};
pub use arriving::{Rest, Source, Unopened};
pub use read::{Package, Part, read};
pub use write::{Attachment, package};
pub(crate) use write::{Outbound, package_as, package_outbound};
