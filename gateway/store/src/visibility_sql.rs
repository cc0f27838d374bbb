//! The visibility of a caller as conditions: lines 10 to 15 of decision-order §2. Each accessor is matched
//! exhaustively; `policy::Visibility::admit` says the same again on every row that leaves the database.

use policy::{Masked, Own, TypeClause, Visibility};
use sqlx::{QueryBuilder, Sqlite};

use crate::columns::person_key;
use crate::keys::Keys;
use crate::row::code_key;

/// Appends the conditions to a query of entries `e`, whose patient is already the one of the visibility.
pub(crate) fn push_visibility(query: &mut QueryBuilder<Sqlite>, keys: &Keys, visibility: &Visibility) {
    if !visibility.show_deleted() {
        query.push(" AND e.status <> 'deleted'");
    }
    if visibility.own_only() {
        query.push(" AND ");
        push_own(query, keys, visibility.own());
    }
    if visibility.hide_unannounced() {
        query.push(" AND e.invisible_patient = 0");
    }
    if visibility.hide_from_representatives() {
        query.push(" AND e.invisible_representatives = 0");
    }
    match visibility.masked() {
        Masked::Shown => {}
        Masked::OwnOnly => {
            query.push(" AND (e.masked = 0 OR ");
            push_own(query, keys, visibility.own());
            query.push(")");
        }
        Masked::Hidden => {
            query.push(" AND e.masked = 0");
        }
    }
    push_chosen(query, keys, visibility);
    match visibility.types() {
        TypeClause::All => {}
        TypeClause::Listed(types) => {
            query.push(" AND (e.type_code IN (SELECT value FROM json_each(");
            query.push_bind(text_list(types.iter().map(code_key)));
            query.push(")) OR ");
            push_own(query, keys, visibility.own());
            query.push(")");
        }
    }
}

/// Documents masked by name to the caller, or to the structure acted for.
fn push_chosen(query: &mut QueryBuilder<Sqlite>, keys: &Keys, visibility: &Visibility) {
    let (parties, masked) = visibility.chosen();
    let or_own = match masked {
        Masked::Shown => return,
        Masked::OwnOnly => true,
        Masked::Hidden => false,
    };
    if parties.is_empty() {
        return;
    }
    query.push(" AND (NOT EXISTS (SELECT 1 FROM masked_to AS m WHERE m.patient_key = e.patient_key");
    query.push(" AND m.document = e.document AND (");
    for (index, party) in parties.iter().enumerate() {
        query.push(if index == 0 { "(m.kind, m.id) = (" } else { " OR (m.kind, m.id) = (" });
        query.push_bind(party.kind()).push(", ").push_bind(party.id().to_owned()).push(")");
    }
    query.push("))");
    if or_own {
        query.push(" OR ");
        push_own(query, keys, visibility.own());
    }
    query.push(")");
}

/// One bound value whatever the number of alternatives.
pub(crate) fn text_list(texts: impl Iterator<Item = String>) -> String {
    serde_json::Value::from(texts.collect::<Vec<_>>()).to_string()
}

fn push_own(query: &mut QueryBuilder<Sqlite>, keys: &Keys, own: &Own) {
    match own {
        Own::Person(id) => {
            query.push("EXISTS (SELECT 1 FROM entry_author_person AS o WHERE o.patient_key = e.patient_key");
            query.push(" AND o.document = e.document AND o.person = ");
            query.push_bind(person_key(keys, id)).push(")");
        }
        Own::Structure(id) => {
            query.push(
                "EXISTS (SELECT 1 FROM entry_author_structure AS o WHERE o.patient_key = e.patient_key",
            );
            query.push(" AND o.document = e.document AND o.structure = ");
            query.push_bind(id.clone()).push(")");
        }
        Own::Anybody => {
            query.push("TRUE");
        }
        Own::Nobody => {
            query.push("FALSE");
        }
    }
}
