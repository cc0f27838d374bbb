//! The documents of a message whose envelope alone was read so far: received once the deposit is permitted.
//!
//! A small document is kept in memory; a larger one goes to the store as it comes, sealed. What makes the checks of
//! stage G possible is taken on the way: the digests and the outline.

use std::collections::BTreeMap;
use std::future::Future;

use model::{
    Content, ContentBytes, EntryUuid, Finding, Location, PartId, Rule, Staged, Submission, SubmittedObject,
};
use policy::Permitted;

use crate::checks::content::{Outline, Running};
use crate::{CommitError, Refusal, Staging, Store};

/// A document of at most so many bytes is kept in memory.
pub const SMALL: usize = 256 * 1024;

/// Bytes of the outline of one document.
const LONGEST_OUTLINE: usize = 8 << 20;

/// The parts of a message that were not read with its envelope, in their order.
pub trait Parts: Send {
    /// What comes next; `None` at the message's end. A refusal says why the rest cannot be read.
    fn next(&mut self) -> impl Future<Output = Result<Option<Piece>, Refusal>> + Send;

    /// Takes room for bytes that stay in memory until the message is answered.
    fn hold(&mut self, bytes: usize) -> Result<(), Refusal>;
}

/// A piece of the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A part begins: its id as the envelope's references name it.
    Begins(PartId),
    /// Bytes of the part that began last, a bounded number.
    Bytes(Vec<u8>),
    /// That part is whole.
    Ends,
}

/// The parts of a message that was read whole.
#[derive(Debug, Clone, Copy)]
pub struct NoParts;

impl Parts for NoParts {
    async fn next(&mut self) -> Result<Option<Piece>, Refusal> {
        Ok(None)
    }

    fn hold(&mut self, _bytes: usize) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Reads the parts of a permitted deposit. Gives the submission without its permission (facts may have moved
/// meanwhile) and what holds the documents that were put aside: dropped, they are destroyed unless they were
/// committed. With `keep` false the bytes are digested and go nowhere: such a deposit can only be a retry or a conflict.
pub(crate) async fn receive<S: Store, P: Parts>(
    store: &S,
    permitted: Permitted<Submission>,
    parts: &mut P,
    keep: bool,
) -> Result<(Submission, Vec<S::Staging>), Refusal> {
    let mut received = BTreeMap::new();
    let (mut staged, mut orphans) = (Vec::new(), Vec::new());
    let mut current: Option<(PartId, Arriving<S::Staging>)> = None;
    while let Some(piece) = parts.next().await? {
        match piece {
            Piece::Begins(part) => match entry_of(permitted.get(), &part) {
                Some((index, entry)) if !received.contains_key(&part) => {
                    let mime = entry.mime_type.as_str();
                    current = Some((part, Arriving::new(index, entry.logical_id, mime)));
                }
                _ => orphans.push(part),
            },
            Piece::Bytes(bytes) => {
                if let Some((_, arriving)) = &mut current {
                    arriving.add(store, &permitted, parts, bytes, keep).await?;
                }
            }
            Piece::Ends => {
                if let Some((part, arriving)) = current.take() {
                    let (content, staging) = arriving.finish().await?;
                    received.insert(part, content);
                    staged.extend(staging);
                }
            }
        }
    }
    let mut submission = permitted.revoke();
    for (_, content) in &mut submission.entries {
        if let Content::Incoming(part) = content {
            *content = received.remove(part).unwrap_or_else(|| Content::Missing(Some(part.clone())));
        }
    }
    submission.orphans.extend(orphans);
    Ok((submission, staged))
}

fn entry_of<'a>(submission: &'a Submission, part: &PartId) -> Option<(usize, &'a model::DocumentEntry)> {
    let mut entries = submission.entries.iter().enumerate();
    entries.find_map(|(index, (entry, content))| match content {
        Content::Incoming(named) if named == part => Some((index, entry)),
        _ => None,
    })
}

/// One document on its way in.
struct Arriving<T> {
    index: usize,
    document: EntryUuid,
    /// The whole, while it is small.
    small: Vec<u8>,
    outline: Outline,
    held: usize,
    running: Running,
    large: bool,
    staging: Option<T>,
}

impl<T: Staging> Arriving<T> {
    fn new(index: usize, document: EntryUuid, mime: &str) -> Self {
        Arriving {
            index,
            document,
            small: Vec::new(),
            outline: Outline::of(mime),
            held: 0,
            running: Running::default(),
            large: false,
            staging: None,
        }
    }

    async fn add<S: Store<Staging = T>, P: Parts>(
        &mut self,
        store: &S,
        permitted: &Permitted<Submission>,
        parts: &mut P,
        bytes: Vec<u8>,
        keep: bool,
    ) -> Result<(), Refusal> {
        self.running.add(&bytes);
        if !self.large {
            self.small.extend_from_slice(&bytes);
            if self.small.len() <= SMALL {
                return self.hold(parts, self.small.len());
            }
            self.large = true;
            if keep {
                self.staging = Some(store.stage(permitted, &self.document).await.map_err(refused)?);
            }
            let first = std::mem::take(&mut self.small);
            return self.put_aside(parts, first).await;
        }
        self.put_aside(parts, bytes).await
    }

    async fn put_aside<P: Parts>(&mut self, parts: &mut P, bytes: Vec<u8>) -> Result<(), Refusal> {
        self.outline.add(&bytes);
        let length = self.outline.len();
        if length > LONGEST_OUTLINE {
            return Err(Refusal::of(too_intricate(self.index)));
        }
        self.hold(parts, length)?;
        match &mut self.staging {
            Some(staging) => Ok(staging.write(bytes).await?),
            None => Ok(()),
        }
    }

    /// Room for what is kept of this document, taken as it grows.
    fn hold<P: Parts>(&mut self, parts: &mut P, length: usize) -> Result<(), Refusal> {
        let more = length.saturating_sub(self.held);
        self.held = self.held.max(length);
        parts.hold(more)
    }

    async fn finish(mut self) -> Result<(Content, Option<T>), Refusal> {
        if !self.large {
            return Ok((Content::Inline(ContentBytes::new(self.small)), None));
        }
        if let Some(staging) = &mut self.staging {
            staging.finish().await?;
        }
        let fingerprint = self.running.finish();
        let content = Content::Staged(Staged {
            size: fingerprint.size,
            sha1: fingerprint.sha1,
            sha256: fingerprint.sha256,
            outline: ContentBytes::new(self.outline.finish()),
        });
        Ok((content, self.staging))
    }
}

fn too_intricate(index: usize) -> Finding {
    Finding::new(Rule::BytesAreOfTheDeclaredType)
        .at(Location::Submitted(SubmittedObject::Entry(index), "mimeType"))
        .detail(
            format!("sans son base64, un document XML tient en {LONGEST_OUTLINE} octets"),
            format!("without its base64, an XML document takes at most {LONGEST_OUTLINE} bytes"),
        )
}

fn refused(error: CommitError) -> Refusal {
    match error {
        CommitError::Moved => Refusal::of(Finding::new(Rule::FactsHaveNotMoved)),
        CommitError::Conflict(rule) => Refusal::of(Finding::new(rule)),
        CommitError::Fault(fault) => Refusal::Fault(fault),
    }
}
