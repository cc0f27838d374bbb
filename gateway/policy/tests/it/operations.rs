//! What an operator does, in which state of the record; and the choices that the oracle leaves out.

use model::{Caller, Channel, EntryUuid, Hl7Time, Identity, Moment, Party, PersonId, Sex, StructureId};
use policy::{
    AccessNotice, Choice, Facts, Grant, Ground, Law, Link, Operation, ProvisionalCode, RecordState, Relation,
    Representation, Setting, Standing, Switches, decide_operation,
};

use crate::kinds::not_read;
use crate::persona::{Mode, PERSON, Persona, Token, columns, other_patient, patient, tables};
use crate::records::{NOW, open};

const STANDINGS: [Standing; 7] = [
    Standing::Unknown,
    Standing::Notified,
    Standing::Open,
    Standing::Activated,
    Standing::Opposed,
    Standing::Closed,
    Standing::Erased,
];

fn decided(persona: &Persona, facts: &Facts, operation: Operation) -> String {
    let switches = Switches::default();
    let law = Law { mappings: tables(), switches: &switches, at: NOW };
    match decide_operation(law, facts, &persona.caller(Mode::Normal, Token::None), operation) {
        Ok(permitted) => {
            assert_eq!(permitted.patient(), &patient());
            assert_eq!(permitted.facts_version(), facts.version);
            assert!(permitted.matrix_version().contains("PDT-INF-526"));
            "ok".into()
        }
        Err(denial) => not_read(&denial),
    }
}

fn persona(channel: Channel) -> Persona {
    columns(tables()).into_iter().find(|persona| persona.channel == channel).expect("there is one")
}

fn record_of(standing: Standing) -> RecordState {
    match standing {
        Standing::Open | Standing::Activated => RecordState::Open,
        Standing::Closed => RecordState::Closed,
        Standing::Unknown | Standing::Notified | Standing::Opposed | Standing::Erased => RecordState::Absent,
    }
}

fn facts(relation: Relation, standing: Standing) -> Facts {
    Facts { standing, record: record_of(standing), ..open(relation, false) }
}

fn identity() -> Identity {
    Identity {
        ins: patient(),
        birth_family: "ESSAI".into(),
        given: "Lou".into(),
        used_family: None,
        birth_date: Hl7Time::parse("19920314").expect("a day"),
        sex: Sex::Female,
        birth_place: None,
        card_serial: None,
        email: None,
        further: Box::default(),
    }
}

fn operations() -> [(Operation, [u8; 7]); 7] {
    let code = ProvisionalCode { code: "X".into(), until: NOW };
    let link = Representation { by: other_patient(), link: Link::Parent };
    // Unknown, notified, open, activated, opposed, closed, erased: 0 = there is no record, 1 = done,
    // 2 = the state does not allow it, 3 = closed.
    [
        (Operation::Import(identity()), [1, 1, 1, 1, 1, 1, 0]),
        (Operation::Open(patient()), [0, 1, 1, 1, 2, 1, 0]),
        (Operation::Close(patient()), [0, 2, 1, 1, 2, 1, 0]),
        (Operation::Erase(patient()), [0, 1, 1, 1, 1, 1, 0]),
        (Operation::Represent(patient(), link), [0, 1, 1, 1, 1, 1, 0]),
        (Operation::Unrepresent(patient(), other_patient()), [0, 1, 1, 1, 1, 1, 0]),
        (Operation::IssueCode(patient(), code), [0, 1, 1, 2, 2, 3, 0]),
    ]
}

#[test]
fn an_operator_does_what_the_state_of_the_record_allows_and_nobody_else_does() {
    for (operation, answers) in operations() {
        for (standing, answer) in STANDINGS.into_iter().zip(answers) {
            let said =
                decided(&persona(Channel::Operator), &facts(Relation::Stranger, standing), operation.clone());
            let expected = ["record_exists", "ok", "act_fits_state", "record_is_open"][usize::from(answer)];
            assert_eq!(said, expected, "{operation:?} {standing:?}");
        }
        for channel in [Channel::Direct, Channel::Indirect, Channel::Patient] {
            let open = facts(Relation::Holder, Standing::Open);
            assert_eq!(decided(&persona(channel), &open, operation.clone()), "caller_has_a_place");
        }
    }
}

#[test]
fn an_operator_is_one_by_name_and_by_channel_both() {
    let law = Law { mappings: tables(), switches: &Switches::default(), at: NOW };
    let facts = facts(Relation::Stranger, Standing::Open);
    let by_name =
        Caller { channel: Channel::Direct, ..persona(Channel::Operator).caller(Mode::Normal, Token::None) };
    let by_channel =
        Caller { channel: Channel::Operator, ..persona(Channel::Direct).caller(Mode::Normal, Token::None) };
    for caller in [by_name, by_channel] {
        let denied =
            decide_operation(law, &facts, &caller, Operation::Close(patient())).expect_err("half of one");
        assert_eq!(not_read(&denied), "caller_has_a_place");
    }
}

