//! The answer as Parameters.

use journey::{PartySight, ProfessionSight, WhoCouldSee};
use mappings::Systems;
use serde_json::{Value, json};

use crate::document_reference::write_coding;
use crate::party;

/// Everybody, under one name (`now` or `if`).
pub(super) fn sights(name: &str, sights: &WhoCouldSee, systems: &Systems) -> Value {
    let professions = sights.professions.iter().map(|sight| profession(sight, systems));
    let parties = sights.parties.iter().map(one_party);
    json!({"name": name, "part": professions.chain(parties).collect::<Vec<_>>()})
}

/// A profession: whether an authorised member whom the record does not name sees the document, in each mode.
fn profession(sight: &ProfessionSight, systems: &Systems) -> Value {
    let mut part = vec![
        json!({"name": "row", "valueString": sight.row}),
        json!({"name": "profession", "valueCoding": write_coding(&sight.profession, systems)}),
    ];
    part.extend(sight.sights.iter().map(|one| {
        let mut inner = vec![
            json!({"name": "mode", "valueCode": one.mode}),
            json!({"name": "sees", "valueBoolean": one.sees()}),
        ];
        inner.extend(one.hidden_by.iter().map(|name| json!({"name": "hidden-by", "valueCode": name})));
        json!({"name": "sight", "part": inner})
    }));
    json!({"name": "profession", "part": part})
}

/// Somebody whom the record names: what hides the document from them, and as which professions they would see it.
fn one_party(sight: &PartySight) -> Value {
    let mut part = vec![json!({"name": "who", "valueReference": party::write(&sight.party)})];
    part.extend(sight.titles.iter().map(|title| json!({"name": "title", "valueCode": title.name()})));
    part.push(json!({"name": "sees", "valueBoolean": !sight.if_profession.is_empty()}));
    part.extend(sight.hidden_by.iter().map(|name| json!({"name": "hidden-by", "valueCode": name})));
    part.extend(sight.if_profession.iter().map(|row| json!({"name": "as", "valueString": row})));
    json!({"name": "party", "part": part})
}
