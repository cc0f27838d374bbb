//! Texts with holes: `[…{x}…]` is shown only if every hole in it can be filled, so that none ever leaks.

/// The holes that a text may have.
pub(crate) const HOLES: &[&str] = &[
    "accepted",
    "act",
    "attribute",
    "code",
    "detail",
    "document",
    "id",
    "limit",
    "mime",
    "mode",
    "parameter",
    "part",
    "scope",
    "set",
    "system",
    "transaction",
    "type",
    "value",
];

/// The longest value filled in, in characters: a list of accepted codes fits.
const LONGEST: usize = 6100;

/// A parsed text; the default one is blank.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Template(Vec<Group>);

/// What is shown as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Group(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole(&'static str),
}

impl Template {
    /// Parses a text. Holes stand inside brackets only.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Template::with_only(text, HOLES)
    }

    /// Parses a text that may have these holes and no other.
    pub(crate) fn with_only(text: &str, holes: &[&'static str]) -> Result<Self, String> {
        let mut groups = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('[') {
            let (inside, after) = after.split_once(']').ok_or("a `[` is not closed")?;
            groups.push(plain(before)?);
            groups.push(with_holes(inside, holes)?);
            rest = after;
        }
        groups.push(plain(rest)?);
        Ok(Template(groups))
    }

    /// The text, its holes filled by `value`.
    pub(crate) fn fill<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> String {
        self.0.iter().filter_map(|group| group.fill(&value)).collect()
    }
}

impl Group {
    fn fill<'a>(&self, value: &impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Hole(name) => {
                    let value = value(name).filter(|value| !value.is_empty())?;
                    filled.extend(value.chars().take(LONGEST));
                    if value.chars().nth(LONGEST).is_some() {
                        filled.push('…');
                    }
                }
            }
        }
        Some(filled)
    }
}

fn plain(text: &str) -> Result<Group, String> {
    match text.find(['{', '}', ']']) {
        None => Ok(Group(vec![Piece::Text(text.to_owned())])),
        Some(_) => Err("`{`, `}` and `]` stand inside `[…]` only".to_owned()),
    }
}

fn with_holes(text: &str, holes: &[&'static str]) -> Result<Group, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("a `{` is not closed")?;
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(Piece::Hole(known(name, holes).ok_or_else(|| format!("unknown placeholder `{name}`"))?));
        rest = after;
    }
    if rest.contains(['}', '[']) || !pieces.iter().any(|piece| matches!(piece, Piece::Hole(_))) {
        return Err("a `[…]` holds one placeholder at least, and no other bracket".to_owned());
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Ok(Group(pieces))
}

fn known(name: &str, holes: &[&'static str]) -> Option<&'static str> {
    holes.iter().copied().find(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str, values: &[(&str, &str)]) -> String {
        let value = |name: &str| values.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        Template::parse(text).unwrap().fill(value)
    }

    #[test]
    fn a_group_is_shown_whole_or_not_at_all() {
        let text = "The type[ {type}] is closed[ (document {document}: {detail})].";
        assert_eq!(fill(text, &[]), "The type is closed.");
        assert_eq!(fill(text, &[("type", "T"), ("document", "1.2")]), "The type T is closed.");
        let all = [("type", "T"), ("document", "1.2"), ("detail", "x")];
        assert_eq!(fill(text, &all), "The type T is closed (document 1.2: x).");
    }

    #[test]
    fn a_value_is_not_read_again_and_is_bounded() {
        assert_eq!(fill("[{value}]", &[("value", "{type}[{code}]")]), "{type}[{code}]");
        assert_eq!(fill("[{value}]", &[("value", &"é".repeat(7000))]).chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_text_that_could_leak_a_hole_is_refused() {
        for bad in
            ["{type}", "a ] b", "[x]", "[{type}", "[{type]", "[{nothing}]", "[a [{type}] b]", "[{type}}]"]
        {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
    }
}
