//! The exact form of an MTOM message.

use std::fmt::Write as _;

use aws_lc_rs::digest::{Context, SHA256};

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
    let media_type = version.media_type();
    let boundary = boundary(envelope.as_bytes(), attachments);
    let action = action.replace(['"', '\\', '\r', '\n'], "");
    let content_type = format!(
        "multipart/related; boundary=\"{boundary}\"; type=\"application/xop+xml\"; start=\"<{ROOT}>\"; \
         start-info=\"{media_type}\"; action=\"{action}\""
    );
    let size: usize = attachments.iter().map(|attachment| attachment.bytes.len() + 300).sum();
    let mut body = Vec::with_capacity(envelope.len() + size + 400);
    let root = format!("application/xop+xml; charset=UTF-8; type=\"{media_type}\"");
    part(&mut body, &boundary, &root, ROOT, envelope.as_bytes());
    for attachment in attachments {
        part(&mut body, &boundary, &attachment.content_type, &attachment.content_id, &attachment.bytes);
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (content_type, body)
}

fn part(body: &mut Vec<u8>, boundary: &str, content_type: &str, id: &str, bytes: &[u8]) {
    let mut head = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        head,
        "--{boundary}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{id}>\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n");
}

/// A boundary that no content holds: it is derived from a digest of all contents, so that nobody can make a
/// content that holds its own boundary.
fn boundary(envelope: &[u8], attachments: &[Attachment]) -> String {
    let mut digest = Context::new(&SHA256);
    digest.update(envelope);
    for attachment in attachments {
        digest.update(&attachment.bytes);
    }
    let hex: String = digest.finish().as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("passerelle-{hex}")
}
