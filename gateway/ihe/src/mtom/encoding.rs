//! Content-Transfer-Encoding: what is decoded and what is passed through.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

use crate::Fault;

/// Decodes a part's bytes. `7bit`, `8bit`, `binary` and an absent header change nothing.
pub(crate) fn decode(bytes: Bytes, encoding: Option<&str>) -> Result<Bytes, Fault> {
    let name = encoding.unwrap_or("binary").trim().to_ascii_lowercase();
    match name.as_str() {
        "" | "7bit" | "8bit" | "binary" => Ok(bytes),
        "base64" => base64(&bytes).map(Bytes::from).ok_or_else(|| {
            Fault::unreadable(
                "une partie MIME annoncée en base64 ne l'est pas",
                "a MIME part announced as base64 is not",
            )
        }),
        "quoted-printable" => quoted_printable(&bytes).map(Bytes::from).ok_or_else(|| {
            Fault::unreadable(
                "une partie MIME annoncée en quoted-printable ne l'est pas",
                "a MIME part announced as quoted-printable is not",
            )
        }),
        _ => Err(Fault::unreadable(
            "Content-Transfer-Encoding inconnu : binary, 8bit, 7bit, base64 ou quoted-printable attendu",
            "unknown Content-Transfer-Encoding: expected binary, 8bit, 7bit, base64 or quoted-printable",
        )),
    }
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

    #[test]
    fn every_usual_encoding_is_decoded() {
        let decoded =
            |bytes: &'static [u8], name| decode(Bytes::from_static(bytes), name).map(|b| b.to_vec());
        assert_eq!(decoded(b"YW\r\nJj ", Some("BASE64")), Ok(b"abc".to_vec()));
        assert_eq!(decoded(b"a=3Db=\r\nc=\nd", Some("Quoted-Printable")), Ok(b"a=bcd".to_vec()));
        for name in [None, Some("binary"), Some("8bit"), Some(" 7BIT")] {
            assert_eq!(decoded(b"=YQ", name), Ok(b"=YQ".to_vec()));
        }
    }

    #[test]
    fn what_is_not_in_its_encoding_is_refused() {
        for (bytes, name) in
            [(&b"a*b"[..], "base64"), (b"abcde", "base64"), (b"=G0", "quoted-printable"), (b"x", "uuencode")]
        {
            assert!(decode(Bytes::copy_from_slice(bytes), Some(name)).is_err(), "{name}");
        }
    }
}
