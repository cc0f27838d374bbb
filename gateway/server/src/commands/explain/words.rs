//! The words of an explanation in both languages. What a rule says stands in `mappings/refusals.toml`.

use mappings::Language;
use model::Stage;
use policy::{Clause, Place, Verdict};

use super::decide::Answer;

/// Picks by the language.
pub(crate) const fn pick(language: Language, fr: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::French => fr,
        Language::English => en,
    }
}

/// A stage of the decision.
pub(crate) const fn stage(stage: Stage, language: Language) -> &'static str {
    let (fr, en) = match stage {
        Stage::Caller => ("A appelant", "A caller"),
        Stage::Request => ("B requête", "B request"),
        Stage::Record => ("C dossier", "C record"),
        Stage::Right => ("D droit", "D right"),
        Stage::Flags => ("E marques", "E flags"),
        Stage::Links => ("F liens", "F links"),
        Stage::Content => ("G contenu", "G content"),
        Stage::Commit => ("H écriture", "H commit"),
    };
    pick(language, fr, en)
}

/// A vote.
pub(crate) const fn verdict(verdict: &Verdict, language: Language) -> &'static str {
    let (fr, en) = match verdict {
        Verdict::Passes => ("passe", "passes"),
        Verdict::Refuses => ("refuse", "refuses"),
        Verdict::NotAsked => ("non demandée", "not asked"),
    };
    pick(language, fr, en)
}

/// The answer.
pub(crate) const fn answer(answer: Answer, language: Language) -> &'static str {
    let (fr, en) = match answer {
        Answer::Permitted => ("permis", "permitted"),
        Answer::Refused => ("refusé, et dit pourquoi", "refused, and told why"),
        Answer::Absent => ("répondu comme s'il n'y avait rien", "told as if there were nothing"),
    };
    pick(language, fr, en)
}

/// The caller's place, in words.
pub(crate) fn place(place: Option<Place>, language: Language) -> String {
    match place {
        None => pick(language, "aucune", "none").to_owned(),
        Some(Place::Holder) => pick(language, "titulaire", "holder").to_owned(),
        Some(Place::Representative) => pick(language, "représentant légal", "representative").to_owned(),
        Some(Place::Column(column)) => column.word().to_owned(),
        Some(Place::Member) => pick(language, "membre du domaine", "member of the domain").to_owned(),
    }
}

/// What a clause demands of a document.
pub(crate) const fn clause(clause: Clause, language: Language) -> &'static str {
    let (fr, en) = match clause {
        Clause::DocumentIsOfThisRecord => ("le document est de ce dossier", "the document is of this record"),
        Clause::DocumentIsNotDeleted => ("il n'est pas supprimé", "it is not deleted"),
        Clause::DocumentIsOwn => (
            "une structure ou un employé ne voit que ses propres documents",
            "a structure or an employee sees own documents only",
        ),
        Clause::DocumentIsAnnounced => ("il est annoncé au titulaire", "it is announced to the holder"),
        Clause::DocumentIsNotKeptFromRepresentatives => {
            ("il n'est pas invisible aux représentants légaux", "it is not kept from representatives")
        }
        Clause::DocumentIsNotMasked => {
            ("il n'est pas masqué aux professionnels", "it is not masked to professionals")
        }
        Clause::DocumentIsNotMaskedToCaller => {
            ("il n'est pas masqué à cet appelant", "it is not masked to this caller")
        }
        Clause::SignatureIsOwn => (
            "la signature d'un lot n'est montrée qu'à son auteur",
            "the signature of a set is shown to its author only",
        ),
        Clause::TypeIsOpenToProfession => (
            "la matrice d'habilitation ouvre ce type à la profession",
            "the habilitation matrix opens this type to the profession",
        ),
    };
    pick(language, fr, en)
}
