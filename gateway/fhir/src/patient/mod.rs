//! Patient: read, and search by INS (the existence test of the DMP, TD0.2; IHE PDQm ITI-78).

mod named;
mod reference;
mod resource;

use journey::{Clock, Ids, Store};
use model::{EntryUuid, Ins, InsDomain};
use serde_json::{Value, json};

use crate::search::{pairs, refuse, token};
use crate::{Response, Visit};

pub(crate) use named::{Named, by_proof, stated_ins};
pub(crate) use reference::{Patients, own_id, qualified};
pub(crate) use resource::{identifier, reference, write};

/// The parameters of a Patient search: name, type, documentation.
pub(crate) const PARAMETERS: [(&str, &str, &str); 1] =
    [("identifier", "token", "INS: urn:oid:1.2.250.1.213.1.4.8|…, .9, .10 or .11 as configured. Required.")];

const TRANSACTION: &str = "ITI-78";

/// Reads a Patient by our id.
pub(crate) async fn read<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let ins = match visit.desk.store.patient_by_id(id).await {
        Ok(Some(ins)) => ins,
        Ok(None) => return visit.teller.absent(),
        Err(fault) => return visit.teller.fault(&fault),
    };
    match journey::find_patient(visit.desk, visit.caller, TRANSACTION, &ins).await {
        Ok(Some((id, identity, state))) => {
            Response::json(200, &resource::write(id, &identity, state, &visit.desk.mappings.systems))
        }
        Ok(None) => visit.teller.absent(),
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

/// Searches a Patient by INS: one or none.
pub(crate) async fn search<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let teller = &visit.teller;
    let ins = match asked(visit.request) {
        Ok(ins) => ins,
        Err(findings) => return teller.refuse(&findings),
    };
    let Some(ins) = ins else {
        let text = teller.pick("Domaine d'identifiant inconnu ici.", "Identifier domain not known here.");
        let issue = json!({"severity": "warning", "code": "not-found", "details": {"text": text},
            "diagnostics": "targetSystem not found"});
        let outcome = json!({"resourceType": "OperationOutcome", "issue": [issue]});
        return searchset(visit, 0, vec![json!({"resource": outcome, "search": {"mode": "outcome"}})]);
    };
    match journey::find_patient(visit.desk, visit.caller, TRANSACTION, &ins).await {
        Ok(Some((id, identity, state))) => {
            let resource = resource::write(id, &identity, state, &visit.desk.mappings.systems);
            let full_url = format!("{}/Patient/{}", visit.door.base, id.bare());
            let entry = json!({"fullUrl": full_url, "resource": resource, "search": {"mode": "match"}});
            searchset(visit, 1, vec![entry])
        }
        Ok(None) => searchset(visit, 0, Vec::new()),
        Err(refusal) => teller.refusal(&refusal),
    }
}

/// The INS asked for; `None` if its domain is not one of INS.
fn asked(request: &crate::Request<'_>) -> Result<Option<Ins>, Vec<model::Finding>> {
    let mut given = pairs(request.query).map_err(|finding| vec![finding])?;
    if request.method == "POST" {
        let body = std::str::from_utf8(request.body).unwrap_or("%");
        given.extend(pairs(body).map_err(|finding| vec![finding])?);
    }
    let mut findings = Vec::new();
    let (mut ins, mut seen) = (None, false);
    for (name, value) in &given {
        match name.as_str() {
            "identifier" if !seen => {
                seen = true;
                match by_identifier(value) {
                    Ok(found) => ins = found,
                    Err(finding) => findings.push(*finding),
                }
            }
            "identifier" => findings.push(refuse(
                "identifier",
                "un seul identifiant par recherche",
                "one identifier a search",
            )),
            "_format" | "_pretty" | "_count" => {}
            other if strict(request.prefer) || other.contains(':') => findings.push(refuse(
                other,
                "paramètre non pris en charge : seul identifier l'est",
                "parameter not supported: only identifier is",
            )),
            _ => {}
        }
    }
    if !seen {
        findings.push(refuse(
            "identifier",
            "paramètre obligatoire : identifier=urn:oid:<oid>|<INS>",
            "required parameter: identifier=urn:oid:<oid>|<INS>",
        ));
    }
    if findings.is_empty() { Ok(ins) } else { Err(findings) }
}

fn by_identifier(value: &str) -> Result<Option<Ins>, Box<model::Finding>> {
    let tokens = token::tokens(value);
    let [token] = tokens.as_slice() else {
        return Err(Box::new(refuse(
            "identifier",
            "un seul identifiant par recherche",
            "one identifier a search",
        )));
    };
    let Some(system) = token.system.as_deref().filter(|system| !system.is_empty()) else {
        return Err(Box::new(refuse(
            "identifier",
            "domaine attendu : urn:oid:<oid>|<INS>",
            "expected a domain: urn:oid:<oid>|<INS>",
        )));
    };
    let oid = system.strip_prefix("urn:oid:").unwrap_or_default();
    if InsDomain::of(oid).is_none() {
        return Ok(None);
    }
    Ins::parse(&token.code, oid)
        .map(Some)
        .map_err(|why| Box::new(refuse("identifier", why.expected_fr, why.expected_en)))
}

/// True if `Prefer: handling=strict`.
pub(crate) fn strict(prefer: Option<&str>) -> bool {
    let parts = prefer.unwrap_or_default().split([',', ';']);
    parts.into_iter().any(|part| part.trim().eq_ignore_ascii_case("handling=strict"))
}

fn searchset<S, C, I>(visit: &Visit<'_, S, C, I>, total: u64, entries: Vec<Value>) -> Response {
    let mut bundle = json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": [{"relation": "self", "url": format!("{}/Patient", visit.door.base)}],
    });
    if let (false, Some(bundle)) = (entries.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), Value::Array(entries));
    }
    Response::json(200, &bundle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Request;
    use model::Rule;

    fn ask(query: &str) -> Result<Option<String>, Vec<Rule>> {
        let request = Request { method: "GET", path: "Patient", query, ..Request::default() };
        let domain = |ins: Ins| ins.domain().oid().to_owned();
        asked(&request).map(|ins| ins.map(domain)).map_err(|f| f.into_iter().map(|f| f.rule).collect())
    }

    #[test]
    fn one_ins_with_its_domain_is_asked_for() {
        let test = "1.2.250.1.213.1.4.10";
        assert_eq!(ask(&format!("identifier=urn:oid:{test}%7C255081416802538")), Ok(Some(test.into())));
        assert_eq!(ask("identifier=urn:oid:1.2.3|5"), Ok(None));
        for bad in [
            "",
            "identifier=255081416802538",
            "identifier=urn:oid:1.2.250.1.213.1.4.10|255081416802539",
            "identifier=a|b,c|d",
            "identifier=a|b&identifier=c|d",
            "identifier:of-type=a|b|c",
            "identifier=%ff",
        ] {
            assert!(
                ask(bad).is_err_and(|rules| rules.iter().all(|rule| *rule == Rule::QueryIsComplete)),
                "{bad}"
            );
        }
    }
}
