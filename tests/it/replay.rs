//! Old software, replayed under switches that production does not have.

use http::{Request, header};
use server::config::Config;
use server::demo::calls::{Reply, SoapCaller, security};
use server::demo::samples;
use server::gateway::Gateway;

use crate::world::World;

const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// A search by the GP in SOAP 1.1.
async fn search(world: &mut World, spoil: bool) -> Reply {
    let caller = SoapCaller::new("gp", &world.patient("ondine"));
    let assertion = world.stage.assertion(&caller).unwrap();
    let assertion =
        if spoil { assertion.replace(">normal<", ">x<").replace("normal", "centre_15") } else { assertion };
    let envelope = world.stage.dressed(samples::ITI18_FIND, &security(&assertion)).replace(SOAP12, SOAP11);
    let own = world.stage.credential("gp", "client").unwrap();
    let request = Request::post("/xds/registry")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "text/xml; charset=utf-8")
        .header("SOAPAction", "\"urn:ihe:iti:2007:RegistryStoredQuery\"")
        .body(bytes::Bytes::from(envelope))
        .unwrap();
    let response = world.stage.client.send(request, Some(&own)).await.unwrap();
    let (head, body) = response.into_parts();
    let media = head.headers[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    Reply { status: head.status, content_type: media, headers: head.headers, body }
}

#[tokio::test]
async fn soap_1_1_is_a_named_refusal_and_is_answered_in_kind_under_the_switch() {
    let mut usual = World::new().await;
    let refused = search(&mut usual, false).await;
    assert_eq!(refused.status, 500);
    for word in ["VersionMismatch", "media_type_is_supported", "compatibility.soap_1_1"] {
        assert!(refused.text().contains(word), "{word}: {}", refused.text());
    }
    let mut replaying = World::with(&[("COMPATIBILITY__SOAP_1_1", "true")]).await;
    let answered = search(&mut replaying, false).await;
    assert_eq!((answered.status.as_u16(), answered.content_type.starts_with("text/xml")), (200, true));
    assert!(
        answered.text().contains("AdhocQueryResponse") && answered.text().contains(SOAP11),
        "{}",
        answered.text()
    );
    let fault = search(&mut replaying, true).await;
    assert_eq!(fault.status, 500);
    assert!(fault.text().contains("wsse:FailedCheck</faultcode>"), "{}", fault.text());
}

#[tokio::test]
async fn the_switches_are_refused_beside_a_production_domain() {
    let example = std::fs::read_to_string(passerelle_tests::root().join("passerelle.example.toml")).unwrap();
    for switch in ["SHA1", "SOAP_1_1"] {
        let environment = [
            (format!("PASSERELLE__COMPATIBILITY__{switch}"), "true".to_owned()),
            ("PASSERELLE__DOMAIN__INS".to_owned(), "[\"nir\"]".to_owned()),
        ];
        let config = Config::parse(&example, environment.into_iter()).unwrap();
        let error = Gateway::start(&config).await.err().unwrap().to_string();
        assert!(error.contains("compatibility"), "{error}");
    }
}
