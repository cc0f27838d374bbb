//! Sends requests over the socket and keeps every answer.

use bytes::Bytes;
use http::{Request, header};
use serde::Serialize;
use serde_json::Value;

use crate::world::World;

/// An answer as the validators read it.
#[derive(Debug, Clone, Serialize)]
pub struct Recorded {
    /// What was asked, by whom.
    pub name: String,
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`; empty without a body.
    #[serde(rename = "type")]
    pub kind: String,
    /// The body as text.
    pub body: String,
}

impl Recorded {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// What is sent.
#[derive(Debug, Clone, Default)]
pub struct Sent<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub content_type: Option<&'a str>,
    pub accept: Option<&'a str>,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: Bytes,
}

/// The one who asks.
pub struct Player {
    pub world: World,
    pub answers: Vec<Recorded>,
    /// Every scope but the operator's and the patient's.
    scopes: String,
}

pub const JSON: &str = "application/fhir+json";
pub const XML: &str = "application/fhir+xml";

impl Player {
    pub fn new(world: World) -> Self {
        let mut scopes: Vec<&str> = fhir::routes().map(|(_, _, route)| route.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes.retain(|scope| !["operator", "patient"].contains(scope));
        Player { world, answers: Vec::new(), scopes: scopes.join(" ") }
    }

    /// Somebody's token, with every scope that they can have.
    pub fn token(&self, who: &str) -> String {
        let mut claims = self.world.stage.claims(who).unwrap();
        if claims.scope != "patient" {
            claims.scope.clone_from(&self.scopes);
        }
        self.world.stage.token(&claims).unwrap()
    }

    /// Sends, keeps and gives the answer; a request that changes nothing is asked in XML too.
    pub async fn send(&mut self, who: Option<&str>, sent: Sent<'_>) -> Recorded {
        let recorded = self.once(who, &sent).await;
        let reads = sent.method == "GET" || sent.path.ends_with("_search") || recorded.status >= 400;
        if reads && sent.accept.is_none() {
            self.once(who, &Sent { accept: Some(XML), ..sent }).await;
        }
        recorded
    }

    /// The same without a body.
    pub async fn get(&mut self, who: &str, path: &str) -> Recorded {
        self.send(Some(who), Sent { method: "GET", path, ..Sent::default() }).await
    }

    /// The same with a resource.
    pub async fn post(&mut self, who: &str, path: &str, body: impl Into<Bytes>) -> Recorded {
        let body = body.into();
        self.send(Some(who), Sent { method: "POST", path, content_type: Some(JSON), body, ..Sent::default() })
            .await
    }

    async fn once(&mut self, who: Option<&str>, sent: &Sent<'_>) -> Recorded {
        let slash = if sent.path.is_empty() || sent.path.starts_with('?') { "" } else { "/" };
        let mut request = Request::builder()
            .method(sent.method)
            .uri(format!("/fhir{slash}{}", sent.path))
            .header(header::HOST, "localhost");
        if let Some(who) = who {
            let token = if who == "nobody" { self.without_scope() } else { self.token(who) };
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let named = [(header::CONTENT_TYPE, sent.content_type), (header::ACCEPT, sent.accept)];
        for (name, value) in named {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        for (name, value) in sent.headers {
            request = request.header(*name, *value);
        }
        let request = request.body(sent.body.clone()).unwrap();
        let response = self.world.stage.client.send(request, None).await.unwrap();
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let recorded = Recorded {
            name: format!(
                "{} {} by {} {}",
                sent.method,
                sent.path,
                who.unwrap_or("-"),
                sent.accept.unwrap_or("")
            ),
            status: response.status().as_u16(),
            kind: kind.unwrap_or_default().to_owned(),
            body: String::from_utf8_lossy(response.body()).into_owned(),
        };
        self.answers.push(recorded.clone());
        recorded
    }

    fn without_scope(&self) -> String {
        let mut claims = self.world.stage.claims("gp").unwrap();
        claims.scope = "ITI-0".into();
        self.world.stage.token(&claims).unwrap()
    }
}
