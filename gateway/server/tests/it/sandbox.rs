//! `passerelle sandbox` as a process: what it makes, that it is found again, and that every token of it is believed.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::program::run;
use crate::support::Served;
use server::config::Config;
use server::demo::cast::Cast;
use server::demo::client::Client;

fn started(folder: &Path) -> Served {
    Served::start_as(folder, &["sandbox", "--folder", "box", "--listen", "127.0.0.1:0"], "info")
}

fn tokens(folder: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder.join("tokens.env")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap()).map(|(name, token)| (name.into(), token.into())).collect()
}

async fn status(sandbox: &Path, token: &str, path: &str) -> u16 {
    let config = Config::load(&sandbox.join("passerelle.toml"), std::iter::empty()).unwrap();
    let authority = std::fs::read_to_string(sandbox.join("authorities.pem")).unwrap();
    let client = Client { address: config.server.listen.parse().unwrap(), authority };
    let request = http::Request::get(format!("{}/fhir/{path}", config.server.public_url))
        .header("Host", "localhost")
        .header("Authorization", format!("Bearer {token}"));
    client.send(request.body(bytes::Bytes::new()).unwrap(), None).await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_finds_the_same_keys_and_people_and_every_token_is_believed() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = folder.path().join("box");
    let gateway = started(folder.path());
    let first = tokens(&sandbox);
    let mode = |file: &str| std::fs::metadata(sandbox.join(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("tokens.env"), mode("issuer.key"), mode("")), (0o600, 0o600, 0o700));
    let cast = Cast::embedded().unwrap();
    let find = |key: &str| {
        let ins = cast.patient(key).unwrap();
        format!("Patient?identifier=urn:oid:{}%7C{}", ins.domain().oid(), ins.number())
    };
    for (name, token) in &first {
        let of = match name.as_str() {
            "parent" => "leon",
            "guardian" | "helper" => "germaine",
            _ => "ondine",
        };
        assert_eq!(status(&sandbox, token, &find(of)).await, 200, "{name}");
    }
    for expected in [
        "doctor",
        "medecin-traitant",
        "occupational-doctor",
        "nurse",
        "pharmacist",
        "dietitian",
        "role-based",
        "employee-card",
        "establishment",
        "air-doctor",
        "samu-regulator",
        "patient",
        "parent",
        "guardian",
        "helper",
    ] {
        assert!(first.contains_key(expected), "{expected}");
    }
    let search = server::demo::script::search_path(cast.patient("ondine").unwrap());
    for (name, expected) in
        [("doctor", 200), ("blocked-doctor", 403), ("samu-regulator", 200), ("establishment", 403)]
    {
        assert_eq!(status(&sandbox, &first[name], &search).await, expected, "{name}");
    }
    assert!(gateway.terminate().0.success());
    let key = std::fs::read(sandbox.join("issuer.key")).unwrap();

    let gateway = started(folder.path());
    assert_eq!(std::fs::read(sandbox.join("issuer.key")).unwrap(), key);
    assert_eq!(status(&sandbox, &first["doctor"], &search).await, 200, "an older token is believed still");
    let text = std::fs::read_to_string(sandbox.join("tokens.env")).unwrap();
    let command = text.lines().find(|line| line.starts_with("# passerelle credential token")).unwrap();
    assert!(command.contains("--sub '899900000037'"), "{command}");
    assert!(gateway.terminate().0.success());
}

#[tokio::test]
async fn a_sandbox_takes_no_production_ins() {
    let folder = tempfile::tempdir().unwrap();
    assert!(started(folder.path()).terminate().0.success());
    let file = folder.path().join("box/passerelle.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("ins = [\"nir-test\"]", "ins = [\"nir\"]");
    std::fs::write(&file, text).unwrap();
    let (code, said) = run(folder.path(), &["sandbox", "--folder", "box"], "");
    assert!(code == 1 && said.contains("domain.ins"), "{said}");
}
