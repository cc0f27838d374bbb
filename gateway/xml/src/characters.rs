//! Characters, names and references of XML 1.0 (fifth edition) and Namespaces in XML 1.0.

use std::borrow::Cow;

use crate::XmlError;

/// True for a character that a document may hold (XML 1.0 §2.2, `Char`).
pub(crate) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// True for white space (XML 1.0 §2.3, `S`).
pub(crate) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// True for a name without a colon (Namespaces §3, `NCName`).
pub(crate) fn is_ncname(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

const fn starts_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

const fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Splits a qualified name into prefix (empty when there is none) and local name.
pub(crate) fn split_name(name: &str) -> Result<(&str, &str), XmlError> {
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) if is_ncname(prefix) => (prefix, local),
        Some(_) => return Err(XmlError::BadName),
        None => ("", name),
    };
    if is_ncname(local) { Ok((prefix, local)) } else { Err(XmlError::BadName) }
}

/// The character behind a reference, given what stands between `&` and `;`.
pub(crate) fn resolve(reference: &str) -> Result<char, XmlError> {
    let number = match reference {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "apos" => return Ok('\''),
        "quot" => return Ok('"'),
        _ => reference.strip_prefix('#').ok_or(XmlError::UndefinedEntity)?,
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // `from_str_radix` would also take a sign.
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(XmlError::IllegalCharacter);
    }
    u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|c| is_char(*c))
        .ok_or(XmlError::IllegalCharacter)
}

/// Resolves the references of an attribute's literal value and turns its white space into spaces
/// (XML 1.0 §3.3.3; a line end counts as one character, §2.11).
pub(crate) fn attribute_value(raw: &str) -> Result<Cow<'_, str>, XmlError> {
    if !raw.contains(['&', '\t', '\n', '\r']) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\t', '\n', '\r']) {
        let (plain, special) = rest.split_at(at);
        value.push_str(plain);
        rest = match special.strip_prefix('&') {
            Some(after) => {
                let (reference, after) = after.split_once(';').ok_or(XmlError::UndefinedEntity)?;
                value.push(resolve(reference)?);
                after
            }
            None => {
                value.push(' ');
                special.strip_prefix("\r\n").unwrap_or_else(|| special.get(1..).unwrap_or(""))
            }
        };
    }
    value.push_str(rest);
    Ok(Cow::Owned(value))
}
