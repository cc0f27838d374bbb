//! One registry object as written: its id, slots, classifications and external identifiers, with the path of
//! each for the findings.

use model::Code;
use xml::Element;

use super::Notes;
use super::names::{RIM, Scheme, bare_scheme};
use super::symbols::canonical;

/// Characters of a slot's value (`LongName` of ebRIM 3.0).
const LONGEST_VALUE: usize = 256;
/// Slots of one object: each is compared with the others.
const MOST_SLOTS: usize = 200;
/// Characters of a title or a comment (`FreeFormText` of ebRIM 3.0).
const LONGEST_TEXT: usize = 1024;

/// An object with its slots read.
pub(crate) struct Object<'a> {
    element: Element<'a>,
    path: String,
    slots: Vec<(&'a str, Vec<String>)>,
}

impl<'a> Object<'a> {
    /// Reads an object of the list; its path is `Kind(id)`.
    pub(crate) fn read(element: Element<'a>, notes: &mut Notes) -> Self {
        let path = format!("{}({})", element.name(), shown(element.attribute("id").unwrap_or_default()));
        Object::at(element, path, notes)
    }

    fn at(element: Element<'a>, path: String, notes: &mut Notes) -> Self {
        let mut slots: Vec<(&str, Vec<String>)> = Vec::new();
        for slot in element.children_named(RIM, "Slot") {
            let name = slot.attribute("name").unwrap_or_default();
            let place = format!("{path}/Slot({})", shown(name));
            if slots.len() >= MOST_SLOTS {
                notes.bad(&path, "plus de 200 slots dans un objet", "more than 200 slots in one object");
                break;
            }
            if slots.iter().any(|(known, _)| *known == name) {
                notes.bad(
                    &place,
                    "slot présent deux fois dans le même objet",
                    "slot there twice in one object",
                );
                continue;
            }
            let values = values(slot);
            if values.iter().any(|value| value.chars().count() > LONGEST_VALUE) {
                notes.bad(&place, "valeur de plus de 256 caractères", "value of more than 256 characters");
            }
            slots.push((name, values));
        }
        Object { element, path, slots }
    }

