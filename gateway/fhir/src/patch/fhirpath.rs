//! The part of FHIRPath that a FHIRPath Patch of a DocumentReference needs (FHIR R4 §3.1.0.9.3): names, indexes,
//! `extension('url')`, `where(path = 'text')` and `value` for any form of it.

use serde_json::Value;

use super::pointer::Pointer;

/// The longest path that is read.
pub(super) const LONGEST: usize = 512;

/// More steps than a DocumentReference has levels.
pub(super) const DEEPEST: usize = 16;

/// What a path may be made of, for people.
pub(super) const SUBSET: &str = "DocumentReference.name[0].extension('url').where(coding.code = 'X').value";

/// A parsed path, from the resource down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

/// One step of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Child(String),
    Index(usize),
    Extension(String),
    /// What holds a text at a path below it.
    Where(Vec<String>, String),
}

/// What a path leads to, and the equalities that it asked for on the way there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found {
    pub(super) tokens: Vec<String>,
    /// Where a text stands that `where` or `extension` named, and the text.
    pub(super) named: Vec<(Vec<String>, String)>,
}

impl Path {
    /// The path of these steps.
    pub(super) fn of(steps: Vec<Step>) -> Self {
        Path(steps)
    }

    /// Parses; `None` for what is outside the subset.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut rest = text.trim();
        let mut steps = Vec::new();
        loop {
            let (name, after) = name(rest)?;
            let (step, after) = function(name, after)?;
            match step {
                Step::Child(name) if steps.is_empty() && name == "DocumentReference" => {}
                step => steps.push(step),
            }
            rest = after;
            while let Some((index, after)) = index(rest)? {
                steps.push(Step::Index(index));
                rest = after;
            }
            if steps.len() > DEEPEST {
                return None;
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None => return rest.trim().is_empty().then_some(Path(steps)),
            }
        }
    }

    /// The element of the resource that it leads into; `None` for the resource.
    pub(super) fn head(&self) -> Option<&str> {
        match self.0.first()? {
            Step::Child(name) => Some(name),
            Step::Extension(_) => Some("extension"),
            Step::Index(_) | Step::Where(..) => None,
        }
    }

    /// Everything that it leads to in a resource.
    pub(super) fn find(&self, resource: &Value) -> Vec<Found> {
        self.0.iter().fold(vec![Found::default()], |found, step| match step {
            Step::Child(name) => found.iter().flat_map(|at| at.children(resource, name)).collect(),
            Step::Index(index) => found.into_iter().nth(*index).into_iter().collect(),
            Step::Extension(url) => {
                let all = found.iter().flat_map(|at| at.children(resource, "extension"));
                all.filter_map(|at| at.holding(resource, &["url".to_owned()], url)).collect()
            }
            Step::Where(path, text) => {
                found.into_iter().filter_map(|at| at.holding(resource, path, text)).collect()
            }
        })
    }
}

impl Found {
    /// The children of this name: the items of a list one by one, `value` in whatever form it has.
    fn children(&self, resource: &Value, name: &str) -> Vec<Found> {
        let Some(Value::Object(members)) = Pointer::of(&self.tokens).find(resource) else {
            return Vec::new();
        };
        let form = |key: &String| {
            key.strip_prefix(name).is_some_and(|kind| name == "value" && kind.starts_with(char::is_uppercase))
        };
        let keys = members.keys().filter(|key| *key == name || form(key));
        let below = |key: &String, more: Option<usize>| {
            let mut found = self.clone();
            found.tokens.push(key.clone());
            found.tokens.extend(more.map(|index| index.to_string()));
            found
        };
        keys.flat_map(|key| match members.get(key) {
            Some(Value::Array(items)) => (0..items.len()).map(|index| below(key, Some(index))).collect(),
            _ => vec![below(key, None)],
        })
        .collect()
    }

    /// The same if this text stands at this path below it.
    fn holding(mut self, resource: &Value, path: &[String], text: &str) -> Option<Found> {
        let start = vec![Found { tokens: self.tokens.clone(), named: Vec::new() }];
        let leaves = path
            .iter()
            .fold(start, |found, name| found.iter().flat_map(|at| at.children(resource, name)).collect());
        let equal = |leaf: &Found| {
            Pointer::of(&leaf.tokens)
                .find(resource)
                .and_then(Value::as_str)
                .is_some_and(|other| other == text)
        };
        let leaf = leaves.into_iter().find(equal)?;
        self.named.push((leaf.tokens, text.to_owned()));
        Some(self)
    }
}

