//! The table of acts, on the record.

use std::io::Write;

use model::{EmergencyMode, Moment, Party, PersonId, StructureId};
use policy::{Choice, Facts, Grant, Ground, Law, Operation, Setting, decide_operation};

use super::not_read;
use crate::Lines;
use crate::persona::{CALLER, Mode, PERSON, STRUCTURE, Token, columns, patient};
use crate::records::{NOW, RECORD, RECORDS, bit, open, relations, standing, words};

/// Each choice as the holder's side makes it, and as a professional does about themselves.
fn choices(structure: bool) -> Vec<(Choice, &'static str)> {
    let other = || Party::Person(PersonId("899900000077".into()));
    let own = || match structure {
        true => Party::Structure(StructureId(STRUCTURE.into())),
        false => Party::Person(PersonId(PERSON.into())),
    };
    let grant = |ground| Grant { ground, until: Moment(NOW.0 + 1) };
    let holder = grant(Ground::GrantedByHolder);
    let mode = EmergencyMode::BreakGlass;
    let myself = || PersonId(PERSON.into());
    vec![
        (Choice::Set(Setting::Authorised(other(), holder)), "authorise"),
        (Choice::Lift(Setting::Authorised(other(), holder)), "withdraw"),
        (Choice::Set(Setting::Blocked(other())), "block"),
        (Choice::Lift(Setting::Blocked(other())), "unblock"),
        (Choice::Set(Setting::Opposed(mode)), "oppose-mode"),
        (Choice::Set(Setting::MaskedAllowed(mode)), "allow-masked"),
        (Choice::Set(Setting::Treating(PersonId("899900000077".into()))), "declare-treating"),
        (Choice::Lift(Setting::Treating(PersonId("899900000077".into()))), "end-treating"),
        (Choice::Set(Setting::FeedingRefused(other())), "refuse-feeding"),
        (Choice::CloseRecord, "close"),
        (Choice::EraseRecord, "erase"),
        (Choice::Set(Setting::Authorised(own(), grant(Ground::ConsentCollected))), "attest"),
        (Choice::Set(Setting::Authorised(own(), grant(Ground::CareTeamInformed))), "attest"),
        (Choice::Lift(Setting::Authorised(own(), grant(Ground::ConsentCollected))), "relinquish"),
        (Choice::Lift(Setting::Treating(myself())), "cease-treating"),
    ]
}

pub(crate) fn write<W: Write>(lines: &mut Lines<W>, law: Law<'_>) {
    lines.head("choice", &[&CALLER[..], &RECORD[..], &["choice"]].concat());
    for persona in columns(law.mappings) {
        for mode in Mode::ALL {
            for token in Token::ALL {
                let caller = persona.caller(mode, token);
                for (relation, minor) in relations(persona.is_patient()) {
                    for record in RECORDS {
                        for (blocked, treating) in
                            [(false, false), (false, true), (true, false), (true, true)]
                        {
                            let facts = Facts {
                                record,
                                standing: standing(record),
                                blocked,
                                treating_physician: treating,
                                ..open(relation, minor)
                            };
                            let head =
                                [persona.words(), bit(treating), mode.words(), token.word()].join("\t");
                            let told = words(&facts);
                            let staff = caller.person().is_none();
                            for (choice, word) in choices(staff) {
                                let holders = matches!(word, "attest" | "relinquish" | "cease-treating");
                                if persona.is_patient() && holders {
                                    continue; // these are a professional's about themselves
                                }
                                let operation = Operation::Choose(patient(), choice);
                                let answer = match decide_operation(law, &facts, &caller, operation) {
                                    Ok(_) => "ok".to_owned(),
                                    Err(denial) => not_read(&denial),
                                };
                                lines.line(&["choice", &head, &told, word, &answer]);
                            }
                        }
                    }
                }
            }
        }
    }
}