    /// The path of the object itself.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The id as written.
    pub(crate) fn id(&self) -> &'a str {
        self.element.attribute("id").unwrap_or_default()
    }

    /// An attribute of the element.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.element.attribute(name)
    }

    /// The path of one of its slots.
    pub(crate) fn slot_path(&self, name: &str) -> String {
        format!("{}/Slot({})", self.path, shown(name))
    }

    /// True if the slot is there, with or without values.
    pub(crate) fn has_slot(&self, name: &str) -> bool {
        self.slots.iter().any(|(known, _)| *known == name)
    }

    /// The values of a slot; none when it is absent.
    pub(crate) fn slot(&self, name: &str) -> &[String] {
        self.slots.iter().find(|(known, _)| *known == name).map_or(&[], |(_, values)| values)
    }

    /// The value of a slot that takes one.
    pub(crate) fn one(&self, name: &str, notes: &mut Notes) -> Option<&str> {
        let values = self.slot(name);
        if values.len() > 1 {
            notes.bad(&self.slot_path(name), "une seule valeur attendue", "expected a single value");
        }
        values.first().map(String::as_str)
    }

    /// The value of a mandatory slot.
    pub(crate) fn required(&self, name: &str, notes: &mut Notes) -> Option<&str> {
        let value = self.one(name, notes);
        if value.is_none() {
            notes.bad(
                &self.slot_path(name),
                "slot obligatoire absent ou vide",
                "mandatory slot missing or empty",
            );
        }
        value
    }

    /// Slots whose name is not one of `known`: URNs outside `urn:ihe:` are given, others are findings.
    pub(crate) fn extra(&self, known: &[&str], notes: &mut Notes) -> Vec<(String, Vec<String>)> {
        let mut extra = Vec::new();
        for (name, values) in self.beyond(known) {
            let is_urn = name.len() > 4 && name.starts_with("urn:") && !name.starts_with("urn:ihe:");
            if is_urn && name.len() <= LONGEST_VALUE {
                extra.push(((*name).to_owned(), values.clone()));
            } else {
                notes.bad(
                    &self.slot_path(name),
                    "slot inconnu : un slot supplémentaire porte un nom en urn: (hors urn:ihe:)",
                    "unknown slot: an additional slot has a name in urn: (other than urn:ihe:)",
                );
            }
        }
        extra
    }

    /// The slots whose name is not one of `known`.
    pub(crate) fn beyond<'s>(
        &'s self,
        known: &'s [&str],
    ) -> impl Iterator<Item = &'s (&'a str, Vec<String>)> + use<'s, 'a> {
        self.slots.iter().filter(|(name, _)| !known.contains(name))
    }

    /// The paths of the classifications inside that are not of this scheme.
    pub(crate) fn classifications_but(&self, scheme: Scheme) -> impl Iterator<Item = String> {
        let children = self.element.children_named(RIM, "Classification");
        let others = children.filter(move |child| !is_scheme(*child, "classificationScheme", scheme.urn));
        others.map(|child| self.child_path(child))
    }

    /// The classifications of a scheme, in order.
    pub(crate) fn classified(&self, scheme: Scheme, notes: &mut Notes) -> Vec<Object<'a>> {
        let path = format!("{}/Classification({})", self.path, scheme.name);
        let children = self.element.children_named(RIM, "Classification");
        let matching = children.filter(|child| is_scheme(*child, "classificationScheme", scheme.urn));
        let found: Vec<Element<'a>> = matching.collect();
        found.into_iter().map(|child| Object::at(child, path.clone(), notes)).collect()
    }

    /// The value of a mandatory external identifier.
    pub(crate) fn identified(&self, scheme: Scheme, notes: &mut Notes) -> Option<&'a str> {
        let path = self.identifier_path(scheme);
        let children = self.element.children_named(RIM, "ExternalIdentifier");
        let mut matching = children.filter(|child| is_scheme(*child, "identificationScheme", scheme.urn));
        let value = matching.next().and_then(|child| child.attribute("value")).map(str::trim);
        if matching.next().is_some() {
            notes.bad(&path, "identifiant présent plusieurs fois", "identifier there more than once");
        }
        let value = value.filter(|value| !value.is_empty());
        if value.is_none() {
            notes.bad(
                &path,
                "identifiant obligatoire absent ou vide",
                "mandatory identifier missing or empty",
            );
        }
        value
    }

    /// The path of an external identifier.
    pub(crate) fn identifier_path(&self, scheme: Scheme) -> String {
        format!("{}/ExternalIdentifier({})", self.path, scheme.name)
    }

    /// A code of a mandatory single classification.
    pub(crate) fn code(&self, scheme: Scheme, notes: &mut Notes) -> Option<Code> {
        let objects = self.classified(scheme, notes);
        if objects.len() != 1 {
            notes.bad(
                &format!("{}/Classification({})", self.path, scheme.name),
                format!("un code attendu, {} trouvé(s)", objects.len()),
                format!("expected one code, found {}", objects.len()),
            );
        }
        objects.first().and_then(|object| read_code(object, notes))
    }

    /// The codes of a classification that may repeat.
    pub(crate) fn codes(&self, scheme: Scheme, notes: &mut Notes) -> Vec<Code> {
        let objects = self.classified(scheme, notes);
        objects.iter().filter_map(|object| read_code(object, notes)).collect()
    }

    /// Title or comment: the French text if there is one, else the first.
    pub(crate) fn text(&self, name: &str, notes: &mut Notes) -> Option<String> {
        let strings = self.element.child(RIM, name)?;
        let texts: Vec<(bool, &str)> = strings
            .children_named(RIM, "LocalizedString")
            .filter_map(|string| {
                let language = string.attribute_ns(xml::XML_NAMESPACE, "lang").unwrap_or_default();
                Some((language.to_ascii_lowercase().starts_with("fr"), string.attribute("value")?))
            })
            .filter(|(_, value)| !value.trim().is_empty())
            .collect();
        let chosen =
            texts.iter().find(|(french, _)| *french).or_else(|| texts.first()).map(|(_, text)| *text)?;
        if chosen.chars().count() > LONGEST_TEXT {
            let at = format!("{}/{name}", self.path);
            notes.bad(&at, "texte de plus de 1024 caractères", "text of more than 1024 characters");
        }
        Some(chosen.to_owned())
    }

    /// Findings for children that belong to another object or to no scheme of this kind of object. `nodes` are
    /// the classification nodes that are allowed.
    pub(crate) fn check_children(
        &self,
        classifications: &[Scheme],
        identifiers: &[Scheme],
        nodes: &[&str],
        notes: &mut Notes,
    ) {
        for child in self.element.children() {
            let (reference, scheme, known) = match child.name() {
                "Classification" if child.namespace() == RIM => {
                    ("classifiedObject", "classificationScheme", classifications)
                }
                "ExternalIdentifier" if child.namespace() == RIM => {
                    ("registryObject", "identificationScheme", identifiers)
                }
                _ => continue,
            };
            let place = self.child_path(child);
            let points_elsewhere =
                child.attribute(reference).is_some_and(|given| canonical(given) != canonical(self.id()));
            if points_elsewhere {
                notes.bad(
                    &place,
                    format!("{reference} doit désigner l'objet qui le contient"),
                    format!("{reference} must name the object around it"),
                );
            }
            let by_scheme = known.iter().any(|known| is_scheme(child, scheme, known.urn));
            let by_node = nodes.iter().any(|node| is_scheme(child, "classificationNode", node));
            if !by_scheme && !by_node {
                notes.bad(
                    &place,
                    format!("{scheme} inconnu pour cet objet"),
                    format!("{scheme} unknown for this object"),
                );
            }
        }
    }

    fn child_path(&self, child: Element<'_>) -> String {
        format!("{}/{}({})", self.path, child.name(), shown(child.attribute("id").unwrap_or_default()))
    }

    /// `rim:VersionInfo/@versionName`, 1 when it is absent.
    pub(crate) fn version(&self) -> u32 {
        let info = self.element.child(RIM, "VersionInfo");
        info.and_then(|info| info.attribute("versionName")?.trim().parse().ok()).unwrap_or(1)
    }

    /// True if a nested classification has this node.
    pub(crate) fn has_node(&self, node: &str) -> bool {
        let mut children = self.element.children_named(RIM, "Classification");
        children.any(|child| is_scheme(child, "classificationNode", node))
    }
}

