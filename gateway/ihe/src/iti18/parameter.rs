//! The coding of stored-query parameters (IHE ITI TF-2 §3.18.4.1.2.3.5): quoted strings with the inner quote doubled,
//! bare numbers, lists in parentheses that may go on over several values.

use std::collections::BTreeMap;

use model::{Code, Finding, Location, Rule};
use xml::Element;

use super::catalogue::{Parameter, Shape};
use crate::ebrim::bare_scheme;
use crate::ebrim::names::RIM;

/// A parameter there several times, a badly coded one, an illegal combination.
pub(super) const PARAM_NUMBER: &str = "XDSStoredQueryParamNumber";
/// A mandatory parameter missing.
pub(super) const MISSING_PARAM: &str = "XDSStoredQueryMissingParam";

/// Values of one parameter, and slots of one name.
const MOST_VALUES: usize = 500;
/// Characters of one value (`LongName` of ebRIM 3.0).
const LONGEST_VALUE: usize = 256;

/// The parameters of a query, with the findings of reading them.
pub(super) struct Parameters {
    /// Values by name: a list for each slot, none of them empty.
    terms: BTreeMap<&'static str, Vec<Vec<String>>>,
    pub(super) findings: Vec<Finding>,
    /// Slots that are no parameters of the query.
    pub(super) ignored: usize,
}

impl Parameters {
    /// Reads the slots of `rim:AdhocQuery`; a parameter there too often or with too many values is a finding. Slots that
    /// the query does not know are counted, and nothing else.
    pub(super) fn read(query: Element<'_>, known: impl Iterator<Item = Parameter>) -> Self {
        let mut read = Parameters { terms: BTreeMap::new(), findings: Vec::new(), ignored: 0 };
        let mut slots: BTreeMap<&str, Vec<Element<'_>>> = BTreeMap::new();
        for slot in query.children_named(RIM, "Slot") {
            slots.entry(slot.attribute("name").unwrap_or_default()).or_default().push(slot);
        }
        for parameter in known {
            let given = slots.remove(parameter.name).unwrap_or_default();
            let terms = read.slots(parameter.name, &given);
            read.check_shape(parameter, &terms);
            read.terms.insert(parameter.name, terms);
        }
        read.ignored = slots.values().map(Vec::len).sum();
        read
    }

    /// Notes that a parameter is not as it should be.
    pub(super) fn bad(&mut self, name: &str, code: &'static str, fr: &str, en: &str) {
        self.findings.push(
            Finding::new(Rule::QueryIsComplete)
                .at(Location::Parameter(name.to_owned()))
                .arg("parameter", name)
                .detail(fr, en)
                .code(code),
        );
    }

    /// True if something was said of this parameter already.
    pub(super) fn is_bad(&self, name: &str) -> bool {
        self.findings.iter().any(|finding| finding.at.as_str() == name)
    }

    /// The values of a parameter slot by slot: each is one "and" term.
    pub(super) fn terms(&self, name: &str) -> &[Vec<String>] {
        self.terms.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The values of a parameter whose slot stands once.
    pub(super) fn list(&self, name: &str) -> &[String] {
        self.terms(name).first().map(Vec::as_slice).unwrap_or_default()
    }

    /// The value of a parameter that takes one.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.list(name).first().map(String::as_str)
    }

    /// The codes of a parameter whose slot stands once.
    pub(super) fn codes(&mut self, name: &str) -> Vec<Code> {
        self.code_terms(name).into_iter().next().unwrap_or_default()
    }

    /// The codes of a parameter whose slot may repeat: each slot is one "and" term.
    pub(super) fn code_terms(&mut self, name: &str) -> Vec<Vec<Code>> {
        let terms = self.terms(name).to_vec();
        terms.into_iter().map(|values| self.coded(name, values)).collect()
    }

