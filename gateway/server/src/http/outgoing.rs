//! Answers that are read from the store as they go out: bounded in number, in memory and in time.
//!
//! A task beside the connection reads one piece while the last one is on its way. It ends when the client is gone,
//! when the client does not take what it asked for in the time allowed, or when the store fails: the connection is then
//! broken off, so that nobody takes a part for the whole.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use journey::{Clock, Ids, Outgoing, Segment, Store};
use model::RequestId;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, timeout};

use super::App;

/// Pieces that wait for the client.
const WAITING: usize = 1;

/// What bounds the answers that are read as they go out.
#[derive(Debug, Clone)]
pub(super) struct Outward {
    /// How long all the waiting for the client may take, beside what the bytes that it took have earned.
    pub patience: Duration,
    /// How many bytes earn one more second.
    pub slowest: usize,
    /// Answers at one time; more wait for their turn.
    pub room: Arc<Semaphore>,
}

/// The body of an answer: what is in hand, then what is read from the store.
pub(super) fn body<S: Store, C: Clock, I: Ids>(
    app: &Arc<App<S, C, I>>,
    id: &RequestId,
    in_hand: Vec<u8>,
    rest: Vec<Segment>,
) -> Body {
    if rest.is_empty() {
        return Body::from(in_hand);
    }
    let mut segments = rest;
    segments.insert(0, Segment::Bytes(in_hand));
    let outgoing = Outgoing::new(segments);
    let left = outgoing.length();
    let (sender, receiver) = mpsc::channel(WAITING);
    let pieces = Arc::new(Mutex::new(receiver));
    let sending = Sending { app: Arc::clone(app), id: id.clone(), pieces: Arc::clone(&pieces) };
    tokio::spawn(sending.run(outgoing, sender));
    Body::new(Pieces { pieces, left })
}

/// Bytes of an answer.
pub(super) fn length(in_hand: &[u8], rest: &[Segment]) -> u64 {
    let in_hand = u64::try_from(in_hand.len()).unwrap_or(u64::MAX);
    rest.iter().map(Segment::length).fold(in_hand, u64::saturating_add)
}

/// The task that reads.
struct Sending<S, C, I> {
    app: Arc<App<S, C, I>>,
    id: RequestId,
    pieces: Arc<Mutex<Receiver<Bytes>>>,
}

impl<S: Store, C: Clock, I: Ids> Sending<S, C, I> {
    async fn run(self, outgoing: Outgoing, sender: Sender<Bytes>) {
        if let Err(why) = self.send(outgoing, &sender).await {
            // A client that takes nothing holds nothing.
            discard(&self.pieces);
            tracing::warn!(request = %self.id, why, "an answer was broken off");
        }
    }

    async fn send(&self, mut outgoing: Outgoing, sender: &Sender<Bytes>) -> Result<(), String> {
        let bounds = &self.app.outward;
        let slow = || "its client did not take it in time".to_owned();
        let gone = || "its client is gone".to_owned();
        let turn = timeout(bounds.patience, bounds.room.acquire());
        let _turn = tokio::select! {
            turn = turn => turn.map_err(|_| "too many others were on their way".to_owned())?,
            () = sender.closed() => return Err(gone()),
        };
        let (mut waited, mut given) = (Duration::ZERO, 0_usize);
        loop {
            let Some(bytes) = outgoing.next(&self.app.desk.store).await.map_err(|fault| fault.cause)? else {
                return Ok(());
            };
            let length = bytes.len();
            let earned =
                Duration::from_secs(u64::try_from(given / bounds.slowest.max(1)).unwrap_or(u64::MAX));
            let patience = bounds.patience.saturating_add(earned).saturating_sub(waited);
            let before = Instant::now();
            let sent = timeout(patience, sender.send(bytes.into())).await.map_err(|_| slow())?;
            sent.map_err(|_| gone())?;
            waited = waited.saturating_add(before.elapsed());
            given = given.saturating_add(length);
        }
    }
}

/// The body, of a length that is known from the start: one that ends before it is an error.
struct Pieces {
    pieces: Arc<Mutex<Receiver<Bytes>>>,
    left: u64,
}

impl Drop for Pieces {
    /// Nobody takes any more: the task is told, and what waits is thrown away.
    fn drop(&mut self) {
        discard(&self.pieces);
    }
}

/// Takes no more, and throws away what waits.
fn discard(pieces: &Mutex<Receiver<Bytes>>) {
    let mut pieces = pieces.lock().unwrap_or_else(PoisonError::into_inner);
    pieces.close();
    while pieces.try_recv().is_ok() {}
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = self.pieces.lock().unwrap_or_else(PoisonError::into_inner).poll_recv(context);
        match next {
            Poll::Pending => Poll::Pending,
            Poll::Ready(None) if self.left == 0 => Poll::Ready(None),
            Poll::Ready(None) => Poll::Ready(Some(Err(broken_off()))),
            Poll::Ready(Some(bytes)) => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                match self.left.checked_sub(length) {
                    Some(left) => {
                        self.left = left;
                        Poll::Ready(Some(Ok(Frame::data(bytes))))
                    }
                    None => Poll::Ready(Some(Err(broken_off()))),
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn broken_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the answer was broken off")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_nobody_takes_any_more_lets_its_task_go() {
        let (sender, receiver) = mpsc::channel(WAITING);
        let pieces = Arc::new(Mutex::new(receiver));
        let of_the_task = Arc::clone(&pieces);
        let body = Pieces { pieces, left: 9 };
        sender.send(Bytes::from_static(b"one")).await.expect("room for one");
        let waiting = sender.send(Bytes::from_static(b"two"));
        drop(body);
        assert!(waiting.await.is_err(), "the task learns that its client is gone");
        sender.closed().await;
        assert!(of_the_task.lock().expect("a lock").try_recv().is_err(), "nothing is kept");
    }
}
