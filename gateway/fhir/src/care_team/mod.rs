//! CareTeam: the médecin traitant, and who is authorised. One CareTeam a record, with the id of its Patient; only the
//! médecin traitant is declared and ended here, authorisations are Consents.

mod request;
mod response;
#[cfg(test)]
mod tests;

use journey::{Clock, Ids, Refusal, Store};
use model::{EntryUuid, Ins};
use policy::{Choice, Setting};

use crate::codec::Element;
use crate::incoming::{resource, told};
use crate::search::by_patient::{self, PATIENT, PATIENT_IDENTIFIER, searchset, whose};
use crate::{Response, Visit};

/// The parameters of a CareTeam search.
pub(crate) const PARAMETERS: [(&str, &str, &str); 2] = [PATIENT, PATIENT_IDENTIFIER];

const TRANSACTION: &str = "ITI-108";

/// The CareTeam of a record, if it has members.
pub(crate) async fn search<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    found(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn found<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let base = &visit.door.base;
    let asked = by_patient::read(visit.request, base, &[]).map_err(told)?;
    let found = match whose(&visit.desk.store, visit.caller, asked.patient).await {
        Ok(ins) => team(visit, &ins).await,
        Err(refusal) => Err(refusal),
    };
    let (id, teams) = match found {
        Ok(found) => found,
        Err(Refusal::Absent) => (None, Vec::new()),
        Err(refusal) => return Err(refusal),
    };
    let own = by_patient::url(base, "CareTeam", id, &[]);
    Ok(Response::json(200, &searchset(base, teams.len(), teams, own, None)))
}

async fn team<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    ins: &Ins,
) -> Result<(Option<EntryUuid>, Vec<serde_json::Value>), Refusal> {
    let rights = journey::read_rights(visit.desk, visit.caller, TRANSACTION, ins).await?;
    let id = visit.desk.store.patient_id(ins, visit.desk.clock.now()).await?;
    Ok((id, id.and_then(|id| response::write(id, &rights.in_force)).into_iter().collect()))
}

/// Declares the médecin traitant: by `POST`, or `PUT` to the record's CareTeam.
pub(crate) async fn declare<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Response {
    declared(visit, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn declared<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: &str,
) -> Result<Response, Refusal> {
    let body = resource(visit.request, &visit.door.limits, "CareTeam")?;
    let asked = request::read(&Element::root(&body), &visit.desk.mappings.systems, &visit.door.base, id)
        .map_err(told)?;
    let ins = whose(&visit.desk.store, visit.caller, asked.patient).await?;
    let setting = Setting::Treating(asked.treating);
    // Only looked at once the act was done: it tells 200 from 201.
    let before = visit.desk.store.rights(&ins, visit.desk.clock.now()).await?;
    let known = before.is_some_and(|rights| rights.in_force.iter().any(|one| one.setting == setting));
    journey::choose(visit.desk, visit.caller, TRANSACTION, &ins, Choice::Set(setting)).await?;
    let (id, teams) = team(visit, &ins).await?;
    let status = if known { 200 } else { 201 };
    let mut response = match teams.first() {
        Some(team) => Response::json(status, team),
        None => Response::json(status, &visit.teller.done()),
    };
    if let Some(id) = id {
        response.headers.push(("Location", format!("{}/CareTeam/{}", visit.door.base, id.bare())));
    }
    Ok(response)
}

/// Ends that somebody is médecin traitant: the holder's side ends the one declared, a professional their own.
pub(crate) async fn cease<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Response {
    ceased(visit, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn ceased<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: &str,
) -> Result<Response, Refusal> {
    let id = EntryUuid::parse(id).map_err(|_| Refusal::Absent)?;
    let ins = visit.desk.store.patient_by_id(id).await?.ok_or(Refusal::Absent)?;
    let treating = match visit.caller.person() {
        Some(person) => Setting::Treating(person.clone()),
        None => {
            let rights = journey::read_rights(visit.desk, visit.caller, TRANSACTION, &ins).await?;
            let mut settings = rights.in_force.into_iter().map(|one| one.setting);
            settings.find(|setting| matches!(setting, Setting::Treating(_))).ok_or(Refusal::Absent)?
        }
    };
    journey::choose(visit.desk, visit.caller, TRANSACTION, &ins, Choice::Lift(treating)).await?;
    Ok(Response::nothing())
}
