//! `passerelle vihf explain` from the outside: what it prints, how it ends, and what it never shows.

use std::path::Path;

use ihe::mtom::{Attachment, package};
use server::demo::calls::{SoapCaller, security};
use server::demo::samples;
use server::demo::stage::Stage;

use crate::program::run;
use crate::support::prepared;

/// A closed store's folder with the proofs of the samples' people.
struct Folder {
    folder: tempfile::TempDir,
    stage: Stage,
}

impl Folder {
    async fn new() -> Folder {
        let folder = tempfile::tempdir().unwrap();
        let stage = prepared(folder.path()).await;
        Folder { folder, stage }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// An assertion of somebody about a patient.
    fn assertion(&mut self, who: &str, patient: &str) -> String {
        let ins = self.stage.cast.patient(patient).unwrap().clone();
        self.stage.assertion(&SoapCaller::new(who, &ins)).unwrap()
    }

    fn explained(&self, arguments: &[&str]) -> (i32, serde_json::Value) {
        let (code, said) = run(self.path(), &[&["vihf", "explain"], arguments, &["--json"]].concat(), "");
        for patient in ["ondine", "basile"] {
            let number = self.stage.cast.patient(patient).unwrap().number();
            assert!(!said.contains(number), "a whole INS: {said}");
        }
        (code, serde_json::from_str(&said).expect(&said))
    }
}

fn verdict(told: &serde_json::Value, rule: &str) -> String {
    let rules = told["rules"].as_array().unwrap();
    let found = rules.iter().find(|one| one["rule"] == rule);
    found.map(|one| one["verdict"].as_str().unwrap().to_owned()).unwrap_or_default()
}

fn differing(told: &serde_json::Value) -> Vec<String> {
    let pairs = told["pairs"].as_array().unwrap().iter().filter(|pair| pair["verdict"] == "differs");
    pairs.map(|pair| format!("{} / {}", pair["stated"], pair["against"]).replace('"', "")).collect()
}

#[tokio::test]
async fn a_sound_assertion_is_decoded_and_nothing_is_said_against_it() {
    let mut folder = Folder::new().await;
    let assertion = folder.assertion("gp", "ondine");
    folder.write("a.xml", &assertion);
    let own = folder.stage.credential("gp", "client").unwrap();
    folder.write("gp.pem", &own.certificate_pem);
    let (code, told) = folder.explained(&["a.xml", "--config", "passerelle.toml", "--certificate", "gp.pem"]);
    assert_eq!((code, &told["accepted"]), (0, &true.into()), "{told}");
    assert_eq!(verdict(&told, "assertion_is_signed_by_its_issuer"), "holds");
    assert_eq!(verdict(&told, "assertion_is_not_taken_over"), "not-asked");
    assert_eq!(verdict(&told, "structure_is_active"), "not-asked", "no directory");
    assert_eq!(told["assertion"]["Authentification_Mode"], "DIRECTE");
    assert_eq!(differing(&told), [""; 0]);
    let without = folder.explained(&["a.xml"]);
    assert_eq!((without.0, &without.1["signerIsChained"]), (0, &false.into()), "{}", without.1);
}

#[tokio::test]
async fn every_rule_that_refuses_is_told_at_once_in_the_language_asked_for() {
    let mut folder = Folder::new().await;
    let assertion = folder.assertion("gp", "ondine");
    folder.write("spoilt.xml", assertion.replace(">3.0<", ">1.0<").replace("LPS_Nom", "LPS_Non"));
    let later = ["spoilt.xml", "--config", "passerelle.toml", "--at", "2100-01-01T00:00:00Z"];
    let (code, told) = folder.explained(&later);
    assert_eq!(code, 1, "{told}");
    for rule in ["assertion_is_signed_by_its_issuer", "assertion_is_in_its_time", "assertion_is_complete"] {
        assert_eq!(verdict(&told, rule), "refuses", "{rule}");
    }
    assert_eq!(verdict(&told, "proofs_agree"), "not-asked", "what the assertion states is not known");
    let texts: Vec<&str> =
        told["findings"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert!(texts.iter().any(|text| text.contains("VIHF_Version")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("LPS_Nom")), "{texts:?}");
    let (_, french) = run(folder.path(), &["vihf", "explain", "spoilt.xml"], "");
    assert!(french.contains("refusée") && french.contains("Ce qui ne va pas"), "{french}");
    let (code, english) = run(folder.path(), &["vihf", "explain", "spoilt.xml", "--lang", "en"], "");
    assert!(code == 1 && english.contains("What is wrong") && !english.contains("Ce qui"), "{english}");
}

#[tokio::test]
async fn the_pair_that_disagrees_is_named() {
    let mut folder = Folder::new().await;
    let assertion = folder.assertion("gp", "ondine");
    folder.write("a.xml", &assertion);
    let other = folder.stage.credential("dietitian", "client").unwrap();
    folder.write("other.pem", &other.certificate_pem);
    let (code, told) =
        folder.explained(&["a.xml", "--config", "passerelle.toml", "--certificate", "other.pem"]);
    assert_eq!((code, verdict(&told, "proofs_agree").as_str()), (1, "refuses"), "{told}");
    assert_eq!(differing(&told), ["NameID / client.person"]);
    let elsewhere = folder.assertion("gp", "basile");
    let query = folder.stage.dressed(samples::ITI18_FIND, &security(&elsewhere));
    folder.write("query.xml", query);
    let (code, told) = folder.explained(&["query.xml", "--config", "passerelle.toml"]);
    assert_eq!((code, differing(&told)), (1, vec!["resource-id / query.patientId".to_owned()]), "{told}");
}

#[tokio::test]
async fn a_deposit_is_held_against_its_assertion_and_its_documents() {
    let mut folder = Folder::new().await;
    let deposit =
        |security_of: &str, stage: &Stage| stage.dressed(samples::ITI41_LAB, &security(security_of));
    let sound = folder.assertion("laboratory", "ondine");
    folder.write("sound.xml", deposit(&sound, &folder.stage));
    let parts: Vec<String> = samples::lab_parts()
        .iter()
        .map(|(cid, bytes)| {
            folder.write("part.xml", bytes);
            format!("{cid}=part.xml")
        })
        .collect();
    let explained = |folder: &Folder, file: &str, with: bool| {
        let mut arguments = vec![file, "--config", "passerelle.toml"];
        if with {
            arguments.extend(parts.iter().flat_map(|part| ["--part", part.as_str()]));
        }
        folder.explained(&arguments)
    };
    let (code, told) = explained(&folder, "sound.xml", true);
    assert_eq!((code, differing(&told)), (0, Vec::new()), "{told}");
    assert!(told["pairs"].to_string().contains("\"CDA\""), "{told}");
    let (_, told) = explained(&folder, "sound.xml", false);
    let unknown =
        told["pairs"].as_array().unwrap().iter().filter(|pair| pair["verdict"] == "unknown").count();
    assert!(unknown >= 2, "without its parts nothing is said of the CDA: {told}");
    let envelope = deposit(&folder.assertion("laboratory", "ondine"), &folder.stage);
    let attachments: Vec<Attachment> = samples::lab_parts()
        .iter()
        .map(|(cid, bytes)| Attachment {
            content_id: (*cid).to_owned(),
            content_type: "text/xml".to_owned(),
            bytes: bytes.to_vec(),
        })
        .collect();
    let (media, body) = package("urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", &envelope, &attachments);
    folder.write("kept.mime", [format!("Content-Type: {media}\r\n\r\n").into_bytes(), body].concat());
    let (code, told) = explained(&folder, "kept.mime", false);
    assert_eq!((code, differing(&told)), (0, Vec::new()), "a message kept with its headers: {told}");
    let stranger = folder.assertion("hospital", "basile");
    folder.write("stranger.xml", deposit(&stranger, &folder.stage));
    let (code, told) = explained(&folder, "stranger.xml", true);
    let differing = differing(&told);
    assert_eq!(code, 1, "{told}");
    for pair in [
        "resource-id / XDSSubmissionSet.patientId",
        "NameID, Identifiant_Structure / XDSSubmissionSet.author",
    ] {
        assert!(differing.iter().any(|one| one == pair), "{differing:?}");
    }
}

#[tokio::test]
async fn what_is_no_assertion_is_refused_and_what_is_no_xml_is_a_misuse() {
    let folder = Folder::new().await;
    folder.write("x.xml", "<x/>");
    assert_eq!(folder.explained(&["x.xml"]).0, 1);
    folder.write("x.bin", [0, 1, 2]);
    for file in ["x.bin", "absent.xml"] {
        assert_eq!(run(folder.path(), &["vihf", "explain", file], "").0, 2, "{file}");
    }
}
