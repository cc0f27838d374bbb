//! People by identifiers or traits (IHE ITI PDQm and PIXm; TD0.2 and TD0.5). An identifier is the existence test of one
//! record; traits are a regulation centre's, bounded, and find nothing that is hidden from it.

mod matching;

use std::future::Future;

use model::{Caller, EntryUuid, Finding, Identity, Ins, Location, Moment, PersonQuery, Rule};
use policy::{TraitScope, decide_trait_search, tells_contact};

pub use matching::{Description, Grade, Likeness};

use crate::patient::{Existence, ExistenceAsk, existence};
use crate::refusal::audited;
use crate::search::ATTEMPTS;
use crate::{Act, Clock, Desk, Event, EventOutcome, Fault, Ids, RecordError, Refusal, Store};

/// People listed at the most; more are told to be too many, and none is listed.
pub const MOST_PEOPLE: usize = 20;
/// Criteria that a search by traits needs.
const FEWEST_CRITERIA: usize = 2;
/// Identifiers that one question may name.
const MOST_NAMED: usize = 20;

/// A person whose record may be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Our Patient id.
    pub id: EntryUuid,
    /// The traits.
    pub identity: Identity,
    /// When the record was closed, if it is.
    pub closed_at: Option<Moment>,
    /// Numbers of this person that were replaced, oldest first.
    pub former: Vec<Former>,
}

/// A number that was replaced by another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// The Patient id that it had.
    pub id: EntryUuid,
    /// The number.
    pub ins: Ins,
}

/// Whom an index gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidates {
    /// These; who meets every criterion is for the asker to say.
    Some(Vec<Identity>),
    /// More than are worth opening, or no criterion that is indexed.
    TooMany,
}

/// A question. What is named and what is described must both hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleAsk {
    /// Identifiers: every group must lead to the person by one of its alternatives.
    pub identifiers: Vec<Vec<Ins>>,
    /// Our Patient ids, the same way.
    pub ids: Vec<Vec<EntryUuid>>,
    /// Traits.
    pub traits: PersonQuery,
    /// Whether the record is open; every one must hold.
    pub active: Vec<bool>,
}

/// One person found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPerson {
    /// What may be told.
    pub existence: Existence,
    /// What was asked for, if it is a number that was replaced.
    pub former: Option<Former>,
}

impl FoundPerson {
    fn by(existence: Existence, asked: Option<&Ins>) -> Self {
        let former = existence.former.iter().find(|former| Some(&former.ins) == asked).cloned();
        FoundPerson { existence, former }
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum People {
    /// These people, maybe none.
    Found(Vec<FoundPerson>),
    /// More than [`MOST_PEOPLE`]: none is listed.
    TooMany,
}

/// Finds people: by what is named if anything is, else by traits.
pub async fn find_people<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: &PeopleAsk,
) -> Result<People, Refusal> {
    if ask.identifiers.is_empty() && ask.ids.is_empty() {
        let selective = !ask.traits.keys().is_empty() && ask.traits.criteria() >= FEWEST_CRITERIA;
        let questions = if selective { std::slice::from_ref(&ask.traits) } else { &[] };
        // Whoever is found by traits has an open record.
        let open = ask.active.iter().all(|active| *active);
        let found = by_traits(desk, caller, transaction, questions, |_| open, |found| found).await?;
        return Ok(found.map_or(People::TooMany, People::Found));
    }
    let mut found = Vec::new();
    for (patient, former) in named(desk, caller, ask).await? {
        let one = existence(desk, caller, transaction, Some(&patient), ExistenceAsk::Existence).await?;
        let fits = |one: &Existence| {
            ask.traits.admits(&one.identity) && ask.active.iter().all(|active| *active == one.is_open())
        };
        found.extend(one.filter(fits).map(|existence| FoundPerson::by(existence, former.as_ref())));
    }
    Ok(People::Found(found))
}

/// The current number that an identifier leads to, and the former one if that was asked for. A number that leads
/// nowhere is asked about as it is: the decision says what is told of it.
pub async fn current<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    identifier: &Ins,
) -> Result<(Ins, Option<Ins>), Fault> {
    let current = desk.store.leads_to(identifier).await?.filter(|current| current != identifier);
    // A proof that names a patient is about that very number.
    let followed = current.filter(|current| caller.patient.as_ref().is_none_or(|named| named == current));
    Ok(match followed {
        Some(current) => (current, Some(identifier.clone())),
        None => (identifier.clone(), None),
    })
}

