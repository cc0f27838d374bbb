//! Consent (IHE PCF, ITI-108): authorise, block, refuse feeding, oppose a mode or the record, allow masked documents
//! in a mode, mask a document to somebody. One Consent is one setting in force; `docs/consent.md` is its manual.

mod code;
mod request;
mod response;
mod search;
mod table;
#[cfg(test)]
mod tests;

use aws_lc_rs::hmac;
use journey::{Clock, DocumentAsk, DocumentKey, Ids, Refusal, Rights, Store};
use model::{Channel, EntryUuid, Finding, Ins, Moment, Rule};
use policy::{Choice, DocumentAct, Setting, Standing};
use serde_json::Value;

use crate::codec::Element;
use crate::incoming::{resource, told};
use crate::patient::reference;
use crate::search::by_patient::{self, PATIENT, PATIENT_IDENTIFIER, only_whose, searchset, whose};
use crate::{Response, Visit};

use request::Asked;
use table::{Wish, same};

/// The parameters of a Consent search.
pub(crate) const PARAMETERS: [(&str, &str, &str); 9] = {
    let [status, id, category, actor, identifier, date, period] = search::OWN;
    [PATIENT, PATIENT_IDENTIFIER, status, id, category, actor, identifier, date, period]
};

const TRANSACTION: &str = "ITI-108";

/// Puts a choice in force: 201, or 200 if it stood already.
pub(crate) async fn create<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    created(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn created<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let now = visit.desk.clock.now();
    let body = resource(visit.request, &visit.door.limits, "Consent")?;
    let frame = request::Frame {
        systems: &visit.desk.mappings.systems,
        base: &visit.door.base,
        now,
        own_side: visit.caller.channel == Channel::Patient,
    };
    let Asked { patient, wish } = request::read(&Element::root(&body), &frame).map_err(told)?;
    let ins = whose(&visit.desk.store, visit.caller, patient).await?;
    // Only looked at once the act was done: it tells 200 from 201.
    let before = visit.desk.store.rights(&ins, now).await?;
    let wish = act(visit, &ins, wish).await?;
    let known = before.is_some_and(|rights| in_force(visit, &ins, &rights, &wish).is_some());
    let rights = journey::read_rights(visit.desk, visit.caller, TRANSACTION, &ins).await?;
    let status = if known { 200 } else { 201 };
    let Some((id, since)) = in_force(visit, &ins, &rights, &wish) else {
        return Ok(Response::json(status, &visit.teller.done()));
    };
    let patient = referred(visit, &ins).await?;
    let frame = written_frame(visit, &patient);
    let consent = response::write(id, since, &stored(&rights, id).unwrap_or(wish), &frame);
    let mut response = Response::json(status, &consent.unwrap_or_else(|| visit.teller.done()));
    response.headers.push(("Location", format!("{}/Consent/{}", visit.door.base, id.bare())));
    Ok(response)
}

/// Does what is wished. A document's mask names it by its logicalID afterwards.
async fn act<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    ins: &Ins,
    wish: Wish,
) -> Result<Wish, Refusal> {
    let choice = match &wish {
        Wish::Set(Setting::MaskedTo(document, party)) => {
            let acts = vec![DocumentAct::MaskTo(party.clone())];
            let shown = amend(visit, ins, *document, acts).await?;
            return Ok(Wish::Set(Setting::MaskedTo(shown.unwrap_or(*document), party.clone())));
        }
        Wish::Set(setting) => Choice::Set(setting.clone()),
        Wish::OpposeRecord => Choice::OpposeRecord,
    };
    journey::choose(visit.desk, visit.caller, TRANSACTION, ins, choice).await?;
    Ok(wish)
}

async fn amend<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    ins: &Ins,
    document: EntryUuid,
    acts: Vec<DocumentAct>,
) -> Result<Option<EntryUuid>, Refusal> {
    let ask = DocumentAsk { patient: Some(ins.clone()), key: DocumentKey::Uuid(document) };
    let after = journey::amend(visit.desk, visit.caller, TRANSACTION, ask, acts, None).await?;
    Ok(after.map(|visible| visible.get().entry.logical_id))
}

