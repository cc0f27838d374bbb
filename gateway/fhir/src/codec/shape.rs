//! What an element of FHIR R4 is: fhirbolt's path tables, with the primitive types that they leave out.

use fhirbolt_shared::element_map::{ElementSet, r4::ELEMENT_MAP};
use fhirbolt_shared::type_hints::r4::TYPE_HINTS;

use super::primitive::Primitive;

/// The type of a child element.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Any resource, named by its `resourceType`.
    Resource,
    /// An object whose children are those of this path (`Identifier`, `Bundle.entry`).
    Complex(String),
    /// A primitive.
    Primitive(Primitive),
}

/// The shape of a child element.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// True if the element repeats: a JSON array.
    pub(crate) many: bool,
    /// The type.
    pub(crate) kind: Kind,
}

/// True if `name` is a resource type of R4.
pub(crate) fn is_resource(name: &str) -> bool {
    !name.contains('.') && children(name).is_some_and(|set| set.contains("implicitRules"))
}

/// The children of a resource type, data type or backbone element.
pub(crate) fn children(path: &str) -> Option<&'static ElementSet> {
    ELEMENT_MAP.get(path).copied()
}

/// The shape of `child` below `path`; `None` if the model has no such child.
pub(crate) fn shape(path: &str, child: &str) -> Option<Shape> {
    // The value of a primitive is no child of it: it stands in its place.
    let own_value = child == "value" && path.starts_with(|c: char| c.is_ascii_lowercase());
    if own_value || !children(path)?.contains(child) {
        return None;
    }
    let common = match child {
        "extension" | "modifierExtension" => Some((true, Kind::Complex("Extension".into()))),
        "id" if is_resource(path) => Some((false, Kind::Primitive(Primitive::Id))),
        "id" => Some((false, Kind::Primitive(Primitive::Text))),
        "contained" if is_resource(path) => Some((true, Kind::Resource)),
        "meta" if is_resource(path) => Some((false, Kind::Complex("Meta".into()))),
        "text" if is_resource(path) => Some((false, Kind::Complex("Narrative".into()))),
        "implicitRules" if is_resource(path) => Some((false, Kind::Primitive(Primitive::Uri))),
        "language" if is_resource(path) => Some((false, Kind::Primitive(Primitive::Code))),
        _ => None,
    };
    if let Some((many, kind)) = common {
        return Some(Shape { many, kind });
    }
    let full = format!("{path}.{child}");
    let many = TYPE_HINTS.array_paths.contains(&full);
    let kind = match TYPE_HINTS.type_paths.get(&full) {
        Some(&"Resource") => Kind::Resource,
        Some(name) => Kind::Complex((*name).to_owned()),
        None => match TYPE_HINTS.content_reference_paths.get(&full) {
            Some(target) => Kind::Complex((*target).to_owned()),
            None if ELEMENT_MAP.contains_key(&full) => Kind::Complex(full),
            None => Kind::Primitive(primitive(path, child, &full)),
        },
    };
    Some(Shape { many, kind })
}

/// The name of the choice element (`value` of `valueString`) if `child` is one form of a choice below `path`.
pub(crate) fn choice<'c>(path: &str, child: &'c str) -> Option<&'c str> {
    let siblings = children(path)?;
    type_suffixes(child).find(|stem| {
        siblings.iter().any(|other| *other != child && other.strip_prefix(stem).is_some_and(is_type_name))
    })
}

fn type_suffixes(child: &str) -> impl Iterator<Item = &str> {
    child
        .char_indices()
        .filter(|(at, c)| *at > 0 && c.is_ascii_uppercase())
        .filter_map(|(at, _)| child.split_at_checked(at))
        .filter(|(_, suffix)| is_type_name(suffix))
        .map(|(stem, _)| stem)
}

/// True for a data type's name in the form that a choice element ends with: `String`, `CodeableConcept`.
fn is_type_name(suffix: &str) -> bool {
    let mut lower = suffix.to_owned();
    if let Some(first) = lower.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let known = |name: &str| ELEMENT_MAP.contains_key(name) && !is_resource(name);
    suffix.starts_with(|c: char| c.is_ascii_uppercase()) && (known(suffix) || known(&lower))
}

