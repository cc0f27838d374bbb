//! RelatedPerson: who represents the holder. The holder's side reads; an operator links and unlinks.

mod link;
#[cfg(test)]
mod tests;

use journey::{Clock, Ids, Refusal, Rights, Store};
use model::{EntryUuid, Ins};
use policy::Operation;
use serde_json::Value;

use crate::codec::Element;
use crate::incoming::{resource, told};
use crate::patient::reference;
use crate::search::by_patient::{self, PATIENT, PATIENT_IDENTIFIER, only_whose, searchset, whose};
use crate::search::{refuse, token};
use crate::{Response, Visit};

/// The parameters of a RelatedPerson search.
pub(crate) const PARAMETERS: [(&str, &str, &str); 3] = [
    PATIENT,
    PATIENT_IDENTIFIER,
    (
        "identifier",
        "token",
        "The representative's INS; required to end a link (conditional delete), no filter else.",
    ),
];

const TRANSACTION: &str = "ITI-108";
const REPRESENT: &str = "represent";

/// Searches the representatives of a holder.
pub(crate) async fn search<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    found(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn found<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let base = &visit.door.base;
    let asked = by_patient::read(visit.request, base, &[]).map_err(told)?;
    let found = match whose(&visit.desk.store, visit.caller, asked.patient).await {
        Ok(ins) => representatives(visit, &ins).await,
        Err(refusal) => Err(refusal),
    };
    let (id, people) = match found {
        Ok(found) => found,
        Err(Refusal::Absent) => (None, Vec::new()),
        Err(refusal) => return Err(refusal),
    };
    let own = by_patient::url(base, "RelatedPerson", id, &[]);
    Ok(Response::json(200, &searchset(base, people.len(), people, own, None)))
}

/// Reads one representative.
pub(crate) async fn read<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Response {
    one(visit, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn one<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Result<Response, Refusal> {
    let ins = only_whose(&visit.desk.store, visit.caller, visit.request, &visit.door.base).await?;
    let (_, people) = representatives(visit, &ins).await?;
    let person = people.into_iter().find(|person| person.get("id").and_then(Value::as_str) == Some(id));
    person.map(|person| Response::json(200, &person)).ok_or(Refusal::Absent)
}

async fn representatives<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    ins: &Ins,
) -> Result<(Option<EntryUuid>, Vec<Value>), Refusal> {
    let rights = journey::read_rights(visit.desk, visit.caller, TRANSACTION, ins).await?;
    let id = visit.desk.store.patient_id(ins, visit.desk.clock.now()).await?;
    let patient = reference(id, ins);
    Ok((id, rights.representatives.iter().map(|one| link::write(one, &patient)).collect()))
}

/// Links a representative.
pub(crate) async fn create<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    created(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn created<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let body = resource(visit.request, &visit.door.limits, "RelatedPerson")?;
    let (patient, representation) = link::read(&Element::root(&body), &visit.door.base).map_err(told)?;
    let ins = whose(&visit.desk.store, visit.caller, patient).await?;
    let operation = Operation::Represent(ins.clone(), representation.clone());
    journey::operate(visit.desk, visit.caller, REPRESENT, operation).await?;
    // The operator who just made the link is told its id; whatever else stands on the record is not looked at.
    let rights: Option<Rights> = visit.desk.store.rights(&ins, visit.desk.clock.now()).await?;
    let made = rights.and_then(|rights| {
        rights.representatives.into_iter().rev().find(|one| one.representation == representation)
    });
    let mut response = match &made {
        Some(made) => {
            let patient = reference(None, &ins);
            Response::json(201, &link::write(made, &patient))
        }
        None => Response::json(201, &visit.teller.done()),
    };
    if let Some(made) = made {
        let url = format!("{}/RelatedPerson/{}", visit.door.base, made.id.bare());
        response.headers.push(("Location", url));
    }
    Ok(response)
}

/// Ends a link, by conditional delete: the operator names holder and representative, and is told of no other.
pub(crate) async fn delete<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    deleted(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn deleted<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let asked = by_patient::read(visit.request, &visit.door.base, &["identifier"])
        .and_then(|asked| Ok((representative(&asked.given)?, asked.patient)));
    let (representative, patient) = asked.map_err(told)?;
    let ins = whose(&visit.desk.store, visit.caller, patient).await?;
    let operation = Operation::Unrepresent(ins, representative);
    journey::operate(visit.desk, visit.caller, REPRESENT, operation).await?;
    Ok(Response::nothing())
}

fn representative(given: &[(String, String)]) -> Result<Ins, Vec<model::Finding>> {
    let tokens: Vec<token::Token> = given.iter().flat_map(|(_, value)| token::tokens(value)).collect();
    let [token] = tokens.as_slice() else {
        return Err(vec![refuse(
            "identifier",
            "paramètre obligatoire, une fois : identifier=urn:oid:<oid>|<INS du représentant>",
            "required parameter, once: identifier=urn:oid:<oid>|<INS of the representative>",
        )]);
    };
    let oid = token.system.as_deref().and_then(|system| system.strip_prefix("urn:oid:")).unwrap_or_default();
    Ins::parse(&token.code, oid).map_err(|why| vec![refuse("identifier", why.expected_fr, why.expected_en)])
}
