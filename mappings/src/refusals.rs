//! What a refusal says (French and English) and how each door carries it.

use model::{Finding, Rule};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::files::Sources;
use crate::table::{self, Errors};
use crate::template::Template;

const FILE: &str = "refusals.toml";
/// FHIR R4 IssueType (http://hl7.org/fhir/issue-type).
const ISSUE_TYPES: &[&str] = &[
    "invalid",
    "structure",
    "required",
    "value",
    "invariant",
    "security",
    "login",
    "unknown",
    "expired",
    "forbidden",
    "suppressed",
    "processing",
    "not-supported",
    "duplicate",
    "multiple-matches",
    "not-found",
    "deleted",
    "too-long",
    "code-invalid",
    "extension",
    "too-costly",
    "business-rule",
    "conflict",
    "transient",
    "lock-error",
    "no-store",
    "exception",
    "timeout",
    "incomplete",
    "throttled",
    "informational",
];
/// The statuses that a refusal may have.
const STATUSES: &[u16] = &[400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429, 503];
/// The SOAP fault subcodes of WS-Security.
const FAULTS: &[&str] =
    &["wsse:FailedAuthentication", "wsse:FailedCheck", "wsse:InvalidSecurity", "wsse:InvalidSecurityToken"];

/// The texts for a domain that is not the national one: all four or none.
const OPEN: [&str; 4] = ["fr_open", "fr_open_do", "en_open", "en_open_do"];

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// French, the default.
    #[default]
    French,
    /// English.
    English,
}

/// How the doors answer a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// XDS error code; `None` = the transaction's generic code.
    pub xds: Option<String>,
    /// Status code of the DMP's own services; `None` = that of the rule's stage.
    pub dmp: Option<String>,
    /// SOAP fault subcode of a rule about the caller, for instance `wsse:FailedCheck`; `None` = no subcode.
    pub fault: Option<String>,
    /// HTTP status of the FHIR door.
    pub status: u16,
    /// FHIR `issue.code`.
    pub issue: String,
}

/// The catalogue.
#[derive(Debug)]
pub struct Refusals {
    /// One a rule, in the order of `Rule::ALL`.
    entries: Vec<Option<Entry>>,
    /// In the words for a domain that is not the national one, where there are some.
    open: bool,
}

#[derive(Debug)]
struct Entry {
    answer: Answer,
    french: Texts,
    english: Texts,
    /// French and English, where national words would mislead in another domain.
    open: Option<(Texts, Texts)>,
}

#[derive(Debug)]
struct Texts {
    wrong: Template,
    remedy: Template,
}

impl Refusals {
    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let mut refusals = Refusals { entries: Rule::ALL.iter().map(|_| None).collect(), open: false };
        let text = sources.text(FILE);
        table::head(FILE, text, errors);
        let (table, wrong) = DeTable::parse_recoverable(text);
        for error in wrong {
            errors.add(FILE, line_of(text, error.span()), error.message().to_owned());
        }
        for (name, value) in table.get_ref() {
            let line = line_of(text, Some(name.span()));
            match Rule::named(name.get_ref()) {
                None => errors.add(FILE, line, format!("there is no rule `{}`", name.get_ref())),
                Some(rule) => {
                    let entry = Reader { text, line, errors }.entry(value);
                    if let Some(place) = refusals.entries.get_mut(rule as usize) {
                        *place = Some(entry);
                    }
                }
            }
        }
        for (rule, entry) in Rule::ALL.iter().zip(&refusals.entries) {
            if entry.is_none() {
                errors.add(FILE, 0, format!("the rule `{rule}` has no text"));
            }
        }
        refusals
    }

    /// How the doors answer `rule`. Every rule has an answer: loading checks it.
    pub fn answer(&self, rule: Rule) -> &Answer {
        &self.entry(rule).answer
    }

    /// The text: what is wrong, and what to do, with the finding's arguments filled in: `x_fr` or `x_en`
    /// by the language, else `x`. A hole without argument is left out with the words around it.
    pub fn text(&self, finding: &Finding, language: Language) -> String {
        let entry = self.entry(finding.rule);
        let open = entry.open.as_ref().filter(|_| self.open);
        let (french, english) =
            open.map_or((&entry.french, &entry.english), |(french, english)| (french, english));
        let (texts, suffix) = match language {
            Language::French => (french, "_fr"),
            Language::English => (english, "_en"),
        };
        let value = |name: &str| {
            let own = finding.args.iter().find(|(key, _)| key.strip_suffix(suffix) == Some(name));
            own.or_else(|| finding.args.iter().find(|(key, _)| *key == name)).map(|(_, text)| text.as_str())
        };
        format!("{} {}", texts.wrong.fill(value), texts.remedy.fill(value)).trim_end().to_owned()
    }

    /// The same in the words for a domain that is not the national one.
    pub(crate) fn of_open_domain(self) -> Self {
        Refusals { open: true, ..self }
    }

    fn entry(&self, rule: Rule) -> &Entry {
        self.entries
            .get(rule as usize)
            .and_then(Option::as_ref)
            .expect("a catalogue that lacks a rule is not loaded")
    }
}

