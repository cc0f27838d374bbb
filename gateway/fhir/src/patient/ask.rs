//! What a search of Patient asks for (IHE ITI PDQm 3.2.0, ITI-78): names, dates, tokens, and the domains to tell.

use journey::{Pack, PeopleAsk};
use model::{DateMatch, DateRange, EntryUuid, Finding, Ins, Oid, PatientDomain, Sex, TextMatch};

use crate::Request;
use crate::search::{date, encode, pairs, refuse, token};

/// The parameters of a Patient search: name, type, documentation.
pub(crate) const PARAMETERS: [(&str, &str, &str); 14] = [
    (
        "identifier",
        "token",
        "urn:oid:<oid>|<INS>, several with commas; urn:oid:<oid>| tells identifiers of this domain only. Without an \
         identifier or _id, a search by traits: regulation centres only, two criteria at the least.",
    ),
    ("_id", "token", "Our Patient id."),
    ("active", "token", "true: the record is open."),
    ("family", "string", "Birth name or used name, by its start; :exact."),
    ("given", "string", "Given names, by the start of any; :exact."),
    ("birthdate", "date", "With prefixes eq, gt, ge, lt, le, sa, eb."),
    ("gender", "token", "male, female, unknown."),
    ("telecom", "token", "A telephone number or an address of electronic mail, whole."),
    ("address", "string", "Any part of an address, by its start; :exact."),
    ("address-city", "string", "City, by its start; :exact."),
    ("address-postalcode", "string", "Postal code, by its start; :exact."),
    ("address-state", "string", "Region, by its start; :exact."),
    ("address-country", "string", "Country, by its start; :exact."),
    ("mothersMaidenName", "string", "The mother's maiden name, by its start; :exact."),
];

/// A search as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Asked {
    /// Whom.
    pub(super) people: PeopleAsk,
    /// Only identifiers of these domains are told; `None`: all.
    pub(super) domains: Option<Vec<Oid>>,
    /// A domain that is not known here was named.
    pub(super) unknown_domain: bool,
    /// Entries at the most.
    pub(super) count: Option<usize>,
    /// What was used, for the self link.
    pub(super) used: String,
}

/// Reads the parameters of a query and, for `_search`, of a form.
pub(super) fn read(request: &Request<'_>, pack: &Pack, base: &str) -> Result<Asked, Vec<Finding>> {
    let mut given = pairs(request.query).map_err(|finding| vec![finding])?;
    if request.method == "POST" {
        let body = std::str::from_utf8(request.body).unwrap_or("%");
        given.extend(pairs(body).map_err(|finding| vec![finding])?);
    }
    let strict = super::strict(request.prefer);
    let (mut asked, mut findings) = (Asked::default(), Vec::new());
    for (name, value) in &given {
        match asked.take(name, value, pack, base) {
            Ok(true) => {
                let sign = if asked.used.is_empty() { '?' } else { '&' };
                asked.used.push_str(&format!("{sign}{}={}", encode(name), encode(value)));
            }
            Ok(false) if matches!(name.as_str(), "_format" | "_pretty") => {}
            Ok(false) if strict || name.contains(':') => findings.push(refuse(
                name,
                "paramètre ou modificateur non pris en charge (:exact l'est, sur les textes)",
                "parameter or modifier not supported (:exact is, on strings)",
            )),
            Ok(false) => {}
            Err(finding) => findings.push(*finding),
        }
    }
    if findings.is_empty() { Ok(asked) } else { Err(findings) }
}

type Taken = Result<bool, Box<Finding>>;

