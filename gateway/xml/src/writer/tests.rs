use proptest::prelude::*;

use super::*;
use crate::{Limits, parse};

#[test]
fn elements_attributes_and_text_are_written() {
    let mut writer = Writer::with_declaration();
    writer.start("s:a").attr("xmlns:s", "urn:s").attr_if("n", None).attr_if("m", Some("<\"\n"));
    writer.leaf("b", "1 < 2 & \r").element("c", |inside| {
        inside.start("d").text("x");
    });
    writer.start("e");
    assert_eq!(
        writer.finish(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:a xmlns:s=\"urn:s\" m=\"&lt;&quot;&#xA;\">\
         <b>1 &lt; 2 &amp; &#xD;</b><c><d>x</d></c><e/></s:a>"
    );
}

#[test]
fn characters_that_xml_forbids_are_replaced() {
    let mut writer = Writer::new();
    writer.start("a").attr("b", "\u{0}").text("\u{1B}\u{FFFF}");
    assert_eq!(writer.finish(), "<a b=\"\u{FFFD}\">\u{FFFD}\u{FFFD}</a>");
}

#[test]
fn an_inserted_document_stands_alone() {
    let inner = parse(b"<p:x xmlns:p='urn:p'><y>&amp;</y></p:x>", &Limits::default()).expect("a document");
    let mut writer = Writer::new();
    writer.start("a").insert(&inner, 1000).expect("short");
    assert!(writer.insert(&inner, 10).is_err());
    assert_eq!(writer.finish(), "<a><p:x xmlns:p=\"urn:p\"><y>&amp;</y></p:x></a>");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(value in any::<String>(), text in any::<String>()) {
        let mut writer = Writer::new();
        writer.start("r").attr("a", &value).text(&text);
        let document = parse(writer.finish().as_bytes(), &Limits::default()).expect("well-formed");
        let sound = |text: &str| -> String {
            text.chars().map(|c| if is_char(c) { c } else { '\u{FFFD}' }).collect()
        };
        prop_assert_eq!(document.root().attribute("a").map(str::to_owned), Some(sound(&value)));
        prop_assert_eq!(document.root().text(), sound(&text));
    }
}
