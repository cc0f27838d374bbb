//! Just enough ebRIM to turn a sample ITI-41 message into a submission. The real reader is the XDS door's;
//! it cannot be used here, because doors depend on the journey.

use model::{
    Association, AssociationKind, Author, Availability, Code, CodedText, Content, Cx, DocumentEntry,
    EntryUuid, Hl7Time, Ins, LanguageTag, MimeType, ObjectRef, Oid, PersonName, ReferenceId, Sex, Sha1,
    SourcePatientInfo, Submission, SubmissionSet, UniqueId, Xcn, Xon,
};
use xml::{Element, Limits, parse};

use super::{inline, sample};

const RIM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0";
/// What stands for `{{replaced-entry-uuid}}`.
pub const REPLACED: EntryUuid = EntryUuid::from_bytes([7; 16]);
const ENTRY: EntryUuid = EntryUuid::from_bytes([1; 16]);
const SET: EntryUuid = EntryUuid::from_bytes([2; 16]);

pub fn submission(message: &[u8]) -> Submission {
    let text = String::from_utf8(message.to_vec()).expect("UTF-8");
    let text = text.replace("{{security}}", "").replace("{{replaced-entry-uuid}}", &REPLACED.urn());
    let document = parse(text.as_bytes(), &Limits::default()).expect("a well-formed sample");
    let all = || document.root().subtree();
    let list = all().find(|e| e.is(RIM, "RegistryObjectList")).expect("a list");
    let package = list.child(RIM, "RegistryPackage").expect("a set");
    let object = list.child(RIM, "ExtrinsicObject").expect("an entry");
    let href = all().find_map(|e| e.attribute("href")).expect("a part");
    let stem = href.trim_start_matches("cid:").split('@').next().expect("a stem");
    let links = list.children_named(RIM, "Association").filter_map(|link| {
        Some(Association {
            documentation: None,
            entry_uuid: EntryUuid::from_bytes([3; 16]),
            kind: AssociationKind::of(link.attribute("associationType")?)?,
            source: ENTRY,
            target: ObjectRef::Uuid(EntryUuid::parse(link.attribute("targetObject")?).expect("a UUID")),
        })
    });
    Submission {
        set: set(package),
        entries: vec![(entry(object), content(stem))],
        associations: links.collect(),
        folders: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: None,
    }
}

fn content(stem: &str) -> Content {
    inline(sample(&format!("cda/{stem}.xml")))
}

fn set(package: Element<'_>) -> SubmissionSet {
    let identifier = |name| identifier(package, name).expect("an identifier");
    SubmissionSet {
        entry_uuid: SET,
        unique_id: UniqueId::parse(identifier("XDSSubmissionSet.uniqueId")).ok(),
        source_id: Oid::parse(identifier("XDSSubmissionSet.sourceId")).expect("an OID"),
        patient: Ins::parse_cx(identifier("XDSSubmissionSet.patientId")).expect("an INS"),
        submission_time: Hl7Time::parse(&slot(package, "submissionTime")[0]).expect("a time"),
        content_type: codes(package, "aa543740-bdda-424e-8c96-df4873be8500").remove(0),
        authors: authors(package, "a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"),
        intended_recipients: Vec::new(),
        title: label(package),
        comments: None,
    }
}

