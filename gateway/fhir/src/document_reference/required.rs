//! Which elements a comprehensive DocumentReference must have: MHD 4.2.4's, and PDSm 3.1.1's beyond.

use super::{Reading, url};
use crate::codec::{Element, same_url};

/// Parent and element, as MHD comprehensive demands.
const MHD: [(&[&str], &str); 18] = [
    (&[], "masterIdentifier"),
    (&[], "status"),
    (&[], "type"),
    (&[], "category"),
    (&[], "subject"),
    (&[], "securityLabel"),
    (&[], "content"),
    (&[], "context"),
    (&["content"], "attachment"),
    (&["content"], "format"),
    (&["content", "attachment"], "contentType"),
    (&["content", "attachment"], "language"),
    (&["content", "attachment"], "url"),
    (&["content", "attachment"], "creation"),
    (&["context"], "facilityType"),
    (&["context"], "practiceSetting"),
    (&["context"], "sourcePatientInfo"),
    (&["masterIdentifier"], "value"),
];

/// What PDSm demands beyond.
const PDSM: [(&[&str], &str); 6] = [
    (&[], "date"),
    (&[], "author"),
    (&[], "custodian"),
    (&["content", "attachment"], "title"),
    (&["context"], "period"),
    (&["context", "period"], "start"),
];

/// Extensions that this door understands on a DocumentReference.
const KNOWN_EXTENSIONS: [&str; 2] =
    [url::IS_ARCHIVED, "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-HomeCommunityId"];

/// Collects everything that is missing, repeated or forbidden.
pub(crate) fn check(resource: &Element<'_>, reading: &mut Reading<'_>) {
    let beyond: &[(&[&str], &str)] = if reading.strict { &PDSM } else { &[] };
    for (parents, name) in MHD.iter().chain(beyond) {
        if let Some(parent) = find(resource, parents)
            && !parent.has(name)
        {
            reading.tell(parent.missing(name));
        }
    }
    for name in ["category", "content"] {
        if let Some(second) = resource.all(name).get(1) {
            reading.tell(
                second.wrong(format!("un seul {name} est permis"), format!("only one {name} is allowed")),
            );
        }
    }
    for name in ["docStatus", "modifierExtension"].iter().filter(|name| resource.has(name)) {
        let at = resource.place_of(name);
        let fr = format!("{name} n'est pas permis ici");
        reading.tell(resource.wrong(fr, format!("{name} is not allowed here")).at(at));
    }
    if let Some(attachment) = find(resource, &["content", "attachment"]).filter(|a| a.has("data")) {
        reading.tell(attachment.wrong(
            "data n'est pas permis dans ITI-65 : joindre un Binary et le désigner par url",
            "data is not allowed in ITI-65: add a Binary and name it by url",
        ));
    }
    extensions(resource, &KNOWN_EXTENSIONS, reading);
}

/// Warns of the extensions that are read past.
pub(crate) fn extensions(resource: &Element<'_>, known: &[&str], reading: &mut Reading<'_>) {
    for extension in resource.all("extension") {
        let Some(url) = extension.text("url") else {
            reading.tell(extension.missing("url"));
            continue;
        };
        if !known.iter().any(|known| same_url(known, url)) {
            let finding = extension.wrong(
                format!("extension inconnue ici, non conservée : {url}"),
                format!("extension not known here, not kept: {url}"),
            );
            reading.tell(finding.warning());
        }
    }
}

fn find<'a>(resource: &Element<'a>, parents: &[&str]) -> Option<Element<'a>> {
    parents.iter().try_fold(resource.clone(), |at, name| at.get(name).or_else(|| at.first(name)))
}
