//! A Patient as an identity: what an identity feed sends (IHE ITI-104; FR Core Patient INS), read into the model.

use journey::Pack;
use model::{
    Finding, FurtherTraits, Hl7Time, Identity, Ins, Location, PatientDomain, PostalAddress, Rule, Sex,
    Telecom, TelecomKind,
};

use super::ask::known;
use super::qualified;
use super::reference::ins_of_patient;
use super::resource::{BIRTH_GIVEN, BIRTH_PLACE, INSEE_CODE, MAIDEN_NAME};
use crate::codec::{Element, time};

/// Characters of one value at the most.
const LONGEST: usize = 200;
/// Addresses, telecoms, identifiers of a person at the most.
const MOST: usize = 10;

/// Reads the identity that a Patient states, or everything that is wrong with it. Card and notification address never
/// travel this way.
pub(super) fn read(patient: &Element<'_>, pack: &Pack) -> Result<Identity, Vec<Finding>> {
    let mut reader = Reader { pack, findings: Vec::new() };
    let identity = reader.identity(patient);
    match identity {
        Some(identity) if reader.findings.is_empty() => Ok(identity),
        Some(_) | None => Err(reader.findings),
    }
}

/// Every identifier that means somebody here.
pub(super) fn identifiers(patient: &Element<'_>, pack: &Pack) -> Vec<Ins> {
    let read = |identifier: &Element<'_>| of_domain(identifier, pack);
    patient.all("identifier").iter().filter_map(read).collect()
}

fn of_domain(identifier: &Element<'_>, pack: &Pack) -> Option<Ins> {
    let domain = known(identifier.text("system")?, pack)?;
    Ins::parse_any(identifier.text("value")?, domain.as_str()).ok()
}

