use journey::{Fault, Refusal, Refused, Segment};
use model::{Finding, Rule};

use super::request::{DocumentRequest, read, write};
use super::response::{self, Given, Retrieved};
use super::{addressed, concerns_document};
use crate::registry::{RegistryError, Status};
use crate::sample::envelope;
use crate::soap::MediaType;
use crate::soap::names::SOAP12;
use crate::{Limits, Transaction, mtom};

fn request(repository: &str, document: &str) -> DocumentRequest {
    DocumentRequest { repository: repository.into(), document: document.into() }
}

#[test]
fn a_written_request_reads_back_the_same_document_twice_included() {
    let requests = [request("1.2", "1.2.3^A & <b>"), request("1.2", "1.2.3"), request("1.2", "1.2.3")];
    let envelope = envelope(Transaction::Iti43, &write(&requests));
    assert_eq!(read(envelope.payload()).as_deref(), Ok(&requests[..]));
}

#[test]
fn a_request_is_bounded_and_complete() {
    let rule = |requests: &[DocumentRequest]| {
        let envelope = envelope(Transaction::Iti43, &write(requests));
        read(envelope.payload()).map_err(|findings| findings[0].rule)
    };
    assert_eq!(rule(&[]), Err(Rule::MessageIsReadable));
    assert_eq!(rule(&[request("1.2", " ")]), Err(Rule::MessageIsReadable));
    assert_eq!(rule(&vec![request("1.2", "1.2.3"); 101]), Err(Rule::QueryIsComplete));
    assert!(rule(&vec![request("1.2", "1.2.3"); 100]).is_ok());
}

#[test]
fn another_repository_an_odd_id_and_a_full_answer_are_told_per_document() {
    let code = |request: DocumentRequest, full| addressed(&request, "1.2", full).map_err(|error| error.code);
    assert!(code(request("1.2", "1.2.3"), false).is_ok());
    assert_eq!(code(request("1.3", "1.2.3"), false), Err("XDSUnknownRepositoryId".into()));
    assert_eq!(code(request("1.2", "no id"), false), Err("XDSDocumentUniqueIdError".into()));
    assert_eq!(code(request("1.2", "1.2.3"), true), Err("XDSRepositoryOutOfResources".into()));
    let error = addressed(&request("1.3", "1.2.3"), "1.2", false).expect_err("an error");
    assert!(error.context.starts_with("[query_is_complete] "), "the rule is named");
    assert!(error.context.ends_with("1.2.3"), "the document is named");
}

#[test]
fn only_absence_and_unsound_bytes_concern_one_document() {
    let refused = |rule: Rule| Refusal::of(Finding::new(rule));
    assert!(concerns_document(&Refusal::Absent));
    assert!(concerns_document(&refused(Rule::ContentIsSound)));
    for rule in [Rule::RecordIsOpen, Rule::CallerIsNotBlocked, Rule::AuditIsWritten] {
        assert!(!concerns_document(&refused(rule)), "{rule}");
    }
    assert!(!concerns_document(&Refusal::Fault(Fault::new("x"))));
    let mixed = Refused {
        stage: model::Stage::Commit,
        findings: vec![Finding::new(Rule::ContentIsSound), Finding::new(Rule::AuditIsWritten)],
    };
    assert!(!concerns_document(&Refusal::Refused(mixed)));
}

#[test]
fn the_answer_holds_the_bytes_exactly_and_says_how_complete_it_is() {
    let envelope = envelope(Transaction::Iti43, &write(&[request("1.2", "1.2.3")]));
    let document = |bytes: &[u8]| Retrieved {
        repository: "1.2".into(),
        document: "1.2.3".into(),
        mime_type: "application/pdf".into(),
        bytes: bytes.to_vec(),
    };
    let documents = [document(b"\r\n--x\n\0\xff\r\n"), document(b"")];
    let errors = [RegistryError::new("XDSDocumentUniqueIdError", "1.2.4")];
    for (documents, errors, status) in [
        (&documents[..], &[][..], Status::Success),
        (&documents[..1], &errors[..], Status::PartialSuccess),
        (&[], &errors[..], Status::Failure),
    ] {
        let given = documents.iter().cloned().map(|retrieved| Given {
            repository: retrieved.repository,
            document: retrieved.document,
            mime_type: retrieved.mime_type,
            content: Segment::Bytes(retrieved.bytes),
        });
        let answer = response::write(&envelope, "urn:uuid:a", given.collect(), errors);
        assert_eq!(answer.rest, [], "what is in hand goes at once");
        let package =
            mtom::read(&answer.body.into(), &MediaType::parse(&answer.content_type), &Limits::default())
                .expect("MTOM");
        let xml = xml::parse(&package.root.bytes, &xml::Limits::default()).expect("xml");
        let payload =
            xml.root().child(SOAP12, "Body").and_then(|body| body.children().next()).expect("a payload");
        let read = response::read(payload, &package.parts);
        assert_eq!(read, Some((status, documents.to_vec(), errors.to_vec())));
        assert!(package.parts.iter().all(|part| part.content_type.as_deref() == Some("application/pdf")));
    }
}
