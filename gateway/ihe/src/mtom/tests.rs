use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Attachment, Package, Source, Unopened, package, read};
use crate::sample::at_once;
use crate::soap::MediaType;
use crate::{Fault, Limits};

const TYPE: &str = "multipart/related; boundary=\"b\"; type=\"application/xop+xml\"";

fn read_as(content_type: &str, body: &str) -> Result<Package, Fault> {
    read(&Bytes::copy_from_slice(body.as_bytes()), &MediaType::parse(content_type), &Limits::default())
}

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn contents(package: &Package) -> Vec<&[u8]> {
    std::iter::once(&package.root).chain(&package.parts).map(|part| part.bytes.as_ref()).collect()
}

proptest! {
    #[test]
    fn a_written_package_reads_back(
        envelope in "\\PC{0,40}",
        documents in vec(vec(prop_oneof![any::<u8>(), Just(b'\r'), Just(b'\n'), Just(b'-')], 0..80), 0..4),
    ) {
        let attachments: Vec<Attachment> = documents.iter().enumerate().map(|(n, bytes)| Attachment {
            content_id: format!("d{n}@x"), content_type: "text/xml".into(), bytes: bytes.clone(),
        }).collect();
        let (content_type, body) = package("urn:x", &envelope, &attachments);
        let package = read(&body.into(), &MediaType::parse(&content_type), &Limits::default()).expect("reads");
        prop_assert_eq!(package.root.bytes.as_ref(), envelope.as_bytes());
        let read: Vec<Vec<u8>> = package.parts.iter().map(|part| part.bytes.to_vec()).collect();
        prop_assert_eq!(read, documents);
    }

    #[test]
    fn no_body_panics(body in "[-b\r\n: a<>]{0,60}", start in "[<>a]{0,3}") {
        let _ = read_as(&format!("{TYPE}; start=\"{start}\""), &body);
    }

    #[test]
    fn every_truncation_is_refused(keep in 0.0f64..1.0) {
        let whole = crlf("--b\nContent-ID: <a>\n\nroot\n--b\nContent-ID: <d>\n\ndocument\n--b--");
        let cut = (keep * whole.len() as f64) as usize;
        prop_assert!(read_as(TYPE, &whole[..cut]).is_err());
    }
}

#[test]
fn contents_end_right_before_the_line_end_of_the_delimiter() {
    let message = "--b\n\nroot\n--b\nA: b\n\n\n two \n\n--b\nA: b\n\n--b\nA: b\n--b--\nepilogue";
    for body in
        [message.to_owned(), crlf(message), format!("preamble\n--bx\n{message}"), format!("\n{message}")]
    {
        let package = read_as(TYPE, &body).expect("reads");
        let line_end = if body.contains('\r') { "\r\n" } else { "\n" };
        let two = format!("{line_end} two {line_end}");
        assert_eq!(contents(&package), [b"root".as_slice(), two.as_bytes(), b"", b""], "{body:?}");
    }
}

#[test]
fn what_only_looks_like_a_delimiter_is_content() {
    let body = crlf("--b\n\nroot\n--b\n\n--bb\n--b x\n --b\n--b--");
    let package = read_as(TYPE, &body).expect("reads");
    assert_eq!(package.parts[0].bytes.as_ref(), crlf("--bb\n--b x\n --b").as_bytes());
    let framed = "--b\r\n\r\nroot\r\n--b\r\n\r\na\n--b\nc\r\n--b--";
    assert_eq!(read_as(TYPE, framed).expect("reads").parts[0].bytes.as_ref(), b"a\n--b\nc");
}

#[test]
fn the_root_is_the_part_that_start_names_with_or_without_brackets_or_the_first() {
    let body = crlf("--b\nContent-ID: <d>\n\ndocument\n--b  \ncontent-id:  <r@x>\n\nroot\n--b--");
    for start in ["start=\"<r@x>\"", "start=r@x", "Start=\"r@x\""] {
        let package = read_as(&format!("{TYPE}; {start}"), &body).expect("reads");
        assert_eq!(contents(&package), [b"root".as_slice(), b"document"]);
    }
    assert_eq!(read_as(TYPE, &body).expect("reads").root.bytes.as_ref(), b"document");
    assert!(read_as(&format!("{TYPE}; start=\"<other>\""), &body).is_err());
}

#[test]
fn parts_are_slices_of_the_message() {
    let body = Bytes::from(crlf("--b\n\nroot\n--b\n\ndocument\n--b--"));
    let package = read(&body, &MediaType::parse(TYPE), &Limits::default()).expect("reads");
    assert!(body.as_ptr_range().contains(&package.parts[0].bytes.as_ptr()));
}

