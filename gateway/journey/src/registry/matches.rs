//! A search of documents on metadata in memory: what a store asks its database, said once more without one. It serves
//! searches over every version, whose earlier metadata no column has.

use model::{
    Code, DateRange, DocumentEntry, DocumentQuery, Hl7Time, MetadataLevel, OnlineState, Page, Scope,
};
use policy::Visibility;

use super::{Holdings, term_holds};
use crate::{StoredEntry, like};

/// Every version that fits of the documents that the caller sees, the newest documents first, as one page. An earlier
/// version shows only if the policy admits it as well: a mask that was put on or taken off since does not count
/// for less.
pub(crate) fn every_version(
    visibility: &Visibility,
    holdings: Holdings,
    query: &DocumentQuery,
) -> Page<StoredEntry> {
    let Holdings { documents, past, .. } = holdings;
    let mut entries = Vec::new();
    for current in documents.into_iter().filter(|current| visibility.admits(current)) {
        let earlier = past.iter().filter(|version| version.logical_id == current.entry.logical_id);
        let versions = std::iter::once(current.entry.clone()).chain(earlier.cloned());
        let rows = versions.map(|entry| StoredEntry { entry, ..current.clone() });
        entries.extend(rows.filter(|row| matches(query, &row.entry) && visibility.admits(row)));
    }
    entries.sort_by_key(|row| std::cmp::Reverse((row.entry.creation_time.start().0, row.sequence)));
    let total = entries.len() as u64;
    let ceiling = entries.iter().map(|row| row.sequence).max().unwrap_or(0);
    Page { entries, total, ceiling, next: None }
}

/// True if the metadata are what the query asks for.
pub(crate) fn matches(query: &DocumentQuery, entry: &DocumentEntry) -> bool {
    let named = match &query.scope {
        Scope::Find => true,
        Scope::Uuids(ids) => ids.contains(&entry.entry_uuid) || names_latest(query, entry),
        Scope::UniqueIds(ids) => ids.contains(&entry.unique_id),
    };
    let coded = [
        (&query.types, &entry.type_code),
        (&query.classes, &entry.class_code),
        (&query.practice_settings, &entry.practice_setting),
        (&query.facility_types, &entry.facility_type),
        (&query.formats, &entry.format_code),
    ];
    named
        && (query.status.is_empty() || query.status.contains(&entry.availability))
        && coded.into_iter().all(|(asked, code)| asked.is_empty() || asked.contains(code))
        && every_term(&query.events, &entry.event_codes)
        && every_term(&query.confidentiality, &entry.confidentiality)
        && like_author(query, entry)
        && like_reference(query, entry)
        && query.kinds.contains(&entry.kind)
        && online_fits(query, entry.online())
        && query.creation.contains(&entry.creation_time)
        && within(&query.service_start, entry.service_start.as_ref())
        && within(&query.service_stop, entry.service_stop.as_ref())
        && query.terms.iter().all(|term| term_holds(term, entry) == Some(true))
}

/// True if an author of the entry is like one of the patterns, or none is asked for.
pub fn like_author(query: &DocumentQuery, entry: &DocumentEntry) -> bool {
    let mut persons = entry.authors.iter().filter_map(|author| author.person.as_ref());
    query.authors.is_empty()
        || persons.any(|person| {
            let person = person.to_hl7();
            query.authors.iter().any(|pattern| like(pattern, &person))
        })
}

/// True if for every term a reference of the entry is like one of its patterns.
pub fn like_reference(query: &DocumentQuery, entry: &DocumentEntry) -> bool {
    let references: Vec<String> = entry.reference_ids.iter().map(model::ReferenceId::to_hl7).collect();
    let found = |pattern: &String| references.iter().any(|reference| like(pattern, reference));
    query.references.iter().all(|term| term.iter().any(found))
}

fn names_latest(query: &DocumentQuery, entry: &DocumentEntry) -> bool {
    let Scope::Uuids(ids) = &query.scope else { return false };
    query.level == MetadataLevel::Latest && ids.contains(&entry.logical_id)
}

fn every_term(terms: &[Vec<Code>], codes: &[Code]) -> bool {
    terms.iter().all(|term| codes.iter().any(|code| term.contains(code)))
}

fn online_fits(query: &DocumentQuery, state: OnlineState) -> bool {
    let listed = query.scope == Scope::Find && query.level == MetadataLevel::Latest;
    match query.online.as_slice() {
        [] if listed => state == OnlineState::Online,
        [] => true,
        asked => asked.contains(&state),
    }
}

/// A document without the date is kept.
fn within(range: &DateRange, time: Option<&Hl7Time>) -> bool {
    time.is_none_or(|time| range.contains(time))
}
