//! The search parameters of DocumentReference: the list that the parser reads and the CapabilityStatement shows.

/// Name, type, documentation.
pub(crate) const PARAMETERS: [(&str, &str, &str); 18] = [
    ("_id", "token", "Our id(s) of documents."),
    ("patient", "reference", "Patient/{id} of this server. This or patient.identifier is required."),
    ("patient.identifier", "token", "INS: urn:oid:<oid>|<INS>."),
    ("status", "token", "current or superseded. Required but with _id or identifier."),
    ("isArchived", "token", "PDSm: true or false."),
    ("identifier", "token", "uniqueId or entryUUID."),
    ("type", "token", "typeCode."),
    ("category", "token", "classCode."),
    ("setting", "token", "practiceSettingCode."),
    ("facility", "token", "healthcareFacilityTypeCode."),
    ("format", "token", "formatCode."),
    ("security-label", "token", "confidentialityCode."),
    ("event", "token", "eventCodeList; system|code."),
    ("date", "date", "creationTime, as in PDSm for the DMP."),
    ("creation", "date", "creationTime."),
    ("period", "date", "serviceStartTime to serviceStopTime, overlap."),
    ("period-start", "date", "PDSm: serviceStartTime."),
    ("period-end", "date", "PDSm: serviceStopTime."),
];

/// The most entries of a page.
pub(crate) const MOST: u32 = 200;
/// The entries of a page when `_count` does not say.
pub(crate) const USUAL: u32 = 50;
