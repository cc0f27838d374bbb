use model::{Content, Finding, PartId, Rule, Severity, Submission};
use proptest::prelude::*;

use super::{request, response};
use crate::ebrim::names::{LCM, XDS};
use crate::registry::{RegistryError, Status};
use crate::sample::any::any_submission;
use crate::sample::{Counted, completed, deposit, entry, envelope, message, opened, submission, uuid};
use crate::soap::names::{SOAP12, WSA};
use crate::{Envelope, Limits, Transaction, mtom, soap};

mod folders;
mod kept;

/// The sample's request element, changed by replacing text.
fn body(changes: &[(&str, &str)]) -> String {
    let (mut body, _) = request::write(&submission());
    for (from, to) in changes {
        assert!(body.contains(from), "the sample holds {from}");
        body = body.replace(from, to);
    }
    body
}

fn read(body: &str) -> Result<Submission, Vec<Finding>> {
    let (_, attachments) = request::write(&submission());
    let message = message(Transaction::Iti41, body, &attachments);
    let envelope = opened(Transaction::Iti41, &message.content_type, &message.body).expect("opens");
    request::read(&envelope, &Counted::default())
}

/// Rule and place of each finding.
fn findings(changes: &[(&str, &str)]) -> Vec<(Rule, String)> {
    let findings = read(&body(changes)).expect_err("a refusal");
    findings.into_iter().map(|finding| (finding.rule, finding.at.as_str().to_owned())).collect()
}

fn refused_at(change: (&str, &str), place: &str) {
    let found = findings(&[change]);
    let there = found.iter().any(|(rule, at)| *rule == Rule::MetadataIsWellFormed && at.starts_with(place));
    assert!(there, "{found:?}");
}

const DE: &str = "ExtrinsicObject(urn:uuid:01010101-0101-0101-0101-010101010101)";
const SS: &str = "RegistryPackage(urn:uuid:64646464-6464-6464-6464-646464646464)";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_written_submission_reads_back(submission in any_submission()) {
        let message = deposit(&submission);
        let envelope = opened(Transaction::Iti41, &message.content_type, &message.body).expect("opens");
        prop_assert_eq!(request::read(&envelope, &Counted::default()), Ok(submission));
    }
}

/// The sample's request with a SubmissionSetStatus on its relationship, of this type.
fn with_status(kind: &str) -> String {
    let body = body(&[("AssociationType:signs", kind)]);
    let (before, after) = body.split_once(kind).expect("the relationship");
    let (tag, rest) = after.split_once("/>").expect("its end");
    format!(
        "{before}{kind}{tag}><rim:Slot name=\"SubmissionSetStatus\"><rim:ValueList><rim:Value>Original</rim:Value>\
         </rim:ValueList></rim:Slot></rim:Association>{rest}"
    )
}

#[test]
fn a_status_is_tolerated_where_a_signature_signs_its_set_and_nowhere_else() {
    assert_eq!(read(&with_status("AssociationType:signs")), Ok(submission()));
    let other = read(&with_status("AssociationType:APND")).expect_err("a refusal");
    assert!(other.iter().any(|finding| finding.at.as_str().ends_with("Slot(SubmissionSetStatus)")));
}

#[test]
fn the_same_symbol_gets_the_same_uuid_everywhere() {
    let one = uuid(1).urn();
    let read =
        read(&body(&[(&one, "Document01"), (&uuid(100).urn(), "SubmissionSet01")])).expect("well formed");
    assert_eq!(read.entries[0].0.entry_uuid, uuid(0));
    assert_eq!(read.entries[1].0.entry_uuid, uuid(2), "a real UUID is kept");
    assert_eq!(read.associations[0].target, model::ObjectRef::Uuid(read.set.entry_uuid));
    assert!(matches!(read.entries[0].1, Content::Inline(_)), "the document goes by the symbol too");
}

