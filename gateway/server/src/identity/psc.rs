//! The claims of a Pro Santé Connect token, read into the IUA shape that the rest of stage A works on.
//!
//! One situation of practice is taken: the one whose profession is that of `SubjectRole`, else the first. The
//! profession comes from the directory picture (`SubjectRefPro`), because `SubjectRole` does not tell trainees
//! apart; without it no role is known, and the token is refused. The claim set has no access mode: a non-empty
//! `Mode_Acces_Raison` states break-glass, `Acces_Regulation_Medicale` "VRAI" centre 15.

use model::system;
use serde::Deserialize;

use super::claims::{Audience, Claims, Coding, Confirmation, Extensions, Iua, Vihf};

/// Category of professionals in training (TRE_R09).
const IN_TRAINING: &str = "E";
const MODES: &str = "urn:oid:1.2.250.1.213.1.1.4.248";

#[derive(Debug, Deserialize)]
pub(super) struct PscClaims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<i64>,
    iat: Option<i64>,
    nbf: Option<i64>,
    jti: Option<String>,
    scope: Option<String>,
    cnf: Option<Confirmation>,
    #[serde(rename = "SubjectNameID")]
    subject_name_id: Option<String>,
    preferred_username: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    #[serde(rename = "SubjectRole", default)]
    subject_role: Vec<String>,
    #[serde(rename = "SubjectOrganizationID")]
    subject_organization_id: Option<String>,
    #[serde(rename = "Mode_Acces_Raison")]
    reason: Option<String>,
    #[serde(rename = "Acces_Regulation_Medicale")]
    regulation: Option<String>,
    #[serde(rename = "SubjectRefPro", default)]
    subject_ref_pro: RefPro,
}