/// Whom the groups of identifiers and ids have in common.
async fn named<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    ask: &PeopleAsk,
) -> Result<Vec<(Ins, Option<Ins>)>, Refusal> {
    let count = ask.identifiers.iter().map(Vec::len).chain(ask.ids.iter().map(Vec::len)).sum::<usize>();
    if count > MOST_NAMED {
        return Err(incomplete(
            "identifier",
            "au plus 20 identifiants par recherche",
            "20 identifiers a search at the most",
        ));
    }
    let mut common: Option<Vec<(Ins, Option<Ins>)>> = None;
    for group in &ask.identifiers {
        let mut people = Vec::new();
        for identifier in group {
            people.push(current(desk, caller, identifier).await?);
        }
        common = Some(shared(common, people));
    }
    for group in &ask.ids {
        let mut people = Vec::new();
        for id in group {
            if let Some(patient) = desk.store.patient_by_id(*id).await? {
                people.push(current(desk, caller, &patient).await?);
            }
        }
        common = Some(shared(common, people));
    }
    Ok(common.unwrap_or_default())
}

/// Those of both, each once.
fn shared(
    before: Option<Vec<(Ins, Option<Ins>)>>,
    people: Vec<(Ins, Option<Ins>)>,
) -> Vec<(Ins, Option<Ins>)> {
    let mut kept: Vec<(Ins, Option<Ins>)> = Vec::new();
    for (patient, former) in people {
        let in_both = before.as_ref().is_none_or(|before| before.iter().any(|(one, _)| *one == patient));
        if in_both && !kept.iter().any(|(one, _)| *one == patient) {
            kept.push((patient, former));
        }
    }
    kept
}

fn incomplete(parameter: &str, fr: &str, en: &str) -> Refusal {
    let finding = Finding::new(Rule::QueryIsComplete)
        .at(Location::Parameter(parameter.to_owned()))
        .arg("parameter", parameter);
    Refusal::of(finding.detail(fr, en))
}

/// A description to be matched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatchAsk {
    /// Whom.
    pub description: Description,
    /// Nothing but one certain match.
    pub only_certain: bool,
    /// Matches at the most.
    pub count: Option<usize>,
}

/// A person whom a description fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// Who.
    pub person: FoundPerson,
    /// How well.
    pub likeness: Likeness,
}

/// Finds whom a description fits, the likeliest first; `None` if there are too many. By number if it has one, as
/// [`find_people`]; else by traits, under the same law.
pub async fn match_people<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: &MatchAsk,
) -> Result<Option<Vec<Matched>>, Refusal> {
    let (described, matching) = (&ask.description, &desk.mappings.matching);
    let people = match &described.number {
        Some(number) => {
            let named = PeopleAsk { identifiers: vec![vec![number.clone()]], ..PeopleAsk::default() };
            match find_people(desk, caller, transaction, &named).await? {
                People::Found(people) => people,
                People::TooMany => return Ok(None),
            }
        }
        None => {
            let fits = |identity: &Identity| described.likeness(identity, matching).is_some();
            let chosen = |found: Vec<FoundPerson>| {
                ranked(ask, matching, found).into_iter().map(|one| one.person).collect()
            };
            let questions = described.questions();
            let found = by_traits(desk, caller, transaction, &questions, fits, chosen).await?;
            let Some(people) = found else { return Ok(None) };
            people
        }
    };
    Ok(Some(ranked(ask, matching, people)))
}

/// The likeliest first, as many as were asked for.
fn ranked(ask: &MatchAsk, matching: &mappings::Matching, people: Vec<FoundPerson>) -> Vec<Matched> {
    let described = &ask.description;
    let like = |person: &FoundPerson| described.likeness(&person.existence.identity, matching);
    let (people, likenesses): (Vec<_>, Vec<_>) =
        people.into_iter().filter_map(|person| like(&person).map(|likeness| (person, likeness))).unzip();
    let settled = matching::settled(likenesses, described.number.is_some());
    let mut matched: Vec<Matched> =
        people.into_iter().zip(settled).map(|(person, likeness)| Matched { person, likeness }).collect();
    matched.retain(|one| !ask.only_certain || one.likeness.grade == Grade::Certain);
    matched.sort_by_key(|one| std::cmp::Reverse(one.likeness));
    matched.truncate(ask.count.unwrap_or(usize::MAX));
    matched
}

