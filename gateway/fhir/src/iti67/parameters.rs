//! The search parameters of DocumentReference: the list that the parser reads and the CapabilityStatement shows.

use crate::search::results::Offered;

/// Name, type, documentation.
pub(crate) const PARAMETERS: [(&str, &str, &str); 30] = [
    ("_id", "token", "Our id(s) of documents."),
    ("_lastUpdated", "date", "When the metadata were committed or last changed."),
    ("patient", "reference", "Patient/{id} of this server. This or patient.identifier is required."),
    ("patient.identifier", "token", "INS: urn:oid:<oid>|<INS>."),
    ("subject", "reference", "As patient; subject.identifier as patient.identifier."),
    ("status", "token", "current or superseded; :not. Required but with _id or identifier."),
    ("isArchived", "token", "PDSm: true or false."),
    ("identifier", "token", "uniqueId or entryUUID."),
    ("type", "token", "typeCode; :not."),
    ("category", "token", "classCode; :not."),
    ("setting", "token", "practiceSettingCode; :not."),
    ("facility", "token", "healthcareFacilityTypeCode; :not."),
    ("format", "token", "formatCode; :not."),
    ("security-label", "token", "confidentialityCode; :not."),
    ("event", "token", "eventCodeList; :not, :missing."),
    ("contenttype", "token", "mimeType; :not."),
    ("language", "token", "languageCode; :not."),
    ("date", "date", "creationTime, as in PDSm for the DMP."),
    ("creation", "date", "creationTime."),
    ("period", "date", "serviceStartTime to serviceStopTime, overlap; an end that lacks is open; :missing."),
    ("period-start", "date", "PDSm: serviceStartTime; :missing."),
    ("period-end", "date", "PDSm: serviceStopTime; :missing."),
    (
        "author",
        "reference",
        "Authors are contained: ask author:identifier, or through .given, .family, .name, .identifier, \
         .practitioner.family… (:exact, :contains). All on the same author; :missing.",
    ),
    ("author.given", "string", "A given name of an author; :exact, :contains."),
    ("author.family", "string", "The family name of an author; :exact, :contains."),
    ("related", "reference", "referenceIdList, as related:identifier: value or system|value; :missing."),
    (
        "relatesto",
        "reference",
        "The target of a relationship: DocumentReference/{id} or an identifier; also relatesTo.",
    ),
    ("relation", "token", "replaces, transforms, signs or appends, to a document that shows."),
    ("description", "string", "comments; :exact, :contains, :missing."),
    ("encounter", "reference", "As related."),
];

/// Orders, and what may come beside the matches.
pub(crate) const OFFERED: Offered = Offered {
    sorts: &["date", "creation", "_lastUpdated", "period", "period-start", "period-end"],
    includes: &[],
    revincludes: &["List:item"],
};
