use proptest::prelude::*;

use super::*;
use crate::{Document, Element, Node};

fn read(text: &str) -> Result<Document, XmlError> {
    parse(text.as_bytes(), &Limits::default())
}

fn refused(text: &str) -> XmlError {
    read(text).expect_err("must be refused")
}

#[test]
fn names_namespaces_attributes_and_text_are_read() {
    let document = read(concat!(
        "<?xml version='1.0' encoding='utf-8'?><!-- before -->\n",
        "<a:r xmlns:a='urn:a' xmlns='urn:d' x='1' a:x='2'>t<!--no-->&lt;<![CDATA[<&]]>&#xe9;<c/><b xmlns=''/></a:r>\n<!-- after -->"
    ))
    .expect("a document");
    let root = document.root();
    assert!(root.is("urn:a", "r"));
    assert_eq!((root.prefix(), root.text().as_str()), ("a", "t<<&é"));
    assert_eq!((root.attribute("x"), root.attribute_ns("urn:a", "x")), (Some("1"), Some("2")));
    assert_eq!(root.attribute_ns("urn:d", "x"), None, "the default namespace is not for attributes");
    let names: Vec<_> = root.children().map(|child| (child.namespace(), child.name())).collect();
    assert_eq!(names, [("urn:d", "c"), ("", "b")]);
    assert_eq!(root.lookup("a"), Some("urn:a"));
    assert_eq!(root.children().last().and_then(|b| b.lookup("")), None);
}

#[test]
fn neighbouring_pieces_of_text_are_one_node_and_comments_stay_apart() {
    let document = read("<r>a&amp;<![CDATA[b]]>c<!--x-->d<e/></r>").expect("a document");
    let kinds: Vec<_> = document
        .root()
        .nodes()
        .map(|node| match node {
            Node::Text(text) => format!("t:{text}"),
            Node::Comment(text) => format!("c:{text}"),
            Node::Element(element) => format!("e:{}", element.name()),
        })
        .collect();
    assert_eq!(kinds, ["t:a&bc", "c:x", "t:d", "e:e"]);
}

#[test]
fn the_tree_can_be_walked_in_every_direction() {
    let document = read("<r><a><b>1</b></a><b>2</b></r>").expect("a document");
    let root = document.root();
    let inner = root.descend("", &["a", "b"]).expect("there");
    assert_eq!(inner.text(), "1");
    assert!(inner.parent().and_then(Element::parent).is_some_and(|top| top.same(root)));
    assert!(root.parent().is_none());
    assert!(root.contains(inner) && !inner.contains(root));
    assert!(!inner.same(root.child("", "b").expect("there")));
    assert_eq!(root.subtree().count(), 4);
    assert_eq!(root.descendants().count(), 5);
    assert_eq!(root.children_named("", "b").count(), 1);
}

#[test]
fn a_path_has_positions_where_siblings_repeat() {
    let document = read("<s:r xmlns:s='urn:s' xmlns:t='urn:s'><s:a/><b/><t:a><c/></t:a></s:r>").expect("ok");
    let paths: Vec<_> = document.root().subtree().map(Element::path).collect();
    assert_eq!(paths, ["/s:r", "/s:r/s:a[1]", "/s:r/b", "/s:r/t:a[2]", "/s:r/t:a[2]/c"]);
}

#[test]
fn attribute_white_space_is_normalised_and_references_are_not() {
    let document = read("<r a='1\t2\r\n3\n4' b='&#9;&#xA;&quot;'/>").expect("a document");
    assert_eq!(document.root().attribute("a"), Some("1 2 3 4"));
    assert_eq!(document.root().attribute("b"), Some("\t\n\""));
}

#[test]
fn line_ends_become_one_newline() {
    assert_eq!(read("<r>a\r\nb\rc&#13;</r>").expect("a document").root().text(), "a\nb\nc\r");
}

