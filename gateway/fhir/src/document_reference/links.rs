//! relatesTo and associations (MHD ConceptMap AssociationTypeVsRelatesTo).

use model::{Association, AssociationKind, EntryUuid, Location, ObjectRef, UniqueId};
use serde_json::{Value, json};

use super::{Reading, identifier};
use crate::codec::Element;
use crate::search::token;

/// One relationship of a document, with its place in the message.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) kind: AssociationKind,
    pub(crate) target: ObjectRef,
    pub(crate) at: Location,
}

/// Reads `relatesTo`. `inside` gives the entryUUID of a DocumentReference of the same Bundle.
pub(crate) fn links_of(
    resource: &Element<'_>,
    base: &str,
    inside: &dyn Fn(&str) -> Option<EntryUuid>,
    reading: &mut Reading<'_>,
) -> Vec<Link> {
    let mut links = Vec::new();
    for relation in resource.all("relatesTo") {
        let kind = match relation.text("code") {
            Some("replaces") => Some(AssociationKind::Replaces),
            Some("transforms") => Some(AssociationKind::Transforms),
            Some("appends") => Some(AssociationKind::Appends),
            Some("signs") => Some(AssociationKind::Signs),
            Some(_) => {
                reading.tell(relation.wrong(
                    "code attendu : replaces, transforms, signs ou appends",
                    "expected code: replaces, transforms, signs or appends",
                ));
                None
            }
            None => {
                reading.tell(relation.missing("code"));
                None
            }
        };
        let Some(target) = relation.get("target") else {
            reading.tell(relation.missing("target"));
            continue;
        };
        let found = target_of(&target, base, inside);
        if found.is_none() {
            reading.tell(target.wrong(
                "la cible doit être un DocumentReference de ce serveur (DocumentReference/<uuid>), un document du lot \
                 (urn:uuid:) ou un identifiant (urn:oid: ou urn:uuid:)",
                "the target must be a DocumentReference of this server (DocumentReference/<uuid>), a document of the \
                 bundle (urn:uuid:) or an identifier (urn:oid: or urn:uuid:)",
            ));
        }
        if let (Some(kind), Some(target)) = (kind, found) {
            links.push(Link { kind, target, at: relation.place() });
        }
    }
    links
}

/// The document that a reference names: by id, in the Bundle, by condition, or by its identifier where the text of the
/// reference leads nowhere.
pub(crate) fn target_of(
    reference: &Element<'_>,
    base: &str,
    inside: &dyn Fn(&str) -> Option<EntryUuid>,
) -> Option<ObjectRef> {
    let by_reference = reference.text("reference").and_then(|text| by_text(text, base, inside));
    by_reference.or_else(|| {
        let identifier = reference.get("identifier")?;
        by_identifier(identifier.text("system"), identifier.text("value")?)
    })
}

/// The document that the text of a reference or of a request URL names.
pub(crate) fn by_text(
    text: &str,
    base: &str,
    inside: &dyn Fn(&str) -> Option<EntryUuid>,
) -> Option<ObjectRef> {
    if let Some(uuid) = inside(text) {
        return Some(ObjectRef::Uuid(uuid));
    }
    if text.starts_with("urn:") {
        return by_identifier(None, text);
    }
    let relative = text.strip_prefix(base).map_or(text, |rest| rest.trim_start_matches('/'));
    if let Some(query) = relative.strip_prefix("DocumentReference?") {
        return by_condition(query);
    }
    let id = relative.strip_prefix("DocumentReference/")?;
    let id = id.split_once("/_history/").map_or(id, |(id, _)| id);
    EntryUuid::parse(id).ok().map(ObjectRef::Uuid)
}

/// `identifier=system|value`, or `_id=…`: one condition that names one document.
pub(crate) fn by_condition(query: &str) -> Option<ObjectRef> {
    let pairs = crate::search::pairs(query).ok()?;
    let [(name, value)] = pairs.as_slice() else { return None };
    let tokens = token::tokens(value);
    let ([token], "identifier" | "_id") = (tokens.as_slice(), name.as_str()) else { return None };
    match name.as_str() {
        "_id" => EntryUuid::parse(&token.code).ok().map(ObjectRef::Uuid),
        _ => by_identifier(token.system.as_deref(), &token.code),
    }
}

/// A UUID is an entryUUID or a logicalID; anything else a uniqueId, `OID^extension` as system and value.
fn by_identifier(system: Option<&str>, value: &str) -> Option<ObjectRef> {
    if let (true, Ok(uuid)) = (value.starts_with("urn:uuid:"), EntryUuid::parse(value)) {
        return Some(ObjectRef::Uuid(uuid));
    }
    let text = match system.and_then(identifier::oid_of) {
        Some(root) if !value.starts_with("urn:") => format!("{root}^{value}"),
        _ => value.to_owned(),
    };
    UniqueId::parse(&text).ok().map(ObjectRef::Unique)
}

/// Writes one association.
pub(crate) fn write(association: &Association, base: &str) -> Value {
    let code = match association.kind {
        AssociationKind::Replaces | AssociationKind::TransformsAndReplaces => "replaces",
        // R4 has no code for a snapshot of an on-demand document: it is a transformation of what was asked.
        AssociationKind::Transforms | AssociationKind::Snapshots => "transforms",
        AssociationKind::Appends => "appends",
        AssociationKind::Signs => "signs",
    };
    let target = match &association.target {
        ObjectRef::Uuid(uuid) => json!({"reference": format!("{base}/DocumentReference/{}", uuid.bare())}),
        ObjectRef::Unique(id) => json!({"identifier": identifier::write_unique_id(id)}),
    };
    json!({"code": code, "target": target})
}
