//! Hostile bytes on the wire: a clear answer of the right family, quickly, and nothing stored.

use bytes::Bytes;
use http::{Request, header};
use server::demo::calls::{Reply, SoapCaller};
use server::demo::samples;

use crate::scenarios::rules;
use crate::world::World;

async fn fhir(world: &World, body: Vec<u8>) -> Reply {
    world.stage.fhir_post("", Some(&world.token("hospital")), body).await.unwrap()
}

/// Raw bytes to the repository.
async fn repository(world: &World, content_type: &str, body: Vec<u8>) -> (u16, String) {
    let request = Request::post("/xds/repository")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, content_type)
        .body(Bytes::from(body))
        .unwrap();
    let reply = world.stage.client.send(request, None).await.unwrap();
    (reply.status().as_u16(), String::from_utf8_lossy(reply.body()).into_owned())
}

/// The laboratory's message as it goes over the wire.
async fn lab_message(world: &mut World) -> (String, Vec<u8>) {
    let caller = SoapCaller::new("laboratory", &world.patient("ondine"));
    let assertion = world.stage.assertion(&caller).unwrap();
    let envelope = world.stage.dressed(samples::ITI41_LAB, &server::demo::calls::security(&assertion));
    let [(id, bytes)] = samples::lab_parts()[..] else { panic!("one part") };
    let part = ihe::mtom::Attachment {
        content_id: id.into(),
        content_type: "text/xml".into(),
        bytes: bytes.to_vec(),
    };
    ihe::mtom::package("urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", &envelope, &[part])
}

