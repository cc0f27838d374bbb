//! `setAuthorization` into one act about oneself.

use journey::{Ground, OwnAct};
use model::{Finding, Location, Rule};
use xml::Element;

use crate::dmp::names::{HABILITATIONS, OWN};

/// Reads the act with every finding. Without `fondement` the ground is the consent that the caller collected: that is
/// what adding an authorisation attests.
///
/// # Errors
/// Findings of [`Rule::ActIsComplete`]: action missing or unknown, a role, a ground or an element that is not known.
pub fn read(payload: Element<'_>) -> Result<OwnAct, Vec<Finding>> {
    let mut reading = Reading { payload, findings: Vec::new() };
    reading.only_known();
    let action = reading.action();
    let role = reading.treating();
    let ground = reading.ground();
    let act = match (action, role, ground) {
        (Some(Action::Add), Some(false), Some(ground)) => {
            Some(OwnAct::Attest(ground.unwrap_or(Ground::ConsentCollected)))
        }
        (Some(Action::Remove), Some(false), Some(None)) => Some(OwnAct::Withdraw),
        (Some(Action::Add), Some(true), Some(None)) => Some(OwnAct::DeclareTreating),
        (Some(Action::Remove), Some(true), Some(None)) => Some(OwnAct::CeaseTreating),
        (Some(Action::Add | Action::Remove), Some(_), Some(Some(_))) => {
            reading.tell(
                "fondement",
                "seul l'ajout d'une autorisation a un fondement",
                "only the addition of an authorisation has a ground",
            );
            None
        }
        (None, _, _) | (_, None, _) | (_, _, None) => None,
    };
    act.filter(|_| reading.findings.is_empty()).ok_or(reading.findings)
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Add,
    Remove,
}

struct Reading<'a> {
    payload: Element<'a>,
    findings: Vec<Finding>,
}

impl Reading<'_> {
    fn tell(&mut self, name: &str, fr: &str, en: &str) {
        let at = Location::XPath(format!("{}/{name}", self.payload.path()));
        self.findings.push(Finding::new(Rule::ActIsComplete).at(at).detail(fr, en));
    }

    /// Nothing is passed over that the caller might believe done.
    fn only_known(&mut self) {
        let known = |child: &Element<'_>| {
            child.is(HABILITATIONS, "action") || child.is(HABILITATIONS, "role") || child.is(OWN, "fondement")
        };
        let mut seen: Vec<&str> = Vec::new();
        let unknown = self.payload.children().any(|child| {
            let again = seen.contains(&child.name());
            seen.push(child.name());
            again || !known(&child)
        });
        if unknown {
            self.tell(
                "*",
                "éléments attendus, une fois chacun : action, role, fondement",
                "expected elements, each once: action, role, fondement",
            );
        }
    }

    fn value(&self, namespace: &str, name: &str) -> Option<String> {
        let text = self.payload.child(namespace, name)?.text().trim().to_owned();
        Some(text)
    }

    fn action(&mut self) -> Option<Action> {
        match self.value(HABILITATIONS, "action").as_deref() {
            Some("AJOUT") => Some(Action::Add),
            Some("SUPPRESSION") => Some(Action::Remove),
            Some(_) | None => {
                self.tell(
                    "action",
                    "action AJOUT ou SUPPRESSION attendue",
                    "expected the action AJOUT or SUPPRESSION",
                );
                None
            }
        }
    }

    /// True for the role of médecin traitant.
    fn treating(&mut self) -> Option<bool> {
        match self.value(HABILITATIONS, "role").as_deref() {
            None => Some(false),
            Some("MEDECIN_TRAITANT") => Some(true),
            Some(_) => {
                self.tell(
                    "role",
                    "rôle MEDECIN_TRAITANT attendu, ou aucun",
                    "expected the role MEDECIN_TRAITANT, or none",
                );
                None
            }
        }
    }

    fn ground(&mut self) -> Option<Option<Ground>> {
        match self.value(OWN, "fondement").as_deref() {
            None => Some(None),
            Some("CONSENTEMENT_RECUEILLI") => Some(Some(Ground::ConsentCollected)),
            Some("EQUIPE_DE_SOINS_INFORMEE") => Some(Some(Ground::CareTeamInformed)),
            Some(_) => {
                self.tell(
                    "fondement",
                    "fondement CONSENTEMENT_RECUEILLI ou EQUIPE_DE_SOINS_INFORMEE attendu",
                    "expected the ground CONSENTEMENT_RECUEILLI or EQUIPE_DE_SOINS_INFORMEE",
                );
                None
            }
        }
    }
}
