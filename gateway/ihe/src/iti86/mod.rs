//! ITI-86 Remove Documents: the bytes of documents are destroyed, what is known of them stays (IHE RMD §3.86).

use journey::{Clock, Desk, Ids, Refusal, Store};
use model::{Caller, Rule, UniqueId};

use crate::ebrim::names::RMD;
use crate::iti41::response;
use crate::iti43::request;
use crate::registry::{RegistryError, Status, Wording};
use crate::{Envelope, Fault, Response, Transaction};

/// Destroys the documents one by one; each that stays has its error. A refusal that concerns the record or the
/// caller refuses the rest of the request too.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    let id = desk.ids.uuid().urn();
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction: Transaction::Iti86 };
    let requests = match request::read_in(envelope.payload(), &[RMD, crate::ebrim::names::XDS]) {
        Ok(requests) => requests,
        Err(findings) if findings.iter().any(|finding| finding.rule == Rule::MessageIsReadable) => {
            return crate::fault(Some(envelope), &Fault::of_findings(&desk.mappings, &findings));
        }
        Err(findings) => {
            return response::write(envelope, &id, Status::Failure, &wording.errors(&findings));
        }
    };
    let (mut removed, mut errors, mut failure) = (0_usize, Vec::new(), None);
    for request in requests {
        if request.repository != desk.pack.repository.as_str() {
            let context = format!("[{}] Entrepôt inconnu ici (RepositoryUniqueId)", Rule::QueryIsComplete);
            errors.push(request.about(RegistryError::new("XDSUnknownRepositoryId", context)));
            continue;
        }
        let Ok(document) = UniqueId::parse(&request.document) else {
            errors.push(request.about(request.absent()));
            continue;
        };
        match journey::remove_document(desk, caller, Transaction::Iti86.name(), document).await {
            Ok(()) => removed += 1,
            Err(refusal) => {
                let told = wording.refusal(&refusal, Some(request.absent()), &caller.request);
                errors.extend(told.into_iter().map(|error| request.about(error)));
                if matches!(refusal, Refusal::Fault(_)) {
                    failure = Some(refusal);
                    break;
                }
            }
        }
    }
    let status = match (removed, errors.is_empty()) {
        (_, true) => Status::Success,
        (0, false) => Status::Failure,
        (_, false) => Status::PartialSuccess,
    };
    let answer = response::write(envelope, &id, status, &errors);
    match failure {
        Some(refusal) => answer.because(&refusal),
        None => answer,
    }
}
