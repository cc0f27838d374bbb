//! Answers of every kind that the XDS door gives, valid by the ebXML and IHE schemas of the public samples.
//!
//! Needs `python3` (or the interpreter named by `PYTHON`) with lxml, and `../shared/testdata`. Without them it says so
//! and skips, unless `PASSERELLE_REQUIRE_ORACLES` or `PASSERELLE_REQUIRE_SAMPLES` is set.

use std::path::Path;
use std::process::{Command, Stdio};

use bytes::Bytes;
use ihe::Transaction;
use model::{
    AssociationKind, Availability, Caller, Code, EntryUuid, Folder, Ins, Member, Membership, ObjectRef,
    UniqueId,
};
use passerelle_tests::hall::{Hall, REPOSITORY, break_glass};
use passerelle_tests::paper::{Paper, uuid};
use passerelle_tests::root;

const SCHEMAS: &str = "../shared/testdata/ihe/nist-toolkit2/schema/v3";

/// A query's name, its UUID, and its parameters with their values.
type Query = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The fourteen stored queries of one patient, and how each is asked here.
const QUERIES: [Query; 14] = [
    (
        "FindDocuments",
        "14d4debf-8f97-4251-9a74-a90016b0af0d",
        &[("$XDSDocumentEntryPatientId", PATIENT), ("$XDSDocumentEntryStatus", STATUS)],
    ),
    (
        "FindDocumentsByReferenceId",
        "12941a89-e02e-4be5-967c-ce4bfc8fe492",
        &[
            ("$XDSDocumentEntryPatientId", PATIENT),
            ("$XDSDocumentEntryStatus", STATUS),
            ("$XDSDocumentEntryReferenceIdList", "('%')"),
        ],
    ),
    (
        "FindSubmissionSets",
        "f26abbcb-ac74-4422-8a30-edb644bbc1a9",
        &[("$XDSSubmissionSetPatientId", PATIENT), ("$XDSSubmissionSetStatus", STATUS)],
    ),
    (
        "FindFolders",
        "958f3006-baad-4929-a4de-ff1114824431",
        &[("$XDSFolderPatientId", PATIENT), ("$XDSFolderStatus", STATUS)],
    ),
    (
        "GetAll",
        "10b545ea-725c-446d-9b95-8aeb444eddf3",
        &[
            ("$patientId", PATIENT),
            ("$XDSDocumentEntryStatus", STATUS),
            ("$XDSSubmissionSetStatus", STATUS),
            ("$XDSFolderStatus", STATUS),
        ],
    ),
    ("GetDocuments", "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", &[("$XDSDocumentEntryEntryUUID", DOCUMENT)]),
    ("GetFolders", "5737b14c-8a1a-4539-b659-e03a34a5e1e4", &[("$XDSFolderEntryUUID", FOLDER)]),
    ("GetAssociations", "a7ae438b-4bc2-4642-93e9-be891f7bb155", &[("$uuid", DOCUMENT)]),
    (
        "GetDocumentsAndAssociations",
        "bab9529a-4a10-40b3-a01f-f68a615d247a",
        &[("$XDSDocumentEntryEntryUUID", DOCUMENT)],
    ),
    ("GetSubmissionSets", "51224314-5390-4169-9b91-b1980040715a", &[("$uuid", DOCUMENT)]),
    (
        "GetSubmissionSetAndContents",
        "e8e3cb2c-e39c-46b9-99e4-c12f57260b83",
        &[("$XDSSubmissionSetEntryUUID", SET)],
    ),
    ("GetFolderAndContents", "b909a503-523d-4517-8acf-8e5834dfc4c7", &[("$XDSFolderEntryUUID", FOLDER)]),
    (
        "GetFoldersForDocument",
        "10cae35a-c7f9-4cf5-b61e-fc3278ffb578",
        &[("$XDSDocumentEntryEntryUUID", DOCUMENT)],
    ),
    (
        "GetRelatedDocuments",
        "d90e5407-b356-4d91-a89f-873917b4b0e6",
        &[
            ("$XDSDocumentEntryEntryUUID", DOCUMENT),
            ("$AssociationTypes", "('urn:ihe:iti:2007:AssociationType:APND')"),
        ],
    ),
];
const PATIENT: &str = "PATIENT";
const DOCUMENT: &str = "DOCUMENT";
const SET: &str = "SET";
const FOLDER: &str = "FOLDER";
const STATUS: &str = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')";

