//! Messages of other implementations, read from the public sample folder: patients are replaced by one with an
//! INS, and everything else is as their authors wrote it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{AssociationKind, Content, Finding, ObjectRef, Rule, Submission};

use crate::sample::{Counted, envelope, opened, public, with_ins};
use crate::{Transaction, iti18, iti41, iti43};

const MIME: &str = "MIMEBoundary_95b57d7287e4fa4b528a8f050c41f8ad829c20332f23b48d";
const DCM4CHEE: &str =
    "dcm4chee-xds/dcm4chee-xds2-registry-ws/src/test/resources/org/dcm4chee/xds2/registry/ws";
const JEMBI: &str = "jembi-xds-b-repository/api/src/test/resources/provideAndRegRequest";
const IPF: &str = "ipf/commons/ihe/xds/src/test/resources";
const OPENXDS: &str = "openxds/www/cn-project-pages/samples";

type Read = Result<Submission, Vec<Finding>>;

/// A raw multipart body of the NIST test kit, after a change.
fn nist(test: &str, boundary: &str, change: impl Fn(String) -> String) -> Option<Read> {
    let text = change(with_ins(&public(&format!("nist-toolkit2/testkit/tests/{test}/body.txt"))?));
    let content_type = format!(
        "multipart/related; boundary=\"{boundary}\"; type=\"application/xop+xml\"; \
         start-info=\"application/soap+xml\"; action=\"urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b\""
    );
    let envelope = opened(Transaction::Iti41, &content_type, text.as_bytes()).expect("the sample opens");
    Some(iti41::request::read(&envelope, &Counted::default()))
}

/// A request of a source, or of a repository to its registry, as ITI-41.
fn submitted(path: &str) -> Option<Read> {
    // `3.4.5` is no OID: its first arc would be above 2.
    let text = with_ins(&public(path)?).replace("&amp;3.4.5&amp;", "&amp;1.3.4.5&amp;");
    let text = match text.find("<lcm:SubmitObjectsRequest") {
        Some(at) if !text.contains("ProvideAndRegister") => format!(
            "<x:ProvideAndRegisterDocumentSetRequest xmlns:x=\"urn:ihe:iti:xds-b:2007\">{}\
             </x:ProvideAndRegisterDocumentSetRequest>",
            &text[at..]
        ),
        _ => text,
    };
    Some(iti41::request::read(&envelope(Transaction::Iti41, &text), &Counted::default()))
}

fn places(read: Read) -> Vec<(Rule, String)> {
    let findings = read.expect_err("a refusal");
    findings.into_iter().map(|finding| (finding.rule, finding.at.as_str().to_owned())).collect()
}

fn bytes(submission: &Submission) -> &[u8] {
    match &submission.entries[0].1 {
        Content::Inline(bytes) => bytes.as_slice(),
        absent => panic!("no content: {absent:?}"),
    }
}

#[test]
fn nist_bodies_give_their_document_exactly_in_either_line_framing() {
    let crlf = |text: String| text.replace('\n', "\r\n");
    for test in ["PnrXop/Xop", "PnrXop/encodedURL", "PnrNoXop/submit"] {
        let Some(framed_by_lf) = nist(test, MIME, |text| text) else { return };
        assert_eq!(bytes(&framed_by_lf.expect(test)), b"This is my document.\n\nIt is great!\n\n");
        let framed_by_crlf = nist(test, MIME, crlf).expect("installed").expect(test);
        assert_eq!(bytes(&framed_by_crlf), b"This is my document.\r\n\r\nIt is great!\r\n\r\n");
    }
    let inline = nist("PnrXop/NoXop", MIME, |text| text).expect("installed").expect("inline base64");
    assert_eq!(bytes(&inline), b"This is my document.\r\n\r\nIt is great!\r\n");
    assert_eq!(inline.entries[0].0.authors.len(), 2);
    assert!(inline.orphans.is_empty());
}

#[test]
fn a_microsoft_stack_with_default_namespaces_and_no_line_end_at_all_is_read() {
    let Some(read) = nist("PnrXop/dicom", "uuid:376733a6-6a2d-4583-a687-04c08acf6a49+id=17", |text| text)
    else {
        return;
    };
    let read = read.expect("well formed");
    assert_eq!(bytes(&read).get(128..132), Some(b"DICM".as_slice()));
}

#[test]
fn nist_patients_are_of_a_local_authority() {
    let raw = |text: String| {
        text.replace("255081416802538^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH", "SR7^^^&amp;1.2.260&amp;ISO")
    };
    let Some(read) = nist("PnrXop/Xop", MIME, raw) else { return };
    let read = read.expect("well formed: whether that authority is accepted is the domain's to say");
    assert_eq!(read.set.patient.to_cx(), "SR7^^^&1.2.260&ISO");
}

