//! Namespaces, UUIDs and slot names (IHE ITI TF-3 §4.2.5, tables of object types, schemes and identifiers).

/// ebRIM 3.0.
pub(crate) const RIM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0";
/// Life cycle manager.
pub(crate) const LCM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0";
/// Registry services.
pub(crate) const RS: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0";
/// Stored queries.
pub(crate) const QUERY: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0";
/// XDS.b.
pub(crate) const XDS: &str = "urn:ihe:iti:xds-b:2007";

/// Removal of documents.
pub(crate) const RMD: &str = "urn:ihe:iti:rmd:2017";

/// The node that makes a package a submission set.
pub(crate) const SET_NODE: &str = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd";
/// The node that makes a package a folder.
pub(crate) const FOLDER_NODE: &str = "urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2";

/// The prefix of objectType values of what is not a document.
pub(crate) const OBJECT_TYPE: &str = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:";
/// A classification scheme or an identification scheme with the name shown in locations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scheme {
    /// The UUID.
    pub(crate) urn: &'static str,
    /// The attribute's name; for an ExternalIdentifier, its mandatory Name.
    pub(crate) name: &'static str,
}

macro_rules! schemes {
    ($list:ident: $($(#[$doc:meta])* $constant:ident = $name:literal $uuid:literal;)*) => {
        $($(#[$doc])* pub(crate) const $constant: Scheme = Scheme { urn: concat!("urn:uuid:", $uuid), name: $name };)*
        /// Every scheme of this object.
        pub(crate) const $list: &[Scheme] = &[$($constant),*];
    };
}

/// Classifications of a document entry.
pub(crate) mod entry {
    use super::Scheme;

    schemes! { CLASSIFICATIONS:
        /// author
        AUTHOR = "author" "93606bcf-9494-43ec-9b4e-a7748d1a838d";
        /// classCode
        CLASS = "classCode" "41a5887f-8865-4c09-adf7-e362475b143a";
        /// confidentialityCode
        CONFIDENTIALITY = "confidentialityCode" "f4f85eac-e6cb-4883-b524-f2705394840f";
        /// eventCodeList
        EVENT = "eventCodeList" "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4";
        /// formatCode
        FORMAT = "formatCode" "a09d5840-386c-46f2-b5ad-9c3699a4309d";
        /// healthcareFacilityTypeCode
        FACILITY = "healthcareFacilityTypeCode" "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1";
        /// practiceSettingCode
        PRACTICE = "practiceSettingCode" "cccf5598-8b07-4b77-a05e-ae952c785ead";
        /// typeCode
        TYPE = "typeCode" "f0306f51-975f-434e-a61c-c59651d33983";
    }

    schemes! { IDENTIFIERS:
        /// patientId
        PATIENT = "XDSDocumentEntry.patientId" "58a6f841-87b3-4a3e-92fd-a8ffeff98427";
        /// uniqueId
        UNIQUE = "XDSDocumentEntry.uniqueId" "2e82c1f6-a085-4c72-9da3-8640a32e42ab";
    }

    /// The slot of reference ids.
    pub(crate) const REFERENCES: &str = "urn:ihe:iti:xds:2013:referenceIdList";

    /// Slots that the model has no attribute for: kept and returned as they came.
    pub(crate) const KEPT: [&str; 2] = ["URI", "documentAvailability"];

    /// Slots of a document entry.
    pub(crate) const SLOTS: &[&str] = &[
        "creationTime",
        "hash",
        "size",
        "languageCode",
        "legalAuthenticator",
        "repositoryUniqueId",
        "serviceStartTime",
        "serviceStopTime",
        "sourcePatientId",
        "sourcePatientInfo",
        "URI",
        "documentAvailability",
        REFERENCES,
    ];
}

/// Classifications and identifiers of a submission set.
pub(crate) mod set {
    use super::Scheme;

    schemes! { CLASSIFICATIONS:
        /// author
        AUTHOR = "author" "a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d";
        /// contentTypeCode
        CONTENT_TYPE = "contentTypeCode" "aa543740-bdda-424e-8c96-df4873be8500";
    }

    schemes! { IDENTIFIERS:
        /// patientId
        PATIENT = "XDSSubmissionSet.patientId" "6b5aea1a-874d-4603-a4bc-96a0a7b38446";
        /// sourceId
        SOURCE = "XDSSubmissionSet.sourceId" "554ac39e-e3fe-47fe-b233-965d2a147832";
        /// uniqueId
        UNIQUE = "XDSSubmissionSet.uniqueId" "96fdda7c-d067-4183-912e-bf5ee74998a8";
    }

    /// Slots of a submission set.
    pub(crate) const SLOTS: &[&str] = &["submissionTime", "intendedRecipient"];
}

/// Classifications and identifiers of a folder.
pub(crate) mod folder {
    use super::Scheme;

    schemes! { CLASSIFICATIONS:
        /// codeList
        CODES = "codeList" "1ba97051-7806-41a8-a48b-8fce7af683c5";
    }

    schemes! { IDENTIFIERS:
        /// patientId
        PATIENT = "XDSFolder.patientId" "f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a";
        /// uniqueId
        UNIQUE = "XDSFolder.uniqueId" "75df8f67-9973-4fbe-a900-df66cefecc5a";
    }

    /// The slot that the registry sets.
    pub(crate) const UPDATED: &str = "lastUpdateTime";

    /// Slots of a folder.
    pub(crate) const SLOTS: &[&str] = &[UPDATED];
}

/// Classifications and slots of an association.
pub(crate) mod association {
    use super::Scheme;

    /// The classification that documents a relationship.
    pub(crate) const DOCUMENTATION: Scheme =
        Scheme { urn: "urn:uuid:abd807a3-4432-4053-87b4-fd82c643d1f3", name: "documentation" };

    /// The slot that says how a document belongs to a set.
    pub(crate) const STATUS: &str = "SubmissionSetStatus";

    /// The slot of the version that a metadata update starts from.
    pub(crate) const PREVIOUS: &str = "PreviousVersion";

    /// Whether the associations of the earlier version follow the new one.
    pub(crate) const PROPAGATION: &str = "AssociationPropagation";
    /// The status that an update starts from.
    pub(crate) const ORIGINAL_STATUS: &str = "OriginalStatus";
    /// The status that it leads to.
    pub(crate) const NEW_STATUS: &str = "NewStatus";

    /// Slots of a metadata update (XDS Metadata Update §3.57.4.1.3).
    pub(crate) const OF_UPDATES: &[&str] = &[PREVIOUS, PROPAGATION, ORIGINAL_STATUS, NEW_STATUS];

    /// The associationType that marks a change of status.
    pub(crate) const UPDATE_STATUS: &str = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus";
    /// The associationType that marks a new association.
    pub(crate) const SUBMIT: &str = "urn:ihe:iti:2010:AssociationType:SubmitAssociation";
}

/// Slots of an author classification.
pub(crate) const AUTHOR_SLOTS: &[&str] =
    &["authorPerson", "authorInstitution", "authorRole", "authorSpecialty", "authorTelecommunication"];

/// A coding scheme in the model's form: an OID without `urn:oid:`.
pub(crate) fn bare_scheme(system: &str) -> &str {
    match system.strip_prefix("urn:oid:") {
        Some(oid) if model::Oid::parse(oid).is_ok() => oid,
        _ => system,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_uuid_is_one_in_lower_case_and_stands_once() {
        let schemes = [
            entry::CLASSIFICATIONS,
            entry::IDENTIFIERS,
            set::CLASSIFICATIONS,
            set::IDENTIFIERS,
            folder::CLASSIFICATIONS,
            folder::IDENTIFIERS,
            &[association::DOCUMENTATION],
        ]
        .concat();
        let [stable, on_demand] = model::EntryKind::ALL.map(model::EntryKind::urn);
        let nodes = [stable, on_demand, SET_NODE, FOLDER_NODE];
        let mut urns: Vec<&str> = schemes.iter().map(|scheme| scheme.urn).chain(nodes).collect();
        for urn in &urns {
            assert_eq!(model::EntryUuid::parse(urn).map(|id| id.urn()).as_deref(), Ok(*urn));
        }
        let all = urns.len();
        urns.sort_unstable();
        urns.dedup();
        assert_eq!(urns.len(), all);
    }
}
