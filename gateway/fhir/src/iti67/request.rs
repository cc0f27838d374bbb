//! Find Document References: parameters to query (IHE MHD 4.2.4 §2:3.67, PDSm 3.1.1 flux 05b, FHIR R4 search).

use mappings::Mappings;
use model::{
    AssociationKind, AuthorTest, Availability, CodeField, CodeTest, Criterion, DocumentQuery, EntryKind,
    Finding, InstantField, Moment, Optional, Scope, Sort, Term,
};

use super::parameters::OFFERED;
use crate::page;
use crate::patient::Named;
use crate::search::name::Name;
use crate::search::refuse;
use crate::search::results::Results;
use crate::search::terms::{
    Wrong, author_tests, codes, flag, identifiers, instants, no_modifier, text_tests, wrong,
};
use crate::search::token::tokens;

/// What reading needs beside the parameters.
pub(crate) struct Frame<'a> {
    pub(crate) mappings: &'a Mappings,
    /// Base URL of this door.
    pub(crate) base: &'a str,
    /// The French pack: a uniqueId is an OID, so a UUID is an entryUUID.
    pub(crate) french: bool,
    /// `Prefer: handling=strict`.
    pub(crate) strict: bool,
    /// A search without status asks for what is current (PDSm for the DMP); else it is refused (MHD, PDSm).
    pub(crate) status_is_optional: bool,
    /// What `ap` is near to.
    pub(crate) now: Moment,
}

/// A search as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The query, without its patient.
    pub(crate) query: DocumentQuery,
    /// The patient.
    pub(crate) patient: Named,
    /// How the answer is made.
    pub(crate) results: Results,
    /// Parameters read past.
    pub(crate) ignored: Vec<String>,
    /// The sealed state of a page link.
    pub(crate) page: Option<String>,
}

/// Reads the parameters, or tells everything that is wrong with them.
pub(crate) fn read(given: &[(String, String)], frame: &Frame<'_>) -> Result<Asked, Vec<Finding>> {
    let mut reader = Reader {
        frame,
        query: DocumentQuery::new(None, Scope::Find),
        named: false,
        patient: Named::default(),
        results: Results::default(),
        statuses: None,
        archived: None,
        author: Vec::new(),
        ignored: Vec::new(),
        page: None,
        findings: Vec::new(),
    };
    // FHIR has no word for stable and on-demand: both are documents.
    reader.query.kinds = EntryKind::ALL.to_vec();
    for (name, value) in given {
        if let Err(finding) = reader.parameter(name, value) {
            reader.findings.push(*finding);
        }
    }
    reader.finish()
}

pub(super) struct Reader<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) query: DocumentQuery,
    /// Documents are named: neither patient nor status is required.
    pub(super) named: bool,
    patient: Named,
    results: Results,
    statuses: Option<Vec<Availability>>,
    archived: Option<Vec<bool>>,
    author: Vec<Vec<AuthorTest>>,
    ignored: Vec<String>,
    page: Option<String>,
    findings: Vec<Finding>,
}

pub(super) type Read = Result<(), Wrong>;

const EVERY: [Availability; 3] = [Availability::Approved, Availability::Archived, Availability::Deprecated];

