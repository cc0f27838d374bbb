//! Value sets, associations, roles and coding schemes.

use mappings::{Mappings, ValueSet};
use model::{Code, Oid, SubjectRole, system};
use proptest::prelude::*;

fn mappings() -> Mappings {
    Mappings::embedded().expect("the tables compiled in are good")
}

const NOS: &str = "https://mos.esante.gouv.fr/NOS";

#[test]
fn the_types_of_j66_the_history_list_and_the_signature_are_accepted() {
    let codes = mappings().codes;
    let accepted =
        |value: &str, scheme: &str| codes.contains(ValueSet::DocumentType, &Code::new(value, scheme));
    assert!(accepted("11502-2", system::LOINC));
    assert!(accepted("27899-4", system::LOINC), "history");
    assert!(accepted("E1762", "ASTM"));
    assert!(accepted("E1762", "1.2.840.10065"));
    assert!(!accepted("11502-2", "1.2.250.1.213.1.1.4.12"), "another scheme");
    for closed in ["51851-4", "56446-8", "84067-8", "0-0"] {
        assert!(!accepted(closed, system::LOINC), "{closed}");
    }
}

#[test]
fn every_column_of_the_matrix_has_a_class_that_is_a_class() {
    let mappings = mappings();
    for (_, code) in mappings.habilitation_at(model::Moment(0)).types() {
        let class = mappings.codes.class_of(code).unwrap_or_else(|| panic!("{}", code.value));
        assert!(mappings.codes.contains(ValueSet::DocumentClass, class), "{}", code.value);
    }
    let class = |value, scheme| mappings.codes.class_of(&Code::new(value, scheme)).unwrap().clone();
    assert_eq!(class("11502-2", system::LOINC), Code::new("10", "1.2.250.1.213.1.1.4.1"));
    assert_eq!(class("11369-6", system::LOINC), Code::new("52", "1.2.250.1.213.1.1.4.1"));
    assert_eq!(class("E1762", "ASTM"), Code::new("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN"));
}

#[test]
fn the_signature_of_a_set_finds_its_codes() {
    let codes = mappings().codes;
    for format in ["http://www.w3.org/2000/09/xmldsig#", "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1"] {
        assert!(codes.contains(ValueSet::Format, &Code::new(format, "URN")), "{format}");
    }
    assert!(codes.language_accepted("art"));
}

#[test]
fn formats_follow_from_the_template_or_from_the_body() {
    let codes = mappings().codes;
    let ihe = "1.3.6.1.4.1.19376.1.2.3";
    let laboratory = Code::new("urn:ihe:lab:xd-lab:2008", ihe);
    assert_eq!(codes.formats_of_template("1.2.250.1.213.1.1.1.55"), std::slice::from_ref(&laboratory));
    assert!(codes.contains(ValueSet::Format, &laboratory));
    assert_eq!(codes.formats_of_template("1.3.6.1.4.1.19376.1.2.20").len(), 5);
    assert!(codes.formats_of_template("1.2.3").is_empty());
    for media in ["application/pdf", "text/plain", "text/rtf", "image/jpeg", "image/tiff"] {
        let format = codes.format_of_media(media).unwrap();
        assert!(codes.contains(ValueSet::Format, format), "{media}");
        assert!(codes.formats_of_template("1.3.6.1.4.1.19376.1.2.20").contains(format), "{media}");
    }
    assert!(codes.format_of_media("video/mp4").is_none());
}

