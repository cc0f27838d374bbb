//! Folders of a bundle: new ones (POST), and those of the record that get documents (PUT of the whole folder).

use aws_lc_rs::digest::{SHA256, digest};
use journey::RestatedFolder;
use model::{EntryUuid, Finding, Folder, Rule, SubmissionSet, UniqueId};

use super::bundle::Entry;
use super::roles::Roles;
use crate::document_reference::Reading;
use crate::list::folder;
use crate::patient::Patients;

/// The uniqueId of a folder that comes without one: derived from what it came with, so that a retry makes no other.
pub(super) fn derived_id(
    set: Option<&SubmissionSet>,
    roles: &Roles<'_, '_>,
    number: usize,
) -> Option<UniqueId> {
    let mut text = format!("folder {number} of ");
    match set.and_then(|set| set.unique_id.as_ref()) {
        Some(id) => text.push_str(id.as_str()),
        None => {
            let resources = roles.documents.iter().filter_map(|(_, entry)| entry.resource.as_ref());
            let ids = resources.filter_map(|resource| resource.get("masterIdentifier")?.text("value"));
            ids.for_each(|id| {
                text.push_str(id);
                text.push(' ');
            });
        }
    }
    let digest = digest(&SHA256, text.as_bytes());
    let first = <[u8; 16]>::try_from(digest.as_ref().get(..16)?).ok()?;
    UniqueId::parse(&format!("2.25.{}", u128::from_be_bytes(first))).ok()
}

/// Reads a new folder.
pub(super) fn new(
    entry: &Entry<'_>,
    patients: &Patients<'_>,
    unique_id: UniqueId,
    fresh: EntryUuid,
    reading: &mut Reading<'_>,
) -> Option<Folder> {
    let list = entry.resource.as_ref()?;
    let patient = super::request::subject(list, patients, reading);
    folder::read(list, folder::Given { patient, fresh, unique_id }, reading)
}

/// Reads a folder of the record that is stated whole: which one, and its metadata. Its documents come with its members.
pub(super) fn restated(
    entry: &Entry<'_>,
    patients: &Patients<'_>,
    unique_id: UniqueId,
    fresh: EntryUuid,
    reading: &mut Reading<'_>,
) -> Option<RestatedFolder> {
    let list = entry.resource.as_ref()?;
    if list.text("status") == Some("retired") {
        reading.tell(Finding::new(Rule::TransactionIsSupported).at(list.place_of("status")).detail(
            "un dépôt ne retire pas un classeur (status retired) : changer son statut par ITI-57",
            "a deposit retires no folder (status retired): change its status by ITI-57",
        ));
        return None;
    }
    let id = own_list(entry.url, patients.base);
    if id.is_none() {
        reading.tell(entry.element.wrong(
            "request.url attendu : List/<uuid> d'un classeur de ce serveur",
            "expected request.url: List/<uuid> of a folder of this server",
        ));
    }
    let read = new(entry, patients, unique_id, fresh, reading);
    let (id, read) = (id?, read?);
    let at = list.place();
    Some(RestatedFolder {
        folder: id,
        codes: read.codes,
        title: read.title,
        comments: read.comments,
        documents: Vec::new(),
        at,
    })
}

/// The id of a List of this server.
pub(super) fn own_list(text: &str, base: &str) -> Option<EntryUuid> {
    let relative = text.strip_prefix(base).map_or(text, |rest| rest.trim_start_matches('/'));
    let id = relative.strip_prefix("List/")?;
    let id = id.split_once("/_history/").map_or(id, |(id, _)| id);
    EntryUuid::parse(id).ok()
}
