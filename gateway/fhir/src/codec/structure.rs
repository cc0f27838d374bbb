//! Is it FHIR R4? Names, shapes and primitives of a resource, with the FHIRPath of every finding (rule B2).

use model::{Finding, Location, Rule};
use serde_json::{Map, Value};

use super::shape::{self, Kind, Shape};

/// More findings than this help nobody.
pub(super) const MOST: usize = 100;

/// The most items of one array: keeps what is looked up in lists quick.
const LONGEST: usize = 1000;

/// Checks a resource and everything below it. Every path resolves in the resource: a name that the model
/// does not have is told at its parent.
pub(crate) fn check(value: &Value) -> Vec<Finding> {
    let mut walk = Walk { findings: Vec::new() };
    let root = value.get("resourceType").and_then(Value::as_str).filter(|name| shape::is_resource(name));
    walk.resource(value, root.unwrap_or_default());
    walk.findings
}

struct Walk {
    findings: Vec<Finding>,
}

impl Walk {
    fn tell(&mut self, path: &str, fr: impl Into<String>, en: impl Into<String>) {
        if self.findings.len() < MOST {
            let at = match path {
                "" => Location::Whole,
                path => Location::FhirPath(path.to_owned()),
            };
            self.findings.push(Finding::new(Rule::MetadataIsWellFormed).at(at).detail(fr, en));
        }
    }

    fn resource(&mut self, value: &Value, path: &str) {
        let Value::Object(members) = value else {
            return self.tell(
                path,
                "une ressource (objet JSON) est attendue",
                "expected a resource (JSON object)",
            );
        };
        match members.get("resourceType") {
            Some(Value::String(name)) if shape::is_resource(name) => self.members(members, name, path, true),
            Some(_) => self.tell(
                path,
                "resourceType n'est pas un type de ressource de FHIR R4",
                "resourceType is not a resource type of FHIR R4",
            ),
            None => self.tell(path, "resourceType manque", "resourceType is missing"),
        }
    }

    fn members(&mut self, members: &Map<String, Value>, kind: &str, path: &str, resource: bool) {
        if members.is_empty() {
            return self.tell(path, "objet vide", "empty object");
        }
        let mut choices: Vec<&str> = Vec::new();
        for (key, value) in members {
            if resource && key == "resourceType" {
                continue;
            }
            let name = key.strip_prefix('_').unwrap_or(key);
            let Some(child) = shape::shape(kind, name) else {
                self.unknown(name, path);
                continue;
            };
            let is_partner = key.len() != name.len();
            // A narrative has neither extensions nor an id of its own beside what its text has.
            let alone = !matches!(child.kind, Kind::Primitive(_)) || (kind, name) == ("Narrative", "div");
            if is_partner && alone {
                self.unknown(key, path);
                continue;
            }
            if is_partner && members.contains_key(name) {
                continue;
            }
            let choice = shape::choice(kind, name);
            if let Some(choice) = choice {
                if choices.contains(&choice) {
                    self.tell(
                        path,
                        format!("{choice}[x] est donné sous plusieurs types"),
                        format!("{choice}[x] is given in several types"),
                    );
                }
                choices.push(choice);
            }
            let below = join(path, choice.unwrap_or(name));
            let (value, partner) = match is_partner {
                true => (None, Some(value)),
                false => (Some(value), members.get(&format!("_{name}"))),
            };
            self.child(value, partner, &child, &below);
        }
    }

    fn unknown(&mut self, name: &str, path: &str) {
        let (fr, en) = does_not_exist("élément", "element", name);
        self.tell(path, fr, en);
    }

