//! The parameters that say how an answer is made, not what it looks for (FHIR R4 search §3.1.1.5).

use model::Finding;

use super::refuse;
use super::shape::{Shape, Summary};

/// The most entries of a page.
pub(crate) const MOST: u32 = 200;
/// The entries of a page when `_count` does not say.
pub(crate) const USUAL: u32 = 50;

/// What a type of resource can be ordered by and shown with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offered {
    /// The parameters that `_sort` takes.
    pub(crate) sorts: &'static [&'static str],
    /// The values that `_include` takes.
    pub(crate) includes: &'static [&'static str],
    /// The values that `_revinclude` takes.
    pub(crate) revincludes: &'static [&'static str],
}

/// How the answer is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Results {
    /// Entries of a page.
    pub(crate) count: u32,
    /// By which parameter, and the latest first.
    pub(crate) sort: Option<(&'static str, bool)>,
    /// How much of each.
    pub(crate) shape: Shape,
    /// What of `_include` and `_revinclude` is offered.
    pub(crate) beside: Vec<&'static str>,
    /// What was read past: name, French, English.
    pub(crate) past: Vec<(String, &'static str, &'static str)>,
}

impl Default for Results {
    fn default() -> Self {
        Results { count: USUAL, sort: None, shape: Shape::default(), beside: Vec::new(), past: Vec::new() }
    }
}

impl Results {
    /// Reads the parameter if it is one of these; `None` if it is not.
    pub(crate) fn parameter(
        &mut self,
        name: &str,
        value: &str,
        offered: &Offered,
        strict: bool,
    ) -> Option<Result<(), Finding>> {
        let read = match name {
            "_format" | "_pretty" => Ok(()),
            "_count" => self.count(value),
            "_total" => match value {
                "none" | "estimate" | "accurate" => Ok(()),
                _ => Err(refuse(
                    name,
                    "valeurs attendues : none, estimate, accurate (le total est toujours exact)",
                    "expected values: none, estimate, accurate (the total is always accurate)",
                )),
            },
            "_summary" => self.summary(value),
            "_elements" => {
                self.shape.elements.extend(value.split(',').map(|element| element.trim().to_owned()));
                self.one_shape(name)
            }
            "_sort" => self.sort(value, offered, strict),
            "_include" | "_include:iterate" => self.beside(name, value, offered.includes, strict),
            "_revinclude" | "_revinclude:iterate" => self.beside(name, value, offered.revincludes, strict),
            _ => return None,
        };
        Some(read)
    }

    /// True if this is asked for beside the matches.
    pub(crate) fn shows(&self, beside: &str) -> bool {
        self.beside.contains(&beside)
    }

    fn count(&mut self, value: &str) -> Result<(), Finding> {
        let count = value.parse::<u32>().map_err(|_| {
            refuse(
                "_count",
                "nombre attendu ; 0 : le total seul, au plus 200",
                "expected a number; 0: the total only, at most 200",
            )
        })?;
        self.count = count.min(MOST);
        Ok(())
    }

    fn summary(&mut self, value: &str) -> Result<(), Finding> {
        self.shape.summary = Summary::read(value).ok_or_else(|| {
            refuse(
                "_summary",
                "valeurs attendues : true, text, data, count, false",
                "expected values: true, text, data, count, false",
            )
        })?;
        if self.shape.summary == Summary::Count {
            self.count = 0;
        }
        self.one_shape("_summary")
    }

    fn one_shape(&self, name: &str) -> Result<(), Finding> {
        match self.shape.elements.is_empty() || self.shape.summary == Summary::False {
            true => Ok(()),
            false => Err(refuse(
                name,
                "_summary et _elements ne se combinent pas",
                "_summary and _elements are not combined",
            )),
        }
    }

    /// The first key orders; what is equal stays in the order of arrival.
    fn sort(&mut self, value: &str, offered: &Offered, strict: bool) -> Result<(), Finding> {
        let mut keys = value.split(',').map(str::trim).map(|key| match key.strip_prefix('-') {
            Some(key) => (key, true),
            None => (key, false),
        });
        let first = keys.next().unwrap_or_default();
        let found = offered.sorts.iter().find(|known| **known == first.0);
        let known = match found {
            Some(known) => known,
            None => {
                let fr = "tri non pris en charge : date, _lastUpdated et ce que dit le CapabilityStatement";
                let en = "order not supported: date, _lastUpdated and what the CapabilityStatement says";
                return self.past("_sort", fr, en, strict);
            }
        };
        self.sort = Some((known, first.1));
        match keys.next() {
            None => Ok(()),
            Some(_) => self.past(
                "_sort",
                "une seule clé de tri : les suivantes sont ignorées",
                "one key of order: further ones are ignored",
                strict,
            ),
        }
    }

    fn beside(
        &mut self,
        name: &str,
        value: &str,
        offered: &'static [&'static str],
        strict: bool,
    ) -> Result<(), Finding> {
        match offered.iter().find(|known| **known == value) {
            Some(known) => {
                self.beside.push(known);
                Ok(())
            }
            None => self.past(
                name,
                "valeur non prise en charge, voir le CapabilityStatement",
                "value not supported, see the CapabilityStatement",
                strict,
            ),
        }
    }

    fn past(&mut self, name: &str, fr: &'static str, en: &'static str, strict: bool) -> Result<(), Finding> {
        if strict {
            return Err(refuse(name, fr, en));
        }
        self.past.push((name.to_owned(), fr, en));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: Offered = Offered { sorts: &["date"], includes: &["List:item"], revincludes: &[] };

    fn read(pairs: &[(&str, &str)], strict: bool) -> (Results, Vec<Finding>) {
        let mut results = Results::default();
        let findings = pairs
            .iter()
            .filter_map(|(name, value)| results.parameter(name, value, &OFFERED, strict))
            .filter_map(Result::err)
            .collect();
        (results, findings)
    }

    #[test]
    fn what_is_not_offered_is_told_or_refused() {
        let (results, findings) = read(&[("_sort", "-title"), ("_include", "X:y")], false);
        assert_eq!((results.past.len(), findings.len()), (2, 0));
        let (_, findings) = read(&[("_sort", "-title"), ("_include", "X:y")], true);
        assert_eq!(findings.len(), 2);
    }

    #[test]
    fn one_key_orders() {
        let (results, _) = read(&[("_sort", "-date,title")], false);
        assert_eq!((results.sort, results.past.len()), (Some(("date", true)), 1));
        assert_eq!(read(&[("_sort", "date")], false).0.sort, Some(("date", false)));
    }

    #[test]
    fn a_summary_and_elements_exclude_each_other() {
        assert_eq!(read(&[("_summary", "true"), ("_elements", "type")], false).1.len(), 1);
        assert_eq!(read(&[("_summary", "count")], false).0.count, 0);
        assert_eq!(read(&[("_summary", "x")], false).1.len(), 1);
    }
}
