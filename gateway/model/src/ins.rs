//! The identifier of a record's holder: the national health identity (INS), fifteen characters and the domain that
//! issued them; or, in an affinity domain that is not the national one, any identifier of a local authority.

use std::fmt;

use crate::{Malformed, Oid, Parse, PatientDomain};

/// The longest local identifier, characters.
const LONGEST_LOCAL: usize = 128;
/// The arc of the national identity: what is below it is an INS domain or nothing.
const NATIONAL_ARC: &str = "1.2.250.1.213.1.4";

/// Who issued the matricule: decides where it may travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InsDomain {
    /// NIR, production.
    Nir,
    /// NIA (waiting number), production.
    Nia,
    /// NIR of the test platforms.
    NirTest,
    /// NIR of demonstrations.
    NirDemo,
}

impl InsDomain {
    /// The domain's OID.
    pub const fn oid(self) -> &'static str {
        match self {
            InsDomain::Nir => "1.2.250.1.213.1.4.8",
            InsDomain::Nia => "1.2.250.1.213.1.4.9",
            InsDomain::NirTest => "1.2.250.1.213.1.4.10",
            InsDomain::NirDemo => "1.2.250.1.213.1.4.11",
        }
    }

    /// The domain of an OID; the historic INS-C (`.2`) is none.
    pub fn of(oid: &str) -> Option<Self> {
        [InsDomain::Nir, InsDomain::Nia, InsDomain::NirTest, InsDomain::NirDemo]
            .into_iter()
            .find(|domain| domain.oid() == oid)
    }
}

/// A matricule INS with its domain, or a local identifier with its authority (see [`Ins::parse_any_cx`]). Its `Debug`
/// never shows the number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ins {
    number: String,
    domain: PatientDomain,
}

impl Ins {
    /// Parses fifteen characters and checks the two-digit key (97 minus the remainder, Corsica's
    /// letters read as 19 and 18).
    pub fn parse(number: &str, oid: &str) -> Parse<Self> {
        let domain = InsDomain::of(oid).ok_or(Malformed::ins(
            "domaine (OID) d'INS attendu : 1.2.250.1.213.1.4.8, .9, .10 ou .11",
            "expected an INS domain (OID): 1.2.250.1.213.1.4.8, .9, .10 or .11",
        ))?;
        let body = body_as_number(number).ok_or(Malformed::ins(
            "15 caractères attendus : 13 du matricule (2A ou 2B pour la Corse) puis 2 de clé",
            "expected 15 characters: 13 of the number (2A or 2B for Corsica), then 2 of key",
        ))?;
        let key: u64 = number.get(13..15).and_then(|key| key.parse().ok()).unwrap_or(0);
        if key != 97 - body % 97 {
            return Err(Malformed::ins(
                "la clé (les deux derniers chiffres) ne correspond pas au matricule",
                "the key (the last two digits) does not fit the number",
            ));
        }
        Ok(Ins { number: number.to_owned(), domain: PatientDomain::National(domain) })
    }

    /// Parses an identifier of whatever authority: an INS by [`Ins::parse`] where the OID is in the national arc (the
    /// historic INS-C is refused there), else a local identifier of 1 to 128 characters without control characters.
    /// Whether a local authority is accepted is for the affinity domain to say, not for this type.
    pub fn parse_any(number: &str, oid: &str) -> Parse<Self> {
        let national =
            oid.strip_prefix(NATIONAL_ARC).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if national {
            return Ins::parse(number, oid);
        }
        let bounded = (1..=LONGEST_LOCAL).contains(&number.chars().count());
        match Oid::parse(oid) {
            Ok(oid) if bounded && !number.chars().any(char::is_control) => {
                Ok(Ins { number: number.to_owned(), domain: PatientDomain::Local(oid) })
            }
            Ok(_) | Err(_) => Err(Malformed::ins(
                "identifiant de 1 à 128 caractères et OID d'autorité attendus : id^^^&OID&ISO",
                "expected an identifier of 1 to 128 characters and the OID of an authority: id^^^&OID&ISO",
            )),
        }
    }

    /// As [`Ins::parse_any`], of an HL7 CX; further components are ignored.
    pub fn parse_any_cx(text: &str) -> Parse<Self> {
        let cx = crate::Cx::parse(text)
            .map_err(|_| Malformed::ins("forme attendue : id^^^&OID&ISO", "expected form: id^^^&OID&ISO"))?;
        Ins::parse_any(&cx.id, cx.authority.as_str())
    }

    /// Parses an HL7 CX such as `…^^^&1.2.250.1.213.1.4.8&ISO^NH`; further components are ignored.
    pub fn parse_cx(text: &str) -> Parse<Self> {
        let cx = crate::Cx::parse(text).map_err(|_| {
            Malformed::ins("forme attendue : INS^^^&OID&ISO^NH", "expected form: INS^^^&OID&ISO^NH")
        })?;
        Ins::parse(&cx.id, cx.authority.as_str())
    }