#[test]
fn a_byte_order_mark_is_accepted_and_other_encodings_are_named() {
    assert!(parse(b"\xEF\xBB\xBF<r/>", &Limits::default()).is_ok());
    let utf16: Vec<u8> = "<r/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xFE, 0xFF].into_iter().chain(utf16.iter().copied()).collect();
    for bytes in [utf16, marked] {
        assert_eq!(parse(&bytes, &Limits::default()).err(), Some(XmlError::Utf16));
    }
    assert_eq!(refused("<?xml version='1.0' encoding='ISO-8859-1'?><r/>"), XmlError::OtherEncoding);
    let latin: &[u8] = b"<?xml version='1.0' encoding='ISO-8859-1'?><r>\xE9</r>";
    assert_eq!(parse(latin, &Limits::default()).err(), Some(XmlError::OtherEncoding));
    assert_eq!(parse(b"<r>\xE9</r>", &Limits::default()).err(), Some(XmlError::NotUtf8));
    assert_eq!(refused("<?xml version='1.1'?><r/>"), XmlError::OtherVersion);
}

#[test]
fn document_types_and_processing_instructions_are_refused() {
    assert_eq!(refused("<!DOCTYPE r><r/>"), XmlError::Doctype);
    assert_eq!(
        refused("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>"),
        XmlError::Doctype
    );
    let bomb = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><l>&b;</l>";
    assert_eq!(refused(bomb), XmlError::Doctype);
    assert_eq!(refused("<r><?php x?></r>"), XmlError::ProcessingInstruction);
    assert_eq!(refused(" <?xml version='1.0'?><r/>"), XmlError::ProcessingInstruction);
    assert_eq!(refused("<r><?xml version='1.0'?></r>"), XmlError::ProcessingInstruction);
}

#[test]
fn a_style_sheet_instruction_before_the_root_is_skipped_where_the_limits_say_so() {
    let limits = Limits { skip_prolog_instructions: true, ..Limits::default() };
    let styled = "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='x.xsl'?><!-- c --><r/>";
    assert_eq!(parse(styled.as_bytes(), &limits).expect("a document").root().name(), "r");
    assert_eq!(refused(styled), XmlError::ProcessingInstruction);
    for late in ["<r><?php x?></r>", "<r/><?php x?>"] {
        assert!(matches!(parse(late.as_bytes(), &limits), Err(XmlError::ProcessingInstruction)), "{late}");
    }
}

#[test]
fn only_predefined_entities_and_legal_characters_are_resolved() {
    assert_eq!(refused("<r>&x;</r>"), XmlError::UndefinedEntity);
    assert_eq!(refused("<r a='&x;'/>"), XmlError::UndefinedEntity);
    assert_eq!(refused("<r a='&lt'/>"), XmlError::UndefinedEntity);
    for reference in
        ["&#0;", "&#x1;", "&#xFFFE;", "&#xD800;", "&#x110000;", "&#x;", "&#+65;", "&#X41;", "&#99999999999;"]
    {
        assert_eq!(refused(&format!("<r>{reference}</r>")), XmlError::IllegalCharacter, "{reference}");
        assert_eq!(refused(&format!("<r a='{reference}'/>")), XmlError::IllegalCharacter, "{reference}");
    }
    assert_eq!(refused("<r>\u{1}</r>"), XmlError::IllegalCharacter);
    assert_eq!(refused("<r>\u{FFFF}</r>"), XmlError::IllegalCharacter);
}

