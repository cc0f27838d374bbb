//! ITI-67 Find Document References, and the read of one DocumentReference (IHE MHD 4.2.4, PDSm 3.1.1).

mod codes;
mod named;
mod parameters;
mod request;
mod response;
#[cfg(test)]
mod tests;

use journey::{Clock, DocumentAsk, DocumentKey, Fault, Ids, Store};
use model::{EntryUuid, Finding, Ins, Paging};

use crate::document_reference::{Frame, write};
use crate::patient::strict;
use crate::search::{pairs, refuse};
use crate::{Response, Visit, page};

use request::Asked;
use response::{Links, bundle, searchset, url};

pub(crate) use named::one_named;
pub(crate) use parameters::PARAMETERS;

const TRANSACTION: &str = "ITI-67";

/// Searches.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let (asked, shown) = match asked(visit) {
        Ok(asked) => asked,
        Err(findings) => return visit.teller.refuse(&findings),
    };
    match find(visit, asked, shown).await {
        Ok(response) => response,
        Err(fault) => visit.teller.fault(&fault),
    }
}

type Parameters = Vec<(String, String)>;

fn asked<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
) -> Result<(Asked, Parameters), Vec<Finding>> {
    let request = visit.request;
    let mut given = pairs(request.query).map_err(|finding| vec![finding])?;
    if request.method == "POST" {
        given.extend(
            pairs(std::str::from_utf8(request.body).unwrap_or("%")).map_err(|finding| vec![finding])?,
        );
    }
    let frame = request::Frame {
        mappings: &visit.desk.mappings,
        base: &visit.door.base,
        french: visit.desk.pack.french,
        strict: strict(request.prefer),
    };
    let asked = request::read(&given, &frame)?;
    // The links say what the search was done with (FHIR R4 §3.1.1.1.4): not what was read past.
    given.retain(|(name, _)| name != page::PARAMETER && !asked.ignored.contains(name));
    Ok((asked, given))
}

async fn find<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    asked: Asked,
    mut shown: Parameters,
) -> Result<Response, Fault> {
    let Asked { mut query, patient_id, ignored, page: sealed } = asked;
    let door = visit.door;
    let known = match patient_id {
        Some(id) => Some(visit.desk.store.patient_by_id(id).await?),
        None => None,
    };
    match known {
        Some(Some(ins)) if query.patient.as_ref().is_none_or(|patient| *patient == ins) => {
            query.patient = Some(ins)
        }
        Some(_) => {
            let links = Links { own: url(&door.base, &shown), next: None };
            return Ok(Response::json(200, &searchset(0, Vec::new(), &links)));
        }
        None => {}
    }
    let asked = shown.clone();
    let frame_patient = our_id(visit, query.patient.as_ref(), patient_id).await?;
    if let Some(id) = frame_patient {
        hide_ins(&mut shown, id);
    }
    if let Some(sealed) = &sealed {
        match page::open(&door.page_key, visit.caller, &shown, sealed) {
            Some(paging) => query.paging = paging,
            None => return Ok(visit.teller.refuse(&[not_your_link()])),
        }
    }
    let count = query.paging.count;
    let found = match journey::search(visit.desk, visit.caller, TRANSACTION, query).await {
        Ok(found) => found,
        Err(refusal) => return Ok(visit.teller.refusal(&refusal)),
    };
    if !found.reached {
        // Absent for this caller: our id in a link would tell that there is a record.
        let links = Links { own: url(&door.base, &asked), next: None };
        return Ok(Response::json(200, &searchset(0, Vec::new(), &links)));
    }
    let patient = match (frame_patient, found.entries.first()) {
        (None, Some(first)) => {
            visit.desk.store.patient_id(&first.get().entry.patient, visit.desk.clock.now()).await?
        }
        (known, _) => known,
    };
    let next = Paging { count, ceiling: Some(found.ceiling), after: found.next };
    let next = page::seal(&door.page_key, visit.caller, &shown, &next, visit.desk.ids.uuid());
    let with = |state: Option<String>| {
        let state = state.map(|state| (page::PARAMETER.to_owned(), state));
        url(&door.base, &shown.iter().cloned().chain(state).collect::<Parameters>())
    };
    let links = Links { own: with(sealed), next: next.map(|state| with(Some(state))) };
    let systems = &visit.desk.mappings.systems;
    let frame = Frame { base: &door.base, systems, patient, stored_at: visit.desk.clock.now() };
    let ignored: Vec<Finding> = ignored.iter().map(|name| read_past(name)).collect();
    Ok(Response::json(200, &bundle(&found, &frame, &links, &ignored, &visit.teller)))
}

async fn our_id<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    patient: Option<&Ins>,
    given: Option<EntryUuid>,
) -> Result<Option<EntryUuid>, Fault> {
    match (given, patient) {
        (Some(id), _) => Ok(Some(id)),
        (None, Some(ins)) => visit.desk.store.patient_id(ins, visit.desk.clock.now()).await,
        (None, None) => Ok(None),
    }
}

/// Links name the patient by our id: an INS does not belong into URLs that travel.
fn hide_ins(parameters: &mut Parameters, id: EntryUuid) {
    parameters.retain(|(name, _)| {
        !request::PATIENT.contains(&name.as_str()) && !request::INS.contains(&name.as_str())
    });
    parameters.insert(0, ("patient".to_owned(), format!("Patient/{}", id.bare())));
}

fn not_your_link() -> Finding {
    refuse(
        page::PARAMETER,
        "ce lien de page a été modifié, ou fait pour un autre appelant ou une autre recherche : recommencer la recherche",
        "this page link was changed, or made for another caller or another search: start the search again",
    )
}

fn read_past(name: &str) -> Finding {
    refuse(name, "paramètre non pris en charge, ignoré", "parameter not supported, ignored").warning()
}

/// Reads one DocumentReference by our id.
pub(crate) async fn read<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let ask = DocumentAsk { patient: None, key: DocumentKey::Uuid(id) };
    let visible = match journey::read_entry(visit.desk, visit.caller, TRANSACTION, ask).await {
        Ok(visible) => visible,
        Err(refusal) => return visit.teller.refusal(&refusal),
    };
    let stored = visible.get();
    let patient = match visit.desk.store.patient_id(&stored.entry.patient, visit.desk.clock.now()).await {
        Ok(patient) => patient,
        Err(fault) => return visit.teller.fault(&fault),
    };
    let systems = &visit.desk.mappings.systems;
    let frame = Frame { base: &visit.door.base, systems, patient, stored_at: stored.stored_at };
    let mut response = Response::json(200, &write(&stored.entry, &stored.associations, &frame));
    response.headers.push(("ETag", format!("W/\"{}\"", stored.entry.version)));
    response
}
