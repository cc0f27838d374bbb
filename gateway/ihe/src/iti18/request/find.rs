//! Queries by criteria: FindDocuments and its by-reference form, FindSubmissionSets, FindFolders, GetAll.

use model::{DocumentQuery, RegistryQuery, Scope, Statuses};

use super::value::{self, Patient};
use super::{Ask, named};
use crate::iti18::parameter::Parameters;

/// FindDocuments.
pub(super) fn documents(parameters: &mut Parameters) -> Option<Ask> {
    let patient = value::patient(parameters, "$XDSDocumentEntryPatientId");
    let mut query = DocumentQuery::new(None, Scope::Find);
    query.status = value::statuses(parameters, "$XDSDocumentEntryStatus");
    query.types = parameters.codes("$XDSDocumentEntryTypeCode");
    query.classes = parameters.codes("$XDSDocumentEntryClassCode");
    query.practice_settings = parameters.codes("$XDSDocumentEntryPracticeSettingCode");
    query.facility_types = parameters.codes("$XDSDocumentEntryHealthcareFacilityTypeCode");
    query.formats = parameters.codes("$XDSDocumentEntryFormatCode");
    query.events = parameters.code_terms("$XDSDocumentEntryEventCodeList");
    query.confidentiality = parameters.code_terms("$XDSDocumentEntryConfidentialityCode");
    query.authors = parameters.list("$XDSDocumentEntryAuthorPerson").to_vec();
    query.references = parameters.terms("$XDSDocumentEntryReferenceIdList").to_vec();
    query.creation = value::range(parameters, "$XDSDocumentEntryCreationTime");
    query.service_start = value::range(parameters, "$XDSDocumentEntryServiceStartTime");
    query.service_stop = value::range(parameters, "$XDSDocumentEntryServiceStopTime");
    query.level = value::level(parameters);
    let (kinds, online) = (value::kinds(parameters), value::online(parameters));
    of_patient(patient?, |patient| {
        query.patient = Some(patient);
        query.kinds = kinds?;
        query.online = online?;
        Some(Ask::Documents(Box::new(query)))
    })
}

/// FindDocumentsByReferenceId: the same with one parameter more, mandatory.
pub(super) fn documents_by_reference(parameters: &mut Parameters) -> Option<Ask> {
    const NAME: &str = "$XDSDocumentEntryReferenceIdList";
    if parameters.terms(NAME).is_empty() {
        value::missing(parameters, NAME);
    }
    documents(parameters)
}

/// FindSubmissionSets.
pub(super) fn sets(parameters: &mut Parameters) -> Option<Ask> {
    let patient = value::patient(parameters, "$XDSSubmissionSetPatientId");
    let status = value::statuses(parameters, "$XDSSubmissionSetStatus");
    let sources = parameters.list("$XDSSubmissionSetSourceId").to_vec();
    let submitted = value::range(parameters, "$XDSSubmissionSetSubmissionTime");
    let author = parameters.one("$XDSSubmissionSetAuthorPerson").map(str::to_owned);
    let content_types = parameters.codes("$XDSSubmissionSetContentType");
    of_patient(patient?, |patient| {
        let query =
            RegistryQuery::FindSubmissionSets { patient, status, sources, submitted, author, content_types };
        Some(Ask::of(query))
    })
}

/// FindFolders.
pub(super) fn folders(parameters: &mut Parameters) -> Option<Ask> {
    let patient = value::patient(parameters, "$XDSFolderPatientId");
    let status = value::statuses(parameters, "$XDSFolderStatus");
    let updated = value::range(parameters, "$XDSFolderLastUpdateTime");
    let codes = parameters.code_terms("$XDSFolderCodeList");
    let level = value::level(parameters);
    of_patient(patient?, |patient| {
        Some(Ask::of(RegistryQuery::FindFolders { patient, status, updated, codes, level }))
    })
}

/// GetAll.
pub(super) fn all(parameters: &mut Parameters) -> Option<Ask> {
    let patient = value::patient(parameters, "$patientId");
    let status = Statuses {
        documents: value::statuses(parameters, "$XDSDocumentEntryStatus"),
        sets: value::statuses(parameters, "$XDSSubmissionSetStatus"),
        folders: value::statuses(parameters, "$XDSFolderStatus"),
    };
    let filter = named::filter(parameters);
    let associations = value::association_statuses(parameters);
    let level = value::level(parameters);
    of_patient(patient?, |patient| {
        let filter = filter?;
        Some(Ask::of(RegistryQuery::GetAll { patient, status, filter, associations, level }))
    })
}

/// The query about a patient that may have a record; nothing can fit where `ask` gives none.
fn of_patient(patient: Patient, ask: impl FnOnce(model::Ins) -> Option<Ask>) -> Option<Ask> {
    Some(match patient {
        Patient::Unknown => Ask::UnknownPatient,
        Patient::Known(patient) => ask(patient).unwrap_or(Ask::Nothing),
    })
}
