//! People and organisations of a FHIR document, contained in the DocumentReference that is made of it.

use serde_json::{Value, json};

use crate::codec::Element;
use crate::document_reference;
use crate::iti65::Entries;

/// What else a person or an organisation names.
const FURTHER: [&str; 4] = ["practitioner", "organization", "managingOrganization", "owner"];
/// How far that is followed.
const DEPTH: usize = 3;

/// The resources contained so far.
pub(super) struct Contained<'x, 'a> {
    entries: &'x Entries<'a>,
    composition: &'x Element<'a>,
    resources: Vec<(Element<'a>, Value)>,
}

impl<'x, 'a> Contained<'x, 'a> {
    pub(super) fn new(entries: &'x Entries<'a>, composition: &'x Element<'a>) -> Self {
        Contained { entries, composition, resources: Vec::new() }
    }

    /// The reference as it stands in the DocumentReference: to a contained copy, else by its identifier alone.
    pub(super) fn put(&mut self, reference: &Element<'_>) -> Option<Value> {
        self.follow(self.composition, reference, DEPTH)
    }

    /// The copies, in the order in which they were named.
    pub(super) fn into_resources(self) -> Vec<Value> {
        self.resources.into_iter().map(|(_, copy)| copy).collect()
    }

    /// Follows a reference of `owner`, the resource whose contained ones it may name.
    fn follow(&mut self, owner: &Element<'a>, reference: &Element<'_>, depth: usize) -> Option<Value> {
        let identifier = reference.get("identifier").map(|identifier| identifier.value().clone());
        let Some((resource, own)) = self.resolve(owner, reference) else {
            return identifier.map(|identifier| json!({"identifier": identifier}));
        };
        let known = self.resources.iter().position(|(own, _)| own.place() == resource.place());
        let index = match known {
            Some(index) => index,
            None => self.copy(&resource, &own, depth)?,
        };
        Some(json!({"reference": format!("#{}", name(index))}))
    }

    /// The resource, and the one that contains what it names itself.
    fn resolve(&self, owner: &Element<'a>, reference: &Element<'_>) -> Option<(Element<'a>, Element<'a>)> {
        let text = reference.text("reference")?;
        match text.strip_prefix('#') {
            Some(_) => Some((document_reference::contained(owner, reference)?, owner.clone())),
            None => {
                let resource = self.entries.find(text)?.resource.clone()?;
                Some((resource.clone(), resource))
            }
        }
    }

    fn copy(&mut self, resource: &Element<'a>, owner: &Element<'a>, depth: usize) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        let index = self.resources.len();
        let mut copy = resource.value().clone();
        let members = copy.as_object_mut()?;
        for left_out in ["meta", "text", "contained", "implicitRules"] {
            members.shift_remove(left_out);
        }
        members.insert("id".into(), json!(name(index)));
        self.resources.push((resource.clone(), Value::Null));
        for further in FURTHER {
            if let Some(reference) = resource.get(further) {
                match self.follow(owner, &reference, depth) {
                    Some(own) => members.insert(further.into(), own),
                    None => members.shift_remove(further),
                };
            }
        }
        if let Some((_, slot)) = self.resources.get_mut(index) {
            *slot = copy;
        }
        Some(index)
    }
}

fn name(index: usize) -> String {
    format!("party-{}", index + 1)
}
