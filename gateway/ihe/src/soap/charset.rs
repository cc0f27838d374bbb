//! The envelope's characters: UTF-8 whatever they came in (RFC 7303 §3: byte order mark, then the charset parameter,
//! then the XML declaration).

use bytes::Bytes;

use super::Fault;

/// What an envelope may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    Utf16Le,
    Utf16Be,
    Latin1,
}

/// The envelope in UTF-8. `declared` is the charset parameter of its Content-Type. Of an envelope that was in another
/// charset the XML declaration, which names it, is left out.
///
/// # Errors
/// A charset that is not known here, and bytes that are not in theirs.
pub(super) fn to_utf8(bytes: Bytes, declared: Option<&str>) -> Result<Bytes, Fault> {
    let (charset, skip) = match marked(&bytes) {
        Some(marked) => marked,
        None => match declared {
            // Without a mark the bytes say which of the two it is.
            Some(name) if name.trim().eq_ignore_ascii_case("utf-16") => {
                (sniffed(&bytes).unwrap_or(Charset::Utf16Be), 0)
            }
            Some(name) => (named(name)?, 0),
            None => (sniffed(&bytes).map_or_else(|| of_declaration(&bytes), Ok)?, 0),
        },
    };
    let content = bytes.slice(skip.min(bytes.len())..);
    let text = match charset {
        Charset::Utf8 if declared.is_none() && skip == 0 => return Ok(bytes),
        // Said to be UTF-8 outside, it is, whatever its declaration says.
        Charset::Utf8 => return Ok(undeclared(content)),
        Charset::Utf16Le => utf16(&content, u16::from_le_bytes)?,
        Charset::Utf16Be => utf16(&content, u16::from_be_bytes)?,
        Charset::Latin1 => content.iter().map(|byte| char::from(*byte)).collect(),
    };
    Ok(undeclared(Bytes::from(text)))
}

fn marked(bytes: &[u8]) -> Option<(Charset, usize)> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some((Charset::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Charset::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Charset::Utf16Be, 2)),
        _ => None,
    }
}

fn sniffed(bytes: &[u8]) -> Option<Charset> {
    match bytes {
        [first, 0, ..] if *first != 0 => Some(Charset::Utf16Le),
        [0, second, ..] if *second != 0 => Some(Charset::Utf16Be),
        _ => None,
    }
}

fn named(name: &str) -> Result<Charset, Fault> {
    match name.trim().to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => Ok(Charset::Utf8),
        "utf-16le" => Ok(Charset::Utf16Le),
        "utf-16be" | "utf-16" => Ok(Charset::Utf16Be),
        "iso-8859-1" | "iso_8859-1" | "latin1" => Ok(Charset::Latin1),
        _ => Err(Fault::unreadable(
            "jeu de caractères de l'enveloppe inconnu : UTF-8 attendu (UTF-16 et ISO-8859-1 sont lus)",
            "unknown charset of the envelope: expected UTF-8 (UTF-16 and ISO-8859-1 are read)",
        )),
    }
}

/// What the XML declaration names, in an encoding that agrees with ASCII as far as the declaration goes.
fn of_declaration(bytes: &[u8]) -> Result<Charset, Fault> {
    let declaration = declaration(bytes).and_then(|end| std::str::from_utf8(bytes.get(..end)?).ok());
    let name = declaration.and_then(|text| {
        let (_, after) = text.split_once("encoding")?;
        let quoted = after.trim_start().strip_prefix('=')?.trim_start();
        let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        quoted.get(1..)?.split(quote).next()
    });
    // One byte a character, so it is not UTF-16, whatever it says.
    match name.map(str::trim) {
        Some(name) if name.to_ascii_lowercase().starts_with("utf-16") => Ok(Charset::Utf8),
        Some(name) => named(name),
        None => Ok(Charset::Utf8),
    }
}

/// Where the XML declaration ends, if there is one.
fn declaration(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..bytes.len().min(256))?;
    if !head.starts_with(b"<?xml") || !head.get(5).is_some_and(u8::is_ascii_whitespace) {
        return None;
    }
    head.windows(2).position(|pair| pair == b"?>").map(|at| at + 2)
}

fn undeclared(bytes: Bytes) -> Bytes {
    match declaration(&bytes) {
        Some(end) => bytes.slice(end..),
        None => bytes,
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Fault> {
    let unreadable = || {
        Fault::unreadable(
            "enveloppe annoncée en UTF-16 qui ne l'est pas",
            "the envelope is announced in UTF-16 and is not",
        )
    };
    if !bytes.len().is_multiple_of(2) {
        return Err(unreadable());
    }
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(unit);
    char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| unreadable())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<&str>) -> Option<String> {
        let read = to_utf8(Bytes::copy_from_slice(bytes), declared).ok()?;
        String::from_utf8(read.to_vec()).ok()
    }

    fn units(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn a_byte_order_mark_says_the_charset_whatever_else_does() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a>é</a>";
        let (little, big) = (units(text, u16::to_le_bytes), units(text, u16::to_be_bytes));
        for declared in [None, Some("UTF-16"), Some("utf-8")] {
            let marked = |mark: &[u8], bytes: &[u8]| read(&[mark, bytes].concat(), declared);
            assert_eq!(marked(&[0xFF, 0xFE], &little).as_deref(), Some("<a>é</a>"));
            assert_eq!(marked(&[0xFE, 0xFF], &big).as_deref(), Some("<a>é</a>"));
            assert_eq!(marked(&[0xEF, 0xBB, 0xBF], "<a>é</a>".as_bytes()).as_deref(), Some("<a>é</a>"));
        }
    }

    #[test]
    fn without_a_mark_the_parameter_then_the_declaration_say_it() {
        let text = "<a>é</a>";
        assert_eq!(read(&units(text, u16::to_le_bytes), Some("utf-16")).as_deref(), Some(text));
        assert_eq!(read(&units(text, u16::to_be_bytes), Some("\tUTF-16 ")).as_deref(), Some(text));
        assert_eq!(read(&units(text, u16::to_le_bytes), None).as_deref(), Some(text));
        assert_eq!(read(b"<a>\xE9</a>", Some("ISO-8859-1")).as_deref(), Some(text));
        let declared = b"<?xml version='1.0' encoding=\"iso-8859-1\"?><a>\xE9</a>";
        assert_eq!(read(declared, None).as_deref(), Some(text));
        let proxied = "<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>";
        assert_eq!(read(proxied.as_bytes(), Some("utf-8")).as_deref(), Some(text));
        assert_eq!(read(text.as_bytes(), None).as_deref(), Some(text));
    }

    #[test]
    fn an_unknown_charset_and_broken_utf_16_are_refused() {
        for (bytes, declared) in [
            (&b"<a/>"[..], Some("ebcdic")),
            (b"<?xml version='1.0' encoding='x-odd'?><a/>", None),
            (b"<\0a\0/", Some("utf-16le")),
            (b"\x00\xD8<\0", Some("utf-16le")),
        ] {
            assert_eq!(read(bytes, declared), None);
        }
    }
}