#[tokio::test]
async fn json_that_is_none_too_deep_or_ambiguous_is_unreadable() {
    let world = World::new().await;
    let rows = world.rows().await;
    let deep = [vec![b'['; 1_000_000], vec![b']'; 1_000_000]].concat();
    let cases: [(&str, Vec<u8>); 6] = [
        ("empty", Vec::new()),
        ("cut", samples::ITI65_HOSPITAL.as_bytes()[..2000].to_vec()),
        ("a million levels", deep),
        ("not UTF-8", b"{\"resourceType\":\"Bundle\xff\"}".to_vec()),
        (
            "a key twice",
            b"{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"type\":\"batch\"}".to_vec(),
        ),
        ("no object", b"[1,2,3]".to_vec()),
    ];
    for (what, body) in cases {
        let reply = fhir(&world, body).await;
        assert!(matches!(reply.status.as_u16(), 400 | 422), "{what}: {} {}", reply.status, reply.text());
        assert!(!rules(&reply).is_empty(), "{what}: {}", reply.text());
    }
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_and_announced_lengths_are_refused_unread() {
    let world = World::with(&[("LIMITS__MESSAGE_BYTES", "20000")]).await;
    let rows = world.rows().await;
    let reply = fhir(&world, vec![b' '; 20_001]).await;
    assert_eq!((reply.status.as_u16(), rules(&reply)), (413, vec!["message_is_not_too_large".to_owned()]));
    let (status, text) = repository(&world, "application/soap+xml", vec![b' '; 20_001]).await;
    assert!((400..600).contains(&status) && text.contains("message_is_not_too_large"), "{status} {text}");
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn the_sender_of_a_large_body_is_told_why_it_was_refused_before_it_was_read() {
    let world = World::new().await;
    let request = Request::post("/fhir")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/fhir+json")
        .body(Bytes::from(vec![b' '; 8 << 20]))
        .unwrap();
    let reply = world.stage.client.send(request, None).await.unwrap();
    let text = String::from_utf8_lossy(reply.body());
    assert!(text.contains("token_is_signed_by_its_issuer"), "{} {text}", reply.status());
}

#[tokio::test]
async fn another_media_type_is_415() {
    let world = World::new().await;
    let request = Request::post("/fhir")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/fhir+turtle")
        .header(header::AUTHORIZATION, format!("Bearer {}", world.token("hospital")))
        .body(Bytes::from_static(b"<> a fhir:Bundle ."))
        .unwrap();
    let reply = world.stage.client.send(request, None).await.unwrap();
    assert_eq!(reply.status().as_u16(), 415);
    let text = String::from_utf8_lossy(reply.body());
    assert!(text.contains("media_type_is_supported"), "{text}");
}

#[tokio::test]
async fn a_truncated_message_at_every_place_is_refused_and_stores_nothing() {
    let mut world = World::new().await;
    let rows = world.rows().await;
    let (content_type, body) = lab_message(&mut world).await;
    let step = body.len() / 23;
    for end in (0..body.len() - 8).step_by(step) {
        let (status, text) = repository(&world, &content_type, body[..end].to_vec()).await;
        let refused = text.contains(":Fault>") || text.contains("ResponseStatusType:Failure");
        assert!(refused, "cut at {end}: {status} {text}");
    }
    assert_eq!(world.rows().await, rows);
    let (status, text) = repository(&world, &content_type, body).await;
    assert!(status == 200 && text.contains("ResponseStatusType:Success"), "the whole message passes: {text}");
}

#[tokio::test]
async fn a_part_twice_a_wrong_cid_and_plain_soap_are_faults_or_refusals_in_words() {
    let mut world = World::new().await;
    let rows = world.rows().await;
    let (content_type, body) = lab_message(&mut world).await;
    let text = String::from_utf8(body).unwrap();
    let boundary = text.lines().next().unwrap().to_owned();
    let last = text.rfind(&format!("{boundary}\r\nContent-Type: text/xml")).unwrap();
    let part = text[last..].trim_end().trim_end_matches("--").trim_end_matches(boundary.as_str()).to_owned();
    let twice = format!("{}{part}{}", &text[..last], &text[last..]);
    let wrong_cid = text.replace("href=\"cid:n3-lab-report", "href=\"cid:another");
    for (what, message) in [("a part twice", twice), ("a wrong cid", wrong_cid)] {
        let (_, answer) = repository(&world, &content_type, message.into_bytes()).await;
        let refused = answer.contains(":Fault>") || answer.contains("ResponseStatusType:Failure");
        assert!(refused, "{what}: {answer}");
    }
    let caller = SoapCaller::new("laboratory", &world.patient("ondine"));
    let assertion = world.stage.assertion(&caller).unwrap();
    let envelope = world.stage.dressed(samples::ITI41_LAB, &server::demo::calls::security(&assertion));
    let (status, answer) = repository(&world, "application/soap+xml", envelope.into_bytes()).await;
    assert!(status == 400 && answer.contains("MTOM"), "{status} {answer}");
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn xml_bombs_and_floods_are_faults() {
    let world = World::new().await;
    let envelope = |inside: &str| {
        format!(
            "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>{inside}</e:Body></e:Envelope>"
        )
    };
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"x\"")).collect();
    let bomb = "<!DOCTYPE b [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>";
    let cases = [
        ("a million levels", envelope(&format!("{}{}", "<a>".repeat(500_000), "</a>".repeat(500_000)))),
        ("a hundred thousand attributes", envelope(&format!("<a{attributes}/>"))),
        ("an entity bomb", format!("{bomb}{}", envelope("&b;"))),
        ("an unknown entity", envelope("&unknown;")),
        (
            "SOAP 1.1",
            envelope("<a/>").replace(
                "http://www.w3.org/2003/05/soap-envelope",
                "http://schemas.xmlsoap.org/soap/envelope/",
            ),
        ),
        ("not UTF-8", String::from("\u{fffd}")),
    ];
    for (what, text) in cases {
        let (status, answer) = repository(&world, "application/soap+xml", text.into_bytes()).await;
        assert!(matches!(status, 400 | 500) && answer.contains(":Fault>"), "{what}: {status} {answer}");
    }
}

#[tokio::test]
async fn an_unknown_path_or_method_names_what_exists() {
    let world = World::new().await;
    let token = world.token("gp");
    let reply = world.stage.fhir_get("Observation", Some(&token), "*/*").await.unwrap();
    assert_eq!(reply.status.as_u16(), 404);
    assert!(reply.text().contains("DocumentReference"), "{}", reply.text());
}
