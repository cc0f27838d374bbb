use super::*;
use crate::{Limits, parse};

const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

fn read(text: &str) -> Document {
    let limits = Limits { skip_prolog_instructions: true, ..Limits::default() };
    parse(text.as_bytes(), &limits).expect("a document")
}

fn whole(uri: &str, text: &str) -> String {
    let form = Method::named(uri).expect("a method").document(&read(text), 1 << 20).expect("short");
    String::from_utf8(form).expect("UTF-8")
}

#[test]
fn only_the_published_methods_have_names() {
    for uri in [INCLUSIVE, "http://www.w3.org/2006/12/xml-c14n11"] {
        assert!(Method::named(uri).is_some() && Method::named(&format!("{uri}#WithComments")).is_some());
    }
    for uri in
        ["http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"]
    {
        assert!(Method::named(uri).is_some(), "{uri}");
    }
    for uri in [
        "",
        "#WithComments",
        "http://www.w3.org/2001/10/xml-exc-c14n",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315WithComment",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
    ] {
        assert_eq!(Method::named(uri), None, "{uri}");
    }
}

#[test]
fn a_document_keeps_what_stands_around_its_root() {
    let text =
        "<?xml version=\"1.0\"?>\n<?xml-stylesheet   href=\"cda.xsl\"?>\n<!-- a -->\n<b x='1'/><!-- c -->\n";
    assert_eq!(
        whole(&format!("{INCLUSIVE}#WithComments"), text),
        "<?xml-stylesheet href=\"cda.xsl\"?>\n<!-- a -->\n<b x=\"1\"></b>\n<!-- c -->"
    );
    assert_eq!(whole(INCLUSIVE, text), "<?xml-stylesheet href=\"cda.xsl\"?>\n<b x=\"1\"></b>");
}

#[test]
fn inclusive_forms_write_every_declaration_once_and_exclusive_ones_those_used() {
    let text = "<a xmlns='urn:d' xmlns:u='urn:u'><b xmlns='' xmlns:u='urn:u'><u:c/></b></a>";
    assert_eq!(
        whole(INCLUSIVE, text),
        "<a xmlns=\"urn:d\" xmlns:u=\"urn:u\"><b xmlns=\"\"><u:c></u:c></b></a>"
    );
    assert_eq!(
        whole("http://www.w3.org/2001/10/xml-exc-c14n#", text),
        "<a xmlns=\"urn:d\"><b xmlns=\"\"><u:c xmlns:u=\"urn:u\"></u:c></b></a>"
    );
}

#[test]
fn an_inner_element_takes_the_namespaces_and_the_xml_attributes_around_it() {
    let document =
        read("<a xmlns='urn:d' xmlns:u='urn:u' xml:lang='fr' xml:id='i'><b xml:lang='en'><c/></b></a>");
    let b = document.root().children().next().expect("there");
    let form = |uri: &str, element| {
        String::from_utf8(Method::named(uri).expect("known").element(element, 1 << 20).expect("short"))
            .expect("UTF-8")
    };
    assert_eq!(
        form(INCLUSIVE, b),
        "<b xmlns=\"urn:d\" xmlns:u=\"urn:u\" xml:id=\"i\" xml:lang=\"en\"><c></c></b>"
    );
    let c = b.children().next().expect("there");
    assert_eq!(
        form("http://www.w3.org/2006/12/xml-c14n11", c),
        "<c xmlns=\"urn:d\" xmlns:u=\"urn:u\" xml:lang=\"en\"></c>"
    );
    assert_eq!(form("http://www.w3.org/2001/10/xml-exc-c14n#", c), "<c xmlns=\"urn:d\"></c>");
}

#[test]
fn a_form_longer_than_the_limit_is_an_error() {
    let document = read("<a>text</a><!-- more -->");
    let method = Method::named(&format!("{INCLUSIVE}#WithComments")).expect("known");
    assert_eq!(method.document(&document, 11), Err(TooLong));
    assert_eq!(method.document(&document, 64).map(|form| form.len()), Ok(25));
}
