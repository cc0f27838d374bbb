//! List to folder (MHD Folder, PDSm 3.1.1 §folder).

use model::{Availability, EntryUuid, Folder, Ins, UniqueId};

use crate::codec::Element;
use crate::document_reference::{
    Reading, Slice, entry_uuid, extensions, slice_of, unique_id, url::IS_ARCHIVED,
};
use crate::list::{comments, demanded, designations, forbidden, url};

const KNOWN: [&str; 3] = [url::DESIGNATION, url::HOME_COMMUNITY, IS_ARCHIVED];

/// What the message gives beside the List.
pub(crate) struct Given {
    /// The patient of `subject`; `None` when it could not be read (and was told).
    pub(crate) patient: Option<Ins>,
    /// The entryUUID to allocate if the List gives none.
    pub(crate) fresh: EntryUuid,
    /// The uniqueId to give if the List gives none: the same for a retry.
    pub(crate) unique_id: UniqueId,
}

/// Reads a new folder, telling everything that is wrong; `None` if something mandatory could not be read.
pub(crate) fn read(list: &Element<'_>, given: Given, reading: &mut Reading<'_>) -> Option<Folder> {
    let names = ["status", "mode", "code", "subject", "date", "title", "entry"];
    demanded(list, &names, &[("status", "current"), ("mode", "working")], reading);
    forbidden(list, reading);
    extensions(list, &KNOWN, reading);
    if list.has("source") {
        let finding = list.wrong("un classeur n'a pas de source", "a folder has no source");
        reading.tell(finding.at(list.place_of("source")));
    }
    let entry_uuid = match entry_uuid(list) {
        Some(uuid) => reading.keep(uuid),
        None => Some(given.fresh),
    };
    let identifiers = list.all("identifier");
    let unique_id = match identifiers.iter().find(|i| slice_of(i) == Some(Slice::UniqueId)) {
        Some(identifier) => reading.keep(unique_id(identifier)),
        None => Some(given.unique_id),
    };
    let codes = designations(list, None, reading);
    if list.extension(url::DESIGNATION).is_none() {
        reading.tell(list.missing("extension ihe-designationType (valueCodeableConcept)"));
    }
    let entry_uuid = entry_uuid?;
    Some(Folder {
        entry_uuid,
        logical_id: entry_uuid,
        version: 1,
        unique_id: unique_id?,
        availability: Availability::Approved,
        patient: given.patient?,
        codes,
        title: list.text("title").map(str::to_owned),
        comments: comments(list),
        last_update: None,
        extra: Vec::new(),
    })
}