#[test]
fn the_holder_opposes_closes_and_erases_as_the_state_allows() {
    let table = [
        (Choice::OpposeRecord, ["absent", "ok", "ok", "act_fits_state", "ok", "record_is_open", "absent"]),
        (
            Choice::WithdrawOpposition,
            [
                "absent",
                "act_fits_state",
                "act_fits_state",
                "act_fits_state",
                "ok",
                "record_is_open",
                "absent",
            ],
        ),
        (Choice::CloseRecord, ["absent", "act_fits_state", "ok", "ok", "act_fits_state", "ok", "absent"]),
        (Choice::EraseRecord, ["absent", "ok", "ok", "ok", "ok", "ok", "absent"]),
        (
            Choice::Notify(AccessNotice::Each),
            ["absent", "absent", "ok", "ok", "absent", "record_is_open", "absent"],
        ),
        (
            Choice::Contest(EntryUuid::from_bytes([1; 16])),
            ["absent", "absent", "ok", "ok", "absent", "record_is_open", "absent"],
        ),
    ];
    for (choice, answers) in table {
        for (standing, expected) in STANDINGS.into_iter().zip(answers) {
            for relation in [Relation::Holder, Relation::Representative] {
                let operation = Operation::Choose(patient(), choice.clone());
                let said = decided(&persona(Channel::Patient), &facts(relation, standing), operation);
                assert_eq!(said, expected, "{choice:?} {standing:?} {relation:?}");
            }
            let operation = Operation::Choose(patient(), choice.clone());
            let doctor = decided(&persona(Channel::Direct), &facts(Relation::Stranger, standing), operation);
            assert_ne!(doctor, "ok", "{choice:?} {standing:?}");
            assert_ne!(doctor, "act_fits_state", "the state is not told to a professional");
        }
    }
}

#[test]
fn masking_to_somebody_passes_through_the_document_and_never_around_it() {
    let setting = Setting::MaskedTo(EntryUuid::from_bytes([1; 16]), Party::Person(PersonId(PERSON.into())));
    for choice in [Choice::Set(setting.clone()), Choice::Lift(setting.clone())] {
        for channel in [Channel::Patient, Channel::Direct] {
            let operation = Operation::Choose(patient(), choice.clone());
            let said = decided(&persona(channel), &facts(Relation::Holder, Standing::Open), operation);
            assert_eq!(said, "act_is_open_to_caller", "{choice:?} {channel:?}");
        }
    }
}

#[test]
fn nobody_gives_an_authorisation_on_grounds_that_are_not_theirs() {
    let me = Party::Person(PersonId(PERSON.into()));
    let structure = Party::Structure(StructureId("1999999991".into()));
    let grant = |ground| Grant { ground, until: Moment(NOW.0 + 1) };
    let said = |channel, party: &Party, ground| {
        let choice = Choice::Set(Setting::Authorised(party.clone(), grant(ground)));
        let facts = facts(Relation::Holder, Standing::Open);
        decided(&persona(channel), &facts, Operation::Choose(patient(), choice))
    };
    assert_eq!(said(Channel::Patient, &me, Ground::GrantedByHolder), "ok");
    assert_eq!(said(Channel::Patient, &me, Ground::ConsentCollected), "act_is_open_to_caller");
    assert_eq!(said(Channel::Direct, &me, Ground::ConsentCollected), "ok");
    assert_eq!(said(Channel::Direct, &me, Ground::GrantedByHolder), "act_is_open_to_caller");
    assert_eq!(said(Channel::Direct, &structure, Ground::ConsentCollected), "act_is_open_to_caller");
    assert_eq!(said(Channel::EmployeeCard, &structure, Ground::CareTeamInformed), "ok");
    assert_eq!(said(Channel::EmployeeCard, &me, Ground::CareTeamInformed), "act_is_open_to_caller");
}

#[test]
fn a_parent_stands_for_a_minor_a_guardian_for_as_long_as_it_lasts_a_helper_for_nobody() {
    assert_eq!(Link::Parent.relation(true), Relation::Representative);
    assert_eq!(Link::Parent.relation(false), Relation::Stranger);
    assert_eq!(Link::Guardian.relation(true), Relation::Representative);
    assert_eq!(Link::Guardian.relation(false), Relation::Representative);
    assert_eq!(Link::Helper.relation(true), Relation::Stranger);
    assert_eq!(Link::Helper.relation(false), Relation::Stranger);
}

#[test]
fn a_provisional_code_is_never_printed() {
    let code = ProvisionalCode { code: "SECRETCODE".into(), until: NOW };
    assert!(format!("{code:?}").contains("until"));
    assert!(!format!("{:?}", Operation::IssueCode(patient(), code)).contains("SECRETCODE"));
}
