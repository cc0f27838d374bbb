//! What this door writes against the ebXML schemas, by libxml2: needs `python3` (or the interpreter named by `PYTHON`)
//! with lxml, and the public schemas; says so and passes otherwise.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use journey::{LinkKind, ShownLink};
use model::{AssociationKind, Availability, Code, Content, EntryKind, EntryUuid};

use super::{find, opened, payload};
use crate::iti18::request::ReturnType;
use crate::iti18::response::{self, Objects, Shown};
use crate::registry::RegistryError;
use crate::sample::{entry, folder, required, submission, time, uuid, with_folders};
use crate::{iti41, iti42, iti61};

const ORACLE: &str = r##"
import sys
from lxml import etree
folder = sys.argv[1]
schemas = {}
for case in sys.stdin.buffer.read().split(b"\0"):
    name, text = case.split(b"\1")
    name = name.decode()
    if name not in schemas:
        schemas[name] = etree.XMLSchema(etree.parse(folder + "/" + name))
    schemas[name].assertValid(etree.fromstring(text))
"##;

/// Validates payloads, each against the schema file of this name.
fn validate(cases: &[(&str, String)]) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/testdata/ihe/nist-toolkit2/schema/v3");
    if !folder.join("query.xsd").exists() {
        required("the ebXML schemas");
        eprintln!("SKIPPED: the ebXML schemas are not installed");
        return;
    }
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_lxml = Command::new(&python).args(["-c", "import lxml"]).stderr(Stdio::null()).status();
    if !has_lxml.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(), "lxml is required here");
        eprintln!("SKIPPED: no python3 with lxml; answers were not validated");
        return;
    }
    let mut oracle = Command::new(python)
        .args(["-c", ORACLE])
        .arg(folder)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python starts");
    let input: Vec<String> = cases.iter().map(|(schema, text)| format!("{schema}\u{1}{text}")).collect();
    oracle.stdin.take().expect("piped").write_all(input.join("\0").as_bytes()).expect("read");
    let output = oracle.wait_with_output().expect("python ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn link(n: u8, kind: LinkKind) -> ShownLink {
    ShownLink {
        entry_uuid: uuid(n),
        kind,
        source: uuid(100),
        target: uuid(1),
        status: Availability::Approved,
        version: None,
        documentation: None,
    }
}

/// One of everything that a registry shows.
struct Everything {
    documents: Vec<model::DocumentEntry>,
    set: model::SubmissionSet,
    folder: model::Folder,
    links: Vec<ShownLink>,
}

impl Everything {
    fn new() -> Self {
        let on_demand = model::DocumentEntry {
            kind: EntryKind::OnDemand,
            title: None,
            creation_time: model::Moment(0).to_hl7(),
            hash: None,
            size: None,
            ..entry(2)
        };
        let extra = vec![("urn:example:slot".to_owned(), vec!["x".to_owned()])];
        let folder = model::Folder {
            version: 3,
            logical_id: uuid(51),
            comments: Some("commentaire".to_owned()),
            last_update: Some(time("20260131120500")),
            availability: Availability::Deprecated,
            extra,
            ..folder(50)
        };
        let related = ShownLink {
            documentation: Some(Code::labelled("1", "1.2.3", "Parce que")),
            ..link(4, LinkKind::Relationship(AssociationKind::Replaces))
        };
        let of_update = ShownLink { version: Some(2), ..link(1, LinkKind::Original) };
        Everything {
            documents: vec![entry(1), on_demand],
            set: submission().set,
            folder,
            links: vec![of_update, link(2, LinkKind::Reference), link(3, LinkKind::Member), related],
        }
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            documents: self.documents.iter().collect(),
            sets: vec![&self.set],
            folders: vec![&self.folder],
            links: self.links.iter().collect(),
        }
    }

    fn answer(&self, return_type: ReturnType, errors: &[RegistryError]) -> String {
        let outcome = if errors.is_empty() { Ok(()) } else { Err(errors) };
        let nothing = Shown::default();
        let whole = self.shown();
        let shown = if errors.is_empty() { &whole } else { &nothing };
        let answer = response::write(&opened(&find(&[])), "urn:uuid:a", shown, return_type, outcome);
        String::from_utf8(answer.body).expect("text")
    }
}

/// The only child of the Body.
fn body(envelope: &str) -> String {
    let start = envelope.find("<query:AdhocQueryResponse").expect("an answer");
    let end = envelope.rfind("</query:AdhocQueryResponse>").expect("its end");
    envelope[start..end].to_owned() + "</query:AdhocQueryResponse>"
}

#[test]
fn answers_are_valid_against_the_schemas() {
    let everything = Everything::new();
    let errors = [RegistryError::new("XDSTooManyResults", "[query_is_complete] x")];
    let cases = [
        everything.answer(ReturnType::LeafClass, &[]),
        everything.answer(ReturnType::ObjectRef, &[]),
        everything.answer(ReturnType::LeafClass, &errors),
    ];
    validate(&cases.map(|text| ("query.xsd", body(&text))));
}

#[test]
fn submissions_are_valid_against_the_schemas() {
    let mut documented = with_folders();
    documented.associations[0].documentation = Some(Code::labelled("1", "1.2.3", "Parce que"));
    let mut on_demand = with_folders();
    for (entry, content) in &mut on_demand.entries {
        (entry.kind, *content) = (EntryKind::OnDemand, Content::Elsewhere);
    }
    let provided = iti41::request::write(&documented).0;
    let start = provided.find("<lcm:SubmitObjectsRequest").expect("the registration");
    let end = provided.find("</lcm:SubmitObjectsRequest>").expect("its end");
    let inner = format!("{}</lcm:SubmitObjectsRequest>", &provided[start..end]);
    let cases = [inner, iti42::write(&documented), iti61::write(&on_demand)];
    validate(&cases.map(|text| ("lcm.xsd", text)));
}

#[test]
fn every_kind_of_object_reads_back_from_an_answer() {
    let everything = Everything::new();
    let text = everything.answer(ReturnType::LeafClass, &[]);
    let document = xml::parse(text.as_bytes(), &xml::Limits::default()).expect("xml");
    let Objects { documents, sets, folders, links } =
        response::read_objects(payload(&document)).expect("well formed");
    assert_eq!((documents, sets), (everything.documents.clone(), vec![everything.set.clone()]));
    assert_eq!(folders, vec![everything.folder.clone()]);
    let ids: Vec<String> = links.iter().map(|link| link.id.clone()).collect();
    assert_eq!(ids, [1, 2, 3, 4].map(|n| uuid(n).urn()));
    assert!(links.iter().all(|link| link.status == Availability::Approved.urn()));
    let previous = "<rim:Slot name=\"PreviousVersion\"><rim:ValueList><rim:Value>1</rim:Value>";
    assert_eq!(text.matches(previous).count(), 1, "of the version that came with an update");
    let references = everything.answer(ReturnType::ObjectRef, &[]);
    let document = xml::parse(references.as_bytes(), &xml::Limits::default()).expect("xml");
    let expected = [1, 2, 100, 50, 1, 2, 3, 4].map(|n| EntryUuid::from_bytes([n; 16]).urn());
    assert_eq!(response::read_refs(payload(&document)), expected);
}
