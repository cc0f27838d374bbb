//! The life of a record, as operations on Patient: activation of the account through a portal, and what the holder's
//! side says of the record as a whole.

mod parameters;
#[cfg(test)]
mod tests;

use journey::{Clock, Ids, Refusal, Store};
use model::{EntryUuid, Ins};
use policy::{AccessNotice, Choice};
use serde_json::{Value, json};

use crate::codec::Element;
use crate::incoming::{refused, resource};
use crate::{Response, Visit};

use parameters::Parameters;

/// What the holder's side says of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LifeAct {
    /// Opposes its creation.
    Oppose,
    /// Takes the opposition back.
    WithdrawOpposition,
    /// Closes it.
    Close,
    /// Erases it.
    Erase,
    /// Says which accesses to be told of.
    Notify,
}

impl LifeAct {
    const fn operation(self) -> &'static str {
        match self {
            LifeAct::Oppose => "$oppose",
            LifeAct::WithdrawOpposition => "$withdraw-opposition",
            LifeAct::Close => "$close",
            LifeAct::Erase => "$erase",
            LifeAct::Notify => "$notify",
        }
    }

    /// The parameters that it takes beside `identifier`.
    const fn parameters(self) -> &'static [&'static str] {
        match self {
            LifeAct::Oppose | LifeAct::WithdrawOpposition | LifeAct::Close => &[],
            LifeAct::Erase => &["confirm"],
            LifeAct::Notify => &["access"],
        }
    }
}

/// Does an act on a record: at the type with `identifier`, or at the Patient.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    act: LifeAct,
    id: &str,
) -> Response {
    done(visit, act, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn done<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    act: LifeAct,
    id: &str,
) -> Result<Response, Refusal> {
    let body = body(visit)?;
    let root = Element::root(&body);
    let mut parameters = Parameters::read(&root, act.parameters());
    let named = if id.is_empty() { parameters.identifier() } else { parameters.identifier_if_given() };
    let choice = choice(act, &mut parameters);
    refused(parameters.findings)?;
    let ins = match id {
        "" => named.ok_or(Refusal::Absent)?,
        id => by_id(visit, id)
            .await?
            .filter(|ins| named.is_none_or(|named| named == *ins))
            .ok_or(Refusal::Absent)?,
    };
    let choice = choice.ok_or(Refusal::Absent)?;
    let name = choice.name();
    journey::choose(visit.desk, visit.caller, act.operation(), &ins, choice).await?;
    Ok(Response::json(200, &receipt(name, &visit.desk.clock.now().iso(), &visit.caller.request.0)))
}

fn choice(act: LifeAct, parameters: &mut Parameters<'_>) -> Option<Choice> {
    match act {
        LifeAct::Oppose => Some(Choice::OpposeRecord),
        LifeAct::WithdrawOpposition => Some(Choice::WithdrawOpposition),
        LifeAct::Close => Some(Choice::CloseRecord),
        LifeAct::Erase => parameters.confirmed().then_some(Choice::EraseRecord),
        LifeAct::Notify => parameters
            .code("access", &[("first", AccessNotice::First), ("each", AccessNotice::Each)])
            .map(Choice::Notify),
    }
}

async fn by_id<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: &str,
) -> Result<Option<Ins>, Refusal> {
    let Ok(id) = EntryUuid::parse(id) else { return Ok(None) };
    Ok(visit.desk.store.patient_by_id(id).await?)
}

/// What is left to the caller: the act, its instant and the request; nothing of the record.
fn receipt(act: &str, at: &str, request: &str) -> Value {
    json!({"resourceType": "Parameters", "parameter": [
        {"name": "act", "valueCode": act},
        {"name": "at", "valueInstant": at},
        {"name": "request", "valueString": request},
    ]})
}

/// The body as Parameters; none is the same as empty ones.
fn body<S, C, I>(visit: &Visit<'_, S, C, I>) -> Result<Value, Refusal> {
    match visit.request.body {
        [] => Ok(json!({"resourceType": "Parameters"})),
        _ => resource(visit.request, &visit.door.limits, "Parameters"),
    }
}

/// Asks for a provisional code: one answer for everybody.
pub(crate) async fn request_code<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    requested(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn requested<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let body = body(visit)?;
    let root = Element::root(&body);
    let mut parameters = Parameters::read(&root, &[]);
    let ins = parameters.identifier();
    refused(parameters.findings)?;
    let ins = ins.ok_or(Refusal::Absent)?;
    journey::request_code(visit.desk, visit.caller, "$request-activation-code", &ins).await?;
    let text = visit.teller.pick(
        "Si un compte peut être activé pour ce matricule, un code provisoire est envoyé à son titulaire.",
        "If an account can be activated for this matricule, a provisional code is sent to its holder.",
    );
    let issue = json!({"severity": "information", "code": "informational", "details": {"text": text}});
    Ok(Response::json(200, &json!({"resourceType": "OperationOutcome", "issue": [issue]})))
}

/// Tries to activate an account: matricule, card and code must be right, all three.
pub(crate) async fn activate<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    activated(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn activated<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let body = body(visit)?;
    let root = Element::root(&body);
    let mut parameters = Parameters::read(&root, &["card", "code"]);
    let ins = parameters.identifier();
    let (card, code) = (parameters.text("card"), parameters.text("code"));
    refused(parameters.findings)?;
    let (Some(ins), Some(card), Some(code)) = (ins, card, code) else { return Err(Refusal::Absent) };
    let proof = journey::ActivationProof { card, code };
    journey::activate(visit.desk, visit.caller, "$activate", &ins, &proof).await?;
    Ok(Response::json(200, &visit.teller.done()))
}
