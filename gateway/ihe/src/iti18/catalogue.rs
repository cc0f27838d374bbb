//! The stored queries: their ids and their parameters (IHE ITI TF-2 §3.18.4.1.2.3.7 and §3.18.4.1.2.4; XDS Metadata
//! Update §3.18 for `$MetadataLevel`, `$XDSAssociationStatus`, logicalIDs and documentAvailability).

/// A stored query about one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Query {
    FindDocuments,
    FindDocumentsByReferenceId,
    FindSubmissionSets,
    FindFolders,
    GetAll,
    GetDocuments,
    GetFolders,
    GetAssociations,
    GetDocumentsAndAssociations,
    GetSubmissionSets,
    GetSubmissionSetAndContents,
    GetFolderAndContents,
    GetFoldersForDocument,
    GetRelatedDocuments,
}

/// How often a parameter may stand, and with how many values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One slot, one value.
    One,
    /// One slot, alternatives.
    List,
    /// Any number of slots, all of which must fit; alternatives inside each.
    Terms,
}

/// A parameter by its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
}

/// A stored query with all its parameters.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) query: Query,
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    parameters: &'static [&'static [Parameter]],
}

impl Stored {
    /// The query of an id, in any letter case.
    pub(super) fn of(id: &str) -> Option<&'static Stored> {
        STORED.iter().find(|stored| stored.id.eq_ignore_ascii_case(id.trim()))
    }

    /// The id of a query.
    pub(super) fn id(query: Query) -> &'static str {
        STORED.iter().find(|stored| stored.query == query).map_or("", |stored| stored.id)
    }

    /// Every parameter.
    pub(super) fn parameters(&self) -> impl Iterator<Item = Parameter> {
        self.parameters.iter().flat_map(|group| group.iter().copied())
    }
}

/// Multi-patient queries (ITI-51): known, and refused by name.
pub(super) const OF_SEVERAL_PATIENTS: [&str; 3] = [
    "urn:uuid:3d1bdb10-39a2-11de-89c2-2f44d94eaa9f",
    "urn:uuid:50d3f5ac-39a2-11de-a1ca-b366239e58df",
    "urn:uuid:1191642d-86c4-42d8-b784-f95445f9f0d5",
];

macro_rules! parameters {
    ($($constant:ident = $($name:literal $shape:ident),+;)*) => {
        $(const $constant: &[Parameter] = &[$(Parameter { name: $name, shape: Shape::$shape }),+];)*
    };
}

parameters! {
    FIND_DOCUMENTS =
        "$XDSDocumentEntryPatientId" One,
        "$XDSDocumentEntryStatus" List,
        "$XDSDocumentEntryClassCode" List,
        "$XDSDocumentEntryTypeCode" List,
        "$XDSDocumentEntryPracticeSettingCode" List,
        "$XDSDocumentEntryHealthcareFacilityTypeCode" List,
        "$XDSDocumentEntryAuthorPerson" List,
        "$XDSDocumentEntryEventCodeList" Terms,
        "$XDSDocumentEntryCreationTimeFrom" One,
        "$XDSDocumentEntryCreationTimeTo" One,
        "$XDSDocumentEntryServiceStartTimeFrom" One,
        "$XDSDocumentEntryServiceStartTimeTo" One,
        "$XDSDocumentEntryServiceStopTimeFrom" One,
        "$XDSDocumentEntryServiceStopTimeTo" One,
        "$XDSDocumentEntryDocumentAvailability" List;
    REFERENCES = "$XDSDocumentEntryReferenceIdList" Terms;
    CONTENTS =
        "$XDSDocumentEntryFormatCode" List,
        "$XDSDocumentEntryConfidentialityCode" Terms,
        "$XDSDocumentEntryType" List;
    TYPE = "$XDSDocumentEntryType" List;
    LEVEL = "$MetadataLevel" One;
    ASSOCIATIONS = "$XDSAssociationStatus" List;
    FIND_SETS =
        "$XDSSubmissionSetPatientId" One,
        "$XDSSubmissionSetStatus" List,
        "$XDSSubmissionSetSourceId" List,
        "$XDSSubmissionSetSubmissionTimeFrom" One,
        "$XDSSubmissionSetSubmissionTimeTo" One,
        "$XDSSubmissionSetAuthorPerson" One,
        "$XDSSubmissionSetContentType" List;
    FIND_FOLDERS =
        "$XDSFolderPatientId" One,
        "$XDSFolderStatus" List,
        "$XDSFolderLastUpdateTimeFrom" One,
        "$XDSFolderLastUpdateTimeTo" One,
        "$XDSFolderCodeList" Terms;
    ALL =
        "$patientId" One,
        "$XDSDocumentEntryStatus" List,
        "$XDSSubmissionSetStatus" List,
        "$XDSFolderStatus" List;
    DOCUMENTS = "$XDSDocumentEntryEntryUUID" List, "$XDSDocumentEntryUniqueId" List;
    LOGICAL_DOCUMENTS = "$XDSDocumentEntryLogicalID" List;
    DOCUMENT = "$XDSDocumentEntryEntryUUID" One, "$XDSDocumentEntryUniqueId" One;
    FOLDERS = "$XDSFolderEntryUUID" List, "$XDSFolderUniqueId" List, "$XDSFolderLogicalID" List;
    FOLDER = "$XDSFolderEntryUUID" One, "$XDSFolderUniqueId" One;
    SET = "$XDSSubmissionSetEntryUUID" One, "$XDSSubmissionSetUniqueId" One;
    OBJECTS = "$uuid" List;
    KINDS = "$AssociationTypes" List;
}

