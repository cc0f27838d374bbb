//! `$who-could-see`: for the holder's side, the professions and people who can read a document now, and why not the
//! others; with `mask`, `mask-to`, `block`… the same as it would be, before the choice is made.

mod write;

use journey::{Clock, DocumentAsk, DocumentKey, Hypothesis, Ids, Refusal, Store};
use model::{EntryUuid, Finding, Party};
use policy::{DocumentAct, Setting};
use serde_json::json;

use crate::codec::Element;
use crate::incoming::{incomplete, not_understood, refused, resource};
use crate::{Response, Visit, party};

/// The operation's name.
pub(crate) const OPERATION: &str = "$who-could-see";

/// Hypotheses taken at the most.
const MOST: usize = 20;

/// Answers the question; a body is needed for hypotheses only.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Response {
    answered(visit, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn answered<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: &str,
) -> Result<Response, Refusal> {
    let hypotheses = match visit.request.body {
        [] => Vec::new(),
        _ => {
            let body = resource(visit.request, &visit.door.limits, "Parameters")?;
            let (hypotheses, findings) = read(&Element::root(&body));
            refused(findings)?;
            hypotheses
        }
    };
    let id = EntryUuid::parse(id).map_err(|_| Refusal::Absent)?;
    let ask = DocumentAsk { patient: None, key: DocumentKey::Uuid(id) };
    let told = journey::who_could_see(visit.desk, visit.caller, OPERATION, ask, &hypotheses).await?;
    let (now, supposed) = told;
    let mut parameters = vec![write::sights("now", &now, &visit.desk.mappings.systems)];
    parameters.extend(supposed.map(|after| write::sights("if", &after, &visit.desk.mappings.systems)));
    Ok(Response::json(200, &json!({"resourceType": "Parameters", "parameter": parameters})))
}

/// `mask` and `unmask` (valueBoolean true), `mask-to`, `unmask-to`, `block` and `unblock` (valueIdentifier).
fn read(root: &Element<'_>) -> (Vec<Hypothesis>, Vec<Finding>) {
    let (mut hypotheses, mut findings) = (Vec::new(), Vec::new());
    for one in root.all("parameter") {
        not_understood(&one, &["modifierExtension", "resource", "part"], &mut findings);
        match hypothesis(&one) {
            Ok(hypothesis) if hypotheses.len() < MOST => hypotheses.push(hypothesis),
            Ok(_) => findings.push(incomplete(&one, "trop d'hypothèses", "too many hypotheses")),
            Err(finding) => findings.push(finding),
        }
    }
    (hypotheses, findings)
}

fn hypothesis(one: &Element<'_>) -> Result<Hypothesis, Finding> {
    let name = one.text("name").unwrap_or_default();
    let whole = |act| match one.boolean("valueBoolean") {
        Some(true) => Ok(Hypothesis::Act(act)),
        Some(false) | None => Err(incomplete(one, "valueBoolean true attendu", "expected valueBoolean true")),
    };
    let to = |make: fn(Party) -> Hypothesis| match one.get("valueIdentifier") {
        Some(identifier) => party::of(&identifier).map(make),
        None => Err(incomplete(one, "valueIdentifier attendu", "expected valueIdentifier")),
    };
    match name {
        "mask" => whole(DocumentAct::Mask),
        "unmask" => whole(DocumentAct::Unmask),
        "mask-to" => to(|party| Hypothesis::Act(DocumentAct::MaskTo(party))),
        "unmask-to" => to(|party| Hypothesis::Act(DocumentAct::UnmaskTo(party))),
        "block" => to(|party| Hypothesis::Set(Setting::Blocked(party))),
        "unblock" => to(|party| Hypothesis::Lift(Setting::Blocked(party))),
        _ => Err(incomplete(
            one,
            "mask, unmask, mask-to, unmask-to, block ou unblock attendu",
            "expected mask, unmask, mask-to, unmask-to, block or unblock",
        )),
    }
}
