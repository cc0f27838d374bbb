//! G5: the CDA's header says what the entry says.
//!
//! Source: CI-SIS, correspondence of CDA and XDS metadata (27 pairs, [`super::cda_pairs`]), decision-order
//! G5. A metadata attribute that is absent is not compared. A pair that another rule owns (G2, G4) is left to
//! it. Patient data and free text are compared, never shown.

use mappings::CdaPair;
use model::{Finding, Rule, Severity};

use super::CdaCase;
use super::cda_pairs::{Difference, comparison};

pub(super) fn check(case: &CdaCase<'_>) -> Vec<Finding> {
    case.content.mappings.cda_pairs.all().flat_map(|pair| compare(case, pair)).collect()
}

fn compare(case: &CdaCase<'_>, pair: &CdaPair) -> Vec<Finding> {
    let (Some(severity), Some(comparison)) = (pair.severity, comparison(&pair.name)) else {
        return Vec::new();
    };
    comparison(case).into_iter().map(|difference| finding(case, pair, severity, difference)).collect()
}

fn finding(case: &CdaCase<'_>, pair: &CdaPair, severity: Severity, difference: Difference) -> Finding {
    let Difference { path, cda, metadata } = difference;
    let slot = pair.slot.as_str();
    let finding = case
        .subject
        .finding_at(
            Rule::CdaAgreesWithMetadata,
            path.unwrap_or_else(|| format!("/ClinicalDocument/{}", pair.cda)),
        )
        .arg("pair", pair.name.as_str())
        .arg("slot", slot);
    let shown = [("cda", cda.shown()), ("metadata", metadata.shown())];
    let finding = shown.into_iter().fold(finding, |finding, (name, value)| match value {
        Some(value) => finding.arg(name, value),
        None => finding,
    });
    let finding = finding.detail(
        format!("{slot} : le CDA porte {}, la métadonnée {} ; rendez-les égaux", cda.fr(), metadata.fr()),
        format!("{slot}: the CDA holds {}, the metadata {}; make them equal", cda.en(), metadata.en()),
    );
    match severity {
        Severity::Error => finding,
        Severity::Warning => finding.warning(),
    }
}
