//! The reader of a message that is still coming in: first the envelope, then, if it is worth it, the rest.

use std::collections::{BTreeSet, VecDeque};
use std::future::Future;

use bytes::Bytes;
use journey::{Parts, Piece, Refusal};
use model::{Finding, PartId, Rule};

use super::Part;
use super::encoding::Decoder;
use super::read::{
    Collected, boundary, content_id, same_id_twice, start, start_names_nothing, without_parts,
};
use super::split::{Event, Splitter};
use crate::soap::MediaType;
use crate::{Fault, Limits};

/// Where the bytes of a message come from. Whoever gives them bounds them in size and in time.
pub trait Source: Send {
    /// The next bytes, some tens of kilobytes at the most; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Finding>> + Send;

    /// Takes room for bytes that stay in memory until the message is answered.
    fn hold(&mut self, bytes: usize) -> Result<(), Finding>;
}

/// Why a message could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unopened {
    /// What is wrong with it.
    Fault(Fault),
    /// Why its bytes did not come.
    Finding(Finding),
}

impl From<Fault> for Unopened {
    fn from(fault: Fault) -> Self {
        Unopened::Fault(fault)
    }
}

impl From<Finding> for Unopened {
    fn from(finding: Finding) -> Self {
        Unopened::Finding(finding)
    }
}

/// The parts of a message after its root, still to be read.
#[derive(Debug)]
pub struct Rest<'s, S> {
    source: &'s mut S,
    splitter: Splitter,
    limits: Limits,
    /// What was read beyond the root already.
    ready: VecDeque<Piece>,
    current: Option<Decoder>,
    /// Bytes of the current part so far.
    size: usize,
    ids: BTreeSet<String>,
}

/// A package whose root is read: with all its parts, or with the rest of them to come.
#[derive(Debug)]
pub(crate) struct Opened<'s, S> {
    pub(crate) root: Part,
    pub(crate) parts: Vec<Part>,
    pub(crate) rest: Option<Rest<'s, S>>,
}

/// Reads up to the root part and on, as far as the whole message may be small.
///
/// # Errors
/// As [`super::read`]; besides a root that does not come first in a message that is not small.
pub(crate) async fn open<'s, S: Source>(
    source: &'s mut S,
    media: &MediaType,
    limits: &Limits,
) -> Result<Opened<'s, S>, Unopened> {
    let start = start(media);
    let mut splitter = Splitter::new(boundary(media)?, limits);
    let (mut parts, mut root): (Vec<Part>, Option<Part>) = (Vec::new(), None);
    let (mut current, mut in_root, mut read): (Option<Collected>, bool, usize) = (None, false, 0);
    let mut ids = BTreeSet::new();
    loop {
        match splitter.next()? {
            Some(Event::Begins(headers)) => {
                let part = Collected::of(&headers)?;
                if part.id().is_some_and(|id| !ids.insert(id.to_owned())) {
                    return Err(same_id_twice().into());
                }
                in_root = root.is_none()
                    && match start {
                        None => parts.is_empty(),
                        Some(start) => part.id() == Some(start),
                    };
                current = Some(part);
            }
            Some(Event::Bytes(bytes)) => {
                let Some(current) = &mut current else { continue };
                current.add(bytes)?;
                if in_root && current.len() > limits.xml.bytes {
                    return Err(envelope_too_large(limits).into());
                }
            }
            Some(Event::Ends) => {
                let Some(part) = current.take() else { continue };
                match in_root {
                    true => root = Some(part.finish()?),
                    false => parts.push(part.finish()?),
                }
                in_root = false;
            }
            Some(Event::Closed) => {
                let nothing = if parts.is_empty() { without_parts } else { start_names_nothing };
                let root = root.ok_or_else(nothing)?;
                return Ok(Opened { root, parts, rest: None });
            }
            None if read > limits.in_memory => match root {
                Some(root) => {
                    let ready = pieces(parts, current.as_ref());
                    let (size, current) =
                        current.map_or((0, None), |part| (part.len(), Some(part.into_decoder())));
                    let limits = *limits;
                    let rest = Rest { source, splitter, limits, ready, current, size, ids };
                    return Ok(Opened { root, parts: Vec::new(), rest: Some(rest) });
                }
                None if !in_root && (current.is_some() || !parts.is_empty()) => {
                    return Err(root_is_late(limits).into());
                }
                None => read = more(source, &mut splitter, read).await?,
            },
            None => read = more(source, &mut splitter, read).await?,
        }
    }
}