/// The criteria first, then the right, and only then anybody's record. `None` if there are too many; what is not chosen
/// is not told, and leaves no event.
async fn by_traits<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    questions: &[PersonQuery],
    fits: impl Fn(&Identity) -> bool + Send + Sync,
    choose: impl Fn(Vec<FoundPerson>) -> Vec<FoundPerson> + Send + Sync,
) -> Result<Option<Vec<FoundPerson>>, Refusal> {
    if questions.is_empty() {
        return Err(incomplete(
            "identifier",
            "donner l'INS (identifier=urn:oid:<oid>|<INS>), ou au moins deux traits dont trois lettres d'un nom ou le \
             jour de naissance",
            "give the INS (identifier=urn:oid:<oid>|<INS>), or two traits at the least, among them three letters of a \
             name or the day of birth",
        ));
    }
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let event = Event::by(caller, desk.ids.uuid(), now, Act::ReadIdentity, transaction)
            .doing(["search-by-traits"]);
        let scope = match decide_trait_search(desk.law(now), caller) {
            Ok(scope) => scope,
            Err(denial) => return Err(audited(desk, event, denial.into()).await),
        };
        let event = Event { matrix: scope.matrix_version().to_owned(), ..event };
        let Some(found) = admitted(desk, caller, &scope, questions, &fits, now).await? else {
            finished(desk, event, EventOutcome::Refused(vec![Rule::QueryIsComplete])).await?;
            return Ok(None);
        };
        let (versions, people): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let known: Vec<(Ins, policy::FactsVersion)> =
            people.iter().map(|one: &FoundPerson| one.existence.identity.ins.clone()).zip(versions).collect();
        let people = choose(people);
        if people.is_empty() {
            finished(desk, event, EventOutcome::Absent).await?;
            return Ok(Some(people));
        }
        let told: Vec<_> = known
            .into_iter()
            .filter(|(ins, _)| people.iter().any(|one| one.existence.identity.ins == *ins))
            .collect();
        match tell(desk, caller, &event, told).await {
            Ok(()) => return Ok(Some(people)),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Refusal::of(Finding::new(Rule::FactsHaveNotMoved)))
}

/// Those whom the scope admits and who answer one of the questions; `None` if there are too many.
async fn admitted<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    scope: &TraitScope,
    questions: &[PersonQuery],
    fits: &(impl Fn(&Identity) -> bool + Send + Sync),
    now: Moment,
) -> Result<Option<Vec<(policy::FactsVersion, FoundPerson)>>, Fault> {
    let mut found: Vec<(policy::FactsVersion, FoundPerson)> = Vec::new();
    for question in questions {
        let people = match desk.store.candidates(question, scope, now).await? {
            Candidates::Some(people) => people,
            Candidates::TooMany => return Ok(None),
        };
        for identity in people.into_iter().filter(|identity| question.admits(identity) && fits(identity)) {
            if found.iter().any(|(_, one)| one.existence.identity.ins == identity.ins) {
                continue;
            }
            let facts = desk.store.facts(&identity.ins, caller, now).await?;
            if !scope.admits(&identity.ins, &facts) {
                continue;
            }
            let Some(person) = desk.store.person(&identity.ins, now).await? else { continue };
            let contact = tells_contact(desk.law(now), &facts, caller);
            let existence = Existence::of(person, &facts, desk.law(now), caller, contact);
            found.push((facts.version, FoundPerson { existence, former: None }));
            if found.len() > MOST_PEOPLE {
                return Ok(None);
            }
        }
    }
    found.sort_by(|(_, one), (_, other)| order(&one.existence).cmp(&order(&other.existence)));
    Ok(Some(found))
}

fn order(existence: &Existence) -> (&str, &str, &Ins) {
    let identity = &existence.identity;
    (identity.birth_family.as_str(), identity.given.as_str(), &identity.ins)
}

/// One event in each record that was told of.
async fn tell<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    event: &Event,
    told: Vec<(Ins, policy::FactsVersion)>,
) -> Result<(), RecordError> {
    for (ins, version) in told {
        let own = Event { id: desk.ids.uuid(), ..event.clone() }.about(caller, Some(ins));
        desk.store.record(own, Some(version)).await?;
    }
    Ok(())
}

async fn finished<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    event: Event,
    outcome: EventOutcome,
) -> Result<(), Refusal> {
    match desk.store.record(event.ended(outcome), None).await {
        Ok(()) => Ok(()),
        Err(RecordError::Fault(fault)) => Err(fault.into()),
        Err(RecordError::Moved) => Err(Fault::new("an event without facts cannot be outdated").into()),
    }
}

/// What a store knows of people. Nothing of it may be told before the policy has said so.
pub trait PeopleStore {
    /// The person of a record that is open or closed; `None` when absent.
    fn person(&self, patient: &Ins, at: Moment)
    -> impl Future<Output = Result<Option<Person>, Fault>> + Send;

    /// The number of the record that an identifier leads to, whatever its state: its own, the survivor of one that was
    /// merged, or the one that was fed with this identifier of another domain.
    fn leads_to(&self, identifier: &Ins) -> impl Future<Output = Result<Option<Ins>, Fault>> + Send;

    /// Whom the indexed criteria lead to, among those whom the scope may find.
    fn candidates(
        &self,
        query: &PersonQuery,
        scope: &TraitScope,
        at: Moment,
    ) -> impl Future<Output = Result<Candidates, Fault>> + Send;
}
