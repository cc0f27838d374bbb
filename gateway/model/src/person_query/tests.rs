use proptest::prelude::*;

use super::*;
use crate::{FurtherTraits, Hl7Time, Ins, PostalAddress, Telecom, TelecomKind};

fn person(family: &str, given: &str, born: &str) -> Identity {
    Identity {
        ins: Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("a sample"),
        birth_family: family.into(),
        given: given.into(),
        used_family: Some("D’Été-Œuf".into()),
        birth_date: Hl7Time::parse(born).expect("a date"),
        sex: Sex::Female,
        birth_place: None,
        card_serial: None,
        email: None,
        further: Box::new(FurtherTraits {
            mothers_maiden_name: Some("Lescaut".into()),
            addresses: vec![PostalAddress { city: Some("Sète".into()), ..PostalAddress::default() }],
            telecoms: vec![Telecom { kind: TelecomKind::Phone, value: "01 02 03 04 05".into() }],
            ..FurtherTraits::default()
        }),
    }
}

fn text(value: &str, exact: bool) -> Vec<Vec<TextMatch>> {
    vec![vec![TextMatch { value: value.into(), exact }]]
}

#[test]
fn names_are_found_by_their_start_whatever_case_and_accents() {
    let ada = person("DE LA TOUR", "Anna Livia", "19550814");
    let found = |value: &str, exact| {
        PersonQuery { family: text(value, exact), ..PersonQuery::default() }.admits(&ada)
    };
    for start in ["de la", "DELATOUR", "tour", "ete", "d'ete oeuf", "œuf"] {
        assert!(found(start, false), "{start}");
    }
    assert!(!found("atour", false));
    assert!(!found("", false));
    assert!(!found("-", false));
    assert!(found("DE LA TOUR", true));
    assert!(!found("de la tour", true));
    assert!(!found("DE LA", true));
}

#[test]
fn every_group_must_be_met_by_one_of_its_alternatives() {
    let ada = person("TOUR", "Anna Livia", "19550814");
    let mut query = PersonQuery { given: text("livia", false), ..PersonQuery::default() };
    query.sex = vec![vec![Some(Sex::Male), Some(Sex::Female)]];
    query.city = text("sete", false);
    query.address = text("set", false);
    query.mothers_maiden_name = text("lesc", false);
    query.telecom = vec![vec!["0102030405".into()]];
    assert!(query.admits(&ada));
    assert_eq!(query.criteria(), 6);
    query.sex.push(vec![None]);
    assert!(!query.admits(&ada));
}

#[test]
fn what_is_too_short_is_no_key() {
    let query =
        PersonQuery { family: text("li", false), given: text("anna", false), ..PersonQuery::default() };
    assert_eq!(query.keys(), [vec![TraitKey::Given("ann".into())]]);
}

proptest! {
    #[test]
    fn whoever_is_admitted_is_found_by_every_key(
        family in "[A-Za-zéÈçœ' -]{1,12}", given in "[A-Za-zéÈç -]{1,12}", asked in "[A-Za-zéèÇŒ' -]{1,6}", exact: bool,
    ) {
        let someone = person(&family, &given, "19550814");
        let keys = TraitKey::of(&someone);
        for query in [
            PersonQuery { family: text(&asked, exact), ..PersonQuery::default() },
            PersonQuery { given: text(&asked, exact), ..PersonQuery::default() },
            PersonQuery { family: text(&family, exact), given: text(&given, exact), ..PersonQuery::default() },
        ] {
            if query.admits(&someone) {
                for group in query.keys() {
                    prop_assert!(group.iter().any(|key| keys.contains(key)), "{group:?} {keys:?}");
                }
            }
        }
    }
}