#[test]
fn transfer_encodings_are_decoded() {
    let body = crlf("--b\n\nroot\n--b\nContent-Transfer-Encoding: BASE64\n\nYW\nJj\n--b--");
    assert_eq!(read_as(TYPE, &body).expect("reads").parts[0].bytes.as_ref(), b"abc");
    assert!(read_as(TYPE, &body.replace("Jj", "J*")).is_err());
}

#[test]
fn duplicated_ids_missing_boundaries_and_too_many_parts_are_refused() {
    let twice = crlf("--b\n\nroot\n--b\nContent-ID: <d>\n\n1\n--b\nContent-ID: d\n\n2\n--b--");
    let many = crlf(&format!("--b\n\nroot\n{}--b--", "--b\n\nx\n".repeat(200)));
    for body in
        [twice.as_str(), many.as_str(), "", "--b--", "no delimiter", "--b", "--b\r\n\r\nroot\r\n--c--"]
    {
        assert!(read_as(TYPE, body).is_err(), "{:?}", body.get(..40));
    }
    let long = format!("multipart/related; boundary={}", "x".repeat(300));
    for content_type in ["multipart/related", "multipart/related; boundary=\"\"", long.as_str()] {
        assert!(read_as(content_type, "--\r\n\r\nroot\r\n----").is_err(), "{content_type}");
    }
}

#[test]
fn a_message_of_near_delimiters_is_read_in_one_pass() {
    let noise = "\r\n--".repeat(300_000);
    let package = read_as(TYPE, &format!("--b\r\n\r\n{noise}\r\n--b--")).expect("reads");
    assert_eq!(package.root.bytes.len(), noise.len());
}

/// A message that comes in pieces.
struct Sent {
    pieces: std::vec::IntoIter<Bytes>,
    asked: usize,
    held: usize,
}

impl Sent {
    fn of(body: &[u8], piece: usize) -> Self {
        let pieces: Vec<Bytes> = body.chunks(piece.max(1)).map(Bytes::copy_from_slice).collect();
        Sent { pieces: pieces.into_iter(), asked: 0, held: 0 }
    }
}

impl Source for Sent {
    async fn next(&mut self) -> Result<Option<Bytes>, model::Finding> {
        self.asked += 1;
        Ok(self.pieces.next())
    }

    fn hold(&mut self, bytes: usize) -> Result<(), model::Finding> {
        self.held += bytes;
        Ok(())
    }
}

/// The package as it comes: root, then each part with its id and its bytes, and how many pieces were asked for
/// before the root was given.
type Came = (Vec<u8>, Vec<(String, Vec<u8>)>, usize);

fn came(content_type: &str, body: &[u8], piece: usize, limits: &Limits) -> Result<Came, Unopened> {
    let mut sent = Sent::of(body, piece);
    at_once(async {
        let opened = super::open(&mut sent, &MediaType::parse(content_type), limits).await?;
        let whole = opened.parts.into_iter();
        let mut parts: Vec<(String, Vec<u8>)> =
            whole.map(|part| (part.content_id.unwrap_or_default(), part.bytes.to_vec())).collect();
        let root = opened.root.bytes.to_vec();
        let Some(mut rest) = opened.rest else { return Ok((root, parts, 0)) };
        loop {
            let piece = journey::Parts::next(&mut rest).await.map_err(|refusal| match refusal {
                journey::Refusal::Refused(refused) => Unopened::Finding(refused.findings[0].clone()),
                other => panic!("{other:?}"),
            })?;
            match piece {
                None => return Ok((root, parts, 1)),
                Some(journey::Piece::Begins(id)) => parts.push((id.0, Vec::new())),
                Some(journey::Piece::Bytes(bytes)) => parts.last_mut().expect("a part").1.extend(bytes),
                Some(journey::Piece::Ends) => {}
            }
        }
    })
}

