//! The multipart grammar (RFC 2046 §5.1), fed as the bytes come: what is known of the next piece is given at once, and
//! no more is kept than what may still be a delimiter or a header.
//!
//! A document's bytes end right before the line end that precedes `--boundary`: nothing is trimmed. The first
//! delimiter line says whether the message is framed by CRLF, as it must be, or by bare LF, as hand-made messages
//! are; the whole message is then read that way, so that bytes stay exact in both.

use bytes::{Bytes, BytesMut};
use model::Rule;

use super::headers::{Headers, line_too_long};
use crate::{Fault, Limits};

/// White space after a boundary, bytes; more is content.
const PADDING: usize = 256;
/// Bytes before the first delimiter.
const PREAMBLE: usize = 64 * 1024;

/// What comes next in a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A part with its headers.
    Begins(Headers),
    /// Bytes of its content.
    Bytes(Bytes),
    /// It is whole.
    Ends,
    /// The closing delimiter: what follows is no part.
    Closed,
}

/// Cuts a message into its parts.
#[derive(Debug)]
pub(super) struct Splitter {
    limits: Limits,
    marker: Vec<u8>,
    /// Line end and marker, once the framing is known.
    delimiter: Vec<u8>,
    /// Bytes of the line end.
    framing: usize,
    window: Bytes,
    complete: bool,
    state: State,
    parts: usize,
}

#[derive(Debug)]
enum State {
    /// Before the first delimiter; how many bytes were skipped.
    Preamble(usize),
    /// The window begins with the line end before the headers; where the line to be read begins.
    Headers(usize),
    /// So many bytes of the window come before the content: they may begin a delimiter.
    Content(usize),
    /// Between the end of a part and what follows its delimiter line.
    Ended(Line),
    Epilogue,
}

/// A delimiter line: how many bytes it takes from its `--`, and whether it closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    length: usize,
    closes: bool,
}

/// Whether bytes are a delimiter line.
enum Seen {
    Yes(Line),
    No,
    /// More bytes would tell.
    Perhaps,
}

impl Splitter {
    pub(super) fn new(boundary: &str, limits: &Limits) -> Self {
        Splitter {
            limits: *limits,
            marker: format!("--{boundary}").into_bytes(),
            delimiter: Vec::new(),
            framing: 0,
            window: Bytes::new(),
            complete: false,
            state: State::Preamble(0),
            parts: 0,
        }
    }

    /// The next bytes of the message.
    pub(super) fn feed(&mut self, bytes: Bytes) {
        if self.window.is_empty() {
            self.window = bytes;
        } else {
            let mut joined = BytesMut::with_capacity(self.window.len() + bytes.len());
            joined.extend_from_slice(&self.window);
            joined.extend_from_slice(&bytes);
            self.window = joined.freeze();
        }
    }

    /// No more bytes will come.
    pub(super) fn complete(&mut self) {
        self.complete = true;
    }

    /// What comes next; `None` when more bytes are needed.
    pub(super) fn next(&mut self) -> Result<Option<Event>, Fault> {
        let event = match self.state {
            State::Preamble(skipped) => self.preamble(skipped)?,
            State::Headers(at) => self.headers(at)?,
            State::Content(skip) => self.content(skip),
            State::Ended(line) => {
                self.after(line);
                Some(Event::Ends)
            }
            State::Epilogue => {
                self.window = Bytes::new();
                return Ok(Some(Event::Closed));
            }
        };
        match event {
            Some(event) => Ok(Some(event)),
            None if self.complete && self.delimiter.is_empty() => Err(missing()),
            None if self.complete => Err(truncated()),
            None => Ok(None),
        }
    }

    fn preamble(&mut self, mut skipped: usize) -> Result<Option<Event>, Fault> {
        loop {
            if self.marker.starts_with(&self.window) && self.window.len() < self.marker.len() {
                return Ok(None);
            }
            if self.window.starts_with(&self.marker) {
                match self.line(self.window.get(self.marker.len()..).unwrap_or_default()) {
                    Seen::Yes(line) if line.closes => return Err(missing()),
                    Seen::Yes(line) => {
                        let length = self.marker.len() + line.length;
                        let read = self.window.get(..length).unwrap_or_default();
                        let framing: &[u8] = if read.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
                        self.framing = framing.len();
                        self.delimiter = [framing, self.marker.as_slice()].concat();
                        return self.begin(length - self.framing);
                    }
                    Seen::Perhaps => return Ok(None),
                    Seen::No => {}
                }
            }
            let end = self.window.iter().position(|byte| *byte == b'\n');
            skipped += end.map_or(0, |end| end + 1);
            if skipped > PREAMBLE || (end.is_none() && skipped + self.window.len() > PREAMBLE) {
                return Err(missing());
            }
            let Some(end) = end else { return Ok(None) };
            let _skipped = self.window.split_to(end + 1);
            self.state = State::Preamble(skipped);
        }
    }

    /// The headers begin after the line end that is at `at`.
    fn begin(&mut self, at: usize) -> Result<Option<Event>, Fault> {
        self.parts += 1;
        let _read = self.window.split_to(at.min(self.window.len()));
        self.state = State::Headers(self.framing);
        self.headers(self.framing)
    }