#[derive(Debug, Default, Deserialize)]
struct RefPro {
    #[serde(default)]
    exercices: Vec<Exercice>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exercice {
    code_profession: Option<String>,
    code_categorie_professionnelle: Option<String>,
    code_savoir_faire: Option<String>,
    #[serde(default)]
    activities: Vec<Activity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    code_section_pharmacien: Option<String>,
    code_role: Option<String>,
}

impl From<PscClaims> for Claims {
    fn from(psc: PscClaims) -> Self {
        let roles = psc.situation().map(roles).unwrap_or_default();
        let regulator = psc.regulation.as_deref() == Some("VRAI");
        let reason = psc.reason.filter(|reason| !reason.trim().is_empty());
        let mode = match (&reason, regulator) {
            (Some(_), _) => "bris_de_glace",
            (None, true) => "centre_15",
            (None, false) => "normal",
        };
        let name = [psc.given_name, psc.family_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let identifier = psc.subject_name_id.or(psc.preferred_username);
        let identifier = identifier.or_else(|| Some(psc.sub.as_deref()?.rsplit(':').next()?.to_owned()));
        Claims {
            iss: psc.iss,
            sub: psc.sub,
            aud: psc.aud,
            exp: psc.exp,
            iat: psc.iat,
            nbf: psc.nbf,
            jti: psc.jti,
            scope: psc.scope,
            cnf: psc.cnf,
            regulator,
            extensions: Extensions {
                ihe_iua: Iua {
                    subject_name: Some(name).filter(|name| !name.is_empty()),
                    subject_organization_id: psc.subject_organization_id,
                    subject_role: roles,
                    purpose_of_use: vec![Coding { system: MODES.to_owned(), code: mode.to_owned() }],
                    national_provider_identifier: identifier,
                    person_id: None,
                },
                vihf: Vihf { access_reason: reason, ..Vihf::default() },
            },
        }
    }
}

impl PscClaims {
    fn situation(&self) -> Option<&Exercice> {
        let named: Vec<&str> = self.subject_role.iter().filter_map(|role| role.split('^').next()).collect();
        let exercices = &self.subject_ref_pro.exercices;
        match named.is_empty() {
            true => exercices.first(),
            false => exercices
                .iter()
                .find(|one| one.code_profession.as_deref().is_some_and(|code| named.contains(&code))),
        }
    }
}

/// The profession, and what qualifies it: savoir-faire, section of a pharmacist, or role.
fn roles(exercice: &Exercice) -> Vec<Coding> {
    let trainee = exercice.code_categorie_professionnelle.as_deref() == Some(IN_TRAINING);
    let profession = exercice.code_profession.clone().map(|code| Coding {
        system: if trainee { "TRE_G16".to_owned() } else { format!("urn:oid:{}", system::PROFESSION) },
        code,
    });
    let activity = exercice.activities.first();
    let section = activity.and_then(|activity| activity.code_section_pharmacien.as_ref());
    let role = activity.and_then(|activity| activity.code_role.as_ref());
    let qualifiers = [
        (system::SPECIALTY, exercice.code_savoir_faire.as_ref()),
        (system::PHARMACIST_SECTION, section),
        (system::CARE_ROLE, role),
    ];
    let qualifier = qualifiers.into_iter().find_map(|(oid, code)| {
        Some(Coding { system: format!("urn:oid:{oid}"), code: code.filter(|code| !code.is_empty())?.clone() })
    });
    profession.into_iter().chain(qualifier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> Claims {
        serde_json::from_str::<PscClaims>(text).expect("claims").into()
    }

    const DOCTOR: &str = r#"{"iss":"https://psc.example","sub":"f:7a2b:899900000011","preferred_username":"899900000011",
        "given_name":"Hermine","family_name":"BRISELAMES","SubjectRole":["10^1.2.250.1.213.1.1.5.5"],
        "SubjectOrganizationID":"499900000011001","Acces_Regulation_Medicale":"FAUX","SubjectRefPro":{"exercices":[
        {"codeProfession":"60","codeCategorieProfessionnelle":"C","activities":[]},
        {"codeProfession":"10","codeCategorieProfessionnelle":"C","codeSavoirFaire":"SM26","activities":[{"codeRole":""}]}]}}"#;

    #[test]
    fn the_situation_of_the_subject_role_is_the_one_taken() {
        let claims = claims(DOCTOR);
        let roles: Vec<&str> =
            claims.extensions.ihe_iua.subject_role.iter().map(|role| role.code.as_str()).collect();
        assert_eq!(roles, ["10", "SM26"]);
        assert_eq!(claims.extensions.ihe_iua.national_provider_identifier.as_deref(), Some("899900000011"));
        assert_eq!(claims.extensions.ihe_iua.purpose_of_use[0].code, "normal");
        assert!(!claims.regulator);
    }

    #[test]
    fn a_trainee_keeps_their_own_terminology() {
        let claims = claims(&DOCTOR.replace("\"C\",\"codeSavoirFaire\"", "\"E\",\"codeSavoirFaire\""));
        assert_eq!(claims.extensions.ihe_iua.subject_role[0].system, "TRE_G16");
    }

    #[test]
    fn the_reason_states_break_glass_and_the_regulation_claim_centre_15() {
        let reason = claims(
            &DOCTOR.replace("\"SubjectRole\"", "\"Mode_Acces_Raison\":\"inconsciente\",\"SubjectRole\""),
        );
        assert_eq!(reason.extensions.ihe_iua.purpose_of_use[0].code, "bris_de_glace");
        let regulator = claims(&DOCTOR.replace("FAUX", "VRAI"));
        assert_eq!(
            (regulator.extensions.ihe_iua.purpose_of_use[0].code.as_str(), regulator.regulator),
            ("centre_15", true)
        );
    }

    #[test]
    fn without_the_directory_picture_there_is_no_role() {
        let claims = claims(&DOCTOR.replace("SubjectRefPro", "Elsewhere"));
        assert!(claims.extensions.ihe_iua.subject_role.is_empty());
        let other = claims_of_other_profession();
        assert!(other.extensions.ihe_iua.subject_role.is_empty());
    }

    fn claims_of_other_profession() -> Claims {
        claims(&DOCTOR.replace("10^1.2", "50^1.2"))
    }
}
