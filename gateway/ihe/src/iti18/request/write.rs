//! The request element of a client.

use model::{
    AssociationKind, Availability, Code, ContentFilter, DateRange, DocumentQuery, EntryKind, EntryUuid,
    MetadataLevel, Named, OnlineState, RegistryQuery, Scope, UniqueId,
};
use xml::Writer;

use super::ReturnType;
use crate::ebrim::names::{QUERY, RIM};
use crate::iti18::catalogue::{Query, Stored};
use crate::iti18::parameter::quoted;

/// A search of documents. What ITI-18 cannot say (paging, a search without patient, further filters of named
/// documents) is left out.
pub fn write(query: &DocumentQuery, return_type: ReturnType) -> String {
    let id = match &query.scope {
        Scope::Find if query.references.is_empty() => Query::FindDocuments,
        Scope::Find => Query::FindDocumentsByReferenceId,
        Scope::Uuids(_) | Scope::UniqueIds(_) => Query::GetDocuments,
    };
    let mut request = Request::start(id, return_type);
    match &query.scope {
        Scope::Find => request.find(query),
        Scope::Uuids(ids) => request.uuids("$XDSDocumentEntryEntryUUID", ids),
        Scope::UniqueIds(ids) => request.unique_ids("$XDSDocumentEntryUniqueId", ids),
    }
    request.0.finish()
}

/// Any other query.
pub fn write_registry(query: &RegistryQuery, return_type: ReturnType) -> String {
    let mut request = Request::start(query_of(query), return_type);
    match query {
        RegistryQuery::FindSubmissionSets { patient, status, sources, submitted, author, content_types } => {
            request.text("$XDSSubmissionSetPatientId", &patient.to_cx());
            request.statuses("$XDSSubmissionSetStatus", status);
            request.list("$XDSSubmissionSetSourceId", sources.iter().cloned());
            request.range("$XDSSubmissionSetSubmissionTime", submitted);
            if let Some(author) = author {
                request.text("$XDSSubmissionSetAuthorPerson", author);
            }
            request.codes("$XDSSubmissionSetContentType", content_types);
        }
        RegistryQuery::FindFolders { patient, status, updated, codes, level } => {
            request.text("$XDSFolderPatientId", &patient.to_cx());
            request.statuses("$XDSFolderStatus", status);
            request.range("$XDSFolderLastUpdateTime", updated);
            codes.iter().for_each(|term| request.codes("$XDSFolderCodeList", term));
            request.level(*level);
        }
        RegistryQuery::GetAll { patient, status, filter, associations, level } => {
            request.text("$patientId", &patient.to_cx());
            request.statuses("$XDSDocumentEntryStatus", &status.documents);
            request.statuses("$XDSSubmissionSetStatus", &status.sets);
            request.statuses("$XDSFolderStatus", &status.folders);
            request.filter(filter);
            request.associations(associations, *level);
        }
        RegistryQuery::GetDocuments { named, level } => {
            request.named("$XDSDocumentEntry", named);
            request.level(*level);
        }
        RegistryQuery::GetFolders { named, level } => {
            request.named("$XDSFolder", named);
            request.level(*level);
        }
        RegistryQuery::GetAssociations { objects, associations, level } => {
            request.uuids("$uuid", objects);
            request.associations(associations, *level);
        }
        RegistryQuery::GetDocumentsAndAssociations { named, associations, level }
        | RegistryQuery::GetFoldersForDocument { named, associations, level } => {
            request.named("$XDSDocumentEntry", named);
            request.associations(associations, *level);
        }
        RegistryQuery::GetSubmissionSets { objects } => request.uuids("$uuid", objects),
        RegistryQuery::GetSubmissionSetAndContents { named, filter, level } => {
            request.named("$XDSSubmissionSet", named);
            request.filter(filter);
            request.level(*level);
        }
        RegistryQuery::GetFolderAndContents { named, filter, associations, level } => {
            request.named("$XDSFolder", named);
            request.filter(filter);
            request.associations(associations, *level);
        }
        RegistryQuery::GetRelatedDocuments { named, kinds, types, associations, level } => {
            request.named("$XDSDocumentEntry", named);
            request.list(
                "$AssociationTypes",
                kinds.iter().copied().map(AssociationKind::urn).map(str::to_owned),
            );
            request.kinds(types);
            request.associations(associations, *level);
        }
    }
    request.0.finish()
}

const fn query_of(query: &RegistryQuery) -> Query {
    match query {
        RegistryQuery::FindSubmissionSets { .. } => Query::FindSubmissionSets,
        RegistryQuery::FindFolders { .. } => Query::FindFolders,
        RegistryQuery::GetAll { .. } => Query::GetAll,
        RegistryQuery::GetDocuments { .. } => Query::GetDocuments,
        RegistryQuery::GetFolders { .. } => Query::GetFolders,
        RegistryQuery::GetAssociations { .. } => Query::GetAssociations,
        RegistryQuery::GetDocumentsAndAssociations { .. } => Query::GetDocumentsAndAssociations,
        RegistryQuery::GetSubmissionSets { .. } => Query::GetSubmissionSets,
        RegistryQuery::GetSubmissionSetAndContents { .. } => Query::GetSubmissionSetAndContents,
        RegistryQuery::GetFolderAndContents { .. } => Query::GetFolderAndContents,
        RegistryQuery::GetFoldersForDocument { .. } => Query::GetFoldersForDocument,
        RegistryQuery::GetRelatedDocuments { .. } => Query::GetRelatedDocuments,
    }
}

