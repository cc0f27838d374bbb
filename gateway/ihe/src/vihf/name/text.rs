//! Quoting and escaping in the text form of names (RFC 4514 §2.4, RFC 2253 §4).

use super::attribute;

/// Splits at separators that are neither escaped nor quoted; `None` when an escape or quote is left open or
/// a part is empty.
pub(super) fn split<'a>(text: &'a str, separators: &[char]) -> Option<Vec<&'a str>> {
    let mut parts = Vec::new();
    let (mut start, mut escaped, mut quoted) = (0, false, false);
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        } else if !quoted && separators.contains(&c) {
            parts.push(text.get(start..at)?);
            start = at.saturating_add(c.len_utf8());
        }
    }
    parts.push(text.get(start..)?);
    let sound = !escaped && !quoted && parts.iter().all(|part| !part.trim().is_empty());
    sound.then_some(parts)
}

/// The value that a text stands for: hex, quoted or with escapes.
pub(super) fn value(raw: &str) -> Option<String> {
    let raw = trimmed(raw);
    if let Some(digits) = raw.strip_prefix('#') {
        return attribute::from_hex(digits.trim_end());
    }
    let inside = match raw.strip_prefix('"') {
        Some(inside) => inside.trim_end().strip_suffix('"')?,
        None => raw,
    };
    let mut bytes = Vec::new();
    let mut characters = inside.chars();
    while let Some(c) = characters.next() {
        let mut buffer = [0; 4];
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            continue;
        }
        let escaped = characters.next()?;
        match escaped.to_digit(16) {
            Some(high) => {
                let low = characters.next()?.to_digit(16)?;
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            None => bytes.extend_from_slice(escaped.encode_utf8(&mut buffer).as_bytes()),
        }
    }
    String::from_utf8(bytes).ok()
}

/// White space around a value does not count, unless the last one is escaped.
fn trimmed(raw: &str) -> &str {
    let start = raw.trim_start();
    let end = start.trim_end();
    if end.ends_with('\\') { start } else { end }
}

/// `keyword=value`, escaped.
pub(super) fn pair(keyword: &str, value: &str) -> String {
    let mut out = format!("{keyword}=");
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        let edge = (c == ' ' && (at == 0 || at == last)) || (c == '#' && at == 0);
        if edge || matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            out.push('\\');
        }
        if c.is_control() {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).bytes();
            bytes.for_each(|byte| out.push_str(&format!("\\{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}