#[test]
fn ids_schemes_and_hashes_in_upper_case_are_accepted() {
    let alone = completed(Submission {
        entries: vec![(entry(0xab), Content::Missing(None))],
        associations: Vec::new(),
        ..submission()
    });
    let mut text = request::write(&alone).0;
    for lower in
        [uuid(0xab).urn(), "ab".repeat(20), "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d".to_owned()]
    {
        assert!(text.contains(&lower));
        text = text.replacen(&lower, &lower.to_uppercase(), 2);
    }
    let envelope = envelope(Transaction::Iti41, &text);
    assert_eq!(request::read(&envelope, &Counted::default()), Ok(alone));
}

#[test]
fn the_usual_omissions_of_the_field_are_tolerated() {
    let text = body(&[]);
    let mut lenient = String::new();
    for piece in text.split_inclusive('>') {
        let without =
            ["classifiedObject=", "registryObject="].iter().fold(piece.to_owned(), |piece, attribute| {
                match piece.split_once(*attribute) {
                    Some((before, after)) => {
                        format!("{before}{}", after.splitn(3, '"').nth(2).unwrap_or_default())
                    }
                    None => piece,
                }
            });
        lenient.push_str(&without);
    }
    assert!(!lenient.contains("classifiedObject") && !lenient.contains("registryObject"));
    let lenient = lenient
        .replace("&amp;ISO^NH\"", "&amp;ISO^NH^^20100907\"")
        .replace("<rim:RegistryObjectList>", "<rim:RegistryObjectList><rim:ObjectRef id=\"urn:uuid:x\"/>");
    assert_eq!(read(&lenient), Ok(submission()));
}

#[test]
fn the_mark_of_the_set_may_stand_beside_it() {
    let text = body(&[]);
    let from = text.find("<rim:Classification id=").expect("classifications");
    let mark = text.find("classificationNode").expect("the mark");
    let start = text[from..mark].rfind("<rim:Classification").expect("its start") + from;
    let end = text[mark..].find("/>").expect("its end") + mark + 2;
    let element = text[start..end].to_owned();
    let moved = format!("{}{}", &text[..start], &text[end..])
        .replace("</rim:RegistryPackage>", &format!("</rim:RegistryPackage>{element}"));
    assert_eq!(read(&moved), Ok(submission()));
}

#[test]
fn metadata_that_is_not_well_formed_is_found_where_it_stands() {
    refused_at(("name=\"creationTime\"", "name=\"languageCode\""), &format!("{DE}/Slot(creationTime)"));
    refused_at(("name=\"creationTime\"", "name=\"languageCode\""), &format!("{DE}/Slot(languageCode)"));
    refused_at(("20260131120000", "2026-01-31"), &format!("{DE}/Slot(creationTime)"));
    refused_at(("name=\"size\"", "name=\"taille\""), &format!("{DE}/Slot(taille)"));
    refused_at(("<rim:Value>3<", "<rim:Value>-3<"), &format!("{DE}/Slot(size)"));
    refused_at(
        ("nodeRepresentation=\"11502-2\"", "nodeRepresentation=\" \""),
        &format!("{DE}/Classification(typeCode)/@nodeRepresentation"),
    );
    refused_at(("f0306f51-975f", "f0306f51-975e"), &format!("{DE}/Classification(typeCode)"));
    refused_at(("f4f85eac-e6cb", "f4f85eac-e6ce"), &format!("{DE}/Classification(confidentialityCode)"));
    refused_at(("1.2.250.1.999.1.1\"", "\""), &format!("{DE}/ExternalIdentifier(XDSDocumentEntry.uniqueId)"));
    refused_at(("text/xml", "xml"), &format!("{DE}/@mimeType"));
    refused_at(("1.2.250.1.999.4", "source"), &format!("{SS}/ExternalIdentifier(XDSSubmissionSet.sourceId)"));
    refused_at(("\"submissionTime\"", "\"urn:x:submissionTime\""), &format!("{SS}/Slot(submissionTime)"));
    refused_at((">Original<", ">original<"), "Association(");
}

#[test]
#[should_panic(expected = "MetadataIsWellFormed")]
fn the_places_above_are_compared_for_real() {
    refused_at(("text/xml", "xml"), "elsewhere");
}

