//! What a simplified DocumentReference may leave out and what then holds: only what the rest of it, the caller or
//! the profile says. Nothing that decides who may read the document is guessed but the level, which is N when no
//! label at all is given.

use mappings::{Mappings, ValueSet};
use model::{Code, system};
use serde_json::{Map, Value, json};

use crate::codec::Element;
use crate::document_reference::{Reading, concept, write_concept};

/// The language of documents produced in France (PDSm 3.1.1, `attachment.language`).
const FRENCH: &str = "fr-FR";
/// TRE_A00: what patients say themselves.
const OF_THE_PATIENT: &str = "EXP_PATIENT";

/// What the completion depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) mappings: &'a Mappings,
    /// The French pack.
    pub(crate) french: bool,
    /// The caller is the holder or a representative.
    pub(crate) of_the_patient: bool,
}

/// The resource with what it leaves out.
pub(crate) fn completed(resource: &Value, setting: Setting<'_>) -> Value {
    let mut complete = resource.clone();
    let Some(members) = complete.as_object_mut() else { return complete };
    if let Some(class) = class(resource, setting) {
        members.entry("category").or_insert_with(|| json!([class]));
    }
    let systems = &setting.mappings.systems;
    members
        .entry("securityLabel")
        .or_insert_with(|| json!([write_concept(&Code::new("N", system::CONFIDENTIALITY), systems)]));
    let date = resource.get("date").cloned();
    if let Some(attachment) = members
        .get_mut("content")
        .and_then(|content| content.get_mut(0)?.get_mut("attachment")?.as_object_mut())
    {
        if let Some(date) = date {
            attachment.entry("creation").or_insert(date);
        }
        if setting.french {
            attachment.entry("language").or_insert_with(|| json!(FRENCH));
        }
    }
    if setting.of_the_patient {
        let own = write_concept(&Code::new(OF_THE_PATIENT, system::PRODUCER), systems);
        let context = members.entry("context").or_insert_with(|| Value::Object(Map::new()));
        if let Some(context) = context.as_object_mut() {
            context.entry("facilityType").or_insert_with(|| own.clone());
            context.entry("practiceSetting").or_insert(own);
        }
    }
    complete
}

/// The class that goes with the type (ASS_X04).
fn class(resource: &Value, setting: Setting<'_>) -> Option<Value> {
    let kind = Element::root(resource).get("type")?;
    // What is wrong with the type is told when the resource is read.
    let mut reading = Reading::new(setting.mappings, false);
    let kind = concept(&kind, Some(ValueSet::DocumentType), &mut reading)?;
    let class = setting.mappings.codes.class_of(&kind)?;
    Some(write_concept(class, &setting.mappings.systems))
}
