//! Identifiers: FHIR's `system|value` and the OIDs and prefixes of XDS.

use model::{Cx, EntryUuid, Finding, InsDomain, Oid, UniqueId};
use serde_json::{Map, Value, json};

use super::url;
use crate::codec::Element;
use crate::codec::primitive::is_code;

/// A value with its authority and type, as CX, XCN and XON hold them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Identified {
    pub(crate) id: Option<String>,
    pub(crate) authority: Option<Oid>,
    pub(crate) kind: Option<String>,
}

/// Identifier systems that are no OID and the national identifier that they stand for: URL, prefix put
/// before the value, OID, type (ANS, PS_IdNat and Struct_IdNat).
const NATIONAL: [(&str, &str, &str, &str); 4] = [
    ("https://rpps.esante.gouv.fr", "8", model::system::PROFESSIONALS, "IDNPS"),
    ("https://finess.esante.gouv.fr", "1", model::system::STRUCTURES, "IDNST"),
    ("https://sirene.fr", "2", model::system::STRUCTURES, "IDNST"),
    ("https://siret.fr", "3", model::system::STRUCTURES, "IDNST"),
];

/// The type that an identifier of a national authority has when it states none.
const DEFAULT_KINDS: [(&str, &str); 2] =
    [(model::system::PROFESSIONALS, "IDNPS"), (model::system::STRUCTURES, "IDNST")];

/// Reads one Identifier.
pub(crate) fn read(identifier: &Element<'_>) -> Identified {
    let id = identifier.text("value").map(str::to_owned);
    let system = identifier.text("system");
    if let Some((_, prefix, oid, kind)) = NATIONAL.iter().find(|(url, ..)| system == Some(url)) {
        return Identified {
            id: id.map(|id| format!("{prefix}{id}")),
            authority: Oid::parse(oid).ok(),
            kind: Some((*kind).to_owned()),
        };
    }
    let authority = system.and_then(oid_of);
    let default =
        DEFAULT_KINDS.iter().find(|(oid, _)| authority.as_ref().is_some_and(|a| a.as_str() == *oid));
    Identified { id, kind: kind_of(identifier).or(default.map(|(_, kind)| (*kind).to_owned())), authority }
}

