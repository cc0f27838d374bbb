use super::*;
use crate::pki::{Authority, Usage};

const SUBJECT: &str = "CN=Tester,O=Hospital";

fn entry(subject: Option<&str>, fingerprint: Option<String>) -> MemberConfig {
    MemberConfig {
        subject: subject.map(str::to_owned),
        fingerprint,
        name: "Tester".into(),
        organisation: "2.999.5".into(),
    }
}

fn certificate() -> ClientCertificate {
    let authority = Authority::new("Tests", model::Moment(1_780_000_000_000)).expect("an authority");
    let made = authority.structure("1999999991", "Tester", "tester.example", Usage::Client).expect("made");
    ClientCertificate::read(&made.certificate_der).expect("readable")
}

fn request() -> RequestId {
    RequestId("r".into())
}

#[test]
fn a_member_is_known_by_the_subject_or_by_the_fingerprint_of_its_certificate() {
    let certificate = certificate();
    let hex: String = certificate.fingerprint.iter().map(|byte| format!("{byte:02X}:")).collect();
    let by_print = entry(None, Some(hex.trim_end_matches(':').to_owned()));
    for member in [entry(Some(&certificate.subject()), None), by_print] {
        let members = Members::load(&[entry(Some(SUBJECT), None), member]).expect("a map");
        let caller = members.caller(Some(&certificate), request()).expect("a member");
        assert_eq!(caller.channel, Channel::Member);
        assert_eq!(caller.structure, Some(StructureId("2.999.5".into())));
        assert_eq!(caller.patient, None);
    }
}

#[test]
fn no_certificate_and_a_strangers_are_refused() {
    let members =
        Members::load(&[entry(Some(SUBJECT), None), entry(None, Some("00".repeat(32)))]).expect("a map");
    for shown in [None, Some(&certificate())] {
        let found = members.caller(shown, request()).expect_err("refused");
        assert!(found.iter().all(|finding| finding.rule == Rule::ClientCertificateIsTrusted));
    }
}

#[test]
fn an_entry_that_names_no_certificate_or_two_is_refused_by_its_position() {
    let nameless = MemberConfig { name: " ".into(), ..entry(Some(SUBJECT), None) };
    for wrong in [
        entry(None, None),
        entry(Some(SUBJECT), Some("00".repeat(32))),
        entry(Some("no name"), None),
        entry(None, Some("00".repeat(31))),
        entry(None, Some("xy".repeat(32))),
        nameless,
    ] {
        let error = Members::load(&[entry(Some(SUBJECT), None), wrong]).expect_err("refused").to_string();
        assert!(error.contains("member number 2"), "{error}");
    }
}
