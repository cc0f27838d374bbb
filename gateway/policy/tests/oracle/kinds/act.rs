//! The table of acts, on one document.

use std::io::Write;

use model::{Party, PersonId};
use policy::{DocumentAct, Facts, Law, RecordState, decide_document};

use super::not_read;
use super::show::{Told, told};
use super::types;
use crate::Lines;
use crate::documents::{DOCUMENT, Look};
use crate::persona::{CALLER, Mode, Persona, Token, columns, patient};
use crate::records::{AUTHORISATIONS, BOTH, RECORD, RECORDS, bit, open, relations, standing, words};

fn deeds() -> [(DocumentAct, &'static str); 10] {
    let somebody = || Party::Person(PersonId("899900000077".into()));
    [
        (DocumentAct::Mask, "mask"),
        (DocumentAct::Unmask, "unmask"),
        (DocumentAct::MaskTo(somebody()), "mask-to"),
        (DocumentAct::UnmaskTo(somebody()), "unmask-to"),
        (DocumentAct::Announce, "announce"),
        (DocumentAct::ShowToRepresentatives, "show-representatives"),
        (DocumentAct::Archive, "archive"),
        (DocumentAct::Restore, "restore"),
        (DocumentAct::Delete, "delete"),
        (DocumentAct::Destroy, "destroy"),
    ]
}

pub(crate) fn write<W: Write>(lines: &mut Lines<W>, law: Law<'_>) {
    lines.head("act", &[&CALLER[..], &RECORD[..], &DOCUMENT[..], &["deed"]].concat());
    let mut types = types(law.mappings, lines.full);
    if !lines.full {
        types.retain(|code| matches!(code.value.as_str(), "11369-6" | "E1762"));
    }
    let (whole, undeposited) =
        (told(&types, &Look::all(true), false), told(&types, &Look::all(false), false));
    let of_patients = told(&types, &Look::all(true), true);
    let both = [Look::PLAIN, Look { own: true, ..Look::PLAIN }];
    let few = [false, true].map(|patients| told(types.get(..1).unwrap_or_default(), &both, patients));
    let [few_of_professionals, few_of_patients] = &few;
    for persona in columns(law.mappings) {
        let few = if persona.is_patient() { few_of_patients } else { few_of_professionals };
        for mode in Mode::ALL {
            for (relation, minor) in relations(persona.is_patient()) {
                for treating in BOTH {
                    let facts = Facts { treating_physician: treating, ..open(relation, minor) };
                    // Who deposited bears on the holder's side and, by a switch, on the médecin traitant.
                    let looks = match (persona.is_patient(), lines.full) {
                        (true, _) => &of_patients,
                        (false, true) => &whole,
                        (false, false) => &undeposited,
                    };
                    if lines.full || persona.is_patient() || (!minor && mode != Mode::Blank) {
                        acted(lines, law, &persona, mode, &facts, looks);
                    }
                    for record in RECORDS {
                        for blocked in BOTH {
                            for authorisation in AUTHORISATIONS {
                                let facts = Facts {
                                    record,
                                    standing: standing(record),
                                    blocked,
                                    authorisation,
                                    granted: authorisation,
                                    ..facts.clone()
                                };
                                if record == RecordState::Open || lines.full || mode == Mode::Normal {
                                    acted(lines, law, &persona, mode, &facts, few);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn acted<W: Write>(
    lines: &mut Lines<W>,
    law: Law<'_>,
    persona: &Persona,
    mode: Mode,
    facts: &Facts,
    documents: &[Told],
) {
    let caller = persona.caller(mode, Token::None);
    let treating = bit(facts.treating_physician);
    let head = [persona.words(), treating, mode.words(), Token::None.word()].join("\t");
    let record = words(facts);
    for (document, told) in documents {
        for (deed, word) in deeds() {
            let answer = match decide_document(law, facts, &caller, &patient(), document, vec![deed]) {
                Ok(_) => "ok".to_owned(),
                Err(denial) => not_read(&denial),
            };
            lines.line(&["act", &head, &record, told, word, &answer]);
        }
    }
}
