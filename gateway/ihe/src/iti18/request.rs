//! `query:AdhocQueryRequest` into a query of documents, and back for a client.

mod write;

pub use write::write;

use model::{
    Availability, Cx, DateRange, DocumentQuery, EntryUuid, Finding, Hl7Time, Ins, Moment, Rule, Scope,
    UniqueId,
};
use xml::Element;

use super::parameter::{MISSING_PARAM, PARAM_NUMBER, Parameters};
use crate::ebrim;
use crate::ebrim::names::{QUERY, RIM};

/// FindDocuments.
const FIND_DOCUMENTS: &str = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d";
/// GetDocuments.
const GET_DOCUMENTS: &str = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4";

/// What the answer holds of each document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnType {
    /// The whole entry.
    LeafClass,
    /// Its id.
    ObjectRef,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A search.
    Documents(Box<DocumentQuery>),
    /// Something that no stored document can be: on-demand entries only, or ids that are no ids.
    Nothing,
    /// A patient identifier that is well formed and no INS.
    UnknownPatient,
}

/// A stored query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredQuery {
    /// What the answer holds.
    pub return_type: ReturnType,
    /// What is asked.
    pub ask: Ask,
}

/// Reads a stored query with every finding.
///
/// # Errors
/// Findings of [`Rule::QueryIsComplete`], each with its XDS code: unknown query, mandatory parameter missing,
/// wrong coding (`XDSStoredQueryParamNumber`, also for a patient identifier that is not `id^^^&OID&ISO`).
pub fn read(payload: Element<'_>) -> Result<StoredQuery, Vec<Finding>> {
    let query = payload.child(RIM, "AdhocQuery");
    let id = query.and_then(|query| query.attribute("id")).unwrap_or_default().trim().to_ascii_lowercase();
    let (Some(query), true) = (query, [FIND_DOCUMENTS, GET_DOCUMENTS].contains(&id.as_str())) else {
        return Err(vec![Finding::new(Rule::QueryIsComplete).code("XDSUnknownStoredQuery").detail(
            "requête enregistrée inconnue ; offertes : FindDocuments, GetDocuments",
            "unknown stored query; offered: FindDocuments, GetDocuments",
        )]);
    };
    let mut parameters = Parameters::of(query);
    let return_type = return_type(payload, &mut parameters);
    let ask = if id == FIND_DOCUMENTS { find(&mut parameters) } else { get(&mut parameters) };
    match (ask, return_type) {
        (Some(ask), Some(return_type)) if parameters.findings.is_empty() => {
            Ok(StoredQuery { return_type, ask })
        }
        _ => Err(parameters.findings),
    }
}

fn return_type(payload: Element<'_>, parameters: &mut Parameters<'_>) -> Option<ReturnType> {
    let option = payload.child(QUERY, "ResponseOption");
    match option.and_then(|option| option.attribute("returnType")).map(str::trim) {
        None | Some("LeafClass") => Some(ReturnType::LeafClass),
        Some("ObjectRef") => Some(ReturnType::ObjectRef),
        Some(_) => {
            parameters.bad(
                "ResponseOption/@returnType",
                PARAM_NUMBER,
                "LeafClass ou ObjectRef attendu",
                "expected LeafClass or ObjectRef",
            );
            None
        }
    }
}

fn find(parameters: &mut Parameters<'_>) -> Option<Ask> {
    let patient = patient(parameters);
    let mut query = DocumentQuery::new(None, Scope::Find);
    query.status = status(parameters);
    query.types = parameters.codes("$XDSDocumentEntryTypeCode");
    query.classes = parameters.codes("$XDSDocumentEntryClassCode");
    query.practice_settings = parameters.codes("$XDSDocumentEntryPracticeSettingCode");
    query.facility_types = parameters.codes("$XDSDocumentEntryHealthcareFacilityTypeCode");
    query.formats = parameters.codes("$XDSDocumentEntryFormatCode");
    query.events = parameters.code_terms("$XDSDocumentEntryEventCodeList");
    query.confidentiality = parameters.code_terms("$XDSDocumentEntryConfidentialityCode");
    query.authors = parameters.list("$XDSDocumentEntryAuthorPerson");
    query.creation = range(parameters, "$XDSDocumentEntryCreationTime");
    query.service_start = range(parameters, "$XDSDocumentEntryServiceStartTime");
    query.service_stop = range(parameters, "$XDSDocumentEntryServiceStopTime");
    let types = parameters.list("$XDSDocumentEntryType");
    let stable = types.is_empty()
        || types.iter().any(|kind| kind.trim().eq_ignore_ascii_case(model::EntryKind::Stable.urn()));
    Some(match patient? {
        Patient::Unknown => Ask::UnknownPatient,
        Patient::Known(_) if !stable => Ask::Nothing,
        Patient::Known(patient) => {
            query.patient = Some(patient);
            Ask::Documents(Box::new(query))
        }
    })
}

