//! What a message says, and what it does not.

mod kit;
mod schema;

use journey::AuditEntry;
use proptest::prelude::*;
use xml::Element;

use super::*;
use kit::{act_of, documents, entry, ins, parsed, secret, source, tables};

fn only(entry: &AuditEntry) -> String {
    let mut all = messages(tables(), &source(), entry, None);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Every element of this name, as `attribute=value` pairs of itself and the codes below it.
fn told(message: &str, element: &str) -> Vec<Vec<String>> {
    let document = parsed(message);
    let attributes = |one: Element<'_>| {
        one.attributes().map(|a| format!("{}={}", a.name, a.value)).collect::<Vec<String>>()
    };
    let all = document.root().subtree().filter(|one| one.name() == element);
    all.map(|one| one.subtree().flat_map(attributes).collect()).collect()
}

fn holds(told: &[Vec<String>], expected: &[&str]) -> bool {
    told.iter().any(|one| expected.iter().all(|text| one.iter().any(|attribute| attribute == text)))
}

fn asked_from_afar() -> Wire {
    let query = AskedQuery { id: "urn:uuid:14d4debf".to_owned(), text: "<q:AdhocQueryRequest/>".to_owned() };
    Wire {
        address: Some("2001:db8::7".parse().expect("an address")),
        reply_to: Some("http://www.w3.org/2005/08/addressing/anonymous".to_owned()),
        query: Some(query),
    }
}

#[test]
fn while_the_request_is_remembered_its_address_and_query_are_told() {
    let wire = asked_from_afar();
    let [message] =
        messages(tables(), &source(), &entry("ITI-18", "search"), Some(&wire)).try_into().expect("one");
    assert!(holds(
        &told(&message, "ActiveParticipant"),
        &[
            "UserID=http://www.w3.org/2005/08/addressing/anonymous",
            "UserName=Logiciel 1.0",
            "NetworkAccessPointID=2001:db8::7",
            "NetworkAccessPointTypeCode=2",
            "UserIsRequestor=true",
        ]
    ));
    let objects = told(&message, "ParticipantObjectIdentification");
    assert!(holds(
        &objects,
        &["ParticipantObjectID=urn:uuid:14d4debf", "ParticipantObjectTypeCodeRole=24", "type=QueryEncoding"]
    ));
    assert!(
        message.contains("<ParticipantObjectQuery>PHE6QWRob2NRdWVyeVJlcXVlc3QvPg==</ParticipantObjectQuery>")
    );
    let hidden = messages(tables(), &source(), &secret(entry("ITI-18", "search")), Some(&wire)).concat();
    assert!(!hidden.contains("ParticipantObjectQuery") && !hidden.contains("14d4debf"), "{hidden}");
}

#[test]
fn an_envelope_tells_its_reply_address_and_its_query() {
    let body = "<q:AdhocQueryRequest xmlns:q='urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0'><r:AdhocQuery \
                xmlns:r='urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0' id=' urn:uuid:1 '/></q:AdhocQueryRequest>";
    let envelope = crate::sample::envelope(crate::Transaction::Iti18, body);
    let wire = Wire::of(&envelope, None);
    assert_eq!(wire.reply_to.as_deref(), Some("http://www.w3.org/2005/08/addressing/anonymous"));
    let query = wire.query.clone().expect("a query");
    assert!(query.id == "urn:uuid:1" && query.text.contains("AdhocQuery xmlns:r="), "{query:?}");
    assert!(wire.size() > query.text.len());
    let long = body.replace("id=", &format!("name='{}' id=", "x".repeat(100_000)));
    let query =
        Wire::of(&crate::sample::envelope(crate::Transaction::Iti18, &long), None).query.expect("a query");
    assert!(query.text.is_empty() && query.id == "urn:uuid:1", "only its id");
}

#[test]
fn a_deposit_is_an_import_of_a_set_from_the_client_to_this_repository() {
    let message = only(&entry("ITI-41", "deposit"));
    let event = told(&message, "EventIdentification");
    assert!(holds(
        &event,
        &[
            "EventActionCode=C",
            "EventOutcomeIndicator=0",
            "EventDateTime=2026-03-01T12:00:00.000Z",
            "csd-code=110107",
            "csd-code=ITI-41",
            "codeSystemName=IHE Transactions",
            "csd-code=normal",
        ]
    ));
    let participants = told(&message, "ActiveParticipant");
    assert_eq!(participants.len(), 3);
    assert!(holds(&participants[..1], &["UserID=Logiciel 1.0", "csd-code=110153", "UserIsRequestor=true"]));
    assert!(holds(
        &participants[1..2],
        &[
            "UserID=https://dossier.example:8443/xds/repository",
            "AlternativeUserID=4711",
            "NetworkAccessPointID=dossier.example",
            "NetworkAccessPointTypeCode=1",
            "csd-code=110152",
            "UserIsRequestor=false",
        ]
    ));
    assert!(holds(
        &participants[2..],
        &["UserID=<899900000019@1.2.250.1.71.4.2.1>", "UserName=Dr KERVEL", "AlternativeUserID=1750000001"]
    ));
    let objects = told(&message, "ParticipantObjectIdentification");
    assert_eq!(objects.len(), 3, "the patient, the set, the event");
    assert!(holds(
        &objects,
        &[
            "ParticipantObjectID=255081416802538^^^&1.2.250.1.213.1.4.10&ISO",
            "ParticipantObjectTypeCode=1",
            "ParticipantObjectTypeCodeRole=1",
            "csd-code=2",
        ]
    ));
    assert!(holds(
        &objects,
        &[
            "ParticipantObjectID=2.999.3.1",
            "ParticipantObjectTypeCodeRole=20",
            "csd-code=urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd",
        ]
    ));
}

