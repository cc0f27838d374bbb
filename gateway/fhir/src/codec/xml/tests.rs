use model::Location;
use serde_json::{Value, json};

use super::*;
use crate::Limits;
use crate::codec::structure::{self, tests::resolves};

mod generated;
mod pairs;

fn tree(text: &str) -> Tree {
    read(text.as_bytes(), &Limits::default()).unwrap_or_else(|finding| panic!("{finding:?}: {text}"))
}

/// The resource of sound XML.
fn value(text: &str) -> Value {
    let tree = tree(text);
    assert_eq!(tree.findings, [], "{text}");
    assert_eq!(structure::check(&tree.value), [], "{text}");
    tree.value
}

/// The places of everything that is wrong; each resolves.
fn places(text: &str) -> Vec<String> {
    let Tree { value, mut findings } = tree(text);
    findings.extend(structure::check(&value));
    for finding in &findings {
        assert!(
            finding.at == Location::Whole || resolves(&value, finding.at.as_str()),
            "{finding:?} {value}"
        );
    }
    findings.into_iter().map(|finding| finding.at.as_str().to_owned()).collect()
}

const PATIENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- invented -->
<Patient xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://hl7.org/fhir fhir.xsd">
  <id value="p"/>
  <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"> <p class="a">x &amp; y</p><br/><p></p>&#160;</div></text>
  <contained><Organization><id value="o"/><name value="é &quot;&#10;"/></Organization></contained>
  <extension url="http://x/rate"><valueDecimal value="1.500"/></extension>
  <active value="true"/>
  <name id="n"><family value="D"/><given value="A"/><given><extension url="u"><valueCode value="NI"/></extension></given></name>
  <birthDate id="x" value="1980-01"/>
  <multipleBirthInteger value="2"/>
</Patient>"#;

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p",
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"> <p class=\"a\">x &amp; y</p><br/><p></p>\u{a0}</div>"},
        "contained": [{"resourceType": "Organization", "id": "o", "name": "é \"\n"}],
        "extension": [{"url": "http://x/rate", "valueDecimal": serde_json::from_str::<Value>("1.500").expect("number")}],
        "active": true,
        "name": [{"id": "n", "family": "D", "given": ["A", null],
            "_given": [null, {"extension": [{"url": "u", "valueCode": "NI"}]}]}],
        "birthDate": "1980-01", "_birthDate": {"id": "x"},
        "multipleBirthInteger": 2,
    })
}

#[test]
fn a_resource_is_read_as_its_json_form() {
    assert_eq!(value(PATIENT), patient());
    let prefixed = r#"<f:Basic xmlns:f="http://hl7.org/fhir"><f:id value="b"/></f:Basic>"#;
    assert_eq!(value(prefixed), json!({"resourceType": "Basic", "id": "b"}));
}

#[test]
fn a_byte_order_mark_and_instructions_before_the_root_are_read_past() {
    let text = format!("\u{feff}{}", PATIENT.replacen("<!--", "<?xml-stylesheet href='x'?><!--", 1));
    assert_eq!(value(&text), patient());
}

#[test]
fn what_is_written_is_read_again() {
    for pretty in [false, true] {
        let written = write(&patient(), pretty);
        assert_eq!(value(&written), patient(), "{written}");
        assert!(written.contains("1.500") && written.contains("<br/><p></p>"), "{written}");
    }
    assert!(write(&patient(), true).contains("\n  <name id=\"n\">\n    <family value=\"D\"/>"));
    assert!(!write(&patient(), false).contains('\n'));
}

#[test]
fn elements_are_written_in_the_order_of_the_model() {
    let shuffled = json!({"birthDate": "1980", "resourceType": "Patient", "active": true, "id": "p",
        "extension": [{"valueString": "x", "url": "u"}], "meta": {"versionId": "1"}});
    assert_eq!(
        write(&shuffled, false),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Patient xmlns=\"http://hl7.org/fhir\"><id value=\"p\"/>\
         <meta><versionId value=\"1\"/></meta><extension url=\"u\"><valueString value=\"x\"/></extension>\
         <active value=\"true\"/><birthDate value=\"1980\"/></Patient>"
    );
}