    fn headers(&mut self, mut at: usize) -> Result<Option<Event>, Fault> {
        if self.parts > self.limits.parts {
            return Err(Fault::unreadable(
                format!("plus de {} parties MIME", self.limits.parts),
                format!("more than {} MIME parts", self.limits.parts),
            )
            .rule(Rule::MessageIsNotTooLarge));
        }
        loop {
            let line = self.window.get(at..).unwrap_or_default();
            match self.delimiter_at(at - self.framing) {
                Seen::Yes(found) => {
                    let headers = self.read_headers(at)?;
                    let _read = self.window.split_to(at);
                    self.state = State::Ended(found);
                    return Ok(Some(Event::Begins(headers)));
                }
                Seen::Perhaps if !self.complete => return Ok(None),
                Seen::Perhaps | Seen::No => {}
            }
            let Some(end) = line.iter().position(|byte| *byte == b'\n') else {
                let long = line.len() > self.limits.header_line.saturating_add(2);
                return if long { Err(line_too_long()) } else { Ok(None) };
            };
            let blank = matches!(line.get(..end), Some(b"" | b"\r"));
            at += end + 1;
            if blank {
                let headers = self.read_headers(at)?;
                let before = at.saturating_sub(self.framing);
                let _read = self.window.split_to(before);
                self.state = State::Content(at - before);
                return Ok(Some(Event::Begins(headers)));
            }
            if at > self.limits.headers.saturating_mul(self.limits.header_line) {
                return Err(line_too_long());
            }
            self.state = State::Headers(at);
        }
    }

    fn read_headers(&self, end: usize) -> Result<Headers, Fault> {
        let block = self.window.get(self.framing..end).unwrap_or_default();
        Ok(Headers::read(block, &self.limits)?.0)
    }

    fn content(&mut self, skip: usize) -> Option<Event> {
        let first = self.delimiter.first().copied()?;
        let mut at = 0;
        loop {
            let rest = self.window.get(at..).unwrap_or_default();
            let Some(next) = rest.iter().position(|byte| *byte == first) else {
                return self.give(skip, self.window.len());
            };
            at += next;
            match self.delimiter_at(at) {
                Seen::Yes(line) => {
                    let content = self.window.slice(skip.min(at)..at);
                    let _read = self.window.split_to(at + self.framing);
                    self.state = State::Ended(line);
                    if content.is_empty() {
                        self.after(line);
                        return Some(Event::Ends);
                    }
                    return Some(Event::Bytes(content));
                }
                Seen::Perhaps if !self.complete => return self.give(skip, at),
                Seen::Perhaps | Seen::No => at += 1,
            }
        }
    }

    /// Gives the content up to `end`; what follows may be a delimiter.
    fn give(&mut self, skip: usize, end: usize) -> Option<Event> {
        if end <= skip {
            // Still inside what comes before the content.
            let kept = skip.min(end);
            let _read = self.window.split_to(kept);
            self.state = State::Content(skip - kept);
            return None;
        }
        let mut given = self.window.split_to(end);
        let content = given.split_off(skip);
        self.state = State::Content(0);
        Some(Event::Bytes(content))
    }

    /// The window begins with the `--` of a delimiter line that ended a part.
    fn after(&mut self, line: Line) {
        let length = self.marker.len() + line.length;
        if line.closes {
            self.window = Bytes::new();
            self.state = State::Epilogue;
        } else {
            let _read = self.window.split_to(length.saturating_sub(self.framing).min(self.window.len()));
            self.state = State::Headers(self.framing);
            self.parts += 1;
        }
    }

    fn delimiter_at(&self, at: usize) -> Seen {
        let rest = self.window.get(at..).unwrap_or_default();
        match rest.strip_prefix(self.delimiter.as_slice()) {
            Some(after) => self.line(after),
            None if self.delimiter.starts_with(rest) => Seen::Perhaps,
            None => Seen::No,
        }
    }

    /// What follows `--boundary`: `--` closes, else only white space up to the line's end. Anything else is not a
    /// delimiter but content that looks like one.
    #[expect(clippy::unused_self, reason = "it is part of the grammar of this message")]
    fn line(&self, after: &[u8]) -> Seen {
        if after.starts_with(b"--") {
            return Seen::Yes(Line { length: 2, closes: true });
        }
        let padding = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if padding > PADDING {
            return Seen::No;
        }
        match after.get(padding..) {
            Some([b'\r', b'\n', ..]) => Seen::Yes(Line { length: padding + 2, closes: false }),
            Some([b'\n', ..]) => Seen::Yes(Line { length: padding + 1, closes: false }),
            Some([] | [b'\r']) => Seen::Perhaps,
            Some([b'-']) if padding == 0 => Seen::Perhaps,
            _ => Seen::No,
        }
    }
}

fn missing() -> Fault {
    Fault::unreadable(
        "la frontière annoncée (boundary) n'est pas dans le message",
        "the announced boundary is not in the message",
    )
}

fn truncated() -> Fault {
    Fault::unreadable(
        "message tronqué : la frontière de fin (--boundary--) manque",
        "truncated message: the closing boundary (--boundary--) is missing",
    )
}
