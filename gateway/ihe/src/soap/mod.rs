//! SOAP 1.2 with WS-Addressing: opening a request, writing an answer, a fault or a client's request.

mod addressing;
mod charset;
mod envelope;
mod fault;
mod media_type;
pub mod names;
#[cfg(test)]
mod tests;
mod version;
mod write;

pub use envelope::{Envelope, open, receive};
pub use fault::{Fault, FaultCode};
pub use media_type::MediaType;
pub use version::Version;
pub use write::{Message, fault, message, request_envelope};
pub(crate) use write::{answer, answer_with};
