//! ITI-41 Provide and Register Document Set-b: a deposit (IHE ITI TF-2 §3.41).

mod announced;
pub mod request;
pub mod response;

#[cfg(test)]
mod tests;

use journey::{Clock, Desk, Ids, Parts, Refusal, Store};
use model::{Caller, Finding, Rule, Severity, Submission};

use crate::ebrim::Places;
use crate::registry::{Status, Wording};
use crate::{Envelope, Fault, Response, Transaction};
use announced::Announced;

/// Deposits the submission of `envelope`, with its `parts` when they are still to be read, and answers in MTOM. What
/// makes the message unreadable (rule B1) is a fault, every other refusal a list of registry errors.
pub async fn respond<S: Store, C: Clock, I: Ids, P: Parts>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
    parts: &mut P,
) -> Response {
    let id = desk.ids.uuid().urn();
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction: Transaction::Iti41 };
    let (submission, mut findings) = request::read_all(envelope, &desk.ids);
    let Some(submission) = submission else {
        if findings.iter().any(is_unreadable) {
            findings.retain(is_unreadable);
            return crate::fault(Some(envelope), &Fault::of_findings(&desk.mappings, &findings));
        }
        return response::write(envelope, &id, Status::Failure, &wording.errors(&findings));
    };
    let mut parts = Announced::of(envelope, parts);
    match journey::deposit_arriving(desk, caller, Transaction::Iti41.name(), submission, &mut parts).await {
        Ok((_, warnings)) => {
            let places = places(envelope);
            findings.extend(warnings.into_iter().map(|finding| places.locate(finding)));
            response::write(envelope, &id, Status::Success, &wording.errors(&findings))
        }
        // The rest of the message could not be read.
        Err(Refusal::Refused(refused)) if refused.findings.iter().any(is_unreadable) => {
            crate::fault(Some(envelope), &Fault::of_findings(&desk.mappings, &refused.findings))
        }
        Err(refusal) => {
            let places = places(envelope);
            let refusal = refusal.located(|finding| places.locate(finding));
            let errors = wording.refusal(&refusal, None, &caller.request);
            response::write(envelope, &id, Status::Failure, &errors).because(&refusal)
        }
    }
}

/// Every finding of a message that `judge` and the reading tell, each at its place in the message; nothing is
/// deposited. `judge` gets what could be read; the second value says whether it could.
pub fn check(
    envelope: &Envelope,
    ids: &dyn Ids,
    judge: &dyn Fn(&Submission) -> Vec<Finding>,
) -> (Vec<Finding>, bool) {
    let (submission, mut findings) = request::read_all(envelope, ids);
    let Some(submission) = submission else { return (findings, false) };
    let places = places(envelope);
    findings.extend(judge(&submission).into_iter().map(|finding| places.locate(finding)));
    (findings, true)
}

fn places(envelope: &Envelope) -> Places {
    request::object_list(envelope.payload()).map(Places::of).unwrap_or_default()
}

fn is_unreadable(finding: &Finding) -> bool {
    finding.severity == Severity::Error
        && matches!(
            finding.rule,
            Rule::MessageIsReadable | Rule::MessageIsNotTooLarge | Rule::MediaTypeIsSupported
        )
}
