//! What a search asks of an event beside patient and date (IHE ITI-81; R4 AuditEvent). Asked of the AuditEvent as it
//! is shown, so that nothing is found that is not told.

use serde_json::Value;

use crate::codec::Element;
use crate::search::token::{Token, tokens};

/// Name, type, documentation of each.
pub(crate) const CRITERIA: [(&str, &str, &str); 12] = [
    ("_id", "token", "Our id(s) of events."),
    ("action", "token", "C, R, U, D or E."),
    ("type", "token", "The event: rest, or 110107 and 110106 of DICOM."),
    (
        "subtype",
        "token",
        "The interaction, the transaction (urn:ihe:event-type-code|ITI-67), our act or its detail.",
    ),
    ("outcome", "token", "0 done, 4 nothing there, 8 refused."),
    ("agent.identifier", "token", "Who: a professional or a structure by identifier; also agent:identifier."),
    ("agent-role", "token", "What the user was here: urn:passerelle:caller|…"),
    ("entity", "reference", "What it was about: Patient/{id}, DocumentReference/{id}."),
    ("entity.identifier", "token", "The same by identifier, X-Request-Id included; also entity:identifier."),
    ("entity-type", "token", "1 person, 2 system object, XrequestId."),
    ("entity-role", "token", "1 patient, 3 report."),
    ("source.identifier", "token", "The server that recorded it; also source:identifier."),
];

/// One parameter as given: one of its values must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Criterion {
    name: &'static str,
    values: Vec<Token>,
}

/// Every spelling of every parameter.
pub(super) fn spellings() -> impl Iterator<Item = String> {
    CRITERIA.iter().flat_map(|(name, _, _)| [(*name).to_owned(), name.replace(".identifier", ":identifier")])
}

/// The criterion that a parameter is; `None` for another parameter.
pub(super) fn read(name: &str, value: &str) -> Option<Criterion> {
    let name = name.replace(":identifier", ".identifier");
    let (name, _, _) = CRITERIA.iter().find(|(known, _, _)| *known == name)?;
    Some(Criterion { name, values: tokens(value) })
}

impl Criterion {
    /// True if the event, as it is shown, is among what is asked for.
    pub(super) fn is_met(&self, event: &Value, base: &str) -> bool {
        let root = Element::root(event);
        let found = match self.name {
            "_id" => codes(&root, "id"),
            "action" | "outcome" => codes(&root, self.name),
            "type" => root.get("type").iter().map(coding).collect(),
            "subtype" => root.all("subtype").iter().map(coding).collect(),
            "agent.identifier" => identifiers(&root, "agent", "who"),
            "agent-role" => {
                let roles = root.all("agent").into_iter().flat_map(|agent| agent.all("role"));
                roles.flat_map(|role| role.all("coding")).map(|one| coding(&one)).collect()
            }
            "entity" => return self.refers(&root, base),
            "entity.identifier" => identifiers(&root, "entity", "what"),
            "entity-type" => below(&root, "type"),
            "entity-role" => below(&root, "role"),
            _ => identifiers(&root, "source", "observer"),
        };
        self.values.iter().any(|wanted| found.iter().any(|found| is(wanted, found)))
    }

    /// References are given as told, or absolute.
    fn refers(&self, root: &Element<'_>, base: &str) -> bool {
        let entities = root.all("entity");
        let told: Vec<&str> =
            entities.iter().filter_map(|entity| entity.descend(&["what"])?.text("reference")).collect();
        let wanted = self.values.iter().map(|value| value.code.as_str());
        let wanted = wanted.map(|value| value.strip_prefix(base).unwrap_or(value).trim_start_matches('/'));
        wanted.into_iter().any(|wanted| told.contains(&wanted))
    }
}

/// System (where there is one) and code.
type Found = (Option<String>, String);

/// A code element has no system of its own: any is taken for its.
fn is(wanted: &Token, (system, code): &Found) -> bool {
    let of_code_element = system.is_none() && wanted.system.is_some();
    let system = if of_code_element { wanted.system.as_deref() } else { system.as_deref() };
    wanted.fits(system.filter(|system| !system.is_empty()), Some(code.as_str()))
}

fn codes(root: &Element<'_>, name: &str) -> Vec<Found> {
    root.text(name).map(|code| (None, code.to_owned())).into_iter().collect()
}

fn coding(one: &Element<'_>) -> Found {
    let text = |name: &str| one.text(name).unwrap_or_default().to_owned();
    (Some(text("system")), text("code"))
}

fn below(root: &Element<'_>, name: &str) -> Vec<Found> {
    root.all("entity").iter().filter_map(|entity| entity.get(name)).map(|one| coding(&one)).collect()
}

fn identifiers(root: &Element<'_>, list: &str, name: &str) -> Vec<Found> {
    let mut holders = root.all(list);
    if holders.is_empty() {
        holders.extend(root.get(list));
    }
    let found = holders.iter().filter_map(|one| one.descend(&[name, "identifier"]));
    let found = found.map(|identifier| {
        let text = |name: &str| identifier.text(name).map(str::to_owned);
        (Some(text("system").unwrap_or_default()), text("value").unwrap_or_default())
    });
    found.collect()
}
