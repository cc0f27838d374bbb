//! The WSDLs over the socket: public, constant, and enough for a stock generator to make a client that reads.

use std::process::Command;

use bytes::Bytes;
use http::{Request, header};
use serde_json::json;
use server::demo::calls::{Reply, SoapCaller, security};
use server::demo::samples;

use crate::world::World;
use passerelle_tests::root;

async fn get(world: &World, path: &str) -> Reply {
    let request = Request::get(path).header(header::HOST, "attacker.example").body(Bytes::new()).unwrap();
    let response = world.stage.client.send(request, None).await.unwrap();
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Reply {
        status: response.status(),
        content_type: content_type.unwrap_or_default().to_owned(),
        headers: response.headers().clone(),
        body: response.into_body(),
    }
}

#[tokio::test]
async fn the_wsdls_and_their_schemas_are_public_and_name_the_configured_address() {
    let world = World::bare().await;
    for path in ["/xds/repository", "/xds/registry", "/dmp"] {
        let page = get(&world, &format!("{path}?wsdl")).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        assert_eq!(page.content_type, "text/xml; charset=utf-8");
        let text = page.text();
        assert!(text.contains(&format!("location=\"{}{path}\"", world.stage.base)), "{text}");
        assert!(!text.contains("attacker.example"), "{text}");
        assert_eq!(get(&world, &format!("{path}?WSDL")).await.body, page.body);
        for import in text.split("schemaLocation=\"").skip(1) {
            let at = import.split('"').next().unwrap().strip_prefix(&world.stage.base).unwrap();
            let schema = get(&world, at).await;
            assert!(schema.status.is_success() && schema.text().contains("targetNamespace"), "{at}");
        }
        assert_eq!(get(&world, path).await.status.as_u16(), 405, "{path}");
        for unknown in ["?xsd=", "?xsd=..%2f..%2fCargo", "?wsdl=1", "?x"] {
            let reply = get(&world, &format!("{path}{unknown}")).await;
            assert_eq!((reply.status.as_u16(), reply.body.len()), (404, 0), "{path}{unknown}");
        }
    }
}

#[tokio::test]
async fn a_client_that_zeep_generates_reads_a_record_from_the_first_question_to_the_document() {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import zeep"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(), "zeep is required here");
        eprintln!("SKIPPED: no python3 with zeep; no client was generated from the WSDLs");
        return;
    }
    let mut world = World::bare().await;
    let patient = world.patient("ondine");
    let laboratory = SoapCaller::new("laboratory", &patient);
    world.stage.soap("repository", samples::ITI41_LAB, &samples::lab_parts(), &laboratory).await.unwrap();
    assert!(world.deposit("hospital", samples::ITI65_HOSPITAL).await.status.is_success());

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let assertion = world.stage.assertion(&SoapCaller::new("gp", &patient)).unwrap();
    let own = world.stage.credential("gp", "client").unwrap();
    let header = security(&assertion).replacen(
        "<wsse:Security",
        "<wsse:Security xmlns:soap12=\"http://www.w3.org/2003/05/soap-envelope\"",
        1,
    );
    let config = json!({
        "base": world.stage.base,
        "authority": file("authority.pem", &world.stage.client.authority),
        "certificate": file("own.pem", &own.certificate_pem),
        "key": file("own.key", &own.key_pem),
        "security": header,
        "patient": patient.to_cx(),
        "root": patient.domain().oid(),
        "number": patient.number(),
        "repository": server::demo::stage::REPOSITORY,
        "documents": {
            samples::LAB_ID: root().join("samples/cda/n3-lab-report.xml"),
            samples::HOSPITAL_ID: root().join("samples/cda/n1-hospital-report.xml"),
        },
    });
    let config = file("config.json", &config.to_string());
    let script = root().join("conformance/stock-clients/zeep_reader.py");
    let output = tokio::task::spawn_blocking(move || Command::new(python).arg(script).arg(config).output());
    let output = output.await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
}
