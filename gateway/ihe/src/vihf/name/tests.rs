use super::*;

const SUBJECT: &str =
    "CN=vihf-sign.ch-exemple.test,OU=1999999999,O=CH EXEMPLE DES ALIZES,ST=Finistère (29),C=FR";

fn name(text: &str) -> Name {
    Name::parse(text).unwrap_or_else(|| panic!("not a name: {text}"))
}

#[test]
fn order_spacing_case_and_spelling_do_not_matter() {
    for same in [
        "C=FR, ST=Finistère (29), O=CH EXEMPLE DES ALIZES, OU=1999999999, CN=vihf-sign.ch-exemple.test",
        "C=FR,S=Finistère (29),O=CH EXEMPLE DES ALIZES,OU=1999999999,CN=vihf-sign.ch-exemple.test",
        " cn = VIHF-sign.ch-exemple.test ; ou=1999999999;o= ch  exemple des alizes ; st=finistère (29) ; c=fr ",
        "2.5.4.3=vihf-sign.ch-exemple.test,OID.2.5.4.11=1999999999,oid.2.5.4.10=CH EXEMPLE DES ALIZES,2.5.4.8=Finistère (29),2.5.4.6=FR",
        "CN=vihf-sign.ch-exemple.test,OU=#130a31393939393939393939,O=\"CH EXEMPLE DES ALIZES\",ST=Finist\\C3\\A8re \\(29\\),C=#13024652",
        "2.5.4.3=#0c19766968662d7369676e2e63682d6578656d706c652e74657374,OU=1999999999,O=CH EXEMPLE DES ALIZES,ST=Finistère (29),C=FR",
    ] {
        assert_eq!(name(same), name(SUBJECT), "{same}");
    }
}

#[test]
fn any_difference_of_substance_matters() {
    for other in [
        "CN=vihf-sign.ch-exemple.test,OU=1999999998,O=CH EXEMPLE DES ALIZES,ST=Finistère (29),C=FR",
        "CN=vihf-sign.ch-exemple.test,OU=1999999999,O=CH EXEMPLE DES ALIZES,C=FR",
        "CN=vihf-sign.ch-exemple.test,OU=1999999999,OU=1999999999,O=CH EXEMPLE DES ALIZES,ST=Finistère (29),C=FR",
        "CN=1999999999,OU=vihf-sign.ch-exemple.test,O=CH EXEMPLE DES ALIZES,ST=Finistère (29),C=FR",
        "CN=vihf-sign.ch-exemple.test\\,OU=1999999999,O=CH EXEMPLE DES ALIZES,ST=Finistère (29),C=FR",
        "CN=vihf-sign.ch-exemple.test+OU=1999999999,O=CH EXEMPLE DES ALIZES,ST=Finistère (29),C=FR",
    ] {
        assert_ne!(name(other), name(SUBJECT), "{other}");
    }
}

#[test]
fn a_relative_name_of_several_values_has_no_order() {
    assert_eq!(
        name("CN=899999000017+SN=KERVEL+GN=Maëlle,C=FR"),
        name("C=FR, GIVENNAME=Maëlle + CN=899999000017 + SURNAME=Kervel")
    );
    assert_ne!(name("CN=899999000017+SN=KERVEL,C=FR"), name("CN=899999000017,SN=KERVEL,C=FR"));
}

#[test]
fn escapes_and_quotes_are_read() {
    let values = |text: &str| name(text).values(oid::COMMON_NAME).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(values("CN=a\\,b\\+c\\\"d\\\\e\\=f"), ["a,b+c\"d\\e=f"]);
    assert_eq!(values("CN=\"a,b;c+d\", O=x"), ["a,b;c+d"]);
    assert_eq!(values("CN=\\20x\\ "), [" x "]);
    assert_eq!(values("CN=a=b"), ["a=b"]);
}

#[test]
fn hex_values_are_decoded_by_their_type() {
    let value = |hex: &str| name(&format!("CN={hex}")).values(oid::COMMON_NAME).next().map(str::to_owned);
    assert_eq!(value("#1402E973").as_deref(), Some("és"), "TeletexString");
    assert_eq!(value("#1e0400e90073").as_deref(), Some("és"), "BMPString");
    assert_eq!(value("#1c04000000e9").as_deref(), Some("é"), "UniversalString");
    assert_eq!(value("#0c8103c3a973").as_deref(), Some("és"), "UTF8String, long form");
    assert_eq!(value("#0401ff").as_deref(), Some("#ff"), "not a string");
}

