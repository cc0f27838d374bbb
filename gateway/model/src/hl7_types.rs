//! CX, CXi, XCN and XON: the HL7 types of XDS metadata (IHE ITI TF-3 table 4.2.3.1.7-2).

use crate::hl7::{component, escape, join, split_components, split_subcomponents, unescape};
use crate::{Malformed, Oid, Parse};

/// An identifier with its assigning authority: `id^^^&OID&ISO[^type]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cx {
    /// CX.1.
    pub id: String,
    /// CX.4.2.
    pub authority: Oid,
    /// CX.5, for instance `PI` or `NH`.
    pub id_type: Option<String>,
}

impl Cx {
    /// Parses; components after the fifth are ignored.
    pub fn parse(text: &str) -> Parse<Self> {
        let malformed = Malformed::metadata("forme attendue : id^^^&OID&ISO", "expected form: id^^^&OID&ISO");
        let parts = split_components(text.trim());
        let id = component(&parts, 0).ok_or(malformed.clone())?;
        let authority = parts.get(3).and_then(|part| authority(part)).ok_or(malformed)?;
        Ok(Cx { id, authority, id_type: component(&parts, 4) })
    }

    /// The HL7 form.
    pub fn to_hl7(&self) -> String {
        join(&[
            escape(&self.id),
            String::new(),
            String::new(),
            format!("&{}&ISO", self.authority),
            self.id_type.as_deref().map(escape).unwrap_or_default(),
        ])
    }
}

/// A reference id: `id^^^[ns|&OID&ISO]^type` (CXi).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReferenceId {
    /// CXi.1.
    pub id: String,
    /// CXi.4.2.
    pub authority: Option<Oid>,
    /// CXi.5, a type URN such as `urn:ihe:iti:xds:2013:accession`.
    pub kind: String,
}

impl ReferenceId {
    /// Parses; a type is mandatory.
    pub fn parse(text: &str) -> Parse<Self> {
        let malformed =
            Malformed::metadata("forme attendue : id^^^&OID&ISO^type", "expected form: id^^^&OID&ISO^type");
        let parts = split_components(text.trim());
        Ok(ReferenceId {
            id: component(&parts, 0).ok_or(malformed.clone())?,
            authority: parts.get(3).and_then(|part| authority(part)),
            kind: component(&parts, 4).ok_or(malformed)?,
        })
    }

    /// The HL7 form.
    pub fn to_hl7(&self) -> String {
        let authority = self.authority.as_ref().map(|oid| format!("&{oid}&ISO")).unwrap_or_default();
        join(&[escape(&self.id), String::new(), String::new(), authority, escape(&self.kind)])
    }
}

/// A person or a system: `id^family^given^other^suffix^prefix^^^&OID&ISO^nametype^^^idtype`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Xcn {
    /// XCN.1: PS_IdNat for a professional, the INS for a patient.
    pub id: Option<String>,
    /// XCN.2, or the name of a system.
    pub family: Option<String>,
    /// XCN.3, or the model of a system.
    pub given: Option<String>,
    /// XCN.4.
    pub other_given: Option<String>,
    /// XCN.5.
    pub suffix: Option<String>,
    /// XCN.6.
    pub prefix: Option<String>,
    /// XCN.7, for instance `MD`.
    pub degree: Option<String>,
    /// XCN.9.2.
    pub authority: Option<Oid>,
    /// XCN.10: `D` for people, `U` for systems.
    pub name_type: Option<String>,
    /// XCN.13: `IDNPS`, `NH`, `RI`…
    pub id_type: Option<String>,
}

impl Xcn {
    /// Parses; an id or a family name is mandatory.
    pub fn parse(text: &str) -> Parse<Self> {
        let parts = split_components(text.trim());
        let xcn = Xcn {
            id: component(&parts, 0),
            family: parts.get(1).and_then(|p| first_subcomponent(p)),
            given: component(&parts, 2),
            other_given: component(&parts, 3),
            suffix: component(&parts, 4),
            prefix: component(&parts, 5),
            degree: component(&parts, 6),
            authority: parts.get(8).and_then(|part| authority(part)),
            name_type: component(&parts, 9),
            id_type: component(&parts, 12),
        };
        if xcn.id.is_none() && xcn.family.is_none() {
            return Err(Malformed::metadata(
                "personne attendue : id^nom^prénom^^^^^^&OID&ISO^D^^^IDNPS (id ou nom obligatoire)",
                "expected a person: id^family^given^^^^^^&OID&ISO^D^^^IDNPS (id or family name required)",
            ));
        }
        Ok(xcn)
    }