/// True if the attribute of `element` is this UUID, in any letter case.
pub(crate) fn is_scheme(element: Element<'_>, attribute: &str, urn: &str) -> bool {
    element.attribute(attribute).is_some_and(|given| given.trim().eq_ignore_ascii_case(urn))
}

fn read_code(object: &Object<'_>, notes: &mut Notes) -> Option<Code> {
    let value = object.attribute("nodeRepresentation").map(str::trim).filter(|value| !value.is_empty());
    if value.is_none() {
        let at = format!("{}/@nodeRepresentation", object.path());
        notes.bad(&at, "code absent ou vide", "code missing or empty");
    }
    let system = object.required("codingScheme", notes)?;
    let label = object.text("Name", notes);
    Some(Code { value: value?.to_owned(), system: bare_scheme(system).to_owned(), label })
}

fn values(slot: Element<'_>) -> Vec<String> {
    slot.children_named(RIM, "ValueList")
        .flat_map(|list| list.children_named(RIM, "Value"))
        .map(|value| value.text().trim().to_owned())
        .filter(|value| !value.is_empty())
        .collect()
}

/// An id or a name as a path shows it: bounded, and without the path's own signs.
pub(crate) fn shown(id: &str) -> String {
    let clean = |c: char| if c.is_control() || matches!(c, '(' | ')' | '/') { '_' } else { c };
    let id: String = id.trim().chars().take(80).map(clean).collect();
    if id.is_empty() { String::from("?") } else { id }
}