#[tokio::test]
async fn answers_of_every_kind_are_valid_by_the_ebxml_and_ihe_schemas() {
    let Some(python) = python() else { return };
    let record = Record::made().await;
    let recorded = tempfile::tempdir().unwrap();
    let mut kinds = 0;
    for (kind, status, answer) in record.answers().await {
        let text = answer.text();
        assert!(text.contains(&format!("ResponseStatusType:{status}\"")), "{kind}: {text}");
        keep(recorded.path(), &kind, &answer.headers[0].1, &answer.body);
        kinds += 1;
    }
    for (kind, media, body) in [
        ("fault no XML", "application/soap+xml", "<a>"),
        ("fault SOAP 1.1", "text/xml", "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"/>"),
    ] {
        let limits = ihe::Limits::default();
        let opened = ihe::open(ihe::Endpoint::Registry, media, Bytes::from_static(body.as_bytes()), &limits);
        let fault = ihe::fault(None, &opened.err().unwrap());
        keep(recorded.path(), kind, &fault.content_type, &fault.body);
        kinds += 1;
    }
    let output = Command::new(python)
        .arg(root().join("conformance/nist/validate.py"))
        .arg("--schemas")
        .arg(root().join(SCHEMAS))
        .arg(recorded.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(said.trim_end().ends_with(&format!("{kinds} answers, 0 faults")), "{said}");
}

/// A record with a document, one appended to it, and a folder that holds the first.
struct Record {
    hall: Hall,
    patient: Ins,
    reader: Caller,
    hospital: Caller,
}

impl Record {
    async fn made() -> Self {
        let hall = Hall::open(&["ondine"]).await.unwrap();
        let (patient, hospital) = (hall.patient("ondine"), hall.structure("hospital"));
        let reader = break_glass(hall.professional("gp"));
        let record = Record { hall, patient, reader, hospital };
        let mut made = record.paper(1).submission(&record.hall.desk.mappings);
        let (folder, membership) = (uuid(4, 1), uuid(5, 1));
        made.folders.push(folder_of(&record.patient, folder));
        let document = ObjectRef::Uuid(uuid(1, 1));
        for (number, link) in [(1, Member::InFolder { folder, document }), (2, Member::OfFolder(membership))]
        {
            made.memberships.push(Membership { entry_uuid: uuid(5, number), link });
        }
        record.hall.deposit(&record.hospital, made).await.unwrap();
        record
    }

    fn paper(&self, number: u64) -> Paper {
        let person = self.hall.cast.professional("gp").unwrap();
        let structure = self.hall.cast.structure("hospital").unwrap();
        Paper::new(number, &self.patient, (&person.id, &structure.id))
    }

    /// Kind, status, answer.
    async fn answers(&self) -> Vec<(String, &'static str, passerelle_tests::hall::Answer)> {
        let mut answers = Vec::new();
        let appended =
            Paper { link: Some((AssociationKind::Appends, ObjectRef::Uuid(uuid(1, 1)))), ..self.paper(2) };
        let mut wrong = self.paper(3);
        wrong.author.1 = "1999999999".to_owned();
        for (kind, status, paper) in [("stored", "Success", appended), ("refused", "Failure", wrong)] {
            let (payload, parts) = paper.iti41(&self.hall.desk.mappings);
            let answer =
                self.hall.xds(&self.hospital, Transaction::Iti41.action(), &payload, &parts).await.unwrap();
            answers.push((format!("ITI-41 {kind}"), status, answer));
        }
        for (name, id, parameters) in QUERIES {
            for form in ["LeafClass", "ObjectRef"] {
                let answer = self.ask(&self.query(id, form, parameters)).await;
                answers.push((format!("ITI-18 {name} {form}"), "Success", answer));
            }
        }
        let (_, find, parameters) = QUERIES[0];
        let unknown = "00000000-8f97-4251-9a74-a90016b0af0d";
        for (kind, payload) in [
            ("unknown query", self.query(unknown, "LeafClass", parameters)),
            ("missing parameter", self.query(find, "LeafClass", &[])),
        ] {
            answers.push((format!("ITI-18 {kind}"), "Failure", self.ask(&payload).await));
        }
        for (kind, status, ids) in [
            ("one", "Success", &["2.999.7.1"][..]),
            ("one of two", "PartialSuccess", &["2.999.7.1", "2.999.7.99"][..]),
            ("none", "Failure", &["2.999.7.99"][..]),
        ] {
            let answer =
                self.hall.xds(&self.reader, Transaction::Iti43.action(), &retrieval(ids), &[]).await.unwrap();
            answers.push((format!("ITI-43 {kind}"), status, answer));
        }
        answers
    }

    fn query(&self, id: &str, form: &str, parameters: &[(&str, &str)]) -> String {
        let slots: String = parameters
            .iter()
            .map(|(name, value)| {
                let value = match *value {
                    PATIENT => format!("'{}'", self.patient.to_cx().replace('&', "&amp;")),
                    DOCUMENT => format!("('{}')", uuid(1, 1).urn()),
                    SET => format!("'{}'", uuid(2, 1).urn()),
                    FOLDER => format!("('{}')", uuid(4, 1).urn()),
                    other => other.to_owned(),
                };
                format!(
                    "<r:Slot name=\"{name}\"><r:ValueList><r:Value>{value}</r:Value></r:ValueList></r:Slot>"
                )
            })
            .collect();
        format!(
            "<q:AdhocQueryRequest xmlns:q=\"urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0\" \
             xmlns:r=\"urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0\"><q:ResponseOption returnType=\"{form}\" \
             returnComposedObjects=\"true\"/><r:AdhocQuery id=\"urn:uuid:{id}\">{slots}</r:AdhocQuery>\
             </q:AdhocQueryRequest>"
        )
    }

    async fn ask(&self, payload: &str) -> passerelle_tests::hall::Answer {
        self.hall.xds(&self.reader, Transaction::Iti18.action(), payload, &[]).await.unwrap()
    }
}

fn folder_of(patient: &Ins, own: EntryUuid) -> Folder {
    Folder {
        entry_uuid: own,
        logical_id: own,
        version: 1,
        unique_id: UniqueId::parse("2.999.9.1").unwrap(),
        availability: Availability::Approved,
        patient: patient.clone(),
        codes: vec![Code::labelled("GROSSESSE", "2.999.8", "Grossesse")],
        title: Some("Suivi".to_owned()),
        comments: None,
        last_update: None,
        extra: Vec::new(),
    }
}

fn retrieval(ids: &[&str]) -> String {
    let requests: String = ids
        .iter()
        .map(|id| {
            format!(
                "<x:DocumentRequest><x:RepositoryUniqueId>{REPOSITORY}</x:RepositoryUniqueId>\
                 <x:DocumentUniqueId>{id}</x:DocumentUniqueId></x:DocumentRequest>"
            )
        })
        .collect();
    format!(
        "<x:RetrieveDocumentSetRequest xmlns:x=\"urn:ihe:iti:xds-b:2007\">{requests}</x:RetrieveDocumentSetRequest>"
    )
}

fn keep(folder: &Path, kind: &str, content_type: &str, body: &[u8]) {
    std::fs::write(folder.join(kind), [content_type.as_bytes(), b"\n", body].concat()).unwrap();
}

/// An interpreter with lxml, where the schemas are too.
fn python() -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = Command::new(&python).args(["-c", "import lxml.etree"]).stderr(Stdio::null()).status();
    let oracle = probe.is_ok_and(|status| status.success());
    let schemas = root().join(SCHEMAS).is_dir();
    if oracle && schemas {
        return Some(python);
    }
    assert!(
        oracle || std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(),
        "python3 with lxml is required here"
    );
    assert!(
        schemas || std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(),
        "{SCHEMAS} is required here"
    );
    eprintln!("SKIPPED: no python3 with lxml or no {SCHEMAS}; the answers were not held against the schemas");
    None
}
