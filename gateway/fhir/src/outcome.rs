//! Refusals as OperationOutcome and HTTP (decision-order §0.3).

use journey::{Fault, Refusal};
use mappings::{Language, Mappings, Refusals};
use model::{Finding, Location, Rule, Severity};
use serde_json::{Map, Value, json};

use crate::media::{Accepted, Form};
use crate::{Request, Response};

/// `details.coding.system` of the names of our rules.
pub const RULES: &str = "urn:passerelle:rule";
/// `details.coding.system` of the error codes of IHE ITI TF-3 table 4.2.4.1-2 and of MHD.
pub const IHE_ERRORS: &str = "urn:ihe:iti:error-code";

/// Tells refusals in one language, for one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Teller<'a> {
    /// The catalogue.
    pub(crate) refusals: &'a Refusals,
    /// The reader's language.
    pub(crate) language: Language,
    /// The id of the request, for faults.
    pub(crate) request: &'a str,
}

impl<'a> Teller<'a> {
    /// For the language that `Accept-Language` asks for: English if it comes first, else French.
    pub(crate) fn new(mappings: &'a Mappings, request: &'a str, accept_language: Option<&str>) -> Self {
        Teller { refusals: &mappings.refusals, language: language(accept_language), request }
    }

    /// The text in the reader's language.
    pub(crate) fn pick<'t>(&self, fr: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::French => fr,
            Language::English => en,
        }
    }

    /// An OperationOutcome of these findings.
    pub(crate) fn outcome<'f>(&self, findings: impl Iterator<Item = &'f Finding>) -> Value {
        let issues: Vec<Value> = findings.map(|finding| self.issue(finding)).collect();
        json!({"resourceType": "OperationOutcome", "issue": issues})
    }

    /// The answer of a refusal.
    pub(crate) fn refusal(&self, refusal: &Refusal) -> Response {
        match refusal {
            Refusal::Refused(refused) => self.refuse(&refused.findings),
            Refusal::Absent => self.absent(),
            Refusal::Fault(fault) => self.fault(fault),
        }
    }

    /// The answer of these findings: the status is that of the error whose rule is asked first.
    pub(crate) fn refuse(&self, findings: &[Finding]) -> Response {
        let first =
            findings.iter().filter(|finding| finding.severity == Severity::Error).min_by_key(|f| f.rule);
        let status =
            first.or(findings.first()).map_or(500, |finding| self.refusals.answer(finding.rule).status);
        self.refuse_with(status, findings)
    }

    /// The answer of these findings with a status of its own (413, 415, 405…).
    pub(crate) fn refuse_with(&self, status: u16, findings: &[Finding]) -> Response {
        let mut response = Response::json(status, &self.outcome(findings.iter()));
        match status {
            401 => response.headers.push(("WWW-Authenticate", challenge(findings))),
            503 => response.headers.push(("Retry-After", RETRY_AFTER.to_owned())),
            _ => {}
        }
        response
    }

    /// The answer of a request that the token's scopes do not cover.
    pub(crate) fn out_of_scope(&self, scope: &str) -> Response {
        let findings = vec![Finding::new(Rule::ScopeCoversTransaction).arg("scope", scope)];
        Response { out_of_scope: findings.clone(), ..self.refuse(&findings) }
    }

    /// Hidden and absent: one constant answer.
    pub(crate) fn absent(&self) -> Response {
        let text =
            self.pick("Aucun objet de ce nom n'est visible ici.", "No object of this name is visible here.");
        Response::json(404, &plain("not-found", text, None))
    }

    /// An act that was done and has nothing to show.
    pub(crate) fn done(&self) -> Value {
        let issue = json!({"severity": "information", "code": "informational",
            "details": {"text": self.pick("C'est fait.", "It is done.")}});
        json!({"resourceType": "OperationOutcome", "issue": [issue]})
    }

    /// Our own failure: an opaque id for the caller, the cause for the log.
    pub(crate) fn fault(&self, fault: &Fault) -> Response {
        let text = self.pick(
            "Erreur interne. Donner la référence au support.",
            "Internal error. Give the reference to support.",
        );
        let (status, code) = if fault.transient { (503, "transient") } else { (500, "exception") };
        let mut response = Response::json(status, &plain(code, text, Some(self.request)));
        if fault.transient {
            response.headers.push(("Retry-After", RETRY_AFTER.to_owned()));
        }
        response.cause = Some(fault.cause.clone());
        response
    }

    fn issue(&self, finding: &Finding) -> Value {
        let answer = self.refusals.answer(finding.rule);
        let mut coding = vec![json!({"system": RULES, "code": finding.rule.name()})];
        if let Some(xds) = finding.xds_code.or(answer.xds.as_deref()) {
            coding.push(json!({"system": IHE_ERRORS, "code": xds}));
        }
        let mut issue = Map::new();
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        issue.insert("severity".into(), json!(severity));
        issue.insert("code".into(), json!(answer.issue));
        issue.insert(
            "details".into(),
            json!({"coding": coding, "text": self.refusals.text(finding, self.language)}),
        );
        match &finding.at {
            Location::Whole | Location::Submitted(..) => {}
            Location::FhirPath(path) => {
                issue.insert("expression".into(), json!([path]));
            }
            Location::Parameter(name) => {
                issue.insert("diagnostics".into(), json!(format!("http.{name}")));
            }
            Location::Ebrim(path) | Location::XPath(path) => {
                issue.insert("diagnostics".into(), json!(path));
            }
        }
        Value::Object(issue)
    }
}