/// Reads one Consent in force.
pub(crate) async fn read<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Response {
    one(visit, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn one<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Result<Response, Refusal> {
    let ins = only_whose(&visit.desk.store, visit.caller, visit.request, &visit.door.base).await?;
    let rights = journey::read_rights(visit.desk, visit.caller, TRANSACTION, &ins).await?;
    let consents = consents(visit, &ins, &rights).await?;
    let consent = consents.into_iter().find(|consent| consent.get("id").and_then(Value::as_str) == Some(id));
    consent.map(|consent| Response::json(200, &consent)).ok_or(Refusal::Absent)
}

/// Searches the Consents in force on one record.
pub(crate) async fn search<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    found(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn found<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let base = &visit.door.base;
    let asked = by_patient::read(visit.request, base, &search::names()).map_err(told)?;
    let wanted = search::read(&asked.given).map_err(told)?;
    let (patient, resources) = match whose(&visit.desk.store, visit.caller, asked.patient).await {
        Ok(ins) => match journey::read_rights(visit.desk, visit.caller, TRANSACTION, &ins).await {
            Ok(rights) => {
                let id = visit.desk.store.patient_id(&ins, visit.desk.clock.now()).await?;
                let mut consents = consents(visit, &ins, &rights).await?;
                consents.retain(|consent| wanted.holds(consent));
                (id, consents)
            }
            Err(Refusal::Absent) => (None, Vec::new()),
            Err(refusal) => return Err(refusal),
        },
        Err(Refusal::Absent) => (None, Vec::new()),
        Err(refusal) => return Err(refusal),
    };
    let own = by_patient::url(base, "Consent", patient, &asked.given);
    Ok(Response::json(200, &searchset(base, resources.len(), resources, own, None)))
}

/// Lifts what a Consent put in force.
pub(crate) async fn delete<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Response {
    lifted(visit, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn lifted<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: &str,
) -> Result<Response, Refusal> {
    let ins = only_whose(&visit.desk.store, visit.caller, visit.request, &visit.door.base).await?;
    let id = EntryUuid::parse(id).map_err(|_| Refusal::Absent)?;
    let rights = journey::read_rights(visit.desk, visit.caller, TRANSACTION, &ins).await?;
    let choice = match stored(&rights, id) {
        Some(Wish::Set(Setting::MaskedTo(document, party))) => {
            amend(visit, &ins, document, vec![DocumentAct::UnmaskTo(party)]).await?;
            return Ok(Response::nothing());
        }
        Some(Wish::Set(Setting::Treating(_))) => return Err(Refusal::Absent),
        Some(Wish::Set(setting)) => Choice::Lift(setting),
        Some(Wish::OpposeRecord) | None if is_opposition(visit, &ins, &rights, id) => {
            Choice::WithdrawOpposition
        }
        Some(Wish::OpposeRecord) | None => return Err(Refusal::Absent),
    };
    journey::choose(visit.desk, visit.caller, TRANSACTION, &ins, choice).await?;
    Ok(Response::nothing())
}

/// A Consent is not changed: what it put in force is lifted, and something else put in force.
pub(crate) fn no_update<S, C, I>(visit: &Visit<'_, S, C, I>) -> Response {
    let finding = Finding::new(Rule::TransactionIsSupported).arg("transaction", "PUT Consent").detail(
        "un Consent ne se modifie pas : le supprimer (DELETE) et en créer un autre (POST)",
        "a Consent is not changed: delete it (DELETE) and create another one (POST)",
    );
    let mut response = visit.teller.refuse_with(405, &[finding]);
    response.headers.push(("Allow", "GET, DELETE".to_owned()));
    response
}

async fn consents<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    ins: &Ins,
    rights: &Rights,
) -> Result<Vec<Value>, Refusal> {
    let patient = referred(visit, ins).await?;
    let frame = written_frame(visit, &patient);
    let settings =
        rights.in_force.iter().map(|one| (one.id, Some(one.since), Wish::Set(one.setting.clone())));
    let opposed = (rights.standing == Standing::Opposed)
        .then(|| (opposition_id(&visit.door.page_key, ins), None, Wish::OpposeRecord));
    Ok(settings
        .chain(opposed)
        .filter_map(|(id, since, wish)| response::write(id, since, &wish, &frame))
        .collect())
}

fn written_frame<'a, S, C, I>(visit: &'a Visit<'_, S, C, I>, patient: &'a Value) -> response::Frame<'a> {
    response::Frame { systems: &visit.desk.mappings.systems, base: &visit.door.base, patient }
}

async fn referred<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    ins: &Ins,
) -> Result<Value, Refusal> {
    Ok(reference(visit.desk.store.patient_id(ins, visit.desk.clock.now()).await?, ins))
}

/// Id and beginning of what is wished, if it stands in force.
fn in_force<S, C, I>(
    visit: &Visit<'_, S, C, I>,
    ins: &Ins,
    rights: &Rights,
    wish: &Wish,
) -> Option<(EntryUuid, Option<Moment>)> {
    match wish {
        Wish::Set(setting) => {
            let one = rights.in_force.iter().find(|one| same(&one.setting, setting))?;
            Some((one.id, Some(one.since)))
        }
        Wish::OpposeRecord => {
            (rights.standing == Standing::Opposed).then(|| (opposition_id(&visit.door.page_key, ins), None))
        }
    }
}

fn stored(rights: &Rights, id: EntryUuid) -> Option<Wish> {
    rights.in_force.iter().find(|one| one.id == id).map(|one| Wish::Set(one.setting.clone()))
}

fn is_opposition<S, C, I>(visit: &Visit<'_, S, C, I>, ins: &Ins, rights: &Rights, id: EntryUuid) -> bool {
    rights.standing == Standing::Opposed && id == opposition_id(&visit.door.page_key, ins)
}

/// The id of the Consent that opposes a record: it is no setting and has no id of its own.
fn opposition_id(key: &[u8; 32], ins: &Ins) -> EntryUuid {
    let message = format!("consent-opposition|{}", ins.to_cx());
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(tag.as_ref()) {
        *byte = *from;
    }
    EntryUuid::from_bytes(bytes)
}
