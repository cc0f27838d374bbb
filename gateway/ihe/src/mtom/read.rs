//! The reader of a message that is whole: parts are slices of it.

use bytes::Bytes;

use super::encoding::Decoder;
use super::headers::Headers;
use super::split::{Event, Splitter};
use crate::soap::MediaType;
use crate::{Fault, Limits};

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
    let boundary = boundary(media)?;
    let mut splitter = Splitter::new(boundary, limits);
    splitter.feed(body.clone());
    splitter.complete();
    let mut parts = Vec::new();
    let mut current: Option<Collected> = None;
    loop {
        match splitter.next()? {
            Some(Event::Begins(headers)) => current = Some(Collected::of(&headers)?),
            Some(Event::Bytes(bytes)) => {
                if let Some(current) = &mut current {
                    current.add(bytes)?;
                }
            }
            Some(Event::Ends) => parts.extend(current.take().map(Collected::finish).transpose()?),
            Some(Event::Closed) | None => break,
        }
    }
    refuse_duplicates(&parts)?;
    let root = match start(media) {
        None => 0,
        Some(start) => parts
            .iter()
            .position(|part| part.content_id.as_deref() == Some(start))
            .ok_or_else(start_names_nothing)?,
    };
    if root >= parts.len() {
        return Err(without_parts());
    }
    Ok(Package { root: parts.remove(root), parts })
}

/// The boundary that the Content-Type announces.
pub(super) fn boundary(media: &MediaType) -> Result<&str, Fault> {
    let boundary = media.parameter("boundary").filter(|boundary| (1..=200).contains(&boundary.len()));
    boundary.ok_or_else(|| {
        Fault::unreadable(
            "Content-Type multipart/related sans paramètre boundary exploitable",
            "multipart/related Content-Type without a usable boundary parameter",
        )
    })
}

/// The Content-ID of the root part, when the Content-Type names one.
pub(super) fn start(media: &MediaType) -> Option<&str> {
    media.parameter("start").map(bare_id).filter(|start| !start.is_empty())
}

pub(super) fn start_names_nothing() -> Fault {
    Fault::unreadable(
        "le paramètre start ne désigne aucune partie du message",
        "the start parameter names no part of the message",
    )
}

pub(super) fn without_parts() -> Fault {
    Fault::unreadable("message multipart sans aucune partie", "multipart message without any part")
}

pub(super) fn same_id_twice() -> Fault {
    Fault::unreadable(
        "deux parties MIME portent le même Content-ID",
        "two MIME parts have the same Content-ID",
    )
}

/// A part in the making.
#[derive(Debug)]
pub(super) struct Collected {
    part: Part,
    decoder: Decoder,
    /// Everything but the first piece.
    more: Vec<u8>,
}

impl Collected {
    pub(super) fn of(headers: &Headers) -> Result<Self, Fault> {
        Ok(Collected {
            part: Part {
                content_id: content_id(headers),
                content_type: headers.get("content-type").map(str::to_owned),
                bytes: Bytes::new(),
            },
            decoder: Decoder::of(headers.get("content-transfer-encoding"))?,
            more: Vec::new(),
        })
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.part.content_id.as_deref()
    }

    pub(super) fn add(&mut self, bytes: Bytes) -> Result<(), Fault> {
        let bytes = self.decoder.add(bytes)?;
        if self.part.bytes.is_empty() && self.more.is_empty() {
            self.part.bytes = bytes;
        } else {
            self.more.extend_from_slice(&bytes);
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.part.bytes.len() + self.more.len()
    }

    /// What there is of it so far, decoded.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        [self.part.bytes.as_ref(), self.more.as_slice()].into_iter().filter(|bytes| !bytes.is_empty())
    }

    /// What decodes the rest of it.
    pub(super) fn into_decoder(self) -> Decoder {
        self.decoder
    }

    /// The whole part: a slice of the message where nothing was decoded.
    pub(super) fn finish(mut self) -> Result<Part, Fault> {
        let last = self.decoder.finish()?;
        if self.more.is_empty() && last.is_empty() {
            return Ok(self.part);
        }
        let whole = [self.part.bytes.as_ref(), self.more.as_slice(), last.as_ref()].concat();
        self.part.bytes = whole.into();
        Ok(self.part)
    }
}

/// The Content-ID of a part, without its brackets.
pub(super) fn content_id(headers: &Headers) -> Option<String> {
    headers.get("content-id").map(bare_id).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// A Content-ID without its brackets.
pub(super) fn bare_id(id: &str) -> &str {
    let id = id.trim();
    id.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(id).trim()
}

fn refuse_duplicates(parts: &[Part]) -> Result<(), Fault> {
    let mut ids: Vec<&str> = parts.iter().filter_map(|part| part.content_id.as_deref()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(same_id_twice());
    }
    Ok(())
}
