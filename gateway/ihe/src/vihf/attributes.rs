//! Rule A5: the assertion states everything that a VIHF must, in values this gateway knows.

use mappings::{Mappings, ValueSet};
use model::{Code, Finding, Ins, Moment, PersonId, Purpose, Rule, StructureId};
use xml::Element;

use super::claims::{Claims, Mode, Software};
use super::message::SAML;
use super::vocabulary::*;
use super::{Trust, finding, instant};

const RULE: Rule = Rule::AssertionIsComplete;
const HL7: &str = "urn:hl7-org:v3";
/// Characters of one value.
const LONGEST: usize = 1024;
/// Roles that are looked at.
const MOST_ROLES: usize = 16;
/// The elements of a coded role and of a coded purpose, as toolkits name them (XSPA drafts: PurposeForUse).
const ROLE_ELEMENTS: [&str; 3] = ["Role", "role", "CE"];
const PURPOSE_ELEMENTS: [&str; 3] = ["PurposeOfUse", "PurposeForUse", "CE"];

/// Reads the statements of the assertion. Attributes of other names are ignored.
pub(super) fn read(
    assertion: Element<'_>,
    trust: &Trust,
    mappings: &Mappings,
    now: Moment,
) -> Result<Claims, Vec<Finding>> {
    let statements = assertion.children_named(SAML, "AttributeStatement");
    let attributes = statements.flat_map(|statement| statement.children_named(SAML, "Attribute")).collect();
    let mut reader = Reader { assertion, attributes, findings: Vec::new() };
    if assertion.attribute("Version") != Some("2.0") {
        reader.wrong(assertion, "Version", "2.0");
    }
    let authenticated_at = reader.login(now.plus_seconds(trust.skew_seconds));
    let name_id = reader.name_id().map(PersonId);
    let version = reader.listed(&[VERSION], &trust.versions);
    let mode = reader.mode(&trust.modes);
    let structure = reader.text(&[STRUCTURE]).map(StructureId);
    let sector = reader.sector();
    let subject_name =
        if mode == Some(Mode::Direct) { reader.optional(SUBJECT) } else { reader.text(&[SUBJECT]) };
    let mut roles = reader.roles().into_iter();
    let profession = roles.next();
    let patient = reader.patient();
    reader.listed(&[RESOURCE], &[DMP.to_owned()]);
    let purpose = reader.purpose(mappings);
    let secret_connection = reader.secret_connection();
    let id = reader.optional(SOFTWARE_ID);
    let software =
        (reader.text(&[SOFTWARE_NAME]), reader.text(&[SOFTWARE_VERSION]), reader.text(&[HOMOLOGATION]));
    if !reader.findings.is_empty() {
        return Err(reader.findings);
    }
    let claims = || {
        let (name, version_, homologation) = software;
        let (authenticated_at, context) = authenticated_at?;
        Some(Claims {
            version: version?,
            name_id: name_id?,
            mode: mode?,
            structure: structure?,
            sector: sector?,
            subject_name,
            profession: profession?,
            qualifiers: roles.collect(),
            patient: patient?,
            purpose: purpose?,
            secret_connection,
            software: Software { id, name: name?, version: version_?, homologation: homologation? },
            authenticated_at,
            context,
        })
    };
    // Whatever is missing has left a finding above; this one is for a reader that forgot to.
    claims().ok_or_else(|| vec![finding(RULE, assertion, "assertion incomplète", "incomplete assertion")])
}