/// Feeds what comes next; everything stays in memory here.
async fn more<S: Source>(source: &mut S, splitter: &mut Splitter, read: usize) -> Result<usize, Finding> {
    match source.next().await? {
        Some(bytes) => {
            source.hold(bytes.len())?;
            let read = read.saturating_add(bytes.len());
            splitter.feed(bytes);
            Ok(read)
        }
        None => {
            splitter.complete();
            Ok(read)
        }
    }
}

/// What was read beyond the root, as if it came now.
fn pieces(parts: Vec<Part>, current: Option<&Collected>) -> VecDeque<Piece> {
    let mut pieces = VecDeque::new();
    for part in parts {
        pieces.push_back(Piece::Begins(PartId(part.content_id.unwrap_or_default())));
        pieces.push_back(Piece::Bytes(part.bytes.to_vec()));
        pieces.push_back(Piece::Ends);
    }
    if let Some(part) = current {
        pieces.push_back(Piece::Begins(PartId(part.id().unwrap_or_default().to_owned())));
        pieces.extend(part.pieces().map(|bytes| Piece::Bytes(bytes.to_vec())));
    }
    pieces
}

impl<S: Source> Rest<'_, S> {
    async fn piece(&mut self) -> Result<Option<Piece>, Unopened> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                return Ok(Some(piece));
            }
            match self.splitter.next()? {
                Some(Event::Begins(headers)) => {
                    let id = content_id(&headers).unwrap_or_default();
                    if !id.is_empty() && !self.ids.insert(id.clone()) {
                        return Err(same_id_twice().into());
                    }
                    self.current = Some(Decoder::of(headers.get("content-transfer-encoding"))?);
                    self.size = 0;
                    return Ok(Some(Piece::Begins(PartId(id))));
                }
                Some(Event::Bytes(bytes)) => {
                    let decoded = match &mut self.current {
                        Some(decoder) => decoder.add(bytes)?,
                        None => continue,
                    };
                    if !decoded.is_empty() {
                        return Ok(Some(Piece::Bytes(self.counted(&decoded)?)));
                    }
                }
                Some(Event::Ends) => {
                    let Some(decoder) = self.current.take() else { continue };
                    let last = decoder.finish()?;
                    if last.is_empty() {
                        return Ok(Some(Piece::Ends));
                    }
                    self.ready.push_back(Piece::Ends);
                    return Ok(Some(Piece::Bytes(self.counted(&last)?)));
                }
                Some(Event::Closed) => return Ok(None),
                None => match self.source.next().await? {
                    Some(bytes) => self.splitter.feed(bytes),
                    None => self.splitter.complete(),
                },
            }
        }
    }

    fn counted(&mut self, bytes: &Bytes) -> Result<Vec<u8>, Fault> {
        self.size = self.size.saturating_add(bytes.len());
        if self.size > self.limits.document {
            return Err(Fault::unreadable(
                format!("un document a plus de {} octets", self.limits.document),
                format!("a document has more than {} bytes", self.limits.document),
            )
            .rule(Rule::MessageIsNotTooLarge));
        }
        Ok(bytes.to_vec())
    }
}

impl<S: Source> Parts for Rest<'_, S> {
    async fn next(&mut self) -> Result<Option<Piece>, Refusal> {
        self.piece().await.map_err(|unopened| {
            Refusal::of(match unopened {
                Unopened::Finding(finding) => finding,
                Unopened::Fault(fault) => {
                    Finding::new(fault.rule.unwrap_or(Rule::MessageIsReadable)).detail(fault.fr, fault.en)
                }
            })
        })
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.source.hold(bytes).map_err(Refusal::of)
    }
}

fn envelope_too_large(limits: &Limits) -> Fault {
    let most = limits.xml.bytes;
    Fault::unreadable(
        format!("enveloppe de plus de {most} octets : envoyer les documents en parties MIME (XOP)"),
        format!("envelope of more than {most} bytes: send the documents as MIME parts (XOP)"),
    )
    .rule(Rule::MessageIsNotTooLarge)
}

fn root_is_late(limits: &Limits) -> Fault {
    let most = limits.in_memory;
    Fault::unreadable(
        format!("l'enveloppe doit être la première partie d'un message de plus de {most} octets"),
        format!("the envelope must be the first part of a message of more than {most} bytes"),
    )
    .rule(Rule::MessageIsNotTooLarge)
}
