//! What other specifications say about the search parameters and operations that this door answers: the canonical
//! of the definition that one of ours derives from, and where a parameter looks. Facts of FHIR R4, IHE MHD 4.2 and
//! PDSm 3.1.1; what is not in here is defined by its documentation alone.

/// A parameter that another specification defines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    /// The canonical of that definition.
    pub(super) origin: Option<&'static str>,
    /// The FHIRPath of what is searched.
    pub(super) expression: &'static str,
    /// The types that a reference may lead to.
    pub(super) targets: &'static [&'static str],
}

/// What is known of a parameter.
pub(super) fn parameter(kind: &str, name: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|(of, called, _)| *of == kind && *called == name).map(|(_, _, known)| known)
}

const fn looks(origin: &'static str, expression: &'static str) -> Parameter {
    Parameter { origin: Some(origin), expression, targets: &[] }
}

const fn points(
    origin: &'static str,
    expression: &'static str,
    targets: &'static [&'static str],
) -> Parameter {
    Parameter { origin: Some(origin), expression, targets }
}

const PATIENT: &[&str] = &["Patient"];

/// Type, parameter, what is known.
const PARAMETERS: &[(&str, &str, Parameter)] = &[
    ("Patient", "_id", looks("http://hl7.org/fhir/SearchParameter/Resource-id", "Patient.id")),
    (
        "Patient",
        "identifier",
        looks("http://hl7.org/fhir/SearchParameter/Patient-identifier", "Patient.identifier"),
    ),
    ("Patient", "active", looks("http://hl7.org/fhir/SearchParameter/Patient-active", "Patient.active")),
    (
        "Patient",
        "family",
        looks("http://hl7.org/fhir/SearchParameter/individual-family", "Patient.name.family"),
    ),
    ("Patient", "given", looks("http://hl7.org/fhir/SearchParameter/individual-given", "Patient.name.given")),
    (
        "Patient",
        "birthdate",
        looks("http://hl7.org/fhir/SearchParameter/individual-birthdate", "Patient.birthDate"),
    ),
    ("Patient", "gender", looks("http://hl7.org/fhir/SearchParameter/individual-gender", "Patient.gender")),
    (
        "Patient",
        "telecom",
        looks("http://hl7.org/fhir/SearchParameter/individual-telecom", "Patient.telecom"),
    ),
    (
        "Patient",
        "address",
        looks("http://hl7.org/fhir/SearchParameter/individual-address", "Patient.address"),
    ),
    (
        "Patient",
        "address-city",
        looks("http://hl7.org/fhir/SearchParameter/individual-address-city", "Patient.address.city"),
    ),
    (
        "Patient",
        "address-postalcode",
        looks(
            "http://hl7.org/fhir/SearchParameter/individual-address-postalcode",
            "Patient.address.postalCode",
        ),
    ),
    (
        "Patient",
        "address-state",
        looks("http://hl7.org/fhir/SearchParameter/individual-address-state", "Patient.address.state"),
    ),
    (
        "Patient",
        "address-country",
        looks("http://hl7.org/fhir/SearchParameter/individual-address-country", "Patient.address.country"),
    ),
    (
        "DocumentReference",
        "_id",
        looks("http://hl7.org/fhir/SearchParameter/Resource-id", "DocumentReference.id"),
    ),
    (
        "DocumentReference",
        "_lastUpdated",
        looks(
            "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated",
            "DocumentReference.meta.lastUpdated",
        ),
    ),
    (
        "DocumentReference",
        "patient",
        points(
            "http://hl7.org/fhir/SearchParameter/clinical-patient",
            "DocumentReference.subject.where(resolve() is Patient)",
            PATIENT,
        ),
    ),
    (
        "DocumentReference",
        "subject",
        points(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-subject",
            "DocumentReference.subject",
            PATIENT,
        ),
    ),
    (
        "DocumentReference",
        "status",
        looks("http://hl7.org/fhir/SearchParameter/DocumentReference-status", "DocumentReference.status"),
    ),
    (
        "DocumentReference",
        "identifier",
        looks(
            "http://hl7.org/fhir/SearchParameter/clinical-identifier",
            "DocumentReference.masterIdentifier | DocumentReference.identifier",
        ),
    ),
    (
        "DocumentReference",
        "type",
        looks("http://hl7.org/fhir/SearchParameter/clinical-type", "DocumentReference.type"),
    ),
    (
        "DocumentReference",
        "category",
        looks("http://hl7.org/fhir/SearchParameter/DocumentReference-category", "DocumentReference.category"),
    ),
    (
        "DocumentReference",
        "setting",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-setting",
            "DocumentReference.context.practiceSetting",
        ),
    ),
    (
        "DocumentReference",
        "facility",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-facility",
            "DocumentReference.context.facilityType",
        ),
    ),
    (
        "DocumentReference",
        "format",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-format",
            "DocumentReference.content.format",
        ),
    ),
    (
        "DocumentReference",
        "security-label",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-security-label",
            "DocumentReference.securityLabel",
        ),
    ),
    (
        "DocumentReference",
        "event",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-event",
            "DocumentReference.context.event",
        ),
    ),
    (
        "DocumentReference",
        "contenttype",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-contenttype",
            "DocumentReference.content.attachment.contentType",
        ),
    ),
    (
        "DocumentReference",
        "language",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-language",
            "DocumentReference.content.attachment.language",
        ),
    ),
    (
        "DocumentReference",
        "description",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-description",
            "DocumentReference.description",
        ),
    ),
    (
        "DocumentReference",
        "relation",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-relation",
            "DocumentReference.relatesTo.code",
        ),
    ),
    (
        "DocumentReference",
        "relatesto",
        points(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-relatesto",
            "DocumentReference.relatesTo.target",
            &["DocumentReference"],
        ),
    ),
    (
        "DocumentReference",
        "period",
        looks(
            "http://hl7.org/fhir/SearchParameter/DocumentReference-period",
            "DocumentReference.context.period",
        ),
    ),
    (
        "DocumentReference",
        "creation",
        looks(
            "https://profiles.ihe.net/ITI/MHD/SearchParameter/DocumentReference-Creation",
            "DocumentReference.content.attachment.creation",
        ),
    ),
    (
        "DocumentReference",
        "date",
        Parameter { origin: None, expression: "DocumentReference.content.attachment.creation", targets: &[] },
    ),
    (
        "DocumentReference",
        "period-start",
        Parameter { origin: None, expression: "DocumentReference.context.period.start", targets: &[] },
    ),
    (
        "DocumentReference",
        "period-end",
        Parameter { origin: None, expression: "DocumentReference.context.period.end", targets: &[] },
    ),
    (
        "DocumentReference",
        "isArchived",
        Parameter {
            origin: None,
            expression: "DocumentReference.extension('https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived').value",
            targets: &[],
        },
    ),
    ("List", "_id", looks("http://hl7.org/fhir/SearchParameter/Resource-id", "List.id")),
    (
        "List",
        "_lastUpdated",
        looks("http://hl7.org/fhir/SearchParameter/Resource-lastUpdated", "List.meta.lastUpdated"),
    ),
    (
        "List",
        "patient",
        points(
            "http://hl7.org/fhir/SearchParameter/clinical-patient",
            "List.subject.where(resolve() is Patient)",
            PATIENT,
        ),
    ),
    ("List", "subject", points("http://hl7.org/fhir/SearchParameter/List-subject", "List.subject", PATIENT)),
    ("List", "code", looks("http://hl7.org/fhir/SearchParameter/clinical-code", "List.code")),
    ("List", "date", looks("http://hl7.org/fhir/SearchParameter/clinical-date", "List.date")),
    (
        "List",
        "identifier",
        looks("http://hl7.org/fhir/SearchParameter/clinical-identifier", "List.identifier"),
    ),
    ("List", "status", looks("http://hl7.org/fhir/SearchParameter/List-status", "List.status")),
    ("List", "title", looks("http://hl7.org/fhir/SearchParameter/List-title", "List.title")),
    (
        "List",
        "designationType",
        looks(
            "https://profiles.ihe.net/ITI/MHD/SearchParameter/List-DesignationType",
            "List.extension('https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType').value",
        ),
    ),
    (
        "List",
        "sourceId",
        looks(
            "https://profiles.ihe.net/ITI/MHD/SearchParameter/List-SourceId",
            "List.extension('https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId').value",
        ),
    ),
    (
        "Consent",
        "patient",
        points("http://hl7.org/fhir/SearchParameter/clinical-patient", "Consent.patient", PATIENT),
    ),
    ("Consent", "_id", looks("http://hl7.org/fhir/SearchParameter/Resource-id", "Consent.id")),
    (
        "Consent",
        "category",
        looks("http://hl7.org/fhir/SearchParameter/Consent-category", "Consent.category"),
    ),
    (
        "Consent",
        "actor",
        points(
            "http://hl7.org/fhir/SearchParameter/Consent-actor",
            "Consent.provision.actor.reference",
            &["Practitioner", "Organization"],
        ),
    ),
    ("Consent", "date", looks("http://hl7.org/fhir/SearchParameter/clinical-date", "Consent.dateTime")),
    (
        "Consent",
        "period",
        looks("http://hl7.org/fhir/SearchParameter/Consent-period", "Consent.provision.period"),
    ),
    ("Consent", "status", looks("http://hl7.org/fhir/SearchParameter/Consent-status", "Consent.status")),
    (
        "CareTeam",
        "patient",
        points(
            "http://hl7.org/fhir/SearchParameter/clinical-patient",
            "CareTeam.subject.where(resolve() is Patient)",
            PATIENT,
        ),
    ),
    (
        "RelatedPerson",
        "patient",
        points("http://hl7.org/fhir/SearchParameter/RelatedPerson-patient", "RelatedPerson.patient", PATIENT),
    ),
    (
        "AuditEvent",
        "patient",
        points(
            "http://hl7.org/fhir/SearchParameter/AuditEvent-patient",
            "AuditEvent.entity.what.where(resolve() is Patient)",
            PATIENT,
        ),
    ),
    (
        "AuditEvent",
        "date",
        looks("http://hl7.org/fhir/SearchParameter/AuditEvent-date", "AuditEvent.recorded"),
    ),
    ("AuditEvent", "_id", looks("http://hl7.org/fhir/SearchParameter/Resource-id", "AuditEvent.id")),
    (
        "AuditEvent",
        "action",
        looks("http://hl7.org/fhir/SearchParameter/AuditEvent-action", "AuditEvent.action"),
    ),
    ("AuditEvent", "type", looks("http://hl7.org/fhir/SearchParameter/AuditEvent-type", "AuditEvent.type")),
    (
        "AuditEvent",
        "subtype",
        looks("http://hl7.org/fhir/SearchParameter/AuditEvent-subtype", "AuditEvent.subtype"),
    ),
    (
        "AuditEvent",
        "outcome",
        looks("http://hl7.org/fhir/SearchParameter/AuditEvent-outcome", "AuditEvent.outcome"),
    ),
    (
        "AuditEvent",
        "agent-role",
        looks("http://hl7.org/fhir/SearchParameter/AuditEvent-agent-role", "AuditEvent.agent.role"),
    ),
    (
        "AuditEvent",
        "entity-type",
        looks("http://hl7.org/fhir/SearchParameter/AuditEvent-entity-type", "AuditEvent.entity.type"),
    ),
    (
        "AuditEvent",
        "entity-role",
        looks("http://hl7.org/fhir/SearchParameter/AuditEvent-entity-role", "AuditEvent.entity.role"),
    ),
    (
        "AuditEvent",
        "entity",
        points(
            "http://hl7.org/fhir/SearchParameter/AuditEvent-entity",
            "AuditEvent.entity.what",
            &["Patient", "DocumentReference"],
        ),
    ),
    (
        "SearchParameter",
        "_id",
        looks("http://hl7.org/fhir/SearchParameter/Resource-id", "SearchParameter.id"),
    ),
    (
        "SearchParameter",
        "url",
        looks("http://hl7.org/fhir/SearchParameter/conformance-url", "SearchParameter.url"),
    ),
    (
        "SearchParameter",
        "code",
        looks("http://hl7.org/fhir/SearchParameter/SearchParameter-code", "SearchParameter.code"),
    ),
    (
        "OperationDefinition",
        "_id",
        looks("http://hl7.org/fhir/SearchParameter/Resource-id", "OperationDefinition.id"),
    ),
    (
        "OperationDefinition",
        "url",
        looks("http://hl7.org/fhir/SearchParameter/conformance-url", "OperationDefinition.url"),
    ),
    (
        "OperationDefinition",
        "code",
        looks("http://hl7.org/fhir/SearchParameter/OperationDefinition-code", "OperationDefinition.code"),
    ),
];

/// An operation that a guide defines: ours constrains it.
pub(super) fn operation(name: &str) -> Option<&'static str> {
    OPERATIONS.iter().find(|(called, _)| *called == name).map(|(_, canonical)| *canonical)
}

/// Operation, canonical.
const OPERATIONS: [(&str, &str); 4] = [
    ("validate", "http://hl7.org/fhir/OperationDefinition/Resource-validate"),
    ("match", "http://hl7.org/fhir/OperationDefinition/Patient-match"),
    ("generate-metadata", "https://profiles.ihe.net/ITI/MHD/OperationDefinition/generate-metadata"),
    ("ihe-pix", "https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix"),
];