enum Patient {
    Known(Ins),
    Unknown,
}

fn patient(parameters: &mut Parameters<'_>) -> Option<Patient> {
    const NAME: &str = "$XDSDocumentEntryPatientId";
    let before = parameters.findings.len();
    let Some(text) = parameters.one(NAME) else {
        if parameters.findings.len() == before {
            parameters.bad(
                NAME,
                MISSING_PARAM,
                "paramètre obligatoire absent",
                "mandatory parameter missing",
            );
        }
        return None;
    };
    if Cx::parse(&text).is_err() {
        parameters.bad(
            NAME,
            PARAM_NUMBER,
            "forme attendue : 'id^^^&OID&ISO'",
            "expected form: 'id^^^&OID&ISO'",
        );
        return None;
    }
    Some(Ins::parse_cx(&text).map_or(Patient::Unknown, Patient::Known))
}

/// Unknown statuses are ignored; nothing left is as if the parameter were missing.
fn status(parameters: &mut Parameters<'_>) -> Vec<Availability> {
    const NAME: &str = "$XDSDocumentEntryStatus";
    let before = parameters.findings.len();
    let given = parameters.list(NAME);
    let mut known: Vec<Availability> = given.iter().filter_map(|urn| Availability::of(urn.trim())).collect();
    known.dedup();
    if known.is_empty() && parameters.findings.len() == before {
        parameters.bad(
            NAME,
            MISSING_PARAM,
            "paramètre obligatoire absent, ou sans statut connu",
            "mandatory parameter missing, or without a known status",
        );
    }
    known
}

/// `From` is included, `To` is not; each means the first moment of the date given.
fn range(parameters: &mut Parameters<'_>, name: &str) -> DateRange {
    DateRange {
        from: moment(parameters, &format!("{name}From")),
        to: moment(parameters, &format!("{name}To")),
    }
}

fn moment(parameters: &mut Parameters<'_>, name: &str) -> Option<Moment> {
    let text = parameters.one(name)?;
    match Hl7Time::parse(text.trim()) {
        Ok(time) => Some(time.start()),
        Err(malformed) => {
            parameters.bad(name, PARAM_NUMBER, malformed.expected_fr, malformed.expected_en);
            None
        }
    }
}

fn get(parameters: &mut Parameters<'_>) -> Option<Ask> {
    const UUID: &str = "$XDSDocumentEntryEntryUUID";
    const UNIQUE: &str = "$XDSDocumentEntryUniqueId";
    let before = parameters.findings.len();
    let (uuids, uniques) = (parameters.list(UUID), parameters.list(UNIQUE));
    if parameters.findings.len() > before {
        return None;
    }
    let scope = match (uuids.is_empty(), uniques.is_empty()) {
        (false, true) => {
            let real = uuids.iter().filter(|id| ebrim::canonical_id(id).starts_with("urn:uuid:"));
            Scope::Uuids(real.filter_map(|id| EntryUuid::parse(&ebrim::canonical_id(id)).ok()).collect())
        }
        (true, false) => {
            Scope::UniqueIds(uniques.iter().filter_map(|id| UniqueId::parse(id.trim()).ok()).collect())
        }
        (true, true) => {
            parameters.bad(
                UUID,
                MISSING_PARAM,
                "l'un des deux est attendu : $XDSDocumentEntryEntryUUID ou $XDSDocumentEntryUniqueId",
                "expected one of $XDSDocumentEntryEntryUUID and $XDSDocumentEntryUniqueId",
            );
            return None;
        }
        (false, false) => {
            parameters.bad(
                UUID,
                PARAM_NUMBER,
                "un seul des deux est attendu : $XDSDocumentEntryEntryUUID ou $XDSDocumentEntryUniqueId",
                "expected only one of $XDSDocumentEntryEntryUUID and $XDSDocumentEntryUniqueId",
            );
            return None;
        }
    };
    let empty = match &scope {
        Scope::Find => true,
        Scope::Uuids(ids) => ids.is_empty(),
        Scope::UniqueIds(ids) => ids.is_empty(),
    };
    Some(if empty { Ask::Nothing } else { Ask::Documents(Box::new(DocumentQuery::new(None, scope))) })
}
