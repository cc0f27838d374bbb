use bytes::Bytes;
use model::Rule;

use super::names::{SOAP11, SOAP12, WSA};
use super::{Envelope, Fault, FaultCode, Version, fault, open};
use crate::sample::{deposit, opened, submission};
use crate::{Endpoint, Limits, Transaction};

const SIMPLE: &str = "application/soap+xml; charset=UTF-8";
const QUERY: &str = "<q:AdhocQueryRequest xmlns:q=\"urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0\"/>";

/// An ITI-18 envelope with these headers after the action, and a MessageID.
fn query(headers: &str) -> String {
    let id = if headers.contains("MessageID") { "" } else { "<a:MessageID>urn:uuid:1</a:MessageID>" };
    with_headers(&format!(
        "<a:Action s:mustUnderstand='1'>{}</a:Action>{id}{headers}",
        Transaction::Iti18.action()
    ))
}

fn with_headers(headers: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='{SOAP12}' xmlns:a='{WSA}'><s:Header>{headers}</s:Header><s:Body>{QUERY}</s:Body></s:Envelope>"
    )
}

fn send(text: &str) -> Result<Envelope, Fault> {
    opened(Transaction::Iti18, SIMPLE, text.as_bytes())
}

fn refused(text: &str) -> Fault {
    send(text).expect_err("a fault")
}

fn subcodes(fault: &Fault) -> Vec<String> {
    fault.subcodes.iter().map(|name| format!("{}:{}", name.prefix, name.local)).collect()
}

#[test]
fn an_envelope_opens_with_or_without_reply_to() {
    let reply =
        "<a:ReplyTo><a:Address> http://www.w3.org/2005/08/addressing/anonymous </a:Address></a:ReplyTo>";
    for headers in ["", reply, "<a:MessageID>uuid:odd form</a:MessageID><a:To>anything</a:To>"] {
        let envelope = send(&query(headers)).expect("opens");
        assert_eq!(envelope.transaction, Transaction::Iti18);
        assert!(!envelope.mtom);
        assert_eq!(envelope.payload().name(), "AdhocQueryRequest");
    }
    let odd = send(&query("<a:MessageID>uuid:odd form</a:MessageID>")).expect("opens");
    assert_eq!(odd.message_id.as_deref(), Some("uuid:odd form"));
    let marked = opened(Transaction::Iti18, SIMPLE, format!("\u{feff}{}", query("")).as_bytes());
    assert!(marked.is_ok(), "a byte order mark is accepted");
}

#[test]
fn a_header_that_must_be_understood_and_is_not_is_named() {
    for value in ["1", "true"] {
        let fault = refused(&query(&format!("<x:Odd xmlns:x='urn:x' s:mustUnderstand='{value}'/>")));
        assert_eq!(fault.code, FaultCode::MustUnderstand);
        assert_eq!(fault.not_understood.as_ref(), [("urn:x".to_owned(), "Odd".to_owned())]);
        let text = String::from_utf8(crate::fault(None, &fault).body).expect("text");
        assert!(text.contains("<soap:NotUnderstood qname=\"block:Odd\" xmlns:block=\"urn:x\"/>"), "{text}");
    }
    let elsewhere = format!("{SOAP12}/role/none");
    for ignored in [
        "<x:Odd xmlns:x='urn:x' s:mustUnderstand='0'/>".to_owned(),
        format!("<x:Odd xmlns:x='urn:x' s:mustUnderstand='1' s:role='{elsewhere}'/>"),
        "<x:Odd xmlns:x='urn:x' mustUnderstand='1'/>".to_owned(),
    ] {
        assert!(send(&query(&ignored)).is_ok(), "{ignored}");
    }
    let next = format!("<x:Odd xmlns:x='urn:x' s:mustUnderstand='1' s:role='{SOAP12}/role/next'/>");
    assert_eq!(refused(&query(&next)).code, FaultCode::MustUnderstand);
}

