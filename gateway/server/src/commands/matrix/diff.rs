//! `matrix diff`: the cells that change from one version to another.

use std::path::Path;

use mappings::{DepositRight, Habilitation, Mappings};
use model::Code;
use serde_json::{Map, Value, json};

use super::{Misuse, lines, load};

/// A cell whose rights change.
struct Change<'a> {
    profession: (&'a str, &'a Code),
    document_type: &'a Code,
    read: (bool, bool),
    deposit: (DepositRight, DepositRight),
}

/// What changes, in words or as JSON. `from` and `to` are names of versions of the tables, or files.
pub(super) fn between(folder: Option<&Path>, from: &str, to: &str, as_json: bool) -> anyhow::Result<String> {
    let tables = load(folder)?;
    let (one, other) = (Side::of(&tables, folder, from)?, Side::of(&tables, folder, to)?);
    let (one, other) = (one.matrix()?, other.matrix()?);
    let changes = changes(one, other);
    Ok(if as_json { json(one, other, &changes) } else { text(one, other, &changes) })
}

/// One side of the comparison.
enum Side<'a> {
    Named(&'a Habilitation),
    Alone(Box<Mappings>),
}

impl<'a> Side<'a> {
    fn of(tables: &'a Mappings, folder: Option<&Path>, name: &str) -> anyhow::Result<Self> {
        if let Some((_, matrix)) = tables.habilitation_versions().find(|(_, one)| one.version() == name) {
            return Ok(Side::Named(matrix));
        }
        if let Some(default) = default(folder, name)? {
            return Ok(Side::Alone(Box::new(default)));
        }
        let file = Path::new(name);
        if !file.is_file() {
            let known: Vec<&str> = tables.habilitation_versions().map(|(_, one)| one.version()).collect();
            let known = known.join(", ");
            return Err(Misuse(format!("`{name}` is no version of the matrix ({known}) and no file")).into());
        }
        let alone = Mappings::with_matrix(folder, file).map_err(|mut errors| {
            for error in errors.iter_mut().filter(|error| error.file == mappings::MATRIX_FILE) {
                name.clone_into(&mut error.file);
            }
            anyhow::anyhow!("the matrix is not good:\n{}", lines(&errors))
        })?;
        Ok(Side::Alone(Box::new(alone)))
    }

    fn matrix(&self) -> anyhow::Result<&Habilitation> {
        match self {
            Side::Named(matrix) => Ok(matrix),
            Side::Alone(mappings) => {
                let only = mappings.habilitation_versions().next();
                only.map(|(_, matrix)| matrix).ok_or_else(|| anyhow::anyhow!("the file holds no matrix"))
            }
        }
    }
}

/// The tables with the matrix compiled in, if that is the name of its version: an override may have taken its place.
fn default(folder: Option<&Path>, name: &str) -> anyhow::Result<Option<Mappings>> {
    let Some(folder) = folder else { return Ok(None) };
    let tables = Mappings::with_default_matrix(folder)
        .map_err(|errors| anyhow::anyhow!("the tables are not good:\n{}", lines(&errors)))?;
    let named = tables.habilitation_versions().any(|(_, one)| one.version() == name);
    Ok(named.then_some(tables))
}

/// Both sides stand on the same lists, so that rows and columns are the same.
fn changes<'a>(one: &'a Habilitation, other: &Habilitation) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    for (row, name, code) in one.professions() {
        for (column, document_type) in one.types() {
            let read = (one.may_read(row, column), other.may_read(row, column));
            let deposit = (one.deposit(row, column), other.deposit(row, column));
            if read.0 != read.1 || deposit.0 != deposit.1 {
                changes.push(Change { profession: (name, code), document_type, read, deposit });
            }
        }
    }
    changes
}

fn text(one: &Habilitation, other: &Habilitation, changes: &[Change<'_>]) -> String {
    let side = |matrix: &Habilitation| format!("{} (from {})", matrix.version(), matrix.effective_written());
    let mut lines = vec![format!("{} → {}: cells that change: {}", side(one), side(other), changes.len())];
    for change in changes {
        let (name, code) = change.profession;
        let label = |code: &Code| code.label.clone().unwrap_or_default();
        let mut rights = Vec::new();
        if change.read.0 != change.read.1 {
            rights.push(format!("read {} → {}", word(change.read.0), word(change.read.1)));
        }
        if change.deposit.0 != change.deposit.1 {
            rights.push(format!("deposit {} → {}", change.deposit.0.word(), change.deposit.1.word()));
        }
        let document_type = change.document_type;
        lines.push(format!(
            "{name} {} × {} {}: {}",
            label(code),
            document_type.value,
            label(document_type),
            rights.join(", ")
        ));
    }
    lines.join("\n")
}

fn json(one: &Habilitation, other: &Habilitation, changes: &[Change<'_>]) -> String {
    let side =
        |matrix: &Habilitation| json!({"version": matrix.version(), "effective": matrix.effective_written()});
    let cells: Vec<Value> = changes
        .iter()
        .map(|change| {
            let mut cell = Map::new();
            cell.insert("profession".into(), json!(change.profession.0));
            cell.insert("type".into(), json!(change.document_type.value));
            if change.read.0 != change.read.1 {
                cell.insert("read".into(), json!({"from": word(change.read.0), "to": word(change.read.1)}));
            }
            if change.deposit.0 != change.deposit.1 {
                let (from, to) = (change.deposit.0.word(), change.deposit.1.word());
                cell.insert("deposit".into(), json!({"from": from, "to": to}));
            }
            Value::Object(cell)
        })
        .collect();
    format!("{:#}", json!({"from": side(one), "to": side(other), "cells": cells}))
}

fn word(allowed: bool) -> &'static str {
    if allowed { "allow" } else { "deny" }
}