fn primitive(path: &str, child: &str, full: &str) -> Primitive {
    let hints = &TYPE_HINTS;
    if hints.boolean_paths.contains(full) {
        Primitive::Boolean
    } else if hints.unsigned_integer_paths.contains(full) {
        Primitive::UnsignedInt
    } else if hints.positive_integer_paths.contains(full) {
        Primitive::PositiveInt
    } else if hints.integer_paths.contains(full) {
        Primitive::Integer
    } else if hints.decimal_paths.contains(full) {
        Primitive::Decimal
    } else if let Some((_, kind)) = NAMED.iter().find(|(path, _)| *path == full) {
        *kind
    } else {
        let suffix = choice(path, child).and_then(|stem| child.strip_prefix(stem));
        let known = FORMS.iter().find(|(form, _)| suffix == Some(form));
        known.map_or(Primitive::Text, |(_, kind)| *kind)
    }
}

/// Forms of choice elements that have a grammar of their own.
const FORMS: [(&str, Primitive); 12] = [
    ("Base64Binary", Primitive::Base64),
    ("Canonical", Primitive::Uri),
    ("Code", Primitive::Code),
    ("DateTime", Primitive::DateTime),
    ("Date", Primitive::Date),
    ("Instant", Primitive::Instant),
    ("Oid", Primitive::Oid),
    ("Time", Primitive::Time),
    ("Uri", Primitive::Uri),
    ("Url", Primitive::Uri),
    ("Uuid", Primitive::Uuid),
    ("Id", Primitive::Id),
];

