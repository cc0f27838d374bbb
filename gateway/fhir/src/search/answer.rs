//! The searchset of documents and lists: who is asked about, where its links point, what was read past.

use journey::{Clock, Fault, Ids, Store};
use model::{EntryUuid, Finding, Ins, Paging};
use serde_json::{Value, json};

use super::results::Results;
use super::shape::Shape;
use super::{encode, refuse};
use crate::patient::Named;
use crate::{Response, Visit, page};

/// The `fullUrl` of what is told beside the matches: every entry of a searchset has one (FHIR R4 §2.36.3.1).
const OUTCOME: &str = "urn:uuid:6f3c2f4e-6d0b-4f5e-9a51-2f0f8f3f9d10";

/// Pairs of a query.
pub(crate) type Parameters = Vec<(String, String)>;

/// The parameters of the query and, for `_search`, of the form.
pub(crate) fn given(request: &crate::Request<'_>) -> Result<Parameters, Vec<Finding>> {
    let mut given = super::pairs(request.query).map_err(|finding| vec![finding])?;
    if request.method == "POST" {
        let body = std::str::from_utf8(request.body).unwrap_or("%");
        given.extend(super::pairs(body).map_err(|finding| vec![finding])?);
    }
    Ok(given)
}

/// Whose record a search is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whose {
    /// The patient; `None` where none was named.
    pub(crate) ins: Option<Ins>,
    /// Our id of the patient, where the record is known.
    pub(crate) id: Option<EntryUuid>,
}

/// Resolves the patient of a search; `None` if the names are nobody's, or two people's.
pub(crate) async fn whose<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    named: Named,
) -> Result<Option<Whose>, Fault> {
    if named.is_empty() {
        return Ok(Some(Whose { ins: None, id: None }));
    }
    let given = named.id;
    let Some(ins) = named.resolve(&visit.desk.store).await? else { return Ok(None) };
    let id = match given {
        Some(id) => Some(id),
        None => visit.desk.store.patient_id(&ins, visit.desk.clock.now()).await?,
    };
    Ok(Some(Whose { ins: Some(ins), id }))
}

/// What the links of an answer are made of.
#[derive(Debug, Clone)]
pub(crate) struct Linking<'a> {
    pub(crate) base: &'a str,
    pub(crate) kind: &'static str,
    /// The search as it was done: not what was read past.
    pub(crate) shown: Parameters,
}

impl Linking<'_> {
    /// Without what was read past, page links and the INS where our id is known: an INS does not belong into URLs that
    /// travel.
    pub(crate) fn new<'a>(
        base: &'a str,
        kind: &'static str,
        mut given: Parameters,
        read_past: &[String],
        names_patient: impl Fn(&str) -> bool,
        id: Option<EntryUuid>,
    ) -> Linking<'a> {
        given.retain(|(name, _)| name != page::PARAMETER && !read_past.contains(name));
        if let Some(id) = id {
            given.retain(|(name, _)| !names_patient(name));
            given.insert(0, ("patient".to_owned(), format!("Patient/{}", id.bare())));
        }
        Linking { base, kind, shown: given }
    }

    /// The URL of the search, or of a page of it.
    pub(crate) fn url(&self, state: Option<&str>) -> String {
        let state = state.map(|state| (page::PARAMETER.to_owned(), state.to_owned()));
        let pairs: Vec<String> = self
            .shown
            .iter()
            .chain(&state)
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        match pairs.is_empty() {
            true => format!("{}/{}", self.base, self.kind),
            false => format!("{}/{}?{}", self.base, self.kind, pairs.join("&")),
        }
    }

    /// Where this page starts.
    pub(crate) fn open<S, C, I>(
        &self,
        visit: &Visit<'_, S, C, I>,
        sealed: &str,
    ) -> Result<Paging, Box<Finding>> {
        page::open(&visit.door.page_key, visit.caller, &self.shown, sealed).ok_or_else(|| {
            Box::new(refuse(
                page::PARAMETER,
                "ce lien de page a été modifié, ou fait pour un autre appelant ou une autre recherche : recommencer la \
                 recherche",
                "this page link was changed, or made for another caller or another search: start the search again",
            ))
        })
    }

    /// The links: itself, the first page, the next one.
    pub(crate) fn links<S, C, I: Ids>(
        &self,
        visit: &Visit<'_, S, C, I>,
        sealed: Option<&str>,
        next: &Paging,
    ) -> Vec<Value> {
        let link = |relation: &str, url: String| json!({"relation": relation, "url": url});
        let mut links = vec![link("self", self.url(sealed))];
        let next = page::seal(&visit.door.page_key, visit.caller, &self.shown, next, visit.desk.ids.uuid());
        if sealed.is_some() || next.is_some() {
            links.push(link("first", self.url(None)));
        }
        links.extend(next.map(|state| link("next", self.url(Some(&state)))));
        links
    }
}

/// Entries in the making, each in the shape asked for.
#[derive(Debug)]
pub(crate) struct Entries<'a> {
    base: &'a str,
    shape: &'a Shape,
    entries: Vec<Value>,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(base: &'a str, shape: &'a Shape) -> Self {
        Entries { base, shape, entries: Vec::new() }
    }

    /// Adds a match, or what comes beside (`include`).
    pub(crate) fn add(&mut self, mode: &str, resource: Value) {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let full_url = format!("{}/{}/{}", self.base, text("resourceType"), text("id"));
        let resource = if mode == "match" { self.shape.of(resource) } else { resource };
        self.entries.push(json!({"fullUrl": full_url, "resource": resource, "search": {"mode": mode}}));
    }

    /// The searchset.
    pub(crate) fn searchset<S, C, I>(
        mut self,
        visit: &Visit<'_, S, C, I>,
        total: u64,
        links: Vec<Value>,
        told: &[Finding],
    ) -> Response {
        if !told.is_empty() {
            let outcome = visit.teller.outcome(told.iter());
            self.entries
                .push(json!({"fullUrl": OUTCOME, "resource": outcome, "search": {"mode": "outcome"}}));
        }
        let mut bundle =
            json!({"resourceType": "Bundle", "type": "searchset", "total": total, "link": links});
        if let (false, Some(bundle)) = (self.entries.is_empty(), bundle.as_object_mut()) {
            bundle.insert("entry".into(), Value::Array(self.entries));
        }
        Response::json(200, &bundle)
    }
}

/// What was read past, told as warnings.
pub(crate) fn told(ignored: &[String], results: &Results) -> Vec<Finding> {
    let unknown = ignored
        .iter()
        .map(|name| refuse(name, "paramètre non pris en charge, ignoré", "parameter not supported, ignored"));
    let past = results.past.iter().map(|(name, fr, en)| refuse(name, *fr, *en));
    unknown.chain(past).map(Finding::warning).collect()
}

/// The names that are not of the search as it was done.
pub(crate) fn read_past(ignored: &[String], results: &Results) -> Vec<String> {
    let unused = |name: &String| !(name == "_sort" && results.sort.is_some());
    let past = results.past.iter().map(|(name, ..)| name).filter(|name| unused(name));
    ignored.iter().chain(past).cloned().collect()
}
