use model::{EntryUuid, Finding, Rule};

use super::request::{read, write};

fn parsed(text: &str) -> Result<Vec<EntryUuid>, Vec<Finding>> {
    let document = xml::parse(text.as_bytes(), &xml::Limits::default()).expect("XML");
    read(document.root())
}

fn rules(text: &str) -> Vec<Rule> {
    parsed(text).expect_err("findings").iter().map(|finding| finding.rule).collect()
}

const RIM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0";

fn request(attributes: &str, list: &str) -> String {
    format!(
        "<l:RemoveObjectsRequest xmlns:l='urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0' xmlns:r='{RIM}'{attributes}>{list}</l:RemoveObjectsRequest>"
    )
}

#[test]
fn what_is_written_reads_back_each_object_once() {
    let (one, other) = (EntryUuid::from_bytes([1; 16]), EntryUuid::from_bytes([2; 16]));
    assert_eq!(parsed(&write(&[one, other, one])), Ok(vec![one, other]));
}

#[test]
fn a_request_without_a_reference_is_unreadable() {
    assert_eq!(rules(&request("", "")), [Rule::MessageIsReadable]);
    assert_eq!(rules(&request("", "<r:ObjectRefList/>")), [Rule::MessageIsReadable]);
}

#[test]
fn an_id_that_is_no_uuid_names_nothing() {
    let list = "<r:ObjectRefList><r:ObjectRef id='Document01'/></r:ObjectRefList>";
    assert_eq!(rules(&request("", list)), [Rule::LinkedObjectIsReachable]);
}

#[test]
fn a_query_or_a_scope_in_place_of_references_is_refused() {
    let list = "<r:ObjectRefList><r:ObjectRef id='urn:uuid:01010101-0101-0101-0101-010101010101'/></r:ObjectRefList>";
    assert_eq!(rules(&request(" deletionScope='x'", list)), [Rule::QueryIsComplete]);
    assert_eq!(rules(&request("", &format!("<r:AdhocQuery id='x'/>{list}"))), [Rule::QueryIsComplete]);
}
