//! Which Consents of a record are asked for (ITI-108): told by what each says once it is written, so that a search finds
//! what a reader reads.

use model::{DateRange, Finding, Moment};
use serde_json::Value;

use crate::codec::{Element, time};
use crate::search::token::{self, Token};
use crate::search::{date, refuse};

/// The parameters beside the patient's, and what the CapabilityStatement says of them.
pub(super) const OWN: [(&str, &str, &str); 7] = [
    ("status", "token", "Required. Only active Consents are kept."),
    ("_id", "token", "Ids of Consents."),
    ("category", "token", "A category, for instance the ground of an authorisation."),
    ("actor", "reference", "The reference to the actor, as it is written in the Consent."),
    (
        "actor.identifier",
        "token",
        "Whom the Consent names: PS_IdNat or Struct_IdNat (also actor:identifier).",
    ),
    ("date", "date", "When the choice was made."),
    ("period", "date", "When an authorisation is valid."),
];

/// The names that are read, with the modifier that R4 has for a logical reference.
pub(super) fn names() -> Vec<&'static str> {
    OWN.iter().map(|(name, ..)| *name).chain(["actor:identifier"]).collect()
}

/// What a Consent must fit: each of these.
pub(super) struct Asked(Vec<Condition>);

/// Any of the values of one parameter.
enum Condition {
    Status(Vec<Token>),
    Id(Vec<Token>),
    Category(Vec<Token>),
    Actor(Vec<String>),
    ActorIdentifier(Vec<Token>),
    Date(Vec<date::DateValue>),
    Period(Vec<date::DateValue>),
}

/// Reads the parameters; everything that is wrong is told at once.
pub(super) fn read(given: &[(String, String)]) -> Result<Asked, Vec<Finding>> {
    let (mut conditions, mut findings) = (Vec::new(), Vec::new());
    if !given.iter().any(|(name, _)| name == "status") {
        let (fr, en) = ("paramètre obligatoire : status=active", "required parameter: status=active");
        findings.push(refuse("status", fr, en));
    }
    for (name, value) in given {
        match condition(name, value) {
            Ok(condition) => conditions.extend(condition),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() { Ok(Asked(conditions)) } else { Err(findings) }
}

fn condition(name: &str, value: &str) -> Result<Option<Condition>, Finding> {
    let tokens = || token::tokens(value);
    Ok(Some(match name {
        "status" => Condition::Status(tokens()),
        "_id" => Condition::Id(tokens()),
        "category" => Condition::Category(tokens()),
        "actor" => Condition::Actor(token::texts(value)),
        "actor.identifier" | "actor:identifier" => Condition::ActorIdentifier(tokens()),
        "date" => Condition::Date(dates(name, value)?),
        "period" => Condition::Period(dates(name, value)?),
        _ => return Ok(None),
    }))
}

fn dates(name: &str, value: &str) -> Result<Vec<date::DateValue>, Finding> {
    let read = token::texts(value).iter().map(|text| date::read(text)).collect::<Option<Vec<_>>>();
    read.ok_or_else(|| {
        refuse(
            name,
            "date FHIR attendue, avec au besoin eq, ge, gt, le, lt, sa ou eb",
            "expected a FHIR date, with eq, ge, gt, le, lt, sa or eb if needed",
        )
    })
}

impl Asked {
    /// True if a written Consent is one of those asked for.
    pub(super) fn holds(&self, consent: &Value) -> bool {
        let consent = Element::root(consent);
        self.0.iter().all(|condition| condition.holds(&consent))
    }
}

impl Condition {
    fn holds(&self, consent: &Element<'_>) -> bool {
        let code = |tokens: &[Token], name| {
            let said = consent.text(name);
            tokens.iter().any(|one| one.system.is_none() && Some(one.code.as_str()) == said)
        };
        match self {
            // The system of the status is implied: its code alone tells.
            Condition::Status(tokens) => {
                tokens.iter().any(|one| Some(one.code.as_str()) == consent.text("status"))
            }
            Condition::Id(tokens) => code(tokens, "id"),
            Condition::Category(tokens) => {
                let categories = consent.all("category");
                let mut codings = categories.iter().flat_map(|category| category.all("coding"));
                codings.any(|coding| is_any(tokens, coding.text("system"), coding.text("code")))
            }
            Condition::Actor(references) => actors(consent).iter().any(|actor| {
                let said = actor.text("reference");
                said.is_some_and(|said| references.iter().any(|one| one == said))
            }),
            Condition::ActorIdentifier(tokens) => {
                let identifiers = actors(consent).into_iter().filter_map(|actor| actor.get("identifier"));
                identifiers.into_iter().any(|id| is_any(tokens, id.text("system"), id.text("value")))
            }
            Condition::Date(values) => {
                let made = consent.text("dateTime").and_then(time::date_time).map(|made| made.start());
                made.is_some_and(|made| values.iter().any(|value| is_within(value, made)))
            }
            Condition::Period(values) => {
                let Some(period) = consent.descend(&["provision", "period"]) else { return false };
                let at = |name| period.text(name).and_then(time::date_time);
                let begins = at("start").map_or(Moment(i64::MIN), |start| start.start());
                let ends = at("end").map_or(Moment(i64::MAX), |end| end.start());
                values.iter().any(|value| overlaps(value, begins, ends))
            }
        }
    }
}

fn actors<'a>(consent: &Element<'a>) -> Vec<Element<'a>> {
    let actors = consent.get("provision").map(|provision| provision.all("actor")).unwrap_or_default();
    actors.iter().filter_map(|actor| actor.get("reference")).collect()
}

fn is_any(tokens: &[Token], system: Option<&str>, code: Option<&str>) -> bool {
    tokens.iter().any(|token| token.fits(system, code))
}

fn is_within(value: &date::DateValue, made: Moment) -> bool {
    let mut range = DateRange::default();
    value.narrow(&mut range);
    range.holds(made)
}

fn overlaps(value: &date::DateValue, begins: Moment, ends: Moment) -> bool {
    let (mut at_start, mut at_end) = (DateRange::default(), DateRange::default());
    value.narrow_period(&mut at_start, &mut at_end);
    at_start.holds(begins) && at_end.holds(ends)
}
