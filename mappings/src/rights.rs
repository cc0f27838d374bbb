//! The functional rights: column × mode × action (PDT-INF-526 and PDT-INF-606).

use std::collections::BTreeSet;

use model::Moment;

use crate::files::Sources;
use crate::rights_words::{Action, Column, Condition, Mode, Right};
use crate::table::{Errors, Line};
use crate::timeline::Timeline;
use crate::versions::{Version, Versioned};

const COLUMNS: [&str; 6] = ["transaction", "action", "column", "mode", "right", "condition"];
const M526: Versioned<6> = Versioned { file: "habilitation/functional_rights_526.csv", columns: COLUMNS };
const M606: Versioned<6> = Versioned { file: "habilitation/functional_rights_606.csv", columns: COLUMNS };
/// What stands before the name of a column of M606 in ours.
const AIR: &str = "air_";

/// The two sheets as one dense table, as they held together at one time.
#[derive(Debug)]
pub struct FunctionalRights {
    version: Version,
    cells: Vec<Option<Right>>,
}

impl FunctionalRights {
    /// The two sheets change each at their own instants: each pair that holds together is a version.
    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Timeline<Self> {
        let direct = M526.load(sources, errors, |file, version, lines, errors| {
            Sheet::read(file, "", version, lines, errors)
        });
        let air = M606.load(sources, errors, |file, version, lines, errors| {
            Sheet::read(file, AIR, version, lines, errors)
        });
        let instants: BTreeSet<Moment> =
            direct.versions().chain(air.versions()).map(|(from, _)| from).collect();
        let mut pairs: Vec<_> =
            instants.into_iter().map(|from| (from, Self::of(direct.at(from), air.at(from)))).collect();
        pairs.dedup_by(|(_, later), (_, earlier)| later.version == earlier.version);
        let first = (Moment(i64::MIN), Self::of(direct.at(Moment(i64::MIN)), air.at(Moment(i64::MIN))));
        Timeline::of(first, pairs.split_off(1.min(pairs.len())))
    }

    fn of(direct: &Sheet, air: &Sheet) -> Self {
        let later = std::cmp::max_by_key(direct, air, |sheet| sheet.version.effective);
        let name = format!("{}, {}", direct.version.name, air.version.name);
        let cells = direct.cells.iter().zip(&air.cells).map(|(direct, air)| direct.or(*air)).collect();
        FunctionalRights { version: Version { name, ..later.version.clone() }, cells }
    }

    /// The version of the sheets, shown in audit events.
    pub fn version(&self) -> &str {
        &self.version.name
    }

    /// From when both sheets hold.
    pub fn effective(&self) -> Moment {
        self.version.effective
    }

    /// The same as the sheet that came later writes it.
    pub fn effective_written(&self) -> &str {
        &self.version.written
    }

    /// The cell.
    pub fn right(&self, column: Column, mode: Mode, action: Action) -> Right {
        self.cells.get(index(column, mode, action)).copied().flatten().unwrap_or(Right::Deny)
    }
}

/// One version of one sheet, in a table that has the places of both.
struct Sheet {
    version: Version,
    cells: Vec<Option<Right>>,
}

impl Sheet {
    fn read(file: &str, prefix: &str, version: Version, lines: Vec<Line<6>>, errors: &mut Errors) -> Self {
        let mut own = vec![None; Column::ALL.len() * Mode::ALL.len() * Action::ALL.len()];
        for (line, [_, action, column, mode, right, condition]) in lines {
            let cells = cells(prefix, &action, &column, &mode);
            let right = right_of(&right, &condition);
            let (Ok(cells), Ok(right)) = (&cells, &right) else {
                for reason in [cells.err(), right.err()].into_iter().flatten() {
                    errors.add(file, line, reason);
                }
                continue;
            };
            for index in cells {
                if own.get_mut(*index).and_then(|cell: &mut Option<Right>| cell.replace(*right)).is_some() {
                    errors.add(file, line, "the same cell stands twice");
                }
            }
        }
        Sheet { version, cells: own }
    }
}

/// The places of the cells that a line speaks of: several when the sheet does not split by mode.
fn cells(prefix: &str, action: &str, column: &str, mode: &str) -> Result<Vec<usize>, String> {
    let action = Action::named(action).ok_or_else(|| format!("unknown action `{action}`"))?;
    let column = Some(format!("{prefix}{column}"))
        .filter(|_| !column.starts_with("air_"))
        .and_then(|name| Column::named(&name))
        .ok_or_else(|| format!("unknown column `{column}`"))?;
    let modes = match mode {
        "any" => Mode::ALL.to_vec(),
        one => vec![Mode::named(one).ok_or_else(|| format!("unknown mode `{one}`"))?],
    };
    Ok(modes.into_iter().map(|mode| index(column, mode, action)).collect())
}

fn right_of(right: &str, condition: &str) -> Result<Right, String> {
    let condition = Condition::named(condition).ok_or_else(|| format!("unknown condition `{condition}`"))?;
    match (right, condition) {
        ("allow", condition) => Ok(Right::Allow(condition)),
        ("deny", Condition::None) => Ok(Right::Deny),
        ("deny", _) => Err("a cell that denies has no condition".to_owned()),
        (other, _) => Err(format!("unknown right `{other}`")),
    }
}