/// The identifier among several that names a person or an organisation best: one of the national
/// authority, else one that stands for it, else the first.
pub(crate) fn best(identifiers: &[Element<'_>], authority: &str) -> Identified {
    let read: Vec<Identified> = identifiers.iter().map(read).collect();
    let plain = identifiers
        .iter()
        .position(|i| i.text("system").and_then(oid_of).is_some_and(|o| o.as_str() == authority));
    let national = read.iter().position(|i| i.authority.as_ref().is_some_and(|o| o.as_str() == authority));
    plain.or(national).and_then(|index| read.get(index)).or(read.first()).cloned().unwrap_or_default()
}

/// The identifier among several that names a patient best: an INS, else the first.
pub(crate) fn ins(identifiers: &[Element<'_>]) -> Identified {
    let read: Vec<Identified> = identifiers.iter().map(read).collect();
    let is_ins = |i: &&Identified| i.authority.as_ref().is_some_and(|o| InsDomain::of(o.as_str()).is_some());
    read.iter().find(is_ins).or(read.first()).cloned().unwrap_or_default()
}

/// Reads an Identifier as a CX; `None` if its system is no OID or it has no value.
pub(crate) fn cx(identifier: &Element<'_>) -> Option<Cx> {
    let read = read(identifier);
    Some(Cx { id: read.id?, authority: read.authority?, id_type: kind_of(identifier) })
}

/// The code of `Identifier.type`.
pub(crate) fn kind_of(identifier: &Element<'_>) -> Option<String> {
    let kind = identifier.get("type")?;
    let coded = kind.all("coding").iter().find_map(|coding| coding.text("code"));
    coded.or(kind.text("text")).map(str::to_owned)
}

/// Writes an Identifier; `None` if there is nothing to write.
pub(crate) fn write(id: Option<&str>, authority: Option<&Oid>, kind: Option<&str>) -> Option<Value> {
    let mut identifier = Map::new();
    if let Some(kind) = kind {
        identifier.insert("type".into(), write_kind(kind));
    }
    if let Some(authority) = authority {
        identifier.insert("system".into(), json!(authority.urn()));
    }
    if let Some(id) = id {
        identifier.insert("value".into(), json!(id));
    }
    (!identifier.is_empty()).then_some(Value::Object(identifier))
}

fn write_kind(kind: &str) -> Value {
    const FRENCH: [&str; 9] = ["IDNPS", "IDNST", "RPPS", "ADELI", "FINEJ", "FINEG", "SIREN", "SIRET", "NDP"];
    let system = if FRENCH.contains(&kind) || kind.starts_with("INS-") {
        url::FR_IDENTIFIER_TYPE
    } else {
        url::V2_IDENTIFIER_TYPE
    };
    match is_code(kind) {
        true => json!({"coding": [{"system": system, "code": kind}]}),
        false => json!({"text": kind}),
    }
}

/// The OID of a `urn:oid:` system.
pub(crate) fn oid_of(system: &str) -> Option<Oid> {
    Oid::parse(system.strip_prefix("urn:oid:")?).ok()
}

/// Reads a uniqueId: a URI value, or `OID^extension` as system and value.
pub(crate) fn unique_id(identifier: &Element<'_>) -> Result<UniqueId, Finding> {
    let value = identifier.text("value").ok_or_else(|| identifier.missing("value"))?;
    let text = match identifier.text("system").and_then(oid_of) {
        Some(root) if !value.starts_with("urn:") => format!("{root}^{value}"),
        _ => value.to_owned(),
    };
    UniqueId::parse(&text).map_err(|why| identifier.malformed("value", why))
}

/// Writes a uniqueId with both ways to tell the slice: `use` (MHD 4.2.3) and `type` (MHD 4.2.4).
pub(crate) fn write_unique_id(id: &UniqueId) -> Value {
    let (system, value) = match id.as_str().split_once('^') {
        Some((root, extension)) => (format!("urn:oid:{root}"), extension.to_owned()),
        None => (url::URI.to_owned(), id.urn()),
    };
    json!({"use": "usual", "type": slice("uniqueId"), "system": system, "value": value})
}

/// Writes an entryUUID with both ways to tell the slice.
pub(crate) fn write_entry_uuid(id: &EntryUuid) -> Value {
    json!({"use": "official", "type": slice("entryUUID"), "system": url::URI, "value": id.urn()})
}

fn slice(code: &str) -> Value {
    json!({"coding": [{"system": url::IDENTIFIER_TYPE, "code": code}]})
}

/// Which slice an `identifier` item is: by `type`, else by `use`, else by the prefix of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slice {
    EntryUuid,
    UniqueId,
}

/// Tells the slice.
pub(crate) fn slice_of(identifier: &Element<'_>) -> Option<Slice> {
    match (kind_of(identifier).as_deref(), identifier.text("use"), identifier.text("value")) {
        (Some("entryUUID"), ..) => Some(Slice::EntryUuid),
        (Some("uniqueId"), ..) => Some(Slice::UniqueId),
        (_, Some("official"), _) => Some(Slice::EntryUuid),
        (_, Some("usual"), _) => Some(Slice::UniqueId),
        (.., Some(value)) if value.starts_with("urn:uuid:") => Some(Slice::EntryUuid),
        (.., Some(value)) if value.starts_with("urn:oid:") => Some(Slice::UniqueId),
        _ => None,
    }
}

/// The entryUUID among the `identifier` items, if one is given.
pub(crate) fn entry_uuid(resource: &Element<'_>) -> Option<Result<EntryUuid, Finding>> {
    let identifiers = resource.all("identifier");
    let identifier = identifiers.iter().find(|i| slice_of(i) == Some(Slice::EntryUuid))?;
    let value = identifier.text("value").unwrap_or_default();
    Some(EntryUuid::parse(value).map_err(|why| identifier.malformed("value", why)))
}
