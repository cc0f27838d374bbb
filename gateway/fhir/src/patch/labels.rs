//! `securityLabel`: the level stays, a flag may come, and a flag goes only if the caller named it.

use mappings::Systems;
use model::{Finding, Location, VisibilityFlag, system};
use serde_json::{Value, json};

use super::operation::Operation;
use super::run::Outcome;
use super::{place, refused};

/// The element.
pub(super) const LABELS: &str = "securityLabel";

/// Flags that come and go.
#[derive(Debug, Default)]
pub(super) struct Flags {
    pub(super) add: Vec<VisibilityFlag>,
    pub(super) remove: Vec<VisibilityFlag>,
}

/// What a label says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Label {
    /// N, R or V.
    Level(String),
    Flag(VisibilityFlag),
    /// Nothing that is known here, or several things at once.
    Other,
}

/// The difference of the flags before and after, everything else being as it was.
pub(super) fn change(
    current: &Value,
    outcome: &Outcome,
    systems: &Systems,
    findings: &mut Vec<Finding>,
) -> Flags {
    let (before, after) = (labels(current, systems), labels(&outcome.resource, systems));
    if levels(&before) != levels(&after) {
        findings.push(refused(
            place(current, LABELS),
            "le niveau de confidentialité (N, R, V) ne change pas par PATCH : déposer une version qui remplace",
            "the confidentiality level (N, R, V) does not change by PATCH: deposit a version that replaces",
        ));
    }
    if others(&before) != others(&after) || !is_list(&outcome.resource) {
        findings.push(unknown(current, systems));
    }
    let has = |labels: &[(&Value, Label)], flag| labels.iter().any(|(_, label)| *label == Label::Flag(flag));
    let mut flags = Flags::default();
    for flag in VisibilityFlag::ALL {
        match (has(&before, flag), has(&after, flag)) {
            (false, true) => flags.add.push(flag),
            (true, false) => {
                flags.remove.push(flag);
                if !outcome.named.iter().any(|code| code == flag.code()) {
                    findings.push(not_named(current, &before, flag));
                }
            }
            (true, true) | (false, false) => {}
        }
    }
    flags
}

/// The codes that a successful test of labels names.
pub(super) fn named(operation: &Operation) -> Vec<String> {
    let tokens = operation.pointer.tokens();
    let tested = match (operation.pointer.head(), tokens.last().map(String::as_str)) {
        (Some(LABELS), Some("code")) => {
            return operation.value.as_str().map(str::to_owned).into_iter().collect();
        }
        (Some(LABELS), _) => Some(&operation.value),
        (None, _) => operation.value.get(LABELS),
        (Some(_), _) => None,
    };
    let mut codes = Vec::new();
    if let Some(tested) = tested {
        collect(tested, &mut codes);
    }
    codes
}

fn collect(value: &Value, codes: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, codes)),
        Value::Object(members) => {
            codes.extend(members.get("code").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect(value, codes));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn labels<'v>(resource: &'v Value, systems: &Systems) -> Vec<(&'v Value, Label)> {
    let items = resource.get(LABELS).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| (item, label(item, systems))).collect()
}

fn is_list(resource: &Value) -> bool {
    resource.get(LABELS).is_none_or(Value::is_array)
}

/// Both spellings of the system of flags and both URLs of that of levels are known to the tables.
fn label(item: &Value, systems: &Systems) -> Label {
    let codings = item.get("coding").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut known = codings.iter().filter_map(|coding| {
        let text = |name: &str| coding.get(name).and_then(Value::as_str);
        let (scheme, code) = (systems.from_fhir(text("system")?), text("code")?);
        match scheme.as_str() {
            system::CONFIDENTIALITY if matches!(code, "N" | "R" | "V") => Some(Label::Level(code.to_owned())),
            system::VISIBILITY => {
                VisibilityFlag::ALL.into_iter().find(|flag| flag.code() == code).map(Label::Flag)
            }
            _ => None,
        }
    });
    let Some(first) = known.next() else { return Label::Other };
    if known.all(|label| label == first) { first } else { Label::Other }
}

fn levels(labels: &[(&Value, Label)]) -> Vec<String> {
    let level = |label: &Label| match label {
        Label::Level(code) => Some(code.clone()),
        Label::Flag(_) | Label::Other => None,
    };
    let mut levels: Vec<String> = labels.iter().filter_map(|(_, label)| level(label)).collect();
    levels.sort();
    levels.dedup();
    levels
}

/// What is not understood is compared as it is written.
fn others(labels: &[(&Value, Label)]) -> Vec<String> {
    let unknown = labels.iter().filter(|(_, label)| *label == Label::Other);
    let mut others: Vec<String> = unknown.map(|(item, _)| item.to_string()).collect();
    others.sort();
    others
}

fn unknown(current: &Value, systems: &Systems) -> Finding {
    let codes: Vec<&str> = VisibilityFlag::ALL.iter().map(|flag| flag.code()).collect();
    let codes = codes.join(", ");
    let form = json!({"coding": [{"system": systems.to_fhir(system::VISIBILITY), "code": VisibilityFlag::MasquePs.code()}]});
    refused(
        place(current, LABELS),
        format!(
            "un label ajouté ou retiré n'est pas un marqueur de visibilité connu ({codes}) ; forme valide : {form}"
        ),
        format!("a label that comes or goes is no known visibility flag ({codes}); valid form: {form}"),
    )
}

/// The label that would be lost, where it stands, and the patch that takes it away knowingly.
fn not_named(current: &Value, before: &[(&Value, Label)], flag: VisibilityFlag) -> Finding {
    let code = flag.code();
    let index = before.iter().position(|(_, label)| *label == Label::Flag(flag)).unwrap_or_default();
    let codings = before.get(index).and_then(|(item, _)| item.get("coding")?.as_array());
    let is_it = |coding: &Value| coding.get("code").and_then(Value::as_str) == Some(code);
    let coding = codings.and_then(|codings| codings.iter().position(is_it)).unwrap_or_default();
    let form = json!([
        {"op": "test", "path": format!("/securityLabel/{index}/coding/{coding}/code"), "value": code},
        {"op": "remove", "path": format!("/securityLabel/{index}")},
    ]);
    let at = match current.get(LABELS) {
        Some(_) => Location::FhirPath(format!("DocumentReference.{LABELS}[{index}]")),
        None => place(current, LABELS),
    };
    refused(
        at,
        format!("{code} disparaîtrait sans avoir été nommé ; pour l'enlever : {form}"),
        format!("{code} would be lost without having been named; to take it away: {form}"),
    )
}