const RETRY_AFTER: &str = "5";

fn plain(code: &str, text: &str, reference: Option<&str>) -> Value {
    let mut issue = json!({"severity": "error", "code": code, "details": {"text": text}});
    if let (Some(reference), Some(issue)) = (reference, issue.as_object_mut()) {
        issue.insert("diagnostics".into(), json!(reference));
    }
    json!({"resourceType": "OperationOutcome", "issue": [issue]})
}

/// The challenge of RFC 6750 §3: a realm always, an error once a token was read.
fn challenge(findings: &[Finding]) -> String {
    let read = findings.iter().any(|f| matches!(f.rule, Rule::TokenIsInItsTime | Rule::TokenIsComplete));
    let error = if read { ", error=\"invalid_token\"" } else { "" };
    format!("Bearer realm=\"fhir\"{error}")
}

/// The language that is wanted most of the two that there are (RFC 9110 §12.5.4); French when both are equal and
/// none comes first.
fn language(accept: Option<&str>) -> Language {
    let accepted = Accepted::of(accept);
    if accepted.rank_language("en") > accepted.rank_language("fr") {
        Language::English
    } else {
        Language::French
    }
}

/// Answers refusals that the server itself decides before a caller is known (stage A, limits): the
/// OperationOutcome with the rule's status, `WWW-Authenticate` on 401.
pub fn refuse(
    mappings: &Mappings,
    findings: &[Finding],
    request_id: &str,
    request: &Request<'_>,
) -> Response {
    let answer = Teller::new(mappings, request_id, request.accept_language).refuse(findings);
    answer.written(Form::at_best(request))
}

impl Response {
    /// Done, without a body.
    pub(crate) fn nothing() -> Response {
        Response { resource: None, ..Response::json(204, &Value::Null) }
    }

    /// A resource as the answer, written once the form is known; never cached, never sniffed.
    pub(crate) fn json(status: u16, resource: &Value) -> Response {
        let headers =
            vec![("Cache-Control", "no-store".to_owned()), ("X-Content-Type-Options", "nosniff".to_owned())];
        Response {
            headers,
            resource: Some(resource.clone()),
            ..Response::bytes(status, String::new(), Vec::new())
        }
    }

    /// Bytes of their own type as the answer.
    pub(crate) fn bytes(status: u16, content_type: String, body: Vec<u8>) -> Response {
        Response {
            status,
            content_type,
            headers: Vec::new(),
            body,
            rest: Vec::new(),
            cause: None,
            out_of_scope: Vec::new(),
            resource: None,
        }
    }

