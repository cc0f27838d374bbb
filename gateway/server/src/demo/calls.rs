//! The calls that software makes: FHIR with a token, SOAP with an assertion, each over its own connection.

use anyhow::Context as _;
use bytes::Bytes;
use http::{Request, StatusCode, header};
use ihe::mtom::{Attachment, package};
use ihe::vihf::Claims;
use ihe::vihf::issue::Signer;
use journey::{Clock as _, Ids as _};

use super::stage::Stage;
use crate::outside::{RandomIds, SystemClock};
use crate::pki::{self, Credential};

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// Content-Type.
    pub content_type: String,
    /// Every header.
    pub headers: http::HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// The body as text, lossy.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Who calls through SOAP, and how.
#[derive(Debug, Clone)]
pub struct SoapCaller {
    /// A structure or a professional of the samples.
    pub who: String,
    /// The patient of the assertion, CX.
    pub patient: String,
    /// The access mode.
    pub purpose: String,
    /// The reason of a break-glass.
    pub reason: Option<String>,
    /// Show the client certificate too.
    pub certificate: bool,
}

impl SoapCaller {
    /// In normal mode, with the client certificate.
    pub fn new(who: &str, patient: &model::Ins) -> Self {
        SoapCaller {
            who: who.to_owned(),
            patient: patient.to_cx(),
            purpose: "normal".to_owned(),
            reason: None,
            certificate: true,
        }
    }

    /// In another mode.
    #[must_use]
    pub fn mode(mut self, purpose: &str, reason: Option<&str>) -> Self {
        self.purpose = purpose.to_owned();
        self.reason = reason.map(str::to_owned);
        self
    }
}

impl Stage {
    /// A GET on the FHIR base.
    pub async fn fhir_get(&self, path: &str, token: Option<&str>, accept: &str) -> anyhow::Result<Reply> {
        let request =
            self.fhir_request("GET", path, token).header(header::ACCEPT, accept).body(Bytes::new())?;
        self.call(request, None).await
    }

    /// A GET of JSON on the FHIR base in another language than the default.
    pub async fn fhir_get_in(
        &self,
        language: &str,
        path: &str,
        token: Option<&str>,
    ) -> anyhow::Result<Reply> {
        let request = self.fhir_request("GET", path, token).header(header::ACCEPT_LANGUAGE, language);
        self.call(request.body(Bytes::new())?, None).await
    }

    /// A POST of JSON on the FHIR base.
    pub async fn fhir_post(
        &self,
        path: &str,
        token: Option<&str>,
        body: impl Into<Bytes>,
    ) -> anyhow::Result<Reply> {
        let request = self
            .fhir_request("POST", path, token)
            .header(header::CONTENT_TYPE, "application/fhir+json")
            .body(body.into())?;
        self.call(request, None).await
    }

    /// Any other request on the FHIR base: PATCH, PUT, DELETE, or a POST of another media type.
    pub async fn fhir(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        content_type: Option<&str>,
        body: impl Into<Bytes>,
    ) -> anyhow::Result<Reply> {
        let mut request = self.fhir_request(method, path, token);
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        self.call(request.body(body.into())?, None).await
    }

    /// A POST of FHIR JSON with one more header.
    pub async fn fhir_post_with(
        &self,
        path: &str,
        token: Option<&str>,
        more: (&str, &str),
        body: impl Into<Bytes>,
    ) -> anyhow::Result<Reply> {
        let request = self
            .fhir_request("POST", path, token)
            .header(header::CONTENT_TYPE, "application/fhir+json")
            .header(more.0, more.1)
            .body(body.into())?;
        self.call(request, None).await
    }

    /// A POST of JSON by an operator: a token with that scope, and a client certificate beside it.
    pub async fn fhir_operate(&mut self, path: &str, body: impl Into<Bytes>) -> anyhow::Result<Reply> {
        let certificate = self.credential("hospital", "client")?;
        let claims = crate::pki::TokenClaims {
            sub: "operator".to_owned(),
            name: "Exploitant".to_owned(),
            scope: "operator".to_owned(),
            seconds: 3600,
            id: RandomIds.uuid().bare(),
            ..crate::pki::TokenClaims::default()
        };
        let token = self.token(&claims)?;
        let request = self
            .fhir_request("POST", path, Some(&token))
            .header(header::CONTENT_TYPE, "application/fhir+json")
            .body(body.into())?;
        self.call(request, Some(&certificate)).await
    }

    /// Any request under a condition on the version.
    pub async fn fhir_if_match(
        &self,
        method: &str,
        path: &str,
        token: &str,
        content_type: &str,
        version: &str,
        body: impl Into<Bytes>,
    ) -> anyhow::Result<Reply> {
        let request = self.fhir_request(method, path, Some(token)).header(header::IF_MATCH, version);
        self.call(request.header(header::CONTENT_TYPE, content_type).body(body.into())?, None).await
    }

