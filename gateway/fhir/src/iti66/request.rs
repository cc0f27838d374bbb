//! Find Document Lists: parameters to tests on lists in memory (IHE MHD 4.2.4 §2:3.66, PDSm 3.1.1 flux 05a).

use journey::{Item, ObjectKey, ShownList, is_author};
use mappings::Systems;
use model::{
    AuthorTest, Availability, CodeTest, EntryUuid, Finding, IdentifierTest, Moment, TextTest, UniqueId,
};

use super::parameters::OFFERED;
use crate::codec::same_url;
use crate::iti67::{patient_name, unique_id};
use crate::list::url::LIST_TYPES;
use crate::page;
use crate::patient::Named;
use crate::search::instant::InstantTest;
use crate::search::name::Name;
use crate::search::refuse;
use crate::search::results::Results;
use crate::search::terms::{
    Wrong, author_tests, codes, flag, identifiers, instants, no_modifier, text_tests, wrong,
};
use crate::search::token::tokens;

/// What reading needs beside the parameters.
pub(crate) struct Frame<'a> {
    pub(crate) systems: &'a Systems,
    /// Base URL of this door.
    pub(crate) base: &'a str,
    /// `Prefer: handling=strict`.
    pub(crate) strict: bool,
    /// A search without status asks for what is current; else it is refused.
    pub(crate) status_is_optional: bool,
    /// What `ap` is near to.
    pub(crate) now: Moment,
}

/// A search as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The patient.
    pub(crate) patient: Named,
    /// The lists that are named.
    pub(crate) named: Vec<ObjectKey>,
    /// All must hold.
    pub(crate) terms: Vec<ListTerm>,
    /// How the answer is made.
    pub(crate) results: Results,
    /// Parameters read past.
    pub(crate) ignored: Vec<String>,
    /// The sealed state of a page link.
    pub(crate) page: Option<String>,
}

/// One condition: one of the alternatives holds or, with `not`, none does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListTerm {
    not: bool,
    any: Vec<ListTest>,
}

/// One alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ListTest {
    /// A submission set, else a folder.
    IsSet(bool),
    Status(Vec<Availability>),
    Archived(bool),
    Date(InstantTest),
    Updated(InstantTest),
    Code(CodeTest),
    Source(IdentifierTest),
    Id(EntryUuid),
    EntryUuid(EntryUuid),
    UniqueId(UniqueId),
    Title(TextTest),
    Item(EntryUuid),
    /// Of this kind of resource, if one is said.
    Author(Option<String>, Vec<Vec<AuthorTest>>),
    Organisation(AuthorTest),
}

impl ListTerm {
    /// True if the list is what is asked for.
    pub(crate) fn holds(&self, list: &ShownList) -> bool {
        self.any.iter().any(|test| test.holds(list)) != self.not
    }
}

impl ListTest {
    fn holds(&self, list: &ShownList) -> bool {
        match self {
            ListTest::IsSet(is) => list.set().is_some() == *is,
            ListTest::Status(statuses) => statuses.contains(&list.availability()),
            ListTest::Archived(archived) => (list.availability() == Availability::Archived) == *archived,
            ListTest::Date(test) => test.holds(list.date()),
            ListTest::Updated(test) => test.holds(list.changed_at),
            ListTest::Code(test) => list.codes().iter().any(|code| test.holds(code)),
            ListTest::Source(test) => list.set().is_some_and(|set| source_is(test, set.source_id.as_str())),
            ListTest::Id(id) => list.id() == *id,
            ListTest::EntryUuid(id) => list.id() == *id || list.entry_uuid() == *id,
            ListTest::UniqueId(id) => list.unique_id() == Some(id),
            ListTest::Title(test) => list.title().is_some_and(|title| test.holds(title)),
            ListTest::Item(id) => {
                list.items.contains(&Item::Document(*id)) || list.items.contains(&Item::Folder(*id))
            }
            ListTest::Author(kind, tests) => list.authors().iter().any(|author| {
                let is = kind
                    .as_deref()
                    .is_none_or(|kind| kind == crate::document_reference::kind_of_author(author));
                is && is_author(author, tests)
            }),
            ListTest::Organisation(test) => list.authors().iter().any(|author| {
                let institutions = model::Author { person: None, ..author.clone() };
                is_author(&institutions, &[vec![test.clone()]])
            }),
        }
    }
}

/// A sourceId is an OID: written with or without `urn:oid:`, whatever system stands before it.
fn source_is(test: &IdentifierTest, source_id: &str) -> bool {
    let bare = |value: &String| value.strip_prefix("urn:oid:").unwrap_or(value) == source_id;
    test.value.as_ref().is_none_or(bare)
}