/// A name, and what follows it.
pub(super) fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// A name that is followed by parentheses is one of two functions.
fn function<'t>(name: &str, after: &'t str) -> Option<(Step, &'t str)> {
    let Some(inside) = after.strip_prefix('(') else { return Some((Step::Child(name.to_owned()), after)) };
    let (step, rest) = match name {
        "extension" => {
            let (url, rest) = literal(inside.trim_start())?;
            (Step::Extension(url), rest)
        }
        "where" => {
            let (path, rest) = inside.split_once('=')?;
            let names =
                path.trim().split('.').map(|step| name_alone(step.trim())).collect::<Option<Vec<_>>>()?;
            let (text, rest) = literal(rest.trim_start())?;
            (Step::Where(names, text), rest)
        }
        _ => return None,
    };
    Some((step, rest.trim_start().strip_prefix(')')?))
}

fn name_alone(text: &str) -> Option<String> {
    name(text).filter(|(_, rest)| rest.is_empty()).map(|(name, _)| name.to_owned())
}

/// A text in quotes, without escapes: URLs and codes need none.
pub(super) fn literal(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
    let (inside, rest) = text.strip_prefix(quote)?.split_once(quote)?;
    (!inside.contains('\\')).then(|| (inside.to_owned(), rest))
}

/// `[0]`, if one follows; `None` for what looks like one and is none.
#[expect(clippy::option_option, reason = "absent and wrong are two things")]
fn index(text: &str) -> Option<Option<(usize, &str)>> {
    let Some(inside) = text.strip_prefix('[') else { return Some(None) };
    let (digits, rest) = inside.split_once(']')?;
    Some(Some((super::pointer::index(digits.trim())?, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(path: &str) -> Vec<String> {
        let resource = json!({
            "resourceType": "DocumentReference",
            "status": "current",
            "securityLabel": [
                {"coding": [{"code": "N"}]},
                {"coding": [{"code": "other"}, {"code": "MASQUE_PS"}]},
            ],
            "extension": [{"url": "u", "valueBoolean": true}],
        });
        let path = Path::parse(path).expect(path);
        path.find(&resource).into_iter().map(|found| found.tokens.join("/")).collect()
    }

    #[test]
    fn a_path_leads_to_names_items_extensions_and_what_holds() {
        assert_eq!(found("DocumentReference"), [""]);
        assert_eq!(found("DocumentReference.status"), ["status"]);
        assert_eq!(found("status"), ["status"]);
        assert_eq!(found("DocumentReference.securityLabel"), ["securityLabel/0", "securityLabel/1"]);
        assert_eq!(found("DocumentReference.securityLabel[1]"), ["securityLabel/1"]);
        assert_eq!(
            found("DocumentReference.securityLabel.where(coding.code = 'MASQUE_PS')"),
            ["securityLabel/1"]
        );
        assert_eq!(found("DocumentReference.securityLabel.where(coding.code='X')"), Vec::<String>::new());
        assert_eq!(found("DocumentReference.extension('u').value"), ["extension/0/valueBoolean"]);
        assert_eq!(found("DocumentReference.extension.where(url = 'u')"), ["extension/0"]);
        assert_eq!(found("DocumentReference.securityLabel[7]"), Vec::<String>::new());
    }

    #[test]
    fn what_where_named_is_kept_with_its_place() {
        let resource = json!({"securityLabel": [{"coding": [{"code": "N"}, {"code": "MASQUE_PS"}]}]});
        let path = Path::parse("securityLabel.where(coding.code = 'MASQUE_PS')").expect("a path");
        let named: Vec<_> = path.find(&resource).into_iter().flat_map(|found| found.named).collect();
        let place: Vec<String> = ["securityLabel", "0", "coding", "1", "code"].map(str::to_owned).to_vec();
        assert_eq!(named, [(place, "MASQUE_PS".to_owned())]);
    }

    #[test]
    fn what_is_outside_the_subset_is_no_path() {
        for path in [
            "",
            ".",
            "DocumentReference.",
            "a..b",
            "a[",
            "a[x]",
            "a[01]",
            "a[-1]",
            "where(",
            "where(a)",
            "a.where(b=1)",
            "a.where(b='x' or c='y')",
            "a.first()",
            "a | b",
            "%resource",
            "a.where(b='\\'')",
            "extension(u)",
        ] {
            assert_eq!(Path::parse(path), None, "{path}");
        }
        assert_eq!(Path::parse(&"a.".repeat(400)), None);
        assert_eq!(Path::parse(&format!("a{}", ".a".repeat(20))), None);
    }
}
