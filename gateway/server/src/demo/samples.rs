//! The sample messages of the demonstration, compiled into the program.

use model::Ins;

/// The laboratory's deposit, ITI-41.
pub const ITI41_LAB: &str = include_str!("../../../../samples/soap/iti41-lab-report.xml");
/// A dietitian's deposit of a vaccination history, ITI-41.
pub const ITI41_DIETITIAN: &str = include_str!("../../../../samples/soap/iti41-dietitian-vaccination.xml");
/// A podiatrist's deposit of a childbirth report, ITI-41.
pub const ITI41_PODIATRIST: &str = include_str!("../../../../samples/soap/iti41-podiatrist-childbirth.xml");
/// FindDocuments, ITI-18.
pub const ITI18_FIND: &str = include_str!("../../../../samples/soap/iti18-find-documents.xml");
/// The laboratory's and the hospital's documents, ITI-43.
pub const ITI43_TWO: &str = include_str!("../../../../samples/soap/iti43-two-documents.xml");
/// The existence test, TD0.2.
pub const TD02: &str = include_str!("../../../../samples/soap/td02-existence.xml");
/// One's own authorisation attested, TD0.3.
pub const TD03_ATTEST: &str = include_str!("../../../../samples/soap/td03-attest.xml");
/// The same withdrawn, TD0.3.
pub const TD03_WITHDRAW: &str = include_str!("../../../../samples/soap/td03-withdraw.xml");
/// The hospital's deposit, ITI-65.
pub const ITI65_HOSPITAL: &str = include_str!("../../../../samples/fhir/iti65-hospital-report.json");
/// The second version of the hospital's report, ITI-65.
pub const ITI65_HOSPITAL_V2: &str = include_str!("../../../../samples/fhir/iti65-hospital-report-v2.json");
/// Two documents in one deposit, ITI-65.
pub const ITI65_TWO: &str = include_str!("../../../../samples/fhir/iti65-two-documents.json");
/// A masked document, ITI-65.
pub const ITI65_MASKED: &str = include_str!("../../../../samples/fhir/iti65-emergency-report-masked.json");
/// A dietitian's deposit of a vaccination history, ITI-65.
pub const ITI65_DIETITIAN: &str = include_str!("../../../../samples/fhir/iti65-dietitian-vaccination.json");
/// A podiatrist's deposit of a childbirth report, ITI-65.
pub const ITI65_PODIATRIST: &str = include_str!("../../../../samples/fhir/iti65-podiatrist-childbirth.json");
/// A deposit of an unknown type, ITI-65.
pub const ITI65_UNKNOWN_TYPE: &str = include_str!("../../../../samples/hostile/iti65-unknown-type.json");
/// A deposit whose hash is wrong, ITI-65.
pub const ITI65_WRONG_HASH: &str = include_str!("../../../../samples/hostile/iti65-wrong-hash.json");
/// The laboratory's document.
pub const CDA_LAB: &[u8] = include_bytes!("../../../../samples/cda/n3-lab-report.xml");
/// The hospital's document.
pub const CDA_HOSPITAL: &[u8] = include_bytes!("../../../../samples/cda/n1-hospital-report.xml");

/// uniqueId of the laboratory's document.
pub const LAB_ID: &str = "2.999.2026.2.1.1";
/// uniqueId of the hospital's document.
pub const HOSPITAL_ID: &str = "2.999.2026.1.1.1";
/// uniqueId of the set of the hospital's deposit.
pub const HOSPITAL_SET_ID: &str = "2.999.2026.1.3.1";
/// uniqueId of the vaccination history.
pub const VACCINATION_ID: &str = "2.999.2026.1.1.3";
/// uniqueId of the childbirth report.
pub const CHILDBIRTH_ID: &str = "2.999.2026.1.1.2";
/// uniqueId of the masked document.
pub const MASKED_ID: &str = "2.999.2026.1.1.4";

/// The part of the laboratory's deposit.
pub fn lab_parts() -> Vec<(&'static str, &'static [u8])> {
    vec![("n3-lab-report@samples.passerelle.example", CDA_LAB)]
}

/// The part of the dietitian's deposit.
pub fn dietitian_parts() -> Vec<(&'static str, &'static [u8])> {
    let bytes = include_bytes!("../../../../samples/cda/n1-dietitian-vaccination.xml");
    vec![("n1-dietitian-vaccination@samples.passerelle.example", bytes)]
}

/// The part of the podiatrist's deposit.
pub fn podiatrist_parts() -> Vec<(&'static str, &'static [u8])> {
    let bytes = include_bytes!("../../../../samples/cda/n1-podiatrist-childbirth.xml");
    vec![("n1-podiatrist-childbirth@samples.passerelle.example", bytes)]
}

/// A sample addressed to another patient: the number alone is exchanged.
pub fn for_patient(sample: &str, from: &Ins, to: &Ins) -> String {
    sample.replace(from.number(), to.number())
}
