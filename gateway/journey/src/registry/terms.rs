//! The conditions of a search beyond FindDocuments, said on metadata in memory: for what a database keeps sealed, and
//! as the second voice for what it does not.

use model::{
    Author, AuthorTest, Code, CodeField, Criterion, DocumentEntry, DocumentQuery, IdentifierTest,
    InstantField, Moment, Optional, Term, TextTest,
};

/// True for what stands in sealed metadata only.
pub fn is_sealed(criterion: &Criterion) -> bool {
    match criterion {
        Criterion::Language(_)
        | Criterion::Reference(_)
        | Criterion::Author(_)
        | Criterion::Comments(_)
        | Criterion::Missing(Optional::Reference | Optional::Author | Optional::Comments) => true,
        Criterion::Code(..)
        | Criterion::MimeType(_)
        | Criterion::Instant { .. }
        | Criterion::Period { .. }
        | Criterion::Uuid(_)
        | Criterion::UniqueId(_)
        | Criterion::Relates { .. }
        | Criterion::Missing(
            Optional::ServiceStart | Optional::ServiceStop | Optional::Period | Optional::Event,
        ) => false,
    }
}

/// True if every term on sealed metadata holds. A term is on one parameter: sealed in all its alternatives or in none.
pub fn sealed_terms_hold(query: &DocumentQuery, entry: &DocumentEntry) -> bool {
    let sealed = query.terms.iter().filter(|term| term.any.iter().any(is_sealed));
    sealed.into_iter().all(|term| term_holds(term, entry) == Some(true))
}

/// True if a term holds; `None` for what the metadata alone do not tell: relationships, and when they changed.
pub fn term_holds(term: &Term, entry: &DocumentEntry) -> Option<bool> {
    let held: Option<Vec<bool>> = term.any.iter().map(|criterion| holds(criterion, entry)).collect();
    held.map(|held| held.contains(&true) != term.not)
}

fn holds(criterion: &Criterion, entry: &DocumentEntry) -> Option<bool> {
    let (start, stop) = (entry.service_start.as_ref(), entry.service_stop.as_ref());
    Some(match criterion {
        Criterion::Code(field, test) => codes(*field, entry).iter().any(|code| test.holds(code)),
        Criterion::MimeType(wanted) => entry.mime_type.as_str() == wanted,
        Criterion::Language(wanted) => entry.language.as_str().eq_ignore_ascii_case(wanted),
        Criterion::Instant { field, range, outside } => {
            let at = match field {
                InstantField::Creation => Some(entry.creation_time.start()),
                InstantField::ServiceStart => start.map(model::Hl7Time::start),
                InstantField::ServiceStop => stop.map(model::Hl7Time::start),
                InstantField::Changed => return None,
            };
            at.is_some_and(|at| range.holds(at) != *outside)
        }
        Criterion::Period { begins, ends, outside } => {
            let from = start.map_or(Moment(i64::MIN), model::Hl7Time::start);
            let to = stop.map_or(Moment(i64::MAX), model::Hl7Time::start);
            (start.is_some() || stop.is_some()) && (begins.holds(from) && ends.holds(to)) != *outside
        }
        Criterion::Uuid(id) => entry.logical_id == *id || entry.entry_uuid == *id,
        Criterion::UniqueId(id) => entry.unique_id == *id,
        Criterion::Relates { .. } => return None,
        Criterion::Reference(test) => {
            let mut references = entry.reference_ids.iter();
            references.any(|id| test.holds(id.authority.as_ref().map(model::Oid::as_str), &id.id))
        }
        Criterion::Author(lists) => entry.authors.iter().any(|author| is_author(author, lists)),
        Criterion::Comments(test) => entry.comments.as_deref().is_some_and(|text| test.holds(text)),
        Criterion::Missing(optional) => match optional {
            Optional::ServiceStart => start.is_none(),
            Optional::ServiceStop => stop.is_none(),
            Optional::Period => start.is_none() && stop.is_none(),
            Optional::Event => entry.event_codes.is_empty(),
            Optional::Reference => entry.reference_ids.is_empty(),
            Optional::Author => entry.authors.is_empty(),
            Optional::Comments => entry.comments.is_none(),
        },
    })
}

fn codes(field: CodeField, entry: &DocumentEntry) -> &[Code] {
    let one = std::slice::from_ref;
    match field {
        CodeField::Type => one(&entry.type_code),
        CodeField::Class => one(&entry.class_code),
        CodeField::PracticeSetting => one(&entry.practice_setting),
        CodeField::FacilityType => one(&entry.facility_type),
        CodeField::Format => one(&entry.format_code),
        CodeField::Event => &entry.event_codes,
        CodeField::Confidentiality => &entry.confidentiality,
    }
}

/// True if the author has, for every list, one of the alternatives.
pub fn is_author(author: &Author, lists: &[Vec<AuthorTest>]) -> bool {
    lists.iter().all(|list| list.iter().any(|test| author_holds(author, test)))
}

fn author_holds(author: &Author, test: &AuthorTest) -> bool {
    let person = author.person.as_ref();
    let family = || person.and_then(|person| person.family.as_deref()).into_iter();
    let given = || {
        let parts = person.map(|person| [person.given.as_deref(), person.other_given.as_deref()]);
        parts.into_iter().flatten().flatten()
    };
    match test {
        AuthorTest::Given(test) => given().any(|name| name_holds(test, name)),
        AuthorTest::Family(test) => family().any(|name| test.holds(name)),
        AuthorTest::Name(test) => {
            let institutions = author.institutions.iter().map(|institution| institution.name.as_str());
            family().chain(given()).chain(institutions).any(|name| name_holds(test, name))
        }
        AuthorTest::Identifier(test) => {
            person.is_some_and(|person| of(test, person.authority.as_ref(), person.id.as_deref()))
                || author.institutions.iter().any(|one| of(test, one.authority.as_ref(), one.id.as_deref()))
        }
    }
}

/// The whole, or one of the given names that stand in it.
fn name_holds(test: &TextTest, names: &str) -> bool {
    test.holds(names) || names.split_whitespace().any(|name| test.holds(name))
}

fn of(test: &IdentifierTest, authority: Option<&model::Oid>, id: Option<&str>) -> bool {
    id.is_some_and(|id| test.holds(authority.map(model::Oid::as_str), id))
}
