//! B2, national part: the demands of `mappings/constraints/metadata.csv` on set, entries and folders. One generic
//! check; which attribute must be there, how often, how long and in which form is data.
//!
//! Source: CI-SIS, XDS metadata (France). Asked only in the French pack. No value is shown: a title or an
//! identifier may name the patient. The demand on the number of signatures of a set is rule G7's.

use mappings::{Applies, Attribute, Constrained, Constraint, Kind, Mappings};
use model::{
    Author, Code, CodedText, DocumentEntry, Finding, Folder, Location, Rule, SubmissionSet, SubmittedObject,
};

use super::RequestCase;

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    if !case.pack.french {
        return Vec::new();
    }
    let (mappings, transaction) = (case.mappings, case.transaction);
    let set = &case.submission.set;
    let mut findings =
        breaches(mappings, transaction, Constrained::Set, Applies::All, SubmittedObject::Set, &|attribute| {
            of_set(set, attribute)
        });
    for (index, (entry, _)) in case.submission.entries.iter().enumerate() {
        let signs = mappings.codes.is(Kind::SetSignature, &entry.type_code);
        let applies = if signs { Applies::Signature } else { Applies::Document };
        let at = SubmittedObject::Entry(index);
        findings.extend(breaches(mappings, transaction, Constrained::Entry, applies, at, &|attribute| {
            of_entry(entry, attribute)
        }));
    }
    for (index, folder) in case.submission.folders.iter().enumerate() {
        let at = SubmittedObject::Folder(index);
        let is = Applies::Document;
        findings.extend(breaches(mappings, transaction, Constrained::Folder, is, at, &|attribute| {
            of_folder(folder, attribute)
        }));
    }
    findings
}

/// The demands on one object that its values do not meet. `values` gives the values of an attribute.
pub(crate) fn breaches(
    mappings: &Mappings,
    transaction: &str,
    object: Constrained,
    is: Applies,
    at: SubmittedObject,
    values: &dyn Fn(Attribute) -> Vec<String>,
) -> Vec<Finding> {
    let asked = mappings.constraints.of(object, transaction);
    let asked = asked.filter(|one| one.applies == Applies::All || one.applies == is);
    let asked = asked.filter(|one| one.attribute != Attribute::Signature);
    asked.flat_map(|one| breach(one, at, &values(one.attribute))).collect()
}

fn breach(constraint: &Constraint, at: SubmittedObject, values: &[String]) -> Vec<Finding> {
    let name = constraint.attribute.name();
    let finding = |fr: String, en: String| {
        let basis = &constraint.basis;
        Finding::new(Rule::MetadataIsWellFormed)
            .at(Location::Submitted(at, place(constraint.attribute)))
            .arg("attribute", name)
            .detail(format!("{name} : {fr} [{basis}]"), format!("{name}: {en} [{basis}]"))
    };
    let (min, found) = (constraint.min, values.len());
    if found < min {
        return vec![finding(
            format!("{min} valeur(s) au moins attendue(s), {found} trouvée(s)"),
            format!("expected at least {min} value(s), found {found}"),
        )];
    }
    let mut findings = Vec::new();
    if let Some(max) = constraint.max.filter(|max| found > *max) {
        findings.push(finding(
            format!("{max} valeur(s) au plus, {found} trouvée(s)"),
            format!("expected at most {max} value(s), found {found}"),
        ));
    }
    let longest = values.iter().map(|value| value.chars().count()).max().unwrap_or(0);
    if let Some(most) = constraint.longest.filter(|most| longest > *most) {
        findings.push(finding(
            format!("{most} caractères au plus, {longest} trouvés"),
            format!("at most {most} characters, found {longest}"),
        ));
    }
    let one_of = &constraint.one_of;
    if !one_of.is_empty() && values.iter().any(|value| !one_of.contains(value)) {
        let listed = one_of.join(", ");
        findings.push(finding(format!("valeur attendue : {listed}"), format!("expected value: {listed}")));
    }
    if let Some(pattern) = &constraint.pattern
        && values.iter().any(|value| !pattern.is_match(value))
    {
        findings.push(finding("valeur d'une autre forme".to_owned(), "a value of another form".to_owned()));
    }
    findings
}

/// The attribute that a location names: the parts of an author stand in one element.
fn place(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::AuthorInstitution
        | Attribute::AuthorPerson
        | Attribute::AuthorRole
        | Attribute::AuthorSpecialty => "author",
        Attribute::ReferenceIdType => "referenceIdList",
        Attribute::Signature => "",
        Attribute::ClassCode
        | Attribute::CodeList
        | Attribute::Comments
        | Attribute::ConfidentialityCode
        | Attribute::ContentTypeCode
        | Attribute::CreationTime
        | Attribute::EventCodeList
        | Attribute::FormatCode
        | Attribute::Hash
        | Attribute::FacilityType
        | Attribute::IntendedRecipient
        | Attribute::LanguageCode
        | Attribute::LegalAuthenticator
        | Attribute::MimeType
        | Attribute::PracticeSetting
        | Attribute::ServiceStart
        | Attribute::ServiceStop
        | Attribute::Size
        | Attribute::SourcePatientId
        | Attribute::SubmissionTime
        | Attribute::Title
        | Attribute::TypeCode
        | Attribute::UniqueId => attribute.name(),
    }
}

