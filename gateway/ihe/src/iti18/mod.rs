//! ITI-18 Registry Stored Query: FindDocuments and GetDocuments (IHE ITI TF-2 §3.18).

mod parameter;
pub mod request;
pub mod response;
mod vocabulary;

#[cfg(test)]
mod tests;

use journey::{Clock, Desk, Found, Ids, Refusal, Store};
use model::{Caller, DocumentEntry, DocumentQuery, Finding, Paging, Rule};

use crate::registry::{RegistryError, Wording};
use crate::{Envelope, Response, Transaction};
use request::{ReturnType, StoredQuery};

/// Entries in full that one answer holds: a page of the store.
pub const MOST_ENTRIES: u32 = journey::MOST_ON_A_PAGE;
/// References that one answer holds: ten pages.
const MOST_REFERENCES: u64 = 10 * MOST_ENTRIES as u64;

/// Searches and answers. Nothing to see, hidden and absent are all an empty list with Success.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    let id = desk.ids.uuid().urn();
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction: Transaction::Iti18 };
    let fail =
        |errors: &[RegistryError]| response::write(envelope, &id, &[], ReturnType::ObjectRef, Err(errors));
    let StoredQuery { return_type, ask } = match request::read(envelope.payload()) {
        Ok(query) => query,
        Err(findings) => return fail(&wording.errors(&findings)),
    };
    let mut query = match ask {
        request::Ask::Documents(query) => *query,
        request::Ask::Nothing => return response::write(envelope, &id, &[], return_type, Ok(())),
        // A patient whose identifier is no INS is unknown here; but a token is about one patient only.
        request::Ask::UnknownPatient if caller.patient.is_none() => {
            return response::write(envelope, &id, &[], return_type, Ok(()));
        }
        request::Ask::UnknownPatient => {
            return fail(&wording.errors(&[Finding::new(Rule::TokenPatientIsQueryPatient)]));
        }
    };
    let misplaced = vocabulary::check(&query, &desk.mappings.codes);
    if !misplaced.is_empty() {
        return fail(&wording.errors(&misplaced));
    }
    let most = match return_type {
        ReturnType::LeafClass => u64::from(MOST_ENTRIES),
        ReturnType::ObjectRef => MOST_REFERENCES,
    };
    match pages(desk, caller, &mut query, most).await {
        Ok(found) if found.total > most => {
            let context = format!(
                "[{}] {} documents : {most} au plus ; restreignez la recherche, ou demandez ObjectRef si ce n'est fait",
                Rule::QueryIsComplete,
                found.total
            );
            fail(&[RegistryError::new("XDSTooManyResults", context)])
        }
        Ok(found) => {
            let entries: Vec<&DocumentEntry> =
                found.entries.iter().map(|visible| &visible.get().entry).collect();
            response::write(envelope, &id, &entries, return_type, Ok(()))
        }
        Err(Refusal::Absent) => response::write(envelope, &id, &[], return_type, Ok(())),
        Err(refusal) => fail(&wording.refusal(&refusal, None, &caller.request)).because(&refusal),
    }
}

/// Every page of the query, one snapshot; only the first when there are more than `most` entries in all.
async fn pages<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    query: &mut DocumentQuery,
    most: u64,
) -> Result<Found, Refusal> {
    let name = Transaction::Iti18.name();
    let mut found = journey::search(desk, caller, name, query.clone()).await?;
    while let Some(after) = found.next.take().filter(|_| found.total <= most) {
        query.paging = Paging { count: None, ceiling: Some(found.ceiling), after: Some(after) };
        let page = journey::search(desk, caller, name, query.clone()).await?;
        found.entries.extend(page.entries);
        found.next = page.next;
    }
    Ok(found)
}
