//! GET /$habilitation-matrix: the matrix that holds now, or at a moment, for anyone.
//!
//! The answer is a `Parameters`: `version`, `effective`, `official`, `origin`; `functionalRights` and each
//! `knownVersion` with version and instant; each document `type` as a Coding; each `profession` with its `row`,
//! its `code` and the codes of the types that it may `read`, `deposit`, or deposit only as the signature of their
//! own set (`depositWithSet`). A type that is not named for a profession is refused to it.

use mappings::{DepositRight, DocumentType, Habilitation, Mappings, Profession};
use model::{Code, Finding, Moment};
use serde_json::{Map, Value, json};

use crate::outcome::Teller;
use crate::{Request, Response, search};

/// The name of the operation, without `$`.
pub(crate) const NAME: &str = "habilitation-matrix";
/// What it does, for the CapabilityStatement.
pub(crate) const DOCUMENTATION: &str = "GET [base]/$habilitation-matrix?at=[instant]: public, changes nothing. The \
    habilitation matrix that holds now, or at the instant given, as Parameters: version (string), effective \
    (instant), official (boolean: false for the configurable default), origin (string), functionalRights and \
    knownVersion (version, effective), type (Coding, each document type), profession (row, code, and the codes of \
    the types it may read, deposit, or deposit only as the signature of their own set: read, deposit, \
    depositWithSet). What is not named is refused. Not in it: what patients mask, block or authorise, and the \
    authors' reading of their own documents.";

/// Answers the operation at `now`.
pub(crate) fn respond(
    mappings: &Mappings,
    now: Moment,
    request: &Request<'_>,
    teller: &Teller<'_>,
) -> Response {
    match asked(request.query) {
        Ok(at) => Response::json(200, &parameters(mappings, at.unwrap_or(now))),
        Err(finding) => teller.refuse(&[finding]),
    }
}

/// The moment asked for; `None` for now.
fn asked(query: &str) -> Result<Option<Moment>, Finding> {
    let mut at = None;
    for (name, value) in search::pairs(query)? {
        match name.as_str() {
            "at" if at.is_none() => {
                // An unencoded "+" arrives as a space.
                let moment = Moment::parse(&value.replace(' ', "+"));
                at =
                    Some(moment.map_err(|wrong| search::refuse("at", wrong.expected_fr, wrong.expected_en))?);
            }
            "at" => return Err(search::refuse("at", "un seul instant", "one instant only")),
            "_format" | "_pretty" => {}
            other => {
                let (fr, en) = ("paramètres connus : at", "known parameters: at");
                return Err(search::refuse(other, fr, en));
            }
        }
    }
    Ok(at)
}

fn parameters(mappings: &Mappings, at: Moment) -> Value {
    let (matrix, rights) = (mappings.habilitation_at(at), mappings.rights_at(at));
    let mut all = vec![
        json!({"name": "version", "valueString": matrix.version()}),
        json!({"name": "effective", "valueInstant": matrix.effective_written()}),
        json!({"name": "official", "valueBoolean": matrix.is_official()}),
        json!({"name": "origin", "valueString": matrix.origin()}),
        version("functionalRights", rights.version(), rights.effective_written()),
    ];
    all.extend(
        mappings
            .habilitation_versions()
            .map(|(_, known)| version("knownVersion", known.version(), known.effective_written())),
    );
    let coding = |code: &Code| json!({"name": "type", "valueCoding": coding(mappings, code)});
    all.extend(matrix.types().map(|(_, code)| coding(code)));
    all.extend(matrix.professions().map(|row| profession(mappings, matrix, row)));
    json!({"resourceType": "Parameters", "parameter": all})
}

fn version(name: &str, version: &str, effective: &str) -> Value {
    json!({"name": name, "part": [
        {"name": "version", "valueString": version},
        {"name": "effective", "valueInstant": effective},
    ]})
}

fn profession(
    mappings: &Mappings,
    matrix: &Habilitation,
    (row, name, code): (Profession, &str, &Code),
) -> Value {
    let mut parts = vec![
        json!({"name": "row", "valueString": name}),
        json!({"name": "code", "valueCoding": coding(mappings, code)}),
    ];
    let rights: [(&str, &dyn Fn(DocumentType) -> bool); 3] = [
        ("read", &|column| matrix.may_read(row, column)),
        ("deposit", &|column| matrix.deposit(row, column) == DepositRight::Allow),
        ("depositWithSet", &|column| matrix.deposit(row, column) == DepositRight::WithSet),
    ];
    for (right, holds) in rights {
        let open = matrix.types().filter(|(column, _)| holds(*column));
        parts.extend(open.map(|(_, code)| json!({"name": right, "valueCode": code.value})));
    }
    json!({"name": "profession", "part": parts})
}

/// A scheme that is ours alone has no URI, and is left out.
fn coding(mappings: &Mappings, code: &Code) -> Value {
    let system = mappings.systems.to_fhir(&code.system);
    let mut coding = Map::new();
    if system.contains(':') {
        coding.insert("system".into(), json!(system));
    }
    coding.insert("code".into(), json!(code.value));
    if let Some(label) = &code.label {
        coding.insert("display".into(), json!(label));
    }
    Value::Object(coding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::structure;

    fn mappings() -> Mappings {
        Mappings::embedded().expect("the embedded tables")
    }

    #[test]
    fn the_answer_is_structurally_sound() {
        assert_eq!(structure::check(&parameters(&mappings(), Moment(0))), []);
    }

    #[test]
    fn every_right_of_the_matrix_and_nothing_else_is_told() {
        let mappings = mappings();
        let matrix = mappings.habilitation_at(Moment(0));
        let told = parameters(&mappings, Moment(0));
        let told = told["parameter"].as_array().expect("parameters");
        for (row, name, _) in matrix.professions() {
            let parts = told
                .iter()
                .filter_map(|one| one["part"].as_array())
                .find(|parts| parts[0]["valueString"] == name)
                .expect(name);
            for (column, code) in matrix.types() {
                let has = |right: &str| {
                    parts.iter().any(|part| part["name"] == right && part["valueCode"] == code.value.as_str())
                };
                assert_eq!(has("read"), matrix.may_read(row, column), "{name} {}", code.value);
                let deposit = match (has("deposit"), has("depositWithSet")) {
                    (true, false) => DepositRight::Allow,
                    (false, true) => DepositRight::WithSet,
                    (false, false) => DepositRight::Deny,
                    (true, true) => panic!("both"),
                };
                assert_eq!(deposit, matrix.deposit(row, column), "{name} {}", code.value);
            }
        }
    }

    #[test]
    fn the_moment_is_one_instant_with_its_offset() {
        let moment = Moment::parse("2026-12-31T23:00:00Z").ok();
        for query in [
            "at=2027-01-01T00:00:00%2B01:00",
            "at=2027-01-01T00:00:00+01:00",
            "_format=json&at=2026-12-31T23:00:00Z",
        ] {
            assert_eq!(asked(query), Ok(moment), "{query}");
        }
        assert_eq!(asked(""), Ok(None));
        for query in
            ["at=2027", "at=2027-01-01T00:00:00", "at=2027-01-01T00:00:00Z&at=2027-01-01T00:00:00Z", "on=x"]
        {
            assert!(asked(query).is_err(), "{query}");
        }
    }
}
