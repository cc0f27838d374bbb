//! An explanation, written: for a person, or JSON for a script. Never a whole INS, never a key.

use std::path::Path;

use ihe::vihf::{Claims, Holder, Verdict};
use mappings::{Language, Mappings};
use model::{Code, Finding, Ins, Purpose};
use serde_json::{Map, Value, json};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::super::explain::words::pick;
use super::Explained;
use super::pairs::Agreement;

/// An explanation in a language.
pub(super) struct Told<'a> {
    pub(super) explained: &'a Explained,
    pub(super) mappings: &'a Mappings,
    pub(super) language: Language,
    pub(super) authorities_known: bool,
}

impl Told<'_> {
    /// Blocks: the verdict, the rules, the pairs, the findings, what is stated, the certificates.
    pub(super) fn text(&self, file: &Path) -> String {
        let verdict = match self.explained.accepted() {
            true => self.pick("rien à redire", "nothing to say"),
            false => self.pick("refusée", "refused"),
        };
        let mut lines = vec![format!("{} : {verdict}", file.display()), String::new()];
        for (rule, verdict) in &self.explained.examination.verdicts {
            let (word, reason) = self.verdict(verdict);
            let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
            lines.push(format!("  {:<34} {word}{reason}", rule.name()));
        }
        if !self.authorities_known {
            lines.push(format!("  {}", self.unchained()));
        }
        lines.extend([String::new(), self.pick("Paires", "Pairs").to_owned()]);
        for pair in &self.explained.pairs {
            lines.push(format!(
                "  {:<31} {:<27} {}",
                pair.stated,
                self.against(pair.against),
                self.agreement(pair.verdict)
            ));
        }
        let findings = self.findings();
        if !findings.is_empty() {
            lines.extend([String::new(), self.pick("Ce qui ne va pas", "What is wrong").to_owned()]);
        }
        for finding in findings {
            lines.push(format!("  [{}] {}", finding.rule, finding.at.as_str()));
            lines.push(format!("    {}", self.mappings.refusals.text(finding, self.language)));
        }
        lines.extend([
            String::new(),
            self.pick("Ce que dit l'assertion", "What the assertion states").to_owned(),
        ]);
        match self.stated() {
            Some(stated) => {
                lines.extend(stated.iter().map(|(name, value)| format!("  {name:<26} {}", plain(value))))
            }
            None => lines.push(format!("  {}", self.pick("illisible en entier", "not readable as a whole"))),
        }
        for (title, holder) in [
            (self.pick("Certificat de signature", "Signing certificate"), &self.explained.examination.signer),
            (self.pick("Certificat client", "Client certificate"), &self.explained.client),
        ] {
            if let Some(holder) = holder {
                lines.extend([String::new(), title.to_owned()]);
                lines.extend(
                    certificate(holder).iter().map(|(name, value)| format!("  {name:<26} {}", plain(value))),
                );
            }
        }
        lines.join("\n")
    }

    /// The object.
    pub(super) fn json(&self) -> Value {
        let rules: Vec<Value> = self
            .explained
            .examination
            .verdicts
            .iter()
            .map(|(rule, verdict)| {
                let word = match verdict {
                    Verdict::Holds => "holds",
                    Verdict::Refuses(_) => "refuses",
                    Verdict::NotAsked(..) => "not-asked",
                };
                json!({ "rule": rule.name(), "verdict": word, "reason": self.verdict(verdict).1 })
            })
            .collect();
        let pairs: Vec<Value> = self
            .explained
            .pairs
            .iter()
            .map(|pair| {
                let verdict = match pair.verdict {
                    Agreement::Agrees => "agrees",
                    Agreement::Differs => "differs",
                    Agreement::Unknown => "unknown",
                };
                json!({ "stated": pair.stated, "against": pair.against, "verdict": verdict })
            })
            .collect();
        let findings: Vec<Value> = self
            .findings()
            .into_iter()
            .map(|finding| {
                json!({
                    "rule": finding.rule.name(),
                    "at": finding.at.as_str(),
                    "text": self.mappings.refusals.text(finding, self.language),
                })
            })
            .collect();
        json!({
            "accepted": self.explained.accepted(),
            "signerIsChained": self.authorities_known,
            "rules": rules,
            "pairs": pairs,
            "findings": findings,
            "assertion": self.stated(),
            "signer": self.explained.examination.signer.as_ref().map(certificate),
            "client": self.explained.client.as_ref().map(certificate),
        })
    }

    fn findings(&self) -> Vec<&Finding> {
        let of_rules = self.explained.examination.verdicts.iter().filter_map(|(_, verdict)| match verdict {
            Verdict::Refuses(findings) => Some(findings),
            Verdict::Holds | Verdict::NotAsked(..) => None,
        });
        of_rules.flatten().chain(&self.explained.of_message).collect()
    }

    fn stated(&self) -> Option<Map<String, Value>> {
        let examination = &self.explained.examination;
        let claims = examination.claims.as_ref()?;
        let mut stated = stated(claims);
        if let Some(assertion) = &examination.assertion {
            stated.insert("ID".to_owned(), assertion.id.clone().into());
            stated.insert("IssueInstant".to_owned(), assertion.issued_at.iso().into());
            stated.insert("NotOnOrAfter".to_owned(), assertion.not_on_or_after.iso().into());
            stated.insert("channel".to_owned(), format!("{:?}", assertion.channel).into());
        }
        stated.insert("Issuer".to_owned(), examination.issuer.clone().unwrap_or_default().into());
        Some(stated)
    }

    fn verdict(&self, verdict: &Verdict) -> (&'static str, Option<&'static str>) {
        match verdict {
            Verdict::Holds => (self.pick("tient", "holds"), None),
            Verdict::Refuses(_) => (self.pick("refuse", "refuses"), None),
            Verdict::NotAsked(fr, en) => (self.pick("non demandée", "not asked"), Some(self.pick(fr, en))),
        }
    }

    fn agreement(&self, verdict: Agreement) -> &'static str {
        match verdict {
            Agreement::Agrees => self.pick("concordent", "agree"),
            Agreement::Differs => self.pick("DIFFÈRENT", "DIFFER"),
            Agreement::Unknown => {
                self.pick("l'un des deux n'est pas connu ici", "one of the two is not known here")
            }
        }
    }

    fn against<'s>(&self, against: &'s str) -> &'s str {
        match (against, self.language) {
            ("signer.subject", Language::French) => "sujet du certificat signataire",
            ("signer.subject", Language::English) => "subject of the signer",
            ("signer.person", Language::French) => "personne du signataire",
            ("signer.person", Language::English) => "person of the signer",
            ("client.person", Language::French) => "personne du client TLS",
            ("client.person", Language::English) => "person of the TLS client",
            ("signer.structure", Language::French) => "structure du signataire",
            ("signer.structure", Language::English) => "structure of the signer",
            ("client.structure", Language::French) => "structure du client TLS",
            ("client.structure", Language::English) => "structure of the TLS client",
            (as_written, _) => as_written,
        }
    }

    fn unchained(&self) -> &'static str {
        self.pick(
            "le certificat du signataire n'a pas été confronté à une autorité (--config)",
            "the signer's certificate was not held against an authority (--config)",
        )
    }

    const fn pick(&self, fr: &'static str, en: &'static str) -> &'static str {
        pick(self.language, fr, en)
    }
}