#[test]
fn every_finding_is_told_at_once() {
    let found = findings(&[("text/xml", "xml"), ("fr-FR", "français"), ("1.2.250.1.999.4", "source")]);
    assert_eq!(found.len(), 5, "two entries with two faults each, and the set: {found:?}");
}

#[test]
fn a_wrong_ins_is_found_as_such() {
    let found = findings(&[("255081416802538^^^", "255081416802539^^^")]);
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|(rule, _)| *rule == Rule::InsIsWellFormed));
    let told = format!("{:?}", read(&body(&[("255081416802538^^^", "255081416802539^^^")])));
    assert!(!told.contains("2550814"), "no INS in a finding");
}

#[test]
fn every_document_is_an_original_member_of_the_set() {
    let unlinked =
        findings(&[(&format!("targetObject=\"{}\"", uuid(1).urn()), "targetObject=\"urn:uuid:x\"")]);
    assert!(unlinked.contains(&(Rule::MetadataIsWellFormed, DE.to_owned())), "{unlinked:?}");
}

#[test]
fn a_metadata_update_is_refused_by_name() {
    let member = "<rim:Slot name=\"SubmissionSetStatus\">";
    let previous = "<rim:Slot name=\"PreviousVersion\"><rim:ValueList><rim:Value>1</rim:Value></rim:ValueList></rim:Slot>";
    for change in [
        ("urn:ihe:iti:2007:AssociationType:signs", "urn:ihe:iti:2010:AssociationType:SubmitAssociation"),
        (
            "urn:ihe:iti:2007:AssociationType:signs",
            "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus",
        ),
        (member, &format!("{previous}{member}")),
    ] {
        let found = findings(&[change]);
        assert!(found.iter().any(|(rule, _)| *rule == Rule::TransactionIsSupported), "{change:?}: {found:?}");
    }
}

#[test]
fn a_logical_id_alone_is_no_update_and_said_not_to_be_kept() {
    let lid = "<rim:ExtrinsicObject lid=\"urn:uuid:0d1d3d5d-0000-0000-0000-000000000000\" ";
    let (_, attachments) = request::write(&submission());
    let message = message(Transaction::Iti41, &body(&[("<rim:ExtrinsicObject ", lid)]), &attachments);
    let envelope = opened(Transaction::Iti41, &message.content_type, &message.body).expect("opens");
    let (read, findings) = request::read_all(&envelope, &Counted::default());
    let entry = read.expect("a submission").entries.remove(0).0;
    assert_eq!(entry.logical_id, entry.entry_uuid);
    let told = findings.iter().any(|finding| {
        finding.xds_code == Some("XDSExtraMetadataNotSaved") && finding.at.as_str().ends_with("/@lid")
    });
    assert!(told, "{findings:?}");
}

#[test]
fn an_on_demand_entry_comes_by_another_transaction() {
    let at = format!("{DE}/@objectType");
    refused_at(("7edca82f-054d-47f2-a032-9b2a5b5186c1", "34268e47-fdf5-41a6-ba33-82133c465248"), &at);
}

#[test]
fn a_confused_association_prefix_is_answered_with_the_right_one() {
    let changed = body(&[(
        "urn:ihe:iti:2007:AssociationType:signs",
        "urn:oasis:names:tc:ebxml-regrep:AssociationType:RPLC",
    )]);
    let found = read(&changed).expect_err("a refusal");
    assert!(found[0].args.iter().any(|(_, text)| text.contains("urn:ihe:iti:2007:AssociationType:RPLC")));
}

#[test]
fn documents_without_entry_and_entries_without_document_are_left_to_rule_g1() {
    let orphan = body(&[(
        "</lcm:SubmitObjectsRequest>",
        "</lcm:SubmitObjectsRequest><xds:Document id=\"Document09\">YQ==</xds:Document>",
    )]);
    assert_eq!(read(&orphan).map(|read| read.orphans), Ok(vec![PartId("Document09".into())]));
    let wrong =
        read(&body(&[("cid:document1@passerelle", "cid:document7@passerelle")])).expect("well formed");
    assert_eq!(wrong.entries[0].1, Content::Missing(Some(PartId("document7@passerelle".into()))));
    assert_eq!(wrong.orphans, vec![PartId("document1@passerelle".into())], "the part that nothing includes");
}