struct Reader<'a> {
    pack: &'a Pack,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn identity(&mut self, patient: &Element<'_>) -> Option<Identity> {
        let ins = self.number(patient);
        if qualified(patient) == Some(false) {
            self.findings.push(Finding::new(Rule::InsIsQualified).at(patient.place_of("extension")));
        }
        let names = patient.all("name");
        let named = |usage: &str| names.iter().find(|name| name.text("use") == Some(usage));
        let official = named("official").or(match names.as_slice() {
            [only] if !only.has("use") => Some(only),
            _ => None,
        });
        if official.is_none() {
            self.findings.push(patient.missing("name"));
        }
        let family = official.and_then(|name| self.text(name, "family", true));
        let first = official.and_then(|name| name.first("given")).and_then(|given| self.item(&given));
        let listed = official
            .and_then(|name| name.extension(BIRTH_GIVEN))
            .and_then(|list| self.text(&list, "valueString", true));
        let given = listed.or_else(|| first.clone());
        if let (Some(name), None) = (official, &given) {
            self.findings.push(name.missing("given"));
        }
        let used = named("usual").and_then(|name| self.text(name, "family", false));
        let (born, sex) = (self.birth_date(patient), self.sex(patient));
        let further = self.further(patient, first, given.as_deref());
        let birth_place = patient
            .extension(BIRTH_PLACE)
            .and_then(|place| place.get("valueAddress")?.extension(INSEE_CODE))
            .and_then(|code| self.text(&code.get("valueCoding")?, "code", false));
        Some(Identity {
            ins: ins?,
            birth_family: family?,
            given: given?,
            used_family: used,
            birth_date: born?,
            sex: sex?,
            birth_place,
            card_serial: None,
            email: None,
            further: Box::new(further),
        })
    }

    fn number(&mut self, patient: &Element<'_>) -> Option<Ins> {
        let local = || {
            let all = identifiers(patient, self.pack);
            all.into_iter().find(|one| {
                matches!(one.domain(), PatientDomain::Local(_)) && self.pack.accepts(one.domain())
            })
        };
        match (ins_of_patient(patient), local()) {
            (Ok(ins), _) | (Err(_), Some(ins)) => Some(ins),
            (Err(finding), None) => {
                self.findings.push(finding);
                None
            }
        }
    }

    fn text(&mut self, at: &Element<'_>, name: &str, required: bool) -> Option<String> {
        match at.text(name).map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => self.bounded(text, at.place_of(name)),
            None => {
                if required {
                    self.findings.push(at.missing(name));
                }
                None
            }
        }
    }

    /// One item of a list of texts.
    fn item(&mut self, item: &Element<'_>) -> Option<String> {
        item.as_text().map(str::trim).and_then(|text| self.bounded(text, item.place()))
    }

    fn bounded(&mut self, text: &str, at: Location) -> Option<String> {
        if text.chars().count() <= LONGEST && !text.chars().any(char::is_control) {
            return Some(text.to_owned());
        }
        let (fr, en) = (
            "au plus 200 caractères, sans caractère de contrôle",
            "200 characters at the most, no control character",
        );
        self.findings.push(Finding::new(Rule::MetadataIsWellFormed).at(at).detail(fr, en));
        None
    }

    fn birth_date(&mut self, patient: &Element<'_>) -> Option<Hl7Time> {
        let date = patient.text("birthDate").and_then(time::date);
        if date.is_none() {
            self.findings.push(patient.missing("birthDate"));
        }
        date
    }

    fn sex(&mut self, patient: &Element<'_>) -> Option<Sex> {
        let sex = match patient.text("gender") {
            Some("male") => Some(Sex::Male),
            Some("female") => Some(Sex::Female),
            Some("unknown") => Some(Sex::Unknown),
            Some(_) | None => None,
        };
        if sex.is_none() {
            let (fr, en) =
                ("gender attendu : male, female ou unknown", "expected gender: male, female or unknown");
            self.findings.push(patient.wrong(fr, en).at(patient.place_of("gender")));
        }
        sex
    }

    fn further(
        &mut self,
        patient: &Element<'_>,
        first: Option<String>,
        given: Option<&str>,
    ) -> FurtherTraits {
        let word = given.and_then(|given| given.split(' ').next());
        let maiden = patient.extension(MAIDEN_NAME);
        let mut further = FurtherTraits {
            first_given: first.filter(|first| Some(first.as_str()) != word),
            mothers_maiden_name: maiden.and_then(|name| self.text(&name, "valueString", false)),
            ..FurtherTraits::default()
        };
        for name in ["address", "telecom", "identifier"] {
            if patient.all(name).len() > MOST {
                let (fr, en) = (format!("au plus {MOST}"), format!("{MOST} at the most"));
                self.findings.push(patient.wrong(fr, en).at(patient.place_of(name)));
                return further;
            }
        }
        for address in patient.all("address") {
            let lines = address.all("line");
            if lines.len() > MOST {
                let (fr, en) = (format!("au plus {MOST}"), format!("{MOST} at the most"));
                self.findings.push(address.wrong(fr, en).at(address.place_of("line")));
                return further;
            }
            let one = PostalAddress {
                lines: lines.iter().filter_map(|line| self.item(line)).collect(),
                city: self.text(&address, "city", false),
                postal_code: self.text(&address, "postalCode", false),
                state: self.text(&address, "state", false),
                country: self.text(&address, "country", false),
            };
            further.addresses.extend((one != PostalAddress::default()).then_some(one));
        }
        for telecom in patient.all("telecom") {
            let kind = match telecom.text("system") {
                Some("phone" | "sms") => TelecomKind::Phone,
                Some("email") => TelecomKind::Email,
                Some(_) | None => continue,
            };
            further.telecoms.extend(self.text(&telecom, "value", false).map(|value| Telecom { kind, value }));
        }
        let current = patient.all("identifier").into_iter().filter(|one| one.text("use") != Some("old"));
        let others = current.filter_map(|one| of_domain(&one, self.pack));
        further.identifiers = others.filter(|one| !self.pack.accepts(one.domain())).collect();
        further
    }
}

#[cfg(test)]
mod tests;
