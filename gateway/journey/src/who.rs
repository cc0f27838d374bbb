//! Who could see this document, and why: answered by the decision procedure itself, asked once for every profession
//! and every person whom the record names. The same with a choice that is not made yet: what if?

use mappings::Mappings;
use model::{
    Actor, Caller, Channel, Code, Finding, Party, PersonId, Purpose, RequestId, Rule, SubjectRole,
    VisibilityFlag, system,
};
use policy::{
    Ask, Authorisation, DocumentAct, Facts, FactsVersion, Law, ReadAct, ReadDenial, RecordState, Setting,
    Standing, decide_read,
};

use crate::located::{Reach, looked_for};
use crate::refusal::audited;
use crate::rights::Rights;
use crate::search::{ATTEMPTS, told};
use crate::{Act, Clock, Desk, DocumentAsk, Event, Ids, RecordError, Refusal, Store, StoredEntry};

/// Whether somebody sees the document in one mode, and the names of the rules and clauses that hide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The mode (TRE_R248).
    pub mode: &'static str,
    /// The names of what hides it; empty if it is seen.
    pub hidden_by: Vec<&'static str>,
}

impl Sight {
    /// True if the document is seen.
    pub fn sees(&self) -> bool {
        self.hidden_by.is_empty()
    }
}

/// One profession: what its members see if the holder authorised them, and in the emergency modes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfessionSight {
    /// The row of the matrix, for instance `G15/10`.
    pub row: String,
    /// The profession.
    pub profession: Code,
    /// In each mode.
    pub sights: Vec<Sight>,
}

/// On what a person or a structure is named in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Title {
    /// An author of the document.
    Author,
    /// The médecin traitant.
    TreatingPhysician,
    /// Authorised to consult.
    Authorised,
    /// Blocked.
    Blocked,
}

impl Title {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Title::Author => "author",
            Title::TreatingPhysician => "treating-physician",
            Title::Authorised => "authorised",
            Title::Blocked => "blocked",
        }
    }
}

/// One person or structure that the record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartySight {
    /// Who.
    pub party: Party,
    /// On what they are named.
    pub titles: Vec<Title>,
    /// What hides the document from them in normal mode whatever their profession; empty if nothing does. If the
    /// type is not open to every profession, [`PartySight::if_profession`] says which professions see it.
    pub hidden_by: Vec<&'static str>,
    /// Rows of the matrix whose members would see it.
    pub if_profession: Vec<String>,
}

/// Who could see one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WhoCouldSee {
    /// Every profession of the matrix.
    pub professions: Vec<ProfessionSight>,
    /// Everybody whom the record names.
    pub parties: Vec<PartySight>,
}

/// Something not yet done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hypothesis {
    /// An act on the document.
    Act(DocumentAct),
    /// A setting put in force.
    Set(Setting),
    /// A setting lifted.
    Lift(Setting),
}

