//! ITI-67 Find Document References, and the read of one DocumentReference (IHE MHD 4.2.4, PDSm 3.1.1).

mod named;
mod parameters;
mod request;
mod response;
#[cfg(test)]
mod tests;
mod versions;

use journey::{Clock, DocumentAsk, DocumentKey, Fault, Ids, Store};
use model::{EntryUuid, Finding, Paging};

use crate::document_reference::{Frame, write};
use crate::patient::strict;
use crate::search::answer::{Entries, Linking, Parameters, given, read_past, told, whose};
use crate::{Response, Visit};

use request::Asked;
use response::bundle;
use versions::conditional;

pub(crate) use named::{one_named, unique_id};
pub(crate) use parameters::{OFFERED, PARAMETERS};
pub(crate) use request::patient_name;
pub(crate) use versions::{history, read_version};

const TRANSACTION: &str = "ITI-67";

/// Searches.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let (asked, given) = match asked(visit) {
        Ok(asked) => asked,
        Err(findings) => return visit.teller.refuse(&findings),
    };
    match find(visit, asked, given).await {
        Ok(response) => response,
        Err(fault) => visit.teller.fault(&fault),
    }
}

fn asked<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
) -> Result<(Asked, Parameters), Vec<Finding>> {
    let given = given(visit.request)?;
    let frame = request::Frame {
        mappings: &visit.desk.mappings,
        base: &visit.door.base,
        french: visit.desk.pack.french,
        strict: strict(visit.request.prefer),
        status_is_optional: visit.door.status_is_optional,
        now: visit.desk.clock.now(),
    };
    Ok((request::read(&given, &frame)?, given))
}

async fn find<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    asked: Asked,
    given: Parameters,
) -> Result<Response, Fault> {
    let Asked { mut query, patient, results, ignored, page: sealed } = asked;
    let (base, past) = (visit.door.base.as_str(), read_past(&ignored, &results));
    let linking = |id| {
        let names_patient = |name: &str| patient_name(name).starts_with("patient");
        Linking::new(base, "DocumentReference", given.clone(), &past, names_patient, id)
    };
    let (told, last) = (told(&ignored, &results), Paging::default());
    let entries = Entries::new(base, &results.shape);
    let Some(whose) = whose(visit, patient).await? else {
        let links = linking(None).links(visit, None, &last);
        return Ok(entries.searchset(visit, 0, links, &told));
    };
    let links = linking(whose.id);
    if let Some(sealed) = &sealed {
        match links.open(visit, sealed) {
            Ok(paging) => query.paging = paging,
            Err(finding) => return Ok(visit.teller.refuse(&[*finding])),
        }
    }
    let count = query.paging.count;
    query.patient = whose.ins;
    let lists = results.shows("List:item");
    let found = match journey::search_beside(visit.desk, visit.caller, TRANSACTION, query, lists).await {
        Ok(found) => found,
        Err(refusal) => return Ok(visit.teller.refusal(&refusal)),
    };
    if !found.reached {
        // Absent for this caller: our id in a link would tell that there is a record.
        let links = linking(None).links(visit, None, &last);
        return Ok(entries.searchset(visit, 0, links, &told));
    }
    let patient = match (whose.id, found.entries.first()) {
        (None, Some(first)) => {
            visit.desk.store.patient_id(&first.get().entry.patient, visit.desk.clock.now()).await?
        }
        (known, _) => known,
    };
    let next = Paging { count, ceiling: Some(found.ceiling), after: found.next };
    let links = links.links(visit, sealed.as_deref(), &next);
    let systems = &visit.desk.mappings.systems;
    let frame = Frame { base, systems, patient, stored_at: visit.desk.clock.now() };
    Ok(bundle(visit, &found, &frame, &results.shape, links, &told))
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
    let frame = Frame { base: &visit.door.base, systems, patient, stored_at: stored.changed_at };
    let resource = write(&stored.entry, &stored.associations, &frame);
    conditional(visit.request, stored, &resource)
}
