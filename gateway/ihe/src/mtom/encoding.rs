//! Content-Transfer-Encoding: what is decoded and what is passed through.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

use crate::Fault;

/// Decodes the bytes of a part as they come. `7bit`, `8bit`, `binary` and an absent header change nothing.
#[derive(Debug)]
pub(crate) enum Decoder {
    /// The bytes are what they are.
    Plain,
    /// Base64, and the characters that are not a group yet.
    Base64(Vec<u8>),
    /// Quoted-printable, and the escape whose end is still to come.
    QuotedPrintable(Vec<u8>),
}

impl Decoder {
    /// For a part with this Content-Transfer-Encoding.
    pub(crate) fn of(encoding: Option<&str>) -> Result<Self, Fault> {
        match encoding.unwrap_or("binary").trim().to_ascii_lowercase().as_str() {
            "" | "7bit" | "8bit" | "binary" => Ok(Decoder::Plain),
            "base64" => Ok(Decoder::Base64(Vec::new())),
            "quoted-printable" => Ok(Decoder::QuotedPrintable(Vec::new())),
            _ => Err(Fault::unreadable(
                "Content-Transfer-Encoding inconnu : binary, 8bit, 7bit, base64 ou quoted-printable attendu",
                "unknown Content-Transfer-Encoding: expected binary, 8bit, 7bit, base64 or quoted-printable",
            )),
        }
    }

    /// What the next bytes mean, as far as they tell.
    pub(crate) fn add(&mut self, bytes: Bytes) -> Result<Bytes, Fault> {
        match self {
            Decoder::Plain => Ok(bytes),
            Decoder::Base64(kept) => {
                kept.extend(bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()));
                // Padding ends the text: with the group before it, it waits for the end.
                let padded = kept.iter().position(|byte| *byte == b'=').unwrap_or(kept.len());
                if kept.len() - padded > 2 {
                    return Err(not_base64());
                }
                let rest = kept.split_off(padded / 4 * 4);
                let text = std::mem::replace(kept, rest);
                base64(&text).map(Bytes::from).ok_or_else(not_base64)
            }
            Decoder::QuotedPrintable(kept) => {
                kept.extend_from_slice(&bytes);
                let tail = kept.len().saturating_sub(2);
                let open = kept.get(tail..).and_then(|last| last.iter().position(|byte| *byte == b'='));
                let rest = kept.split_off(open.map_or(kept.len(), |open| tail + open));
                let text = std::mem::replace(kept, rest);
                quoted_printable(&text).map(Bytes::from).ok_or_else(not_quoted_printable)
            }
        }
    }

    /// What is left at the end of the part.
    pub(crate) fn finish(self) -> Result<Bytes, Fault> {
        match self {
            Decoder::Plain => Ok(Bytes::new()),
            Decoder::Base64(rest) => base64(&rest).map(Bytes::from).ok_or_else(not_base64),
            Decoder::QuotedPrintable(rest) => {
                quoted_printable(&rest).map(Bytes::from).ok_or_else(not_quoted_printable)
            }
        }
    }
}

fn not_base64() -> Fault {
    Fault::unreadable(
        "une partie MIME annoncée en base64 ne l'est pas",
        "a MIME part announced as base64 is not",
    )
}

fn not_quoted_printable() -> Fault {
    Fault::unreadable(
        "une partie MIME annoncée en quoted-printable ne l'est pas",
        "a MIME part announced as quoted-printable is not",
    )
}

/// Base64 with white space anywhere, padding optional; `None` when it is not.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let dense: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    LENIENT.decode(dense).ok()
}

/// RFC 2045 §6.7; a lone `=` that is neither a soft line break nor two hexadecimal digits is an error.
fn quoted_printable(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'=' {
            out.push(*byte);
            continue;
        }
        match after {
            [b'\r', b'\n', next @ ..] | [b'\n', next @ ..] => rest = next,
            [high, low, next @ ..] => {
                out.push(hex(*high)? * 16 + hex(*low)?);
                rest = next;
            }
            [] => {}
            [_] => return None,
        }
    }
    Some(out)
}

pub(super) fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decoded whole, and byte by byte: the same.
    fn decode(bytes: &[u8], name: Option<&str>) -> Result<Vec<u8>, Fault> {
        let decoded = |piece: usize| {
            let mut decoder = Decoder::of(name)?;
            let mut out = Vec::new();
            for piece in bytes.chunks(piece) {
                out.extend_from_slice(&decoder.add(Bytes::copy_from_slice(piece))?);
            }
            out.extend_from_slice(&decoder.finish()?);
            Ok(out)
        };
        let whole = decoded(bytes.len().max(1));
        assert_eq!(whole, decoded(1));
        whole
    }

    #[test]
    fn every_usual_encoding_is_decoded() {
        assert_eq!(decode(b"YW\r\nJj ", Some("BASE64")), Ok(b"abc".to_vec()));
        assert_eq!(decode(b"YWJjZA=\r\n= ", Some("base64")), Ok(b"abcd".to_vec()));
        assert_eq!(decode(b"YWJjZA", Some("base64")), Ok(b"abcd".to_vec()));
        assert_eq!(decode(b"a=3Db=\r\nc=\nd=", Some("Quoted-Printable")), Ok(b"a=bcd".to_vec()));
        for name in [None, Some("binary"), Some("8bit"), Some(" 7BIT")] {
            assert_eq!(decode(b"=YQ", name), Ok(b"=YQ".to_vec()));
        }
    }

    #[test]
    fn what_is_not_in_its_encoding_is_refused() {
        for (bytes, name) in [
            (&b"a*b"[..], "base64"),
            (b"abcde", "base64"),
            (b"YQ==YQ==", "base64"),
            (b"YWJj====", "base64"),
            (b"=G0", "quoted-printable"),
            (b"x=0", "quoted-printable"),
            (b"x", "uuencode"),
        ] {
            assert!(decode(bytes, Some(name)).is_err(), "{name}");
        }
    }
}
