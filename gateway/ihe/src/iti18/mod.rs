//! ITI-18 Registry Stored Query: FindDocuments and GetDocuments (IHE ITI TF-2 §3.18).

mod parameter;
pub mod request;
pub mod response;

#[cfg(test)]
mod tests;

use journey::{Clock, Desk, Ids, Refusal, Store};
use model::{Caller, DocumentEntry, Finding, Rule};

use crate::registry::{RegistryError, Wording};
use crate::{Envelope, Response, Transaction};
use request::{ReturnType, StoredQuery};

/// Entries in full that one answer holds.
pub const MOST_ENTRIES: u32 = 5_000;

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
    if return_type == ReturnType::LeafClass {
        query.paging.count = Some(MOST_ENTRIES);
    }
    match journey::search(desk, caller, Transaction::Iti18.name(), query).await {
        Ok(found) if return_type == ReturnType::LeafClass && found.total > u64::from(MOST_ENTRIES) => {
            let context = format!(
                "{} documents : {MOST_ENTRIES} au plus en LeafClass ; restreignez la recherche ou demandez ObjectRef",
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
        Err(refusal) => fail(&wording.refusal(&refusal, None, &caller.request)),
    }
}
