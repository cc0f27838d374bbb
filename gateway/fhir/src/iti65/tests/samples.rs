//! The published examples: most are invalid, each for a reason that is known; that reason is found.

use super::*;

/// Fails where the samples are installed (CI says so): a name that finds nothing there is a mistake.
fn required(what: &str) {
    assert!(std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(), "{what}: required here");
}

fn sample(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/testdata/fhir").join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(reader::read(&bytes, &Limits::default()).expect("JSON")),
        Err(_) => {
            required(name);
            eprintln!("SKIPPED: the public sample {name} is not on this machine");
            None
        }
    }
}

/// Asserts that each expected finding is there: a rule, the end of its place, whether it refuses.
fn finds(name: &str, expected: &[(Rule, &str, Severity)]) {
    let Some(bundle) = sample(name) else { return };
    let found = found(&bundle, false);
    for (rule, place, severity) in expected {
        let there = found.iter().any(|(r, p, s)| r == rule && s == severity && p.ends_with(place));
        assert!(there, "{name}: no {rule} at {place} in {found:#?}");
    }
}

#[test]
fn pdsm_for_dmp_lots_have_a_wrong_ins_no_custodian_and_an_unknown_extension() {
    for name in [
        "pdsm4dmp/Bundle-example-td2-iti65-lot-soumission.json",
        "pdsm4dmp/Bundle-example-td2-1-remplacement.json",
    ] {
        finds(
            name,
            &[
                (Rule::InsIsWellFormed, "entry[0].resource.subject.reference", Severity::Error),
                (Rule::InsIsWellFormed, "entry[1].resource.subject.reference", Severity::Error),
                (Rule::MetadataIsWellFormed, "entry[1].resource", Severity::Error),
                (Rule::MetadataIsWellFormed, "entry[0].resource.extension[2]", Severity::Warning),
                (Rule::MetadataIsWellFormed, "entry[0].resource.source", Severity::Warning),
            ],
        );
    }
}

#[test]
fn the_dmp_replacement_names_an_old_document_that_is_none_of_ours() {
    finds(
        "pdsm4dmp/Bundle-example-td2-1-remplacement.json",
        &[
            (Rule::MetadataIsWellFormed, "relatesTo[0].target", Severity::Error),
            (Rule::MetadataIsWellFormed, "Bundle.entry[2]", Severity::Error),
        ],
    );
}

#[test]
fn the_pdsm_replacement_has_no_custodian_a_source_that_is_no_oid_and_a_level_in_the_scheme_of_flags() {
    finds(
        "pdsm-branch-iti65/Bundle-bundle-exemple-comprehensiveprovidedocument-replace.json",
        &[
            (Rule::MetadataIsWellFormed, "entry[0].resource.extension[1].value.value", Severity::Error),
            (Rule::MetadataIsWellFormed, "entry[1].resource", Severity::Error),
            (Rule::MetadataIsWellFormed, "securityLabel[0].coding[0]", Severity::Warning),
        ],
    );
}

#[test]
fn the_ihe_example_encodes_the_hash_as_hexadecimal_text_and_names_a_patient_elsewhere() {
    finds(
        "mhd/Bundle-ex-comprehensiveProvideDocumentBundleSimple.json",
        &[
            (Rule::MetadataIsWellFormed, "content[0].attachment.hash", Severity::Warning),
            (Rule::MetadataIsWellFormed, "entry[0].resource.subject", Severity::Error),
            (Rule::MetadataIsWellFormed, "entry[1].resource.subject", Severity::Error),
        ],
    );
}

#[test]
fn the_swiss_example_names_a_patient_elsewhere_and_foreign_extensions() {
    finds(
        "mhd/mhdch.json",
        &[
            (Rule::MetadataIsWellFormed, "entry[2].resource.subject", Severity::Error),
            (Rule::MetadataIsWellFormed, "entry[2].resource.extension[0]", Severity::Warning),
            (Rule::MetadataIsWellFormed, "entry[1].resource.extension[2]", Severity::Warning),
        ],
    );
}

#[test]
fn the_pdsm_submission_set_has_a_unique_id_and_a_source_that_are_no_oids() {
    let Some(list) = sample("pdsm/List-ExampleSubmissionSet.json") else { return };
    let bundle = changed("/entry/0/resource", list);
    let found = found(&bundle, false);
    for place in ["entry[0].resource.identifier[0].value", "entry[0].resource.extension[1].value.value"] {
        assert!(
            found.iter().any(|(_, at, s)| at.ends_with(place) && *s == Severity::Error),
            "{place}: {found:#?}"
        );
    }
}

/// Samples that hold an empty text, which FHIR does not allow.
const EMPTY_TEXT: [&str; 3] = [
    "cds/CareTeam-cds-careteam-example.json",
    "cds/Organization-cds-organization-example.json",
    "cds/Bundle-cds-bundle-transaction-creation-example.json",
];

#[test]
fn published_r4_resources_are_structurally_sound_but_for_three_with_an_empty_text() {
    for folder in
        ["mhd", "pdsm", "pdsm4dmp", "pdsm-branch-iti65", "pixm", "cds", "gap", "mesures", "mss", "nde", "tde"]
    {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/testdata/fhir").join(folder);
        let Ok(files) = std::fs::read_dir(&path) else {
            required(folder);
            eprintln!("SKIPPED: the public samples of {folder} are not on this machine");
            continue;
        };
        for file in files.filter_map(Result::ok).filter(|f| f.path().extension().is_some_and(|e| e == "json"))
        {
            let resource =
                reader::read(&std::fs::read(file.path()).expect("a file"), &Limits::default()).expect("JSON");
            let name = format!("{folder}/{}", file.file_name().to_string_lossy());
            let findings = structure::check(&resource);
            assert_eq!(findings.is_empty(), !EMPTY_TEXT.contains(&name.as_str()), "{name}: {findings:?}");
        }
    }
}
