//! Fed or fictitious people as TOML: the reading side of `record import` and of the demonstration.

use anyhow::Context as _;
use model::{EmailAddress, Hl7Time, Identity, Ins, Sex};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct File {
    domain: Option<String>,
    patient: Vec<Patient>,
}

#[derive(Debug, Deserialize)]
struct Patient {
    ins: String,
    oid: Option<String>,
    birth_family: String,
    given: String,
    used_family: Option<String>,
    birth_date: String,
    sex: String,
    birth_place: Option<String>,
    card_serial: Option<String>,
    email: Option<String>,
}

/// Reads `[[patient]]` entries; `domain` at the top is the OID of those that name none. Errors name the entry
/// by its position, never by its data.
pub fn patients(text: &str) -> anyhow::Result<Vec<Identity>> {
    let file: File = toml::from_str(text).map_err(|error| anyhow::anyhow!(error.message().to_owned()))?;
    let read = |(index, patient): (usize, Patient)| {
        let domain = file.domain.as_deref();
        identity(patient, domain).with_context(|| format!("patient number {}", index + 1))
    };
    file.patient.into_iter().enumerate().map(read).collect()
}

fn identity(patient: Patient, domain: Option<&str>) -> anyhow::Result<Identity> {
    let malformed = |malformed: model::Malformed| anyhow::anyhow!(malformed.expected_en);
    let oid = patient.oid.as_deref().or(domain).context("oid is missing, and so is domain at the top")?;
    let email = patient.email.as_deref().map(EmailAddress::parse).transpose().map_err(malformed)?;
    Ok(Identity {
        ins: Ins::parse_any(&patient.ins, oid).map_err(malformed)?,
        birth_family: patient.birth_family,
        given: patient.given,
        used_family: patient.used_family,
        birth_date: Hl7Time::parse(&patient.birth_date.replace('-', "")).map_err(malformed)?,
        sex: Sex::from_hl7(&patient.sex),
        birth_place: patient.birth_place,
        card_serial: patient.card_serial,
        email: email.map(|address| address.as_str().to_owned()),
        further: Box::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "[[patient]]\nins = \"255081416802538\"\noid = \"1.2.250.1.213.1.4.10\"\nbirth_family = \"ESSAI\"\n\
        given = \"Lou\"\nbirth_date = \"1955-08-14\"\nsex = \"F\"\n";

    #[test]
    fn a_patient_is_read() {
        let patients = patients(ONE).expect("a patient");
        assert_eq!(patients.first().map(|patient| patient.sex), Some(Sex::Female));
    }

    #[test]
    fn an_error_names_the_position_and_not_the_person() {
        let error = format!(
            "{:#}",
            patients(&ONE.replace("255081416802538", "255081416802539")).expect_err("wrong key")
        );
        assert!(error.contains("patient number 1"));
        assert!(!error.contains("2550814") && !error.contains("ESSAI"));
    }
}