fn index(column: Column, mode: Mode, action: Action) -> usize {
    (column as usize * Mode::ALL.len() + mode as usize) * Action::ALL.len() + action as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights() -> FunctionalRights {
        let mut errors = Errors::default();
        let rights = FunctionalRights::load(&Sources::embedded(), &mut errors);
        errors.none_or(rights).unwrap().into_first()
    }

    const OWN: Right = Right::Allow(Condition::Own);
    const YES: Right = Right::Allow(Condition::None);

    #[test]
    fn the_version_names_both_sheets() {
        assert_eq!(rights().version(), "PDT-INF-526 1.8, PDT-INF-606 1.3");
    }

    #[test]
    fn an_indirect_establishment_deposits_and_asks_for_references_only() {
        let rights = rights();
        for mode in [Mode::Normal, Mode::Regulation] {
            let right = |action| rights.right(Column::EtabIndirect, mode, action);
            assert_eq!(right(Action::Deposit), Right::Allow(Condition::ImputedToStructure));
            assert_eq!(right(Action::SearchOneReference), Right::Allow(Condition::ReferenceOnly));
            assert_eq!(right(Action::SearchMetadata), Right::Deny);
            assert_eq!(right(Action::ReadDocument), Right::Deny);
            assert_eq!(right(Action::Delete), Right::Allow(Condition::OfTheStructure));
        }
        assert_eq!(rights.right(Column::EtabIndirect, Mode::BrisDeGlace, Action::Deposit), Right::Deny);
    }

    #[test]
    fn an_employee_deposits_by_its_own_line_only() {
        let rights = rights();
        let right = |action| rights.right(Column::CpeNonPs, Mode::Normal, action);
        assert_eq!(right(Action::Deposit), Right::Deny);
        assert_eq!(right(Action::DepositByEmployee), Right::Allow(Condition::ImputedToStructure));
    }

    #[test]
    fn an_occupational_doctor_deposits_and_never_reads_content() {
        let rights = rights();
        for mode in Mode::ALL {
            let right = |action| rights.right(Column::MedTravail, *mode, action);
            assert_eq!(right(Action::Deposit), YES);
            assert_eq!(right(Action::SearchMetadata), YES);
            for action in [Action::ReadDocument, Action::ReadMasked, Action::ReadArchived] {
                assert_eq!(right(action), Right::Deny);
            }
        }
    }

    #[test]
    fn masked_documents_depend_on_the_mode() {
        let rights = rights();
        let right = |column, mode| rights.right(column, mode, Action::ReadMasked);
        assert_eq!(right(Column::MedNonMt, Mode::Normal), OWN);
        assert_eq!(right(Column::Mt, Mode::Normal), YES);
        let allowed = Right::Allow(Condition::IfMaskedAllowedInMode);
        assert_eq!(right(Column::Mt, Mode::BrisDeGlace), allowed);
        assert_eq!(right(Column::PsNonMed, Mode::Regulation), allowed);
        assert_eq!(right(Column::Mt, Mode::Regulation), Right::Deny, "M526 has no such column");
    }

    #[test]
    fn air_deposits_nothing_and_its_doctors_archive_without_being_authors() {
        let rights = rights();
        for column in [Column::AirPsNonMed, Column::AirMedNonMt, Column::AirMt, Column::AirPeNonPs] {
            for mode in Mode::ALL {
                assert_eq!(rights.right(column, *mode, Action::Deposit), Right::Deny);
                assert_eq!(rights.right(column, *mode, Action::DepositByEmployee), Right::Deny);
            }
        }
        assert_eq!(rights.right(Column::AirMedNonMt, Mode::Normal, Action::Archive), YES);
        assert_eq!(rights.right(Column::MedNonMt, Mode::Normal, Action::Archive), OWN);
    }

    #[test]
    fn words_that_the_sheets_do_not_have_are_refused_with_their_line() {
        let head = "# origin: o\n# version: 1\n# date: 2026-01-01\n# effective: 2026-01-01T00:00:00Z\ntransaction,action,column,mode,right,condition\n";
        let lines = [
            "TD2.1,deposit,mt,normal,maybe,",
            "TD2.1,depose,mt,normal,allow,",
            "TD2.1,deposit,air_mt,normal,allow,",
            "TD2.1,deposit,mt,night,allow,when it rains",
            "TD2.1,deposit,mt,any,allow,",
            "TD2.1,deposit,mt,normal,allow,",
            "TD2.1,mask,mt,normal,deny,own documents",
        ];
        let mut sources = Sources::embedded();
        sources.replace("habilitation/functional_rights_526.csv", format!("{head}{}\n", lines.join("\n")));
        let mut errors = Errors::default();
        let rights = FunctionalRights::load(&sources, &mut errors);
        let found: Vec<_> = errors.none_or(rights).unwrap_err().iter().map(ToString::to_string).collect();
        let expected = [
            "6: unknown right `maybe`",
            "7: unknown action `depose`",
            "8: unknown column `air_mt`",
            "9: unknown mode `night`",
            "9: unknown condition `when it rains`",
            "11: the same cell stands twice",
            "12: a cell that denies has no condition",
        ];
        let expected = expected.map(|text| format!("habilitation/functional_rights_526.csv:{text}"));
        assert_eq!(found, expected);
    }
}
