//! What is to be validated: the bare resource, or Parameters with `resource`, `mode` and `profile`.

use model::{Finding, Rule};
use serde_json::{Value, json};

use super::{Subject, is};
use crate::codec::{Element, same_url};
use crate::iti65;

/// The profiles of a document of ITI-105.
const OF_DOCUMENTS: [&str; 2] = [
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.DocumentReference",
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish",
];

/// What was asked.
#[derive(Debug)]
pub(super) struct Asked {
    /// The resource to validate; `None` if the request has none.
    pub(super) resource: Option<Value>,
    /// What this server does not validate.
    pub(super) findings: Vec<Finding>,
}

/// Reads a structurally sound body.
pub(super) fn read(body: &Value, subject: Subject) -> Asked {
    if is(body, subject) {
        return Asked { resource: Some(body.clone()), findings: Vec::new() };
    }
    let root = Element::root(body);
    let parameters = root.all("parameter");
    let named = |name: &'static str| parameters.iter().filter(move |p| p.text("name") == Some(name));
    let mut findings = Vec::new();
    let mut found = named("resource").filter_map(|parameter| parameter.get("resource"));
    let (resource, second) = (found.next(), found.next());
    let fits = resource.as_ref().is_some_and(|resource| resource.kind() == subject.kind());
    if root.kind() != "Parameters" || !fits || second.is_some() {
        let kind = subject.kind();
        let (fr, en) = (
            format!("attendu : un {kind}, ou Parameters avec un paramètre resource qui en porte un"),
            format!("expected: a {kind}, or Parameters with one parameter resource that holds one"),
        );
        return Asked { resource: None, findings: vec![root.wrong(fr, en)] };
    }
    for mode in named("mode") {
        if mode.text("valueCode").is_some_and(|mode| mode != "create") {
            findings.push(unsupported(
                mode,
                "seul mode create est évalué : le dépôt",
                "only the mode create is judged: the deposit",
            ));
        }
    }
    let mut resource = resource.map(|resource| resource.value().clone());
    for parameter in named("profile") {
        match parameter.text("valueUri").or(parameter.text("valueCanonical")) {
            Some(profile) if is_known(profile, subject) => claim(resource.as_mut(), profile),
            _ => findings.push(unsupported(
                parameter,
                "profil inconnu ici : ceux d'ITI-65 (Bundle) et d'ITI-105 (DocumentReference) seulement",
                "profile not known here: only those of ITI-65 (Bundle) and ITI-105 (DocumentReference)",
            )),
        }
    }
    Asked { resource, findings }
}

fn unsupported(at: &Element<'_>, fr: &str, en: &str) -> Finding {
    Finding::new(Rule::TransactionIsSupported).at(at.place()).detail(fr, en)
}

fn is_known(profile: &str, subject: Subject) -> bool {
    let url = profile.split('|').next().unwrap_or_default();
    match subject {
        Subject::Bundle => iti65::profiles().any(|known| same_url(known, url)),
        Subject::Document => OF_DOCUMENTS.iter().any(|known| same_url(known, url)),
    }
}

/// A profile asked for is read as one that the resource claims.
fn claim(resource: Option<&mut Value>, profile: &str) {
    let Some(members) = resource.and_then(Value::as_object_mut) else { return };
    let meta = members.entry("meta").or_insert_with(|| json!({}));
    let profiles = meta.as_object_mut().map(|meta| meta.entry("profile").or_insert_with(|| json!([])));
    if let Some(Value::Array(profiles)) = profiles
        && !profiles.iter().any(|known| known == profile)
    {
        profiles.push(json!(profile));
    }
}