fn of_set(set: &SubmissionSet, attribute: Attribute) -> Vec<String> {
    match attribute {
        Attribute::UniqueId => set.unique_id.iter().map(|id| id.as_str().to_owned()).collect(),
        Attribute::SubmissionTime => vec![set.submission_time.as_str().to_owned()],
        Attribute::ContentTypeCode => vec![set.content_type.value.clone()],
        Attribute::IntendedRecipient => set.intended_recipients.clone(),
        Attribute::Title => set.title.iter().cloned().collect(),
        Attribute::Comments => set.comments.iter().cloned().collect(),
        Attribute::AuthorPerson => persons(&set.authors),
        Attribute::AuthorInstitution => institutions(&set.authors),
        Attribute::AuthorRole => texts(&set.authors, |author| &author.roles),
        Attribute::AuthorSpecialty => texts(&set.authors, |author| &author.specialties),
        Attribute::ClassCode
        | Attribute::CodeList
        | Attribute::ConfidentialityCode
        | Attribute::CreationTime
        | Attribute::EventCodeList
        | Attribute::FormatCode
        | Attribute::Hash
        | Attribute::FacilityType
        | Attribute::LanguageCode
        | Attribute::LegalAuthenticator
        | Attribute::MimeType
        | Attribute::PracticeSetting
        | Attribute::ReferenceIdType
        | Attribute::ServiceStart
        | Attribute::ServiceStop
        | Attribute::Signature
        | Attribute::Size
        | Attribute::SourcePatientId
        | Attribute::TypeCode => Vec::new(),
    }
}

fn of_entry(entry: &DocumentEntry, attribute: Attribute) -> Vec<String> {
    let code = |code: &Code| vec![code.value.clone()];
    let codes = |codes: &[Code]| codes.iter().map(|code| code.value.clone()).collect();
    match attribute {
        Attribute::ClassCode => code(&entry.class_code),
        Attribute::TypeCode => code(&entry.type_code),
        Attribute::FormatCode => code(&entry.format_code),
        Attribute::FacilityType => code(&entry.facility_type),
        Attribute::PracticeSetting => code(&entry.practice_setting),
        Attribute::ConfidentialityCode => codes(&entry.confidentiality),
        Attribute::EventCodeList => codes(&entry.event_codes),
        Attribute::CreationTime => vec![entry.creation_time.as_str().to_owned()],
        Attribute::ServiceStart => entry.service_start.iter().map(|time| time.as_str().to_owned()).collect(),
        Attribute::ServiceStop => entry.service_stop.iter().map(|time| time.as_str().to_owned()).collect(),
        Attribute::LanguageCode => vec![entry.language.as_str().to_owned()],
        Attribute::MimeType => vec![entry.mime_type.as_str().to_owned()],
        Attribute::Hash => entry.hash.iter().map(|hash| hash.hex()).collect(),
        Attribute::Size => entry.size.iter().map(u64::to_string).collect(),
        Attribute::Title => entry.title.iter().cloned().collect(),
        Attribute::Comments => entry.comments.iter().cloned().collect(),
        Attribute::LegalAuthenticator => entry.legal_authenticator.iter().map(|xcn| xcn.to_hl7()).collect(),
        Attribute::SourcePatientId => entry.source_patient_id.iter().map(|cx| cx.to_hl7()).collect(),
        Attribute::ReferenceIdType => entry.reference_ids.iter().map(|id| id.kind.clone()).collect(),
        Attribute::UniqueId => vec![entry.unique_id.as_str().to_owned()],
        Attribute::AuthorPerson => persons(&entry.authors),
        Attribute::AuthorInstitution => institutions(&entry.authors),
        Attribute::AuthorRole => texts(&entry.authors, |author| &author.roles),
        Attribute::AuthorSpecialty => texts(&entry.authors, |author| &author.specialties),
        Attribute::CodeList
        | Attribute::ContentTypeCode
        | Attribute::IntendedRecipient
        | Attribute::Signature
        | Attribute::SubmissionTime => Vec::new(),
    }
}

fn of_folder(folder: &Folder, attribute: Attribute) -> Vec<String> {
    match attribute {
        Attribute::CodeList => folder.codes.iter().map(|code| code.value.clone()).collect(),
        Attribute::Title => folder.title.iter().cloned().collect(),
        Attribute::Comments => folder.comments.iter().cloned().collect(),
        Attribute::UniqueId => vec![folder.unique_id.as_str().to_owned()],
        Attribute::AuthorInstitution
        | Attribute::AuthorPerson
        | Attribute::AuthorRole
        | Attribute::AuthorSpecialty
        | Attribute::ClassCode
        | Attribute::ConfidentialityCode
        | Attribute::ContentTypeCode
        | Attribute::CreationTime
        | Attribute::EventCodeList
        | Attribute::FormatCode
        | Attribute::Hash
        | Attribute::FacilityType
        | Attribute::IntendedRecipient
        | Attribute::LanguageCode
        | Attribute::LegalAuthenticator
        | Attribute::MimeType
        | Attribute::PracticeSetting
        | Attribute::ReferenceIdType
        | Attribute::ServiceStart
        | Attribute::ServiceStop
        | Attribute::Signature
        | Attribute::Size
        | Attribute::SourcePatientId
        | Attribute::SubmissionTime
        | Attribute::TypeCode => Vec::new(),
    }
}

fn persons(authors: &[Author]) -> Vec<String> {
    authors.iter().filter_map(|author| author.person.as_ref()).map(|xcn| xcn.to_hl7()).collect()
}

fn institutions(authors: &[Author]) -> Vec<String> {
    authors.iter().flat_map(|author| &author.institutions).map(|xon| xon.to_hl7()).collect()
}

fn texts(authors: &[Author], part: fn(&Author) -> &Vec<CodedText>) -> Vec<String> {
    authors.iter().flat_map(part).map(CodedText::to_hl7).collect()
}

#[cfg(test)]
mod tests;
