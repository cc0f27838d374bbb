//! TD0.3: one's own authorisation, attested or withdrawn (`setAuthorization`). Whose record it is, the assertion says
//! alone; whose authorisation, the proof: the person's, or the structure's where an employee calls.

pub mod request;
pub mod response;

#[cfg(test)]
mod tests;

use journey::{Clock, Desk, Ids, Store};
use model::{Caller, Finding, Location, Rule};

use crate::registry::Wording;
use crate::{Envelope, Response, Transaction};

/// The attribute of the assertion that names the record.
const RESOURCE: &str = "urn:oasis:names:tc:xacml:2.0:resource:resource-id";

/// Does the act and answers with `DMPOk`, or with the code and the texts of the refusal.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    let id = desk.ids.uuid().urn();
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction: Transaction::Td03 };
    let (act, mut findings) = match request::read(envelope.payload()) {
        Ok(act) => (Some(act), Vec::new()),
        Err(findings) => (None, findings),
    };
    if caller.patient.is_none() {
        findings.push(Finding::new(Rule::ActIsComplete).at(Location::Parameter(RESOURCE.to_owned())).detail(
            format!("patient attendu dans l'assertion ({RESOURCE})"),
            format!("expected the patient in the assertion ({RESOURCE})"),
        ));
    }
    let (Some(act), Some(patient)) = (act, &caller.patient) else {
        return response::refuse(envelope, &id, &wording.errors(&findings));
    };
    match journey::act_for_oneself(desk, caller, Transaction::Td03.name(), patient, act).await {
        Ok(until) => response::done(envelope, &id, act, until),
        Err(refusal) => {
            // Never created, notified, opposed, erased: one answer.
            let absent = wording.errors(&[Finding::new(Rule::RecordExists)]).into_iter().next();
            let errors = wording.refusal(&refusal, absent, &caller.request);
            response::refuse(envelope, &id, &errors).because(&refusal)
        }
    }
}
