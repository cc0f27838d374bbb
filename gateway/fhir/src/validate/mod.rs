//! `$validate` of a provide-bundle and of a DocumentReference (FHIR R4 Resource-validate): the deposit with the commit
//! suppressed. The same readers, then the same stages of the journey with the caller's own rights.

mod parameters;
#[cfg(test)]
mod tests;

use journey::{Clock, Ids, Refusal, Store};
use model::{Finding, Rule};
use serde_json::{Value, json};

use crate::codec::Element;
use crate::{Response, Visit, incoming, iti65, iti105};

use parameters::Asked;

/// What is validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A Bundle of ITI-65.
    Bundle,
    /// A DocumentReference of ITI-105.
    Document,
}

impl Subject {
    /// The resource type.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Subject::Bundle => "Bundle",
            Subject::Document => "DocumentReference",
        }
    }
}

/// Answers 200 with everything that the first stage that refuses would tell, or that all is well.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    subject: Subject,
) -> Response {
    let body = match incoming::read(visit.request, &visit.door.limits) {
        Ok(body) => body,
        Err(findings) if findings.iter().any(|finding| finding.rule == Rule::MessageIsReadable) => {
            return visit.teller.refuse(&findings);
        }
        Err(findings) => return answer(visit, &findings),
    };
    let Asked { resource, findings } = parameters::read(&body, subject);
    let Some(resource) = resource else { return visit.teller.refuse(&findings) };
    if !findings.is_empty() {
        return answer(visit, &findings);
    }
    let told = match subject {
        Subject::Bundle => bundle(visit, &resource).await,
        Subject::Document => document(visit, &resource).await,
    };
    match told {
        Ok(findings) => answer(visit, &findings),
        Err(Refusal::Refused(refused)) => answer(visit, &refused.findings),
        Err(refusal @ (Refusal::Absent | Refusal::Fault(_))) => visit.teller.refusal(&refusal),
    }
}

async fn bundle<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    resource: &Value,
) -> Result<Vec<Finding>, Refusal> {
    let known = iti65::known_patients(visit, resource).await?;
    let fresh = || visit.desk.ids.uuid();
    let frame = iti65::Frame::of(visit, &known, &fresh);
    let iti65::Submitted { submission, warnings, places, restated, .. } = match iti65::read(resource, &frame)
    {
        Ok(submitted) => submitted,
        Err(findings) => return Ok(findings),
    };
    let told = journey::dry_run(visit.desk, visit.caller, "ITI-65", submission, &restated).await;
    let told = told.map_err(|refusal| refusal.located(|finding| places.locate(finding)))?;
    Ok(warnings.into_iter().chain(told.into_iter().map(|finding| places.locate(finding))).collect())
}

async fn document<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    resource: &Value,
) -> Result<Vec<Finding>, Refusal> {
    let known = iti105::known_patient(visit, resource).await?;
    let frame = iti105::Frame::of(visit, known.as_ref());
    let iti105::Published { submission, warnings, places } = match iti105::read(resource, &frame) {
        Ok(published) => published,
        Err(findings) => return Ok(findings),
    };
    let restated = journey::Restated::default();
    let told = journey::dry_run(visit.desk, visit.caller, "ITI-105", submission, &restated).await;
    let told = told.map_err(|refusal| refusal.located(|finding| places.locate(finding)))?;
    Ok(warnings.into_iter().chain(told.into_iter().map(|finding| places.locate(finding))).collect())
}

fn answer<S, C, I>(visit: &Visit<'_, S, C, I>, findings: &[Finding]) -> Response {
    if !findings.is_empty() {
        return visit.teller.refuse_with(200, findings);
    }
    let text = visit.teller.pick("Tout va bien.", "All OK");
    let issue = json!({"severity": "information", "code": "informational", "details": {"text": text}});
    Response::json(200, &json!({"resourceType": "OperationOutcome", "issue": [issue]}))
}

/// True if the resource is of the type.
fn is(resource: &Value, subject: Subject) -> bool {
    Element::root(resource).kind() == subject.kind()
}