impl Reader<'_> {
    fn parameter(&mut self, name: &str, value: &str) -> Read {
        if name == page::PARAMETER {
            self.page = Some(value.to_owned());
            return Ok(());
        }
        if let Some(read) = self.patient.parameter(&patient_name(name), value, self.frame.base) {
            return read.map_err(Box::new);
        }
        if let Some(read) = self.results.parameter(name, value, &OFFERED, self.frame.strict) {
            return read.map_err(Box::new);
        }
        let parts = Name::of(name);
        match (parts.first, parts.chain, parts.modifier) {
            ("_id", None, None) => self.ids(value),
            ("identifier", None, None) => self.identifiers(value),
            ("status", None, None | Some("not")) => self.status(value, parts.modifier.is_some()),
            ("isArchived", None, None | Some("not")) => self.archived(name, value, parts.modifier.is_some()),
            (first, None, Some("missing")) => self.missing(name, first, value),
            ("author", ..) => self.author(name, &parts, value),
            ("related" | "encounter", None | Some("identifier"), None)
            | ("related" | "encounter", None, Some("identifier")) => {
                let tests = identifiers(value).into_iter().map(Criterion::Reference);
                self.term(false, tests.collect())
            }
            ("relatesto" | "relatesTo", None | Some("identifier"), None)
            | ("relatesto" | "relatesTo", None, Some("identifier")) => self.relates_to(value),
            ("relation", None, None) => self.relation(value),
            ("description", None, modifier) => {
                let tests = text_tests(name, modifier, value)?;
                self.term(false, tests.into_iter().map(Criterion::Comments).collect())
            }
            (first, None, None) if instant_of(first).is_some() || first == "period" => {
                self.date(first, value)
            }
            (first, None, modifier @ (None | Some("not"))) if coded(first) => {
                self.coded(name, first, modifier.is_some(), value)
            }
            _ if name.contains([':', '.']) => Err(no_modifier(name)),
            _ if self.frame.strict => {
                Err(wrong(name, "paramètre non pris en charge", "parameter not supported"))
            }
            _ => {
                self.ignored.push(name.to_owned());
                Ok(())
            }
        }
    }

    /// One condition more.
    pub(super) fn term(&mut self, not: bool, any: Vec<Criterion>) -> Read {
        self.query.terms.push(Term { not, any });
        Ok(())
    }

    fn coded(&mut self, name: &str, first: &str, not: bool, value: &str) -> Read {
        let any = match first {
            "contenttype" => tokens(value).into_iter().map(|token| Criterion::MimeType(token.code)).collect(),
            "language" => tokens(value).into_iter().map(|token| Criterion::Language(token.code)).collect(),
            _ => {
                let field = code_field(first).ok_or_else(|| no_modifier(name))?;
                let tests: Vec<CodeTest> = codes(name, value, &self.frame.mappings.systems)?;
                tests.into_iter().map(|test| Criterion::Code(field, test)).collect()
            }
        };
        self.term(not, any)
    }

    fn status(&mut self, value: &str, not: bool) -> Read {
        let mut wanted = Vec::new();
        for token in tokens(value) {
            match token.code.as_str() {
                "current" => wanted.extend([Availability::Approved, Availability::Archived]),
                "superseded" => wanted.push(Availability::Deprecated),
                _ => {
                    return Err(wrong(
                        "status",
                        "valeurs attendues : current, superseded",
                        "expected values: current, superseded",
                    ));
                }
            }
        }
        let mut statuses = self.statuses.take().unwrap_or(EVERY.to_vec());
        statuses.retain(|status| wanted.contains(status) != not);
        self.statuses = Some(statuses);
        Ok(())
    }

    fn archived(&mut self, name: &str, value: &str, not: bool) -> Read {
        let mut wanted = Vec::new();
        for token in tokens(value) {
            wanted.push(flag(name, &token.code)? != not);
        }
        let mut archived = self.archived.take().unwrap_or(vec![true, false]);
        archived.retain(|state| wanted.contains(state));
        self.archived = Some(archived);
        Ok(())
    }

    fn missing(&mut self, name: &str, first: &str, value: &str) -> Read {
        let optional = match first {
            "period" => Optional::Period,
            "period-start" => Optional::ServiceStart,
            "period-end" => Optional::ServiceStop,
            "event" => Optional::Event,
            "author" => Optional::Author,
            "related" => Optional::Reference,
            "description" => Optional::Comments,
            _ => return Err(no_modifier(name)),
        };
        let missing = flag(name, value)?;
        self.term(!missing, vec![Criterion::Missing(optional)])
    }

    /// Authors are contained resources: no reference leads to one, but to what it says.
    fn author(&mut self, name: &str, parts: &Name<'_>, value: &str) -> Read {
        let tests = match (parts.chain, parts.modifier) {
            (Some(chain), modifier) => author_tests(name, chain, modifier, value)?,
            (None, Some("identifier")) => author_tests(name, "identifier", None, value)?,
            (None, Some(_)) => return Err(no_modifier(name)),
            (None, None) => Vec::new(),
        };
        self.author.push(tests);
        Ok(())
    }

    fn relates_to(&mut self, value: &str) -> Read {
        let any = self
            .targets(value)
            .into_iter()
            .map(|target| Criterion::Relates { kinds: Vec::new(), target: Some(target) });
        let any = any.collect();
        self.term(false, any)
    }

    fn relation(&mut self, value: &str) -> Read {
        let mut any = Vec::new();
        for token in tokens(value) {
            let kinds = match token.code.as_str() {
                "replaces" => vec![AssociationKind::Replaces, AssociationKind::TransformsAndReplaces],
                "transforms" => vec![AssociationKind::Transforms, AssociationKind::Snapshots],
                "appends" => vec![AssociationKind::Appends],
                "signs" => vec![AssociationKind::Signs],
                _ => {
                    return Err(wrong(
                        "relation",
                        "valeurs attendues : replaces, transforms, signs, appends",
                        "expected values: replaces, transforms, signs, appends",
                    ));
                }
            };
            any.push(Criterion::Relates { kinds, target: None });
        }
        self.term(false, any)
    }

    fn date(&mut self, name: &str, value: &str) -> Read {
        let tests = instants(name, value, self.frame.now)?.into_iter();
        let any = match instant_of(name) {
            Some(field) => tests.map(|test| test.of(field)).collect(),
            None => tests.map(|test| test.of_period()).collect(),
        };
        self.term(false, any)
    }

    fn finish(mut self) -> Result<Asked, Vec<Finding>> {
        if !self.named && self.patient.is_empty() {
            self.findings.push(refuse(
                "patient",
                "paramètre obligatoire : patient ou patient.identifier",
                "required parameter: patient or patient.identifier",
            ));
        }
        let mut statuses = match self.statuses.take() {
            Some(statuses) => statuses,
            None if self.named => EVERY.to_vec(),
            None if self.frame.status_is_optional => vec![Availability::Approved, Availability::Archived],
            None => {
                self.findings.push(refuse(
                    "status",
                    "paramètre obligatoire : status=current, superseded ou les deux",
                    "required parameter: status=current, superseded or both",
                ));
                EVERY.to_vec()
            }
        };
        if let Some(archived) = self.archived.take() {
            statuses.retain(|status| archived.contains(&(*status == Availability::Archived)));
        }
        if statuses.is_empty() {
            self.findings.push(refuse(
                "status",
                "aucun document ne peut avoir à la fois ces status et isArchived",
                "no document can have these status and isArchived at once",
            ));
        }
        self.query.status = statuses;
        if !self.author.is_empty() {
            let author = std::mem::take(&mut self.author);
            self.query.terms.push(Term { not: false, any: vec![Criterion::Author(author)] });
        }
        self.query.paging.count = Some(self.results.count);
        if let Some((by, descending)) = self.results.sort {
            let by = instant_of(by).unwrap_or(InstantField::ServiceStart);
            self.query.sort = Sort { by, descending };
        }
        if !self.findings.is_empty() {
            return Err(self.findings);
        }
        Ok(Asked {
            query: self.query,
            patient: self.patient,
            results: self.results,
            ignored: self.ignored,
            page: self.page,
        })
    }
}

