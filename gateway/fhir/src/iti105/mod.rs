//! ITI-105 Simplified Publish (IHE MHD 4.2.4; PDSm 3.1.1 flux 09 and 10): one DocumentReference with its bytes.

mod complete;
mod conditional;
mod request;
mod response;
mod set;
#[cfg(test)]
mod tests;

use journey::{Clock, Fault, Ids, Store};
use model::{EntryUuid, Finding, Ins, Rule};
use serde_json::Value;

use crate::codec::Element;
use crate::patient::own_id;
use crate::{Response, Visit, incoming};

pub(crate) use complete::{Setting, completed};
pub(crate) use request::{Frame, Published, is_patient_side, read};
use response::Shown;
pub(crate) use set::{UNSPECIFIED, of as set_of};

const TRANSACTION: &str = "ITI-105";

/// Reads the DocumentReference, deposits it as a set of one, answers with it as it will be read back.
///
/// An identical retry is recognised by the masterIdentifier and gets the first answer again, 201 included: who
/// never saw it learns the same.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let teller = &visit.teller;
    let resource = match checked(visit) {
        Ok(resource) => resource,
        Err(findings) => return teller.refuse(&findings),
    };
    let known = match known_patient(visit, &resource).await {
        Ok(known) => known,
        Err(fault) => return teller.fault(&fault),
    };
    let frame = Frame::of(visit, known.as_ref());
    let condition = conditional::condition(visit.request.if_none_exist);
    let (published, condition) = match (request::read(&resource, &frame), condition) {
        (Ok(published), Ok(condition)) => (published, condition),
        (Ok(_), Err(finding)) => return teller.refuse(&[finding]),
        (Err(findings), condition) => {
            return teller.refuse(&findings.into_iter().chain(condition.err()).collect::<Vec<_>>());
        }
    };
    let Published { submission, warnings, places } = published;
    if let Some(key) = condition {
        match conditional::existing(visit, &submission.set.patient, key).await {
            Ok(Some(response)) => return response,
            Ok(None) => {}
            Err(fault) => return teller.fault(&fault),
        }
    }
    let shown = Shown::of(&submission);
    match journey::deposit(visit.desk, visit.caller, TRANSACTION, submission).await {
        Ok((receipt, told)) => {
            let told = told.into_iter().map(|finding| places.locate(finding));
            let warnings: Vec<Finding> = warnings.into_iter().chain(told).collect();
            response::created(visit, shown, &receipt, &warnings).await
        }
        Err(refusal) => teller.refusal(&refusal.located(|finding| places.locate(finding))),
    }
}

fn checked<S, C, I>(visit: &Visit<'_, S, C, I>) -> Result<Value, Vec<Finding>> {
    let resource = incoming::read(visit.request, &visit.door.limits)?;
    let root = Element::root(&resource);
    if root.kind() != "DocumentReference" {
        return Err(vec![Finding::new(Rule::TransactionIsSupported).at(root.place()).detail(
            "un DocumentReference est attendu ici (ITI-105) ; un lot (Bundle) s'envoie à la racine du service (ITI-65)",
            "a DocumentReference is expected here (ITI-105); a Bundle is sent to the base of the service (ITI-65)",
        )]);
    }
    Ok(resource)
}

/// The patient of ours that the subject names by id.
pub(crate) async fn known_patient<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    resource: &Value,
) -> Result<Option<(EntryUuid, Ins)>, Fault> {
    let subject = Element::root(resource).get("subject");
    let named = subject.and_then(|subject| own_id(subject.text("reference")?, &visit.door.base));
    let Some(id) = named else { return Ok(None) };
    Ok(visit.desk.store.patient_by_id(id).await?.map(|ins| (id, ins)))
}