#[test]
fn the_action_alone_decides_and_must_fit_the_address() {
    let unknown =
        refused(&query("").replace(Transaction::Iti18.action(), "urn:ihe:iti:2009:MultiPatientStoredQuery"));
    assert_eq!(subcodes(&unknown), ["wsa:ActionNotSupported"]);
    let text = query("");
    let elsewhere =
        open(Endpoint::Repository, SIMPLE, Bytes::from(text), &Limits::default()).expect_err("a fault");
    assert_eq!(subcodes(&elsewhere), ["wsa:ActionNotSupported"]);
    assert!(elsewhere.en.contains("/xds/registry"));
    let twice = refused(&query("<a:Action>urn:x</a:Action>"));
    assert_eq!(subcodes(&twice), ["wsa:InvalidAddressingHeader", "wsa:InvalidCardinality"]);
}

#[test]
fn a_mandatory_header_that_is_missing_is_named() {
    let action = format!("<a:Action>{}</a:Action>", Transaction::Iti18.action());
    let id = "<a:MessageID>urn:uuid:1</a:MessageID>";
    let empty = format!("{action}<a:MessageID> </a:MessageID>");
    let long = format!("{action}<a:MessageID>urn:{}</a:MessageID>", "x".repeat(2048));
    for (headers, named) in [
        ("", &["wsa:Action", "wsa:MessageID"][..]),
        (id, &["wsa:Action"]),
        (&action, &["wsa:MessageID"]),
        (&empty, &["wsa:MessageID"]),
        (&long, &["wsa:MessageID"]),
    ] {
        let fault = refused(&with_headers(headers));
        assert_eq!(subcodes(&fault), ["wsa:MessageAddressingHeaderRequired"], "{headers}");
        for name in ["wsa:Action", "wsa:MessageID"] {
            assert_eq!(fault.en.contains(name), named.contains(&name), "{headers}: {}", fault.en);
            assert_eq!(fault.fr.contains(name), named.contains(&name), "{headers}: {}", fault.fr);
        }
    }
    assert!(send(&with_headers(&format!("{action}{id}"))).is_ok());
}

#[test]
fn nothing_is_ever_answered_to_another_address() {
    for name in ["ReplyTo", "FaultTo"] {
        for address in ["https://elsewhere.example/", "http://www.w3.org/2005/08/addressing/none", ""] {
            let fault = refused(&query(&format!("<a:{name}><a:Address>{address}</a:Address></a:{name}>")));
            assert_eq!(
                subcodes(&fault),
                ["wsa:InvalidAddressingHeader", "wsa:OnlyAnonymousAddressSupported"]
            );
        }
    }
}

#[test]
fn soap_1_1_is_told_that_it_is_soap_1_2_here() {
    let old = query("").replace(SOAP12, SOAP11);
    let mtom = "multipart/related; boundary=b; type=\"text/xml\"";
    for fault in [
        refused(&old),
        opened(Transaction::Iti18, "text/xml", query("").as_bytes()).expect_err("a fault"),
        opened(Transaction::Iti18, mtom, b"").expect_err("a fault"),
    ] {
        assert_eq!((fault.code, fault.rule), (FaultCode::VersionMismatch, Some(Rule::MediaTypeIsSupported)));
        assert!(fault.fr.contains("SOAP 1.2") && fault.en.contains("SOAP 1.2"));
        let answer = crate::fault(None, &fault);
        assert_eq!(answer.status, 500);
        assert!(
            String::from_utf8_lossy(&answer.body)
                .contains("<soap:SupportedEnvelope qname=\"soap:Envelope\"/>")
        );
    }
}

/// The registry's answer to a text, with SOAP 1.1 allowed.
fn replayed(content_type: &str, text: &str) -> Result<Envelope, Fault> {
    let limits = Limits { soap_1_1: true, ..Limits::default() };
    open(Endpoint::Registry, content_type, Bytes::from(text.to_owned()), &limits)
}

