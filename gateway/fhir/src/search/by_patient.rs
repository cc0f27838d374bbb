//! A search of what belongs to one patient: whose, by which other parameters, and the Bundle that answers it.

use journey::{Refusal, Store};
use model::{Caller, EntryUuid, Finding, Ins};
use serde_json::{Value, json};

use super::{encode, pairs, refuse};
use crate::Request;
use crate::incoming::told;
use crate::patient::{Named, by_proof, strict};

/// The two parameters that name the patient, for the CapabilityStatement.
pub(crate) const PATIENT: (&str, &str, &str) = (
    "patient",
    "reference",
    "Patient/{id} of this server; this or patient.identifier, or the token's patient.",
);
/// By INS.
pub(crate) const PATIENT_IDENTIFIER: (&str, &str, &str) =
    ("patient.identifier", "token", "INS: urn:oid:<oid>|<INS>.");

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The patient.
    pub(crate) patient: Named,
    /// The other parameters that are known here, in their order.
    pub(crate) given: Vec<(String, String)>,
}

/// Reads the parameters of a query and, for `_search`, of a form. Those of `known` are kept; others are read past
/// unless `Prefer: handling=strict`.
pub(crate) fn read(request: &Request<'_>, base: &str, known: &[&str]) -> Result<Asked, Vec<Finding>> {
    let mut all = pairs(request.query).map_err(|finding| vec![finding])?;
    if request.method == "POST" {
        let body = std::str::from_utf8(request.body).unwrap_or("%");
        all.extend(pairs(body).map_err(|finding| vec![finding])?);
    }
    let mut findings = Vec::new();
    let mut asked = Asked { patient: Named::default(), given: Vec::new() };
    for (name, value) in all {
        match asked.patient.parameter(&name, &value, base) {
            Some(Ok(())) => {}
            Some(Err(finding)) => findings.push(finding),
            None if known.contains(&name.as_str()) => asked.given.push((name, value)),
            None if matches!(name.as_str(), "_format" | "_pretty") => {}
            None if strict(request.prefer) || name.contains(':') => {
                findings.push(refuse(&name, "paramètre non pris en charge", "parameter not supported"))
            }
            None => {}
        }
    }
    if findings.is_empty() { Ok(asked) } else { Err(findings) }
}

/// Whose record: as named, else as proved. [`Refusal::Absent`] if our id is nobody's.
pub(crate) async fn whose<S: Store>(store: &S, caller: &Caller, named: Named) -> Result<Ins, Refusal> {
    if named.is_empty() {
        let finding = refuse(
            "patient",
            "paramètre obligatoire : patient=Patient/<id> ou patient.identifier=urn:oid:<oid>|<INS>",
            "required parameter: patient=Patient/<id> or patient.identifier=urn:oid:<oid>|<INS>",
        );
        return by_proof(caller).ok_or_else(|| Refusal::of(finding));
    }
    named.resolve(store).await?.ok_or(Refusal::Absent)
}

/// Reads the parameters of a request about one known object, which may name its patient only.
pub(crate) async fn only_whose<S: Store>(
    store: &S,
    caller: &Caller,
    request: &Request<'_>,
    base: &str,
) -> Result<Ins, Refusal> {
    let query = Request { method: "GET", ..*request };
    match read(&query, base, &[]) {
        Ok(asked) => whose(store, caller, asked.patient).await,
        Err(findings) => Err(told(findings)),
    }
}

/// The URL of a search of `kind`: the patient by our id, never by INS.
pub(crate) fn url(base: &str, kind: &str, patient: Option<EntryUuid>, given: &[(String, String)]) -> String {
    let patient = patient.map(|id| ("patient".to_owned(), format!("Patient/{}", id.bare())));
    let pairs: Vec<String> = patient
        .iter()
        .chain(given)
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    if pairs.is_empty() { format!("{base}/{kind}") } else { format!("{base}/{kind}?{}", pairs.join("&")) }
}

/// A searchset of resources that have an id.
pub(crate) fn searchset(
    base: &str,
    total: usize,
    resources: Vec<Value>,
    own: String,
    next: Option<String>,
) -> Value {
    let entries: Vec<Value> = resources
        .into_iter()
        .map(|resource| {
            let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let full_url = format!("{base}/{}/{}", text("resourceType"), text("id"));
            json!({"fullUrl": full_url, "resource": resource, "search": {"mode": "match"}})
        })
        .collect();
    let mut link = vec![json!({"relation": "self", "url": own})];
    link.extend(next.map(|url| json!({"relation": "next", "url": url})));
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": total, "link": link});
    if let (false, Some(bundle)) = (entries.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), Value::Array(entries));
    }
    bundle
}
