//! XOP: where the bytes of a `base64Binary` element are, inline or in a part.

use bytes::Bytes;
use xml::{Element, Node};

use super::Part;
use super::encoding::{base64, hex};
use crate::soap::names::XOP;

/// The bytes behind an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Binary {
    /// Base64 in the element itself.
    Inline(Vec<u8>),
    /// The content of the part at this index.
    Part(usize, Bytes),
    /// An include of a part that is not in the message: its Content-ID.
    Missing(String),
}

/// What is wrong with the element, in French and in English.
pub(crate) type Unreadable = (&'static str, &'static str);

/// Finds the bytes of `element` among `parts`. White space around `xop:Include` is accepted.
pub(crate) fn resolve(element: Element<'_>, parts: &[Part]) -> Result<Binary, Unreadable> {
    let mut include = None;
    let mut text = String::new();
    for node in element.nodes() {
        match node {
            Node::Element(child) if child.is(XOP, "Include") && include.is_none() => include = Some(child),
            Node::Element(_) => return Err(NOT_BINARY),
            Node::Text(piece) => text.push_str(piece),
            Node::Comment(_) => {}
        }
    }
    let Some(include) = include else {
        return base64(text.as_bytes()).map(Binary::Inline).ok_or(NOT_BASE64);
    };
    if !text.trim().is_empty() {
        return Err(NOT_BINARY);
    }
    Ok(match part_of(include, parts)? {
        Ok((index, part)) => Binary::Part(index, part.bytes.clone()),
        Err(missing) => Binary::Missing(missing),
    })
}

/// The part that an include names, or the Content-ID of one that is not in the message.
pub(crate) fn part_of<'p>(
    include: Element<'_>,
    parts: &'p [Part],
) -> Result<Result<(usize, &'p Part), String>, Unreadable> {
    let raw = content_id(include).ok_or(NOT_CID)?;
    let decoded = percent_decoded(raw);
    let named = |id: &str| parts.iter().position(|part| part.content_id.as_deref() == Some(id));
    let found = named(&decoded).or_else(|| named(raw)).and_then(|index| Some((index, parts.get(index)?)));
    Ok(found.ok_or(decoded))
}

/// The Content-ID, decoded, of the part that an element includes, if it includes one.
pub(crate) fn included(element: Element<'_>) -> Option<String> {
    element.child(XOP, "Include").and_then(content_id).map(percent_decoded)
}

/// The Content-ID that an include names, as written.
fn content_id(include: Element<'_>) -> Option<&str> {
    let href = include.attribute("href").map(str::trim)?;
    let scheme = href.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:"))?;
    href.get(scheme.len()..)
}

/// The `href` of a part: `cid:` and the Content-ID, percent-encoded (RFC 2392).
pub(crate) fn href(content_id: &str) -> String {
    let mut href = String::from("cid:");
    for byte in content_id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => {
                href.push(byte.into())
            }
            _ => href.push_str(&format!("%{byte:02X}")),
        }
    }
    href
}

pub(crate) fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'%', [high, low, next @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                out.push(hex(*high).unwrap_or(0) * 16 + hex(*low).unwrap_or(0));
                rest = next;
            }
            _ => out.push(*byte),
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

const NOT_BASE64: Unreadable = ("base64 attendu, ou un xop:Include", "expected base64, or an xop:Include");
const NOT_BINARY: Unreadable = (
    "soit du base64, soit un seul xop:Include et rien d'autre",
    "either base64, or a single xop:Include and nothing else",
);
const NOT_CID: Unreadable = (
    "xop:Include/@href attendu de la forme cid:Content-ID",
    "expected xop:Include/@href of the form cid:Content-ID",
);

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(inside: &str, ids: &[&str]) -> Result<Binary, Unreadable> {
        let text = format!("<d xmlns:xop=\"{XOP}\">{inside}</d>");
        let document = xml::parse(text.as_bytes(), &xml::Limits::default()).expect("xml");
        let part = |id: &&str| Part {
            content_id: Some((*id).to_owned()),
            content_type: None,
            bytes: Bytes::from_static(b"part"),
        };
        resolve(document.root(), &ids.iter().map(part).collect::<Vec<_>>())
    }

    #[test]
    fn an_include_is_matched_after_percent_decoding_and_with_white_space_around() {
        let found = resolved("\n <xop:Include href='cid:a-1@urn%3Aihe'/>\n", &["other", "a-1@urn:ihe"]);
        assert_eq!(found, Ok(Binary::Part(1, Bytes::from_static(b"part"))));
        assert_eq!(resolved("<xop:Include href='CID:a%3'/>", &["a%3"]), Ok(Binary::Part(0, "part".into())));
    }

    #[test]
    fn inline_base64_is_read_and_a_wrong_cid_is_missing() {
        assert_eq!(resolved(" YW\n Jj ", &[]), Ok(Binary::Inline(b"abc".to_vec())));
        assert_eq!(resolved("<xop:Include href='cid:none'/>", &["a"]), Ok(Binary::Missing("none".into())));
    }

    #[test]
    fn anything_else_is_unreadable() {
        for bad in [
            "a*b",
            "<x/>",
            "YWJj<xop:Include href='cid:a'/>",
            "<xop:Include href='cid:a'/><xop:Include href='cid:a'/>",
            "<xop:Include href='file:///a'/>",
            "<xop:Include/>",
        ] {
            assert!(resolved(bad, &["a"]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_written_href_reads_back() {
        assert_eq!(href("a b+c@urn:ihe/é"), "cid:a%20b%2Bc@urn%3Aihe%2F%C3%A9");
        assert_eq!(percent_decoded("a%20b%2Bc@urn%3Aihe%2F%C3%A9"), "a b+c@urn:ihe/é");
    }
}