/// Reads one entry; what is wrong is noted, and the value left blank: the catalogue is then not used.
struct Reader<'a> {
    text: &'a str,
    line: usize,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn entry(mut self, value: &Spanned<DeValue<'_>>) -> Entry {
        let empty = DeTable::new();
        let table = value.get_ref().as_table().unwrap_or(&empty);
        for (key, value) in table {
            let known = ["xds", "dmp", "fault", "status", "issue", "fr", "fr_do", "en", "en_do"];
            let key_name = key.get_ref().as_ref();
            if !known.contains(&key_name) && !OPEN.contains(&key_name) {
                self.wrong(value, format!("unknown key `{}`", key.get_ref()));
            }
        }
        Entry {
            answer: Answer {
                xds: self.optional(table, "xds", is_xds_code),
                dmp: self.optional(table, "dmp", |code| code.starts_with("DMP")),
                fault: self.optional(table, "fault", |code| FAULTS.contains(&code)),
                status: self.status(table),
                issue: self.issue(table),
            },
            open: OPEN.iter().any(|key| table.contains_key(*key)).then(|| {
                let [fr, fr_do, en, en_do] = OPEN.map(|key| self.template(table, key));
                (Texts { wrong: fr, remedy: fr_do }, Texts { wrong: en, remedy: en_do })
            }),
            french: Texts { wrong: self.template(table, "fr"), remedy: self.template(table, "fr_do") },
            english: Texts { wrong: self.template(table, "en"), remedy: self.template(table, "en_do") },
        }
    }

    fn optional(&mut self, table: &DeTable<'_>, key: &str, good: impl Fn(&str) -> bool) -> Option<String> {
        let value = table.get(key)?;
        let text = value.get_ref().as_str().filter(|text| good(text));
        if text.is_none() {
            self.wrong(value, format!("`{key}` is not one of the known codes"));
        }
        text.map(str::to_owned)
    }

    fn status(&mut self, table: &DeTable<'_>) -> u16 {
        let value = table.get("status");
        let number = value
            .and_then(|value| value.get_ref().as_integer())
            .and_then(|number| number.as_str().parse().ok())
            .filter(|status| STATUSES.contains(status));
        if number.is_none() {
            self.missing(value, format!("`status` is one of {STATUSES:?}"));
        }
        number.unwrap_or_default()
    }

    fn issue(&mut self, table: &DeTable<'_>) -> String {
        let value = table.get("issue");
        let issue =
            value.and_then(|value| value.get_ref().as_str()).filter(|issue| ISSUE_TYPES.contains(issue));
        if issue.is_none() {
            self.missing(value, "`issue` is a code of the FHIR value set issue-type".to_owned());
        }
        issue.unwrap_or_default().to_owned()
    }

    fn template(&mut self, table: &DeTable<'_>, key: &str) -> Template {
        let value = table.get(key);
        let text = value.and_then(|value| value.get_ref().as_str()).unwrap_or_default();
        if text.trim().is_empty() {
            self.missing(value, format!("the text `{key}` is missing"));
        }
        Template::parse(text).unwrap_or_else(|reason| {
            self.missing(value, format!("`{key}`: {reason}"));
            Template::default()
        })
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'_>>, reason: String) {
        self.errors.add(FILE, line_of(self.text, Some(value.span())), reason);
    }

    fn missing(&mut self, value: Option<&Spanned<DeValue<'_>>>, reason: String) {
        match value {
            Some(value) => self.wrong(value, reason),
            None => self.errors.add(FILE, self.line, reason),
        }
    }
}

fn is_xds_code(code: &str) -> bool {
    code.starts_with("XDS")
        || matches!(
            code,
            "InvalidDocumentContent" | "ReferencesExistException" | "UnresolvedReferenceException"
        )
}

fn line_of(text: &str, span: Option<std::ops::Range<usize>>) -> usize {
    let before = span.and_then(|span| text.get(..span.start));
    before.map_or(0, |before| before.bytes().filter(|byte| *byte == b'\n').count() + 1)
}
