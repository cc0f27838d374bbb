//! The program from the outside: its commands, its exit codes, its management listener, its end, its logs.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::support::{Served, command, prepared};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use passerelle_tests::Made;
use server::demo::calls::{SoapCaller, security};
use server::demo::samples;
use server::demo::script::{fhir_list, search_path};
use server::demo::stage::{Setting, Stage};

/// Runs a command to its end with text on its standard input.
pub fn run(folder: &Path, arguments: &[&str], input: &str) -> (i32, String) {
    let mut child =
        command(folder).args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    (status.code().unwrap_or(-1), String::from_utf8([stdout, stderr].concat()).unwrap())
}

async fn management(address: &str, path: &str) -> (u16, String) {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request =
        http::Request::get(path).header("Host", "localhost").body(Empty::<bytes::Bytes>::new()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn management_tells_alive_ready_and_metrics_and_sigterm_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    assert_eq!(management(&gateway.management, "/livez").await.0, 200);
    assert_eq!(management(&gateway.management, "/readyz").await.0, 200);
    let token = stage.token(&stage.claims("gp").unwrap()).unwrap();
    assert!(
        fhir_list(&stage, &token, stage.cast.patient("ondine").unwrap()).await.unwrap().status.is_success()
    );
    let (_, metrics) = management(&gateway.management, "/metrics").await;
    assert!(metrics.contains("transaction=\"ITI-67\",status=\"200\"} 1"), "{metrics}");
    let (status, _) = gateway.terminate();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_open_at_sigterm_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "info");
    let token = stage.token(&stage.claims("hospital").unwrap()).unwrap();
    let (reply, status) = tokio::join!(stage.fhir_post("", Some(&token), Made::new(9, 1).bundle), async {
        while management(&gateway.management, "/livez").await.0 != 200 {}
        gateway.terminate().0
    });
    assert!(status.success());
    // Accepted before the end and answered, or never accepted at all: nothing in between.
    if let Ok(reply) = reply {
        assert!(reply.status.is_success(), "{}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_at_their_most_talkative_hold_no_patient_no_token_and_no_content() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = prepared(folder.path()).await;
    let gateway = Served::start(folder.path(), "trace,h2=info,hyper=info,rustls=info");
    let patient = stage.cast.patient("ondine").unwrap().clone();
    let (gp, hospital) = (
        stage.token(&stage.claims("gp").unwrap()).unwrap(),
        stage.token(&stage.claims("hospital").unwrap()).unwrap(),
    );
    for bundle in [samples::ITI65_HOSPITAL, samples::ITI65_WRONG_HASH, "{\"resourceType\":\"Bundle\"", "[]"] {
        stage.fhir_post("", Some(&hospital), bundle).await.unwrap();
    }
    fhir_list(&stage, &gp, &patient).await.unwrap();
    fhir_list(&stage, &hospital, &patient).await.unwrap();
    stage.fhir_get(&search_path(&patient), Some("not.a.token"), "*/*").await.unwrap();
    let caller = SoapCaller::new("nurse", &patient).mode("bris_de_glace", Some("Inconsciente au sol"));
    let assertion = stage.assertion(&caller).unwrap();
    for envelope in [samples::ITI18_FIND, samples::ITI43_TWO, samples::ITI41_LAB] {
        stage.soap("repository", envelope, &samples::lab_parts(), &caller).await.unwrap();
        stage.soap_raw("registry", &stage.dressed(envelope, &security(&assertion)), &[], None).await.unwrap();
    }
    let (_, log) = gateway.terminate();
    assert!(log.lines().count() > 10, "the log has its lines");
    let number = patient.number();
    let secrets = [number, "LUNEDEMER", "BRUMEVAL", "Ondine", "Inconsciente", &gp[20..60], &hospital[20..60]];
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "the log holds {secret}");
    }
}

#[tokio::test]
async fn records_are_fed_opened_and_closed_by_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::set(folder.path(), Setting::default()).await.unwrap().pause().await.unwrap();
    let patients = passerelle_tests::root().join("samples/patients/patients.toml");
    let record = |action: &[&str], input: &str| {
        let arguments = [&["record", "--config", "passerelle.toml"], action].concat();
        run(folder.path(), &arguments, input)
    };
    let ondine = format!("{}\n", stage.cast.patient("ondine").unwrap().to_cx());
    assert_eq!(record(&["open"], &ondine).0, 1, "an unknown identity is not opened");
    let imported = record(&["import", patients.to_str().unwrap()], "");
    assert_eq!(imported.0, 0, "{}", imported.1);
    assert_eq!(record(&["open"], &ondine).0, 0);
    assert_eq!(record(&["close"], &ondine).0, 0);
    let wrong = record(&["open"], "123456789012345^^^&1.2.250.1.213.1.4.10&ISO^NH\n");
    assert!(wrong.0 == 1 && wrong.1.contains("line 1") && !wrong.1.contains("123456789"), "{}", wrong.1);
    let verified = run(folder.path(), &["audit", "--config", "passerelle.toml", "verify"], "");
    assert!(verified.0 == 0 && verified.1.contains("events sound"), "{}", verified.1);
}

#[test]
fn misuse_is_exit_code_2_and_a_bad_configuration_names_the_key_with_1() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["nonsense"], "").0, 2);
    std::fs::write(folder.path().join("passerelle.toml"), "[server]\nlisten = 1\n").unwrap();
    let (code, said) = run(folder.path(), &["serve"], "");
    assert!(code == 1 && said.contains("server.listen"), "{said}");
}

#[tokio::test]
async fn development_credentials_are_made_and_tell_who_they_are_for() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["credential", "pki", "pki"], "").0, 0);
    assert_eq!(run(folder.path(), &["credential", "pki", "pki"], "").0, 1, "a folder is never overwritten");
    let (code, token) = run(folder.path(), &["credential", "token", "pki", "--sub", "899900000013"], "");
    assert!(code == 0 && token.trim().split('.').count() == 3, "{token}");
    let patient = "292032901999180^^^&1.2.250.1.213.1.4.10&ISO^NH";
    let arguments = ["credential", "assertion", "pki", "--name-id", "automate", "--patient", patient];
    let role = ["--role", "1.2.250.1.213.1.1.4.6|AUTOMATE"];
    let (code, assertion) = run(folder.path(), &[&arguments[..], &role[..]].concat(), "");
    assert!(code == 0 && assertion.starts_with("<saml2:Assertion"), "{assertion}");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(folder.path().join("pki/issuer.key")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o077, 0, "keys are their owner's alone");
}
