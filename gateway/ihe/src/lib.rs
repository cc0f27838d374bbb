//! The XDS.b door: SOAP 1.2, MTOM/XOP and ebRIM 3.0 on one side, the model and the journey on the other; beside it
//! the two services of the DMP that a reader needs first ([`dmp`]).
//!
//! [`open`] reads an envelope and nothing of its business: packaging, addressing, action. Who is calling is
//! proved next, by the server, from the client certificate and the VIHF assertion ([`vihf`]). [`respond`]
//! then answers the transaction; it never fails, faults are answers too.
//!
//! IHE ITI TF-2 §3.18, §3.41, §3.43 and appendix V; TF-3 §4; decision-order 0.3 for the wire forms.

pub mod dmp;
mod ebrim;
pub mod iti18;
pub mod iti20;
pub mod iti41;
pub mod iti42;
pub mod iti43;
pub mod iti57;
pub mod iti61;
pub mod iti62;
pub mod iti86;
pub mod mtom;
mod registration;
pub mod registry;
pub mod soap;
mod transaction;
pub mod vihf;
pub mod wsdl;

#[cfg(test)]
mod public_samples;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod wire_samples;

pub use mtom::{Rest, Source, Unopened};
pub use soap::{Envelope, Fault, FaultCode, fault, open, receive};
pub use transaction::{Endpoint, Transaction};

use journey::{Clock, Desk, Ids, NoParts, Parts, Refusal, Segment, Store};
use model::{Caller, Finding, Submission};

/// How much of a message is read before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole message, of one that is read whole.
    pub message: usize,
    /// Bytes of one document, of a message that is read as it comes.
    pub document: usize,
    /// Bytes up to which a message is read whole before anything is decided.
    pub in_memory: usize,
    /// Bytes of documents in one answer after which no further one is added.
    pub answer: u64,
    /// MIME parts.
    pub parts: usize,
    /// Bytes of one part header, folded lines together.
    pub header_line: usize,
    /// Headers of one part.
    pub headers: usize,
    /// The envelope: bytes (the root part), nesting, nodes, attributes.
    pub xml: xml::Limits,
    /// Accept SOAP 1.1 envelopes too, and answer them in SOAP 1.1: for the replay of old software only.
    pub soap_1_1: bool,
}

impl Default for Limits {
    /// 128 MiB, documents of 100 MiB, 1 MiB read whole, answers of 1 GiB, 128 parts, 32 headers of 8 KiB each, and an envelope of 4 MiB.
    fn default() -> Self {
        Limits {
            message: 128 << 20,
            document: 100 << 20,
            in_memory: 1 << 20,
            answer: 1 << 30,
            parts: 128,
            header_line: 8 << 10,
            headers: 32,
            xml: xml::Limits::default(),
            soap_1_1: false,
        }
    }
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// 200 for every answer of a transaction, refused or not; 400 or 500 for a fault.
    pub status: u16,
    /// Content-Type.
    pub content_type: String,
    /// The body, as far as it is in hand.
    pub body: Vec<u8>,
    /// What follows of it.
    pub rest: Vec<Segment>,
    /// The cause of a failure of ours, for the log only.
    pub cause: Option<String>,
    /// What is remarkable of the request, for the log only: never a value of it.
    pub remark: Option<String>,
}

impl Response {
    /// Adds a remark for the log.
    pub(crate) fn remarking(self, remark: Option<String>) -> Self {
        Response { remark: remark.or(self.remark), ..self }
    }

    /// Keeps the cause when the refusal is a failure of ours.
    pub(crate) fn because(mut self, refusal: &Refusal) -> Self {
        if let Refusal::Fault(fault) = refusal {
            self.cause = Some(fault.cause.clone());
        }
        self
    }
}

/// Reads a deposit and asks `judge` of what could be read; nothing is deposited. The findings stand at their places in
/// the message, the second value says whether it could be read. `None` for a transaction that deposits nothing.
pub fn check(
    envelope: &Envelope,
    ids: &dyn Ids,
    judge: &dyn Fn(&Submission) -> Vec<Finding>,
) -> Option<(Vec<Finding>, bool)> {
    match envelope.transaction {
        Transaction::Iti41 => Some(iti41::check(envelope, ids, judge)),
        Transaction::Iti42 => Some(registration::check(envelope, ebrim::Way::Register, ids, judge)),
        Transaction::Iti61 => Some(registration::check(envelope, ebrim::Way::RegisterOnDemand, ids, judge)),
        Transaction::Iti18
        | Transaction::Iti43
        | Transaction::Iti57
        | Transaction::Iti62
        | Transaction::Iti86
        | Transaction::Iti92
        | Transaction::Td02
        | Transaction::Td03 => None,
    }
}

/// Answers an opened envelope, that was read with all its parts, for a proved caller.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    respond_arriving(desk, caller, envelope, &mut NoParts).await
}

/// As [`respond`], for an envelope whose `parts` may still be on their way: a deposit that is permitted reads them.
pub async fn respond_arriving<S: Store, C: Clock, I: Ids, P: Parts>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
    parts: &mut P,
) -> Response {
    match envelope.transaction {
        Transaction::Iti41 => iti41::respond(desk, caller, envelope, parts).await,
        Transaction::Iti43 => iti43::respond(desk, caller, envelope).await,
        Transaction::Iti57 | Transaction::Iti92 => iti57::respond(desk, caller, envelope).await,
        Transaction::Iti62 => iti62::respond(desk, caller, envelope).await,
        Transaction::Iti86 => iti86::respond(desk, caller, envelope).await,
        Transaction::Iti18 => iti18::respond(desk, caller, envelope).await,
        Transaction::Iti42 => iti42::respond(desk, caller, envelope).await,
        Transaction::Iti61 => iti61::respond(desk, caller, envelope).await,
        Transaction::Td02 => dmp::td02::respond(desk, caller, envelope).await,
        Transaction::Td03 => dmp::td03::respond(desk, caller, envelope).await,
    }
}
