//! Lines 10 to 15 of table 2: what of an open record is shown.

use std::io::Write;

use model::{Availability, Code};
use policy::{Ask, Facts, Law, ReadAct, decide_read};

use super::read::ACTS;
use super::types;
use crate::Lines;
use crate::documents::{DOCUMENT, Document, Look};
use crate::persona::{CALLER, Mode, Persona, Token, columns, patient, rows};
use crate::records::{BOTH, RECORD, bit, open, relations, words};

/// A document with the words that the oracle is told.
pub(crate) type Told = (Document, String);

pub(crate) fn write<W: Write>(lines: &mut Lines<W>, law: Law<'_>) {
    lines.head("show", &[&CALLER[..], &RECORD[..], &["act"], &DOCUMENT[..]].concat());
    let full = lines.full;
    let looks = [false, true].map(|patients| told(&types(law.mappings, false), &Look::all(false), patients));
    let [of_professionals, of_patients] = &looks;
    for persona in columns(law.mappings) {
        let looks = if persona.is_patient() { of_patients } else { of_professionals };
        shown(lines, law, &persona, looks);
    }
    // Every profession × every type: the whole matrix, for authors and for others.
    let own = |own| Look { own, ..Look::PLAIN };
    let (archived, masked) =
        (Look { status: Availability::Archived, ..Look::PLAIN }, Look { masked: true, ..Look::PLAIN });
    let few = [own(false), own(true), archived, masked];
    let some = if full { &few } else { few.get(..2).unwrap_or(&few) };
    let cells = told(&types(law.mappings, true), some, false);
    for persona in rows(law.mappings) {
        shown(lines, law, &persona, &cells);
    }
}

pub(crate) fn told(types: &[Code], looks: &[Look], patients: bool) -> Vec<Told> {
    let pairs = types.iter().flat_map(|code| looks.iter().map(move |look| (code, look)));
    pairs.map(|(code, look)| (look.document(code, patients), look.words(code))).collect()
}

fn shown<W: Write>(lines: &mut Lines<W>, law: Law<'_>, persona: &Persona, documents: &[Told]) {
    for mode in [Mode::Normal, Mode::BreakGlass, Mode::Regulator] {
        let caller = persona.caller(mode, Token::None);
        for (relation, minor) in relations(persona.is_patient()) {
            for treating in BOTH {
                for masked_allowed in BOTH {
                    let few = !lines.full && (masked_allowed && mode == Mode::Normal);
                    if few || (!lines.full && minor && !persona.is_patient()) {
                        continue;
                    }
                    let facts = Facts {
                        treating_physician: treating,
                        masked_in_break_glass: masked_allowed,
                        masked_in_centre_15: masked_allowed,
                        ..open(relation, minor)
                    };
                    let head = [persona.words(), bit(treating), mode.words(), Token::None.word()].join("\t");
                    let record = words(&facts);
                    for (act, word) in ACTS {
                        if !lines.full && act == ReadAct::Search {
                            continue; // as for a reference
                        }
                        let ask = Ask { patient: patient(), act };
                        let Ok(visibility) = decide_read(law, &facts, &caller, &ask) else { continue };
                        for (document, document_words) in documents {
                            let answer = if visibility.admits(document) { "shown" } else { "hidden" };
                            lines.line(&["show", &head, &record, word, document_words, answer]);
                        }
                    }
                }
            }
        }
    }
}
