//! The samples are what their manifest says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Ins, Sha1};
use xml::cda::{Body, read_header};

use super::super::Fingerprint;
use super::sample;

const CDA: [&str; 8] = [
    "n1-childbirth-report",
    "n1-dietitian-vaccination",
    "n1-emergency-report",
    "n1-hospital-report",
    "n1-hospital-report-v2",
    "n1-podiatrist-childbirth",
    "n1-vaccination-history",
    "n3-lab-report",
];
const BUNDLES: [&str; 6] = [
    "iti65-dietitian-vaccination",
    "iti65-emergency-report-masked",
    "iti65-hospital-report",
    "iti65-hospital-report-v2",
    "iti65-podiatrist-childbirth",
    "iti65-two-documents",
];

/// The values of `key = "…"` lines in a TOML sample.
fn toml_values(path: &str, key: &str) -> Vec<String> {
    let text = String::from_utf8(sample(path)).expect("UTF-8");
    let prefix = format!("{key} = \"");
    text.lines().filter_map(|line| line.strip_prefix(&prefix)?.strip_suffix('"').map(str::to_owned)).collect()
}

/// What follows `"key": ` in a JSON sample, each time, up to the end of the scalar.
fn json_scalars(text: &str, key: &str) -> Vec<String> {
    let name = format!("\"{key}\": ");
    let found = text.split(&name).skip(1);
    found
        .map(|rest| rest.trim_start_matches('"').split(['"', ',', '\n']).next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_number_of_a_sample_patient_has_a_valid_key_corsica_included() {
    let domain = toml_values("patients/patients.toml", "domain").remove(0);
    let numbers = toml_values("patients/patients.toml", "ins");
    assert_eq!(numbers.len(), 10);
    for number in &numbers {
        assert!(Ins::parse(number, &domain).is_ok(), "{number}");
    }
    let born_in = |place: &str| numbers.iter().any(|number| number.get(5..7) == Some(place));
    assert!(born_in("2A") && born_in("2B"));
    assert!(numbers.iter().any(|number| number.ends_with("97")));
}

#[test]
fn every_sample_professional_and_structure_is_in_the_fictitious_ranges() {
    for id in toml_values("professionals/professionals.toml", "id") {
        assert!(id.starts_with("8999") && id.len() == 12, "{id}");
    }
    let structures = toml_values("structures/structures.toml", "id");
    for id in &structures {
        assert!(id.starts_with("19999999") || id.starts_with("4999"), "{id}");
    }
    let keys = toml_values("structures/structures.toml", "key");
    for structure in toml_values("professionals/professionals.toml", "structure") {
        assert!(keys.contains(&structure), "{structure}");
    }
}

#[test]
fn every_sample_cda_can_be_read_and_has_a_complete_header() {
    for name in CDA {
        let bytes = sample(&format!("cda/{name}.xml"));
        let document = xml::parse(&bytes, &xml::Limits::default()).expect(name);
        let header = read_header(&document).expect(name);
        assert!(header.id.is_some() && header.set_id.is_some() && header.version.is_some(), "{name}");
        assert!(header.main_service().is_some_and(|event| event.industry.is_some()), "{name}");
        assert!(header.facility.is_some() && header.legal_authenticator.is_some(), "{name}");
        let structured = matches!(header.body, Some(Body::Structured { .. }));
        assert_eq!(structured, name.starts_with("n3-"), "{name}");
    }
}

#[test]
fn every_sample_bundle_states_the_hash_and_size_of_its_documents() {
    for name in BUNDLES {
        let text = String::from_utf8(sample(&format!("fhir/{name}.json"))).expect("UTF-8");
        let (hashes, sizes) = (json_scalars(&text, "hash"), json_scalars(&text, "size"));
        let documents = json_scalars(&text, "data");
        assert!(!documents.is_empty() && hashes.len() == documents.len() && sizes.len() == documents.len());
        for ((data, hash), size) in documents.iter().zip(&hashes).zip(&sizes) {
            let bytes = STANDARD.decode(data).expect("base64");
            let fingerprint = Fingerprint::of(&bytes);
            assert_eq!(STANDARD.encode(fingerprint.sha1.as_bytes()), *hash, "{name}");
            assert_eq!(fingerprint.size.to_string(), *size, "{name}");
            assert!(
                CDA.iter().any(|cda| sample(&format!("cda/{cda}.xml")) == bytes),
                "{name}: not a sample CDA"
            );
        }
    }
}

#[test]
fn a_fingerprint_is_the_published_digest() {
    let empty = Fingerprint::of(b"");
    assert_eq!(Ok(empty.sha1), Sha1::parse_hex("da39a3ee5e6b4b0d3255bfef95601890afd80709"));
    assert_eq!(empty.sha256[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    assert_eq!(empty.size, 0);
}
