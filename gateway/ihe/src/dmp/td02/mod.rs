//! TD0.2: the test of existence, as an HL7 v3 query by INS (PRPA_IN201307UV02, PRPA_IN201308UV02). With the reason
//! `CNSLT_DATA` the same query reads administrative data (TD1.3a), which tells the emergency oppositions.

pub mod request;
pub mod response;

#[cfg(test)]
mod tests;

use journey::{Clock, Desk, ExistenceAsk, Ids, Store};
use model::{Caller, Severity, Stage};

use crate::registry::{RegistryError, Wording};
use crate::{Envelope, Response, Transaction};
use request::{Asked, Patient};
use response::{Frame, Outcome};

/// Answers the query. A record that was never created, that is notified, opposed or erased, and an identifier that is
/// no INS are one answer: NF.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction: Transaction::Td02 };
    let (id, message_id) = (desk.ids.uuid().bare(), desk.ids.uuid().urn());
    let now = desk.clock.now().to_hl7();
    let (echo, asked) = request::read(envelope.payload(), &desk.mappings.dmp);
    let frame = Frame {
        id: &id,
        at: now.as_str(),
        here: desk.pack.repository.as_str(),
        asked: &echo,
        envelope,
        codes: &desk.mappings.dmp,
        message_id: &message_id,
    };
    let Asked { ask, patient } = match asked {
        Ok(asked) => asked,
        Err(findings) => {
            let errors = wording.errors(&findings);
            return response::write(&frame, &Outcome::Refused { stage: Stage::Request, errors: &errors });
        }
    };
    // An identifier that is no INS names nobody here.
    let patient = match &patient {
        Patient::Known(ins) => Some(ins),
        Patient::Unknown => None,
    };
    let transaction = match ask {
        ExistenceAsk::Existence => Transaction::Td02.name(),
        ExistenceAsk::AdministrativeData => "TD1.3a",
    };
    match journey::existence(desk, caller, transaction, patient, ask).await {
        Ok(Some(existence)) => response::write(&frame, &Outcome::Found(&existence)),
        Ok(None) => response::write(&frame, &Outcome::NotFound),
        Err(refusal) => {
            let errors: Vec<RegistryError> = wording.refusal(&refusal, None, &caller.request);
            let outcome = Outcome::Refused { stage: Stage::Right, errors: &errors };
            response::write(&frame, &outcome).because(&refusal)
        }
    }
}

/// The severity as an HL7 v3 AcknowledgementDetailType.
const fn detail_type(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "E",
        Severity::Warning => "W",
    }
}
