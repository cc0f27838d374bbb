//! The WSDL of each address, and the schemas that it names: what a client generator needs.
//!
//! A WSDL is written from [`Transaction::ALL`], the table that requests are dispatched by, so that it says neither more
//! nor less than the door answers. The schemas describe the messages in our own words and only as far as they are used
//! here (`docs/decisions/0017` for the DMP's); `{here}` in them is the address that they are served at.
//!
//! WSDL 1.1 with SOAP 1.2; WS-Policy 1.5, WS-Addressing Metadata and the MTOM policy assertion (IHE ITI TF-2 appendix V).

mod schema;
#[cfg(test)]
mod tests;

pub use schema::Schema;

use xml::Writer;

use crate::dmp::names::OWN;
use crate::ebrim::names::XDS;
use crate::{Endpoint, Transaction};

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";
const XSD: &str = "http://www.w3.org/2001/XMLSchema";
const POLICY: &str = "http://www.w3.org/ns/ws-policy";
const UTILITY: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const ADDRESSING: &str = "http://www.w3.org/2007/05/addressing/metadata";
const MTOM: &str = "http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization";

/// Name and namespace of the service at an address.
const fn service(endpoint: Endpoint) -> (&'static str, &'static str) {
    match endpoint {
        Endpoint::Repository => ("DocumentRepository", XDS),
        Endpoint::Registry => ("DocumentRegistry", XDS),
        Endpoint::Dmp => ("Dmp", OWN),
    }
}

/// The WSDL of an address below `base` (`https://host[:port]`).
pub fn wsdl(endpoint: Endpoint, base: &str) -> String {
    let page = Page { endpoint, here: format!("{base}{}", endpoint.path()) };
    let (name, namespace) = service(endpoint);
    let mut writer = Writer::with_declaration();
    writer.start("wsdl:definitions").attr("name", name).attr("targetNamespace", namespace);
    let prefixes = [("wsdl", WSDL), ("soap12", SOAP12), ("xs", XSD), ("tns", namespace), ("wsp", POLICY)];
    for (prefix, namespace) in prefixes.into_iter().chain([("wsam", ADDRESSING), ("wsoma", MTOM)]) {
        writer.attr(&format!("xmlns:{prefix}"), namespace);
    }
    writer.attr("xmlns:wsu", UTILITY);
    for schema in page.schemas() {
        writer.attr(&format!("xmlns:{}", schema.name()), schema.namespace());
    }
    page.policies(&mut writer);
    page.types(&mut writer);
    page.messages(&mut writer);
    page.port_type(&mut writer);
    page.binding(&mut writer);
    page.service(&mut writer);
    writer.finish()
}

struct Page {
    endpoint: Endpoint,
    here: String,
}

impl Page {
    fn transactions(&self) -> impl Iterator<Item = Transaction> {
        let endpoint = self.endpoint;
        Transaction::ALL.iter().copied().filter(move |transaction| transaction.endpoint() == endpoint)
    }

    /// The schemas of the requests and answers here.
    fn schemas(&self) -> impl Iterator<Item = Schema> {
        let named: Vec<&str> = self
            .transactions()
            .flat_map(|transaction| [transaction.payload().0, transaction.answer_payload().0])
            .collect();
        Schema::ALL.into_iter().filter(move |schema| named.contains(&schema.namespace()))
    }

    /// MTOM is announced where an answer is always packaged so; elsewhere a request may be.
    fn speaks_mtom(&self) -> bool {
        self.transactions().any(Transaction::answers_in_mtom)
    }

    fn policies(&self, writer: &mut Writer) {
        writer.start("wsp:Policy").attr("wsu:Id", "Addressing");
        writer.start("wsam:Addressing").start("wsp:Policy").end().end().end();
        if self.speaks_mtom() {
            writer.start("wsp:Policy").attr("wsu:Id", "Mtom");
            writer.start("wsoma:OptimizedMimeSerialization").end().end();
        }
    }

    fn types(&self, writer: &mut Writer) {
        writer.start("wsdl:types").start("xs:schema");
        for schema in self.schemas() {
            writer.start("xs:import").attr("namespace", schema.namespace());
            writer.attr("schemaLocation", &format!("{}?xsd={}", self.here, schema.name())).end();
        }
        writer.end().end();
    }

    /// Two transactions may have the same request element: a message each, by the operation's name.
    fn messages(&self, writer: &mut Writer) {
        for transaction in self.transactions() {
            for (suffix, (namespace, element)) in
                [("", transaction.payload()), ("Response", transaction.answer_payload())]
            {
                let prefix = Schema::of(namespace).map_or("tns", Schema::name);
                writer.start("wsdl:message").attr("name", &message(transaction, suffix));
                writer.start("wsdl:part").attr("name", part(transaction));
                writer.attr("element", &format!("{prefix}:{element}")).end().end();
            }
        }
    }

    fn port_type(&self, writer: &mut Writer) {
        let (name, _) = service(self.endpoint);
        writer.start("wsdl:portType").attr("name", &format!("{name}_PortType"));
        for transaction in self.transactions() {
            writer.start("wsdl:operation").attr("name", transaction.operation());
            writer.leaf("wsdl:documentation", transaction.name());
            for (direction, suffix, action) in [
                ("wsdl:input", "", transaction.action().to_owned()),
                ("wsdl:output", "Response", transaction.answer_action()),
            ] {
                let message = format!("tns:{}", message(transaction, suffix));
                writer.start(direction).attr("message", &message).attr("wsam:Action", &action).end();
            }
            writer.end();
        }
        writer.end();
    }

    fn binding(&self, writer: &mut Writer) {
        let (name, _) = service(self.endpoint);
        writer.start("wsdl:binding").attr("name", &format!("{name}_Binding_Soap12"));
        writer.attr("type", &format!("tns:{name}_PortType"));
        writer.start("wsp:PolicyReference").attr("URI", "#Addressing").end();
        if self.speaks_mtom() {
            writer.start("wsp:PolicyReference").attr("URI", "#Mtom").end();
        }
        writer.start("soap12:binding").attr("style", "document").attr("transport", HTTP).end();
        for transaction in self.transactions() {
            writer.start("wsdl:operation").attr("name", transaction.operation());
            writer.start("soap12:operation").attr("soapAction", transaction.action());
            writer.attr("soapActionRequired", "false").end();
            for direction in ["wsdl:input", "wsdl:output"] {
                writer.start(direction).start("soap12:body").attr("use", "literal").end().end();
            }
            writer.end();
        }
        writer.end();
    }

    fn service(&self, writer: &mut Writer) {
        let (name, _) = service(self.endpoint);
        writer.start("wsdl:service").attr("name", &format!("{name}_Service"));
        writer.start("wsdl:port").attr("name", &format!("{name}_Port_Soap12"));
        writer.attr("binding", &format!("tns:{name}_Binding_Soap12"));
        writer.start("soap12:address").attr("location", &self.here).end().end().end();
    }
}

fn message(transaction: Transaction, suffix: &str) -> String {
    format!("{}{suffix}_Message", transaction.operation())
}

/// A request element of the operation's name is in the wrapped style, whose only part has this name.
fn part(transaction: Transaction) -> &'static str {
    if transaction.payload().1 == transaction.operation() { "parameters" } else { "body" }
}
