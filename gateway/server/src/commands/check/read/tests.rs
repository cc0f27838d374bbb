use std::sync::LazyLock;

use super::*;

static HELD: LazyLock<Held> = LazyLock::new(|| super::super::held(None).expect("the tables"));

fn sample(path: &str) -> Vec<u8> {
    let file = format!("{}/../../samples/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn looked(
    bytes: &[u8],
    parts: &[(String, Vec<u8>)],
) -> (Option<&'static str>, Vec<(Rule, String)>, LookedAt) {
    let checked = file(&HELD, bytes, parts);
    let errors = checked.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let told = errors.map(|finding| (finding.rule, finding.at.as_str().to_owned())).collect();
    (checked.kind, told, checked.looked_at)
}

fn lab_part() -> (String, Vec<u8>) {
    ("n3-lab-report@samples.passerelle.example".to_owned(), sample("cda/n3-lab-report.xml"))
}

#[test]
fn each_kind_of_sample_is_recognised_and_passes() {
    for (path, kind, looked_at) in [
        ("soap/iti41-lab-report.xml", "ITI-41", LookedAt::WithoutContents),
        ("fhir/iti65-hospital-report.json", "ITI-65", LookedAt::All),
        ("fhir/iti65-hospital-report.xml", "ITI-65", LookedAt::All),
        ("fhir/iti65-two-documents.json", "ITI-65", LookedAt::All),
        ("fhir/iti105-emergency-report.json", "ITI-105", LookedAt::All),
        ("cda/n3-lab-report.xml", "CDA", LookedAt::All),
        ("cda/n1-hospital-report.xml", "CDA", LookedAt::All),
    ] {
        assert_eq!(looked(&sample(path), &[]), (Some(kind), Vec::new(), looked_at), "{path}");
    }
}

#[test]
fn a_message_with_its_mime_headers_is_read_whole() {
    let (content_type, body) = wrapped(&sample("soap/iti41-lab-report.xml"), &[lab_part()]);
    let whole = (Some("ITI-41"), Vec::new(), LookedAt::All);
    let with_headers = |head: String| [head.as_bytes(), &body].concat();
    assert_eq!(
        looked(
            &with_headers(format!(
                "POST /xds/repository HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n\r\n"
            )),
            &[]
        ),
        whole
    );
    let folded = content_type.replace("; start=", ";\r\n start=");
    assert_eq!(
        looked(&with_headers(format!("MIME-Version: 1.0\r\ncontent-type: {folded}\r\n\r\n")), &[]),
        whole
    );
    assert_eq!(looked(&body, &[]), whole);
}

#[test]
fn the_parts_of_an_envelope_can_be_given_and_are_compared_with_the_metadata() {
    let envelope = sample("soap/iti41-lab-report.xml");
    assert_eq!(looked(&envelope, &[lab_part()]), (Some("ITI-41"), Vec::new(), LookedAt::All));
    let (cid, bytes) = lab_part();
    let other = String::from_utf8(bytes).expect("UTF-8").replace("code=\"SA25\"", "code=\"SA29\"");
    let (_, told, _) = looked(&envelope, &[(cid, other.into_bytes())]);
    let place = "/ClinicalDocument/componentOf/encompassingEncounter/location/healthCareFacility/code";
    assert!(
        told.contains(&(Rule::HashAndSizeHold, "ExtrinsicObject(Document01)/Slot(hash)".to_owned())),
        "{told:?}"
    );
    assert!(told.contains(&(Rule::CdaAgreesWithMetadata, place.to_owned())), "{told:?}");
}

#[test]
fn every_hostile_deposit_is_refused_by_a_rule_and_none_is_a_failure() {
    let folder = format!("{}/../../samples/hostile", env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let bytes = std::fs::read(&path).expect("a file");
        let (_, told, looked_at) = looked(&bytes, &[]);
        // What only the contents, the caller or the record tell is not told here.
        let silent = looked_at == LookedAt::WithoutContents || name.contains("addendum");
        assert!(silent || !told.is_empty(), "{name}");
        seen += 1;
    }
    assert!(seen > 20);
}

#[test]
fn what_is_nothing_known_is_told_as_such() {
    for bytes in
        [b"".as_slice(), b"   ", b"hello", b"\x00\x01", b"{", b"<", b"--b", b"Content-Type: a/b\r\n\r\n"]
    {
        let (kind, told, looked_at) = looked(bytes, &[]);
        assert!(!told.is_empty(), "{bytes:?}");
        assert!(kind.is_none() || kind == Some("CDA"), "{bytes:?}");
        assert!(kind.is_some() || looked_at == LookedAt::Structure);
    }
    let (kind, told, _) = looked(&sample("soap/iti18-find-documents.xml"), &[]);
    assert_eq!((kind, told.len()), (Some("ITI-18"), 1));
}

#[test]
fn a_registration_is_read_as_what_it_is() {
    let text = String::from_utf8(sample("soap/iti41-lab-report.xml")).expect("UTF-8");
    let (head, rest) = text.split_once("<xds:ProvideAndRegisterDocumentSetRequest").expect("the request");
    let namespaces = rest.split_once('>').expect("its tag").0;
    let inner = rest.split_once("<lcm:SubmitObjectsRequest>").expect("the submission").1;
    let inner = inner.split_once("</lcm:SubmitObjectsRequest>").expect("its end").0;
    let message = format!(
        "{}<lcm:SubmitObjectsRequest{namespaces}>{inner}</lcm:SubmitObjectsRequest></soap12:Body></soap12:Envelope>",
        head.replace("ProvideAndRegisterDocumentSet-b", "RegisterDocumentSet-b")
    );
    let (kind, told, _) = looked(message.as_bytes(), &[]);
    assert_eq!(kind, Some("ITI-42"));
    assert!(told.iter().all(|(_, place)| place.contains("repositoryUniqueId")), "{told:?}");
}
