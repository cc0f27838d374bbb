use mappings::INTERNATIONAL_PACK;
use model::Ins;

use super::*;

const EXAMPLE: &str = include_str!("../../../../passerelle.example.toml");
const MEMBER: &str =
    "\n[[member]]\nsubject = \"CN=Tester,O=Hospital\"\nname = \"Tester\"\norganisation = \"2.999.5\"\n";

/// The example with a pack's file beside it, its file of codes, and members.
fn load(pack: &str, members: &str, change: impl Fn(String) -> String) -> anyhow::Result<Domain> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("pack.toml"), pack).expect("written");
    std::fs::write(folder.path().join("codes.xml"), codes_xml::tests::codes("")).expect("written");
    let text = EXAMPLE.replace("pack = \"french\"", "pack = \"pack.toml\"") + members;
    std::fs::write(folder.path().join("passerelle.toml"), change(text)).expect("written");
    let config = Config::load(&folder.path().join("passerelle.toml"), std::iter::empty()).expect("readable");
    Domain::load(&config)
}

fn refused(pack: &str, members: &str, change: impl Fn(String) -> String) -> String {
    format!("{:#}", load(pack, members, change).expect_err("refused"))
}

fn as_it_is(text: String) -> String {
    text
}

#[test]
fn the_default_is_the_french_pack_as_the_checks_know_it() {
    let config = Config::parse(EXAMPLE, std::iter::empty()).expect("the example");
    let domain = Domain::load(&config).expect("the French domain");
    let expected = Pack::french(vec![InsDomain::NirTest], repository(&config).expect("an OID"));
    assert_eq!(domain.pack, expected);
    assert!(!domain.switches.open_domain && domain.members.is_none());
}

#[test]
fn ihe_is_french_but_for_the_constraints_on_metadata() {
    let text = EXAMPLE.replace("pack = \"french\"", "pack = \"ihe\"");
    let config = Config::parse(&text, std::iter::empty()).expect("readable");
    let pack = Domain::load(&config).expect("a domain").pack;
    let french = Pack::french(vec![InsDomain::NirTest], pack.repository.clone());
    let name = "ihe".to_owned();
    assert_eq!(pack, Pack { name, french: false, bare_oids: false, identical_documents: true, ..french });
}

#[test]
fn the_example_of_an_open_domain_takes_its_codes_authorities_and_members() {
    let domain = load(INTERNATIONAL_PACK, MEMBER, as_it_is).expect("an open domain");
    assert!(domain.switches.open_domain && domain.members.is_some());
    let patient = |oid: &str| Ins::parse_any("76cc765a442f410", oid).expect("an identifier");
    assert!(domain.pack.accepts(patient("2.999.7").domain()), "of the file of codes");
    assert!(domain.pack.accepts(patient("1.3.6.1.4.1.21367.2005.3.7").domain()), "of the pack");
    assert!(!domain.pack.accepts(patient("2.999.8").domain()));
    assert!(domain.mappings.codes.contains(mappings::ValueSet::Format, &model::Code::new("A", "2.999.1")));
}

#[test]
fn an_open_domain_is_refused_beside_a_production_ins_domain() {
    for production in ["\"nir\"", "\"nia\"", "\"nir-test\", \"nir\""] {
        let with = |text: String| text.replace("ins = [\"nir-test\"]", &format!("ins = [{production}]"));
        let told = refused(INTERNATIONAL_PACK, MEMBER, with);
        assert!(told.contains("production"), "{told}");
    }
}

#[test]
fn a_pack_that_leaves_the_national_rules_by_halves_is_refused() {
    let french = mappings::built_in_pack("french").expect("it is there");
    for (from, to) in [
        ("matrix = \"french\"", "matrix = \"open\""),
        ("caller = \"vihf\"", "caller = \"certificate-map\""),
        ("identifiers = \"ins\"", "identifiers = \"any\""),
        ("over = \"record\"", "over = \"registry\""),
        ("other_repositories = \"listed\"", "other_repositories = \"any\""),
    ] {
        assert!(french.contains(from));
        for members in ["", MEMBER] {
            let told = refused(&french.replace(from, to), members, as_it_is);
            assert!(told.contains("domain.pack"), "{told}");
        }
    }
}

#[test]
fn members_stand_beside_an_open_pack_and_only_there() {
    assert!(refused(INTERNATIONAL_PACK, "", as_it_is).contains("member"));
    let french = mappings::built_in_pack("french").expect("it is there");
    assert!(refused(french, MEMBER, as_it_is).contains("member"));
    let without =
        |text: String| text.replace("client_certificates = \"optional\"", "client_certificates = \"none\"");
    assert!(refused(INTERNATIONAL_PACK, MEMBER, without).contains("tls.client_certificates"));
}

#[test]
fn a_pack_with_a_key_too_few_or_too_many_is_refused_by_its_name() {
    let missing = INTERNATIONAL_PACK.replace("cda = false", "");
    assert!(refused(&missing, MEMBER, as_it_is).contains("cda"));
    let unknown = INTERNATIONAL_PACK.replace("cda = false", "cda = false\ncdb = true");
    assert!(refused(&unknown, MEMBER, as_it_is).contains("cdb"));
    let national = INTERNATIONAL_PACK.replace("1.3.6.1.4.1.21367.2005.3.7", "1.2.250.1.213.1.4.2");
    assert!(refused(&national, MEMBER, as_it_is).contains("patients.authorities"));
}
