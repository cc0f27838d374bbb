//! The exact form of an MTOM message.

use std::fmt::Write as _;

use aws_lc_rs::digest::{Context, SHA256};
use journey::Segment;

use crate::soap::Version;

/// A part that goes with the envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Content-ID without brackets; the envelope names it by `cid:` and this id, percent-encoded.
    pub content_id: String,
    /// Media type.
    pub content_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A part of an answer, whose content may still be in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outbound {
    /// As in [`Attachment`].
    pub(crate) content_id: String,
    /// As in [`Attachment`].
    pub(crate) content_type: String,
    /// The content.
    pub(crate) content: Segment,
}

const ROOT: &str = "root@passerelle";

/// Packages an envelope with its attachments: the Content-Type of the message and its body. `action` is
/// the WS-Addressing action, repeated on the Content-Type. The boundary stands in none of the contents.
pub fn package(action: &str, envelope: &str, attachments: &[Attachment]) -> (String, Vec<u8>) {
    package_as(Version::Soap12, action, envelope, attachments)
}

/// The same for an envelope of another version.
pub(crate) fn package_as(
    version: Version,
    action: &str,
    envelope: &str,
    attachments: &[Attachment],
) -> (String, Vec<u8>) {
    let mut digest = Context::new(&SHA256);
    digest.update(envelope.as_bytes());
    for attachment in attachments {
        digest.update(&attachment.bytes);
    }
    let boundary = boundary(digest);
    let size: usize = attachments.iter().map(|attachment| attachment.bytes.len() + 300).sum();
    let mut body = Vec::with_capacity(envelope.len() + size + 400);
    root(&mut body, version, &boundary, envelope);
    for attachment in attachments {
        head(&mut body, &boundary, &attachment.content_type, &attachment.content_id);
        body.extend_from_slice(&attachment.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (content_type(version, action, &boundary), body)
}

/// The same for contents that are still in the store: the Content-Type, what is in hand from the start, and the rest.
///
/// `envelope` must hold an identifier that nobody could foresee, as the MessageID of an answer is one: the boundary is
/// derived from it, and what is still in the store is not looked at.
pub(crate) fn package_outbound(
    version: Version,
    action: &str,
    envelope: &str,
    parts: Vec<Outbound>,
) -> (String, Vec<u8>, Vec<Segment>) {
    let mut digest = Context::new(&SHA256);
    digest.update(envelope.as_bytes());
    for part in &parts {
        match &part.content {
            Segment::Bytes(bytes) => digest.update(bytes),
            Segment::Document { .. } => {}
        }
    }
    let boundary = boundary(digest);
    let mut bytes = Vec::new();
    let mut segments = Vec::new();
    root(&mut bytes, version, &boundary, envelope);
    for part in parts {
        head(&mut bytes, &boundary, &part.content_type, &part.content_id);
        match part.content {
            Segment::Bytes(content) => bytes.extend_from_slice(&content),
            document @ Segment::Document { .. } => {
                segments.extend([Segment::Bytes(std::mem::take(&mut bytes)), document]);
            }
        }
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    segments.push(Segment::Bytes(bytes));
    let first = match segments.remove(0) {
        Segment::Bytes(bytes) => bytes,
        Segment::Document { .. } => Vec::new(),
    };
    (content_type(version, action, &boundary), first, segments)
}

fn content_type(version: Version, action: &str, boundary: &str) -> String {
    let media_type = version.media_type();
    let action = action.replace(['"', '\\', '\r', '\n'], "");
    format!(
        "multipart/related; boundary=\"{boundary}\"; type=\"application/xop+xml\"; start=\"<{ROOT}>\"; \
         start-info=\"{media_type}\"; action=\"{action}\""
    )
}

fn root(body: &mut Vec<u8>, version: Version, boundary: &str, envelope: &str) {
    let content_type = format!("application/xop+xml; charset=UTF-8; type=\"{}\"", version.media_type());
    head(body, boundary, &content_type, ROOT);
    body.extend_from_slice(envelope.as_bytes());
    body.extend_from_slice(b"\r\n");
}

fn head(body: &mut Vec<u8>, boundary: &str, content_type: &str, id: &str) {
    let mut head = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        head,
        "--{boundary}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{id}>\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
}

/// A boundary that no content holds: it is derived from a digest of what is in hand, so that nobody can make a
/// content that holds its own boundary.
fn boundary(digest: Context) -> String {
    let hex: String = digest.finish().as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("passerelle-{hex}")
}