#[test]
fn soap_1_1_is_read_under_the_switch() {
    let envelope = replayed("text/xml; charset=utf-8", &query("").replace(SOAP12, SOAP11)).expect("opens");
    assert_eq!((envelope.version, envelope.payload().name()), (Version::Soap11, "AdhocQueryRequest"));
    assert!(envelope.header().is_some());
    assert_eq!(
        replayed(SIMPLE, &query("")).expect("opens").version,
        Version::Soap12,
        "and SOAP 1.2 still is"
    );
    let next = "s:actor='http://schemas.xmlsoap.org/soap/actor/next'";
    for (block, understood) in [
        ("<x:Odd xmlns:x='urn:x' s:mustUnderstand='1'/>".to_owned(), false),
        (format!("<x:Odd xmlns:x='urn:x' s:mustUnderstand='1' {next}/>"), false),
        ("<x:Odd xmlns:x='urn:x' s:mustUnderstand='1' s:actor='urn:other'/>".to_owned(), true),
    ] {
        let opened = replayed("text/xml", &query(&block).replace(SOAP12, SOAP11));
        assert_eq!(
            opened.map(drop).map_err(|fault| fault.code).err(),
            (!understood).then_some(FaultCode::MustUnderstand)
        );
    }
}

#[test]
fn soap_1_1_is_answered_in_soap_1_1() {
    let text = |response: &crate::Response| String::from_utf8_lossy(&response.body).into_owned();
    let refused =
        replayed("text/xml", &query("").replace(SOAP12, SOAP11).replace("RegistryStoredQuery", "Other"));
    let answer = fault(None, &refused.expect_err("an unknown action"));
    assert_eq!((answer.status, answer.content_type.as_str()), (500, "text/xml; charset=UTF-8"));
    let body = text(&answer);
    assert!(body.contains(SOAP11) && !body.contains(SOAP12), "{body}");
    assert!(
        body.contains("<faultcode>wsa:ActionNotSupported</faultcode>") && body.contains("<faultstring"),
        "{body}"
    );
    let envelope = replayed("text/xml", &query("").replace(SOAP12, SOAP11)).expect("opens");
    let plain = fault(Some(&envelope), &Fault::unreadable("illisible", "unreadable"));
    assert!(text(&plain).contains("<faultcode>soap:Client</faultcode>"), "{}", text(&plain));
    let secured = Fault::new(FaultCode::Sender, "x", "x").subcode(super::names::QName::wsse("FailedCheck"));
    assert!(text(&fault(Some(&envelope), &secured)).contains(">wsse:FailedCheck</faultcode>"));
    let answered = super::answer(&envelope, "urn:uuid:a", |body| {
        body.start("r").end();
    });
    assert_eq!((answered.status, answered.content_type.as_str()), (200, "text/xml; charset=UTF-8"));
    let mtom = crate::mtom::package_as(Version::Soap11, "urn:x", "<e/>", &[]);
    assert!(mtom.0.contains("start-info=\"text/xml\""), "{}", mtom.0);
    assert!(
        String::from_utf8_lossy(&mtom.1).contains("application/xop+xml; charset=UTF-8; type=\"text/xml\"")
    );
}

#[test]
fn iti_41_outside_mtom_is_refused_in_words() {
    let text = query("").replace(Transaction::Iti18.action(), Transaction::Iti41.action());
    let fault = opened(Transaction::Iti41, SIMPLE, text.as_bytes()).expect_err("a fault");
    assert_eq!(fault.rule, Some(Rule::MediaTypeIsSupported));
    assert!(fault.fr.contains("MTOM") && fault.en.contains("MTOM") && fault.en.contains("multipart/related"));
}

#[test]
fn a_payload_of_another_transaction_is_refused() {
    assert!(refused(&query("").replace("AdhocQueryRequest", "Other")).en.contains("AdhocQueryRequest"));
    for body in ["", "<a/><b/>", "text"] {
        assert_eq!(refused(&query("").replace(QUERY, body)).rule, Some(Rule::MessageIsReadable));
    }
    for broken in [
        query("").replace("s:Header", "s:Other"),
        query("").replace("</s:Envelope>", "<s:Body/></s:Envelope>"),
        query("").replace("s:Envelope", "s:Letter"),
    ] {
        assert_eq!(refused(&broken).rule, Some(Rule::MessageIsReadable), "{broken}");
    }
}