    fn child(&mut self, value: Option<&Value>, partner: Option<&Value>, shape: &Shape, path: &str) {
        match (&shape.kind, shape.many) {
            (Kind::Primitive(_), false) => self.primitive(value, partner, shape, path),
            (Kind::Primitive(_), true) => self.primitives(value, partner, shape, path),
            (_, false) => match value {
                Some(Value::Array(_)) => {
                    self.tell(
                        path,
                        "une seule valeur est attendue, pas un tableau",
                        "expected one value, not an array",
                    );
                }
                Some(value) => self.object(value, &shape.kind, path),
                None => {}
            },
            (_, true) => match value {
                Some(Value::Array(items)) if items.is_empty() => self.empty(path),
                Some(Value::Array(items)) if items.len() > LONGEST => self.too_long(path),
                Some(Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.object(item, &shape.kind, &format!("{path}[{index}]"));
                    }
                }
                _ => self.tell(path, "un tableau est attendu", "expected an array"),
            },
        }
    }

    fn object(&mut self, value: &Value, kind: &Kind, path: &str) {
        match (kind, value) {
            (Kind::Resource, value) => self.resource(value, path),
            (Kind::Complex(name), Value::Object(members)) => self.members(members, name, path, false),
            _ => self.tell(path, "un objet JSON est attendu", "expected a JSON object"),
        }
    }

    fn empty(&mut self, path: &str) {
        self.tell(path, "tableau vide", "empty array");
    }

    fn too_long(&mut self, path: &str) {
        self.tell(path, format!("plus de {LONGEST} éléments"), format!("more than {LONGEST} items"));
    }

    fn primitives(&mut self, value: Option<&Value>, partner: Option<&Value>, shape: &Shape, path: &str) {
        let (values, partners) = match (value, partner) {
            (None | Some(Value::Array(_)), None | Some(Value::Array(_))) => {
                (value.and_then(Value::as_array), partner.and_then(Value::as_array))
            }
            _ => return self.tell(path, "un tableau est attendu", "expected an array"),
        };
        if values.is_some_and(Vec::is_empty) || partners.is_some_and(Vec::is_empty) {
            return self.empty(path);
        }
        if values.or(partners).is_some_and(|items| items.len() > LONGEST) {
            return self.too_long(path);
        }
        if let (Some(values), Some(partners)) = (values, partners)
            && values.len() != partners.len()
        {
            return self.tell(
                path,
                "les tableaux de valeurs et d'extensions n'ont pas la même longueur",
                "the arrays of values and of extensions differ in length",
            );
        }
        let present = |value: Option<&'_ Value>| value.is_some_and(|value| !value.is_null());
        for index in 0..values.map_or(0, Vec::len).max(partners.map_or(0, Vec::len)) {
            let value = values.and_then(|values| values.get(index));
            let partner = partners.and_then(|partners| partners.get(index));
            let below = match values {
                Some(_) => format!("{path}[{index}]"),
                None => path.to_owned(),
            };
            if !present(value) && !present(partner) {
                self.tell(&below, "null sans extension", "null without extension");
            } else {
                let kept = |value: Option<&'_ Value>| present(value);
                self.primitive(
                    value.filter(|v| kept(Some(v))),
                    partner.filter(|p| kept(Some(p))),
                    shape,
                    &below,
                );
            }
        }
    }

    fn primitive(&mut self, value: Option<&Value>, partner: Option<&Value>, shape: &Shape, path: &str) {
        let Kind::Primitive(kind) = shape.kind else { return };
        if let Some(value) = value
            && !kind.admits(value)
        {
            let (fr, en) = kind.expected();
            self.tell(
                path,
                format!("valeur incorrecte : {fr} est attendu"),
                format!("incorrect value: expected {en}"),
            );
        }
        match partner {
            None => {}
            Some(Value::Object(members)) => self.members(members, "string", path, false),
            Some(_) => self.tell(
                path,
                "les extensions d'une valeur (« _… ») sont un objet JSON",
                "the extensions of a value (\"_…\") are a JSON object",
            ),
        }
    }
}

/// What is said of an element or attribute (in French, in English) that the model does not have.
pub(super) fn does_not_exist(fr: &str, en: &str, name: &str) -> (String, String) {
    let plain = name.len() <= 64 && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    let shown = if plain { name } else { "…" };
    (
        format!("l'{fr} « {shown} » n'existe pas ici dans FHIR R4"),
        format!("the {en} \"{shown}\" does not exist here in FHIR R4"),
    )
}

/// A FHIRPath step; names that are keywords of FHIRPath are quoted.
pub(super) fn join(path: &str, name: &str) -> String {
    const KEYWORDS: [&str; 12] =
        ["and", "as", "contains", "day", "div", "hour", "implies", "in", "is", "minute", "mod", "or"];
    if KEYWORDS.contains(&name) { format!("{path}.`{name}`") } else { format!("{path}.{name}") }
}

#[cfg(test)]
pub(crate) mod tests;
