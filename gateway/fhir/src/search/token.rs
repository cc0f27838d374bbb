//! Token parameters: `code`, `system|code`, `|code`, and lists of them.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// What stands before `|`: `None` when there is no `|`, empty for `|code`.
    pub(crate) system: Option<String>,
    /// What stands after.
    pub(crate) code: String,
}

impl Token {
    /// True if it is a coding or identifier of this system and code: `code`, `system|code`, `|code` (no system) and
    /// `system|` (any code of it).
    pub(crate) fn fits(&self, system: Option<&str>, code: Option<&str>) -> bool {
        let same_system = match self.system.as_deref() {
            None => true,
            Some("") => system.is_none(),
            Some(wanted) => system == Some(wanted),
        };
        let any_code =
            self.code.is_empty() && self.system.as_deref().is_some_and(|wanted| !wanted.is_empty());
        same_system && (any_code || code == Some(self.code.as_str()))
    }
}

/// The alternatives of a value (separated by commas, which `\` escapes).
pub(crate) fn tokens(value: &str) -> Vec<Token> {
    split(value, ',').iter().filter(|part| !part.is_empty()).map(|part| token(part)).collect()
}

/// The alternatives of a text (separated by commas, which `\` escapes).
pub(crate) fn texts(value: &str) -> Vec<String> {
    split(value, ',').iter().filter(|part| !part.is_empty()).map(|part| unescape(part)).collect()
}

fn token(text: &str) -> Token {
    match split(text, '|').as_slice() {
        [code] => Token { system: None, code: unescape(code) },
        [system, code @ ..] => Token { system: Some(unescape(system)), code: unescape(&code.join("|")) },
        [] => Token { system: None, code: String::new() },
    }
}

fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for character in text.chars() {
        if character == separator && !escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
        escaped = character == '\\' && !escaped;
    }
    parts
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.extend(characters.next()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_by_system_and_code() {
        let fits = |text: &str, system, code| tokens(text).iter().any(|token| token.fits(system, code));
        assert!(fits("c", Some("s"), Some("c")) && fits("c", None, Some("c")) && !fits("d", None, Some("c")));
        assert!(fits("s|c", Some("s"), Some("c")) && !fits("t|c", Some("s"), Some("c")));
        assert!(fits("|c", None, Some("c")) && !fits("|c", Some("s"), Some("c")));
        assert!(fits("s|", Some("s"), Some("c")) && !fits("s|", None, Some("c")));
        assert!(!fits("|", None, Some("c")) && !fits("|", Some("s"), Some("c")));
    }

    #[test]
    fn tokens_tell_system_and_code() {
        let of = |system: Option<&str>, code: &str| Token {
            system: system.map(str::to_owned),
            code: code.to_owned(),
        };
        assert_eq!(tokens("a"), [of(None, "a")]);
        assert_eq!(tokens("http://x|a,|b"), [of(Some("http://x"), "a"), of(Some(""), "b")]);
        assert_eq!(tokens(r"a\,b\|c\\"), [of(None, r"a,b|c\")]);
        assert_eq!(tokens("s|"), [of(Some("s"), "")]);
        assert_eq!(tokens(","), []);
    }
}