#[test]
fn hostile_xml_and_other_charsets_are_faults() {
    let dtd = format!("<!DOCTYPE s:Envelope [<!ENTITY x 'y'>]>{}", query(""));
    let deep = query(&format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000)));
    let attributes: String = (0..1_000_000).map(|n| format!(" a{n}='x'")).collect();
    let wide = query(&format!(
        "<a{}/>",
        attributes.get(..3_000_000).unwrap_or_default().rsplit_once(' ').map_or("", |(a, _)| a)
    ));
    let bomb = query(&"<a/>".repeat(300_000));
    for text in [&dtd, &deep, &wide, &bomb, &query("&x;"), &String::new()] {
        assert_eq!(refused(text).code, FaultCode::Sender);
        assert_eq!(refused(text).rule, Some(Rule::MessageIsReadable));
    }
    let latin = opened(Transaction::Iti18, SIMPLE, b"<s:Envelope a='\xe9'/>").expect_err("a fault");
    assert_eq!(latin.rule, Some(Rule::MessageIsReadable));
}

#[test]
fn an_envelope_in_utf_16_or_latin_1_is_read_as_its_charset_says() {
    let text = format!("<?xml version='1.0' encoding='UTF-16'?>{}", query("<a:To>été</a:To>"));
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(opened(Transaction::Iti18, "application/soap+xml; charset=UTF-16", &utf16).is_ok());
    assert!(opened(Transaction::Iti18, "application/soap+xml", &utf16).is_ok());
    let latin: Vec<u8> = query("<a:To>\u{e9}t\u{e9}</a:To>").chars().map(|c| c as u8).collect();
    assert!(opened(Transaction::Iti18, "application/soap+xml; charset=ISO-8859-1", &latin).is_ok());
    let announced = opened(Transaction::Iti18, "application/soap+xml; charset=EBCDIC", query("").as_bytes());
    assert!(announced.expect_err("a fault").en.contains("UTF-8"));
}

#[test]
fn sizes_are_bounded() {
    let limits = Limits { message: 100, ..Limits::default() };
    let fault = open(Endpoint::Registry, SIMPLE, Bytes::from(query("")), &limits).expect_err("a fault");
    assert_eq!(fault.rule, Some(Rule::MessageIsNotTooLarge));
    let large = query(&format!("<a>{}</a>", "x".repeat(5 << 20)));
    assert_eq!(refused(&large).rule, Some(Rule::MessageIsNotTooLarge), "the envelope has its own limit");
}

#[test]
fn other_media_types_are_refused() {
    for content_type in [
        "",
        "application/xml",
        "application/json",
        "multipart/form-data; boundary=b",
        "multipart/related; type=\"text/plain\"; boundary=b",
    ] {
        let fault = opened(Transaction::Iti18, content_type, query("").as_bytes()).expect_err("a fault");
        assert_eq!(fault.rule, Some(Rule::MediaTypeIsSupported), "{content_type}");
    }
}

#[test]
fn a_fault_goes_back_as_the_request_came_and_relates_to_it() {
    let request = deposit(&submission());
    let broken =
        String::from_utf8(request.body.clone()).expect("text").replace(Transaction::Iti41.action(), "urn:x");
    let refused = opened(Transaction::Iti41, &request.content_type, broken.as_bytes()).expect_err("a fault");
    let answer = fault(None, &refused);
    assert_eq!(answer.status, 400);
    assert!(answer.content_type.starts_with("multipart/related"));
    let text = String::from_utf8_lossy(&answer.body);
    assert!(text.contains("<wsa:RelatesTo>urn:uuid:m1</wsa:RelatesTo>"));
    assert!(text.contains("<soap:Value>wsa:ActionNotSupported</soap:Value>"));
    assert!(text.contains("xml:lang=\"fr\"") && text.contains("xml:lang=\"en\""));
    let simple = fault(
        None,
        &super::Fault::new(FaultCode::Receiver, "panne", "failure")
            .subcode(super::names::QName::wsse("FailedCheck")),
    );
    assert_eq!((simple.status, simple.content_type.starts_with("application/soap+xml")), (500, true));
    xml::parse(&simple.body, &xml::Limits::default()).expect("well-formed");
}
