//! ITI-62 Remove Metadata: objects of the registry are removed for ever, all of them or none (IHE RMD §3.62).

pub mod request;

#[cfg(test)]
mod tests;

use journey::{Clock, Desk, Ids, Store};
use model::{Caller, Rule};

use crate::iti41::response;
use crate::registry::{Status, Wording};
use crate::{Envelope, Fault, Response, Transaction};

/// Removes what the request names. A hidden object and one that is not there are one answer.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    let id = desk.ids.uuid().urn();
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction: Transaction::Iti62 };
    let ids = match request::read(envelope.payload()) {
        Ok(ids) => ids,
        Err(findings) if findings.iter().any(|finding| finding.rule == Rule::MessageIsReadable) => {
            return crate::fault(Some(envelope), &Fault::of_findings(&desk.mappings, &findings));
        }
        Err(findings) => {
            return response::write(envelope, &id, Status::Failure, &wording.errors(&findings));
        }
    };
    match journey::remove_metadata(desk, caller, Transaction::Iti62.name(), &ids).await {
        Ok(()) => response::write(envelope, &id, Status::Success, &[]),
        Err(refusal) => {
            let errors = wording.refusal(&refusal, None, &caller.request);
            response::write(envelope, &id, Status::Failure, &errors).because(&refusal)
        }
    }
}