#[test]
fn a_narrative_that_is_no_xml_is_written_as_its_text() {
    let bad =
        json!({"resourceType": "Basic", "text": {"status": "generated", "div": "<div>&nbsp;<br></div>"}});
    let written = value(&write(&bad, false));
    assert_eq!(
        written["text"]["div"],
        "<div xmlns=\"http://www.w3.org/1999/xhtml\">&lt;div&gt;&amp;nbsp;&lt;br&gt;&lt;/div&gt;</div>"
    );
}

/// A Patient with this content.
fn around(content: &str) -> String {
    format!(r#"<Patient xmlns="http://hl7.org/fhir">{content}</Patient>"#)
}

#[test]
fn each_wrong_shape_is_told_at_its_place() {
    for (content, at) in [
        ("<foo value=\"x\"/>", &["Patient"][..]),
        ("text", &["Patient"]),
        ("<active value=\"true\">x</active>", &["Patient.active"]),
        ("<active value=\"TRUE\"/>", &["Patient.active"]),
        ("<active/>", &["Patient.active"]),
        ("<active value=\"true\" lang=\"fr\"/>", &["Patient.active"]),
        ("<active value=\"true\"><value value=\"x\"/></active>", &["Patient.active"]),
        ("<active value=\"true\"/><active value=\"true\"/>", &["Patient.active"]),
        ("<birthDate value=\"31/12/1970\"/>", &["Patient.birthDate"]),
        ("<multipleBirthInteger value=\"01\"/>", &["Patient.multipleBirth"]),
        ("<multipleBirthInteger value=\" 1\"/>", &["Patient.multipleBirth"]),
        ("<name/>", &["Patient.name[0]"]),
        ("<name url=\"u\"><family value=\"x\"/></name>", &["Patient.name[0]"]),
        ("<name><id value=\"x\"/><family value=\"x\"/></name>", &["Patient.name[0]"]),
        ("<name><given value=\"A\"/><given/></name>", &["Patient.name[0].given[1]"]),
        ("<extension><url value=\"u\"/><valueString value=\"x\"/></extension>", &["Patient.extension[0]"]),
        ("<contained/>", &["Patient.contained[0]", "Patient.contained[0]"]),
        (
            "<contained><Basic><id value=\"a\"/></Basic><Basic><id value=\"b\"/></Basic></contained>",
            &["Patient.contained[0]", "Patient.contained[0]"],
        ),
        ("<contained><Nonsense/></contained>", &["Patient.contained[0]"]),
        ("<text><status value=\"empty\"/><div>x</div></text>", &["Patient.text"]),
        ("<name xmlns=\"urn:x\"/>", &["Patient"]),
    ] {
        assert_eq!(places(&around(content)), at, "{content}");
    }
    assert_eq!(places("<Patient><id value=\"x\"/></Patient>"), ["Patient"]);
    assert_eq!(places("<Nonsense xmlns=\"http://hl7.org/fhir\"/>"), [""]);
    assert_eq!(places("<html/>"), ["", ""]);
}

#[test]
fn what_is_no_xml_that_is_read_here_is_refused() {
    let deep = format!("{}{}", "<a>".repeat(65), "</a>".repeat(65));
    let very_deep = "<a>".repeat(100_000);
    let limits = Limits { bytes: 1 << 20, depth: 64, nodes: 100 };
    let wide = around(&"<active value=\"true\"/>".repeat(301));
    for bad in [
        "",
        "{}",
        "<a",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<a><?x y?></a>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
        &around("<text><div xmlns='http://www.w3.org/1999/xhtml'>&nbsp;</div></text>"),
        &deep,
        &very_deep,
        &wide,
    ] {
        assert!(read(bad.as_bytes(), &limits).is_err(), "{}", bad.get(..60).unwrap_or(bad));
    }
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain("<a/>".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(read(&utf16, &limits).is_err());
}
