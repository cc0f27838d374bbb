//! The Binary entries: decoded once, given to the documents that name them.

use std::collections::BTreeMap;

use model::{Content, ContentBytes, Finding, Location, MimeType, PartId, Rule};

use super::bundle::{Entries, Entry};
use super::request::Part;
use crate::codec::{Element, primitive};
use crate::document_reference::Reading;

/// The Binary entries and which document took which.
pub(crate) struct Parts<'e, 'a> {
    entries: &'e Entries<'a>,
    decoded: BTreeMap<usize, ContentBytes>,
    taken: BTreeMap<usize, usize>,
}

impl<'e, 'a> Parts<'e, 'a> {
    pub(crate) fn new(entries: &'e Entries<'a>) -> Self {
        Parts { entries, decoded: BTreeMap::new(), taken: BTreeMap::new() }
    }

    /// The bytes of the `number`-th document: the Binary of the Bundle that `attachment.url` names.
    pub(crate) fn of(
        &mut self,
        document: &Element<'_>,
        number: usize,
        base: &str,
        reading: &mut Reading<'_>,
    ) -> Content {
        let Some(attachment) = document.first("content").and_then(|content| content.get("attachment")) else {
            return Content::Missing(None);
        };
        let Some(url) = attachment.text("url") else { return Content::Missing(None) };
        let found =
            self.entries.position(url).and_then(|index| Some((index, self.entries.iter().nth(index)?)));
        let missing = Content::Missing(Some(PartId(shown(url, &attachment))));
        match found {
            Some((index, entry)) if entry.kind() == "Binary" => {
                if self.taken.insert(index, number).is_some() {
                    // One part sent once must not be kept, and paid for, as many documents.
                    let finding = attachment.wrong(
                        "ce Binary est déjà le contenu d'un autre DocumentReference : un Binary par document",
                        "this Binary is already the content of another DocumentReference: one Binary a document",
                    );
                    reading.tell(finding.at(attachment.place_of("url")));
                }
                self.bytes(index, entry, &attachment, reading).map_or(missing, Content::Inline)
            }
            Some(_) => {
                let at = attachment.place_of("url");
                let finding = attachment
                    .wrong("url doit désigner un Binary du Bundle", "url must name a Binary of the Bundle");
                reading.tell(finding.at(at));
                missing
            }
            None => {
                if url.contains("://") && !url.starts_with(base) {
                    reading.tell(Finding::new(Rule::TransactionIsSupported).at(attachment.place_of("url")).detail(
                        "un document hébergé ailleurs n'est pas pris en charge : joindre son Binary au Bundle",
                        "a document hosted elsewhere is not supported: add its Binary to the Bundle",
                    ));
                }
                missing
            }
        }
    }

    fn bytes(
        &mut self,
        index: usize,
        entry: &Entry<'_>,
        attachment: &Element<'_>,
        reading: &mut Reading<'_>,
    ) -> Option<ContentBytes> {
        let binary = entry.resource.as_ref()?;
        if !binary.has("contentType") {
            reading.tell(binary.missing("contentType"));
            return None;
        }
        let kind = |text: Option<&str>| text.and_then(|text| MimeType::parse(text).ok());
        if kind(binary.text("contentType")) != kind(attachment.text("contentType")) {
            let finding = binary.wrong(
                "Binary.contentType diffère de attachment.contentType, qui est retenu",
                "Binary.contentType differs from attachment.contentType, which is kept",
            );
            reading.tell(finding.at(binary.place_of("contentType")).warning());
        }
        if let Some(bytes) = self.decoded.get(&index) {
            return Some(bytes.clone());
        }
        let Some(data) = binary.text("data") else {
            reading.tell(binary.missing("data"));
            return None;
        };
        let bytes = ContentBytes::new(primitive::decode(data)?);
        self.decoded.insert(index, bytes.clone());
        Some(bytes)
    }

    /// Says of each Binary entry whose it is; those that nobody names are orphans (rule G1).
    pub(crate) fn finish(self, parts: &mut [Part]) -> Vec<(PartId, Location)> {
        let mut orphans = Vec::new();
        for ((index, entry), part) in self.entries.iter().enumerate().zip(parts.iter_mut()) {
            if entry.kind() == "Binary" {
                let owner = self.taken.get(&index).copied();
                *part = Part::Binary(owner);
                if owner.is_none() {
                    orphans.push((PartId(entry.name()), entry.element.place()));
                }
            }
        }
        orphans
    }
}

/// The name of a part in findings: a URN says nothing of anybody, any other URL is told by its place.
fn shown(url: &str, attachment: &Element<'_>) -> String {
    match url.starts_with("urn:uuid:") || url.starts_with("urn:oid:") {
        true => url.to_owned(),
        false => attachment.place_of("url").as_str().to_owned(),
    }
}
