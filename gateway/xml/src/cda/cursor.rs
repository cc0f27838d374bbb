//! An element together with its XPath: every value that is read knows where it stood.

use std::cell::RefCell;

use model::{Code, Hl7Time};

use super::{At, InstanceId, MAX_REPEATS, NAMESPACE, Problem, time};
use crate::Element;

/// The problems met so far.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    fn push(&self, path: &str, fr: impl Into<String>, en: impl Into<String>) {
        self.0.borrow_mut().push(Problem { path: path.to_owned(), fr: fr.into(), en: en.into() });
    }

    pub(super) fn into_list(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// One element and the path to it.
pub(super) struct Cursor<'a, 'p> {
    element: Element<'a>,
    path: String,
    problems: &'p Problems,
}

impl<'a, 'p> Cursor<'a, 'p> {
    pub(super) fn root(element: Element<'a>, problems: &'p Problems) -> Self {
        Cursor { element, path: format!("/{}", element.name()), problems }
    }

    pub(super) fn element(&self) -> Element<'a> {
        self.element
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The first child of this name.
    pub(super) fn one(&self, name: &str) -> Option<Cursor<'a, 'p>> {
        let element = self.element.child(NAMESPACE, name)?;
        Some(Cursor { element, path: format!("{}/{name}", self.path), problems: self.problems })
    }

    /// Every child of this name, numbered from 1 as XPath does, [`MAX_REPEATS`] at most.
    pub(super) fn all(&self, name: &str) -> Vec<Cursor<'a, 'p>> {
        let same = self.element.children().filter(|child| child.is(NAMESPACE, name));
        let mut found: Vec<_> = same
            .take(MAX_REPEATS + 1)
            .enumerate()
            .map(|(index, element)| Cursor {
                element,
                path: format!("{}/{name}[{}]", self.path, index + 1),
                problems: self.problems,
            })
            .collect();
        if found.len() > MAX_REPEATS {
            found.truncate(MAX_REPEATS);
            self.problems.push(
                &format!("{}/{name}", self.path),
                format!("plus de {MAX_REPEATS} répétitions"),
                format!("more than {MAX_REPEATS} repetitions"),
            );
        }
        found
    }

    /// An attribute that is not blank.
    pub(super) fn attribute(&self, name: &str) -> Option<At<String>> {
        let value = self.element.attribute(name)?.trim();
        (!value.is_empty()).then(|| At { value: value.to_owned(), path: format!("{}/@{name}", self.path) })
    }

    /// The trimmed text, when there is any.
    pub(super) fn text(&self) -> Option<At<String>> {
        let text = self.element.text();
        let value = text.trim();
        (!value.is_empty()).then(|| At { value: value.to_owned(), path: self.path.clone() })
    }

    /// II; `None` with a null flavour, or without a root.
    pub(super) fn instance_id(&self) -> Option<At<InstanceId>> {
        let root = self.attribute("root")?.value;
        let extension = self.attribute("extension").map(|at| at.value);
        Some(At { value: InstanceId { root, extension }, path: self.path.clone() })
    }

    /// Every `id` child.
    pub(super) fn instance_ids(&self) -> Vec<At<InstanceId>> {
        self.all("id").iter().filter_map(|id| id.instance_id()).collect()
    }

    /// CE; `None` without a code.
    pub(super) fn code(&self) -> Option<At<Code>> {
        let text = |name| self.attribute(name).map(|at| at.value);
        let code = Code {
            value: text("code")?,
            system: text("codeSystem").unwrap_or_default(),
            label: text("displayName"),
        };
        Some(At { value: code, path: self.path.clone() })
    }

    /// TS from `@value`; a value that is no time is a problem.
    pub(super) fn time(&self) -> Option<At<Hl7Time>> {
        let At { value, path } = self.attribute("value")?;
        let parsed = time::parse_time(&value);
        if parsed.is_none() {
            self.problems.push(
                &path,
                "date HL7 attendue : AAAAMMJJ[hhmmss] et décalage, par exemple 20261118143000+0100",
                "expected an HL7 time: YYYYMMDD[hhmmss] and offset, for instance 20261118143000+0100",
            );
        }
        parsed.map(|value| At { value, path })
    }
}
