//! Who sees which lines of a history.

use model::Channel;
use policy::{
    Facts, HistoryScope, Law, Lineage, ReadDenial, RecordState, Relation, Switches, decide_history,
};

use crate::kinds::not_read;
use crate::persona::{Mode, PERSON, Persona, Token, columns, patient, tables};
use crate::records::{NOW, open};

fn scope(persona: &Persona, facts: &Facts) -> Result<HistoryScope, String> {
    let switches = Switches::default();
    let law = Law { mappings: tables(), switches: &switches, at: NOW };
    decide_history(law, facts, &persona.caller(Mode::Normal, Token::None), &patient())
        .map_err(|d| not_read(&d))
}

fn personas(channel: Channel) -> Vec<Persona> {
    columns(tables()).into_iter().filter(|persona| persona.channel == channel).collect()
}

/// A doctor in their own name.
fn doctor() -> Persona {
    personas(Channel::Direct).swap_remove(0)
}

fn treating(facts: Facts) -> Facts {
    Facts { treating_physician: true, ..facts }
}

#[test]
fn the_holder_sees_the_record_the_medecin_traitant_every_professional_another_their_own() {
    let holder = &personas(Channel::Patient)[0];
    let adult = scope(holder, &open(Relation::Holder, false));
    assert_eq!(adult, Ok(HistoryScope::Record { representative: false }));
    let minor = scope(holder, &open(Relation::Holder, true));
    assert_eq!(minor, Ok(HistoryScope::Record { representative: true }), "a minor's account is the parents'");
    let parent = scope(holder, &open(Relation::Representative, true));
    assert_eq!(parent, Ok(HistoryScope::Record { representative: true }));
    let facts = open(Relation::Stranger, false);
    assert_eq!(scope(&doctor(), &treating(facts.clone())), Ok(HistoryScope::Professionals));
    assert_eq!(scope(&doctor(), &facts), Ok(HistoryScope::Own(PERSON.into())));
    assert_eq!(scope(holder, &facts), Err("absent".into()), "a stranger");
}

#[test]
fn structures_employees_and_operators_see_no_history() {
    let facts = open(Relation::Stranger, false);
    for channel in [Channel::EmployeeCard, Channel::Indirect] {
        let refused = scope(&personas(channel)[0], &facts);
        assert_eq!(refused, Err("act_is_open_to_caller".into()), "{channel:?}");
    }
    assert_eq!(scope(&personas(Channel::Operator)[0], &facts), Err("caller_has_a_place".into()));
}

#[test]
fn a_closed_record_has_no_history_for_anybody_and_a_blocked_professional_none_at_all() {
    let closed = |relation| Facts { record: RecordState::Closed, ..open(relation, false) };
    let holder = &personas(Channel::Patient)[0];
    assert_eq!(scope(holder, &closed(Relation::Holder)), Err("record_is_open".into()));
    assert_eq!(scope(&doctor(), &closed(Relation::Stranger)), Err("record_is_open".into()));
    let blocked = Facts { blocked: true, ..open(Relation::Stranger, false) };
    assert_eq!(scope(&doctor(), &treating(blocked)), Err("caller_is_not_blocked".into()));
    let absent = Facts { record: RecordState::Absent, ..open(Relation::Holder, false) };
    assert_eq!(scope(holder, &absent), Err("absent".into()));
}

#[test]
fn the_proof_of_another_patient_opens_no_history() {
    let switches = Switches::default();
    let law = Law { mappings: tables(), switches: &switches, at: NOW };
    let caller = doctor().caller(Mode::Normal, Token::Other);
    let denial =
        decide_history(law, &open(Relation::Stranger, false), &caller, &patient()).expect_err("another");
    assert!(matches!(&denial, ReadDenial::Denied(_)));
    assert_eq!(not_read(&denial), "token_patient_is_query_patient");
}

#[test]
fn what_is_kept_from_the_reader_is_kept_from_their_history() {
    let lines = [
        Lineage { unannounced: true, ..Lineage::default() },
        Lineage { kept_from_representatives: true, ..Lineage::default() },
        Lineage { secret: true, ..Lineage::default() },
        Lineage { professional: true, person: Some(PERSON.into()), ..Lineage::default() },
        Lineage { professional: true, person: Some("899900000099".into()), ..Lineage::default() },
        Lineage::default(),
    ];
    let seen = |scope: HistoryScope| lines.each_ref().map(|line| scope.admits(line));
    let holder = HistoryScope::Record { representative: false };
    assert_eq!(seen(holder), [false, true, true, true, true, true]);
    let representative = HistoryScope::Record { representative: true };
    assert_eq!(seen(representative), [false, false, false, true, true, true]);
    assert_eq!(seen(HistoryScope::Professionals), [false, false, false, true, true, false]);
    assert_eq!(seen(HistoryScope::Own(PERSON.into())), [false, false, false, true, false, false]);
}
