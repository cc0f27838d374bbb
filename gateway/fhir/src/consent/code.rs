//! The codes that a Consent is made of.

use mappings::Systems;
use model::{EmergencyMode, VisibilityFlag, system};
use policy::Ground;
use serde_json::{Value, json};

use crate::codec::Element;

/// `scope`: system and code (PCF).
pub(super) const SCOPE: (&str, &str) =
    ("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy");
/// `category`: consent document (PCF).
pub(super) const CATEGORY: (&str, &str) = ("http://loinc.org", "59284-0");
/// `category`, ours: the ground of an authorisation.
pub(super) const GROUND: &str = "urn:passerelle:fhir:consent-ground";
/// `provision.actor.role`: who receives the information (PCF).
pub(super) const RECIPIENT: (&str, &str) =
    ("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP");

/// HL7 v3 ActReason.
const ACT_REASON: &str = "2.16.840.1.113883.5.8";
/// TRE_R248, and what published VIHF examples write for it.
const ACCESS_MODES: [&str; 2] = ["1.2.250.1.213.1.1.4.336", "1.2.250.1.213.1.1.4.248"];

/// True if the Coding is this one.
pub(super) fn is(coding: &Element<'_>, (system, code): (&str, &str)) -> bool {
    coding.text("system") == Some(system) && coding.text("code") == Some(code)
}

/// A Coding.
pub(super) fn coding((system, code): (&str, &str)) -> Value {
    json!({"system": system, "code": code})
}

/// The emergency mode of a purpose; `None` for any other.
pub(super) fn mode(purpose: &Element<'_>, systems: &Systems) -> Option<EmergencyMode> {
    let system = systems.from_fhir(purpose.text("system")?);
    let code = purpose.text("code")?;
    if ACCESS_MODES.contains(&system.as_str()) {
        return EmergencyMode::ALL.into_iter().find(|mode| mode.code() == code);
    }
    match (system.as_str(), code) {
        (ACT_REASON, "BTG") => Some(EmergencyMode::BreakGlass),
        (ACT_REASON, "ETREAT") => Some(EmergencyMode::Centre15),
        _ => None,
    }
}

/// The purpose of an emergency mode: HL7 has a code for break-glass; centre 15 has the French one alone.
pub(super) fn purpose(mode: EmergencyMode, systems: &Systems) -> Value {
    let [access_modes, _] = ACCESS_MODES;
    match mode {
        EmergencyMode::BreakGlass => coding((&systems.to_fhir(ACT_REASON), "BTG")),
        EmergencyMode::Centre15 => coding((&systems.to_fhir(access_modes), mode.code())),
    }
}

/// True if the label is MASQUE_PS.
pub(super) fn is_masked(label: &Element<'_>, systems: &Systems) -> bool {
    let visibility = label.text("system").is_some_and(|url| systems.from_fhir(url) == system::VISIBILITY);
    visibility && label.text("code") == Some(VisibilityFlag::MasquePs.code())
}

/// MASQUE_PS.
pub(super) fn masked(systems: &Systems) -> Value {
    coding((&systems.to_fhir(system::VISIBILITY), VisibilityFlag::MasquePs.code()))
}

/// The grounds stated among the categories: `None` is a code of our system that is no ground.
pub(super) fn grounds<'a>(categories: &[Element<'a>]) -> Vec<(Element<'a>, Option<Ground>)> {
    let codings = categories.iter().flat_map(|category| category.all("coding"));
    codings
        .filter(|coding| coding.text("system") == Some(GROUND))
        .map(|coding| {
            let ground = coding.text("code").and_then(Ground::named);
            (coding, ground)
        })
        .collect()
}