/// The primitives with a grammar of their own in the resources and data types that this door reads or
/// writes; every other one is a text.
const NAMED: [(&str, Primitive); 83] = [
    ("Address.type", Primitive::Code),
    ("Address.use", Primitive::Code),
    ("Annotation.time", Primitive::DateTime),
    ("Attachment.contentType", Primitive::Code),
    ("Attachment.creation", Primitive::DateTime),
    ("Attachment.data", Primitive::Base64),
    ("Attachment.hash", Primitive::Base64),
    ("Attachment.language", Primitive::Code),
    ("Attachment.url", Primitive::Uri),
    ("AuditEvent.action", Primitive::Code),
    ("AuditEvent.agent.policy", Primitive::Uri),
    ("AuditEvent.entity.query", Primitive::Base64),
    ("AuditEvent.outcome", Primitive::Code),
    ("AuditEvent.recorded", Primitive::Instant),
    ("Binary.contentType", Primitive::Code),
    ("Binary.data", Primitive::Base64),
    ("Bundle.entry.fullUrl", Primitive::Uri),
    ("Bundle.entry.request.ifModifiedSince", Primitive::Instant),
    ("Bundle.entry.request.method", Primitive::Code),
    ("Bundle.entry.request.url", Primitive::Uri),
    ("Bundle.entry.response.lastModified", Primitive::Instant),
    ("Bundle.entry.response.location", Primitive::Uri),
    ("Bundle.entry.search.mode", Primitive::Code),
    ("Bundle.link.url", Primitive::Uri),
    ("Bundle.timestamp", Primitive::Instant),
    ("Bundle.type", Primitive::Code),
    ("CapabilityStatement.date", Primitive::DateTime),
    ("CapabilityStatement.fhirVersion", Primitive::Code),
    ("CapabilityStatement.format", Primitive::Code),
    ("CapabilityStatement.implementation.url", Primitive::Uri),
    ("CapabilityStatement.implementationGuide", Primitive::Uri),
    ("CapabilityStatement.kind", Primitive::Code),
    ("CapabilityStatement.rest.interaction.code", Primitive::Code),
    ("CapabilityStatement.rest.mode", Primitive::Code),
    ("CapabilityStatement.rest.resource.interaction.code", Primitive::Code),
    ("CapabilityStatement.rest.resource.operation.definition", Primitive::Uri),
    ("CapabilityStatement.rest.resource.profile", Primitive::Uri),
    ("CapabilityStatement.rest.resource.searchParam.definition", Primitive::Uri),
    ("CapabilityStatement.rest.resource.searchParam.type", Primitive::Code),
    ("CapabilityStatement.rest.resource.supportedProfile", Primitive::Uri),
    ("CapabilityStatement.rest.resource.type", Primitive::Code),
    ("CapabilityStatement.status", Primitive::Code),
    ("CareTeam.status", Primitive::Code),
    ("Coding.code", Primitive::Code),
    ("Coding.system", Primitive::Uri),
    ("Consent.dateTime", Primitive::DateTime),
    ("Consent.policy.authority", Primitive::Uri),
    ("Consent.policy.uri", Primitive::Uri),
    ("Consent.provision.data.meaning", Primitive::Code),
    ("Consent.provision.type", Primitive::Code),
    ("Consent.status", Primitive::Code),
    ("Consent.verification.verificationDate", Primitive::DateTime),
    ("ContactPoint.system", Primitive::Code),
    ("ContactPoint.use", Primitive::Code),
    ("Device.expirationDate", Primitive::DateTime),
    ("Device.manufactureDate", Primitive::DateTime),
    ("Device.status", Primitive::Code),
    ("Device.url", Primitive::Uri),
    ("DocumentReference.date", Primitive::Instant),
    ("DocumentReference.docStatus", Primitive::Code),
    ("DocumentReference.relatesTo.code", Primitive::Code),
    ("DocumentReference.status", Primitive::Code),
    ("Extension.url", Primitive::Uri),
    ("HumanName.use", Primitive::Code),
    ("Identifier.system", Primitive::Uri),
    ("Identifier.use", Primitive::Code),
    ("List.date", Primitive::DateTime),
    ("List.mode", Primitive::Code),
    ("List.status", Primitive::Code),
    ("Meta.lastUpdated", Primitive::Instant),
    ("Meta.profile", Primitive::Uri),
    ("Meta.source", Primitive::Uri),
    ("Meta.versionId", Primitive::Id),
    ("Narrative.status", Primitive::Code),
    ("OperationOutcome.issue.code", Primitive::Code),
    ("OperationOutcome.issue.severity", Primitive::Code),
    ("Patient.birthDate", Primitive::Date),
    ("Patient.gender", Primitive::Code),
    ("Period.end", Primitive::DateTime),
    ("Period.start", Primitive::DateTime),
    ("Reference.type", Primitive::Uri),
    ("RelatedPerson.birthDate", Primitive::Date),
    ("RelatedPerson.gender", Primitive::Code),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_primitive_exists_and_is_no_number() {
        for (path, kind) in NAMED {
            let (parent, child) = path.rsplit_once('.').expect("a path");
            let shape = shape(parent, child).unwrap_or_else(|| panic!("{path} is not in the model"));
            assert_eq!(shape.kind, Kind::Primitive(kind), "{path}");
        }
    }

    #[test]
    fn shapes_are_those_of_the_model() {
        let of = |path: &str, child: &str| shape(path, child).map(|s| (s.many, s.kind));
        assert_eq!(of("Bundle", "entry"), Some((true, Kind::Complex("Bundle.entry".into()))));
        assert_eq!(of("Bundle.entry", "resource"), Some((false, Kind::Resource)));
        assert_eq!(of("Bundle.entry", "link"), Some((true, Kind::Complex("Bundle.link".into()))));
        assert_eq!(of("DocumentReference", "subject"), Some((false, Kind::Complex("Reference".into()))));
        assert_eq!(of("HumanName", "given"), Some((true, Kind::Primitive(Primitive::Text))));
        assert_eq!(
            of("Parameters.parameter", "part").map(|s| s.1),
            Some(Kind::Complex("Parameters.parameter".into()))
        );
        assert_eq!(of("Patient", "foo"), None);
        assert_eq!(of("Address", "postalCode"), Some((false, Kind::Primitive(Primitive::Text))));
        assert_eq!(of("Extension", "valueDateTime"), Some((false, Kind::Primitive(Primitive::DateTime))));
        assert_eq!(of("Extension", "valueDate"), Some((false, Kind::Primitive(Primitive::Date))));
        assert_eq!(of("Patient", "deceasedBoolean"), Some((false, Kind::Primitive(Primitive::Boolean))));
        assert_eq!(of("Extension", "valueCode"), Some((false, Kind::Primitive(Primitive::Code))));
        assert_eq!(of("Attachment", "size"), Some((false, Kind::Primitive(Primitive::UnsignedInt))));
    }

    #[test]
    fn choices_are_told_from_plain_names() {
        assert_eq!(choice("Extension", "valueString"), Some("value"));
        assert_eq!(choice("Patient", "deceasedDateTime"), Some("deceased"));
        for (path, child) in [("Patient", "birthDate"), ("Attachment", "contentType"), ("Binary", "data")] {
            assert_eq!(choice(path, child), None, "{path}.{child}");
        }
    }

    #[test]
    fn data_types_are_no_resources() {
        assert!(is_resource("Patient") && is_resource("Binary"));
        assert!(!is_resource("Identifier") && !is_resource("Bundle.entry") && !is_resource("Nonsense"));
    }
}