#[test]
fn a_retrieval_is_an_export_to_the_client_of_documents_with_their_repository() {
    let message = only(&entry("ITI-43", "retrieve"));
    assert!(holds(&told(&message, "EventIdentification"), &["EventActionCode=R", "csd-code=110106"]));
    let participants = told(&message, "ActiveParticipant");
    assert!(holds(
        &participants[..1],
        &["UserID=https://dossier.example:8443/xds/repository", "csd-code=110153"]
    ));
    assert!(holds(&participants[1..2], &["UserID=Logiciel 1.0", "csd-code=110152"]));
    // `Mi45OTkuMQ==` is 2.999.1 in base64.
    let expected =
        ["ParticipantObjectID=2.999.2.1", "csd-code=9", "type=Repository Unique Id", "value=Mi45OTkuMQ=="];
    assert!(holds(&told(&message, "ParticipantObjectIdentification"), &expected));
}

#[test]
fn what_was_removed_is_listed_as_rmd_wants_it() {
    let metadata = told(&only(&entry("ITI-62", "amend")), "ParticipantObjectIdentification");
    assert!(holds(
        &metadata,
        &[
            "ParticipantObjectID=urn:uuid:01010101-0101-0101-0101-010101010101",
            "ParticipantObjectDataLifeCycle=14",
            "csd-code=urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1",
        ]
    ));
    let bytes = told(&only(&entry("ITI-86", "amend")), "ParticipantObjectIdentification");
    let detail = "type=urn:ihe:iti:xds:2007:repositoryUniqueId";
    assert!(holds(&bytes, &["ParticipantObjectID=2.999.2.1", "ParticipantObjectDataLifeCycle=15", detail]));
}

#[test]
fn a_refusal_names_its_rules_and_an_absence_nothing() {
    let mut refused = entry("ITI-18", "search");
    refused.line.refused = vec!["caller_may_read".to_owned(), "record_is_open".to_owned()];
    let message = only(&refused);
    assert!(holds(&told(&message, "EventIdentification"), &["EventOutcomeIndicator=8"]));
    assert!(message.contains(">caller_may_read, record_is_open</EventOutcomeDescription>"));
    let mut absent = entry("ITI-18", "search");
    absent.line.absent = true;
    assert!(holds(&told(&only(&absent), "EventIdentification"), &["EventOutcomeIndicator=4"]));
}

#[test]
fn an_event_of_a_secret_connection_leads_to_no_record() {
    for (transaction, act) in [("ITI-41", "deposit"), ("ITI-43", "retrieve"), ("ITI-62", "amend")] {
        let message = only(&secret(entry(transaction, act)));
        let other = messages(tables(), &source(), &entry(transaction, act), None).concat();
        for leads in [ins().number(), "2.999.3.1", "2.999.2.1", "01010101-0101"] {
            assert!(!message.contains(leads), "{leads}");
        }
        assert!(other.contains(ins().number()), "what is not secret names it");
        let listed = told(&message, "ParticipantObjectIdentification");
        let event = "ParticipantObjectID=77777777-7777-7777-7777-777777777777";
        assert!(listed.len() == 1 && holds(&listed, &[event]), "the event alone, under its id");
        assert!(message.contains("899900000019"), "who did it is told");
    }
}

#[test]
fn a_stated_reason_never_leaves() {
    let mut urgent = entry("ITI-43", "retrieve");
    urgent.line.mode = "bris_de_glace".to_owned();
    urgent.line.reason = Some("CANARYREASON".to_owned());
    let message = only(&urgent);
    assert!(!message.contains("CANARY"));
    assert!(holds(&told(&message, "PurposeOfUse"), &["csd-code=bris_de_glace"]));
}

