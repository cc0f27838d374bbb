use super::*;
use crate::{Limits, parse};

fn header(xml: &str) -> Result<Header, Vec<Problem>> {
    read_header(&parse(xml.as_bytes(), &Limits::default()).expect("well-formed"))
}

fn document(inside: &str) -> String {
    format!(r#"<ClinicalDocument xmlns="urn:hl7-org:v3">{inside}</ClinicalDocument>"#)
}

#[test]
fn another_root_is_refused_with_what_was_expected() {
    for other in [
        r#"<ClinicalDocument/>"#,
        r#"<Bundle xmlns="http://hl7.org/fhir"/>"#,
        r#"<c:Clinical xmlns:c="urn:hl7-org:v3"/>"#,
    ] {
        let problems = header(other).expect_err("not a CDA");
        assert!(problems[0].en.contains("ClinicalDocument"), "{other}");
    }
}

#[test]
fn an_empty_header_is_read_as_nothing() {
    let header = header(&document("")).expect("a root is enough");
    assert_eq!(header.id, None);
    assert!(header.patients.is_empty() && header.authors.is_empty() && header.body.is_none());
}

#[test]
fn prefixed_elements_are_read_and_foreign_ones_are_not() {
    let xml = r#"<h:ClinicalDocument xmlns:h="urn:hl7-org:v3" xmlns="urn:other">
        <id root="1.1"/><h:id root="2.999.1"/></h:ClinicalDocument>"#;
    let id = header(xml).expect("a CDA").id.expect("an id");
    assert_eq!(id.value, InstanceId { root: "2.999.1".into(), extension: None });
    assert_eq!(id.path, "/ClinicalDocument/id");
}

#[test]
fn every_value_knows_its_place() {
    let header = header(&document(
        r#"<templateId root="1.1"/><templateId root="1.2"/>
        <code code="11502-2" codeSystem="2.16.840.1.113883.6.1" displayName="x"/>
        <title> Titre </title><effectiveTime value="20261118143000+0100"/>
        <author><functionCode code="PCP" displayName="Médecin traitant"/><assignedAuthor>
          <id nullFlavor="UNK"/><id root="1.2.250.1.71.4.2.1" extension="8"/>
          <code code="G15_60" codeSystem="1.2.250.1.213.1.1.4.5"/>
          <representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1"/></representedOrganization>
        </assignedAuthor></author>
        <documentationOf><serviceEvent><effectiveTime><low value="20261118"/></effectiveTime></serviceEvent></documentationOf>
        <documentationOf><serviceEvent><performer><assignedEntity><representedOrganization>
          <standardIndustryClassCode code="AMBULATOIRE" codeSystem="1.2.250.1.213.1.1.4.9"/>
        </representedOrganization></assignedEntity></performer></serviceEvent></documentationOf>"#,
    ))
    .expect("a CDA");
    assert_eq!(header.template_ids[1].path, "/ClinicalDocument/templateId[2]/@root");
    assert_eq!(header.title.as_ref().map(|title| title.value.as_str()), Some("Titre"));
    let time = header.effective_time.as_ref().expect("a time");
    assert_eq!(
        (time.value.as_str(), time.path.as_str()),
        ("20261118133000", "/ClinicalDocument/effectiveTime/@value")
    );
    let author = &header.authors[0];
    assert_eq!(author.person.ids.len(), 1);
    assert_eq!(author.person.ids[0].path, "/ClinicalDocument/author[1]/assignedAuthor/id[2]");
    assert_eq!(
        author.function.as_ref().and_then(|code| code.value.label.as_deref()),
        Some("Médecin traitant")
    );
    let organization = author.person.organization.as_ref().expect("an organisation");
    assert_eq!(organization.ids[0].value.extension.as_deref(), Some("1"));
    let main = header.main_service().expect("an event");
    assert_eq!(main.path, "/ClinicalDocument/documentationOf[2]/serviceEvent");
    assert_eq!(header.services[0].low.as_ref().map(|low| low.value.as_str()), Some("20261118"));
}

#[test]
fn a_wrong_time_is_a_problem_with_its_place_and_without_its_value() {
    let problems = header(&document(
        r#"<effectiveTime value="hier"/><recordTarget><patientRole><patient><birthTime value="1/2/1950"/>
        </patient></patientRole></recordTarget>"#,
    ))
    .expect_err("two wrong times");
    let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/ClinicalDocument/effectiveTime/@value",
            "/ClinicalDocument/recordTarget[1]/patientRole/patient/birthTime/@value"
        ]
    );
    assert!(!format!("{problems:?}").contains("1950"));
}

#[test]
fn endless_repetition_is_a_problem() {
    let problems = header(&document(&"<author/>".repeat(MAX_REPEATS + 1))).expect_err("too many");
    assert_eq!(problems[0].path, "/ClinicalDocument/author");
    assert!(header(&document(&"<author/>".repeat(MAX_REPEATS))).is_ok());
}

#[test]
fn a_body_is_seen_from_the_outside() {
    let xml = document(
        r#"<component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBE
        Rg==</text></nonXMLBody></component>"#,
    );
    let parsed = parse(xml.as_bytes(), &Limits::default()).expect("well-formed");
    let Some(Body::NonXml { media_type, length, path, .. }) = read_header(&parsed).expect("a CDA").body
    else {
        panic!("level 1")
    };
    assert_eq!(media_type.map(|at| at.value).as_deref(), Some("application/pdf"));
    assert_eq!(path, "/ClinicalDocument/component/nonXMLBody/text");
    assert_eq!(non_xml_text(&parsed).map(|text| text.len()), Some(length));
    let structured = header(&document("<component><structuredBody/></component>")).expect("a CDA").body;
    assert!(matches!(structured, Some(Body::Structured { .. })));
}

#[test]
fn debug_shows_no_trait_of_the_patient() {
    let header = header(&document(
        r#"<recordTarget><patientRole><id root="2.999.4" extension="SECRET"/><patient><name>
        <family qualifier="BR">SECRET</family><given>SECRET</given></name></patient></patientRole></recordTarget>"#,
    ))
    .expect("a CDA");
    assert_eq!(header.patients[0].names[0].families[0], (Some("BR".into()), "SECRET".into()));
    assert!(!format!("{header:?}").contains("SECRET"));
}
