//! Reading a request's body: bounded in bytes, in time and over all requests.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::body::HttpBody as _;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use ihe::Source as _;
use model::{Finding, Rule};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::gunzip::{Given, Gunzip};

/// How much room is taken at a time, bytes.
const STEP: usize = 64 * 1024;

/// What bounds a body.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    /// Bytes, as sent and as unpacked.
    pub limit: usize,
    /// How long all the waiting for its bytes may take, beside what the bytes that came have earned.
    pub patience: Duration,
    /// How many bytes earn one more second: a large body may take its time as long as it comes.
    pub slowest: usize,
    /// Bytes of messages in memory, over all requests, in KiB permits.
    pub room: Arc<Semaphore>,
}

/// A body in memory with its place in the budget.
pub(super) struct Incoming {
    pub bytes: Bytes,
    _place: OwnedSemaphorePermit,
}

/// Reads a body whole.
pub(super) async fn read(headers: &HeaderMap, body: Body, bounds: &Bounds) -> Result<Incoming, Finding> {
    let mut arriving = Arriving::new(headers, body, bounds)?;
    let read = collect(&mut arriving).await;
    let place = arriving.end()?;
    read.map(|bytes| Incoming { bytes, _place: place })
}

/// Takes room for the bytes as they come: a client that announces much and sends nothing holds nothing.
async fn collect(arriving: &mut Arriving) -> Result<Bytes, Finding> {
    let mut bytes = BytesMut::new();
    while let Some(data) = arriving.next().await? {
        arriving.hold(data.len())?;
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

/// A body that is read as it comes.
pub(super) struct Arriving {
    body: Body,
    bounds: Bounds,
    gunzip: Option<Gunzip>,
    came: usize,
    gave: usize,
    waited: Duration,
    place: Option<OwnedSemaphorePermit>,
    held: usize,
    taken: usize,
}

impl Arriving {
    /// Begins to read. A body that cannot be is let past unkept.
    pub(super) fn new(headers: &HeaderMap, body: Body, bounds: &Bounds) -> Result<Self, Finding> {
        let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let announced = length.and_then(|length| length.parse::<usize>().ok());
        let encodings = headers.get_all(header::CONTENT_ENCODING).iter();
        let encodings: Vec<&[u8]> = encodings.map(|encoding| encoding.as_bytes().trim_ascii()).collect();
        let gunzip = match encodings.as_slice() {
            [] => Ok(None),
            [one] if one.eq_ignore_ascii_case(b"identity") => Ok(None),
            [one] if one.eq_ignore_ascii_case(b"gzip") || one.eq_ignore_ascii_case(b"x-gzip") => {
                Ok(Some(Gunzip::new()))
            }
            _ => Err(Finding::new(Rule::MediaTypeIsSupported).detail(
                "Content-Encoding inconnu : envoyer le message sans compression, ou en gzip",
                "unknown Content-Encoding: send the message without compression, or in gzip",
            )),
        };
        let gunzip = gunzip.and_then(|gunzip| match announced {
            Some(length) if length > bounds.limit => Err(too_large(bounds.limit)),
            _ => Ok(gunzip),
        });
        match gunzip {
            Ok(gunzip) => Ok(Arriving {
                body,
                bounds: bounds.clone(),
                gunzip,
                came: 0,
                gave: 0,
                waited: Duration::ZERO,
                place: None,
                held: 0,
                taken: 0,
            }),
            Err(finding) => {
                discard(body, bounds);
                Err(finding)
            }
        }
    }

    /// What is left is let past unkept; gives the room that was taken.
    pub(super) fn end(mut self) -> Result<OwnedSemaphorePermit, Finding> {
        let place = match self.place.take() {
            Some(place) => Ok(place),
            None => take(&self.bounds.room, 0),
        };
        discard(self.body, &self.bounds);
        place
    }

    /// The next bytes as sent.
    async fn frame(&mut self) -> Result<Option<Bytes>, Finding> {
        loop {
            let seconds = self.came / self.bounds.slowest.max(1);
            let earned = Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX));
            let patience = self.bounds.patience.saturating_add(earned).saturating_sub(self.waited);
            let before = Instant::now();
            let frame = tokio::time::timeout(patience, self.body.frame()).await.map_err(|_| unreadable())?;
            self.waited = self.waited.saturating_add(before.elapsed());
            let Some(frame) = frame else { return Ok(None) };
            let Ok(data) = frame.map_err(|_| unreadable())?.into_data() else { continue };
            self.came = self.came.saturating_add(data.len());
            if self.came > self.bounds.limit {
                return Err(too_large(self.bounds.limit));
            }
            if !data.is_empty() {
                return Ok(Some(data));
            }
        }
    }

    /// The next bytes as meant.
    async fn unpacked(&mut self) -> Result<Option<Bytes>, Finding> {
        loop {
            let Some(gunzip) = &mut self.gunzip else { return self.frame().await };
            match gunzip.next() {
                Given::Bytes(bytes) => return Ok(Some(bytes)),
                Given::End => return Ok(None),
                Given::Broken => return Err(not_gzip()),
                Given::Bomb => return Err(too_large(self.bounds.limit)),
                Given::Nothing => {}
            }
            let bytes = self.frame().await?;
            if let Some(gunzip) = &mut self.gunzip {
                match bytes {
                    Some(bytes) => gunzip.feed(bytes),
                    None => gunzip.complete(),
                }
            }
        }
    }
}

