//! Messages of `samples/wire`, byte for byte as software in the field sends them: each rule of MTOM packaging and of
//! SOAP by its own test. Every message is read whole and as it comes, in small pieces; both must agree.

use std::path::PathBuf;

use bytes::Bytes;
use model::{Finding, Rule};

use crate::ebrim::names::XDS;
use crate::mtom::xop::{self, Binary};
use crate::sample::at_once;
use crate::soap::FaultCode;
use crate::{Endpoint, Envelope, Fault, Limits, Source, Unopened, open, receive};

fn sample(name: &str) -> (String, Bytes) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/wire").join(name);
    let bytes = std::fs::read(path).expect("a sample");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a header");
    let header = String::from_utf8(bytes[..end].to_vec()).expect("text");
    let content_type = header.strip_prefix("Content-Type: ").expect("its one header").to_owned();
    (content_type, Bytes::from(bytes[end + 4..].to_vec()))
}

#[derive(Debug)]
struct Pieces(std::vec::IntoIter<Bytes>);

impl Source for Pieces {
    async fn next(&mut self) -> Result<Option<Bytes>, Finding> {
        Ok(self.0.next())
    }

    fn hold(&mut self, _bytes: usize) -> Result<(), Finding> {
        Ok(())
    }
}

fn opened(name: &str) -> Result<Envelope, Fault> {
    let (content_type, body) = sample(name);
    let whole = open(Endpoint::Repository, &content_type, body.clone(), &Limits::default());
    for piece in [1, 61, body.len()] {
        let pieces: Vec<Bytes> = body.chunks(piece).map(Bytes::copy_from_slice).collect();
        let mut source = Pieces(pieces.into_iter());
        let came = at_once(receive(Endpoint::Repository, &content_type, &mut source, &Limits::default()));
        match (&whole, came) {
            (Ok(whole), Ok((came, rest))) => {
                assert!(rest.is_none() && came.parts == whole.parts, "{name}");
                assert_eq!(came.payload().path(), whole.payload().path(), "{name}");
            }
            (Err(whole), Err(Unopened::Fault(came))) => assert_eq!(*whole, came, "{name}"),
            (whole, came) => panic!("{name}: {whole:?} {came:?}"),
        }
    }
    whole
}

/// What the documents of a message are, in order.
fn documents(name: &str) -> Vec<String> {
    let envelope = opened(name).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
    let all = envelope.payload().children_named(XDS, "Document");
    all.map(|document| match xop::resolve(document, &envelope.parts) {
        Ok(Binary::Inline(bytes)) => String::from_utf8(bytes).expect("text"),
        Ok(Binary::Part(_, bytes)) => String::from_utf8(bytes.to_vec()).expect("text"),
        other => panic!("{name}: {other:?}"),
    })
    .collect()
}

fn refused(name: &str) -> (FaultCode, Vec<&'static str>, String) {
    let fault = opened(name).map(|envelope| envelope.action).expect_err(name);
    (fault.code, fault.subcodes.iter().map(|subcode| subcode.local).collect(), fault.en)
}

const FIRST: &str = "premier document";

#[test]
fn mtom_1_a_cid_is_percent_decoded_before_it_is_matched() {
    assert_eq!(documents("percent-encoded-cid.mime"), [FIRST]);
}

#[test]
fn mtom_2_base64_inside_the_envelope_is_read_beside_parts() {
    assert_eq!(documents("inline-beside-xop.mime"), [FIRST, "second document"]);
}

#[test]
fn mtom_3_white_space_around_an_include_is_tolerated() {
    assert_eq!(documents("white-space-around-include.mime"), [FIRST]);
}

#[test]
fn mtom_4_without_start_the_first_part_is_the_root_and_brackets_may_be_missing() {
    assert_eq!(documents("no-start.mime"), [FIRST]);
    assert_eq!(documents("start-without-brackets.mime"), [FIRST]);
}