#[test]
fn a_holder_is_named_by_the_record_alone_and_a_structures_user_by_the_structure() {
    let mut own = entry("ITI-67", "search");
    (own.line.person, own.line.structure, own.line.kind) = (None, None, "holder".to_owned());
    own.line.display = "titulaire".to_owned();
    assert!(holds(&told(&only(&own), "ActiveParticipant"), &["UserID=titulaire", "csd-code=holder"]));
    let mut vouched = entry("ITI-41", "deposit");
    (vouched.line.person, vouched.line.display) = (None, "Accueil".to_owned());
    assert!(holds(&told(&only(&vouched), "ActiveParticipant"), &["UserID=<Accueil@1750000001>"]));
}

#[test]
fn an_event_with_many_documents_makes_several_messages_and_loses_none() {
    let mut many = entry("operator", "export");
    many.documents = documents(101);
    let all = messages(tables(), &source(), &many, None);
    assert_eq!(all.len(), 3);
    let text = all.concat();
    for document in &many.documents {
        let id = document.unique_id.as_ref().expect("an id").as_str();
        assert_eq!(text.matches(&format!("\"{id}\"")).count(), 1, "{id}");
    }
    for message in &all {
        let length = frame(&source(), many.line.at, message).expect("a frame").len();
        assert!(length < 32 * 1024, "{length} octets");
    }
    let mut none = entry("ITI-18", "search");
    none.documents = documents(250);
    assert_eq!(messages(tables(), &source(), &none, None).len(), 1, "a search lists no document");
}

#[test]
fn every_act_has_a_line_of_its_own() {
    for act in journey::Act::ALL {
        let own = tables().audit.lines().any(|line| line == ("*", act.name()));
        assert!(own, "{} is not in acts.csv", act.name());
    }
    for (_, act) in tables().audit.lines() {
        assert!(act_of(act).is_some(), "{act} is no act");
    }
}

#[test]
fn every_soap_transaction_has_a_type() {
    for transaction in crate::Transaction::ALL {
        let known = tables().audit.transaction(transaction.name()).expect("a line");
        let path = known.path.as_str();
        assert!(path.is_empty() || path == transaction.endpoint().path(), "{}", transaction.name());
    }
}

#[test]
fn a_frame_counts_the_octets_of_its_syslog_message() {
    let message = only(&entry("ITI-41", "deposit"));
    let bytes = frame(&source(), entry("ITI-41", "deposit").line.at, &message).expect("a frame");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let (count, rest) = text.split_once(' ').expect("a count");
    assert_eq!(count.parse(), Ok(rest.len()));
    let head = "<85>1 2026-03-01T12:00:00.000Z dossier.example passerelle 4711 IHE+RFC-3881 - \u{FEFF}<?xml";
    assert!(rest.starts_with(head), "{rest}");
    assert!(frame(&source(), entry("ITI-41", "deposit").line.at, &"x".repeat(LONGEST_FRAME)).is_none());
}

#[test]
fn the_host_is_the_one_of_the_public_address() {
    for (url, host) in [
        ("https://dossier.example:8443", "dossier.example"),
        ("https://dossier.example/base", "dossier.example"),
        ("https://[2001:db8::1]:8443", "2001:db8::1"),
        ("https://192.0.2.7:1/", "192.0.2.7"),
    ] {
        assert_eq!(AuditSource { public_url: url.to_owned(), ..source() }.host(), host);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_event_is_one_well_formed_line_of_xml(
        texts in prop::collection::vec(any::<String>(), 9),
        (transaction, act) in (0..40usize, 0..20usize),
        (person, structure, hidden) in (any::<bool>(), any::<bool>(), any::<bool>()),
    ) {
        let transactions: Vec<&str> = tables().audit.transactions().chain(["operator", "", "?"]).collect();
        let acts: Vec<&str> = journey::Act::ALL.iter().map(|act| act.name()).chain(["later"]).collect();
        let chosen = |all: &[&str], n: usize| all[n % all.len()].to_owned();
        let mut any = entry(&chosen(&transactions, transaction), &chosen(&acts, act));
        any.line.display = texts[0].clone();
        any.line.software = Some(texts[1].clone());
        any.line.mode = texts[2].clone();
        any.line.refused = vec![texts[3].clone()];
        any.line.person = person.then(|| texts[4].clone());
        any.line.structure = structure.then(|| texts[5].clone());
        any.line.request = texts[6].clone();
        any.line.deeds = vec![texts[7].clone()];
        any.line.kind = texts[8].clone();
        any.line.lineage.secret = hidden;
        for message in messages(tables(), &source(), &any, None) {
            let document = parsed(&message);
            prop_assert_eq!(document.root().name(), "AuditMessage");
            let held = |c: char| c.is_control() && u32::from(c) < 0x20 && c != '\n' && c != '\t';
            prop_assert!(!message.contains(held));
            let bytes = frame(&source(), any.line.at, &message).expect("a frame");
            let text = String::from_utf8(bytes).expect("UTF-8");
            let (count, rest) = text.split_once(' ').expect("a count");
            prop_assert_eq!(count.parse::<usize>().ok(), Some(rest.len()));
        }
    }
}
