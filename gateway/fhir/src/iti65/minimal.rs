//! What a minimal bundle leaves out and the record needs: completed from the rest of each document, as for ITI-105.

use std::borrow::Cow;

use mappings::Mappings;
use serde_json::Value;

use super::profile::{self, Claim};
use crate::codec::Element;
use crate::iti105;

/// The Bundle as it is read: itself, or the completed copy of a minimal one.
pub(crate) fn completed<'a>(bundle: &'a Value, mappings: &Mappings, french: bool) -> Cow<'a, Value> {
    if profile::claimed(&Element::root(bundle), &mut Vec::new()) != Claim::Minimal {
        return Cow::Borrowed(bundle);
    }
    let mut complete = bundle.clone();
    let setting = iti105::Setting { mappings, french, of_the_patient: false };
    let entries = complete.get_mut("entry").and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        if let Some(resource) = entry.get_mut("resource")
            && resource.get("resourceType").and_then(Value::as_str) == Some("DocumentReference")
        {
            *resource = iti105::completed(resource, setting);
        }
    }
    Cow::Owned(complete)
}