/// The answer now, and under the hypotheses if there are any. The holder's side only.
pub async fn who_could_see<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
    hypotheses: &[Hypothesis],
) -> Result<(WhoCouldSee, Option<WhoCouldSee>), Refusal> {
    let reach = Reach::Read(ReadAct::OneReference);
    let (patient, _named) = looked_for(desk, caller, reach, ask.patient.as_ref(), &ask.key).await?;
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::ReadRights, transaction)
        .about(caller, patient.clone());
    let Some(patient) = patient else { return Err(audited(desk, event, Refusal::Absent).await) };
    let about = Ask { patient: patient.clone(), act: ReadAct::OneReference };
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let law = desk.law(now);
        let facts = desk.store.facts(&patient, caller, now).await?;
        let visibility = match decide_read(law, &facts, caller, &about) {
            Ok(visibility) => visibility,
            Err(denial) => return Err(audited(desk, event, told(denial)).await),
        };
        let stored = desk.store.entry(&patient, &ask.key).await?;
        let Some(stored) = stored.filter(|stored| visibility.admits(stored)) else {
            return Err(audited(desk, event, Refusal::Absent).await);
        };
        if !visibility.hide_unannounced() {
            let refusal = Refusal::of(Finding::new(Rule::ActIsOpenToCaller).arg("act", "who-could-see"));
            return Err(audited(desk, event, refusal).await);
        }
        let Some(rights) = desk.store.rights(&patient, now).await? else {
            return Err(audited(desk, event, Refusal::Absent).await);
        };
        let seen = Event { documents: vec![stored.entry.logical_id], ..event.clone() };
        match desk.store.record(seen, Some(facts.version)).await {
            Ok(()) => {
                let before = sights(&desk.mappings, law, &rights, &stored, facts.holder_is_minor);
                let after = (!hypotheses.is_empty()).then(|| {
                    let (rights, stored) = supposed(rights, stored, hypotheses);
                    sights(&desk.mappings, law, &rights, &stored, facts.holder_is_minor)
                });
                return Ok((before, after));
            }
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

/// The record and the document as they would be.
fn supposed(mut rights: Rights, mut stored: StoredEntry, hypotheses: &[Hypothesis]) -> (Rights, StoredEntry) {
    let flag = Code::new(VisibilityFlag::MasquePs.code(), system::VISIBILITY);
    for hypothesis in hypotheses {
        match hypothesis {
            Hypothesis::Act(DocumentAct::Mask) => stored.entry.confidentiality.push(flag.clone()),
            Hypothesis::Act(DocumentAct::Unmask) => {
                stored.entry.confidentiality.retain(|code| *code != flag && code.value != flag.value);
            }
            Hypothesis::Act(DocumentAct::MaskTo(party)) => stored.masked_to.push(party.clone()),
            Hypothesis::Act(DocumentAct::UnmaskTo(party)) => stored.masked_to.retain(|one| one != party),
            Hypothesis::Act(DocumentAct::Delete | DocumentAct::Destroy | DocumentAct::DestroyContent) => {
                stored.entry.availability = model::Availability::Deleted;
            }
            // These change nothing for professionals.
            Hypothesis::Act(
                DocumentAct::Announce
                | DocumentAct::ShowToRepresentatives
                | DocumentAct::Archive
                | DocumentAct::Restore
                | DocumentAct::Correct { .. }
                | DocumentAct::Deprecate
                | DocumentAct::Reinstate,
            ) => {}
            Hypothesis::Set(setting) => rights.in_force.push(crate::InForce {
                id: stored.entry.logical_id,
                since: stored.stored_at,
                setting: setting.clone(),
            }),
            Hypothesis::Lift(setting) => rights.in_force.retain(|one| !same(&one.setting, setting)),
        }
    }
    (rights, stored)
}

/// The same setting, whatever the grant.
fn same(one: &Setting, other: &Setting) -> bool {
    match (one, other) {
        (Setting::Authorised(one, _), Setting::Authorised(other, _)) => one == other,
        (one, other) => one == other,
    }
}

fn sights(
    mappings: &Mappings,
    law: Law<'_>,
    rights: &Rights,
    stored: &StoredEntry,
    minor: bool,
) -> WhoCouldSee {
    let roles = roles(mappings, law);
    let inquiry = Inquiry { law, rights, stored, minor };
    let professions = roles
        .iter()
        .map(|(row, role)| ProfessionSight {
            row: row.clone(),
            profession: role.qualifier.clone().unwrap_or_else(|| role.profession.clone()),
            sights: inquiry.modes(role),
        })
        .collect();
    let parties = inquiry.parties().into_iter().map(|(party, titles)| inquiry.party(party, titles, &roles));
    WhoCouldSee { professions, parties: parties.collect() }
}

/// A role for every row of the matrix that is a profession's.
fn roles(mappings: &Mappings, law: Law<'_>) -> Vec<(String, SubjectRole)> {
    let matrix = law.habilitation();
    let role_based: Vec<Code> = matrix
        .professions()
        .filter(|(_, name, _)| *name == "R291/99")
        .map(|(_, _, code)| code.clone())
        .collect();
    let mut roles = Vec::new();
    for (row, name, code) in matrix.professions() {
        let alone = SubjectRole { profession: code.clone(), qualifier: None };
        let qualified = role_based
            .iter()
            .map(|based| SubjectRole { profession: based.clone(), qualifier: Some(code.clone()) });
        let role = std::iter::once(alone).chain(qualified).find(|role| matrix.profession(role) == Some(row));
        let person = |role: &SubjectRole| {
            role.profession.system != system::PRODUCER && mappings.codes.role_known(role)
        };
        roles.extend(role.filter(person).map(|role| (name.to_owned(), role)));
    }
    roles
}

/// One document under one set of rights.
struct Inquiry<'a> {
    law: Law<'a>,
    rights: &'a Rights,
    stored: &'a StoredEntry,
    minor: bool,
}

