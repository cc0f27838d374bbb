//! The identity feed (IHE ITI PIXm 3.1.0, ITI-104): a conditional update adds or revises a person, and a person who is
//! no longer active and replaced by another one is merged.

use journey::{Clock, Fed, Ids, Refusal, Store};
use model::{Finding, Ins, Rule};

use super::ask::known;
use super::identity;
use crate::codec::Element;
use crate::search::{pairs, refuse, token};
use crate::{Response, Visit, incoming};

/// The transaction.
pub(crate) const TRANSACTION: &str = "ITI-104";

/// Adds, revises or merges.
pub(crate) async fn feed<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    match fed(visit).await {
        Ok((fed, id)) => {
            let mut response =
                Response::json(if fed == Fed::Added { 201 } else { 200 }, &visit.teller.done());
            if let Some(id) = id {
                response.headers.push(("Location", format!("{}/Patient/{}", visit.door.base, id.bare())));
            }
            response
        }
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

async fn fed<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
) -> Result<(Fed, Option<model::EntryUuid>), Refusal> {
    let pack = &visit.desk.pack;
    let asked = condition(visit)?;
    let body = incoming::resource(visit.request, &visit.door.limits, "Patient")?;
    let patient = Element::root(&body);
    if !identity::identifiers(&patient, pack).contains(&asked) {
        let (fr, en) = (
            "identifier ne porte pas l'identifiant de la requête",
            "identifier does not hold the identifier of the request",
        );
        return Err(Refusal::of(patient.wrong(fr, en).at(patient.place_of("identifier"))));
    }
    if patient.boolean("active") == Some(false) {
        let survivor = survivor(&patient, visit)?;
        return journey::merge(visit.desk, visit.caller, TRANSACTION, &asked, &survivor).await;
    }
    if patient.all("link").iter().any(|link| link.text("type") == Some("replaced-by")) {
        let (fr, en) = (
            "un patient remplacé n'est plus actif (active = false)",
            "a patient who is replaced is not active (active = false)",
        );
        return Err(Refusal::of(patient.wrong(fr, en).at(patient.place_of("active"))));
    }
    let identity = identity::read(&patient, pack).map_err(incoming::told)?;
    journey::feed(visit.desk, visit.caller, TRANSACTION, identity).await
}

/// The one identifier of the condition.
fn condition<S, C, I>(visit: &Visit<'_, S, C, I>) -> Result<Ins, Refusal> {
    let wrong = || {
        Refusal::of(refuse(
            "identifier",
            "condition attendue : Patient?identifier=urn:oid:<oid>|<identifiant>, dans un domaine connu ici",
            "expected condition: Patient?identifier=urn:oid:<oid>|<identifier>, in a domain known here",
        ))
    };
    let given = pairs(visit.request.query).map_err(Refusal::of)?;
    let given: Vec<_> =
        given.into_iter().filter(|(name, _)| !matches!(name.as_str(), "_format" | "_pretty")).collect();
    let [(name, value)] = given.as_slice() else { return Err(wrong()) };
    let tokens = token::tokens(value);
    let ("identifier", [token]) = (name.as_str(), tokens.as_slice()) else { return Err(wrong()) };
    let domain =
        token.system.as_deref().and_then(|system| known(system, &visit.desk.pack)).ok_or_else(wrong)?;
    Ins::parse_any(&token.code, domain.as_str())
        .map_err(|why| Refusal::of(refuse("identifier", why.expected_fr, why.expected_en)))
}

/// Who goes on: the identifier of the one link `replaced-by`.
fn survivor<S, C, I>(patient: &Element<'_>, visit: &Visit<'_, S, C, I>) -> Result<Ins, Refusal> {
    let links = patient.all("link");
    let replaced: Vec<_> = links.iter().filter(|link| link.text("type") == Some("replaced-by")).collect();
    let identifier = match replaced.as_slice() {
        [link] => link.get("other").and_then(|other| other.get("identifier")),
        _ => None,
    };
    let read = identifier.as_ref().and_then(|identifier| {
        let domain = known(identifier.text("system")?, &visit.desk.pack)?;
        Ins::parse_any(identifier.text("value")?, domain.as_str()).ok()
    });
    read.ok_or_else(|| {
        Refusal::of(
            Finding::new(Rule::MetadataIsWellFormed).at(patient.place_of("link")).detail(
                "un patient inactif se fusionne : un seul link de type replaced-by, dont other.identifier est celui du \
                 patient qui demeure (fermer un dossier se fait par $close)",
                "a patient who is not active is merged: one link of type replaced-by, whose other.identifier is that of \
                 the patient who goes on (a record is closed by $close)",
            ),
        )
    })
}
