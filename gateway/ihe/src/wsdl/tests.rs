use std::collections::BTreeSet;

use xml::{Document, Element};

use super::{ADDRESSING, SOAP12, Schema, WSDL, XSD, wsdl};
use crate::{Endpoint, Transaction};

const BASE: &str = "https://passerelle.example";

fn parsed(text: &str) -> Document {
    xml::parse(text.as_bytes(), &xml::Limits::default()).expect("well-formed")
}

fn named<'a>(document: &'a Document, namespace: &'a str, name: &'a str) -> Vec<Element<'a>> {
    document.root().subtree().filter(|element| element.is(namespace, name)).collect()
}

/// The element that a message of this name carries, as namespace and local name.
fn element_of<'a>(document: &'a Document, message: &str) -> (&'a str, &'a str) {
    let message = message.strip_prefix("tns:").expect("a message of this WSDL");
    let found = named(document, WSDL, "message");
    let found = found.into_iter().find(|one| one.attribute("name") == Some(message)).expect("the message");
    let part = found.child(WSDL, "part").expect("a part");
    let (prefix, local) = part.attribute("element").and_then(|name| name.split_once(':')).expect("a name");
    (part.lookup(prefix).expect("a namespace"), local)
}

#[test]
fn a_wsdl_says_of_every_transaction_at_its_address_what_the_door_does() {
    for endpoint in Endpoint::ALL {
        let text = wsdl(endpoint, BASE);
        let document = parsed(&text);
        let operations = document.root().child(WSDL, "portType").expect("a port type");
        let operations: Vec<Element<'_>> = operations.children_named(WSDL, "operation").collect();
        let here: Vec<Transaction> =
            Transaction::ALL.iter().copied().filter(|one| one.endpoint() == endpoint).collect();
        assert_eq!(operations.len(), here.len(), "{endpoint:?}");
        for (operation, transaction) in operations.into_iter().zip(here) {
            assert_eq!(operation.attribute("name"), Some(transaction.operation()));
            let side = |name| {
                let side = operation.child(WSDL, name).expect("a side");
                let action = side.attribute_ns(ADDRESSING, "Action").expect("an action").to_owned();
                (action, element_of(&document, side.attribute("message").unwrap_or_default()))
            };
            assert_eq!(side("input"), (transaction.action().to_owned(), transaction.payload()));
            assert_eq!(side("output"), (transaction.answer_action(), transaction.answer_payload()));
            assert_eq!(Transaction::of(&side("input").0), Some(transaction));
        }
        let address = named(&document, SOAP12, "address");
        let address: Vec<_> = address.iter().filter_map(|one| one.attribute("location")).collect();
        assert_eq!(address, [format!("{BASE}{}", endpoint.path())]);
    }
}

#[test]
fn operations_have_names_of_their_own() {
    let names: BTreeSet<&str> = Transaction::ALL.iter().copied().map(Transaction::operation).collect();
    assert_eq!(names.len(), Transaction::ALL.len());
}

#[test]
fn every_element_that_a_wsdl_names_is_declared_by_a_schema_that_is_served() {
    for transaction in Transaction::ALL.iter().copied() {
        for (namespace, local) in [transaction.payload(), transaction.answer_payload()] {
            let schema = Schema::of(namespace).unwrap_or_else(|| panic!("{namespace} has no schema"));
            let text = schema.text(transaction.endpoint(), BASE);
            let document = parsed(&text);
            let mut declared = document.root().children_named(XSD, "element");
            assert!(declared.any(|one| one.attribute("name") == Some(local)), "{local} of {namespace}");
        }
    }
}

#[test]
fn schemas_import_what_is_served_at_the_same_address_and_say_their_namespace() {
    for schema in Schema::ALL {
        assert_eq!(Schema::named(schema.name()), Some(schema));
        for endpoint in Endpoint::ALL {
            let text = schema.text(endpoint, BASE);
            assert!(!text.contains("{here}"), "{text}");
            let document = parsed(&text);
            assert_eq!(document.root().attribute("targetNamespace"), Some(schema.namespace()));
            for import in named(&document, XSD, "import") {
                let at = import.attribute("schemaLocation").unwrap_or_default();
                let name = at.strip_prefix(&format!("{BASE}{}?xsd=", endpoint.path())).expect("served here");
                let imported = Schema::named(name).expect("a schema");
                assert_eq!(import.attribute("namespace"), Some(imported.namespace()));
            }
        }
    }
    assert_eq!(Schema::named("../etc"), None);
}

#[test]
fn mtom_is_announced_at_the_repository_and_addressing_everywhere() {
    for endpoint in Endpoint::ALL {
        let text = wsdl(endpoint, BASE);
        assert!(text.contains("URI=\"#Addressing\""), "{endpoint:?}");
        assert_eq!(text.contains("URI=\"#Mtom\""), endpoint == Endpoint::Repository, "{endpoint:?}");
    }
}
