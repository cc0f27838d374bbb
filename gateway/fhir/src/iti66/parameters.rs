//! The search parameters of List: the list that the parser reads and the CapabilityStatement shows.

use crate::search::results::Offered;

/// Name, type, documentation.
pub(crate) const PARAMETERS: [(&str, &str, &str); 18] = [
    ("_id", "token", "Our id(s) of lists."),
    ("_lastUpdated", "date", "When the set came, or the folder last changed."),
    ("patient", "reference", "Patient/{id} of this server. This or patient.identifier is required."),
    ("patient.identifier", "token", "INS: urn:oid:<oid>|<INS>."),
    ("subject", "reference", "As patient; subject.identifier as patient.identifier."),
    ("code", "token", "submissionset or folder. Required but with _id or identifier."),
    (
        "status",
        "token",
        "current or retired, for which superseded may stand. Required but with _id or identifier.",
    ),
    ("date", "date", "submissionTime of a set, lastUpdateTime of a folder."),
    ("designationType", "token", "MHD: contentTypeCode of a set, codeList of a folder; :not."),
    ("sourceId", "token", "MHD: sourceId of a set."),
    ("identifier", "token", "uniqueId or entryUUID."),
    ("title", "string", "title; :exact, :contains."),
    ("isArchived", "token", "PDSm: true or false."),
    ("item", "reference", "DocumentReference/{id} or List/{id} that it holds."),
    (
        "source",
        "reference",
        "The author of a set, who is contained: source:identifier, or source:Patient.given, .family, \
         source:PractitionerRole.name, .identifier, .practitioner.family… (:exact, :contains). A text without chain \
         is a name. All on the same author.",
    ),
    ("source.given", "string", "A given name of the author; :exact, :contains."),
    ("source.family", "string", "The family name of the author; :exact, :contains."),
    (
        "authorOrg",
        "reference",
        "PDSm: an institution of the author, as authorOrg:identifier or authorOrg.name; a text without chain is a name.",
    ),
];

/// Orders, and what may come beside the matches.
pub(crate) const OFFERED: Offered =
    Offered { sorts: &["date", "_lastUpdated"], includes: &["List:item"], revincludes: &[] };
