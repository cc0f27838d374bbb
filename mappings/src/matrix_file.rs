//! Reads `matrix.csv` and its versions into dense cells, each checked against the lists.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::files::Sources;
use crate::habilitation::{DEPOSIT, GIVEN, Habilitation, READ, WITH_SET};
use crate::lists::{Lists, PROFESSIONS, TYPES};
use crate::matrix_axes::Axes;
use crate::systems::Systems;
use crate::table::{self, Errors, Line};
use crate::timeline::Timeline;
use crate::versions::Versioned;

const MATRIX: Versioned<8> = Versioned {
    file: "habilitation/matrix.csv",
    columns: [
        "profession",
        "type",
        "read",
        "read_provenance",
        "read_basis",
        "deposit",
        "deposit_provenance",
        "deposit_basis",
    ],
};
/// The file of the matrix, relative to the folder of the mappings: errors name it.
pub const FILE: &str = MATRIX.file;
const BASES: &str = "habilitation/bases.csv";

/// Every version of the matrix; they share their rows and columns.
pub(crate) fn load(
    sources: &Sources,
    lists: &Lists,
    systems: &Systems,
    errors: &mut Errors,
) -> Timeline<Habilitation> {
    let axes = Arc::new(Axes::load(lists, systems, errors));
    let bases = bases(sources, errors);
    MATRIX.load(sources, errors, |file, version, lines, errors| {
        Habilitation::new(version, Arc::clone(&axes), cells(file, lines, &axes, &bases, errors))
    })
}

fn cells(
    file: &str,
    lines: Vec<Line<8>>,
    axes: &Axes,
    bases: &HashSet<String>,
    errors: &mut Errors,
) -> Vec<u8> {
    let rows: HashMap<&str, usize> = axes.professions().map(|(row, name, _)| (name, row.place())).collect();
    let columns: HashMap<&str, usize> =
        axes.types().map(|(column, code)| (code.value.as_str(), column.place())).collect();
    let mut cells = vec![0; axes.size()];
    for (line, [profession, code, read, provenance, basis, deposit, deposit_provenance, deposit_basis]) in
        lines
    {
        let mut wrong = |reason: String| errors.add(file, line, reason);
        let row = rows.get(profession.as_str());
        let column = columns.get(code.as_str());
        if row.is_none() {
            wrong(format!("unknown profession `{profession}`: it is not in {PROFESSIONS}"));
        }
        if column.is_none() {
            wrong(format!("unknown type `{code}`: it is not in {}", TYPES));
        }
        for word in [&provenance, &deposit_provenance] {
            if !matches!(word.as_str(), "sourced" | "sourced-blanket" | "derived") {
                wrong(format!("unknown provenance `{word}`"));
            }
        }
        for basis in [&basis, &deposit_basis] {
            if !bases.contains(basis) {
                wrong(format!("unknown basis `{basis}`: it is not in {BASES}"));
            }
        }
        let read = match read.as_str() {
            "allow" => READ,
            "deny" => 0,
            other => {
                wrong(format!("unknown right `{other}`: read is allow or deny"));
                0
            }
        };
        let deposit = match deposit.as_str() {
            "allow" => DEPOSIT,
            "with-set" => WITH_SET,
            "deny" => 0,
            other => {
                wrong(format!("unknown right `{other}`: deposit is allow, deny or with-set"));
                0
            }
        };
        let (Some(row), Some(column)) = (row, column) else { continue };
        let Some(cell) = cells.get_mut(axes.index(*row, *column)) else { continue };
        if *cell != 0 {
            wrong(format!("the cell {profession} × {code} stands twice"));
        }
        *cell = GIVEN | read | deposit;
    }
    cells
}

fn bases(sources: &Sources, errors: &mut Errors) -> HashSet<String> {
    let (_, lines) = table::read(BASES, sources.text(BASES), ["basis", "text"], errors);
    let mut bases = HashSet::new();
    for (line, [basis, text]) in lines {
        if text.is_empty() || !bases.insert(basis.clone()) {
            errors.add(BASES, line, format!("`{basis}` has no text, or stands twice"));
        }
    }
    bases
}
