//! Reading a request's body: bounded in bytes, in time and over all requests.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use model::{Finding, Rule};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body in memory with its place in the budget.
pub(super) struct Incoming {
    pub bytes: Bytes,
    _place: OwnedSemaphorePermit,
}

/// Reads a body of at most `limit` bytes within `patience`.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    patience: Duration,
    room: &Arc<Semaphore>,
) -> Result<Incoming, Finding> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
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
        return Err(too_large(limit));
    }
    let kibibytes = u32::try_from(announced.unwrap_or(limit) / 1024 + 1).unwrap_or(u32::MAX);
    let reading = async {
        let place = Arc::clone(room).acquire_many_owned(kibibytes).await.map_err(|_| unreadable())?;
        let bytes = collect(body, limit, announced.unwrap_or(0)).await?;
        Ok(Incoming { bytes, _place: place })
    };
    tokio::time::timeout(patience, reading).await.map_err(|_| unreadable())?
}

async fn collect(mut body: Body, limit: usize, announced: usize) -> Result<Bytes, Finding> {
    let mut bytes = BytesMut::with_capacity(announced.min(limit));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| unreadable())?.into_data() else { continue };
        if bytes.len().saturating_add(data.len()) > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
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
