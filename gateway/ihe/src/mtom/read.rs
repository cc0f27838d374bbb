//! The multipart reader: one pass over the message, parts are slices of it.
//!
//! A document's bytes end right before the line end that precedes `--boundary`: nothing is trimmed. The
//! first delimiter line says whether the message is framed by CRLF, as it must be, or by bare LF, as
//! hand-made messages are; the whole message is then read that way, so that bytes stay exact in both.

use std::ops::Range;

use bytes::Bytes;

use super::encoding::decode;
use super::headers::Headers;
use crate::soap::MediaType;
use crate::{Fault, Limits};
use model::Rule;

/// One part, its transfer encoding already decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Content-ID without its brackets.
    pub content_id: Option<String>,
    /// Content-Type as sent.
    pub content_type: Option<String>,
    /// The content.
    pub bytes: Bytes,
}

/// A package: the root part, and the others in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The part that holds the envelope.
    pub root: Part,
    /// The other parts.
    pub parts: Vec<Part>,
}

/// Reads a `multipart/related` body. `media` is its Content-Type: `boundary` is mandatory; without `start`
/// the first part is the root, and `start` is matched with or without brackets.
///
/// # Errors
/// A fault for anything beyond `limits`, a missing boundary, a truncated message, the same Content-ID
/// twice, an undecodable part, a `start` that names no part.
pub fn read(body: &Bytes, media: &MediaType, limits: &Limits) -> Result<Package, Fault> {
    let boundary = media.parameter("boundary").filter(|boundary| (1..=200).contains(&boundary.len()));
    let boundary = boundary.ok_or_else(|| {
        Fault::unreadable(
            "Content-Type multipart/related sans paramètre boundary exploitable",
            "multipart/related Content-Type without a usable boundary parameter",
        )
    })?;
    let ranges = split(body, boundary, limits)?;
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        parts.push(part(body.slice(range), limits)?);
    }
    refuse_duplicates(&parts)?;
    let root = match media.parameter("start").map(bare_id).filter(|start| !start.is_empty()) {
        None => 0,
        Some(start) => {
            parts.iter().position(|part| part.content_id.as_deref() == Some(start)).ok_or_else(|| {
                Fault::unreadable(
                    "le paramètre start ne désigne aucune partie du message",
                    "the start parameter names no part of the message",
                )
            })?
        }
    };
    if root >= parts.len() {
        return Err(Fault::unreadable(
            "message multipart sans aucune partie",
            "multipart message without any part",
        ));
    }
    Ok(Package { root: parts.remove(root), parts })
}

fn part(bytes: Bytes, limits: &Limits) -> Result<Part, Fault> {
    let (headers, at) = Headers::read(&bytes, limits)?;
    let content = decode(bytes.slice(at.min(bytes.len())..), headers.get("content-transfer-encoding"))?;
    Ok(Part {
        content_id: headers.get("content-id").map(bare_id).filter(|id| !id.is_empty()).map(str::to_owned),
        content_type: headers.get("content-type").map(str::to_owned),
        bytes: content,
    })
}

/// A Content-ID without its brackets.
fn bare_id(id: &str) -> &str {
    let id = id.trim();
    id.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(id).trim()
}

fn refuse_duplicates(parts: &[Part]) -> Result<(), Fault> {
    let mut ids: Vec<&str> = parts.iter().filter_map(|part| part.content_id.as_deref()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(Fault::unreadable(
            "deux parties MIME portent le même Content-ID",
            "two MIME parts have the same Content-ID",
        ));
    }
    Ok(())
}

/// The ranges of the parts, headers included.
fn split(body: &[u8], boundary: &str, limits: &Limits) -> Result<Vec<Range<usize>>, Fault> {
    let marker = format!("--{boundary}");
    let (mut line, framing) = first_delimiter(body, marker.as_bytes())?;
    let delimiter = format!("{framing}{marker}");
    let mut ranges = Vec::new();
    while !line.closes {
        if ranges.len() >= limits.parts {
            return Err(Fault::unreadable(
                format!("plus de {} parties MIME", limits.parts),
                format!("more than {} MIME parts", limits.parts),
            )
            .rule(Rule::MessageIsNotTooLarge));
        }
        // The line end of the delimiter line may itself be the line end before the next delimiter.
        let (start, next) =
            next_delimiter(body, line.end - framing.len(), delimiter.as_bytes()).ok_or_else(truncated)?;
        ranges.push(line.end..start.max(line.end));
        line = next;
    }
    Ok(ranges)
}

struct DelimiterLine {
    /// Offset after the line.
    end: usize,
    /// True for `--boundary--`.
    closes: bool,
}

fn first_delimiter(body: &[u8], marker: &[u8]) -> Result<(DelimiterLine, &'static str), Fault> {
    let missing = || {
        Fault::unreadable(
            "la frontière annoncée (boundary) n'est pas dans le message",
            "the announced boundary is not in the message",
        )
    };
    let mut at = 0;
    loop {
        let rest = body.get(at..).unwrap_or_default();
        if rest.starts_with(marker)
            && let Some(line) = delimiter_line(body, at + marker.len())
        {
            let framing =
                if body.get(..line.end).is_some_and(|read| read.ends_with(b"\r\n")) { "\r\n" } else { "\n" };
            return if line.closes { Err(missing()) } else { Ok((line, framing)) };
        }
        at += rest.iter().position(|byte| *byte == b'\n').ok_or_else(missing)? + 1;
    }
}

/// The next delimiter from `from` on: where the content before it ends, and its line.
fn next_delimiter(body: &[u8], from: usize, delimiter: &[u8]) -> Option<(usize, DelimiterLine)> {
    let first = *delimiter.first()?;
    let mut at = from;
    loop {
        let rest = body.get(at..)?;
        at += rest.iter().position(|byte| *byte == first)?;
        if body.get(at..)?.starts_with(delimiter)
            && let Some(line) = delimiter_line(body, at + delimiter.len())
        {
            return Some((at, line));
        }
        at += 1;
    }
}

/// What follows `--boundary`: `--` closes, else only white space up to the line's end. Anything else is not
/// a delimiter but content that looks like one.
fn delimiter_line(body: &[u8], after: usize) -> Option<DelimiterLine> {
    let rest = body.get(after..)?;
    if rest.starts_with(b"--") {
        return Some(DelimiterLine { end: after + 2, closes: true });
    }
    let padding = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
    match rest.get(padding..)? {
        [b'\r', b'\n', ..] => Some(DelimiterLine { end: after + padding + 2, closes: false }),
        [b'\n', ..] => Some(DelimiterLine { end: after + padding + 1, closes: false }),
        _ => None,
    }
}

fn truncated() -> Fault {
    Fault::unreadable(
        "message tronqué : la frontière de fin (--boundary--) manque",
        "truncated message: the closing boundary (--boundary--) is missing",
    )
}