#[test]
fn mtom_5_a_start_info_with_an_action_in_escaped_quotes_is_read() {
    assert_eq!(documents("start-info-of-wcf.mime"), [FIRST]);
}

#[test]
fn mtom_6_odd_boundaries_preambles_epilogues_and_a_leading_line_end_are_read() {
    assert_eq!(documents("odd-boundary-quoted.mime"), [FIRST]);
    assert_eq!(documents("odd-boundary-bare.mime"), [FIRST]);
}

#[test]
fn mtom_7_headers_are_folded_in_any_case_and_parts_are_decoded() {
    assert_eq!(documents("folded-headers.mime"), [FIRST]);
    assert_eq!(documents("encoded-parts.mime"), [FIRST, "second document", "troisième"]);
}

#[test]
fn mtom_8_bytes_are_exact_and_bare_line_feeds_frame_a_message_too() {
    assert_eq!(documents("lone-line-feeds.mime"), ["premier\r\ndocument\r\n"]);
    assert!(refused("truncated.mime").2.contains("truncated"));
}

#[test]
fn mtom_9_the_charset_of_the_root_is_honoured() {
    assert_eq!(documents("utf-16.mime"), [FIRST]);
    assert_eq!(documents("utf-8-with-mark.mime"), [FIRST]);
}

#[test]
fn mtom_10_an_unused_part_is_no_error_of_packaging() {
    assert_eq!(documents("unused-part.mime"), [FIRST]);
    assert_eq!(opened("unused-part.mime").expect("opens").parts.len(), 2);
}

#[test]
fn mtom_12_iti_41_outside_mtom_is_told_so_in_words() {
    let (code, _, text) = refused("iti41-outside-mtom.soap");
    assert!(code == FaultCode::Sender && text.contains("MTOM/XOP") && text.contains("simple SOAP"), "{text}");
}

#[test]
fn mtom_13_iti_43_in_simple_soap_is_taken_and_the_action_of_the_content_type_decides_nothing() {
    let envelope = opened("iti43-in-simple-soap.soap").expect("opens");
    assert!(!envelope.mtom && envelope.transaction.name() == "ITI-43");
    assert!(envelope.transaction.answers_in_mtom());
}

#[test]
fn what_is_below_the_transaction_has_its_own_fault() {
    assert_eq!(refused("soap-1.1.soap").0, FaultCode::VersionMismatch);
    assert_eq!(refused("unknown-action.soap").1, ["ActionNotSupported"]);
    assert_eq!(refused("must-understand.soap").0, FaultCode::MustUnderstand);
    let elsewhere = refused("reply-elsewhere.soap").1;
    assert_eq!(elsewhere, ["InvalidAddressingHeader", "OnlyAnonymousAddressSupported"]);
    let fault = opened("must-understand.soap").map(|_| ()).expect_err("refused");
    assert_eq!(fault.not_understood.as_ref(), [("urn:example:ticket".to_owned(), "Ticket".to_owned())]);
    assert_eq!(fault.relates_to.as_deref(), Some("urn:uuid:5c1e7a50-2a0f-4a59-9d0f-1e2a3b4c5d6e"));
}

#[test]
fn a_message_whose_envelope_is_too_long_says_to_send_parts() {
    let long = format!("<a>{}</a>", "x".repeat(5 << 20));
    let mut source = Pieces(vec![Bytes::from(long)].into_iter());
    let media = "application/soap+xml";
    match at_once(receive(Endpoint::Repository, media, &mut source, &Limits::default())) {
        Err(Unopened::Fault(fault)) => {
            assert!(fault.rule == Some(Rule::MessageIsNotTooLarge) && fault.en.contains("MTOM"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_message_of_the_folder_is_replayed() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/wire");
    let own = include_str!("wire_samples.rs");
    for file in std::fs::read_dir(folder).expect("the folder") {
        let name = file.expect("a file").file_name().into_string().expect("a name");
        assert!(own.contains(&format!("\"{name}\"")), "{name} is in no test");
    }
}