proptest! {
    #[test]
    fn a_message_is_the_same_read_whole_or_as_it_comes_in_any_pieces(
        documents in vec(vec(prop_oneof![any::<u8>(), Just(b'\r'), Just(b'\n'), Just(b'-')], 0..200), 0..4),
        piece in 1..90usize,
        in_memory in 0..600usize,
    ) {
        let attachments: Vec<Attachment> = documents.iter().enumerate().map(|(n, bytes)| Attachment {
            content_id: format!("d{n}@x"), content_type: "text/xml".into(), bytes: bytes.clone(),
        }).collect();
        let (content_type, body) = package("urn:x", "<envelope/>", &attachments);
        let limits = Limits { in_memory, ..Limits::default() };
        let (root, parts, _) = came(&content_type, &body, piece, &limits).expect("reads");
        prop_assert_eq!(root, b"<envelope/>");
        let expected: Vec<_> = attachments.into_iter().map(|one| (one.content_id, one.bytes)).collect();
        prop_assert_eq!(parts, expected);
    }

    #[test]
    fn what_is_refused_whole_is_refused_as_it_comes(
        body in prop_oneof!["[-b\r\n: a<>]{0,60}", "(--b\r\n(A: b\r\n){0,2}(\r\n[-b\r\n]{0,9}\r\n)?){0,4}--b(--)?"],
        piece in 1..9usize,
    ) {
        let whole = read_as(TYPE, &body);
        let pieces = came(TYPE, body.as_bytes(), piece, &Limits { in_memory: 0, ..Limits::default() });
        match (whole, pieces) {
            (Ok(whole), Ok((root, parts, _))) => {
                prop_assert_eq!(whole.root.bytes.as_ref(), root.as_slice());
                let read: Vec<&[u8]> = whole.parts.iter().map(|part| part.bytes.as_ref()).collect();
                prop_assert_eq!(read, parts.iter().map(|(_, bytes)| bytes.as_slice()).collect::<Vec<_>>());
            }
            (whole, pieces) => prop_assert_eq!(whole.is_ok(), pieces.is_ok()),
        }
    }
}

#[test]
fn of_a_large_message_the_envelope_is_given_before_the_documents_are_read() {
    let large = vec![b'x'; 300_000];
    let document = Attachment { content_id: "d@x".into(), content_type: "text/xml".into(), bytes: large };
    let (content_type, body) = package("urn:x", "<envelope/>", &[document]);
    let mut sent = Sent::of(&body, 10_000);
    let limits = Limits { in_memory: 50_000, ..Limits::default() };
    let opened = at_once(super::open(&mut sent, &MediaType::parse(&content_type), &limits)).expect("opens");
    assert!(opened.rest.is_some() && opened.parts.is_empty());
    drop(opened);
    assert!((6..8).contains(&sent.asked), "{}", sent.asked);
    assert!(sent.held < 80_000, "{}", sent.held);
}

#[test]
fn a_root_that_is_not_first_is_read_in_bounded_memory_or_refused_in_words() {
    let limits = Limits { in_memory: 5000, ..Limits::default() };
    let with = |length: usize| {
        let document = "x".repeat(length);
        crlf(&format!("--b\nContent-ID: <d>\n\n{document}\n--b\nContent-ID: <r>\n\nroot\n--b--"))
    };
    let content_type = format!("{TYPE}; start=\"<r>\"");
    let (root, parts, _) = came(&content_type, with(4000).as_bytes(), 1000, &limits).expect("reads");
    assert_eq!((root.as_slice(), parts.len()), (b"root".as_slice(), 1));
    match came(&content_type, with(100_000).as_bytes(), 1000, &limits) {
        Err(Unopened::Fault(fault)) => {
            assert!(fault.en.contains("first part") && fault.fr.contains("première"))
        }
        other => panic!("{:?}", other.map(|(root, ..)| root)),
    }
}

#[test]
fn a_document_beyond_its_limit_and_an_envelope_beyond_its_own_are_refused_while_they_come() {
    let limits = Limits { in_memory: 1000, document: 50_000, ..Limits::default() };
    let body = crlf(&format!("--b\n\nroot\n--b\nContent-ID: <d>\n\n{}\n--b--", "x".repeat(60_000)));
    match came(TYPE, body.as_bytes(), 1000, &limits) {
        Err(Unopened::Finding(finding)) => assert_eq!(finding.rule, model::Rule::MessageIsNotTooLarge),
        other => panic!("{:?}", other.map(|(root, ..)| root)),
    }
    let small = Limits { xml: xml::Limits { bytes: 1000, ..xml::Limits::default() }, ..limits };
    let body = crlf(&format!("--b\n\n{}\n--b--", "x".repeat(60_000)));
    match came(TYPE, body.as_bytes(), 1000, &small) {
        Err(Unopened::Fault(fault)) => assert_eq!(fault.rule, Some(model::Rule::MessageIsNotTooLarge)),
        other => panic!("{:?}", other.map(|(root, ..)| root)),
    }
}

#[test]
fn a_preamble_is_skipped_and_bounded() {
    let body = |length: usize| format!("{}\r\n--b\r\n\r\nroot\r\n--b--", "pre amble\r\n".repeat(length));
    assert_eq!(came(TYPE, body(100).as_bytes(), 7, &Limits::default()).expect("reads").0, b"root");
    assert!(came(TYPE, body(100_000).as_bytes(), 1000, &Limits::default()).is_err());
}
