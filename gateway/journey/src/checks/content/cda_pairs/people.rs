//! Who wrote and who answers for the document.

use model::{Author, Code, CodedText, Xcn, system};
use xml::cda::{self, At, InstanceId, Person};

use super::{CdaCase, Difference, Value, differs, differs_at, same};

/// One author of the entry for each author of the CDA, and the reverse, by identifier.
pub(super) fn persons(case: &CdaCase<'_>) -> Vec<Difference> {
    let given: Vec<&Xcn> = identified(&case.subject.entry.authors).collect();
    if given.is_empty() {
        return same();
    }
    let authors: Vec<&Person> =
        case.header.authors.iter().map(|author| &author.person).filter(|p| !p.ids.is_empty()).collect();
    let unnamed = authors.iter().filter(|person| !given.iter().any(|xcn| is(xcn, person)));
    let unwritten = given.iter().filter(|xcn| !authors.iter().any(|person| is(xcn, person)));
    let not_in_metadata =
        unnamed.flat_map(|person| differs_at(&person.path, shown_ids(&person.ids), Value::Absent));
    let not_in_cda = unwritten.flat_map(|xcn| differs(Value::Absent, shown_xcn(xcn)));
    not_in_metadata.chain(not_in_cda).collect()
}

/// The organisation of each author is among the institutions of the same author of the entry.
pub(super) fn institutions(case: &CdaCase<'_>) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (given, author) in same_authors(case) {
        let Some(organization) = author.person.organization.as_ref().filter(|o| !o.ids.is_empty()) else {
            continue;
        };
        let institutions: Vec<&str> = given.institutions.iter().filter_map(|xon| xon.id.as_deref()).collect();
        let own: Vec<&str> = organization.ids.iter().map(|at| key(&at.value)).collect();
        if !institutions.is_empty() && !own.iter().any(|id| institutions.contains(id)) {
            let (own, given) = (Value::show(own.join(", ")), Value::show(institutions.join(", ")));
            differences.extend(differs_at(&organization.path, own, given));
        }
    }
    differences
}

/// The function's display text is one of the entry's roles.
pub(super) fn roles(case: &CdaCase<'_>) -> Vec<Difference> {
    let authors = same_authors(case).into_iter();
    authors.flat_map(|(given, author)| coded(author.function.as_ref(), &given.roles)).collect()
}

/// The profession is one of the entry's specialties.
pub(super) fn specialties(case: &CdaCase<'_>) -> Vec<Difference> {
    let authors = same_authors(case).into_iter();
    authors.flat_map(|(given, author)| coded(author.person.code.as_ref(), &given.specialties)).collect()
}

pub(super) fn legal_authenticator(case: &CdaCase<'_>) -> Vec<Difference> {
    let given = case.subject.entry.legal_authenticator.as_ref().filter(|xcn| xcn.id.is_some());
    match (given, &case.header.legal_authenticator) {
        (None, _) => same(),
        (Some(given), None) => differs(Value::Absent, shown_xcn(given)),
        (Some(given), Some(person)) if is(given, person) => same(),
        (Some(given), Some(person)) => differs_at(&person.path, shown_ids(&person.ids), shown_xcn(given)),
    }
}

/// The authors of the entry with their counterpart in the CDA, by identifier. Authors that have none are
/// [`persons`]' difference.
fn same_authors<'a>(case: &CdaCase<'a>) -> Vec<(&'a Author, &'a cda::Author)> {
    let header = case.header;
    let counterpart = |given: &Author| {
        let person = given.person.as_ref()?;
        header.authors.iter().find(|author| is(person, &author.person))
    };
    let entry = case.subject.entry;
    entry.authors.iter().filter_map(|given| Some((given, counterpart(given)?))).collect()
}

/// Compares a code of the CDA with the codes or texts of the metadata; nothing given, nothing compared.
fn coded(cda: Option<&At<Code>>, given: &[CodedText]) -> Vec<Difference> {
    if given.is_empty() {
        return same();
    }
    let shown = || Value::show(given.iter().map(CodedText::to_hl7).collect::<Vec<_>>().join(", "));
    let Some(At { value: code, path }) = cda else { return differs(Value::Absent, shown()) };
    let label = code.label.as_deref().unwrap_or_default();
    let is_same = |given: &CodedText| match given {
        CodedText::Text(text) => text.to_lowercase() == label.to_lowercase(),
        CodedText::Coded(coded) => coded == code,
    };
    if given.iter().any(is_same) {
        return same();
    }
    differs_at(path, Value::show(format!("{} ({label})", code.value)), shown())
}

fn identified(authors: &[Author]) -> impl Iterator<Item = &Xcn> {
    authors.iter().filter_map(|author| author.person.as_ref()).filter(|xcn| xcn.id.is_some())
}

/// True if the identifier is one of the person's, in the same authority where the metadata names one.
fn is(xcn: &Xcn, person: &Person) -> bool {
    person.ids.iter().any(|at| {
        let authority = xcn.authority.as_ref().is_none_or(|authority| authority.as_str() == at.value.root);
        let bare = at.value.extension.is_none();
        (authority || bare) && xcn.id.as_deref() == Some(key(&at.value))
    })
}

/// What identifies inside the authority: the extension, or the root alone.
fn key(id: &InstanceId) -> &str {
    id.extension.as_deref().unwrap_or(&id.root)
}

/// Only professionals are shown: an author may be the patient.
fn shown_ids(ids: &[At<InstanceId>]) -> Value {
    match ids.iter().find(|at| at.value.root == system::PROFESSIONALS) {
        Some(at) => Value::show(key(&at.value)),
        None => Value::Hidden,
    }
}

fn shown_xcn(xcn: &Xcn) -> Value {
    let is_professional = xcn.authority.as_ref().is_some_and(|oid| oid.as_str() == system::PROFESSIONALS);
    match &xcn.id {
        Some(id) if is_professional => Value::show(id),
        Some(_) | None => Value::Hidden,
    }
}
