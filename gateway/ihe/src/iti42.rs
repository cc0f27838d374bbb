//! ITI-42 Register Document Set-b: another repository registers documents that it holds (IHE ITI TF-2 §3.42).

use journey::{Clock, Desk, Ids, Store};
use model::{Caller, Finding, Submission};

use crate::ebrim::Way;
use crate::{Envelope, Response, Transaction, registration};

/// Registers the submission of `envelope`.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    registration::respond(desk, caller, envelope, Transaction::Iti42, Way::Register).await
}

/// Reads the submission of an opened envelope; every finding beside it.
pub fn read(envelope: &Envelope, ids: &dyn Ids) -> (Option<Submission>, Vec<Finding>) {
    registration::read(envelope.payload(), Way::Register, ids)
}

/// The request element of a client.
pub fn write(submission: &Submission) -> String {
    registration::write(submission, Way::Register)
}
