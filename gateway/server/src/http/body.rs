//! Reading a request's body: bounded in bytes, in time and over all requests.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::body::HttpBody as _;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use model::{Finding, Rule};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much room is taken at a time, bytes.
const STEP: usize = 64 * 1024;

/// A body in memory with its place in the budget.
pub(super) struct Incoming {
    pub bytes: Bytes,
    _place: OwnedSemaphorePermit,
}

/// Reads a body of at most `limit` bytes within `patience`.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    patience: Duration,
    room: &Arc<Semaphore>,
) -> Result<Incoming, Finding> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        discard(body, limit, patience);
        return Err(Finding::new(Rule::MediaTypeIsSupported).detail(
            "Content-Encoding n'est pas pris en charge : envoyer le message sans compression",
            "Content-Encoding is not supported: send the message without compression",
        ));
    }
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        discard(body, limit, patience);
        return Err(too_large(limit));
    }
    let reading = collect(&mut body, limit, announced.unwrap_or(0), room);
    let read = tokio::time::timeout(patience, reading).await.map_err(|_| unreadable())?;
    if read.is_err() {
        discard(body, limit, patience);
    }
    read
}

/// Lets a refused body flow past, unkept, beside the answer: a client that writes all before it reads would
/// otherwise see a broken connection in place of what was wrong.
pub(super) fn discard(mut body: Body, limit: usize, patience: Duration) {
    if body.is_end_stream() {
        return;
    }
    tokio::spawn(tokio::time::timeout(patience, async move {
        let mut seen = 0_usize;
        while let Some(Ok(frame)) = body.frame().await {
            seen = seen.saturating_add(frame.data_ref().map_or(0, Bytes::len));
            if seen > limit {
                break;
            }
        }
    }));
}

/// Takes room for the bytes as they come: a client that announces much and sends nothing holds nothing.
async fn collect(
    body: &mut Body,
    limit: usize,
    announced: usize,
    room: &Arc<Semaphore>,
) -> Result<Incoming, Finding> {
    let mut bytes = BytesMut::with_capacity(announced.min(STEP));
    let mut place = take(room, 0)?;
    let mut taken = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| unreadable())?.into_data() else { continue };
        let length = bytes.len().saturating_add(data.len());
        if length > limit {
            return Err(too_large(limit));
        }
        if length > taken {
            let more = (length - taken).div_ceil(STEP) * STEP;
            place.merge(take(room, more)?);
            taken += more;
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Incoming { bytes: bytes.freeze(), _place: place })
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

fn unreadable() -> Finding {
    Finding::new(Rule::MessageIsReadable).detail(
        "le corps du message n'est pas arrivé en entier dans le temps imparti",
        "the body did not arrive whole in the time allowed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;
    const PATIENCE: Duration = Duration::from_secs(30);

    fn room(kibibytes: usize) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(kibibytes))
    }

    #[tokio::test]
    async fn a_body_holds_room_for_its_bytes_until_it_is_dropped() {
        let room = room(256);
        let incoming = read(&HeaderMap::new(), Body::from(vec![7; 65 * 1024]), LIMIT, PATIENCE, &room).await;
        let incoming = incoming.expect("read");
        assert_eq!((incoming.bytes.len(), room.available_permits()), (65 * 1024, 128));
        drop(incoming);
        assert_eq!(room.available_permits(), 256);
    }

    #[tokio::test]
    async fn an_announced_length_and_an_empty_body_hold_nothing() {
        let (room, mut headers) = (room(0), HeaderMap::new());
        headers.insert(header::CONTENT_LENGTH, http::HeaderValue::from_static("1000000"));
        assert!(read(&headers, Body::empty(), LIMIT, PATIENCE, &room).await.is_ok());
    }

    #[tokio::test]
    async fn a_body_without_room_is_refused_and_gives_back_what_it_had() {
        let room = room(64);
        let refused = read(&HeaderMap::new(), Body::from(vec![7; 65 * 1024]), LIMIT, PATIENCE, &room).await;
        assert_eq!(refused.err().map(|finding| finding.rule), Some(Rule::GatewayHasRoom));
        assert_eq!(room.available_permits(), 64);
    }
}
