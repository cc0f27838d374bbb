//! Token parameters: `code`, `system|code`, `|code`, and lists of them.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// What stands before `|`: `None` when there is no `|`, empty for `|code`.
    pub(crate) system: Option<String>,
    /// What stands after.
    pub(crate) code: String,
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
