//! G5: the CDA's header says what the entry says.
//!
//! Source: CI-SIS, correspondence of CDA and XDS metadata (27 pairs, [`super::cda_pairs`]), decision-order
//! G5. A metadata attribute that is absent is not compared. A pair that another rule owns (G2, G4) is left to
//! it. Patient data and free text are compared, never shown.

use model::{Finding, Rule};

use super::CdaCase;
use super::cda_pairs::{Difference, PAIRS, Pair};

pub(super) fn check(case: &CdaCase<'_>) -> Vec<Finding> {
    PAIRS.iter().flat_map(|pair| compare(case, pair)).collect()
}

fn compare(case: &CdaCase<'_>, pair: &Pair) -> Vec<Finding> {
    let differences = pair.compare.map(|comparison| comparison(case)).unwrap_or_default();
    differences.into_iter().map(|difference| finding(case, pair, difference)).collect()
}

fn finding(case: &CdaCase<'_>, pair: &Pair, difference: Difference) -> Finding {
    let Difference { path, cda, metadata } = difference;
    let slot = pair.slot;
    let finding = case
        .subject
        .finding_at(
            Rule::CdaAgreesWithMetadata,
            path.unwrap_or_else(|| format!("/ClinicalDocument/{}", pair.cda)),
        )
        .arg("pair", pair.name)
        .arg("slot", slot);
    let shown = [("cda", cda.shown()), ("metadata", metadata.shown())];
    let finding = shown.into_iter().fold(finding, |finding, (name, value)| match value {
        Some(value) => finding.arg(name, value),
        None => finding,
    });
    finding.detail(
        format!("{slot} : le CDA porte {}, la métadonnée {} ; rendez-les égaux", cda.fr(), metadata.fr()),
        format!("{slot}: the CDA holds {}, the metadata {}; make them equal", cda.en(), metadata.en()),
    )
}