const STORED: [Stored; 14] = [
    Stored {
        query: Query::FindDocuments,
        name: "FindDocuments",
        id: "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d",
        parameters: &[FIND_DOCUMENTS, CONTENTS, LEVEL],
    },
    Stored {
        query: Query::FindDocumentsByReferenceId,
        name: "FindDocumentsByReferenceId",
        id: "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492",
        parameters: &[FIND_DOCUMENTS, REFERENCES, CONTENTS, LEVEL],
    },
    Stored {
        query: Query::FindSubmissionSets,
        name: "FindSubmissionSets",
        id: "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9",
        parameters: &[FIND_SETS],
    },
    Stored {
        query: Query::FindFolders,
        name: "FindFolders",
        id: "urn:uuid:958f3006-baad-4929-a4de-ff1114824431",
        parameters: &[FIND_FOLDERS, LEVEL],
    },
    Stored {
        query: Query::GetAll,
        name: "GetAll",
        id: "urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3",
        parameters: &[ALL, CONTENTS, ASSOCIATIONS, LEVEL],
    },
    Stored {
        query: Query::GetDocuments,
        name: "GetDocuments",
        id: "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4",
        parameters: &[DOCUMENTS, LOGICAL_DOCUMENTS, LEVEL],
    },
    Stored {
        query: Query::GetFolders,
        name: "GetFolders",
        id: "urn:uuid:5737b14c-8a1a-4539-b659-e03a34a5e1e4",
        parameters: &[FOLDERS, LEVEL],
    },
    Stored {
        query: Query::GetAssociations,
        name: "GetAssociations",
        id: "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155",
        parameters: &[OBJECTS, ASSOCIATIONS, LEVEL],
    },
    Stored {
        query: Query::GetDocumentsAndAssociations,
        name: "GetDocumentsAndAssociations",
        id: "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a",
        parameters: &[DOCUMENTS, ASSOCIATIONS, LEVEL],
    },
    Stored {
        query: Query::GetSubmissionSets,
        name: "GetSubmissionSets",
        id: "urn:uuid:51224314-5390-4169-9b91-b1980040715a",
        parameters: &[OBJECTS],
    },
    Stored {
        query: Query::GetSubmissionSetAndContents,
        name: "GetSubmissionSetAndContents",
        id: "urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83",
        parameters: &[SET, CONTENTS, LEVEL],
    },
    Stored {
        query: Query::GetFolderAndContents,
        name: "GetFolderAndContents",
        id: "urn:uuid:b909a503-523d-4517-8acf-8e5834dfc4c7",
        parameters: &[FOLDER, CONTENTS, ASSOCIATIONS, LEVEL],
    },
    Stored {
        query: Query::GetFoldersForDocument,
        name: "GetFoldersForDocument",
        id: "urn:uuid:10cae35a-c7f9-4cf5-b61e-fc3278ffb578",
        parameters: &[DOCUMENT, ASSOCIATIONS, LEVEL],
    },
    Stored {
        query: Query::GetRelatedDocuments,
        name: "GetRelatedDocuments",
        id: "urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6",
        parameters: &[DOCUMENT, KINDS, TYPE, ASSOCIATIONS, LEVEL],
    },
];

/// The names of every stored query, for a refusal.
pub(super) fn names() -> String {
    STORED.map(|stored| stored.name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_query_has_an_id_of_its_own_and_each_parameter_once() {
        let ids: BTreeSet<&str> = STORED.iter().map(|stored| stored.id).chain(OF_SEVERAL_PATIENTS).collect();
        assert_eq!(ids.len(), 17);
        assert!(ids.iter().all(|id| model::EntryUuid::parse(id).is_ok_and(|uuid| uuid.urn() == **id)));
        for stored in &STORED {
            let names: BTreeSet<&str> = stored.parameters().map(|parameter| parameter.name).collect();
            assert_eq!(names.len(), stored.parameters().count(), "{}", stored.name);
            assert!(names.iter().all(|name| name.starts_with('$')));
            assert_eq!(Stored::id(stored.query), stored.id);
        }
    }

    #[test]
    fn only_attributes_of_several_values_take_a_repeated_parameter() {
        let repeated: BTreeSet<&str> = STORED
            .iter()
            .flat_map(Stored::parameters)
            .filter(|parameter| parameter.shape == Shape::Terms)
            .map(|parameter| parameter.name)
            .collect();
        assert_eq!(
            repeated.into_iter().collect::<Vec<_>>(),
            [
                "$XDSDocumentEntryConfidentialityCode",
                "$XDSDocumentEntryEventCodeList",
                "$XDSDocumentEntryReferenceIdList",
                "$XDSFolderCodeList",
            ]
        );
    }
}