    /// The HL7 form.
    pub fn to_hl7(&self) -> String {
        let text = |value: &Option<String>| value.as_deref().map(escape).unwrap_or_default();
        let authority = self.authority.as_ref().map(|oid| format!("&{oid}&ISO")).unwrap_or_default();
        join(&[
            text(&self.id),
            text(&self.family),
            text(&self.given),
            text(&self.other_given),
            text(&self.suffix),
            text(&self.prefix),
            text(&self.degree),
            String::new(),
            authority,
            text(&self.name_type),
            String::new(),
            String::new(),
            text(&self.id_type),
        ])
    }
}

/// An organisation: `name^^^^^&OID&ISO^type^^^id`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Xon {
    /// XON.1.
    pub name: String,
    /// XON.6.2.
    pub authority: Option<Oid>,
    /// XON.7, for instance `IDNST`.
    pub id_type: Option<String>,
    /// XON.10: Struct_IdNat.
    pub id: Option<String>,
}

impl Xon {
    /// Parses; the name is mandatory.
    pub fn parse(text: &str) -> Parse<Self> {
        let parts = split_components(text.trim());
        let name = component(&parts, 0).ok_or(Malformed::metadata(
            "organisation attendue : nom^^^^^&OID&ISO^IDNST^^^id (nom obligatoire)",
            "expected an organisation: name^^^^^&OID&ISO^IDNST^^^id (name required)",
        ))?;
        Ok(Xon {
            name,
            authority: parts.get(5).and_then(|part| authority(part)),
            id_type: component(&parts, 6),
            id: component(&parts, 9),
        })
    }

    /// The HL7 form.
    pub fn to_hl7(&self) -> String {
        let authority = self.authority.as_ref().map(|oid| format!("&{oid}&ISO")).unwrap_or_default();
        let empty = String::new;
        join(&[
            escape(&self.name),
            empty(),
            empty(),
            empty(),
            empty(),
            authority,
            self.id_type.as_deref().map(escape).unwrap_or_default(),
            empty(),
            empty(),
            self.id.as_deref().map(escape).unwrap_or_default(),
        ])
    }
}

/// `&OID&ISO` or `ns&OID&ISO`: the OID, when there is one.
fn authority(part: &str) -> Option<Oid> {
    let subs = split_subcomponents(part.trim());
    subs.get(1).and_then(|oid| Oid::parse(oid.trim()).ok())
}

fn first_subcomponent(part: &str) -> Option<String> {
    split_subcomponents(part.trim()).first().map(|p| unescape(p)).filter(|p| !p.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_professional_reads_back() {
        let text = "899900000019^KERVEL^Maëlle^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS";
        let person = Xcn::parse(text).expect("a professional");
        assert_eq!(person.id.as_deref(), Some("899900000019"));
        assert_eq!(person.to_hl7(), text);
    }

    #[test]
    fn every_part_of_a_persons_name_reads_back() {
        let text = "^Welby^Marcus^J^Jr^Dr^MD^^&1.2.3&ISO";
        assert_eq!(Xcn::parse(text).map(|person| person.to_hl7()), Ok(text.into()));
    }

    #[test]
    fn a_structure_reads_back_letters_included() {
        let text = "Labo des Alizés^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^12A0000011";
        let structure = Xon::parse(text).expect("a structure");
        assert_eq!(structure.id.as_deref(), Some("12A0000011"));
        assert_eq!(structure.to_hl7(), text);
    }

    #[test]
    fn an_identifier_needs_an_authority() {
        assert!(Cx::parse("123").is_err());
        assert!(Cx::parse("123^^^&&ISO").is_err());
        assert_eq!(Cx::parse("123^^^&1.2.3&ISO^PI").map(|cx| cx.to_hl7()), Ok("123^^^&1.2.3&ISO^PI".into()));
    }

    #[test]
    fn a_reference_id_needs_a_type() {
        assert!(ReferenceId::parse("A1^^^&1.2.3&ISO").is_err());
        let text = "A1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession";
        assert_eq!(ReferenceId::parse(text).map(|r| r.to_hl7()), Ok(text.into()));
    }
}