#[test]
fn ill_formed_text_is_refused() {
    for text in [
        "<r",
        "<r>",
        "</r>",
        "<r></s>",
        "<r a=1/>",
        "<r a/>",
        "<r a='1'b='2'/>",
        "<r a='<'/>",
        "<r a='1'",
        "<r>]]></r>",
        "<r><!-- -- --></r>",
        "<r>&</r>",
        "<r>a & b</r>",
        "<r><![CDATA[</r>",
        "<r><!--</r>",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(refused(""), XmlError::NoRoot);
    assert_eq!(refused("  <!-- only -->  "), XmlError::NoRoot);
    for text in ["<r/><r/>", "<r/>x", "x<r/>", "<r/>&#32;", "<r/><![CDATA[x]]>", "<r/></r>"] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(refused("<r/>x"), XmlError::Trailing);
    assert_eq!(refused("<r/><r/>"), XmlError::Trailing);
}

#[test]
fn names_must_be_qualified_names() {
    for text in
        ["<1/>", "<a:/>", "<:a/>", "<a:b:c xmlns:a='u'/>", "<r 1='x'/>", "<r a:='x'/>", "<r é\u{B0}='x'/>"]
    {
        assert_eq!(refused(text), XmlError::BadName, "{text}");
    }
}

#[test]
fn namespace_rules_hold() {
    assert_eq!(refused("<a:r/>"), XmlError::UndeclaredPrefix);
    assert_eq!(refused("<r a:x='1'/>"), XmlError::UndeclaredPrefix);
    assert_eq!(refused("<r><c xmlns:a='u'/><a:c/></r>"), XmlError::UndeclaredPrefix);
    assert_eq!(refused("<xmlns:r/>"), XmlError::UndeclaredPrefix);
    for declaration in [
        "xmlns:a=''",
        "xmlns:xmlns='urn:x'",
        "xmlns:xml='urn:x'",
        "xmlns:a='http://www.w3.org/XML/1998/namespace'",
        "xmlns='http://www.w3.org/XML/1998/namespace'",
        "xmlns:a='http://www.w3.org/2000/xmlns/'",
    ] {
        assert_eq!(refused(&format!("<r {declaration}/>")), XmlError::ForbiddenDeclaration, "{declaration}");
    }
    let document = read("<r xml:id='i' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>").expect("allowed");
    assert_eq!(document.root().attribute_ns(crate::XML_NAMESPACE, "id"), Some("i"));
}

#[test]
fn an_attribute_stands_once_whatever_its_prefix() {
    assert_eq!(refused("<r a='1' a='2'/>"), XmlError::DuplicateAttribute);
    assert_eq!(refused("<r xmlns:a='u' xmlns:b='u' a:x='1' b:x='2'/>"), XmlError::DuplicateAttribute);
    assert_eq!(refused("<r xmlns='u' xmlns='v'/>"), XmlError::DuplicateAttribute);
    assert!(read("<r xmlns:a='u' xmlns:b='v' a:x='1' b:x='2' x='3'/>").is_ok());
}

#[test]
fn a_million_levels_are_refused_at_the_limit() {
    assert_eq!(refused(&"<a>".repeat(1_000_000)), XmlError::TooDeep);
    let nested = |levels: usize| "<a>".repeat(levels) + &"</a>".repeat(levels);
    assert!(read(&nested(64)).is_ok());
    assert_eq!(refused(&nested(65)), XmlError::TooDeep);
    let unlimited = Limits { depth: usize::MAX, ..Limits::default() };
    assert_eq!(parse(nested(513).as_bytes(), &unlimited).err(), Some(XmlError::TooDeep));
}

#[test]
fn floods_of_attributes_namespaces_and_nodes_are_refused() {
    let many = |count: usize, one: fn(usize) -> String| (0..count).map(one).collect::<String>();
    let tag = format!("<r{}/>", many(160_000, |i| format!(" a{i}=''")));
    assert_eq!(refused(&tag), XmlError::TooManyAttributes);
    let tag = format!("<r{}/>", many(300, |i| format!(" xmlns:n{i}='u'")));
    assert_eq!(refused(&tag), XmlError::TooManyAttributes);
    let nested = format!("<a{}>", many(60, |i| format!(" xmlns:n{i}='u'"))).repeat(5);
    assert_eq!(refused(&nested), XmlError::TooManyNamespaces);
    let flat = format!("<r>{}</r>", "<a/>".repeat(200_000));
    assert_eq!(refused(&flat), XmlError::TooManyNodes);
    let text = format!("<r>{}</r>", "a".repeat(4 << 20));
    assert_eq!(refused(&text), XmlError::TooLarge);
}

#[test]
fn reasons_are_told_in_both_languages_and_never_quote() {
    let error = refused("<secret>");
    assert!(matches!(error, XmlError::Malformed { offset: 8 }), "{error:?}");
    assert_eq!(error.to_string(), "ill-formed XML near byte 8");
    assert_eq!(error.detail(), ("XML mal formé", "ill-formed XML"));
}

proptest! {
    #[test]
    fn no_input_makes_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, &Limits::default());
    }

    #[test]
    fn no_soup_of_markup_makes_the_parser_panic(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "<", ">", "/", "a", ":", "=", "'", "\"", " ", "xmlns", "&", ";", "#", "x", "<!--", "-->",
                "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE", "é", "<a>", "</a>", "<a/>", "\u{0}",
            ]),
            0..40,
        ),
    ) {
        if let Ok(document) = parse(parts.concat().as_bytes(), &Limits::default()) {
            for element in document.root().subtree() {
                let _ = (element.path(), element.text(), element.attributes().count());
            }
        }
    }
}
