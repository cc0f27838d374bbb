//! ITI-61 Register On-Demand Document Entry: documents made at each retrieval, by who makes them (IHE ITI TF-2 §3.61).

use journey::{Clock, Desk, Ids, Store};
use model::{Caller, Finding, Submission};

use crate::ebrim::Way;
use crate::{Envelope, Response, Transaction, registration};

/// Registers the on-demand entries of `envelope`.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    registration::respond(desk, caller, envelope, Transaction::Iti61, Way::RegisterOnDemand).await
}

/// Reads the submission of an opened envelope; every finding beside it.
pub fn read(envelope: &Envelope, ids: &dyn Ids) -> (Option<Submission>, Vec<Finding>) {
    registration::read(envelope.payload(), Way::RegisterOnDemand, ids)
}

/// The request element of a client.
pub fn write(submission: &Submission) -> String {
    registration::write(submission, Way::RegisterOnDemand)
}
