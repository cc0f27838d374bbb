use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Attachment, Package, package, read};
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
