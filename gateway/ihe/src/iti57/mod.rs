//! ITI-57 Update Document Set, by which DMP software also masks, shows, archives and deletes (TD3.3a to d), and ITI-92
//! Restricted Update Document Set (XDS Metadata Update §3.57, Restricted Metadata Update §3.92).

#[cfg(test)]
mod tests;

use journey::{Clock, Desk, Ids, Store, Update};
use model::{Caller, Finding, Location, Rule};
use xml::Element;

use crate::ebrim::names::RIM;
use crate::ebrim::{Notes, Places, Symbols, update};
use crate::iti41::response;
use crate::registry::{Status, Wording};
use crate::{Envelope, Fault, Response, Transaction};

/// Does the update of `envelope`, all of it or nothing.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    let id = desk.ids.uuid().urn();
    let transaction = envelope.transaction;
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction };
    let Some(list) = envelope.payload().child(RIM, "RegistryObjectList") else {
        let at = Location::XPath(envelope.payload().path());
        let finding = Finding::new(Rule::MessageIsReadable).at(at);
        let finding = finding.detail("rim:RegistryObjectList attendu", "expected rim:RegistryObjectList");
        return crate::fault(Some(envelope), &Fault::of_findings(&desk.mappings, &[finding]));
    };
    let asked = match read(list, transaction == Transaction::Iti92, &desk.ids) {
        Ok(asked) => asked,
        Err(findings) => {
            return response::write(envelope, &id, Status::Failure, &wording.errors(&findings));
        }
    };
    match journey::update(desk, caller, transaction.name(), asked).await {
        Ok(()) => response::write(envelope, &id, Status::Success, &[]),
        Err(refusal) => {
            let places = Places::of(list);
            let refusal = refusal.located(|finding| places.locate(finding));
            let errors = wording.refusal(&refusal, None, &caller.request);
            response::write(envelope, &id, Status::Failure, &errors).because(&refusal)
        }
    }
}

/// Reads an update with every finding.
fn read(list: Element<'_>, restricted: bool, ids: &dyn Ids) -> Result<Update, Vec<Finding>> {
    let mut notes = Notes::default();
    let read = update::read(list, &mut Symbols::allocating(ids), &mut notes);
    match read.filter(|_| !notes.refuse()) {
        Some(read) => Ok(Update { set: read.set, operations: read.operations, restricted }),
        None => Err(notes.into_findings()),
    }
}
