//! Stages C, D and E of table 1.

use std::io::Write;

use model::{Association, AssociationKind, Code, EntryUuid, ObjectRef, Submission};
use policy::{Facts, Law, RecordState, Relation, decide_deposit};

use super::{denied, types};
use crate::documents::{Look, author, submission};
use crate::oracle::Lines;
use crate::persona::{CALLER, Mode, PERSON, Persona, STRUCTURE, Token, columns, patient, rows};
use crate::records::{BOTH, RECORD, RECORDS, bit, open, relations, standing, words};

const FLAGS: [&str; 7] = ["type", "masked", "inv_patient", "inv_reps", "secret", "signs", "with_set"];

pub(crate) fn write<W: Write>(lines: &mut Lines<W>, law: Law<'_>) {
    lines.head("deposit", &[&CALLER[..], &RECORD[..], &FLAGS[..]].concat());
    let every = types(law.mappings, true);
    let some = if lines.full { every.clone() } else { types(law.mappings, false) };
    for persona in columns(law.mappings) {
        deposits(lines, law, &persona, &some, true);
    }
    for persona in rows(law.mappings) {
        deposits(lines, law, &persona, &every, false);
    }
}

fn deposits<W: Write>(lines: &mut Lines<W>, law: Law<'_>, persona: &Persona, types: &[Code], states: bool) {
    let modes: &[Mode] = if states { &Mode::ALL } else { &[Mode::Normal] };
    for mode in modes {
        for (relation, minor) in relations(persona.is_patient()) {
            for (record, blocked, feeding_refused) in every_state(states) {
                let facts = Facts {
                    record,
                    standing: standing(record),
                    blocked,
                    feeding_refused,
                    ..open(relation, minor)
                };
                let plain = record == RecordState::Open && !blocked && !feeding_refused;
                if !lines.full && !plain && *mode != Mode::Normal {
                    continue;
                }
                one(lines, law, persona, *mode, &facts, types, states);
            }
        }
    }
}

fn every_state(states: bool) -> Vec<(RecordState, bool, bool)> {
    if !states {
        return vec![(RecordState::Open, false, false)];
    }
    let pairs = BOTH.iter().flat_map(|blocked| BOTH.map(|refused| (*blocked, refused)));
    pairs.flat_map(|(blocked, refused)| RECORDS.map(|record| (record, blocked, refused))).collect()
}

fn one<W: Write>(
    lines: &mut Lines<W>,
    law: Law<'_>,
    persona: &Persona,
    mode: Mode,
    facts: &Facts,
    types: &[Code],
    flags: bool,
) {
    let head = [persona.words(), "0", mode.words(), Token::None.word()].join("\t");
    let record = words(facts);
    let combinations = if flags { 32 } else { 1 };
    for code in types {
        for bits in 0..combinations {
            let on = |n: u8| bits & (1 << n) != 0;
            if !lines.wants() {
                continue;
            }
            let look = Look { masked: on(0), inv_patient: on(1), inv_reps: on(2), ..Look::PLAIN };
            let (secret, signs) = (on(3), !on(4));
            for with_set in BOTH {
                if with_set && code.value != "E1762" {
                    continue;
                }
                let mut caller = persona.caller(mode, Token::None);
                caller.secret_connection = secret;
                let made = made(look, code, signs, with_set, facts.relation);
                let answer = match decide_deposit(law, facts, &caller, made) {
                    Ok(permitted) => {
                        assert_eq!(permitted.depositor_was_blocked(), facts.blocked);
                        "ok".to_owned()
                    }
                    Err(denial) => denied(&denial),
                };
                let document = [
                    code.value.as_str(),
                    bit(look.masked),
                    bit(look.inv_patient),
                    bit(look.inv_reps),
                    bit(secret),
                    bit(signs),
                    bit(with_set),
                ]
                .join("\t");
                lines.line(&["deposit", &head, &record, &document, &answer]);
            }
        }
    }
}

fn made(look: Look, code: &Code, signs: bool, with_set: bool, relation: Relation) -> Submission {
    let own = match relation {
        Relation::Stranger => PERSON.to_owned(),
        Relation::Holder | Relation::Representative => patient().number().to_owned(),
    };
    let (person, structure) = if signs { (own.as_str(), STRUCTURE) } else { ("899900000099", "1999999999") };
    let mut made = submission(look.document(code, false).entry, author(person, structure));
    if with_set {
        made.associations.push(Association {
            documentation: None,
            entry_uuid: EntryUuid::from_bytes([9; 16]),
            kind: AssociationKind::Signs,
            source: EntryUuid::from_bytes([7; 16]),
            target: ObjectRef::Uuid(made.set.entry_uuid),
        });
    }
    made
}