    /// Slots of one name with their values: lists are united, an empty one is as if absent.
    fn slots(&mut self, name: &str, slots: &[Element<'_>]) -> Vec<Vec<String>> {
        if slots.len() > MOST_VALUES {
            self.bad(name, PARAM_NUMBER, "plus de 500 slots de ce nom", "more than 500 slots of this name");
            return Vec::new();
        }
        let mut terms = Vec::new();
        for slot in slots {
            let texts =
                slot.children_named(RIM, "ValueList").flat_map(|list| list.children_named(RIM, "Value"));
            let read: Option<Vec<Vec<String>>> = texts.map(|value| items(&value.text())).collect();
            match read.map(|lists| lists.concat()) {
                Some(values) if values.is_empty() => {}
                Some(values)
                    if values.len() > MOST_VALUES
                        || values.iter().any(|value| value.chars().count() > LONGEST_VALUE) =>
                {
                    self.bad(
                        name,
                        PARAM_NUMBER,
                        "500 valeurs au plus, de 256 caractères au plus",
                        "at most 500 values, of at most 256 characters",
                    );
                }
                Some(values) => terms.push(values),
                None => self.bad(
                    name,
                    PARAM_NUMBER,
                    "codage attendu : 'texte', 123 ou ('a','b'), l'apostrophe interne doublée",
                    "expected coding: 'text', 123 or ('a','b'), an inner quote doubled",
                ),
            }
        }
        terms
    }

    fn check_shape(&mut self, parameter: Parameter, terms: &[Vec<String>]) {
        let name = parameter.name;
        if parameter.shape != Shape::Terms && terms.len() > 1 {
            self.bad(
                name,
                PARAM_NUMBER,
                "paramètre présent plusieurs fois",
                "parameter there more than once",
            );
        }
        if parameter.shape == Shape::One && terms.iter().any(|values| values.len() > 1) {
            self.bad(name, PARAM_NUMBER, "une seule valeur attendue", "expected a single value");
        }
    }

    fn coded(&mut self, name: &str, values: Vec<String>) -> Vec<Code> {
        let mut codes = Vec::new();
        for value in values {
            match value.split_once("^^") {
                Some((code, system)) if !code.is_empty() && !system.is_empty() && !system.contains('^') => {
                    codes.push(Code::new(code, bare_scheme(system)));
                }
                _ => self.bad(
                    name,
                    PARAM_NUMBER,
                    "forme attendue : 'code^^système'",
                    "expected form: 'code^^scheme'",
                ),
            }
        }
        codes
    }
}

/// The items of one value; `None` when it is not coded as it should be.
pub(super) fn items(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let Some(list) = text.strip_prefix('(') else {
        let (value, rest) = item(text)?;
        return rest.is_empty().then(|| vec![value]);
    };
    let mut rest = list.trim_start();
    let mut values = Vec::new();
    if rest == ")" {
        return Some(values);
    }
    loop {
        let (value, after) = item(rest)?;
        values.push(value);
        match after.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return (after == ")").then_some(values),
        }
    }
}

/// One quoted string or bare number, and what follows it.
fn item(text: &str) -> Option<(String, &str)> {
    let Some(mut rest) = text.strip_prefix('\'') else {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        return (!digits.is_empty()).then(|| (digits.to_owned(), rest.trim_start()));
    };
    let mut value = String::new();
    loop {
        let (before, after) = rest.split_once('\'')?;
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(next) => {
                value.push('\'');
                rest = next;
            }
            None => return Some((value, after.trim_start())),
        }
    }
}

/// A quoted string.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_numbers_and_lists_are_read() {
        let read = |text: &str| items(text).map(|items| items.join("|"));
        assert_eq!(read("'a'"), Some("a".into()));
        assert_eq!(read(" 200401010000 "), Some("200401010000".into()));
        assert_eq!(read("('a', 'b^^c' ,3)"), Some("a|b^^c|3".into()));
        assert_eq!(read("'it''s (a, b)'"), Some("it's (a, b)".into()));
        assert_eq!(read("()"), Some(String::new()));
    }

    #[test]
    fn a_wrong_coding_is_recognised() {
        for bad in
            ["", "a", "'a", "a'", "('a'", "('a',)", "'a' 'b'", "('a' 'b')", "('a')x", "('a'),('b')", "-3"]
        {
            assert_eq!(items(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_written_string_reads_back(text in "\\PC{0,30}") {
            prop_assert_eq!(items(&quoted(&text)), Some(vec![text.clone()]));
            prop_assert_eq!(items(&format!("({},{})", quoted(&text), quoted("x"))), Some(vec![text, "x".into()]));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = items(&text);
        }
    }
}
