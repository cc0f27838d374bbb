//! The national health identity (INS): fifteen characters and the domain that issued them.

use std::fmt;

use crate::{Malformed, Oid, Parse};

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

/// A matricule INS with its domain. Its `Debug` and `Display` never show the number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ins {
    number: String,
    domain: InsDomain,
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
        Ok(Ins { number: number.to_owned(), domain })
    }

    /// Parses an HL7 CX such as `…^^^&1.2.250.1.213.1.4.8&ISO^NH`; further components are ignored.
    pub fn parse_cx(text: &str) -> Parse<Self> {
        let cx = crate::Cx::parse(text).map_err(|_| {
            Malformed::ins("forme attendue : INS^^^&OID&ISO^NH", "expected form: INS^^^&OID&ISO^NH")
        })?;
        Ins::parse(&cx.id, cx.authority.as_str())
    }

    /// The fifteen characters. For storage and answers to entitled callers, never for logs.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The issuing domain.
    pub fn domain(&self) -> InsDomain {
        self.domain
    }

    /// The CX form of XDS metadata.
    pub fn to_cx(&self) -> String {
        format!("{}^^^&{}&ISO^NH", self.number, self.domain.oid())
    }

    /// The issuing domain as an OID.
    pub fn authority(&self) -> Oid {
        Oid::constant(self.domain.oid())
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
}
