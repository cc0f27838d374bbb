use model::Code;

use super::*;

/// A domain with one code in each set, and what `more` adds.
pub(crate) fn codes(more: &str) -> String {
    let sets = SETS.map(|(name, _)| {
        format!(
            "<CodeType name=\"{name}\" classScheme=\"urn:uuid:x\">\
             <Code code=\"A\" display=\"An A\" codingScheme=\"2.999.1\"/>\
             <Code code=\"A\" display=\"Another A\" codingScheme=\"2.999.1\"/>\
             <Code code=\"A\" codingScheme=\"2.999.2\"/><Code code=\"B\" display=\"none\"/></CodeType>"
        )
    });
    format!(
        "<?xml version=\"1.0\"?><!-- versions --><Codes>{}<CodeType name=\"mimeType\">\
         <Code code=\"text/plain\" ext=\"txt\"/></CodeType>\
         <AssigningAuthority id=\"&amp;2.999.7&amp;ISO\" display=\"X\"/>{more}</Codes>",
        sets.concat()
    )
}

#[test]
fn value_sets_media_types_and_authorities_are_read_each_code_once() {
    let read = read(codes("").as_bytes()).expect("a file of codes");
    assert_eq!(read.authorities, [Oid::parse("2.999.7").expect("an OID")]);
    assert_eq!(read.codes.mimes, ["text/plain"]);
    assert_eq!(read.codes.sets.len(), 7);
    for (_, codes) in &read.codes.sets {
        assert_eq!(codes.iter().map(|code| code.system.as_str()).collect::<Vec<_>>(), ["2.999.1", "2.999.2"]);
    }
}

#[test]
fn codes_of_the_domain_are_compared_by_value_and_scheme_and_replace_the_embedded_ones() {
    let read = read(codes("").as_bytes()).expect("a file of codes");
    let mappings = mappings::Mappings::embedded().expect("the tables").with_codes_of(read.codes);
    let mut given = Code::new("A", "2.999.1");
    given.label = Some("whatever the sender calls it".into());
    assert!(mappings.codes.contains(ValueSet::DocumentType, &given));
    assert!(!mappings.codes.contains(ValueSet::DocumentType, &Code::new("A", "2.999.3")));
    assert!(!mappings.codes.contains(ValueSet::DocumentType, &Code::new("11490-0", "2.16.840.1.113883.6.1")));
    assert!(mappings.codes.mime_accepted("text/plain") && !mappings.codes.mime_accepted("text/xml"));
    assert!(mappings.codes.language_accepted("en-us"), "the file lists no languages");
}

#[test]
fn codes_of_events_folders_and_associations_count_where_the_file_lists_them() {
    let one =
        |name| format!("<CodeType name=\"{name}\"><Code code=\"E\" codingScheme=\"2.999.1\"/></CodeType>");
    let more = format!(
        "{}{}<CodeType name=\"associationDocumentation\"/>",
        one("eventCodeList"),
        one("folderCodeList")
    );
    let read = read(codes(&more).as_bytes()).expect("a file of codes");
    let mappings = mappings::Mappings::embedded().expect("the tables").with_codes_of(read.codes);
    let (own, other) = (Code::new("E", "2.999.1"), Code::new("F", "2.999.1"));
    for set in [ValueSet::EventCode, ValueSet::FolderCode] {
        assert!(mappings.codes.accepts(set, &own) && !mappings.codes.accepts(set, &other), "{set:?}");
    }
    assert!(mappings.codes.accepts(ValueSet::AssociationDocumentation, &other), "an empty list is none");
    let french = mappings::Mappings::embedded().expect("the tables");
    assert!(french.codes.accepts(ValueSet::EventCode, &other), "the French domain lists no events");
}

#[test]
fn a_file_that_is_no_domain_is_refused_in_words() {
    let doctype =
        format!("<!DOCTYPE Codes [<!ENTITY a \"b\">]>{}", codes("").replace("<?xml version=\"1.0\"?>", ""));
    let without = codes("").replace("typeCode", "kindCode");
    let authority = codes("<AssigningAuthority id=\"X\"/>");
    let empty = codes("").replace("codingScheme", "scheme");
    for text in [doctype, without, authority, empty, "<Other/>".into(), "no XML".into()] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn the_public_toolkits_file_is_readable_as_it_is() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/testdata/ihe/nist-toolkit2/environment/codes.xml");
    let Ok(bytes) = std::fs::read(&file) else {
        assert!(std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(), "the public samples are required");
        eprintln!("SKIPPED: no public samples");
        return;
    };
    let read = read(&bytes).expect("the toolkit's domain");
    assert_eq!(read.authorities.len(), 3);
    assert_eq!(read.codes.sets.len(), 10);
    assert!(read.codes.sets.iter().all(|(_, codes)| codes.len() > 1));
}
