//! The inside of a start tag: a strict scan of its attributes.

use crate::XmlError;
use crate::characters::is_space;

/// Calls `each` with the raw name and the raw value of every attribute, at most `limit` of them.
pub(super) fn attributes<'a>(
    raw: &'a str,
    limit: usize,
    malformed: XmlError,
    mut each: impl FnMut(&'a str, &'a str) -> Result<(), XmlError>,
) -> Result<(), XmlError> {
    let mut rest = raw;
    for count in 0.. {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            break;
        }
        if count >= limit {
            return Err(XmlError::TooManyAttributes);
        }
        // Attributes are parted from the name and from each other by white space.
        if trimmed.len() == rest.len() {
            return Err(malformed);
        }
        let (name, after) = trimmed.split_once('=').ok_or(malformed)?;
        let after = after.trim_start_matches(is_space);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or(malformed)?;
        let (value, after) = after.get(1..).and_then(|inside| inside.split_once(quote)).ok_or(malformed)?;
        if value.contains('<') {
            return Err(malformed);
        }
        each(name.trim_end_matches(is_space), value)?;
        rest = after;
    }
    Ok(())
}