    fn fhir_request(&self, method: &str, path: &str, token: Option<&str>) -> http::request::Builder {
        let slash = if path.is_empty() || path.starts_with('?') { "" } else { "/" };
        let builder = Request::builder()
            .method(method)
            .uri(format!("/fhir{slash}{path}"))
            .header(header::HOST, "localhost");
        match token {
            Some(token) => builder.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => builder,
        }
    }

    /// Sends a sample envelope with its parts to `repository`, `registry` or `dmp`, in MTOM where the transaction
    /// wants it.
    pub async fn soap(
        &mut self,
        endpoint: &str,
        envelope: &str,
        parts: &[(&str, &[u8])],
        caller: &SoapCaller,
    ) -> anyhow::Result<Reply> {
        let assertion = self.assertion(caller)?;
        let envelope = self.dressed(envelope, &security(&assertion));
        let own = if caller.certificate { Some(self.credential(&caller.who, "client")?) } else { None };
        self.soap_raw(endpoint, &envelope, parts, own.as_ref()).await
    }

    /// Sends an envelope as it is.
    pub async fn soap_raw(
        &self,
        endpoint: &str,
        envelope: &str,
        parts: &[(&str, &[u8])],
        own: Option<&Credential>,
    ) -> anyhow::Result<Reply> {
        let action = envelope
            .split_once("</wsa:Action>")
            .and_then(|(before, _)| before.rsplit_once('>'))
            .map(|(_, action)| action.trim().to_owned())
            .unwrap_or_default();
        let (content_type, body) = if matches!(endpoint, "registry" | "dmp") {
            (
                format!("application/soap+xml; charset=UTF-8; action=\"{action}\""),
                envelope.as_bytes().to_vec(),
            )
        } else {
            let attachments: Vec<Attachment> = parts
                .iter()
                .map(|(id, bytes)| Attachment {
                    content_id: (*id).to_owned(),
                    content_type: "text/xml".to_owned(),
                    bytes: bytes.to_vec(),
                })
                .collect();
            package(&action, envelope, &attachments)
        };
        let path = if endpoint == "dmp" { "/dmp".to_owned() } else { format!("/xds/{endpoint}") };
        let request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, content_type)
            .body(Bytes::from(body))?;
        self.call(request, own).await
    }

    /// Fills the placeholders of a sample envelope.
    pub fn dressed(&self, envelope: &str, security: &str) -> String {
        envelope
            .replace("{{message-id}}", &RandomIds.uuid().urn())
            .replace("{{base}}", &self.base)
            .replace("{{repository}}", super::stage::REPOSITORY)
            .replace("{{security}}", security)
    }

    /// A signed assertion of somebody: a structure vouches (INDIRECTE), a professional shows their card (DIRECTE).
    pub fn assertion(&mut self, caller: &SoapCaller) -> anyhow::Result<String> {
        let signer = pki::signer(&self.credential(&caller.who, "sign")?)?;
        self.signed(caller, &signer, 0)
    }

    /// The same, issued so many seconds from now, with the credential made before.
    pub fn assertion_issued(&self, caller: &SoapCaller, seconds: i64) -> anyhow::Result<String> {
        let credential = self.made(&caller.who, "sign").context("no assertion of theirs was made before")?;
        self.signed(caller, &pki::signer(credential)?, seconds)
    }

    fn signed(&self, caller: &SoapCaller, signer: &Signer, seconds: i64) -> anyhow::Result<String> {
        let claims = self.assertion_claims(caller)?;
        pki::assertion(&claims, signer, SystemClock.now().plus_seconds(seconds), RandomIds.uuid())
    }

    fn assertion_claims(&self, caller: &SoapCaller) -> anyhow::Result<Claims> {
        let (name_id, subject_name, mode, structure, roles) = match self.cast.structure(&caller.who) {
            Ok(structure) => (
                format!("automate@{}", structure.id),
                structure.name.clone(),
                "INDIRECTE",
                structure,
                vec![(model::system::PRODUCER.to_owned(), "AUTOMATE".to_owned())],
            ),
            Err(_) => {
                let person = self.cast.professional(&caller.who)?;
                let structure = self.cast.structure(&person.structure)?;
                (person.id.clone(), person.name(), "DIRECTE", structure, person.roles())
            }
        };
        let text = pki::VihfText {
            name_id,
            subject_name,
            mode: mode.to_owned(),
            structure: structure.id.clone(),
            roles,
            purpose: caller.purpose.clone(),
            reason: caller.reason.clone(),
            patient: caller.patient.clone(),
        };
        pki::vihf_claims(text, SystemClock.now())
    }

    async fn call(&self, request: Request<Bytes>, own: Option<&Credential>) -> anyhow::Result<Reply> {
        let response = self.client.send(request, own).await.context("no answer")?;
        let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Ok(Reply {
            status: response.status(),
            content_type: content_type.unwrap_or_default().to_owned(),
            headers: response.headers().clone(),
            body: response.into_body(),
        })
    }
}

/// An assertion inside its WS-Security header.
pub fn security(assertion: &str) -> String {
    let namespace = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    format!(
        "<wsse:Security xmlns:wsse=\"{namespace}\" soap12:mustUnderstand=\"true\">{assertion}</wsse:Security>"
    )
}