#[test]
fn dcm4chee_registrations_are_read_with_their_links() {
    let Some(read) = submitted(&format!("{DCM4CHEE}/sq/rplc.xml")) else { return };
    let replacing = read.expect("well formed");
    let link = &replacing.associations[0];
    assert_eq!((link.kind, link.source), (AssociationKind::Replaces, replacing.entries[0].0.entry_uuid));
    assert!(matches!(link.target, ObjectRef::Uuid(_)));
    assert_eq!(replacing.entries[0].1, Content::Missing(None), "a registration carries no document");
    for (name, entries) in [
        ("sq/single_doc", 1),
        ("RegisterTwoDocuments", 2),
        ("RegisterAssocBeforeDoc", 1),
        ("ResubmitInitialDoc", 1),
    ] {
        let read = submitted(&format!("{DCM4CHEE}/{name}.xml")).expect("installed").expect(name);
        assert_eq!(read.entries.len(), entries, "{name}");
    }
    for (folder, documents) in [("CreateFolder", 0), ("CreateFolderWithDocument", 1), ("sq/two_doc_w_fol", 2)]
    {
        let read = submitted(&format!("{DCM4CHEE}/{folder}.xml")).expect("installed").expect(folder);
        assert_eq!((read.folders.len(), read.entries.len()), (1, documents), "{folder}");
    }
}

#[test]
fn jembi_negative_cases_are_refused_for_their_reason_or_left_to_the_content_rules() {
    let Some(read) = submitted(&format!("{JEMBI}_noClassCode.xml")) else { return };
    let metadata = |at: &str| vec![(Rule::MetadataIsWellFormed, format!("ExtrinsicObject(Document01)/{at}"))];
    assert_eq!(places(read), metadata("Classification(classCode)"));
    for (name, at) in [
        ("_noDocumentEntryPatientId", "ExternalIdentifier(XDSDocumentEntry.patientId)"),
        ("_noSourcePatientId", "Slot(sourcePatientId)"),
        ("_noUniqueId", "ExternalIdentifier(XDSDocumentEntry.uniqueId)"),
        ("_incorrectHash", "Slot(hash)"),
    ] {
        assert_eq!(
            places(submitted(&format!("{JEMBI}{name}.xml")).expect("installed")),
            metadata(at),
            "{name}"
        );
    }
    let sound = submitted(&format!("{JEMBI}_correctHash.xml")).expect("installed").expect("well formed");
    assert_eq!(bytes(&sound), STANDARD.decode("TXkgdGVzdCBkb2N1bWVudA==").expect("base64"));
    let size = submitted(&format!("{JEMBI}_incorrectSize.xml")).expect("installed").expect("well formed");
    assert_ne!(size.entries[0].0.size, u64::try_from(bytes(&size).len()).ok(), "rule G2 will say so");
    // Two associations have one id there, beside the fault that the sample is made for.
    for name in ["_multiDoc", "_missingDoc", "_missingMeta"] {
        let found = places(submitted(&format!("{JEMBI}{name}.xml")).expect("installed"));
        assert!(
            found.contains(&(Rule::MetadataIsWellFormed, "Association(ID_1216346_2)".to_owned())),
            "{name}"
        );
    }
}

#[test]
fn dirty_ipf_samples_are_refused_where_they_are_dirty() {
    let Some(read) = submitted(&format!("{IPF}/SubmitObjectsRequest_ebrs30.xml")) else { return };
    let found = places(read);
    let misspelt = "ExtrinsicObject(Document01)/Classification(author)/Slot(authorSpeciality)";
    assert!(found.contains(&(Rule::MetadataIsWellFormed, misspelt.to_owned())), "{found:?}");
    assert!(found.len() > 5, "all of it at once");
    let update =
        places(submitted(&format!("{IPF}/SubmitObjectsRequest_ebrs30_update.xml")).expect("installed"));
    let previous = |(rule, at): &(Rule, String)| {
        *rule == Rule::TransactionIsSupported && at.ends_with("/Slot(PreviousVersion)")
    };
    assert!(update.iter().any(previous), "{update:?}");
}

#[test]
fn queries_and_retrievals_of_others_are_read() {
    let Some(injection) = public(&format!("{IPF}/iti18request.xml")) else { return };
    let refused =
        iti18::request::read(envelope(Transaction::Iti18, &injection).payload()).expect_err("a refusal");
    assert_eq!(refused[0].at.as_str(), "$XDSDocumentEntryPatientId", "an unbalanced quote is not a patient");
    assert_eq!(refused.len(), 1, "the quoted and the bare date are both good");
    let text = public(&format!("{OPENXDS}/RegistryStoredQueryFindDocs.xml")).expect("installed");
    let query = iti18::request::read(envelope(Transaction::Iti18, &text).payload()).expect("a query");
    let iti18::request::Ask::Documents(query) = query.ask else { panic!("a search expected") };
    assert!(query.patient.is_some());
    let text = public(&format!("{OPENXDS}/RetrieveDocumentSetRequest.xml")).expect("installed");
    let requests = iti43::request::read(envelope(Transaction::Iti43, &text).payload()).expect("a retrieval");
    assert_eq!(requests[0].repository, "1.3.6.1.4.1.21367.2010.1.2.1125");
    let text = public(&format!("{OPENXDS}/RetrieveDocumentSetResponse.xml")).expect("installed");
    let document = xml::parse(text.as_bytes(), &xml::Limits::default()).expect("xml");
    assert_eq!(iti43::response::read(document.root(), &[]), None, "its base64 was cut by hand");
    let mended = text.replace("bmZW50Pgo=", "");
    let document = xml::parse(mended.as_bytes(), &xml::Limits::default()).expect("xml");
    let (_, documents, _) = iti43::response::read(document.root(), &[]).expect("an answer");
    assert!(documents[0].bytes.starts_with(b"<?xml"));
}
