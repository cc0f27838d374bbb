//! What an act is for AuditEvent: type, subtype, action (IHE BALP, MHD audit tables).

use serde_json::{Value, json};

const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const REST: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";

/// The shape of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// `type`: system, code, display.
    kind: (&'static str, &'static str, &'static str),
    /// The first `subtype`.
    interaction: &'static str,
    /// `action`.
    pub(super) action: &'static str,
    /// The data flow from the server to the client: the codes of their agents change places.
    pub(super) to_client: bool,
}

impl Kind {
    /// The shape of an act by its stable name; an act of a later version is an operation.
    pub(super) fn of(act: &str) -> Kind {
        let rest = (REST, "rest", "RESTful Operation");
        let (kind, interaction, action, to_client) = match act {
            "deposit" => ((DCM, "110107", "Import"), "transaction", "C", false),
            "search" | "read-identity" | "read-rights" | "read-history" => (rest, "search-type", "E", false),
            "retrieve" => (rest, "read", "R", true),
            "export" => ((DCM, "110106", "Export"), "operation", "R", true),
            "import-identity" | "open-record" | "close-record" | "represent" | "choose" | "amend" => {
                (rest, "update", "U", false)
            }
            "erase-record" => (rest, "delete", "D", false),
            _ => (rest, "operation", "E", false),
        };
        Kind { kind, interaction, action, to_client }
    }

    /// `type`.
    pub(super) fn kind(self) -> Value {
        let (system, code, display) = self.kind;
        json!({"system": system, "code": code, "display": display})
    }

    /// `subtype`: the interaction, the transaction of IHE, our act and what it did in detail.
    pub(super) fn subtypes(self, transaction: &str, act: &str, deeds: &[String]) -> Vec<Value> {
        let mut subtypes = vec![json!({"system": INTERACTION, "code": self.interaction})];
        if transaction.starts_with("ITI-") {
            subtypes.push(json!({"system": "urn:ihe:event-type-code", "code": transaction}));
        }
        subtypes.push(json!({"system": "urn:passerelle:act", "code": act}));
        subtypes.extend(deeds.iter().map(|deed| json!({"system": "urn:passerelle:deed", "code": deed})));
        subtypes
    }
}
