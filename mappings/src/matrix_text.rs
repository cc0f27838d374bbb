//! The matrix as a text that a person reviews.

use crate::{DepositRight, Habilitation};

impl Habilitation {
    /// The matrix as a text, one line a document type and one character a cell: what `self.txt` holds.
    pub fn to_text(&self) -> String {
        let professions: Vec<_> = self.professions().collect();
        let width = self.types().map(|(_, code)| code.value.len()).max().unwrap_or(0);
        let mut text = format!(
            "The habilitation matrix {}, one line a document type, one column a profession.\n\
         .  neither   r  reads   d  deposits   b  both   s  deposits only as the signature of its own set\n\n",
            self.version()
        );
        for (number, (_, name, code)) in professions.iter().enumerate() {
            text += &format!("{:>3} {name}  {}\n", number + 1, code.label.as_deref().unwrap_or_default());
        }
        text.push('\n');
        for place in [10, 1] {
            let digits = (1..=professions.len()).map(|number| (number / place % 10).to_string());
            text += &grouped(
                width,
                "",
                digits.map(|digit| if digit == "0" && place == 10 { " ".into() } else { digit }),
                "",
            );
        }
        for (column, code) in self.types() {
            let cells = professions.iter().map(|(row, _, _)| {
                match (self.may_read(*row, column), self.deposit(*row, column)) {
                    (false, DepositRight::Deny) => ".".to_owned(),
                    (true, DepositRight::Deny) => "r".to_owned(),
                    (false, DepositRight::Allow) => "d".to_owned(),
                    (true, DepositRight::Allow) => "b".to_owned(),
                    (false, DepositRight::WithSet) => "s".to_owned(),
                    (true, DepositRight::WithSet) => "S".to_owned(),
                }
            });
            text += &grouped(width, &code.value, cells, code.label.as_deref().unwrap_or_default());
        }
        text
    }
}

/// A line of cells in groups of five, between a name and a label.
fn grouped(width: usize, name: &str, cells: impl Iterator<Item = String>, label: &str) -> String {
    let mut line = format!("{name:<width$} ");
    for (number, cell) in cells.enumerate() {
        if number % 5 == 0 {
            line.push(' ');
        }
        line += &cell;
    }
    format!("{}\n", format!("{line}  {label}").trim_end())
}