impl Asked {
    /// Reads one parameter; false if it is not one of ours.
    fn take(&mut self, name: &str, value: &str, pack: &Pack, base: &str) -> Taken {
        if let Some(texts) = self.texts(name.strip_suffix(":exact").unwrap_or(name)) {
            let exact = name.ends_with(":exact");
            texts.push(token::texts(value).into_iter().map(|value| TextMatch { value, exact }).collect());
            return Ok(true);
        }
        match name {
            "identifier" => self.identifiers(value, pack)?,
            "_id" => self.people.ids.push(ids(value, base)),
            "active" => self.people.active.push(active(value)?),
            "birthdate" => self.people.traits.birth.push(births(value)?),
            "gender" => self
                .people
                .traits
                .sex
                .push(token::tokens(value).iter().map(|token| sex(&token.code)).collect()),
            "telecom" => self
                .people
                .traits
                .telecom
                .push(token::tokens(value).into_iter().map(|token| token.code).collect()),
            "_count" => {
                let count = value
                    .parse()
                    .map_err(|_| refuse("_count", "nombre entier attendu", "expected a whole number"))?;
                self.count = Some(count);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn texts(&mut self, name: &str) -> Option<&mut Vec<Vec<TextMatch>>> {
        let traits = &mut self.people.traits;
        Some(match name {
            "family" => &mut traits.family,
            "given" => &mut traits.given,
            "address" => &mut traits.address,
            "address-city" => &mut traits.city,
            "address-postalcode" => &mut traits.postal_code,
            "address-state" => &mut traits.state,
            "address-country" => &mut traits.country,
            "mothersMaidenName" => &mut traits.mothers_maiden_name,
            _ => return None,
        })
    }

    fn identifiers(&mut self, value: &str, pack: &Pack) -> Result<(), Box<Finding>> {
        let mut group = Vec::new();
        for token in token::tokens(value) {
            let Some(system) = token.system.as_deref().filter(|system| !system.is_empty()) else {
                return Err(Box::new(refuse(
                    "identifier",
                    "domaine attendu : urn:oid:<oid>|<INS>",
                    "expected a domain: urn:oid:<oid>|<INS>",
                )));
            };
            let Some(domain) = known(system, pack) else {
                self.unknown_domain = true;
                continue;
            };
            if token.code.is_empty() {
                self.domains.get_or_insert_default().push(domain);
            } else {
                let ins = Ins::parse_any(&token.code, domain.as_str())
                    .map_err(|why| refuse("identifier", why.expected_fr, why.expected_en))?;
                group.push(ins);
            }
        }
        if !group.is_empty() {
            self.people.identifiers.push(group);
        }
        Ok(())
    }
}

/// The domain that a system names, if its identifiers mean somebody here.
pub(super) fn known(system: &str, pack: &Pack) -> Option<Oid> {
    let oid = system.strip_prefix("urn:oid:")?;
    let domain = match model::InsDomain::of(oid) {
        Some(national) => PatientDomain::National(national),
        None => PatientDomain::Local(Oid::parse(oid).ok()?),
    };
    if pack.knows(&domain) { Oid::parse(oid).ok() } else { None }
}

/// What is no id of ours is nobody's.
fn ids(value: &str, base: &str) -> Vec<EntryUuid> {
    let id = |text: &String| super::own_id(text, base).or_else(|| EntryUuid::parse(text).ok());
    token::texts(value).iter().filter_map(id).collect()
}

fn active(value: &str) -> Result<bool, Box<Finding>> {
    let tokens = token::tokens(value);
    match tokens.iter().map(|token| token.code.as_str()).collect::<Vec<_>>().as_slice() {
        ["true"] => Ok(true),
        ["false"] => Ok(false),
        _ => Err(Box::new(refuse("active", "true ou false attendu", "expected true or false"))),
    }
}

fn sex(code: &str) -> Option<Sex> {
    match code {
        "male" => Some(Sex::Male),
        "female" => Some(Sex::Female),
        "unknown" => Some(Sex::Unknown),
        _ => None,
    }
}

fn births(value: &str) -> Result<Vec<DateMatch>, Box<Finding>> {
    token::texts(value).iter().map(|text| birth(text)).collect()
}

fn birth(text: &str) -> Result<DateMatch, Box<Finding>> {
    let read = date::read(text).ok_or_else(|| {
        refuse(
            "birthdate",
            "date attendue : AAAA[-MM[-JJ]], avec eq, gt, ge, lt, le, sa ou eb devant",
            "expected a date: YYYY[-MM[-DD]], with eq, gt, ge, lt, le, sa or eb before it",
        )
    })?;
    let (mut begins, mut ends) = (DateRange::default(), DateRange::default());
    read.narrow_period(&mut begins, &mut ends);
    let digits = text.strip_prefix("eq").unwrap_or(text);
    let is_day = digits.len() == "YYYY-MM-DD".len() && read.prefix == date::Prefix::Equal;
    Ok(DateMatch { begins, ends, day: is_day.then(|| digits.replace('-', "")) })
}

#[cfg(test)]
mod tests;