#[test]
fn what_is_not_a_name_is_none() {
    for wrong in [
        "",
        " ",
        "CN",
        "=x",
        "CN=x,",
        ",CN=x",
        "CN=x,,C=FR",
        "CN=\"x",
        "CN=x\\",
        "CN=\\2",
        "CN=#12",
        "CN=#1",
        "CN=#0c05aa",
        "FOO=x",
        "1..2=x",
        "CN=\\ff",
        "CN=x+",
        "/C=FR/CN=x",
    ] {
        assert!(Name::parse(wrong).is_none(), "{wrong}");
    }
    assert!(Name::parse(&format!("CN={}", "x".repeat(5000))).is_none());
    assert!(Name::parse(&vec!["C=x"; 65].join(",")).is_none());
}

#[test]
fn a_name_written_reads_back_as_itself() {
    for text in [SUBJECT, "CN=a\\,b\\+\\\\\\ ,O=\\#x\\09y,1.2.3=z", "CN=899999000017+SURNAME=X,C=FR"] {
        assert_eq!(name(&name(text).to_rfc2253()), name(text), "{text}");
    }
    assert_eq!(name(SUBJECT).to_rfc2253(), SUBJECT);
}

/// One DER element of less than 128 bytes.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).expect("short");
    [&[tag, length], content].concat()
}

fn attribute(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
    der(0x30, &[der(0x06, oid), der(tag, value)].concat())
}

#[test]
fn the_name_of_a_certificate_is_read_whatever_its_string_types() {
    use x509_parser::prelude::FromDer as _;
    let card = [
        attribute(&[0x55, 4, 3], 0x0C, b"899999000017"),
        attribute(&[0x55, 4, 4], 0x1E, &[0, b'K', 0, 0xC9]),
    ];
    let encoded = der(
        0x30,
        &[
            der(0x31, &attribute(&[0x55, 4, 6], 0x13, b"FR")),
            der(0x31, &attribute(&[0x55, 4, 10], 0x14, b"Sant\xE9")),
            der(0x31, &card.concat()),
            der(0x31, &attribute(&[0x2A, 3, 4], 0x04, b"\xFF")),
        ]
        .concat(),
    );
    let (_, parsed) = X509Name::from_der(&encoded).expect("a name");
    let own = Name::of(&parsed);
    assert_eq!(own, name("1.2.3.4=#0401ff, CN=899999000017 + SN=kÉ, O=Santé, C=FR"));
    assert_eq!(own, name(&own.to_rfc2253()));
    assert_ne!(own, name("1.2.3.4=#0401ff, CN=899999000017, SN=kÉ, O=Santé, C=FR"));
}

/// One attribute in one of the spellings of RFC 4514 and RFC 2253.
fn spelt((keywords, value): &(&[&str], String), spelling: u8) -> String {
    let keyword = keywords[usize::from(spelling / 3) % keywords.len()];
    match spelling % 3 {
        0 => text::pair(keyword, value),
        1 => format!(" {keyword} = \"{}\" ", value.replace('\\', "\\\\").replace('"', "\\\"")),
        _ => {
            let hex: String = der(0x0C, value.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect();
            format!("{keyword}=#{hex}")
        }
    }
}

proptest::proptest! {
    #[test]
    fn a_name_is_itself_in_any_order_and_spelling(
        attributes in proptest::collection::vec(
            (
                proptest::sample::select(vec![
                    &["CN", "commonname", "2.5.4.3"][..],
                    &["ST", "S", "OID.2.5.4.8"],
                    &["OU", "ou"],
                    &["1.2.250.1.71", "oid.1.2.250.1.71"],
                ]),
                "[^\\p{C}\\s][^\\p{C}]{0,15}[^\\p{C}\\s]",
            ),
            1..6,
        ),
        spellings in proptest::array::uniform6(0_u8..9),
        separator in proptest::sample::select(vec![",", ";", " , "]),
        changed in 0_usize..6,
    ) {
        let canonical = attributes.iter().map(|one| spelt(one, 0)).collect::<Vec<_>>().join(",");
        let spelt_out: Vec<_> = attributes.iter().zip(spellings).map(|(one, spelling)| spelt(one, spelling)).collect();
        let other: Vec<_> = spelt_out.iter().rev().cloned().collect();
        proptest::prop_assert_eq!(&name(&other.join(separator)), &name(&canonical));
        let mut different = attributes.clone();
        let at = changed % different.len();
        different[at].1.push('x');
        let different = different.iter().map(|one| spelt(one, 0)).collect::<Vec<_>>().join(",");
        proptest::prop_assert_ne!(&name(&different), &name(&canonical));
    }
}
