//! What an act and a transaction are in an audit message (DICOM PS3.15 A.5, IHE ITI TF-2 §3.20), as data.

use std::collections::BTreeMap;

use crate::files::Sources;
use crate::table::{self, Errors};

const ACTS: &str = "audit/acts.csv";
const ACT_COLUMNS: [&str; 9] =
    ["transaction", "act", "event", "event_name", "action", "flow", "objects", "life_cycle", "name"];
const TRANSACTIONS: &str = "audit/transactions.csv";
/// Stands for any transaction, or any act.
const ANY: &str = "*";

/// Whose data flow to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The client is the source.
    In,
    /// The gateway is the source.
    Out,
}

/// What a message lists beside its participants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditObject {
    /// The patient, by identifier.
    Patient,
    /// The submission set, by uniqueId.
    Set,
    /// The documents, by uniqueId and repository.
    Documents,
    /// The documents, as ITI-86 lists them.
    Removed,
    /// The entries, by entryUUID, as ITI-62 lists them.
    Entries,
    /// That it was a query, without its text.
    Query,
}

const OBJECTS: [(&str, AuditObject); 6] = [
    ("patient", AuditObject::Patient),
    ("set", AuditObject::Set),
    ("documents", AuditObject::Documents),
    ("removed", AuditObject::Removed),
    ("entries", AuditObject::Entries),
    ("query", AuditObject::Query),
];

/// The shape of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditShape {
    /// EventID (DCM): code and name.
    pub event: (String, String),
    /// EventActionCode: C, R, U, D or E.
    pub action: String,
    /// Whose data flow to whom.
    pub flow: Flow,
    /// What is listed.
    pub objects: Vec<AuditObject>,
    /// ParticipantObjectDataLifeCycle of documents and entries.
    pub life_cycle: Option<String>,
    /// The name of the act.
    pub name: String,
}

/// EventTypeCode of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedTransaction {
    /// The name of the coding scheme.
    pub system: String,
    /// The name of the transaction.
    pub name: String,
    /// Where it is offered, below the public address; empty when at more than one door.
    pub path: String,
}

/// Both tables.
#[derive(Debug)]
pub struct AuditTables {
    shapes: BTreeMap<(String, String), AuditShape>,
    any: Option<AuditShape>,
    transactions: BTreeMap<String, AuditedTransaction>,
}

impl AuditTables {
    /// The shape of an act in a transaction: the line of both, else of the act alone, else the last.
    pub fn shape(&self, transaction: &str, act: &str) -> Option<&AuditShape> {
        let of = |transaction: &str| self.shapes.get(&(transaction.to_owned(), act.to_owned()));
        of(transaction).or_else(|| of(ANY)).or(self.any.as_ref())
    }

    /// The type of a transaction, if it has one.
    pub fn transaction(&self, name: &str) -> Option<&AuditedTransaction> {
        self.transactions.get(name)
    }

    /// The pairs of transaction and act that have a line of their own; `*` is any transaction.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.shapes.keys().map(|(transaction, act)| (transaction.as_str(), act.as_str()))
    }

    /// The transactions that have a type.
    pub fn transactions(&self) -> impl Iterator<Item = &str> {
        self.transactions.keys().map(String::as_str)
    }

    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let transactions = transactions(sources, errors);
        let mut shapes = BTreeMap::new();
        let (_, lines) = table::read(ACTS, sources.text(ACTS), ACT_COLUMNS, errors);
        for (line, cells) in lines {
            let [transaction, act, ..] = &cells;
            let key = (transaction.clone(), act.clone());
            if transaction != ANY && !transactions.contains_key(transaction) {
                errors.add(ACTS, line, format!("`{transaction}` is not in {TRANSACTIONS}"));
            }
            match shape(cells) {
                Ok(shape) if shapes.contains_key(&key) => {
                    errors.add(ACTS, line, format!("{} {} stands twice ({})", key.0, key.1, shape.name));
                }
                Ok(shape) => {
                    shapes.insert(key, shape);
                }
                Err(reason) => errors.add(ACTS, line, reason),
            }
        }
        let any = shapes.remove(&(ANY.to_owned(), ANY.to_owned()));
        if any.is_none() {
            errors.add(ACTS, 0, "there is no line for any other act (* *)");
        }
        AuditTables { shapes, any, transactions }
    }
}