impl ihe::Source for Arriving {
    async fn next(&mut self) -> Result<Option<Bytes>, Finding> {
        let bytes = self.unpacked().await?;
        self.gave = self.gave.saturating_add(bytes.as_ref().map_or(0, Bytes::len));
        if self.gave > self.bounds.limit { Err(too_large(self.bounds.limit)) } else { Ok(bytes) }
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Finding> {
        self.held = self.held.saturating_add(bytes);
        if self.held > self.taken {
            let more = (self.held - self.taken).div_ceil(STEP) * STEP;
            let room = take(&self.bounds.room, more)?;
            match &mut self.place {
                Some(place) => place.merge(room),
                None => self.place = Some(room),
            }
            self.taken += more;
        }
        Ok(())
    }
}

/// Lets a refused body flow past, unkept, beside the answer: a client that writes all before it reads would
/// otherwise see a broken connection in place of what was wrong.
pub(super) fn discard(mut body: Body, bounds: &Bounds) {
    if body.is_end_stream() {
        return;
    }
    let limit = bounds.limit;
    tokio::spawn(tokio::time::timeout(bounds.patience, async move {
        let mut seen = 0_usize;
        while let Some(Ok(frame)) = body.frame().await {
            seen = seen.saturating_add(frame.data_ref().map_or(0, Bytes::len));
            if seen > limit {
                break;
            }
        }
    }));
}

/// Room for so many bytes, at once or not at all: two bodies that wait for each other would help nobody.
fn take(room: &Arc<Semaphore>, bytes: usize) -> Result<OwnedSemaphorePermit, Finding> {
    let kibibytes = u32::try_from(bytes / 1024).unwrap_or(u32::MAX);
    Arc::clone(room).try_acquire_many_owned(kibibytes).map_err(|_| Finding::new(Rule::GatewayHasRoom))
}

fn too_large(limit: usize) -> Finding {
    Finding::new(Rule::MessageIsNotTooLarge)
        .arg("limit", limit.to_string())
        .detail(format!("{limit} octets au plus"), format!("at most {limit} bytes"))
}

fn not_gzip() -> Finding {
    Finding::new(Rule::MessageIsReadable).detail(
        "le corps annoncé en gzip (Content-Encoding) ne l'est pas, ou est tronqué",
        "the body announced as gzip (Content-Encoding) is not, or is cut off",
    )
}

fn unreadable() -> Finding {
    Finding::new(Rule::MessageIsReadable).detail(
        "le corps du message n'est pas arrivé en entier dans le temps imparti",
        "the body did not arrive whole in the time allowed",
    )
}

#[cfg(test)]
mod tests;