/// Reads values one by one and collects what is wrong. Its findings name attributes, never values, but for
/// versions and modes.
struct Reader<'a> {
    assertion: Element<'a>,
    attributes: Vec<Element<'a>>,
    findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    fn wrong(&mut self, at: Element<'_>, name: &str, expected: &str) {
        let (fr, en) = (format!("{name} : attendu {expected}"), format!("{name}: expected {expected}"));
        self.findings.push(finding(RULE, at, fr, en));
    }

    /// The values of the attributes of these names.
    fn values(&self, names: &[&str]) -> Vec<Element<'a>> {
        let named = |attribute: &&Element<'a>| {
            attribute.attribute("Name").is_some_and(|name| names.contains(&name.trim()))
        };
        let attributes = self.attributes.iter().filter(named);
        attributes.flat_map(|attribute| attribute.children_named(SAML, "AttributeValue")).collect()
    }

    /// At most one value: a second one would leave open which counts.
    fn single(&mut self, names: &[&str]) -> Option<Element<'a>> {
        let values = self.values(names);
        if let Some(second) = values.get(1) {
            let name = names.first().copied().unwrap_or_default();
            self.findings.push(finding(
                RULE,
                *second,
                format!("{name} : une seule valeur est admise"),
                format!("{name}: only one value is allowed"),
            ));
        }
        values.first().copied()
    }

    /// A value that must be there.
    fn required(&mut self, names: &[&str]) -> Option<Element<'a>> {
        let value = self.single(names);
        if value.is_none() {
            self.absent(names.first().copied().unwrap_or_default());
        }
        value
    }

    fn absent(&mut self, name: &str) {
        self.findings.push(finding(
            RULE,
            self.assertion,
            format!("attribut obligatoire du VIHF absent ou vide : {name}"),
            format!("mandatory VIHF attribute absent or empty: {name}"),
        ));
    }

    fn text(&mut self, names: &[&str]) -> Option<String> {
        let value = self.required(names)?;
        let text = plain(value);
        let name = names.first().copied().unwrap_or_default();
        if text.is_empty() {
            self.absent(name);
        } else if text.chars().count() > LONGEST {
            self.findings.push(finding(
                RULE,
                value,
                format!("{name} : 1024 caractères au plus"),
                format!("{name}: at most 1024 characters"),
            ));
        } else {
            return Some(text);
        }
        None
    }

    fn optional(&mut self, name: &str) -> Option<String> {
        let filled = self.values(&[name]).first().is_some_and(|value| !plain(*value).is_empty());
        if filled { self.text(&[name]) } else { None }
    }

    fn listed(&mut self, names: &[&str], accepted: &[String]) -> Option<String> {
        let text = self.text(names)?;
        if !accepted.contains(&text) {
            let name = names.first().copied().unwrap_or_default();
            self.wrong(self.assertion, name, &accepted.join(", "));
            return None;
        }
        Some(text)
    }

    /// A mode that the configuration lists and no rule knows names no holder that could agree (A7).
    fn mode(&mut self, accepted: &[String]) -> Option<Mode> {
        let text = self.listed(&MODE, accepted)?;
        let mode = Mode::named(&text);
        if mode.is_none() {
            self.findings.push(finding(
                Rule::ProofsAgree,
                self.assertion,
                "mode d'authentification sans règle d'accord des preuves : DIRECTE, INDIRECTE ou INDIRECTE_RENFORCEE",
                "authentication mode without a rule for proofs to agree: DIRECTE, INDIRECTE or INDIRECTE_RENFORCEE",
            ));
        }
        mode
    }

    fn name_id(&mut self) -> Option<String> {
        let mut subjects = self.assertion.children_named(SAML, "Subject");
        let names: Vec<_> = subjects.by_ref().flat_map(|one| one.children_named(SAML, "NameID")).collect();
        let id = match names.as_slice() {
            [one] => plain(*one),
            _ => String::new(),
        };
        let sound = !id.is_empty() && id.len() <= 256 && !id.chars().any(char::is_control);
        if !sound {
            self.findings.push(finding(
                RULE,
                self.assertion,
                "Subject/NameID : exactement un identifiant attendu (256 octets au plus)",
                "Subject/NameID: exactly one identifier expected (at most 256 bytes)",
            ));
        }
        sound.then_some(id)
    }

    /// AuthnStatement: when and how the user logged in.
    fn login(&mut self, latest: Moment) -> Option<(Moment, String)> {
        let assertion = self.assertion;
        let statement = assertion.child(SAML, "AuthnStatement");
        let instant = statement.and_then(|one| one.attribute("AuthnInstant"));
        let instant = instant.and_then(|text| instant::parse(text.trim()));
        let context = statement.and_then(|one| one.descend(SAML, &["AuthnContext", "AuthnContextClassRef"]));
        let context = context.map(plain).filter(|context| !context.is_empty());
        let login = instant.filter(|instant| *instant <= latest).zip(context);
        if login.is_none() {
            self.findings.push(finding(
                RULE,
                statement.unwrap_or(assertion),
                "AuthnStatement : AuthnInstant (xs:dateTime, dans le passé) et AuthnContext/AuthnContextClassRef attendus",
                "AuthnStatement: AuthnInstant (xs:dateTime, in the past) and AuthnContext/AuthnContextClassRef expected",
            ));
        }
        login
    }

    fn sector(&mut self) -> Option<Code> {
        let text = self.text(&[SECTOR])?;
        let parts: Vec<&str> = text.split('^').map(str::trim).collect();
        let code = match parts.as_slice() {
            [value, system] => Some(Code::new(*value, *system)),
            [value, label, system] => Some(Code::labelled(*value, *system, *label)),
            _ => None,
        };
        let code = code.filter(|code| !code.value.is_empty() && !code.system.is_empty());
        if code.is_none() {
            self.wrong(self.assertion, SECTOR, "code^1.2.250.1.71.4.2.4");
        }
        code
    }

    fn roles(&mut self) -> Vec<Code> {
        let values = self.values(&[ROLE]);
        let roles: Vec<Code> =
            values.iter().filter_map(|value| coded(*value, &ROLE_ELEMENTS)).take(MOST_ROLES).collect();
        if values.first().is_none_or(|first| coded(*first, &ROLE_ELEMENTS).is_none()) {
            self.absent(ROLE);
        }
        roles
    }

    fn patient(&mut self) -> Option<Ins> {
        let text = self.text(&[PATIENT])?;
        let ins = Ins::parse_cx(&text).ok();
        if ins.is_none() {
            self.wrong(self.assertion, PATIENT, "INS^^^&OID&ISO^NH");
        }
        ins
    }

    /// The one access mode of TRE_R248. Purposes of other vocabularies beside it do not count; two modes would
    /// leave open which does.
    fn purpose(&mut self, mappings: &Mappings) -> Option<Purpose> {
        let values = self.values(&[PURPOSE]);
        let Some(value) = values.first().copied() else {
            self.absent(PURPOSE);
            return None;
        };
        let reason = self.optional(REASON);
        let codes = values.iter().take(MOST_ROLES).filter_map(|value| coded(*value, &PURPOSE_ELEMENTS));
        let mut known: Vec<String> = codes
            .filter(|code| mappings.codes.contains(ValueSet::AccessMode, code))
            .map(|code| code.value)
            .collect();
        known.sort_unstable();
        known.dedup();
        let purpose = match known.as_slice() {
            [mode] => match mode.as_str() {
                "normal" => Some(Purpose::Normal),
                "bris_de_glace" => Some(Purpose::BreakGlass { reason: reason.unwrap_or_default() }),
                "centre_15" => Some(Purpose::Centre15),
                _ => None,
            },
            _ => None,
        };
        if purpose.is_none() {
            let listed = mappings.codes.listed(ValueSet::AccessMode);
            self.wrong(value, PURPOSE, &format!("PurposeOfUse (urn:hl7-org:v3), TRE_R248 : {listed}"));
        }
        purpose
    }

    /// Absent, or the one flag there is: a misspelt flag must not make a minor's visit public.
    fn secret_connection(&mut self) -> bool {
        let Some(value) = self.single(&[CONFIDENTIALITY]) else { return false };
        let inner = value.children().next().and_then(|inner| inner.attribute("code"));
        let secret = inner.is_some_and(|code| code == SECRET) || plain(value) == SECRET;
        if !secret {
            self.wrong(value, CONFIDENTIALITY, SECRET);
        }
        secret
    }
}

/// The text of a value, trimmed.
fn plain(value: Element<'_>) -> String {
    value.text().trim().to_owned()
}

/// The HL7 coded value inside an attribute value, or the attribute value itself where it is typed as one.
fn coded(value: Element<'_>, names: &[&str]) -> Option<Code> {
    let inside = value.children().find(|child| child.namespace() == HL7 && names.contains(&child.name()));
    let element = inside.unwrap_or(value);
    let of = |name| element.attribute(name).map(str::trim).filter(|text| !text.is_empty());
    let mut code = Code::new(of("code")?, of("codeSystem")?);
    code.label = of("displayName").map(str::to_owned);
    Some(code)
}
