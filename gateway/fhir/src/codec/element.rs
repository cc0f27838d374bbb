//! A view on one element of a checked resource: its value and its FHIRPath.

use model::{Finding, Location, Malformed, Rule};
use serde_json::Value;

/// An element of a resource that passed the structural check.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Element<'a> {
    /// The resource itself: its path is its type.
    pub(crate) fn root(resource: &'a Value) -> Self {
        let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        Element { value: resource, path: kind.to_owned() }
    }

    /// The same place with another value, for instance one that was completed.
    pub(crate) fn over<'b>(&self, value: &'b Value) -> Element<'b> {
        Element { value, path: self.path.clone() }
    }

    /// What stands here, as it was read.
    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// The resource's type; empty for what is no resource.
    pub(crate) fn kind(&self) -> &'a str {
        self.text("resourceType").unwrap_or_default()
    }

    /// A child that does not repeat.
    pub(crate) fn get(&self, name: &str) -> Option<Element<'a>> {
        let value = self.value.get(name).filter(|value| !value.is_array())?;
        Some(Element { value, path: format!("{}.{}", self.path, step(name)) })
    }

    /// A descendant by names that do not repeat.
    pub(crate) fn descend(&self, names: &[&str]) -> Option<Element<'a>> {
        names.iter().try_fold(self.clone(), |at, name| at.get(name))
    }

    /// The items of a child that repeats; none when it is absent.
    pub(crate) fn all(&self, name: &str) -> Vec<Element<'a>> {
        let items = self.value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let item = |(index, value)| Element { value, path: format!("{}.{name}[{index}]", self.path) };
        items.iter().enumerate().map(item).collect()
    }

    /// The first item of a child that repeats.
    pub(crate) fn first(&self, name: &str) -> Option<Element<'a>> {
        self.all(name).into_iter().next()
    }

    /// The item of a child that repeats and has one item.
    pub(crate) fn only(&self, name: &str) -> Option<Element<'a>> {
        let mut items = self.all(name);
        if items.len() == 1 { items.pop() } else { None }
    }

    /// A child's text.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// The element's own text.
    pub(crate) fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// A child's whole number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.value.get(name).and_then(Value::as_u64)
    }

    /// A child's boolean.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        self.value.get(name).and_then(Value::as_bool)
    }

    /// True if the child is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    /// The extensions with this URL.
    pub(crate) fn extensions(&self, url: &str) -> Vec<Element<'a>> {
        self.all("extension")
            .into_iter()
            .filter(|e| e.text("url").is_some_and(|u| same_url(u, url)))
            .collect()
    }

    /// The first extension with this URL.
    pub(crate) fn extension(&self, url: &str) -> Option<Element<'a>> {
        self.extensions(url).into_iter().next()
    }

    /// The extensions of a primitive child (`_name`).
    pub(crate) fn partner(&self, name: &str) -> Option<Element<'a>> {
        let value = self.value.get(format!("_{name}"))?;
        Some(Element { value, path: format!("{}.{name}", self.path) })
    }

    /// The place of the element.
    pub(crate) fn place(&self) -> Location {
        Location::FhirPath(self.path.clone())
    }

    /// The place of a child, or of the element itself when the child is absent.
    pub(crate) fn place_of(&self, name: &str) -> Location {
        if self.has(name) {
            Location::FhirPath(format!("{}.{}", self.path, step(name)))
        } else {
            self.place()
        }
    }

    /// A finding of rule B2 here.
    pub(crate) fn wrong(&self, fr: impl Into<String>, en: impl Into<String>) -> Finding {
        Finding::new(Rule::MetadataIsWellFormed).at(self.place()).detail(fr, en)
    }

    /// A finding of rule B2: a required child is absent. It is told here, where the path resolves.
    pub(crate) fn missing(&self, name: &str) -> Finding {
        self.wrong(format!("{name} manque"), format!("{name} is missing"))
    }

    /// The finding of a value that does not follow its grammar, at a child.
    pub(crate) fn malformed(&self, name: &str, why: Malformed) -> Finding {
        why.at(self.place_of(name))
    }
}

/// True if two canonical URLs differ at most by `http` and `https`: guides have published both.
pub(crate) fn same_url(one: &str, other: &str) -> bool {
    let plain = |url: &str| -> Option<String> {
        let rest = url.strip_prefix("https://").or(url.strip_prefix("http://"))?;
        Some(rest.to_owned())
    };
    one == other || plain(one).is_some_and(|one| plain(other) == Some(one))
}

/// The name in FHIRPath: choice elements by their stem.
pub(crate) fn step(name: &str) -> &str {
    match name.strip_prefix("value") {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_uppercase()) => "value",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_name_the_place() {
        let value =
            json!({"resourceType": "List", "extension": [{"url": "u", "valueIdentifier": {"value": "x"}}]});
        let list = Element::root(&value);
        let identifier = list.extension("u").and_then(|e| e.get("valueIdentifier")).expect("there");
        assert_eq!(identifier.place_of("value").as_str(), "List.extension[0].value.value");
        assert_eq!(identifier.place_of("system").as_str(), "List.extension[0].value");
        assert_eq!(list.missing("status").at.as_str(), "List");
    }
}
