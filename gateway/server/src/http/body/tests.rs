use super::*;

const LIMIT: usize = 1 << 20;

fn bounds(kibibytes: usize) -> Bounds {
    let room = Arc::new(Semaphore::new(kibibytes));
    Bounds { limit: LIMIT, patience: Duration::from_secs(30), slowest: 1024, room }
}

fn gzip() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_ENCODING, http::HeaderValue::from_static("gzip"))])
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[tokio::test]
async fn a_body_holds_room_for_its_bytes_until_it_is_dropped() {
    let bounds = bounds(256);
    let incoming = read(&HeaderMap::new(), Body::from(vec![7; 65 * 1024]), &bounds).await;
    let incoming = incoming.expect("read");
    assert_eq!((incoming.bytes.len(), bounds.room.available_permits()), (65 * 1024, 128));
    drop(incoming);
    assert_eq!(bounds.room.available_permits(), 256);
}

#[tokio::test]
async fn an_announced_length_and_an_empty_body_hold_nothing() {
    let (bounds, mut headers) = (bounds(0), HeaderMap::new());
    headers.insert(header::CONTENT_LENGTH, http::HeaderValue::from_static("1000000"));
    assert!(read(&headers, Body::empty(), &bounds).await.is_ok());
}

#[tokio::test]
async fn a_body_without_room_is_refused_and_gives_back_what_it_had() {
    let bounds = bounds(64);
    let refused = read(&HeaderMap::new(), Body::from(vec![7; 65 * 1024]), &bounds).await;
    assert_eq!(refused.err().map(|finding| finding.rule), Some(Rule::GatewayHasRoom));
    assert_eq!(bounds.room.available_permits(), 64);
}

#[tokio::test]
async fn a_body_in_gzip_is_unpacked_within_the_same_limit() {
    let text = b"<a>text</a>".repeat(1000);
    let read_back = read(&gzip(), Body::from(packed(&text)), &bounds(1024)).await.expect("read");
    assert_eq!(read_back.bytes.as_ref(), text);
    for (sent, rule) in [
        (packed(&vec![b'a'; LIMIT + 1]), Rule::MessageIsNotTooLarge),
        (b"not compressed".to_vec(), Rule::MessageIsReadable),
        (packed(b"cut off").into_iter().take(15).collect(), Rule::MessageIsReadable),
    ] {
        let refused = read(&gzip(), Body::from(sent), &bounds(4096)).await;
        assert_eq!(refused.err().map(|finding| finding.rule), Some(rule));
    }
    let mut odd = gzip();
    odd.append(header::CONTENT_ENCODING, http::HeaderValue::from_static("br"));
    let refused = read(&odd, Body::from(packed(&text)), &bounds(1024)).await;
    assert_eq!(refused.err().map(|finding| finding.rule), Some(Rule::MediaTypeIsSupported));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_is_cut_by_time_and_a_slow_one_that_goes_on_is_not() {
    let slow = |pieces: usize, every: u64| {
        let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
        tokio::spawn(async move {
            for _ in 0..pieces {
                tokio::time::sleep(Duration::from_secs(every)).await;
                if sender.send(Ok(Bytes::from_static(&[7; 4096]))).await.is_err() {
                    return;
                }
            }
        });
        Body::new(Pieces(receiver))
    };
    // Four seconds earned every three: it may go on. Forty without a byte: cut.
    assert!(read(&HeaderMap::new(), slow(60, 3), &bounds(1024)).await.is_ok());
    let cut = read(&HeaderMap::new(), slow(60, 40), &bounds(1024)).await;
    assert_eq!(cut.err().map(|finding| finding.rule), Some(Rule::MessageIsReadable));
    // A byte now and then earns nothing.
    let cut = read(&HeaderMap::new(), slow(60, 8), &bounds(1024)).await;
    assert_eq!(cut.err().map(|finding| finding.rule), Some(Rule::MessageIsReadable));
}

/// A body of what a channel gives.
struct Pieces(tokio::sync::mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl axum::body::HttpBody for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
        self.0.poll_recv(context).map(|next| next.map(|bytes| bytes.map(hyper::body::Frame::data)))
    }
}
