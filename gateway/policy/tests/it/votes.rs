//! What is kept of a decision: every vote in order, the version that decided, names that are stable.

use std::collections::BTreeSet;

use model::{Channel, Code, EmergencyMode, EntryUuid, Party, PersonId, Rule, system};
use policy::{
    AccessNotice, Ask, Choice, Clause, DocumentAct, Facts, Grant, Ground, Law, Link, ReadAct, ReadDenial,
    Relation, Setting, Switches, Verdict, decide_document, decide_read,
};

use crate::documents::Look;
use crate::persona::{Mode, PERSON, Token, columns, patient, tables};
use crate::records::{NOW, open};

fn with_law<T>(switches: Switches, ask: impl FnOnce(Law<'_>) -> T) -> T {
    ask(Law { mappings: tables(), switches: &switches, at: NOW })
}

fn type_code() -> Code {
    Code::new("11502-2", system::LOINC)
}

#[test]
fn every_rule_votes_in_order_and_those_after_a_refusal_are_not_asked() {
    with_law(Switches::default(), |law| {
        let doctor = columns(law.mappings).swap_remove(0).caller(Mode::Normal, Token::None);
        let ask = Ask { patient: patient(), act: ReadAct::Read };
        let visibility = decide_read(law, &open(Relation::Stranger, false), &doctor, &ask).expect("allowed");
        let asked: Vec<Rule> = visibility.votes().iter().map(|vote| vote.rule).collect();
        assert_eq!(asked.first(), Some(&Rule::TokenPatientIsQueryPatient));
        assert_eq!(asked.last(), Some(&Rule::Centre15IsNotOpposed));
        assert!(visibility.votes().iter().all(|vote| vote.verdict == Verdict::Passes));
        assert!(visibility.matrix_version().starts_with("default-1; PDT-INF-526"));
        let blocked = Facts { blocked: true, ..open(Relation::Stranger, false) };
        let Err(ReadDenial::Denied(denial)) = decide_read(law, &blocked, &doctor, &ask) else {
            panic!("blocked")
        };
        let verdict =
            |rule| denial.votes.iter().find(|vote| vote.rule == rule).map(|vote| vote.verdict.clone());
        assert_eq!(verdict(Rule::CallerMayRead), Some(Verdict::Passes));
        assert_eq!(verdict(Rule::CallerIsNotBlocked), Some(Verdict::Refuses));
        assert_eq!(verdict(Rule::AuthorisationIsValid), Some(Verdict::NotAsked));
        assert_eq!(denial.votes.len(), asked.len());
    });
}

#[test]
fn the_clauses_name_what_hides_a_document() {
    with_law(Switches::default(), |law| {
        let doctor = columns(law.mappings).swap_remove(0).caller(Mode::Normal, Token::None);
        let ask = Ask { patient: patient(), act: ReadAct::Read };
        let visibility = decide_read(law, &open(Relation::Stranger, false), &doctor, &ask).expect("allowed");
        let hidden = |look: Look| {
            let clauses = visibility.clauses(&look.document(&type_code(), false));
            assert_eq!(clauses.len(), Clause::ALL.len());
            clauses.into_iter().filter(|(_, shown)| !shown).map(|(clause, _)| clause).collect::<Vec<_>>()
        };
        assert_eq!(hidden(Look::PLAIN), []);
        assert_eq!(hidden(Look { masked: true, ..Look::PLAIN }), [Clause::DocumentIsNotMasked]);
        assert_eq!(hidden(Look { chosen: true, ..Look::PLAIN }), [Clause::DocumentIsNotMaskedToCaller]);
        assert_eq!(hidden(Look { here: false, ..Look::PLAIN }), [Clause::DocumentIsOfThisRecord]);
        assert_eq!(hidden(Look { inv_patient: true, inv_reps: true, ..Look::PLAIN }), []);
    });
}

#[test]
fn professionals_read_what_was_deleted_only_where_the_switch_says_so() {
    for deleted_to_professionals in [false, true] {
        let switches = Switches { deleted_to_professionals, ..Switches::default() };
        with_law(switches, |law| {
            let ask = Ask { patient: patient(), act: ReadAct::Read };
            let deleted = Look { status: model::Availability::Deleted, ..Look::PLAIN };
            let shown = |persona: usize, relation| {
                let caller = columns(law.mappings).swap_remove(persona).caller(Mode::Normal, Token::None);
                let visibility = decide_read(law, &open(relation, false), &caller, &ask).expect("allowed");
                assert_eq!(
                    visibility.show_deleted(),
                    visibility.admits(&deleted.document(&type_code(), false))
                );
                visibility.show_deleted()
            };
            assert_eq!(shown(0, Relation::Stranger), deleted_to_professionals);
            let holder = columns(law.mappings).iter().position(|one| one.channel == Channel::Patient);
            assert!(!shown(holder.expect("there is one"), Relation::Holder));
        });
    }
}

#[test]
fn the_medecin_traitant_deletes_for_the_holder_only_where_the_switch_says_so() {
    for on in [false, true] {
        let switches = Switches { treating_physician_deletes_for_holder: on, ..Switches::default() };
        with_law(switches, |law| {
            let doctor = columns(law.mappings).swap_remove(0).caller(Mode::Normal, Token::None);
            let destroyed = |treating, by_holder| {
                let facts = Facts { treating_physician: treating, ..open(Relation::Stranger, false) };
                let document = Look { by_holder, ..Look::PLAIN }.document(&type_code(), false);
                decide_document(law, &facts, &doctor, &patient(), &document, vec![DocumentAct::Destroy])
                    .is_ok()
            };
            assert_eq!(destroyed(true, true), on);
            assert!(!destroyed(true, false) && !destroyed(false, true));
        });
    }
}

#[test]
fn an_amendment_names_the_document_its_version_and_every_act_or_is_refused_whole() {
    with_law(Switches::default(), |law| {
        let doctor = columns(law.mappings).swap_remove(0).caller(Mode::Normal, Token::None);
        let document = Look::PLAIN.document(&type_code(), false);
        let decide = |acts| {
            let facts = open(Relation::Stranger, false);
            decide_document(law, &facts, &doctor, &patient(), &document, acts)
        };
        let permitted = decide(vec![DocumentAct::Mask]).expect("a professional masks what they see");
        assert_eq!(permitted.get().document, document.entry.logical_id);
        assert_eq!((permitted.get().version, permitted.get().acts.as_slice()), (1, &[DocumentAct::Mask][..]));
        assert!(permitted.votes().iter().any(|vote| vote.rule == Rule::ActIsOpenToCaller));
        let Err(ReadDenial::Denied(denial)) =
            decide(vec![DocumentAct::Mask, DocumentAct::Delete, DocumentAct::Archive])
        else {
            panic!("refused")
        };
        let acts: Vec<&str> =
            denial.findings.iter().flat_map(|finding| &finding.args).map(|(_, act)| act.as_str()).collect();
        assert_eq!(acts, ["delete", "archive"]);
    });
}

#[test]
fn names_are_stable_and_each_stands_for_one_thing() {
    let party = || Party::Person(PersonId(PERSON.into()));
    let grant = Grant { ground: Ground::GrantedByHolder, until: NOW };
    let settings = [
        Setting::Authorised(party(), grant),
        Setting::Blocked(party()),
        Setting::FeedingRefused(party()),
        Setting::Opposed(EmergencyMode::BreakGlass),
        Setting::MaskedAllowed(EmergencyMode::BreakGlass),
        Setting::Treating(PersonId(PERSON.into())),
        Setting::MaskedTo(EntryUuid::from_bytes([1; 16]), party()),
    ];
    let mut choices: Vec<Choice> =
        settings.iter().flat_map(|one| [Choice::Set(one.clone()), Choice::Lift(one.clone())]).collect();
    choices.extend([
        Choice::OpposeRecord,
        Choice::WithdrawOpposition,
        Choice::CloseRecord,
        Choice::EraseRecord,
        Choice::Notify(AccessNotice::First),
        Choice::Contest(EntryUuid::from_bytes([1; 16])),
    ]);
    let acts = [
        DocumentAct::Mask,
        DocumentAct::Unmask,
        DocumentAct::MaskTo(party()),
        DocumentAct::UnmaskTo(party()),
        DocumentAct::Announce,
        DocumentAct::ShowToRepresentatives,
        DocumentAct::Archive,
        DocumentAct::Restore,
        DocumentAct::Delete,
        DocumentAct::Destroy,
    ];
    let lists: [Vec<&str>; 3] = [
        choices.iter().map(Choice::name).collect(),
        acts.iter().map(DocumentAct::name).collect(),
        Clause::ALL.iter().map(|clause| clause.name()).collect(),
    ];
    for names in &lists {
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert!(names.iter().all(|name| name.len() > 3 && !name.contains(' ')));
    }
    for ground in Ground::ALL {
        assert_eq!(Ground::named(ground.name()), Some(ground));
    }
    for link in Link::ALL {
        assert_eq!(Link::named(link.name()), Some(link));
    }
    assert_eq!((Ground::named("?"), Link::named("")), (None, None));
    assert_eq!(Choice::Set(Setting::Blocked(party())).name(), "block");
    assert_eq!(DocumentAct::ShowToRepresentatives.name(), "show-to-representatives");
}

/// A member of an open domain, and every other caller there is.
fn with_members(mappings: &mappings::Mappings) -> Vec<model::Caller> {
    let mut callers = Vec::new();
    for persona in columns(mappings) {
        let caller = persona.caller(Mode::Normal, Token::None);
        let structure = Some(model::StructureId("1999999992".into()));
        callers.push(model::Caller { channel: Channel::Member, structure, ..caller.clone() });
        callers.push(caller);
    }
    callers
}

#[test]
fn with_the_french_pack_no_caller_ever_has_a_members_place() {
    for bits in 0..64u8 {
        let on = |n: u8| bits & (1 << n) != 0;
        let switches = Switches {
            refuse_blocked_depositor: on(0),
            insurance_feed: on(1),
            regulators_other_than_doctors: on(2),
            masked_and_invisible: on(3),
            treating_physician_deletes_for_holder: on(4),
            deleted_to_professionals: on(5),
            ..Switches::default()
        };
        with_law(switches, |law| {
            for caller in with_members(law.mappings) {
                for relation in [Relation::Stranger, Relation::Holder, Relation::Representative] {
                    let place = policy::place_of(law, &open(relation, false), &caller);
                    assert_ne!(place, Some(policy::Place::Member));
                    assert!(place.is_none() || caller.channel != Channel::Member);
                }
            }
        });
    }
}

#[test]
fn in_an_open_domain_members_alone_have_a_place_and_see_whatever_is_not_deleted() {
    with_law(Switches { open_domain: true, ..Switches::default() }, |law| {
        let ask = Ask { patient: patient(), act: ReadAct::Read };
        for caller in with_members(law.mappings) {
            let facts = open(Relation::Stranger, false);
            let member = caller.channel == Channel::Member;
            assert_eq!(policy::place_of(law, &facts, &caller).is_some(), member);
            let Ok(visibility) = decide_read(law, &facts, &caller, &ask) else {
                assert!(!member);
                continue;
            };
            for look in Look::all(false) {
                let shown = look.here && look.status != model::Availability::Deleted;
                assert_eq!(visibility.admits(&look.document(&type_code(), false)), shown);
            }
            let document = Look::PLAIN.document(&type_code(), false);
            let act = |act| decide_document(law, &facts, &caller, &patient(), &document, vec![act]).is_ok();
            assert!(act(DocumentAct::Delete) && act(DocumentAct::Destroy) && !act(DocumentAct::Mask));
        }
    });
}