/// The attributes, as far as they may be shown.
fn stated(claims: &Claims) -> Map<String, Value> {
    let mut stated = Map::new();
    let mut put = |name: &str, value: Value| {
        stated.insert(name.to_owned(), value);
    };
    put("VIHF_Version", claims.version.clone().into());
    put("Authentification_Mode", claims.mode.name().into());
    put("NameID", claims.name_id.0.clone().into());
    put("subject-id", claims.subject_name.clone().into());
    put("Identifiant_Structure", claims.structure.0.clone().into());
    put("Secteur_Activite", coded(&claims.sector));
    let roles = std::iter::once(&claims.profession).chain(&claims.qualifiers);
    put("role", roles.map(coded).collect());
    put("purposeofuse", claims.purpose.code().into());
    put("Mode_Acces_Raison", reason(&claims.purpose));
    put("resource-id", veiled(&claims.patient).into());
    put("confidentiality-code", claims.secret_connection.into());
    put("AuthnInstant", claims.authenticated_at.iso().into());
    put("AuthnContextClassRef", claims.context.clone().into());
    put("LPS_ID", claims.software.id.clone().into());
    put("LPS_Nom", claims.software.name.clone().into());
    put("LPS_Version", claims.software.version.clone().into());
    put("LPS_ID_HOMOLOGATION_DMP", claims.software.homologation.clone().into());
    stated
}

/// That a reason is stated, not which: it may say something of the patient.
fn reason(purpose: &Purpose) -> Value {
    match purpose {
        Purpose::BreakGlass { reason } => {
            format!("{} caractères / characters", reason.trim().chars().count()).into()
        }
        Purpose::Normal | Purpose::Centre15 => Value::Null,
    }
}

fn coded(code: &Code) -> Value {
    let label = code.label.as_deref().map(|label| format!(" {label}")).unwrap_or_default();
    format!("{}^{}{label}", code.value, code.system).into()
}

/// The domain and the key of a matricule: enough to tell two apart, not enough to know one.
fn veiled(ins: &Ins) -> String {
    let key = ins.number().get(13..).unwrap_or_default();
    format!("•••••••••••••{key}^^^&{}&ISO^NH", ins.domain().oid())
}

fn certificate(holder: &Holder) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("subject".to_owned(), holder.subject.to_rfc2253().into());
    if let Ok((_, certificate)) = X509Certificate::from_der(&holder.der) {
        shown.insert("issuer".to_owned(), certificate.issuer().to_string().into());
        shown.insert("serialNumber".to_owned(), certificate.raw_serial_as_string().into());
        shown.insert("notBefore".to_owned(), certificate.validity().not_before.to_string().into());
        shown.insert("notAfter".to_owned(), certificate.validity().not_after.to_string().into());
    }
    let structures: Vec<&str> = holder.structures().collect();
    shown.insert("structures".to_owned(), structures.into());
    shown.insert("person".to_owned(), holder.person().into());
    shown
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(several) => several.iter().map(plain).collect::<Vec<_>>().join(" · "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
