//! ITI-43 Retrieve Document Set: reading documents (IHE ITI TF-2 §3.43).

pub mod request;
pub mod response;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};

use journey::{Clock, Desk, DocumentAsk, DocumentKey, Ids, Looked, Refusal, Store, StoredEntry, Take};
use model::{Caller, EntryKind, Rule, Stage, UniqueId};

use crate::registry::{RegistryError, Wording};
use crate::{Envelope, Fault, Response, Transaction};
use request::DocumentRequest;
use response::Given;

/// Bytes of documents of one answer that are held in memory; the others are read as they go out.
const IN_HAND: u64 = 1 << 20;

/// Retrieves the documents one by one. What is hidden, unknown or elsewhere is told per document; a refusal that
/// concerns the record or the caller refuses the whole request (decision-order, table 2).
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    let id = desk.ids.uuid().urn();
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction: Transaction::Iti43 };
    let requests = match request::read(envelope.payload()) {
        Ok(requests) => requests,
        Err(findings) if findings.iter().any(|finding| finding.rule == Rule::MessageIsReadable) => {
            return crate::fault(Some(envelope), &Fault::of_findings(&desk.mappings, &findings));
        }
        Err(findings) => return response::write(envelope, &id, Vec::new(), &wording.errors(&findings)),
    };
    let (mut documents, mut errors) = (Vec::new(), Vec::new());
    let (mut length, mut in_hand) = (0_u64, 0_u64);
    for request in requests {
        let full = length >= envelope.longest_answer;
        let unique_id = match addressed(&request, desk.pack.repository.as_str(), full) {
            Ok(unique_id) => unique_id,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let ask = DocumentAsk { patient: None, key: DocumentKey::Unique(unique_id) };
        let on_demand = AtomicBool::new(false);
        let held_here = |stored: &StoredEntry| {
            let entry = &stored.entry;
            let here = entry.repository.as_ref().is_none_or(|given| *given == desk.pack.repository);
            on_demand.fetch_or(here && entry.kind == EntryKind::OnDemand, Ordering::Relaxed);
            if here && entry.kind == EntryKind::Stable { Take::Whole } else { Take::Nothing }
        };
        let whole = IN_HAND.saturating_sub(in_hand);
        match journey::open_if(desk, caller, Transaction::Iti43.name(), ask, held_here, whole).await {
            Ok(Looked::Opened(opened)) => {
                length = length.saturating_add(opened.size());
                if opened.bytes.is_some() {
                    in_hand = in_hand.saturating_add(opened.size());
                }
                documents.push(Given::of(&desk.pack.repository, opened));
            }
            Ok(Looked::NotTaken(_)) => errors.push(request.about(not_held(&request, on_demand.into_inner()))),
            Err(refusal) if concerns_document(&refusal) => {
                let told = wording.refusal(&refusal, Some(request.absent()), &caller.request);
                errors.extend(told.into_iter().map(|error| request.about(error)));
            }
            Err(refusal) => {
                let told = wording.refusal(&refusal, None, &caller.request);
                return response::write(envelope, &id, Vec::new(), &told).because(&refusal);
            }
        }
    }
    response::write(envelope, &id, documents, &errors)
}

/// What is said of a document that the caller sees and that this repository does not hold.
fn not_held(request: &DocumentRequest, on_demand: bool) -> RegistryError {
    if on_demand {
        let context = "Document à la demande : cet entrepôt n'en produit pas";
        return RegistryError::new("XDSRepositoryError", context);
    }
    request.absent()
}

/// The document's id, when it is to be looked for here.
fn addressed(request: &DocumentRequest, here: &str, full: bool) -> Result<UniqueId, RegistryError> {
    if request.repository != here {
        let context = format!("[{}] Entrepôt inconnu ici (RepositoryUniqueId)", Rule::QueryIsComplete);
        return Err(request.about(RegistryError::new("XDSUnknownRepositoryId", context)));
    }
    if full {
        let context = "Réponse trop volumineuse : redemandez ce document dans une autre requête";
        return Err(request.about(RegistryError::new("XDSRepositoryOutOfResources", context)));
    }
    UniqueId::parse(&request.document).map_err(|_| request.about(request.absent()))
}

/// True for what is said of one document only: hidden or absent, and stored bytes that are not sound.
fn concerns_document(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Absent => true,
        Refusal::Refused(refused) => {
            refused.stage == Stage::Commit
                && refused.findings.iter().all(|finding| finding.rule == Rule::ContentIsSound)
        }
        Refusal::Fault(_) => false,
    }
}