/// The element under way.
struct Request(Writer);

impl Request {
    fn start(query: Query, return_type: ReturnType) -> Self {
        let mut writer = Writer::new();
        writer.start("query:AdhocQueryRequest").attr("xmlns:query", QUERY).attr("xmlns:rim", RIM);
        let returned = match return_type {
            ReturnType::LeafClass => "LeafClass",
            ReturnType::ObjectRef => "ObjectRef",
        };
        let option = writer.start("query:ResponseOption").attr("returnType", returned);
        option.attr("returnComposedObjects", "true").end();
        writer.start("rim:AdhocQuery").attr("id", Stored::id(query));
        Request(writer)
    }

    fn find(&mut self, query: &DocumentQuery) {
        if let Some(patient) = &query.patient {
            self.text("$XDSDocumentEntryPatientId", &patient.to_cx());
        }
        self.statuses("$XDSDocumentEntryStatus", &query.status);
        self.codes("$XDSDocumentEntryTypeCode", &query.types);
        self.codes("$XDSDocumentEntryClassCode", &query.classes);
        self.codes("$XDSDocumentEntryPracticeSettingCode", &query.practice_settings);
        self.codes("$XDSDocumentEntryHealthcareFacilityTypeCode", &query.facility_types);
        self.codes("$XDSDocumentEntryFormatCode", &query.formats);
        query.events.iter().for_each(|term| self.codes("$XDSDocumentEntryEventCodeList", term));
        query
            .confidentiality
            .iter()
            .for_each(|term| self.codes("$XDSDocumentEntryConfidentialityCode", term));
        self.list("$XDSDocumentEntryAuthorPerson", query.authors.iter().cloned());
        for term in &query.references {
            self.list("$XDSDocumentEntryReferenceIdList", term.iter().cloned());
        }
        self.range("$XDSDocumentEntryCreationTime", &query.creation);
        self.range("$XDSDocumentEntryServiceStartTime", &query.service_start);
        self.range("$XDSDocumentEntryServiceStopTime", &query.service_stop);
        self.kinds(&query.kinds);
        let online = query.online.iter().copied().map(OnlineState::urn).map(str::to_owned);
        self.list("$XDSDocumentEntryDocumentAvailability", online);
        self.level(query.level);
    }

    fn named(&mut self, object: &str, named: &Named) {
        match named {
            Named::Uuids(ids) => self.uuids(&format!("{object}EntryUUID"), ids),
            Named::UniqueIds(ids) => self.unique_ids(&format!("{object}UniqueId"), ids),
            Named::LogicalIds(ids) => self.uuids(&format!("{object}LogicalID"), ids),
        }
    }

    fn filter(&mut self, filter: &ContentFilter) {
        self.codes("$XDSDocumentEntryFormatCode", &filter.formats);
        filter
            .confidentiality
            .iter()
            .for_each(|term| self.codes("$XDSDocumentEntryConfidentialityCode", term));
        self.kinds(&filter.kinds);
    }

    /// Left out where it says what is so without it.
    fn kinds(&mut self, kinds: &[EntryKind]) {
        if kinds != [EntryKind::Stable] {
            let urns = kinds.iter().copied().map(EntryKind::urn).map(str::to_owned);
            self.list("$XDSDocumentEntryType", urns);
        }
    }

    fn associations(&mut self, statuses: &[Availability], level: MetadataLevel) {
        self.statuses("$XDSAssociationStatus", statuses);
        self.level(level);
    }

    fn level(&mut self, level: MetadataLevel) {
        match level {
            MetadataLevel::Latest => {}
            MetadataLevel::Every => self.slot("$MetadataLevel", "2"),
        }
    }

    fn statuses(&mut self, name: &str, statuses: &[Availability]) {
        self.list(name, statuses.iter().map(|status| status.urn().to_owned()));
    }

    fn codes(&mut self, name: &str, codes: &[Code]) {
        self.list(name, codes.iter().map(|code| format!("{}^^{}", code.value, code.system)));
    }

    fn uuids(&mut self, name: &str, ids: &[EntryUuid]) {
        self.list(name, ids.iter().map(EntryUuid::urn));
    }

    fn unique_ids(&mut self, name: &str, ids: &[UniqueId]) {
        self.list(name, ids.iter().map(|id| id.as_str().to_owned()));
    }

    fn range(&mut self, name: &str, range: &DateRange) {
        for (bound, moment) in [("From", range.from), ("To", range.to)] {
            if let Some(moment) = moment {
                self.slot(&format!("{name}{bound}"), moment.to_hl7().as_str());
            }
        }
    }

    fn text(&mut self, name: &str, value: &str) {
        self.slot(name, &quoted(value));
    }

    fn list(&mut self, name: &str, values: impl Iterator<Item = String>) {
        let values: Vec<String> = values.map(|value| quoted(&value)).collect();
        if !values.is_empty() {
            self.slot(name, &format!("({})", values.join(",")));
        }
    }

    fn slot(&mut self, name: &str, value: &str) {
        self.0.start("rim:Slot").attr("name", name).start("rim:ValueList");
        self.0.leaf("rim:Value", value).end().end();
    }
}