impl Inquiry<'_> {
    /// An authorised member of the profession whom the record does not name, in each mode.
    fn modes(&self, role: &SubjectRole) -> Vec<Sight> {
        let emergency = Purpose::BreakGlass { reason: "?".to_owned() };
        [Purpose::Normal, emergency, Purpose::Centre15]
            .into_iter()
            .map(|purpose| {
                let mode = purpose.code();
                let facts = Facts {
                    authorisation: Authorisation::Valid,
                    granted: Authorisation::Valid,
                    ..self.facts(None)
                };
                Sight { mode, hidden_by: self.hidden_by(&facts, None, role, purpose) }
            })
            .collect()
    }

    fn party(&self, party: Party, titles: Vec<Title>, roles: &[(String, SubjectRole)]) -> PartySight {
        let facts = self.facts(Some(&party));
        let asked: Vec<(&String, Vec<&'static str>)> = roles
            .iter()
            .map(|(row, role)| (row, self.hidden_by(&facts, Some(&party), role, Purpose::Normal)))
            .collect();
        let if_profession: Vec<String> =
            asked.iter().filter(|(_, hidden)| hidden.is_empty()).map(|(row, _)| (*row).clone()).collect();
        // What hides it from every profession alike.
        let common = asked.first().map(|(_, first)| {
            let everywhere = |name: &&'static str| asked.iter().all(|(_, hidden)| hidden.contains(name));
            first.iter().copied().filter(everywhere).collect()
        });
        PartySight { party, titles, hidden_by: common.unwrap_or_default(), if_profession }
    }

    /// Everybody whom the record or the document names, each once.
    fn parties(&self) -> Vec<(Party, Vec<Title>)> {
        let mut found: Vec<(Party, Vec<Title>)> = Vec::new();
        let mut note = |party: Party, title: Title| match found.iter_mut().find(|(own, _)| *own == party) {
            Some((_, titles)) if titles.contains(&title) => {}
            Some((_, titles)) => titles.push(title),
            None => found.push((party, vec![title])),
        };
        for person in self.stored.entry.author_persons() {
            // A patient or a representative among the authors is named by an INS, and is no professional.
            if model::Ins::parse(person, TEST_DOMAIN).is_err() {
                note(Party::Person(PersonId(person.to_owned())), Title::Author);
            }
        }
        for one in &self.rights.in_force {
            match &one.setting {
                Setting::Authorised(party, _) => note(party.clone(), Title::Authorised),
                Setting::Blocked(party) => note(party.clone(), Title::Blocked),
                Setting::Treating(person) => note(Party::Person(person.clone()), Title::TreatingPhysician),
                Setting::FeedingRefused(_)
                | Setting::Opposed(_)
                | Setting::MaskedAllowed(_)
                | Setting::MaskedTo(..) => {}
            }
        }
        found
    }

    /// The facts of the record for a party, or for somebody whom it does not name.
    fn facts(&self, party: Option<&Party>) -> Facts {
        let is = |other: &Party| party == Some(other);
        let mut facts = Facts {
            version: FactsVersion(0),
            record: RecordState::Open,
            standing: Standing::Unknown,
            holder_is_minor: self.minor,
            ..Facts::absent()
        };
        for one in &self.rights.in_force {
            match &one.setting {
                Setting::Authorised(other, grant) if is(other) => {
                    let valid = grant.until > self.law.at;
                    let better = |now: Authorisation| match (now, valid) {
                        (_, true) | (Authorisation::Valid, false) => Authorisation::Valid,
                        (Authorisation::Missing | Authorisation::Expired, false) => Authorisation::Expired,
                    };
                    facts.authorisation = better(facts.authorisation);
                    if grant.ground == policy::Ground::GrantedByHolder {
                        facts.granted = better(facts.granted);
                    }
                }
                Setting::Blocked(other) if is(other) => facts.blocked = true,
                Setting::Treating(person) if is(&Party::Person(person.clone())) => {
                    facts.treating_physician = true;
                }
                Setting::Opposed(model::EmergencyMode::BreakGlass) => facts.break_glass_opposed = true,
                Setting::Opposed(model::EmergencyMode::Centre15) => facts.centre_15_opposed = true,
                Setting::MaskedAllowed(model::EmergencyMode::BreakGlass) => {
                    facts.masked_in_break_glass = true
                }
                Setting::MaskedAllowed(model::EmergencyMode::Centre15) => facts.masked_in_centre_15 = true,
                Setting::Authorised(..)
                | Setting::Blocked(_)
                | Setting::Treating(_)
                | Setting::FeedingRefused(_)
                | Setting::MaskedTo(..) => {}
            }
        }
        facts
    }

    /// Asks the decision procedure: the names of what hides the document, none if it is seen.
    fn hidden_by(
        &self,
        facts: &Facts,
        party: Option<&Party>,
        role: &SubjectRole,
        purpose: Purpose,
    ) -> Vec<&'static str> {
        let ask = Ask { patient: self.stored.entry.patient.clone(), act: ReadAct::Read };
        let caller = supposed_caller(party, role, purpose);
        match decide_read(self.law, facts, &caller, &ask) {
            Ok(visibility) => {
                let clauses = visibility.clauses(self.stored).into_iter().filter(|(_, shown)| !shown);
                clauses.map(|(clause, _)| clause.name()).collect()
            }
            Err(ReadDenial::Absent) => vec![Rule::RecordExists.name()],
            Err(ReadDenial::Denied(denial)) => {
                denial.findings.iter().map(|finding| finding.rule.name()).collect()
            }
        }
    }
}

/// Any INS domain: only the form of the number is looked at.
const TEST_DOMAIN: &str = "1.2.250.1.213.1.4.10";

/// Somebody of this role; named, if the record names them. Nobody calls: the answer is for the holder.
fn supposed_caller(party: Option<&Party>, role: &SubjectRole, purpose: Purpose) -> Caller {
    let (id, structure) = match party {
        Some(Party::Person(id)) => (id.clone(), None),
        Some(Party::Structure(structure)) => (PersonId(String::new()), Some(structure.clone())),
        None => (PersonId(String::new()), None),
    };
    Caller {
        actor: Actor::Professional { id, name: String::new(), role: role.clone() },
        channel: Channel::Direct,
        structure,
        legal_entities: Vec::new(),
        regulator: purpose == Purpose::Centre15,
        purpose,
        patient: None,
        secret_connection: false,
        software: None,
        request: RequestId(String::new()),
    }
}