fn shape(cells: [String; 9]) -> Result<AuditShape, String> {
    let [transaction, _, event, event_name, action, flow, objects, life_cycle, name] = cells;
    if !event.chars().all(|c| c.is_ascii_digit()) || event.is_empty() || event_name.is_empty() {
        return Err("event and event_name: expected a code of DCM and its name".to_owned());
    }
    if !matches!(action.as_str(), "C" | "R" | "U" | "D" | "E") {
        return Err(format!("`{action}` is no action: C, R, U, D or E"));
    }
    let flow = match flow.as_str() {
        "in" => Flow::In,
        "out" => Flow::Out,
        _ => return Err(format!("`{flow}` is no flow: in or out")),
    };
    let life_cycle = Some(life_cycle).filter(|text| !text.is_empty());
    if life_cycle.as_ref().is_some_and(|text| !text.parse().is_ok_and(|step: u8| (1..=15).contains(&step))) {
        return Err("life_cycle: expected a number from 1 to 15".to_owned());
    }
    if transaction == ANY && name.is_empty() {
        return Err("name: an act in any transaction has one".to_owned());
    }
    let objects = objects
        .split_whitespace()
        .map(|word| OBJECTS.iter().find(|(name, _)| *name == word).map(|(_, object)| *object).ok_or(word))
        .collect::<Result<_, _>>()
        .map_err(|word| format!("`{word}` is no object"))?;
    Ok(AuditShape { event: (event, event_name), action, flow, objects, life_cycle, name })
}

fn transactions(sources: &Sources, errors: &mut Errors) -> BTreeMap<String, AuditedTransaction> {
    let columns = ["transaction", "system", "name", "path"];
    let (_, lines) = table::read(TRANSACTIONS, sources.text(TRANSACTIONS), columns, errors);
    let mut all = BTreeMap::new();
    for (line, [transaction, system, name, path]) in lines {
        if transaction.is_empty() || system.is_empty() || name.is_empty() {
            errors.add(TRANSACTIONS, line, "transaction, system and name are never empty");
        }
        if !path.is_empty() && !path.starts_with('/') {
            errors.add(TRANSACTIONS, line, "path: expected one that begins with /");
        }
        let known = all.insert(transaction.clone(), AuditedTransaction { system, name, path });
        if known.is_some() {
            errors.add(TRANSACTIONS, line, format!("`{transaction}` stands twice"));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(file: &'static str, from: &str, to: &str) -> Vec<String> {
        let mut sources = Sources::embedded();
        let text = sources.text(file).replace(from, to);
        sources.replace(file, text);
        let mut errors = Errors::default();
        AuditTables::load(&sources, &mut errors);
        let told = errors.none_or(()).err().unwrap_or_default();
        told.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_line_of_the_transaction_comes_before_the_one_of_the_act() {
        let mut errors = Errors::default();
        let tables = AuditTables::load(&Sources::embedded(), &mut errors);
        assert_eq!(errors.none_or(()), Ok(()));
        let event = |transaction, act| tables.shape(transaction, act).map(|shape| shape.event.0.as_str());
        assert_eq!(event("ITI-62", "amend"), Some("110110"));
        assert_eq!(event("ITI-57", "amend"), Some("110107"));
        assert_eq!(event("ITI-999", "deposit"), Some("110107"));
        assert_eq!(
            tables.shape("ITI-999", "of another version").map(|s| s.name.as_str()),
            Some("Another act")
        );
    }

    #[test]
    fn a_bad_line_is_told_with_its_place() {
        for (file, from, to, told) in [
            (ACTS, "Patient Record,D,in,patient entries", "Patient Record,X,in,patient entries", "no action"),
            (ACTS, "patient entries", "patient entry", "no object"),
            (ACTS, "removed,15", "removed,16", "life_cycle"),
            (ACTS, "*,*,110110", "*,review2,110110", "any other act"),
            (ACTS, "ITI-92,amend", "ITI-57,amend", "twice"),
            (ACTS, "ITI-92,amend", "ITI-93,amend", "is not in"),
            (TRANSACTIONS, ",/xds/registry", ",xds/registry", "path"),
        ] {
            let errors = loaded(file, from, to);
            assert!(errors.iter().any(|error| error.contains(told)), "{told}: {errors:?}");
        }
    }
}
