//! Subscription, in the R4 backport shape (IHE DSUBm ITI-110, ITI-113, HL7 Subscriptions R5 Backport 1.1): create,
//! read, search and delete of one's own, their status and events; and the topics (ITI-114).

mod inquiry;
mod notification;
mod request;
mod response;
pub(crate) mod topic;

use journey::{AllowedOrigins, Clock, Ids, Store, SubscriptionStatus};
use model::{Actor, EntryUuid, Ins};

use crate::codec::Element;
use crate::search::{pairs, refuse};
use crate::{Response, Visit, incoming};

use request::{Frame, Whose};

pub(crate) use inquiry::{events, state};
pub use notification::{NotificationEvent, Told, bundle, status};

/// The parameters of a Subscription search: name, type, documentation.
pub(crate) const PARAMETERS: [(&str, &str, &str); 2] = [
    ("patient", "reference", "Patient/id: one's own subscriptions on this record."),
    ("patient.identifier", "token", "The same by INS: urn:oid:<oid>|<INS>."),
];

const TRANSACTION: &str = "ITI-110";

/// Where notices may go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subscribing {
    /// Origins of rest-hooks.
    pub origins: AllowedOrigins,
    /// Domains of professionals' addresses, in lower case (MSSanté, for instance).
    pub professional_mail: Vec<String>,
}

/// Creates a subscription: requested until its endpoint answered the handshake.
pub(crate) async fn create<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let teller = &visit.teller;
    let resource = match incoming::read(visit.request, &visit.door.limits) {
        Ok(resource) => resource,
        Err(findings) => return teller.refuse(&findings),
    };
    let professional = matches!(visit.caller.actor, Actor::Professional { .. });
    let now = visit.desk.clock.now();
    let frame = Frame {
        base: &visit.door.base,
        subscribing: &visit.door.subscribing,
        professional,
        now,
        changes: false,
    };
    let (whose, wanted) = match request::read(&resource, &frame) {
        Ok(read) => read,
        Err(findings) => return teller.refuse(&findings),
    };
    let patient = match found(visit, whose).await {
        Ok(patient) => patient,
        Err(response) => return *response,
    };
    match journey::subscribe(visit.desk, visit.caller, TRANSACTION, &patient, wanted).await {
        Ok(subscription) => {
            let body = response::write(&subscription, &patient, &visit.door.base, now);
            let mut answer = Response::json(201, &body);
            let location = format!("{}/Subscription/{}", visit.door.base, subscription.id.bare());
            answer.headers.push(("Location", location));
            answer
        }
        Err(refusal) => teller.refusal(&refusal),
    }
}

/// Reads one of the caller's own.
pub(crate) async fn read<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    match journey::subscription(visit.desk, visit.caller, TRANSACTION, id).await {
        Ok((patient, subscription)) => {
            let now = visit.desk.clock.now();
            Response::json(200, &response::write(&subscription, &patient, &visit.door.base, now))
        }
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

/// Changes one of the caller's own (PUT): with the status off it ends, else it is what the resource says.
pub(crate) async fn update<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let teller = &visit.teller;
    let resource = match incoming::read(visit.request, &visit.door.limits) {
        Ok(resource) => resource,
        Err(findings) => return teller.refuse(&findings),
    };
    let root = Element::root(&resource);
    if root.kind() == "Subscription" && root.text("id") != Some(id.as_str()) {
        return teller.refuse(&[root.wrong(
            "id attendu : celui du chemin de la requête",
            "expected id: that of the path of the request",
        )]);
    }
    let Ok(id) = EntryUuid::parse(&id) else { return teller.absent() };
    let now = visit.desk.clock.now();
    if root.kind() == "Subscription" && root.text("status") == Some("off") {
        let found = journey::subscription(visit.desk, visit.caller, TRANSACTION, id).await;
        let (patient, mut own) = match found {
            Ok(found) => found,
            Err(refusal) => return teller.refusal(&refusal),
        };
        own.status = SubscriptionStatus::Off;
        return match journey::unsubscribe(visit.desk, visit.caller, TRANSACTION, id).await {
            Ok(()) => Response::json(200, &response::write(&own, &patient, &visit.door.base, now)),
            Err(refusal) => teller.refusal(&refusal),
        };
    }
    let professional = matches!(visit.caller.actor, Actor::Professional { .. });
    let (base, subscribing) = (&visit.door.base, &visit.door.subscribing);
    let frame = Frame { base, subscribing, professional, now, changes: true };
    let (whose, wanted) = match request::read(&resource, &frame) {
        Ok(read) => read,
        Err(findings) => return teller.refuse(&findings),
    };
    let patient = match found(visit, whose).await {
        Ok(patient) => patient,
        Err(response) => return *response,
    };
    match journey::resubscribe(visit.desk, visit.caller, TRANSACTION, id, &patient, wanted).await {
        Ok(own) => Response::json(200, &response::write(&own, &patient, &visit.door.base, now)),
        Err(refusal) => teller.refusal(&refusal),
    }
}

/// Ends one of the caller's own.
pub(crate) async fn delete<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    match journey::unsubscribe(visit.desk, visit.caller, TRANSACTION, id).await {
        Ok(()) => Response::nothing(),
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

/// The caller's own on one record; without a patient, on the record of the caller's token.
pub(crate) async fn search<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let teller = &visit.teller;
    let whose = match asked(visit) {
        Ok(whose) => whose,
        Err(finding) => return teller.refuse(&[*finding]),
    };
    let patient = match found(visit, whose).await {
        Ok(patient) => patient,
        Err(response) => return *response,
    };
    match journey::subscriptions(visit.desk, visit.caller, TRANSACTION, &patient).await {
        Ok(own) => {
            let now = visit.desk.clock.now();
            Response::json(200, &response::searchset(&own, &patient, &visit.door.base, now))
        }
        Err(refusal) => teller.refusal(&refusal),
    }
}

fn asked<S, C, I>(visit: &Visit<'_, S, C, I>) -> Result<Whose, Box<model::Finding>> {
    let mut whose = None;
    for (name, value) in pairs(visit.request.query).map_err(Box::new)? {
        let named = match name.as_str() {
            "patient" | "patient.identifier" => request::whose(&name, &value, &visit.door.base),
            "_format" | "_pretty" | "_count" => continue,
            _ => None,
        };
        let named = named.filter(|_| whose.is_none()).ok_or_else(|| {
            Box::new(refuse(
                &name,
                "un seul patient : patient=Patient/<id> ou patient.identifier=urn:oid:<oid>|<INS>",
                "one patient: patient=Patient/<id> or patient.identifier=urn:oid:<oid>|<INS>",
            ))
        })?;
        whose = Some(named);
    }
    let own = match &visit.caller.actor {
        Actor::Holder { ins } => Some(visit.caller.patient.as_ref().unwrap_or(ins)),
        Actor::Professional { .. }
        | Actor::OfStructure { .. }
        | Actor::Representative { .. }
        | Actor::Operator { .. } => visit.caller.patient.as_ref(),
    };
    whose
        .or_else(|| own.cloned().map(Whose::Ins))
        .ok_or_else(|| Box::new(refuse("patient", "paramètre obligatoire", "required parameter")))
}

async fn found<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    whose: Whose,
) -> Result<Ins, Box<Response>> {
    match whose {
        Whose::Ins(ins) => Ok(ins),
        Whose::Ours(id) => match visit.desk.store.patient_by_id(id).await {
            Ok(Some(ins)) => Ok(ins),
            Ok(None) => Err(Box::new(visit.teller.absent())),
            Err(fault) => Err(Box::new(visit.teller.fault(&fault))),
        },
    }
}
