use super::*;

const EXAMPLE: &str = include_str!("../../../../passerelle.example.toml");

fn none() -> std::vec::IntoIter<(String, String)> {
    Vec::new().into_iter()
}

#[test]
fn the_annotated_example_is_a_configuration() {
    let config = Config::parse(EXAMPLE, none()).expect("the example");
    assert_eq!(config.tls.client_certificates, ClientCertificates::Optional);
}

#[test]
fn the_environment_overrides_a_key() {
    let environment = vec![
        ("PASSERELLE__SERVER__LISTEN".to_owned(), "127.0.0.1:9443".to_owned()),
        ("PASSERELLE__LIMITS__MESSAGE_BYTES".to_owned(), "1000".to_owned()),
        ("HOME".to_owned(), "elsewhere".to_owned()),
    ];
    let config = Config::parse(EXAMPLE, environment.into_iter()).expect("the example");
    assert_eq!(config.server.listen, "127.0.0.1:9443");
    assert_eq!(config.limits.message_bytes, 1000);
}

#[test]
fn an_error_names_the_key() {
    let wrong_type = EXAMPLE.replace("message_bytes = ", "message_bytes = \"many\" # ");
    let unknown = EXAMPLE.replace("[tls]", "[tls]\ncertificat = \"x\"");
    let bad_choice =
        EXAMPLE.replace("client_certificates = \"optional\"", "client_certificates = \"perhaps\"");
    for (text, key) in
        [(wrong_type, "limits.message_bytes"), (unknown, "tls"), (bad_choice, "tls.client_certificates")]
    {
        let error = Config::parse(&text, none()).expect_err("refused").to_string();
        assert!(error.contains(key), "{error}");
    }
    let unknown_key = Config::parse(&EXAMPLE.replace("[tls]", "[tls]\ncertificat = \"x\""), none());
    assert!(unknown_key.expect_err("refused").to_string().contains("certificat"));
}

#[test]
fn the_audit_keys_are_bounded_and_have_defaults() {
    let config = Config::parse(EXAMPLE, none()).expect("the example");
    assert_eq!((config.audit.seal_every_minutes, config.audit.smallest_cell), (60, 10));
    let without: String = EXAMPLE.split("[audit]").next().expect("a part").to_owned()
        + EXAMPLE.split_once("[limits]").map(|(_, rest)| format!("[limits]{rest}")).expect("a part").as_str();
    let config = Config::parse(&without, none()).expect("without the section");
    assert_eq!(config.audit.roots, std::path::PathBuf::from("roots.jsonl"));
    for (key, values) in [("SEAL_EVERY_MINUTES", ["0", "1441", "-1"]), ("SMALLEST_CELL", ["9", "0", "-10"])] {
        for value in values {
            let environment = vec![(format!("PASSERELLE__AUDIT__{key}"), value.to_owned())];
            let error = Config::parse(EXAMPLE, environment.into_iter()).expect_err("refused").to_string();
            assert!(error.contains(&format!("audit.{}", key.to_lowercase())), "{error}");
        }
    }
}
