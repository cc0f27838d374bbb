//! Submissions and messages for the tests of this crate.

pub(crate) mod any;

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use model::{
    Association, AssociationKind, Author, Availability, Code, CodedText, Content, ContentBytes, Cx,
    DocumentEntry, EntryUuid, Folder, Hl7Time, Ins, LanguageTag, Member, Membership, MimeType, ObjectRef,
    Oid, Sha1, SourcePatientInfo, Submission, SubmissionSet, UniqueId, Xcn, Xon,
};

use crate::soap::Message;
use crate::{Envelope, Fault, Limits, Transaction, iti41, open, soap};

/// Counts instead of drawing.
#[derive(Debug, Default)]
pub(crate) struct Counted(AtomicU8);

impl journey::Ids for Counted {
    fn uuid(&self) -> EntryUuid {
        EntryUuid::from_bytes([self.0.fetch_add(1, Ordering::Relaxed); 16])
    }
}

pub(crate) fn uuid(n: u8) -> EntryUuid {
    EntryUuid::from_bytes([n; 16])
}

pub(crate) fn ins() -> Ins {
    Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("a test INS")
}

pub(crate) fn time(text: &str) -> Hl7Time {
    Hl7Time::parse(text).expect("a time")
}

pub(crate) fn entry(n: u8) -> DocumentEntry {
    DocumentEntry {
        kind: model::EntryKind::Stable,
        entry_uuid: uuid(n),
        logical_id: uuid(n),
        version: 1,
        unique_id: UniqueId::parse(&format!("1.2.250.1.999.1.{n}")).expect("an id"),
        repository: None,
        availability: Availability::Approved,
        patient: ins(),
        source_patient_id: Some(Cx::parse("p1^^^&1.2.250.1.999.2&ISO^PI").expect("cx")),
        source_patient_info: SourcePatientInfo::default(),
        class_code: Code::labelled("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
        type_code: Code::labelled("11502-2", "2.16.840.1.113883.6.1", "CR d'examens biologiques"),
        format_code: Code::new("urn:asip:ci-sis:bio:2009", "1.2.250.1.213.1.1.4.2.282"),
        confidentiality: vec![Code::labelled("N", "2.16.840.1.113883.5.25", "Normal")],
        facility_type: Code::new("SA25", "1.2.250.1.71.4.2.4"),
        practice_setting: Code::new("ETABLISSEMENT", "1.2.250.1.213.1.1.4.9"),
        event_codes: Vec::new(),
        creation_time: time("20260131120000"),
        service_start: Some(time("20260131")),
        service_stop: None,
        language: LanguageTag::parse("fr-FR").expect("language"),
        mime_type: MimeType::parse("text/xml").expect("mime"),
        hash: Some(Sha1::from_bytes([n; 20])),
        size: Some(3),
        title: Some("Résultat".to_owned()),
        comments: None,
        authors: vec![author()],
        legal_authenticator: None,
        reference_ids: Vec::new(),
        extra: Vec::new(),
    }
}

pub(crate) fn author() -> Author {
    Author {
        person: Some(
            Xcn::parse("899900000019^KERVEL^Maëlle^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS").expect("xcn"),
        ),
        institutions: vec![
            Xon::parse("Labo des Alizés^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^12A0000011").expect("xon"),
        ],
        roles: vec![CodedText::Text("Exécutant".to_owned())],
        specialties: Vec::new(),
        telecoms: Vec::new(),
    }
}

/// A set with two documents, the second signing the set.
pub(crate) fn submission() -> Submission {
    let content = |text: &str| Content::Inline(ContentBytes::new(text.as_bytes()));
    completed(Submission {
        set: SubmissionSet {
            entry_uuid: uuid(100),
            unique_id: Some(UniqueId::parse("1.2.250.1.999.3.1").expect("an id")),
            source_id: Oid::parse("1.2.250.1.999.4").expect("an oid"),
            patient: ins(),
            submission_time: time("20260131120100"),
            content_type: Code::labelled("04", "1.2.250.1.213.2.2", "Hospitalisation"),
            authors: vec![author()],
            intended_recipients: Vec::new(),
            title: None,
            comments: None,
        },
        entries: vec![(entry(1), content("<a/>\r\n")), (entry(2), content("\r\n--b\r\n"))],
        folders: Vec::new(),
        memberships: Vec::new(),
        associations: vec![Association {
            documentation: None,
            entry_uuid: uuid(101),
            kind: AssociationKind::Signs,
            source: uuid(2),
            target: ObjectRef::Uuid(uuid(100)),
        }],
        orphans: Vec::new(),
        identity_qualified: None,
    })
}

/// The submission with the memberships of its own documents and folders, and no others.
pub(crate) fn completed(mut submission: Submission) -> Submission {
    submission.memberships.clear();
    let mut last = 200;
    submission.complete_memberships(|| {
        last += 1;
        uuid(last)
    });
    submission
}

pub(crate) fn folder(n: u8) -> Folder {
    Folder {
        entry_uuid: uuid(n),
        logical_id: uuid(n),
        version: 1,
        unique_id: UniqueId::parse(&format!("1.2.250.1.999.5.{n}")).expect("an id"),
        availability: Availability::Approved,
        patient: ins(),
        codes: vec![Code::labelled("GROSSESSE", "1.2.250.1.999.6", "Grossesse")],
        title: Some("Grossesse".to_owned()),
        comments: None,
        last_update: None,
        extra: Vec::new(),
    }
}

/// Two documents, the first in a folder of the submission, the second in a registered one; a registered document is
/// referred to, and put into the new folder.
pub(crate) fn with_folders() -> Submission {
    let mut submission = completed(Submission { folders: vec![folder(50)], ..submission() });
    let in_folder = |folder, document| Member::InFolder { folder, document: ObjectRef::Uuid(document) };
    let links = [
        in_folder(uuid(50), uuid(1)),
        in_folder(uuid(60), uuid(2)),
        in_folder(uuid(50), uuid(70)),
        Member::OfFolder(uuid(210)),
        Member::OfFolder(uuid(211)),
        Member::OfFolder(uuid(212)),
        Member::Reference(ObjectRef::Uuid(uuid(70))),
    ];
    let links = links.into_iter().zip(210..);
    submission.memberships.extend(links.map(|(link, n)| Membership { entry_uuid: uuid(n), link }));
    submission
}

/// The ITI-41 message of a submission.
pub(crate) fn deposit(submission: &Submission) -> Message {
    let (body, attachments) = iti41::request::write(submission);
    message(Transaction::Iti41, &body, &attachments)
}

pub(crate) fn message(
    transaction: Transaction,
    body: &str,
    attachments: &[crate::mtom::Attachment],
) -> Message {
    soap::message(transaction, "https://dmp.example/xds", "urn:uuid:m1", None, body, attachments)
        .expect("a message")
}

pub(crate) fn opened(transaction: Transaction, content_type: &str, body: &[u8]) -> Result<Envelope, Fault> {
    open(transaction.endpoint(), content_type, Bytes::copy_from_slice(body), &Limits::default())
}

/// The opened request of a transaction with this body.
pub(crate) fn envelope(transaction: Transaction, body: &str) -> Envelope {
    let message = message(transaction, body, &[]);
    opened(transaction, &message.content_type, &message.body).expect("an envelope")
}

/// Fails where the samples are installed (CI says so): a name that finds nothing there is a mistake.
pub(crate) fn required(what: &str) {
    assert!(std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(), "{what}: required here");
}

/// The text of a public sample; `None`, said aloud, where the samples are not installed.
pub(crate) fn public(path: &str) -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/testdata/ihe");
    let text = std::fs::read_to_string(folder.join(path)).ok();
    if text.is_none() {
        required(path);
        eprintln!("SKIPPED: public sample {path} is not installed");
    }
    text
}

/// A public sample with its patient replaced by one of ours: the samples' patients have no INS.
pub(crate) fn with_ins(text: &str) -> String {
    let mut pieces = text.split("value=\"");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str("value=\"");
        match piece.split_once('"') {
            Some((value, rest)) if value.contains("^^^&amp;") && value.ends_with("&amp;ISO") => {
                out.push_str(&ins().to_cx().replace('&', "&amp;"));
                out.push('"');
                out.push_str(rest);
            }
            _ => out.push_str(piece),
        }
    }
    out
}

/// What a future that never waits gives.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}
