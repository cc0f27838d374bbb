//! ITI-65 Provide Document Bundle (IHE MHD 4.2.4, comprehensive; PDSm 3.1.1 flux 01 and 02).

mod bundle;
mod content;
mod folders;
mod members;
mod part;
mod places;
mod profile;
mod replace;
mod request;
mod response;
mod roles;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use journey::{Clock, Ids, Store};
use model::{EntryUuid, Ins};
use serde_json::Value;

use crate::{Response, Visit};

pub(crate) use bundle::Entries;
pub(crate) use places::Places;
pub(crate) use profile::accepted as profiles;
pub(crate) use request::{Frame, Submitted, read};

/// Deposits a structurally sound Bundle, answers with one entry for each of the request.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    bundle: &Value,
) -> Response {
    let teller = &visit.teller;
    let known = match known_patients(visit, bundle).await {
        Ok(known) => known,
        Err(fault) => return teller.fault(&fault),
    };
    let fresh = || visit.desk.ids.uuid();
    let frame = Frame::of(visit, &known, &fresh);
    let Submitted { submission, warnings, parts, places, restated } = match request::read(bundle, &frame) {
        Ok(submitted) => submitted,
        Err(findings) => return teller.refuse(&findings),
    };
    let deposit = journey::deposit_restating(visit.desk, visit.caller, "ITI-65", submission, &restated);
    match deposit.await {
        Ok((receipt, told)) => {
            let told = told.into_iter().map(|finding| places.locate(finding));
            let warnings: Vec<_> = warnings.into_iter().chain(told).collect();
            Response::json(200, &response::bundle(&receipt, &parts, &warnings, teller))
        }
        Err(refusal) => teller.refusal(&refusal.located(|finding| places.locate(finding))),
    }
}

/// The INS of our own Patients that the Bundle names.
pub(crate) async fn known_patients<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    bundle: &Value,
) -> Result<BTreeMap<EntryUuid, Ins>, journey::Fault> {
    let mut known = BTreeMap::new();
    for id in request::patients_named(bundle, &visit.door.base) {
        if let Some(ins) = visit.desk.store.patient_by_id(id).await? {
            known.insert(id, ins);
        }
    }
    Ok(known)
}
