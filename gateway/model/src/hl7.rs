//! HL7 v2 components inside XDS metadata: `^` and `&`, with the escapes `\F\ \S\ \T\ \R\ \E\`.

/// Splits at `^`, unescaping nothing: the parts may still hold `&` and escapes.
pub fn split_components(text: &str) -> Vec<&str> {
    text.split('^').collect()
}

/// Splits at `&`.
pub fn split_subcomponents(text: &str) -> Vec<&str> {
    text.split('&').collect()
}

/// Replaces the escapes by the characters that they stand for; unknown escapes are kept as text.
pub fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let meaning = match after.as_bytes() {
            [b'F', b'\\', ..] => Some('|'),
            [b'S', b'\\', ..] => Some('^'),
            [b'T', b'\\', ..] => Some('&'),
            [b'R', b'\\', ..] => Some('~'),
            [b'E', b'\\', ..] => Some('\\'),
            _ => None,
        };
        match meaning {
            Some(character) => {
                out.push(character);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Escapes the five delimiters.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '|' => out.push_str("\\F\\"),
            '^' => out.push_str("\\S\\"),
            '&' => out.push_str("\\T\\"),
            '~' => out.push_str("\\R\\"),
            '\\' => out.push_str("\\E\\"),
            other => out.push(other),
        }
    }
    out
}

/// Joins components, dropping empty ones at the end.
pub(crate) fn join(components: &[String]) -> String {
    let kept = components.iter().rposition(|c| !c.is_empty()).map_or(0, |last| last + 1);
    components.iter().take(kept).map(String::as_str).collect::<Vec<_>>().join("^")
}

/// A component, unescaped, `None` when absent or empty.
pub(crate) fn component(parts: &[&str], index: usize) -> Option<String> {
    parts.get(index).map(|part| unescape(part.trim())).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn unknown_escapes_stay_as_text() {
        assert_eq!(unescape(r"a\X\b\"), r"a\X\b\");
        assert_eq!(unescape(r"Dupont \T\ fils"), "Dupont & fils");
    }

    proptest! {
        #[test]
        fn escaping_reads_back(text in "\\PC{0,40}") {
            let escaped = escape(&text);
            prop_assert_eq!(unescape(&escaped), text);
            prop_assert!(!escaped.contains(['^', '&', '|', '~']));
        }
    }
}