#[test]
fn the_other_sets_hold_their_codes_with_their_scheme() {
    let codes = mappings().codes;
    let both = [
        (ValueSet::Confidentiality, "N", system::CONFIDENTIALITY),
        (ValueSet::Confidentiality, "MASQUE_PS", system::VISIBILITY),
        (ValueSet::Confidentiality, "INVISIBLE_REPRESENTANTS_LEGAUX", system::VISIBILITY),
        (ValueSet::FacilityType, "SA25", "1.2.250.1.71.4.2.4"),
        (ValueSet::FacilityType, "SA66", "1.2.250.1.71.4.2.4"),
        (ValueSet::FacilityType, "EXP_PATIENT", system::PRODUCER),
        (ValueSet::PracticeSetting, "AMBULATOIRE", "1.2.250.1.213.1.1.4.9"),
        (ValueSet::ContentType, "04", "1.2.250.1.213.2.2"),
        (ValueSet::ContentType, "05", "TRE_R276"),
        (ValueSet::ContentType, "05", "TRE_R276-FormeActivite"),
        (ValueSet::ContentType, "SA07", "1.2.250.1.71.4.2.4"),
        (ValueSet::Format, "1.2.840.10008.5.1.4.1.1.88.59", "1.2.840.10008.2.6.1"),
        (ValueSet::AccessMode, "bris_de_glace", "1.2.250.1.213.1.1.4.248"),
        (ValueSet::AccessMode, "centre_15", "1.2.250.1.213.1.1.4.336"),
    ];
    for (set, value, scheme) in both {
        assert!(codes.contains(set, &Code::new(value, scheme)), "{value} of {scheme}");
        assert!(!codes.contains(set, &Code::new(value, "1.2.3")), "{value} of no scheme");
        assert!(codes.label(set, &Code::new(value, scheme)).is_some(), "{value} has no label");
    }
    assert!(!codes.contains(ValueSet::Confidentiality, &Code::new("MASQUE_PT", system::VISIBILITY)));
    assert!(!codes.contains(ValueSet::Confidentiality, &Code::new("N", system::VISIBILITY)));
}

#[test]
fn languages_and_media_types_are_lists() {
    let codes = mappings().codes;
    assert!(codes.language_accepted("fr-FR") && codes.language_accepted("fr-fr"));
    assert!(!codes.language_accepted("fr") && !codes.language_accepted("en-GB"));
    assert!(codes.mime_accepted("text/xml") && codes.mime_accepted("application/xslt+xml"));
    assert!(!codes.mime_accepted("application/pdf") && !codes.mime_accepted("text/html"));
}

#[test]
fn a_list_of_accepted_codes_is_readable_and_bounded() {
    let codes = mappings().codes;
    let levels = codes.listed(ValueSet::Confidentiality);
    assert!(
        levels.starts_with("N (Normal), R (Restreint), V (Très restreint), INVISIBLE_PATIENT ("),
        "{levels}"
    );
    let types = codes.listed(ValueSet::DocumentType);
    assert!(types.contains("11502-2 (CR d'examens biologiques), "), "{types}");
    for set in [ValueSet::DocumentType, ValueSet::Format, ValueSet::FacilityType, ValueSet::ContentType] {
        let length = codes.listed(set).chars().count();
        assert!((100..=6000).contains(&length), "{set:?}: {length}");
    }
}

fn role(profession: (&str, &str), qualifier: Option<(&str, &str)>) -> SubjectRole {
    let code = |(value, scheme): (&str, &str)| Code::new(value, scheme);
    SubjectRole { profession: code(profession), qualifier: qualifier.map(code) }
}

#[test]
fn a_role_is_known_when_j65_has_it() {
    let codes = mappings().codes;
    let known = [
        ("10", system::PROFESSION),
        ("95", "urn:oid:1.2.250.1.71.1.2.7"),
        ("21", "TRE_G16"),
        ("41", "1.2.250.1.213.1.6.1.4"),
        ("93", "1.2.250.1.213.1.6.1.109"),
        ("99", "TRE_R291"),
        ("SECRETARIAT_MEDICAL", system::PRODUCER),
    ];
    for profession in known {
        assert!(codes.role_known(&role(profession, None)), "{profession:?}");
    }
    let unknown = [
        ("11", system::PROFESSION),
        ("10", "1.2.3"),
        ("SNR", system::PRODUCER),
        ("GENR08", "TRE_R22"),
        ("STRUCTURE", "PASSERELLE"),
    ];
    for profession in unknown {
        assert!(!codes.role_known(&role(profession, None)), "{profession:?}");
        assert!(!codes.qualifier_known(&role(profession, None)), "{profession:?}");
    }
}

