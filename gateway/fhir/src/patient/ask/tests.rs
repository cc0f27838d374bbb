use model::{InsDomain, Rule};

use super::*;

const TEST: &str = "1.2.250.1.213.1.4.10";

fn ask(query: &str) -> Result<Asked, Vec<Rule>> {
    let pack = Pack::french(vec![InsDomain::NirTest], Oid::parse("1.2.3").expect("an OID"));
    let request = Request { method: "GET", path: "Patient", query, ..Request::default() };
    read(&request, &pack, "https://h/fhir").map_err(|f| f.into_iter().map(|f| f.rule).collect())
}

#[test]
fn identifiers_name_people_and_bare_domains_restrict_what_is_told() {
    let asked =
        ask(&format!("identifier=urn:oid:{TEST}%7C255081416802538,urn:oid:{TEST}|")).expect("a search");
    assert_eq!(asked.people.identifiers.len(), 1);
    assert_eq!(asked.domains, Some(vec![Oid::parse(TEST).expect("an OID")]));
    assert!(!asked.unknown_domain);
    assert_eq!(
        asked.used,
        format!("?identifier=urn%3Aoid%3A{TEST}%7C255081416802538%2Curn%3Aoid%3A{TEST}%7C")
    );
    for unknown in ["urn:oid:1.2.3|5", "urn:oid:1.2.250.1.213.1.4.8|255081416802538", "http://x|1"] {
        assert!(ask(&format!("identifier={unknown}")).expect("read").unknown_domain, "{unknown}");
    }
}

#[test]
fn every_parameter_of_the_table_is_read() {
    for (name, kind, _) in PARAMETERS {
        let value = match (name, kind) {
            ("identifier", _) => format!("urn:oid:{TEST}|255081416802538"),
            ("active", _) => "true".to_owned(),
            (_, "date") => "ge1955".to_owned(),
            _ => "x".to_owned(),
        };
        let asked = ask(&format!("{name}={value}")).expect(name);
        assert_ne!(asked.people, PeopleAsk::default(), "{name}");
        if kind == "string" {
            assert!(ask(&format!("{name}:exact=x")).is_ok(), "{name}");
            assert!(ask(&format!("{name}:contains=x")).is_err(), "{name}");
        }
    }
}

#[test]
fn alternatives_and_repetitions_are_groups() {
    let traits =
        ask("family=a,b&family:exact=c&birthdate=1955-08-14&birthdate=ge1955,le1950&gender=male,other")
            .expect("a search")
            .people
            .traits;
    assert_eq!(traits.family.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    assert!(traits.family[1][0].exact);
    assert_eq!(traits.birth[0][0].day.as_deref(), Some("19550814"));
    assert_eq!(traits.birth[1][0].day, None);
    assert_eq!(traits.sex, [vec![Some(Sex::Male), None]]);
}

#[test]
fn what_cannot_be_read_is_refused() {
    for bad in [
        "identifier=255081416802538",
        "identifier=urn:oid:1.2.250.1.213.1.4.10|255081416802539",
        "identifier:of-type=a|b|c",
        "identifier=%ff",
        "active=maybe",
        "birthdate=ne1955",
        "_count=many",
        "given:missing=true",
    ] {
        assert!(
            ask(bad).is_err_and(|rules| rules.iter().all(|rule| *rule == Rule::QueryIsComplete)),
            "{bad}"
        );
    }
}
