//! Which elements a DocumentReference must have: MHD 4.2.4's, and PDSm 3.1.1's beyond.

use super::{Form, Reading, url};
use crate::codec::{Element, same_url};

/// Parent and element.
type Demand = (&'static [&'static str], &'static str);

/// What every document entry needs, whatever the form (MHD comprehensive; the XDS metadata of a stable document).
const ENTRY: [Demand; 16] = [
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
    (&["content", "attachment"], "creation"),
    (&["context"], "facilityType"),
    (&["context"], "practiceSetting"),
    (&["masterIdentifier"], "value"),
];

/// What MHD comprehensive demands beyond.
const COMPREHENSIVE: [Demand; 2] = [(&["content", "attachment"], "url"), (&["context"], "sourcePatientInfo")];

/// What MHD minimal demands beyond.
const MINIMAL: [Demand; 1] = [(&["content", "attachment"], "url")];

/// What MHD simplified publish demands beyond.
const SIMPLIFIED: [Demand; 1] = [(&["content", "attachment"], "data")];

/// What PDSm demands beyond, in both forms.
const PDSM: [Demand; 3] = [(&[], "date"), (&[], "author"), (&["content", "attachment"], "title")];

/// PDSm: the organisation that keeps the document.
const PDSM_CUSTODIAN: [Demand; 1] = [(&[], "custodian")];

/// What PDSm comprehensive demands beyond.
const PDSM_COMPREHENSIVE: [Demand; 2] = [(&["context"], "period"), (&["context", "period"], "start")];

/// Extensions that this door understands on a DocumentReference.
const KNOWN_EXTENSIONS: [&str; 2] =
    [url::IS_ARCHIVED, "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-HomeCommunityId"];

/// Collects everything that is missing, repeated or forbidden.
pub(crate) fn check(resource: &Element<'_>, form: Form, reading: &mut Reading<'_>) {
    if form == Form::Shown {
        return;
    }
    for demands in demanded(form, reading.strict) {
        for (parents, name) in demands {
            if let Some(parent) = find(resource, parents)
                && !parent.has(name)
            {
                reading.tell(parent.missing(name));
            }
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
    if let Some(attachment) = find(resource, &["content", "attachment"]) {
        one_place_for_the_bytes(&attachment, form, reading);
    }
    extensions(resource, &KNOWN_EXTENSIONS, reading);
}

fn demanded(form: Form, strict: bool) -> Vec<&'static [Demand]> {
    let mut tables: Vec<&'static [Demand]> = vec![&ENTRY];
    let (of_mhd, of_pdsm): (&'static [Demand], &'static [Demand]) = match form {
        Form::Comprehensive => (&COMPREHENSIVE, &PDSM_COMPREHENSIVE),
        Form::Minimal => (&MINIMAL, &PDSM_COMPREHENSIVE),
        Form::Simplified { .. } => (&SIMPLIFIED, &[]),
        Form::Shown => (&[], &[]),
    };
    tables.push(of_mhd);
    if strict {
        tables.extend([&PDSM, of_pdsm]);
    }
    if strict && form != (Form::Simplified { custodian: false }) {
        tables.push(&PDSM_CUSTODIAN);
    }
    tables
}

/// ITI-65 carries the bytes in a Binary, ITI-105 in the attachment.
fn one_place_for_the_bytes(attachment: &Element<'_>, form: Form, reading: &mut Reading<'_>) {
    let finding = match form {
        Form::Comprehensive | Form::Minimal if attachment.has("data") => attachment.wrong(
            "data n'est pas permis dans ITI-65 : joindre un Binary et le désigner par url",
            "data is not allowed in ITI-65: add a Binary and name it by url",
        ),
        Form::Simplified { .. } if attachment.has("url") => attachment
            .wrong(
                "url n'est pas permis dans ITI-105 : donner le document dans data, ou déposer par ITI-65",
                "url is not allowed in ITI-105: give the document in data, or deposit by ITI-65",
            )
            .at(attachment.place_of("url")),
        Form::Comprehensive | Form::Minimal | Form::Simplified { .. } | Form::Shown => return,
    };
    reading.tell(finding);
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