#[test]
fn bad_base64_and_a_missing_object_list_cannot_be_read() {
    let text = body(&[]);
    let at = text.find("<xop:Include").expect("an include");
    let end = text[at..].find("/>").expect("its end") + at + 2;
    let inline = |content: &str| format!("{}{content}{}", &text[..at], &text[end..]);
    assert!(read(&inline("PGEvPg0K")).is_ok());
    assert_eq!(read(&inline("PGE*")).map_err(|found| found[0].rule), Err(Rule::MessageIsReadable));
    let empty = format!(
        "<x:ProvideAndRegisterDocumentSetRequest xmlns:x=\"{XDS}\" xmlns:l=\"{LCM}\"><l:SubmitObjectsRequest/></x:ProvideAndRegisterDocumentSetRequest>"
    );
    assert_eq!(read(&empty).map_err(|found| found[0].rule), Err(Rule::MessageIsReadable));
}

#[test]
fn the_answer_is_mtom_relates_to_the_request_and_reads_back() {
    let request = deposit(&submission());
    let envelope = opened(Transaction::Iti41, &request.content_type, &request.body).expect("opens");
    let errors = [
        RegistryError {
            location: DE.into(),
            ..RegistryError::new("XDSUnknownPatientId", "[record_exists] d'abord <ouvrir> & \"créer\"")
        },
        RegistryError { severity: Severity::Warning, ..RegistryError::new("XDSExtraMetadataNotSaved", "x") },
    ];
    for (errors, status) in
        [(&errors[..], Status::Failure), (&errors[1..], Status::Success), (&[], Status::Success)]
    {
        let answer = response::write(&envelope, "urn:uuid:answer", status, errors);
        assert_eq!(answer.status, 200);
        let media = soap::MediaType::parse(&answer.content_type);
        let package = mtom::read(&answer.body.into(), &media, &Limits::default()).expect("MTOM");
        let document = xml::parse(&package.root.bytes, &xml::Limits::default()).expect("xml");
        let header = document.root().child(SOAP12, "Header").expect("a header");
        let text = |name| header.child(WSA, name).map(|element| element.text());
        assert_eq!(text("RelatesTo").as_deref(), Some("urn:uuid:m1"));
        assert_eq!(
            text("Action").as_deref(),
            Some("urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse")
        );
        let payload =
            document.root().child(SOAP12, "Body").and_then(|body| body.children().next()).expect("a payload");
        assert_eq!(response::read(payload), Some((status, errors.to_vec())));
    }
}

#[test]
fn an_entry_may_be_alone() {
    let alone = completed(Submission {
        entries: vec![(entry(1), Content::Missing(None))],
        associations: Vec::new(),
        ..submission()
    });
    let envelope: Envelope = envelope(Transaction::Iti41, &request::write(&alone).0);
    assert_eq!(request::read(&envelope, &Counted::default()), Ok(alone));
}

#[test]
fn a_part_is_one_document_only() {
    let text = body(&[("cid:document2@passerelle", "cid:document1@passerelle")]);
    let found = read(&text).expect_err("a refusal");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].at.as_str().starts_with("Document("));
}

#[test]
fn objects_and_slots_beyond_measure_are_refused_quickly() {
    let objects = "<rim:RegistryPackage id='a'/><rim:Classification id='b'/>".repeat(40_000);
    let slots: String = (0..40_000).map(|n| format!("<rim:Slot name='urn:x:{n}'/>")).collect();
    for flood in [
        body(&[]).replace("</rim:RegistryObjectList>", &format!("{objects}</rim:RegistryObjectList>")),
        body(&[]).replacen("<rim:Slot name=\"size\">", &format!("{slots}<rim:Slot name=\"size\">"), 1),
    ] {
        assert!(read(&flood).expect_err("a refusal").len() <= 200);
    }
}