#[test]
fn doctor_pharmacist_and_role_based_professional_need_their_qualifier() {
    let codes = mappings().codes;
    let known = |profession, qualifier| codes.qualifier_known(&role(profession, qualifier));
    let (doctor, pharmacist) = (("10", system::PROFESSION), ("21", system::PROFESSION));
    let by_role = ("99", "TRE_R291");
    assert!(known(doctor, Some(("SM54", system::SPECIALTY))));
    assert!(known(doctor, Some(("SM25", "urn:oid:1.2.250.1.71.4.2.5"))));
    assert!(known(pharmacist, Some(("A", system::PHARMACIST_SECTION))));
    assert!(known(by_role, Some(("313", system::CARE_ROLE))));
    assert!(known(("60", system::PROFESSION), None), "a nurse needs none");
    for (profession, qualifier) in [
        (doctor, None),
        (doctor, Some(("SM99", system::SPECIALTY))),
        (doctor, Some(("SM54", system::PHARMACIST_SECTION))),
        (doctor, Some(("A", system::PHARMACIST_SECTION))),
        (pharmacist, None),
        (pharmacist, Some(("Z", system::PHARMACIST_SECTION))),
        (by_role, None),
        (by_role, Some(("330", system::CARE_ROLE))),
        (by_role, Some(("GENR08", "TRE_R22"))),
    ] {
        assert!(!known(profession, qualifier), "{profession:?} {qualifier:?}");
    }
}

#[test]
fn fhir_systems_become_oids_and_both_french_spellings_are_one() {
    let systems = mappings().systems;
    for (url, scheme) in [
        ("http://loinc.org", system::LOINC),
        ("urn:oid:2.16.840.1.113883.6.1", system::LOINC),
        ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", system::CONFIDENTIALITY),
        (
            &format!("{NOS}/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality"),
            system::CONFIDENTIALITY,
        ),
        (
            &format!("{NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument"),
            system::VISIBILITY,
        ),
        (
            &format!("{NOS}/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument"),
            system::VISIBILITY,
        ),
        ("http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", "1.3.6.1.4.1.19376.1.2.3"),
        (&format!("{NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode"), "1.3.6.1.4.1.19376.1.2.3"),
        (&format!("{NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"), "1.2.250.1.213.1.1.4.1"),
        ("urn:ietf:rfc:3986", "URN"),
        ("https://rpps.esante.gouv.fr", "https://rpps.esante.gouv.fr"),
        ("https://finess.esante.gouv.fr", "https://finess.esante.gouv.fr"),
        ("https://sirene.fr", "https://sirene.fr"),
        ("http://example.org/local", "http://example.org/local"),
        ("urn:oid:1.2.840.10065", "1.2.840.10065"),
    ] {
        assert_eq!(systems.from_fhir(url), scheme, "{url}");
    }
}

#[test]
fn oids_become_the_url_of_their_scheme_or_urn_oid() {
    let systems = mappings().systems;
    assert_eq!(systems.to_fhir(system::LOINC), "http://loinc.org");
    let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    assert_eq!(systems.to_fhir(system::CONFIDENTIALITY), confidentiality);
    let visibility = format!("{NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument");
    assert_eq!(systems.to_fhir(system::VISIBILITY), visibility);
    assert_eq!(systems.to_fhir("1.2.250.1.999"), "urn:oid:1.2.250.1.999");
    assert_eq!(systems.to_fhir("https://sirene.fr"), "https://sirene.fr");
}

#[test]
fn every_scheme_of_the_tables_goes_through_fhir_and_comes_back() {
    let systems = mappings().systems;
    let table = include_str!("../codes/systems.csv");
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    for scheme in lines.filter_map(|line| line.split(',').next()) {
        assert_eq!(systems.from_fhir(&systems.to_fhir(scheme)), scheme);
        assert_eq!(systems.canonical(&systems.to_fhir(scheme)), scheme);
    }
}

proptest! {
    #[test]
    fn every_oid_goes_through_fhir_and_comes_back(oid in "[0-2](\\.(0|[1-9][0-9]{0,6})){1,8}") {
        prop_assert!(Oid::parse(&oid).is_ok());
        let systems = mappings_once();
        prop_assert_eq!(systems.from_fhir(&systems.to_fhir(&oid)), oid);
    }

    #[test]
    fn no_text_at_all_makes_the_schemes_stumble(text in ".{0,80}") {
        let systems = mappings_once();
        let _ = systems.from_fhir(&text);
        let _ = systems.to_fhir(&text);
        let _ = systems.canonical(&text);
    }
}

fn mappings_once() -> &'static mappings::Systems {
    static SYSTEMS: std::sync::OnceLock<Mappings> = std::sync::OnceLock::new();
    &SYSTEMS.get_or_init(mappings).systems
}
