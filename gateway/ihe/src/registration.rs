//! `lcm:SubmitObjectsRequest` alone: metadata of documents that are held elsewhere or made on demand (ITI-42, ITI-61).

use journey::{Clock, Desk, Ids, Store};
use model::{Caller, Content, Finding, Location, Rule, Submission};
use xml::{Element, Writer};

use crate::ebrim::names::{LCM, RIM};
use crate::ebrim::{self, Notes, Places, Symbols, Way, submission};
use crate::iti41::response;
use crate::registry::{Status, Wording};
use crate::{Envelope, Fault, Response, Transaction};

/// Registers the submission of `envelope`, all or nothing. A request without an object list is a fault, every other
/// refusal a list of registry errors.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
    transaction: Transaction,
    way: Way,
) -> Response {
    let id = desk.ids.uuid().urn();
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction };
    let Some(list) = object_list(envelope.payload()) else {
        let findings = [unreadable(envelope.payload())];
        return crate::fault(Some(envelope), &Fault::of_findings(&desk.mappings, &findings));
    };
    let (submission, mut findings) = read(envelope.payload(), way, &desk.ids);
    let Some(submission) = submission else {
        return response::write(envelope, &id, Status::Failure, &wording.errors(&findings));
    };
    match journey::deposit(desk, caller, transaction.name(), submission).await {
        Ok((_, warnings)) => {
            let places = Places::of(list);
            findings.extend(warnings.into_iter().map(|finding| places.locate(finding)));
            response::write(envelope, &id, Status::Success, &wording.errors(&findings))
        }
        Err(refusal) => {
            let places = Places::of(list);
            let refusal = refusal.located(|finding| places.locate(finding));
            let errors = wording.refusal(&refusal, None, &caller.request);
            response::write(envelope, &id, Status::Failure, &errors).because(&refusal)
        }
    }
}

/// Reads the submission, if nothing refuses it, and every finding; the documents are held elsewhere.
pub(crate) fn read(request: Element<'_>, way: Way, ids: &dyn Ids) -> (Option<Submission>, Vec<Finding>) {
    let Some(list) = object_list(request) else { return (None, vec![unreadable(request)]) };
    let mut notes = Notes::default();
    let objects = submission::read(list, way, &mut Symbols::allocating(ids), &mut notes);
    let submission = objects.map(|objects| {
        notes.dropped(objects.dropped);
        Submission {
            set: objects.set,
            entries: objects.entries.into_iter().map(|(_, entry)| (entry, Content::Elsewhere)).collect(),
            folders: objects.folders,
            associations: objects.associations,
            memberships: objects.memberships,
            orphans: Vec::new(),
            identity_qualified: None,
        }
    });
    let submission = submission.filter(|_| !notes.refuse());
    (submission, notes.into_findings())
}

/// Every finding of a message that `judge` and the reading tell, each at its place in the message; nothing is
/// registered. The second value says whether it could be read.
pub(crate) fn check(
    envelope: &Envelope,
    way: Way,
    ids: &dyn Ids,
    judge: &dyn Fn(&Submission) -> Vec<Finding>,
) -> (Vec<Finding>, bool) {
    let (submission, mut findings) = read(envelope.payload(), way, ids);
    let Some((submission, list)) = submission.zip(object_list(envelope.payload())) else {
        return (findings, false);
    };
    let places = Places::of(list);
    findings.extend(judge(&submission).into_iter().map(|finding| places.locate(finding)));
    (findings, true)
}

/// The request element of a client.
pub(crate) fn write(submission: &Submission, way: Way) -> String {
    let mut writer = Writer::new();
    writer.start("lcm:SubmitObjectsRequest").attr("xmlns:lcm", LCM);
    ebrim::declare(&mut writer);
    ebrim::write_submission(&mut writer, submission, way);
    writer.finish()
}

fn object_list(request: Element<'_>) -> Option<Element<'_>> {
    request.child(RIM, "RegistryObjectList")
}

fn unreadable(request: Element<'_>) -> Finding {
    Finding::new(Rule::MessageIsReadable)
        .at(Location::XPath(request.path()))
        .detail("rim:RegistryObjectList attendu", "expected rim:RegistryObjectList")
}

#[cfg(test)]
mod tests;
