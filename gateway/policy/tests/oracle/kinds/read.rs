//! Lines 3 to 9 of table 2.

use std::io::Write;

use policy::{Ask, Facts, Law, ReadAct, decide_read};

use super::not_read;
use crate::Lines;
use crate::persona::{CALLER, Mode, Token, columns, patient};
use crate::records::{AUTHORISATIONS, BOTH, RECORD, RECORDS, bit, open, relations, standing, words};

pub(crate) const ACTS: [(ReadAct, &str); 3] =
    [(ReadAct::Search, "search"), (ReadAct::OneReference, "reference"), (ReadAct::Read, "read")];

pub(crate) fn write<W: Write>(lines: &mut Lines<W>, law: Law<'_>) {
    lines.head("read", &[&CALLER[..], &RECORD[..], &["act"]].concat());
    for persona in columns(law.mappings) {
        let mut states: Vec<(Facts, String)> = Vec::new();
        for (relation, minor) in relations(persona.is_patient()) {
            every_state(&open(relation, minor), lines.full, &mut states);
        }
        for mode in Mode::ALL {
            for token in Token::ALL {
                if !lines.full && token != Token::None && mode != Mode::Normal {
                    continue;
                }
                let caller = persona.caller(mode, token);
                for treating in BOTH {
                    let head = [persona.words(), bit(treating), mode.words(), token.word()].join("\t");
                    for (facts, told) in &states {
                        let facts = Facts { treating_physician: treating, ..facts.clone() };
                        for (act, word) in ACTS {
                            let ask = Ask { patient: patient(), act };
                            let answer = match decide_read(law, &facts, &caller, &ask) {
                                Ok(_) => "ok".to_owned(),
                                Err(denial) => not_read(&denial),
                            };
                            lines.line(&["read", &head, told, word, &answer]);
                        }
                    }
                }
            }
        }
    }
}

/// Every state of the record; the slice leaves out what is proved to be independent by the full product.
fn every_state(base: &Facts, full: bool, states: &mut Vec<(Facts, String)>) {
    for record in RECORDS {
        for blocked in BOTH {
            for authorisation in AUTHORISATIONS {
                for granted in AUTHORISATIONS {
                    for (break_glass_opposed, centre_15_opposed) in
                        [(false, false), (false, true), (true, false), (true, true)]
                    {
                        let both = break_glass_opposed && centre_15_opposed;
                        if !full
                            && (both || (granted != authorisation && record != policy::RecordState::Open))
                        {
                            continue;
                        }
                        let facts = Facts {
                            record,
                            standing: standing(record),
                            blocked,
                            authorisation,
                            granted,
                            break_glass_opposed,
                            centre_15_opposed,
                            ..base.clone()
                        };
                        let told = words(&facts);
                        states.push((facts, told));
                    }
                }
            }
        }
    }
}
