//! Who is told which rights stand in force.

use model::{Channel, EmergencyMode, EntryUuid, Moment, Party, PersonId, StructureId};
use policy::{
    Facts, Grant, Ground, Law, RecordState, Relation, RightsScope, Setting, Standing, Switches, decide_rights,
};

use crate::kinds::not_read;
use crate::persona::{Mode, PERSON, Persona, STRUCTURE, Token, columns, patient, tables};
use crate::records::{NOW, open};

fn told(persona: &Persona, token: Token, facts: &Facts) -> Result<RightsScope, String> {
    let switches = Switches::default();
    let law = Law { mappings: tables(), switches: &switches, at: NOW };
    let caller = persona.caller(Mode::Normal, token);
    decide_rights(law, facts, &caller, &patient()).map_err(|denial| not_read(&denial))
}

fn persona(channel: Channel) -> Persona {
    columns(tables()).into_iter().find(|persona| persona.channel == channel).expect("there is one")
}

fn own() -> RightsScope {
    RightsScope::Own(vec![
        Party::Person(PersonId(PERSON.into())),
        Party::Structure(StructureId(STRUCTURE.into())),
    ])
}

#[test]
fn the_holders_side_reads_all_rights_in_every_state_that_they_can_act_on() {
    let holder = persona(Channel::Patient);
    for relation in [Relation::Holder, Relation::Representative] {
        assert_eq!(told(&holder, Token::None, &open(relation, false)), Ok(RightsScope::Whole));
        let closed =
            Facts { record: RecordState::Closed, standing: Standing::Closed, ..open(relation, false) };
        assert_eq!(told(&holder, Token::None, &closed), Ok(RightsScope::Whole));
        for standing in [Standing::Notified, Standing::Opposed] {
            let absent = Facts { record: RecordState::Absent, standing, ..open(relation, false) };
            assert_eq!(told(&holder, Token::None, &absent), Ok(RightsScope::Whole), "{standing:?}");
            assert_eq!(told(&holder, Token::Other, &absent), Err("absent".into()));
        }
        for standing in [Standing::Unknown, Standing::Erased] {
            let absent = Facts { record: RecordState::Absent, standing, ..open(relation, false) };
            assert_eq!(told(&holder, Token::None, &absent), Err("absent".into()), "{standing:?}");
        }
    }
    assert_eq!(told(&holder, Token::None, &open(Relation::Stranger, false)), Err("absent".into()));
}

#[test]
fn a_professional_lists_the_professionals_and_a_blocked_one_only_what_is_theirs() {
    let facts = open(Relation::Stranger, false);
    let doctor = persona(Channel::Direct);
    assert_eq!(told(&doctor, Token::None, &facts), Ok(RightsScope::Professionals));
    assert_eq!(told(&doctor, Token::None, &Facts { blocked: true, ..facts.clone() }), Ok(own()));
    assert_eq!(
        told(&persona(Channel::Indirect), Token::None, &facts),
        Ok(RightsScope::Own(vec![Party::Structure(StructureId(STRUCTURE.into()))]))
    );
    let closed = Facts { record: RecordState::Closed, ..facts.clone() };
    assert_eq!(told(&doctor, Token::None, &closed), Err("record_is_open".into()));
    let absent = Facts { record: RecordState::Absent, standing: Standing::Opposed, ..facts.clone() };
    assert_eq!(told(&doctor, Token::None, &absent), Err("absent".into()), "as any absent record");
    assert_eq!(told(&persona(Channel::Operator), Token::None, &facts), Err("caller_has_a_place".into()));
    assert_eq!(told(&doctor, Token::Other, &facts), Err("token_patient_is_query_patient".into()));
}

#[test]
fn each_scope_admits_the_settings_that_it_names() {
    let other = Party::Person(PersonId("899900000099".into()));
    let me = Party::Person(PersonId(PERSON.into()));
    let grant = Grant { ground: Ground::GrantedByHolder, until: Moment(1) };
    let settings = [
        Setting::Authorised(other.clone(), grant),
        Setting::Authorised(me.clone(), grant),
        Setting::Blocked(other.clone()),
        Setting::Blocked(me),
        Setting::Treating(PersonId("899900000099".into())),
        Setting::Treating(PersonId(PERSON.into())),
        Setting::Opposed(EmergencyMode::Centre15),
        Setting::MaskedAllowed(EmergencyMode::BreakGlass),
        Setting::FeedingRefused(other.clone()),
        Setting::MaskedTo(EntryUuid::from_bytes([1; 16]), other),
    ];
    let admitted = |scope: RightsScope| settings.each_ref().map(|setting| u8::from(scope.admits(setting)));
    assert_eq!(admitted(RightsScope::Whole), [1; 10]);
    assert_eq!(admitted(RightsScope::Professionals), [1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
    assert_eq!(admitted(own()), [0, 1, 0, 1, 0, 1, 1, 0, 0, 0]);
}