/// Reads the parameters, or tells everything that is wrong with them.
pub(crate) fn read(given: &[(String, String)], frame: &Frame<'_>) -> Result<Asked, Vec<Finding>> {
    let mut reader = Reader {
        frame,
        asked: Asked {
            patient: Named::default(),
            named: Vec::new(),
            terms: Vec::new(),
            results: Results::default(),
            ignored: Vec::new(),
            page: None,
        },
        author: Vec::new(),
        by_name: false,
        coded: false,
        statuses: false,
        findings: Vec::new(),
    };
    for (name, value) in given {
        if let Err(finding) = reader.parameter(name, value) {
            reader.findings.push(*finding);
        }
    }
    reader.finish()
}

struct Reader<'a> {
    frame: &'a Frame<'a>,
    asked: Asked,
    author: Vec<(Option<String>, Vec<AuthorTest>)>,
    /// Lists are named: nothing else is required.
    by_name: bool,
    coded: bool,
    statuses: bool,
    findings: Vec<Finding>,
}

type Read = Result<(), Wrong>;

impl Reader<'_> {
    fn parameter(&mut self, name: &str, value: &str) -> Read {
        if name == page::PARAMETER {
            self.asked.page = Some(value.to_owned());
            return Ok(());
        }
        if let Some(read) = self.asked.patient.parameter(&patient_name(name), value, self.frame.base) {
            return read.map_err(Box::new);
        }
        if let Some(read) = self.asked.results.parameter(name, value, &OFFERED, self.frame.strict) {
            return read.map_err(Box::new);
        }
        let parts = Name::of(name);
        let not = parts.modifier == Some("not");
        match (parts.first, parts.chain, parts.modifier) {
            ("_id", None, None) => self.ids(value),
            ("identifier", None, None) => self.identifiers(value),
            ("code", None, None | Some("not")) => self.code(value, not),
            ("status", None, None | Some("not")) => self.status(value, not),
            ("isArchived", None, None | Some("not")) => {
                let tests = tokens(value)
                    .iter()
                    .map(|token| flag(name, &token.code))
                    .collect::<Result<Vec<_>, _>>()?;
                self.term(not, tests.into_iter().map(ListTest::Archived))
            }
            ("date", None, None) => {
                let tests = instants(name, value, self.frame.now)?;
                self.term(false, tests.into_iter().map(ListTest::Date))
            }
            ("_lastUpdated", None, None) => {
                let tests = instants(name, value, self.frame.now)?;
                self.term(false, tests.into_iter().map(ListTest::Updated))
            }
            ("designationType", None, None | Some("not")) => {
                let tests = codes(name, value, self.frame.systems)?;
                self.term(not, tests.into_iter().map(ListTest::Code))
            }
            ("sourceId", None, None | Some("identifier")) => {
                self.term(false, identifiers(value).into_iter().map(ListTest::Source))
            }
            ("title", None, modifier) => {
                let tests = text_tests(name, modifier, value)?;
                self.term(false, tests.into_iter().map(ListTest::Title))
            }
            ("item", None, None) => {
                let ids: Vec<EntryUuid> =
                    tokens(value).iter().filter_map(|token| self.item(&token.code)).collect();
                self.term(false, ids.into_iter().map(ListTest::Item))
            }
            ("source", chain, modifier) => {
                let tests = party_tests(name, chain, modifier, value)?;
                self.author.push((parts.kind.map(str::to_owned), tests));
                Ok(())
            }
            ("authorOrg", chain, modifier) => {
                let tests = party_tests(name, chain, modifier, value)?;
                self.term(false, tests.into_iter().map(ListTest::Organisation))
            }
            _ if name.contains([':', '.']) => Err(no_modifier(name)),
            _ if self.frame.strict => {
                Err(wrong(name, "paramètre non pris en charge", "parameter not supported"))
            }
            _ => {
                self.asked.ignored.push(name.to_owned());
                Ok(())
            }
        }
    }

    fn term(&mut self, not: bool, any: impl Iterator<Item = ListTest>) -> Read {
        self.asked.terms.push(ListTerm { not, any: any.collect() });
        Ok(())
    }

    fn ids(&mut self, value: &str) -> Read {
        self.by_name = true;
        let ids: Vec<EntryUuid> =
            tokens(value).iter().filter_map(|token| EntryUuid::parse(&token.code).ok()).collect();
        self.asked.named.extend(ids.iter().copied().map(ObjectKey::Uuid));
        self.term(false, ids.into_iter().map(ListTest::Id))
    }

    /// A uniqueId or an entryUUID; which of the two a `urn:uuid:` is, the list says.
    fn identifiers(&mut self, value: &str) -> Read {
        self.by_name = true;
        let mut any = Vec::new();
        for token in tokens(value) {
            if let Ok(id) = EntryUuid::parse(&token.code) {
                self.asked.named.push(ObjectKey::Uuid(id));
                any.push(ListTest::EntryUuid(id));
            }
            if let Some(id) = unique_id(&token) {
                self.asked.named.extend([ObjectKey::Set(id.clone()), ObjectKey::Folder(id.clone())]);
                any.push(ListTest::UniqueId(id));
            }
        }
        self.term(false, any.into_iter())
    }

    fn code(&mut self, value: &str, not: bool) -> Read {
        self.coded = true;
        let mut any = Vec::new();
        for token in tokens(value) {
            let ours = token.system.as_deref().is_none_or(|system| same_url(system, LIST_TYPES));
            match token.code.as_str() {
                "submissionset" if ours => any.push(ListTest::IsSet(true)),
                "folder" if ours => any.push(ListTest::IsSet(false)),
                _ => {
                    return Err(wrong(
                        "code",
                        "valeurs attendues : submissionset, folder (système MHDlistTypes)",
                        "expected values: submissionset, folder (system MHDlistTypes)",
                    ));
                }
            }
        }
        self.term(not, any.into_iter())
    }

    /// A List has no status superseded: MHD asks for it all the same.
    fn status(&mut self, value: &str, not: bool) -> Read {
        self.statuses = true;
        let mut any = Vec::new();
        for token in tokens(value) {
            any.push(match token.code.as_str() {
                "current" => ListTest::Status(vec![Availability::Approved, Availability::Archived]),
                "superseded" | "retired" => ListTest::Status(vec![Availability::Deprecated]),
                _ => {
                    return Err(wrong(
                        "status",
                        "valeurs attendues : current, superseded ou retired",
                        "expected values: current, superseded or retired",
                    ));
                }
            });
        }
        self.term(not, any.into_iter())
    }

    fn item(&self, text: &str) -> Option<EntryUuid> {
        let relative = text.strip_prefix(self.frame.base).map_or(text, |rest| rest.trim_start_matches('/'));
        let id = relative.strip_prefix("DocumentReference/").or(relative.strip_prefix("List/"));
        EntryUuid::parse(id.unwrap_or(relative)).ok()
    }

    fn finish(mut self) -> Result<Asked, Vec<Finding>> {
        if !self.author.is_empty() {
            let kinds: Vec<String> = self.author.iter().filter_map(|(kind, _)| kind.clone()).collect();
            let same = kinds.iter().all(|kind| Some(kind) == kinds.first());
            let tests = self.author.iter().map(|(_, tests)| tests.clone()).collect();
            let any = same.then(|| ListTest::Author(kinds.first().cloned(), tests));
            self.asked.terms.push(ListTerm { not: false, any: any.into_iter().collect() });
        }
        if !self.by_name {
            self.required();
        }
        if self.findings.is_empty() { Ok(self.asked) } else { Err(self.findings) }
    }

    fn required(&mut self) {
        if self.asked.patient.is_empty() {
            self.findings.push(refuse(
                "patient",
                "paramètre obligatoire : patient ou patient.identifier",
                "required parameter: patient or patient.identifier",
            ));
        }
        if !self.coded {
            self.findings.push(refuse(
                "code",
                "paramètre obligatoire : code=submissionset ou folder",
                "required parameter: code=submissionset or folder",
            ));
        }
        match (self.statuses, self.frame.status_is_optional) {
            (true, _) => {}
            (false, true) => {
                let current = ListTest::Status(vec![Availability::Approved, Availability::Archived]);
                self.asked.terms.push(ListTerm { not: false, any: vec![current] });
            }
            (false, false) => self.findings.push(refuse(
                "status",
                "paramètre obligatoire : status=current, superseded ou les deux",
                "required parameter: status=current, superseded or both",
            )),
        }
    }
}

/// What is asked of an author or an institution: through a chain, by identifier, or by a name.
fn party_tests(
    name: &str,
    chain: Option<&str>,
    modifier: Option<&str>,
    value: &str,
) -> Result<Vec<AuthorTest>, Wrong> {
    match (chain, modifier) {
        (Some(chain), modifier) => author_tests(name, chain, modifier, value),
        (None, Some("identifier")) => author_tests(name, "identifier", None, value),
        // No reference leads to a contained resource.
        (None, None) if value.contains(['/', '#']) => Ok(Vec::new()),
        (None, None) if value.contains('|') => author_tests(name, "identifier", None, value),
        (None, modifier) => author_tests(name, "name", modifier, value),
    }
}