/// The spellings of the parameters that name the patient, as one.
pub(crate) fn patient_name(name: &str) -> String {
    let name = match name.strip_prefix("subject") {
        Some(rest) if rest.is_empty() || rest.starts_with(['.', ':']) => format!("patient{rest}"),
        _ => name.to_owned(),
    };
    match name.as_str() {
        "patient:identifier" | "patient:Patient.identifier" => "patient.identifier".to_owned(),
        _ => name,
    }
}

fn coded(first: &str) -> bool {
    matches!(first, "contenttype" | "language") || code_field(first).is_some()
}

fn code_field(name: &str) -> Option<CodeField> {
    Some(match name {
        "type" => CodeField::Type,
        "category" => CodeField::Class,
        "setting" => CodeField::PracticeSetting,
        "facility" => CodeField::FacilityType,
        "format" => CodeField::Format,
        "security-label" => CodeField::Confidentiality,
        "event" => CodeField::Event,
        _ => return None,
    })
}

fn instant_of(name: &str) -> Option<InstantField> {
    Some(match name {
        "date" | "creation" => InstantField::Creation,
        "period-start" => InstantField::ServiceStart,
        "period-end" => InstantField::ServiceStop,
        "_lastUpdated" => InstantField::Changed,
        _ => return None,
    })
}
