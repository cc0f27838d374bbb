//! The selector of an XML Patch (RFC 5261 §4.1): the part of XPath that addresses elements and values of a
//! DocumentReference, read as the same kind of path as FHIRPath's.

use super::fhirpath::{DEEPEST, LONGEST, Path, Step, literal, name};

/// What a selector may be made of, for people.
pub(super) const SUBSET: &str =
    "/f:DocumentReference/f:securityLabel[f:coding/f:code/@value='X'], f:extension[@url='…'], [1], /@value";

/// A parsed selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    pub(super) path: Path,
    /// True if it ends in `/@value`: the value of a primitive, not the element.
    pub(super) value: bool,
}

/// Parses; `None` for what is outside the subset. `is_fhir` tells whether a prefix (empty: none) stands for FHIR's
/// namespace.
pub(super) fn parse(text: &str, is_fhir: &impl Fn(&str) -> bool) -> Option<Selector> {
    if text.len() > LONGEST {
        return None;
    }
    let text = text.trim();
    let mut rest = text.strip_prefix('/').unwrap_or(text);
    let mut steps = Vec::new();
    loop {
        if rest.starts_with('@') {
            return (rest == "@value").then(|| Selector { path: Path::of(steps), value: true });
        }
        let (step, after) = qualified(rest, is_fhir)?;
        if !(steps.is_empty() && step == "DocumentReference") {
            steps.push(Step::Child(step.to_owned()));
        }
        rest = after;
        while let Some(inside) = rest.strip_prefix('[') {
            rest = predicate(inside.trim_start(), is_fhir, &mut steps)?;
        }
        if steps.len() > DEEPEST {
            return None;
        }
        match rest.strip_prefix('/') {
            Some(after) => rest = after,
            None => return rest.is_empty().then(|| Selector { path: Path::of(steps), value: false }),
        }
    }
}

/// A name of FHIR's namespace.
fn qualified<'t>(text: &'t str, is_fhir: &impl Fn(&str) -> bool) -> Option<(&'t str, &'t str)> {
    let (first, rest) = name(text)?;
    match rest.strip_prefix(':') {
        Some(rest) if is_fhir(first) => name(rest),
        Some(_) => None,
        None => is_fhir("").then_some((first, rest)),
    }
}

/// A place, counted from 1, or equalities joined by `and`; the rest begins behind the bracket.
fn predicate<'t>(text: &'t str, is_fhir: &impl Fn(&str) -> bool, steps: &mut Vec<Step>) -> Option<&'t str> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if let (Some(place), rest) = (super::pointer::index(text.get(..digits)?), text.get(digits..)?) {
        steps.push(Step::Index(place.checked_sub(1)?));
        return rest.trim_start().strip_prefix(']');
    }
    let mut rest = text;
    loop {
        let (step, after) = equality(rest, is_fhir)?;
        steps.push(step);
        rest = after.trim_start();
        match rest.strip_prefix("and ") {
            Some(after) => rest = after.trim_start(),
            None => return rest.strip_prefix(']'),
        }
    }
}

/// `f:coding/f:code/@value = 'X'`, or `@url = 'X'`.
fn equality<'t>(text: &'t str, is_fhir: &impl Fn(&str) -> bool) -> Option<(Step, &'t str)> {
    let (mut names, mut rest) = (Vec::new(), text);
    loop {
        if let Some(attribute) = rest.strip_prefix('@') {
            let (attribute, after) = name(attribute)?;
            match (attribute, names.is_empty()) {
                ("value", false) => {}
                ("url" | "id", _) => names.push(attribute.to_owned()),
                _ => return None,
            }
            let after = after.trim_start().strip_prefix('=')?;
            let (text, after) = literal(after.trim_start())?;
            return Some((Step::Where(names, text), after));
        }
        let (step, after) = qualified(rest, is_fhir)?;
        names.push(step.to_owned());
        rest = after.strip_prefix('/')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Selector> {
        parse(text, &|prefix| prefix == "f")
    }

    fn same(selector: &str, fhirpath: &str, value: bool) {
        let path = Path::parse(fhirpath).expect(fhirpath);
        assert_eq!(read(selector), Some(Selector { path, value }), "{selector}");
    }

    #[test]
    fn a_selector_is_the_same_path_as_in_fhirpath() {
        same("/f:DocumentReference/f:status/@value", "DocumentReference.status", true);
        same("f:DocumentReference/f:securityLabel[2]", "DocumentReference.securityLabel[1]", false);
        same(
            "/f:DocumentReference/f:securityLabel[f:coding/f:code/@value = 'X']",
            "securityLabel.where(coding.code='X')",
            false,
        );
        same(
            "/f:DocumentReference/f:extension[@url=\"u\"]/f:valueBoolean/@value",
            "extension.where(url='u').valueBoolean",
            true,
        );
    }

    #[test]
    fn what_is_outside_the_subset_is_no_selector() {
        for text in [
            "",
            "/",
            "//f:status",
            "/g:DocumentReference",
            "/DocumentReference",
            "/f:a/@id",
            "/f:a[0]",
            "/f:a[f:b]",
            "/f:a[f:b='x']",
            "/f:a[last()]",
            "/f:a/..",
            "/f:a | /f:b",
            "id('x')",
            "/f:a[@value='x']",
            "/f:a/@value/f:b",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"f:a/".repeat(300)), None);
    }
}