fn entry(object: Element<'_>) -> DocumentEntry {
    let time = |name| slot(object, name).first().map(|value| Hl7Time::parse(value).expect("a time"));
    let one = |scheme| codes(object, scheme).remove(0);
    let first = |name| slot(object, name).into_iter().next();
    DocumentEntry {
        kind: model::EntryKind::Stable,
        entry_uuid: ENTRY,
        logical_id: ENTRY,
        version: 1,
        unique_id: UniqueId::parse(identifier(object, "XDSDocumentEntry.uniqueId").expect("an id"))
            .expect("an id"),
        repository: None,
        availability: Availability::Approved,
        patient: Ins::parse_cx(identifier(object, "XDSDocumentEntry.patientId").expect("an INS"))
            .expect("an INS"),
        source_patient_id: first("sourcePatientId").map(|value| Cx::parse(&value).expect("CX")),
        source_patient_info: traits(&slot(object, "sourcePatientInfo")),
        class_code: one("41a5887f-8865-4c09-adf7-e362475b143a"),
        type_code: one("f0306f51-975f-434e-a61c-c59651d33983"),
        format_code: one("a09d5840-386c-46f2-b5ad-9c3699a4309d"),
        confidentiality: codes(object, "f4f85eac-e6cb-4883-b524-f2705394840f"),
        facility_type: one("f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"),
        practice_setting: one("cccf5598-8b07-4b77-a05e-ae952c785ead"),
        event_codes: codes(object, "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"),
        creation_time: time("creationTime").expect("a time"),
        service_start: time("serviceStartTime"),
        service_stop: time("serviceStopTime"),
        language: LanguageTag::parse(&slot(object, "languageCode")[0]).expect("a language"),
        mime_type: MimeType::parse(object.attribute("mimeType").expect("a type")).expect("a type"),
        hash: first("hash").map(|value| Sha1::parse_hex(&value).expect("a hash")),
        size: first("size").map(|value| value.parse().expect("a size")),
        title: label(object),
        comments: None,
        authors: authors(object, "93606bcf-9494-43ec-9b4e-a7748d1a838d"),
        legal_authenticator: first("legalAuthenticator").map(|value| Xcn::parse(&value).expect("XCN")),
        reference_ids: slot(object, "urn:ihe:iti:xds:2013:referenceIdList")
            .iter()
            .map(|value| ReferenceId::parse(value).expect("CXi"))
            .collect(),
        extra: Vec::new(),
    }
}

fn slot(object: Element<'_>, name: &str) -> Vec<String> {
    let slots = object.children_named(RIM, "Slot").filter(|slot| slot.attribute("name") == Some(name));
    slots
        .filter_map(|slot| slot.child(RIM, "ValueList"))
        .flat_map(|l| l.children().map(|v| v.text()))
        .collect()
}

fn label(object: Element<'_>) -> Option<String> {
    object.descend(RIM, &["Name", "LocalizedString"])?.attribute("value").map(str::to_owned)
}

fn identifier<'a>(object: Element<'a>, name: &str) -> Option<&'a str> {
    let mut found = object.children_named(RIM, "ExternalIdentifier");
    found.find(|id| label(*id).as_deref() == Some(name))?.attribute("value")
}

fn classifications<'a>(object: Element<'a>, scheme: &str) -> Vec<Element<'a>> {
    let urn = format!("urn:uuid:{scheme}");
    let all = object.children_named(RIM, "Classification");
    all.filter(|found| found.attribute("classificationScheme") == Some(urn.as_str())).collect()
}

fn codes(object: Element<'_>, scheme: &str) -> Vec<Code> {
    let code = |found: Element<'_>| {
        Code::new(found.attribute("nodeRepresentation").expect("a code"), &slot(found, "codingScheme")[0])
    };
    classifications(object, scheme).into_iter().map(code).collect()
}

fn authors(object: Element<'_>, scheme: &str) -> Vec<Author> {
    let author = |found: Element<'_>| {
        let coded = |name| slot(found, name).iter().map(|v| CodedText::parse(v).expect("a code")).collect();
        Author {
            person: slot(found, "authorPerson").first().map(|value| Xcn::parse(value).expect("XCN")),
            institutions: slot(found, "authorInstitution")
                .iter()
                .map(|v| Xon::parse(v).expect("XON"))
                .collect(),
            roles: coded("authorRole"),
            specialties: coded("authorSpecialty"),
            telecoms: Vec::new(),
        }
    };
    classifications(object, scheme).into_iter().map(author).collect()
}

fn traits(lines: &[String]) -> SourcePatientInfo {
    let mut info = SourcePatientInfo::default();
    for line in lines {
        let (field, value) = line.split_once('|').expect("PID-n|value");
        match field {
            "PID-3" => info.identifiers.push(Cx::parse(value).expect("CX")),
            "PID-5" => {
                let mut parts = value.split('^').map(str::to_owned);
                let (family, given, name_type) = (parts.next(), parts.next(), parts.next_back());
                info.names.push(PersonName { family, given, name_type });
            }
            "PID-7" => info.birth_date = Hl7Time::parse(value).ok(),
            "PID-8" => info.sex = Some(Sex::from_hl7(value)),
            other => panic!("{other}"),
        }
    }
    info
}
