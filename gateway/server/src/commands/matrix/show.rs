//! `matrix show`: the whole matrix as `matrix.txt` writes it, or one profession's types, or one type's
//! professions.

use mappings::{DepositRight, DocumentType, Habilitation, Mappings, Profession};
use model::{Code, Moment};
use serde_json::{Value, json};

use super::Misuse;

/// What is to be shown.
pub(super) struct Asked<'a> {
    pub mappings: &'a Mappings,
    pub at: Moment,
    pub profession: Option<&'a str>,
    pub document_type: Option<&'a str>,
}

/// The part of the matrix that was asked for.
struct Part<'a> {
    matrix: &'a Habilitation,
    rows: Vec<(Profession, &'a str, &'a Code)>,
    columns: Vec<(DocumentType, &'a Code)>,
}

/// For a person.
pub(super) fn text(asked: &Asked<'_>) -> Result<String, Misuse> {
    let part = part(asked)?;
    let head = head(asked, part.matrix);
    if asked.profession.is_none() && asked.document_type.is_none() {
        return Ok(format!("{head}\n\n{}", part.matrix.to_text()));
    }
    let mut lines = vec![head, String::new()];
    for (row, name, code) in &part.rows {
        for (column, document_type) in &part.columns {
            let read = if part.matrix.may_read(*row, *column) { "reads" } else { "-" };
            let deposit = match part.matrix.deposit(*row, *column) {
                DepositRight::Deny => "-",
                DepositRight::Allow => "deposits",
                DepositRight::WithSet => "signature of its own set",
            };
            let what = match asked.profession {
                Some(_) => named(&document_type.value, document_type),
                None => named(name, code),
            };
            lines.push(format!("{read:<6} {deposit:<9} {what}"));
        }
    }
    if let (Some(_), Some((_, name, code))) = (asked.profession, part.rows.first()) {
        lines.insert(1, named(name, code));
    }
    if let (Some(_), Some((_, code))) = (asked.document_type, part.columns.first()) {
        lines.insert(1, named(&code.value, code));
    }
    Ok(lines.join("\n"))
}

/// For a script.
pub(super) fn json(asked: &Asked<'_>) -> Result<String, Misuse> {
    let part = part(asked)?;
    let rights = asked.mappings.rights_at(asked.at);
    let professions: Vec<Value> = part.rows.iter().map(|row| row_json(&part, row)).collect();
    let types: Vec<Value> = part.columns.iter().map(|(_, code)| code_json(code)).collect();
    let value = json!({
        "at": asked.at.iso(),
        "version": part.matrix.version(),
        "effective": part.matrix.effective_written(),
        "official": part.matrix.is_official(),
        "origin": part.matrix.origin(),
        "functionalRights": {"version": rights.version(), "effective": rights.effective_written()},
        "versions": asked
            .mappings
            .habilitation_versions()
            .map(|(_, matrix)| json!({"version": matrix.version(), "effective": matrix.effective_written()}))
            .collect::<Vec<_>>(),
        "types": types,
        "professions": professions,
    });
    Ok(format!("{value:#}"))
}

/// The versions of the matrix, and which of them holds at a moment.
pub(super) fn versions(mappings: &Mappings, at: Moment) -> String {
    let holds = mappings.habilitation_at(at).version();
    let matrices = mappings.habilitation_versions().map(|(from, matrix)| {
        let state = match matrix.version() {
            version if version == holds => "holds",
            _ if from > at => "to come",
            _ => "past",
        };
        format!("{state:<8} matrix {} from {}", matrix.version(), matrix.effective_written())
    });
    let rights_hold = mappings.rights_at(at).version();
    let rights = mappings.rights_versions().map(|(from, rights)| {
        let state = match rights.version() {
            version if version == rights_hold => "holds",
            _ if from > at => "to come",
            _ => "past",
        };
        format!("{state:<8} functional rights {} from {}", rights.version(), rights.effective_written())
    });
    matrices.chain(rights).collect::<Vec<_>>().join("\n")
}

fn head(asked: &Asked<'_>, matrix: &Habilitation) -> String {
    let standing = if matrix.is_official() {
        "Installed by the operator as the official matrix."
    } else {
        "A configurable default, not the official matrix."
    };
    format!(
        "At {}\n{}\n{standing}\nOrigin: {}",
        asked.at.iso(),
        versions(asked.mappings, asked.at),
        matrix.origin()
    )
}

fn part<'a>(asked: &Asked<'a>) -> Result<Part<'a>, Misuse> {
    let matrix = asked.mappings.habilitation_at(asked.at);
    let rows = matrix.professions().collect::<Vec<_>>();
    let columns = matrix.types().collect::<Vec<_>>();
    let rows = chosen("profession", rows, asked.profession, |(_, name, code)| (name, code))?;
    let columns = chosen("type", columns, asked.document_type, |(_, code)| (&code.value, code))?;
    Ok(Part { matrix, rows, columns })
}

/// Everything, or the one that is named: by its name first, then by a code or a label that only one has.
fn chosen<'a, T: Copy>(
    kind: &str,
    all: Vec<T>,
    named: Option<&str>,
    names: impl Fn(T) -> (&'a str, &'a Code),
) -> Result<Vec<T>, Misuse> {
    let Some(named) = named else { return Ok(all) };
    if let Some(exact) = all.iter().find(|one| names(**one).0.eq_ignore_ascii_case(named)) {
        return Ok(vec![*exact]);
    }
    let lower = named.to_lowercase();
    let label = |one: T| names(one).1.label.as_deref().unwrap_or_default().to_lowercase();
    let same: Vec<T> =
        all.iter().copied().filter(|one| names(*one).1.value == named || label(*one) == lower).collect();
    if same.len() == 1 {
        return Ok(same);
    }
    let near: Vec<&str> = all
        .iter()
        .filter(|one| names(**one).1.value == named || label(**one).contains(&lower))
        .map(|one| names(*one).0)
        .collect();
    let hint = match near.as_slice() {
        [] => "`passerelle matrix show` lists them all".to_owned(),
        near => format!("did you mean {}?", near.join(", ")),
    };
    Err(Misuse(format!("no single {kind} is named `{named}`: {hint}")))
}

fn named(name: &str, code: &Code) -> String {
    format!("{name}  {}", code.label.as_deref().unwrap_or_default()).trim_end().to_owned()
}

fn row_json(part: &Part<'_>, (row, name, code): &(Profession, &str, &Code)) -> Value {
    let of = |right: &dyn Fn(DocumentType) -> bool| -> Vec<&str> {
        let columns = part.columns.iter().filter(|(column, _)| right(*column));
        columns.map(|(_, code)| code.value.as_str()).collect()
    };
    json!({
        "row": name,
        "code": code_json(code),
        "read": of(&|column| part.matrix.may_read(*row, column)),
        "deposit": of(&|column| part.matrix.deposit(*row, column) == DepositRight::Allow),
        "depositWithSet": of(&|column| part.matrix.deposit(*row, column) == DepositRight::WithSet),
    })
}

fn code_json(code: &Code) -> Value {
    json!({"system": code.system, "code": code.value, "label": code.label})
}