    /// The same with its resource written.
    pub(crate) fn written(mut self, form: Form) -> Response {
        if let Some(resource) = self.resource.take() {
            self.body = form.write(&resource);
            self.content_type = format!("{}; charset=UTF-8", form.format.media_type());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::structure;

    fn asking(language: &str) -> Request<'_> {
        Request { accept_language: Some(language), ..Request::default() }
    }

    fn body(response: &Response) -> Value {
        let body: Value = serde_json::from_slice(&response.body).expect("JSON");
        assert_eq!(structure::check(&body), []);
        body
    }

    #[test]
    fn every_finding_is_told_and_the_first_rule_gives_the_status() {
        let tables = Mappings::embedded().expect("the embedded tables");
        let path = Location::FhirPath("Bundle.entry[1].resource".into());
        let findings = [
            Finding::new(Rule::RecordExists).warning(),
            Finding::new(Rule::DocumentIdIsFree).code("XDSNonIdenticalHash"),
            Finding::new(Rule::MetadataIsWellFormed)
                .at(path)
                .detail("custodian manque", "custodian is missing"),
        ];
        let response = refuse(&tables, &findings, "r", &asking("en-GB, fr;q=0.5"));
        assert_eq!(response.status, tables.refusals.answer(Rule::MetadataIsWellFormed).status);
        let body = body(&response);
        assert_eq!(body["issue"].as_array().map(Vec::len), Some(3));
        assert_eq!(body["issue"][0]["severity"], "warning");
        assert_eq!(
            body["issue"][1]["details"]["coding"][1],
            json!({"system": IHE_ERRORS, "code": "XDSNonIdenticalHash"})
        );
        assert_eq!(
            body["issue"][2]["details"]["coding"][0],
            json!({"system": RULES, "code": "metadata_is_well_formed"})
        );
        assert_eq!(body["issue"][2]["expression"], json!(["Bundle.entry[1].resource"]));
        assert!(
            body["issue"][2]["details"]["text"]
                .as_str()
                .is_some_and(|text| text.contains("custodian is missing"))
        );
        let french = refuse(&tables, &findings, "r", &asking("de"));
        assert!(String::from_utf8_lossy(&french.body).contains("custodian manque"));
    }

    #[test]
    fn a_missing_proof_asks_for_a_bearer() {
        let tables = Mappings::embedded().expect("the embedded tables");
        let response =
            refuse(&tables, &[Finding::new(Rule::TokenIsSignedByItsIssuer)], "r", &Request::default());
        assert_eq!(response.status, 401);
        assert!(response.headers.contains(&("WWW-Authenticate", "Bearer realm=\"fhir\"".to_owned())));
        body(&response);
        let late = refuse(&tables, &[Finding::new(Rule::TokenIsInItsTime)], "r", &Request::default());
        assert!(late.headers.iter().any(|(_, text)| text.ends_with("error=\"invalid_token\"")));
    }

    #[test]
    fn the_language_wanted_most_is_answered() {
        for (accept, expected) in [
            ("en", Language::English),
            ("en-GB, fr;q=0.5", Language::English),
            ("fr;q=0.5,en", Language::English),
            ("de, en;q=0.8", Language::English),
            ("fr-FR,fr;q=0.9,en;q=0.8", Language::French),
            ("en;q=0", Language::French),
            ("en;q=0.3, *", Language::French),
            ("*", Language::French),
            ("de", Language::French),
            ("", Language::French),
        ] {
            assert_eq!(language(Some(accept)), expected, "{accept}");
        }
    }

    #[test]
    fn absent_is_one_answer_and_a_fault_keeps_its_cause_out_of_the_body() {
        let tables = Mappings::embedded().expect("the embedded tables");
        let (one, two) = (Teller::new(&tables, "r1", None), Teller::new(&tables, "r2", None));
        assert_eq!(one.absent(), two.refusal(&Refusal::Absent));
        let fault = one.fault(&Fault::transient("disk full at /somewhere"));
        let fault = fault.written(Form::at_best(&Request::default()));
        assert_eq!((fault.status, fault.cause.as_deref()), (503, Some("disk full at /somewhere")));
        assert!(!String::from_utf8_lossy(&fault.body).contains("somewhere"));
        assert_eq!(body(&fault)["issue"][0]["diagnostics"], "r1");
        assert!(fault.headers.iter().any(|(name, _)| *name == "Retry-After"));
    }
}
