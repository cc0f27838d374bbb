//! A resource in the other format: what tests and tools have in one and need in the other.

use serde_json::Value;

use crate::Limits;
use crate::incoming::examined;
use crate::media::Format;

/// FHIR JSON as FHIR XML; `None` if it is not structurally sound.
pub fn xml_of_json(json: &[u8]) -> Option<String> {
    sound(json, Format::Json).map(|resource| crate::codec::xml::write(&resource, false))
}

/// FHIR XML as FHIR JSON; `None` if it is not structurally sound.
pub fn json_of_xml(xml: &[u8]) -> Option<String> {
    sound(xml, Format::Xml).map(|resource| resource.to_string())
}

fn sound(bytes: &[u8], format: Format) -> Option<Value> {
    let (resource, findings) = examined(bytes, format, &Limits::default()).ok()?;
    findings.is_empty().then_some(resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_comes_back_from_the_other_format() {
        let json = r#"{"resourceType":"Basic","id":"b"}"#;
        let xml = xml_of_json(json.as_bytes()).expect("XML");
        assert_eq!(json_of_xml(xml.as_bytes()).as_deref(), Some(json));
        assert_eq!((xml_of_json(xml.as_bytes()), json_of_xml(b"<Basic/>")), (None, None));
    }
}
