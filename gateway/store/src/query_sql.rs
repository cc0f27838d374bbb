//! The criteria of a question as conditions (IHE ITI TF-2 §3.18.4.1.2.3.7). Author patterns are not here:
//! names stay sealed, see `search`.

use model::{Code, DateRange, DocumentQuery, EntryKind, MetadataLevel, OnlineState, Scope};
use sqlx::{QueryBuilder, Sqlite};

use crate::columns::{kind_name, status_name};
use crate::entries::push_named;
use crate::row::code_key;
use crate::visibility_sql::text_list;

/// Appends the criteria to a query of entries `e`.
pub(crate) fn push_criteria(query: &mut QueryBuilder<Sqlite>, asked: &DocumentQuery) {
    match &asked.scope {
        Scope::Find => {}
        Scope::Uuids(ids) => push_named(query, ids),
        Scope::UniqueIds(ids) => {
            push_one_of(query, "e.unique_id", text_list(ids.iter().map(|id| id.as_str().to_owned())));
        }
    }
    if !asked.status.is_empty() {
        let names = asked.status.iter().map(|status| status_name(*status).to_owned());
        push_one_of(query, "e.status", text_list(names));
    }
    for (column, codes) in [
        ("e.type_code", &asked.types),
        ("e.class_code", &asked.classes),
        ("e.practice_setting", &asked.practice_settings),
        ("e.facility_type", &asked.facility_types),
        ("e.format_code", &asked.formats),
    ] {
        if !codes.is_empty() {
            push_one_of(query, column, code_list(codes));
        }
    }
    for (child, terms) in
        [("entry_event_code", &asked.events), ("entry_confidentiality", &asked.confidentiality)]
    {
        for term in terms {
            query.push(" AND EXISTS (SELECT 1 FROM ").push(child).push(" AS c");
            query.push(" WHERE c.patient_key = e.patient_key AND c.document = e.document");
            push_one_of(query, "c.code", code_list(term));
            query.push(")");
        }
    }
    if asked.kinds.len() < EntryKind::ALL.len() {
        let names = asked.kinds.iter().map(|kind| kind_name(*kind).to_owned());
        push_one_of(query, "e.object", text_list(names));
    }
    push_online(query, asked);
    push_range(query, "e.creation", &asked.creation, false);
    push_range(query, "e.service_start", &asked.service_start, true);
    push_range(query, "e.service_stop", &asked.service_stop, true);
}

/// What is offline is only listed where the question asks for it, or for every version.
fn push_online(query: &mut QueryBuilder<Sqlite>, asked: &DocumentQuery) {
    let online = |state| u8::from(state == OnlineState::Online);
    match (asked.online.as_slice(), asked.level) {
        ([], MetadataLevel::Latest) if asked.scope == Scope::Find => {
            query.push(" AND e.online = 1");
        }
        ([one], _) => {
            query.push(" AND e.online = ").push_bind(online(*one));
        }
        _ => {}
    }
}

fn push_one_of(query: &mut QueryBuilder<Sqlite>, column: &str, list: String) {
    query.push(" AND ").push(column).push(" IN (SELECT value FROM json_each(").push_bind(list).push("))");
}

/// `from ≤ t < to`; an entry without the date is kept where `or_absent` says so.
fn push_range(query: &mut QueryBuilder<Sqlite>, column: &str, range: &DateRange, or_absent: bool) {
    for (bound, compares) in [(range.from, " >= "), (range.to, " < ")] {
        let Some(bound) = bound else { continue };
        query.push(" AND (").push(column).push(compares).push_bind(bound.0);
        if or_absent {
            query.push(" OR ").push(column).push(" IS NULL");
        }
        query.push(")");
    }
}

fn code_list(codes: &[Code]) -> String {
    text_list(codes.iter().map(code_key))
}
