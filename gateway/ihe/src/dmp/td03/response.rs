//! `setAuthorizationResponse`: a status and its words.

use journey::OwnAct;
use model::Moment;

use crate::dmp::names::{HABILITATIONS, OK};
use crate::registry::RegistryError;
use crate::soap::answer;
use crate::{Envelope, Response};

/// The act is done.
pub(crate) fn done(envelope: &Envelope, message_id: &str, act: OwnAct, until: Option<Moment>) -> Response {
    let context = match (act, until) {
        (OwnAct::Attest(_), Some(until)) => {
            let day: String = until.iso().chars().take(10).collect();
            format!("Autorisation enregistrée, valable jusqu'au {day}")
        }
        (OwnAct::Attest(_), None) => "Autorisation enregistrée".to_owned(),
        (OwnAct::Withdraw, _) => "Autorisation retirée".to_owned(),
        (OwnAct::DeclareTreating, _) => "Médecin traitant déclaré".to_owned(),
        (OwnAct::CeaseTreating, _) => "Fin du rôle de médecin traitant".to_owned(),
    };
    write(envelope, message_id, OK, &context)
}

/// The act is refused: the code of the first error, and every text.
pub(crate) fn refuse(envelope: &Envelope, message_id: &str, errors: &[RegistryError]) -> Response {
    let status = errors.first().map_or(crate::dmp::names::INTERNAL, |error| error.code.as_str());
    let texts: Vec<String> = errors.iter().map(worded).collect();
    write(envelope, message_id, status, &texts.join(" · "))
}

fn worded(error: &RegistryError) -> String {
    match error.location.is_empty() {
        true => error.context.clone(),
        false => format!("{} ({})", error.context, error.location),
    }
}

fn write(envelope: &Envelope, message_id: &str, status: &str, context: &str) -> Response {
    answer(envelope, message_id, |body| {
        body.start("hab:setAuthorizationResponse").attr("xmlns:hab", HABILITATIONS).start("hab:output");
        body.leaf("hab:status", status).leaf("hab:context", context).end().end();
    })
}
