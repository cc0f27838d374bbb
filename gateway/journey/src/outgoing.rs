//! Answers that are longer than what is held of them: segments that are read from the store as they go out.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Fault, Opened, Store};

/// A segment of an answer.
#[derive(Debug, Clone)]
pub enum Segment {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Bytes of a document.
    Document {
        /// The document.
        document: Arc<Opened>,
        /// Which of its bytes: from, and up to without.
        range: Range<u64>,
        /// How they are written.
        form: Form,
    },
}

/// How the bytes of a document are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As they are.
    Plain,
    /// In base64 with padding (RFC 4648 §4), without line ends.
    Base64,
}

impl Segment {
    /// A document, whole and as it is; its bytes where they are in hand.
    pub fn document(document: Opened) -> Self {
        match document.bytes {
            Some(bytes) => Segment::Bytes(bytes),
            None => {
                let range = 0..document.size();
                Segment::Document { document: Arc::new(document), range, form: Form::Plain }
            }
        }
    }

    /// Bytes that it is written in.
    pub fn length(&self) -> u64 {
        match self {
            Segment::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Segment::Document { range, form, .. } => {
                let length = range.end.saturating_sub(range.start);
                match form {
                    Form::Plain => length,
                    Form::Base64 => length.div_ceil(3).saturating_mul(4),
                }
            }
        }
    }
}

/// Two segments are the same if they are written in the same bytes; those of one document at one time are.
impl PartialEq for Segment {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Segment::Bytes(one), Segment::Bytes(other)) => one == other,
            (
                Segment::Document { document, range, form },
                Segment::Document { document: other, range: other_range, form: other_form },
            ) => {
                let id = |opened: &Opened| opened.entry.get().entry.logical_id;
                (id(document), range, form) == (id(other), other_range, other_form)
            }
            (Segment::Bytes(_), Segment::Document { .. }) | (Segment::Document { .. }, Segment::Bytes(_)) => {
                false
            }
        }
    }
}

impl Eq for Segment {}

/// Pieces on their way out. What is in hand of them is one piece as stored.
#[derive(Debug)]
pub struct Outgoing {
    pieces: VecDeque<Segment>,
    /// Bytes read that do not fill a group of base64 yet.
    carried: Vec<u8>,
}

impl Outgoing {
    /// All of these, in order.
    pub fn new(pieces: Vec<Segment>) -> Self {
        Outgoing { pieces: pieces.into(), carried: Vec::new() }
    }

    /// Bytes that are still to come.
    pub fn length(&self) -> u64 {
        self.pieces.iter().map(Segment::length).fold(0, u64::saturating_add)
    }

    /// The next bytes, never none; `None` at the end.
    ///
    /// # Errors
    /// When the rest cannot be read: what went out must be broken off visibly.
    pub async fn next<S: Store>(&mut self, store: &S) -> Result<Option<Vec<u8>>, Fault> {
        loop {
            let bytes = match self.pieces.pop_front() {
                None => return Ok(None),
                Some(Segment::Bytes(bytes)) => bytes,
                Some(Segment::Document { range, .. }) if range.is_empty() => continue,
                Some(Segment::Document { document, range, form }) => {
                    let read = read(store, &document, &range).await?;
                    let came = u64::try_from(read.len()).unwrap_or(u64::MAX);
                    let rest = range.start.saturating_add(came)..range.end;
                    let bytes = self.write(read, form, rest.is_empty());
                    self.pieces.push_front(Segment::Document { document, range: rest, form });
                    bytes
                }
            };
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
    }

    fn write(&mut self, read: Vec<u8>, form: Form, last: bool) -> Vec<u8> {
        match form {
            Form::Plain => read,
            Form::Base64 => {
                let mut bytes = std::mem::take(&mut self.carried);
                bytes.extend_from_slice(&read);
                let whole = if last { bytes.len() } else { bytes.len() / 3 * 3 };
                self.carried = bytes.split_off(whole);
                STANDARD.encode(&bytes).into_bytes()
            }
        }
    }
}

/// Some bytes at the start of the range, not all of them.
async fn read<S: Store>(store: &S, document: &Opened, range: &Range<u64>) -> Result<Vec<u8>, Fault> {
    let mut bytes = match &document.bytes {
        Some(all) => {
            let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(all.len());
            all.iter().skip(start).copied().collect()
        }
        None => {
            let read = store.content_from(&document.entry, range.start).await;
            read.map_err(|fault| {
                fault.unwrap_or_else(|| Fault::new("a content that changed as it was read"))
            })?
        }
    };
    bytes.truncate(usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX));
    if bytes.is_empty() { Err(Fault::new("a content that is shorter than its size")) } else { Ok(bytes) }
}