    /// The fifteen characters, or the local identifier. For storage and answers to entitled callers, never for logs.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The issuing domain.
    pub fn domain(&self) -> &PatientDomain {
        &self.domain
    }

    /// The CX form of XDS metadata: an INS says so by its type (`^NH`).
    pub fn to_cx(&self) -> String {
        let local = crate::Cx { id: self.number.clone(), authority: self.authority(), id_type: None };
        match self.domain {
            PatientDomain::National(domain) => format!("{}^^^&{}&ISO^NH", self.number, domain.oid()),
            PatientDomain::Local(_) => local.to_hl7(),
        }
    }

    /// The issuing domain as an OID.
    pub fn authority(&self) -> Oid {
        match &self.domain {
            PatientDomain::National(domain) => Oid::constant(domain.oid()),
            PatientDomain::Local(oid) => oid.clone(),
        }
    }
}

fn body_as_number(number: &str) -> Option<u64> {
    if number.len() != 15 || !number.is_ascii() {
        return None;
    }
    let (body, key) = number.split_at(13);
    if !key.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let digits = match body.get(5..7) {
        Some("2A") => format!("{}19{}", body.get(..5)?, body.get(7..)?),
        Some("2B") => format!("{}18{}", body.get(..5)?, body.get(7..)?),
        _ => body.to_owned(),
    };
    if digits.bytes().all(|c| c.is_ascii_digit()) { digits.parse().ok() } else { None }
}

impl fmt::Debug for Ins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ins(… {:?})", self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: &str = "1.2.250.1.213.1.4.10";

    #[test]
    fn the_key_is_checked_corsica_included() {
        for valid in
            ["255081416802538", "260053015404801", "174052A00412313", "269072B03304260", "174057505607197"]
        {
            assert!(Ins::parse(valid, TEST).is_ok(), "{valid}");
        }
        for wrong in [
            "123456789012345",
            "123456789012244",
            "174052000412313",
            "25508141680253",
            "2550814168025380",
            "25508141680253X",
            "2550814168é538",
        ] {
            assert!(Ins::parse(wrong, TEST).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_historic_computed_identifier_is_refused() {
        assert!(Ins::parse("255081416802538", "1.2.250.1.213.1.4.2").is_err());
    }

    #[test]
    fn debug_never_shows_the_number() {
        let ins = Ins::parse("255081416802538", TEST).expect("a valid sample");
        assert!(!format!("{ins:?}").contains("2550814"));
    }

    #[test]
    fn the_cx_form_reads_back_with_or_without_a_seventh_component() {
        let ins = Ins::parse("255081416802538", TEST).expect("a valid sample");
        assert_eq!(Ins::parse_cx(&ins.to_cx()), Ok(ins.clone()));
        assert_eq!(Ins::parse_cx(&format!("{}^^20100907", ins.to_cx())), Ok(ins));
    }

    #[test]
    fn an_identifier_of_a_local_authority_reads_back_without_a_type() {
        let cx = "76cc765a442f410^^^&1.3.6.1.4.1.21367.2005.3.7&ISO";
        let local = Ins::parse_any_cx(cx).expect("a local identifier");
        assert_eq!(local.to_cx(), cx);
        assert_eq!(local.domain().national(), None);
        assert_eq!(Ins::parse_any_cx(&format!("{cx}^PI")), Ok(local));
        assert!(Ins::parse_cx(cx).is_err(), "nowhere an INS");
        let odd = Ins::parse_any("a^b&c|d", "1.3.6.1").expect("escaped on the wire");
        assert_eq!(Ins::parse_any_cx(&odd.to_cx()), Ok(odd));
    }

    #[test]
    fn below_the_national_arc_an_identifier_is_an_ins_or_refused() {
        let number = "255081416802538";
        assert_eq!(Ins::parse_any(number, TEST), Ins::parse(number, TEST));
        for (number, oid) in [
            ("255081416802539", TEST),
            (number, "1.2.250.1.213.1.4.2"),
            (number, "1.2.250.1.213.1.4"),
            ("x", "1.2.250.1.213.1.4.77"),
        ] {
            assert!(Ins::parse_any(number, oid).is_err(), "{oid}");
        }
        assert!(Ins::parse_any("x", "1.2.250.1.213.1.40").is_ok(), "another arc");
    }

    #[test]
    fn a_local_identifier_is_bounded_and_holds_no_control_character() {
        for wrong in [String::new(), "x".repeat(129), "a\u{7}b".to_owned()] {
            assert!(Ins::parse_any(&wrong, "1.3.6.1").is_err());
        }
        assert!(Ins::parse_any("x", "no oid").is_err());
    }
}
