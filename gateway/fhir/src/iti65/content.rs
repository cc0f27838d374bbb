//! The Binary entries and FHIR documents: decoded once, given to the documents that name them.

use std::collections::BTreeMap;

use model::{Content, ContentBytes, Finding, Ins, Location, MimeType, PartId, Rule};

use super::bundle::{Entries, Entry};
use super::part::{Part, Parted};
use super::roles::is_document;
use crate::codec::{Element, primitive};
use crate::document_reference::Reading;
use crate::fhir_document;
use crate::media::Format;

/// Which document asks for its bytes.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'x> {
    /// Its number among the documents.
    pub(crate) number: usize,
    /// Its patient, when it could be read.
    pub(crate) patient: Option<&'x Ins>,
}

/// The Binary entries and which document took which.
pub(crate) struct Parts<'e, 'a> {
    entries: &'e Entries<'a>,
    /// The format that the message came in.
    format: Format,
    decoded: BTreeMap<usize, ContentBytes>,
    taken: BTreeMap<usize, usize>,
    /// Numbers of the documents whose bytes are our serialisation.
    reckoned: Vec<usize>,
}

impl<'e, 'a> Parts<'e, 'a> {
    pub(crate) fn new(entries: &'e Entries<'a>, format: Format) -> Self {
        Parts { entries, format, decoded: BTreeMap::new(), taken: BTreeMap::new(), reckoned: Vec::new() }
    }

    /// The bytes of the `number`-th document: the Binary or FHIR document of the Bundle that `attachment.url` names.
    pub(crate) fn of(
        &mut self,
        document: &Element<'_>,
        wanted: Wanted<'_>,
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
            Some((index, entry)) if is_content(entry) => {
                if self.taken.insert(index, wanted.number).is_some() {
                    // One part sent once must not be kept, and paid for, as many documents.
                    let finding = attachment.wrong(
                        "cette entrée est déjà le contenu d'un autre DocumentReference : une par document",
                        "this entry is already the content of another DocumentReference: one a document",
                    );
                    reading.tell(finding.at(attachment.place_of("url")));
                }
                let bytes = match entry.kind() {
                    "Binary" => self.bytes(index, entry, &attachment, reading),
                    _ => {
                        self.reckoned.push(wanted.number);
                        document_bytes(entry, &attachment, wanted, self.format, reading)
                    }
                };
                if let (Some(bytes), "Binary", Some(binary)) = (&bytes, entry.kind(), &entry.resource)
                    && let Some(format) = fhir_document::declared(&attachment)
                {
                    let found =
                        fhir_document::check_bytes(bytes.as_slice(), format, wanted.patient, binary, "data");
                    reading.findings.extend(found);
                }
                bytes.map_or(missing, Content::Inline)
            }
            Some(_) => {
                let at = attachment.place_of("url");
                let finding = attachment.wrong(
                    "url doit désigner un Binary ou un document FHIR du Bundle",
                    "url must name a Binary or a FHIR document of the Bundle",
                );
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

    /// True if the bytes of this document are our serialisation: the sender cannot know its hash and size.
    pub(crate) fn is_reckoned(&self, number: usize) -> bool {
        self.reckoned.contains(&number)
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

    /// Says of each such entry whose it is; those that nobody names are orphans (rule G1).
    pub(crate) fn finish(self, parts: &mut Parted) -> Vec<(PartId, Location)> {
        let mut orphans = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if is_content(entry) {
                let owner = self.taken.get(&index).copied();
                parts.put(index, Part::Binary(owner));
                if owner.is_none() {
                    orphans.push((PartId(entry.name()), entry.element.place()));
                }
            }
        }
        orphans
    }
}

fn is_content(entry: &Entry<'_>) -> bool {
    match entry.kind() {
        "Binary" => true,
        "Bundle" => is_document(entry),
        _ => false,
    }
}

/// The bytes of a FHIR document; what keeps it from being one is told.
fn document_bytes(
    entry: &Entry<'_>,
    attachment: &Element<'_>,
    wanted: Wanted<'_>,
    format: Format,
    reading: &mut Reading<'_>,
) -> Option<ContentBytes> {
    let bundle = entry.resource.as_ref()?;
    reading.findings.extend(fhir_document::check(bundle));
    reading.findings.extend(wanted.patient.and_then(|ins| fhir_document::of_another_patient(bundle, ins)));
    let expected = format.media_type();
    let declared = attachment.text("contentType").and_then(|text| MimeType::parse(text).ok());
    if attachment.has("contentType") && declared.is_none_or(|mime| mime.as_str() != expected) {
        let finding = attachment.wrong(
            format!(
                "un document FHIR est conservé dans le format du message : contentType attendu {expected}"
            ),
            format!("a FHIR document is kept in the format of the message: expected contentType {expected}"),
        );
        reading.tell(finding.at(attachment.place_of("contentType")));
    }
    for name in ["hash", "size"].iter().filter(|name| attachment.has(name)) {
        let finding = attachment.wrong(
            format!("{name} d'un document FHIR est calculé ici : non pris en compte"),
            format!("{name} of a FHIR document is reckoned here: not regarded"),
        );
        reading.tell(finding.at(attachment.place_of(name)).warning());
    }
    Some(ContentBytes::new(fhir_document::bytes(bundle.value(), format)))
}

/// The name of a part in findings: a URN says nothing of anybody, any other URL is told by its place.
fn shown(url: &str, attachment: &Element<'_>) -> String {
    match url.starts_with("urn:uuid:") || url.starts_with("urn:oid:") {
        true => url.to_owned(),
        false => attachment.place_of("url").as_str().to_owned(),
    }
}
