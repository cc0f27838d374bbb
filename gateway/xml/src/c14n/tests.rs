//! Golden forms by hand, after the specification's own examples.

use super::*;
use crate::{Document, Limits, parse};

fn read(text: &str) -> Document {
    parse(text.as_bytes(), &Limits::default()).expect("a document")
}

fn form(element: Element<'_>, prefixes: &[&str]) -> String {
    String::from_utf8(exclusive(element, prefixes, None, 1 << 20).expect("short")).expect("UTF-8")
}

#[test]
fn only_visibly_used_namespaces_are_written() {
    let document = read(
        "<n0:local xmlns:n0='foo:bar' xmlns:n3='ftp://example.org'><n1:elem2 xmlns:n1='http://example.net' \
         xml:lang='en'><n3:stuff xmlns:n3='ftp://example.org'/></n1:elem2></n0:local>",
    );
    let elem2 = document.root().children().next().expect("there");
    assert_eq!(
        form(elem2, &[]),
        "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff \
         xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>"
    );
    assert_eq!(
        form(elem2, &["n0", "n3", "xml", "absent"]),
        "<n1:elem2 xmlns:n0=\"foo:bar\" xmlns:n1=\"http://example.net\" xmlns:n3=\"ftp://example.org\" \
         xml:lang=\"en\"><n3:stuff></n3:stuff></n1:elem2>"
    );
}

#[test]
fn the_default_namespace_is_taken_away_only_where_it_was_written() {
    let document = read("<a xmlns='urn:d'><b xmlns=''><c xmlns='urn:d'/></b></a>");
    assert_eq!(
        form(document.root(), &[]),
        "<a xmlns=\"urn:d\"><b xmlns=\"\"><c xmlns=\"urn:d\"></c></b></a>"
    );
    let b = document.root().children().next().expect("there");
    assert_eq!(form(b, &[]), "<b><c xmlns=\"urn:d\"></c></b>");
    assert_eq!(form(b, &[""]), "<b><c xmlns=\"urn:d\"></c></b>");
}

#[test]
fn the_default_namespace_can_be_inclusive() {
    let document = read("<a xmlns='urn:d' xmlns:p='urn:p'><p:b><p:c xmlns=''/></p:b></a>");
    let b = document.root().children().next().expect("there");
    assert_eq!(form(b, &[]), "<p:b xmlns:p=\"urn:p\"><p:c></p:c></p:b>");
    assert_eq!(form(b, &[""]), "<p:b xmlns=\"urn:d\" xmlns:p=\"urn:p\"><p:c xmlns=\"\"></p:c></p:b>");
}

#[test]
fn a_prefix_bound_again_is_written_again_and_restored() {
    let document = read("<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/><p:c/><d p:x='1'/></p:a>");
    assert_eq!(
        form(document.root(), &[]),
        "<p:a xmlns:p=\"urn:1\"><p:b xmlns:p=\"urn:2\"></p:b><p:c></p:c><d p:x=\"1\"></d></p:a>"
    );
}

#[test]
fn attributes_are_sorted_by_namespace_then_name_and_values_are_escaped() {
    let document = read(
        "<e xmlns:b='urn:a' xmlns:a='urn:b' b='2' a='1' a:x='4' b:y='3' q='&quot;&apos;&lt;&gt;&amp;&#9;&#10;&#13;'>\
         &lt;&gt;&amp;\"'&#9;&#10;&#13;<!-- gone --><![CDATA[<x>]]></e>",
    );
    assert_eq!(
        form(document.root(), &[]),
        "<e xmlns:a=\"urn:b\" xmlns:b=\"urn:a\" a=\"1\" b=\"2\" q=\"&quot;'&lt;>&amp;&#x9;&#xA;&#xD;\" b:y=\"3\" \
         a:x=\"4\">&lt;&gt;&amp;\"'\t\n&#xD;&lt;x&gt;</e>"
    );
}

#[test]
fn the_skipped_element_leaves_no_trace() {
    let document = read("<a> <s><t/></s> <b/></a>");
    let skip = document.root().child("", "s");
    let bytes = exclusive(document.root(), &[], skip, 100).expect("short");
    assert_eq!(bytes, b"<a>  <b></b></a>");
}

#[test]
fn a_form_that_outgrows_its_limit_is_refused() {
    let long = format!("urn:{}", "x".repeat(100_000));
    let document = read(&format!("<r xmlns:p='{long}'>{}</r>", "<p:a/>".repeat(1000)));
    assert_eq!(exclusive(document.root(), &[], None, 1 << 20), Err(TooLong));
}
