//! A Consent as it is submitted, to the one choice that it means (IHE PCF; `docs/consent.md`).

use mappings::Systems;
use model::{EntryUuid, Finding, Moment};
use policy::{Grant, Ground};

use super::code;
use super::table::{Decision, Parts, Policy, Wish, is_authorisation, meaning};
use crate::codec::{Element, time};
use crate::incoming::{incomplete, lacks, not_understood};
use crate::party;
use crate::patient::Named;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// How long one may last at the most: five years, leap days counted generously.
pub(super) const MOST_SECONDS: i64 = 5 * 366 * DAY;

/// What reading needs beside the resource.
pub(super) struct Frame<'a> {
    pub(super) systems: &'a Systems,
    /// Base URL of this door.
    pub(super) base: &'a str,
    pub(super) now: Moment,
    /// The caller is the holder or a representative: an authorisation that states no ground is their grant.
    pub(super) own_side: bool,
}

/// What is asked, and of whose record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) patient: Named,
    pub(super) wish: Wish,
}

/// Reads a structurally sound Consent, or tells everything that is wrong with it.
pub(super) fn read(consent: &Element<'_>, frame: &Frame<'_>) -> Result<Asked, Vec<Finding>> {
    let mut reading = Reading { consent, frame, findings: Vec::new() };
    reading.head();
    let patient = reading.patient();
    let policy = reading.policy();
    let provision = consent.get("provision");
    let parts = match &provision {
        Some(provision) => reading.parts(provision, policy),
        None => {
            reading.findings.push(lacks(consent, "provision"));
            None
        }
    };
    let wish = match (parts, &provision) {
        (Some(parts), Some(provision)) => reading.wish(parts, provision),
        _ => None,
    };
    match (patient, wish) {
        (Some(patient), Some(wish)) if reading.findings.is_empty() => Ok(Asked { patient, wish }),
        _ => Err(reading.findings),
    }
}

struct Reading<'a, 'e> {
    consent: &'a Element<'e>,
    frame: &'a Frame<'a>,
    findings: Vec<Finding>,
}

impl Reading<'_, '_> {
    fn keep<T>(&mut self, result: Result<T, Finding>) -> Option<T> {
        result.map_err(|finding| self.findings.push(finding)).ok()
    }

    fn tell(&mut self, at: &Element<'_>, fr: &str, en: &str) {
        self.findings.push(incomplete(at, fr, en));
    }

    /// Status, scope, category, date, performer, organization.
    fn head(&mut self) {
        let consent = self.consent;
        not_understood(
            consent,
            &["implicitRules", "modifierExtension", "verification", "policyRule"],
            &mut self.findings,
        );
        for name in ["scope", "category", "dateTime", "performer", "organization"] {
            if !consent.has(name) {
                self.findings.push(lacks(consent, name));
            }
        }
        if consent.text("status") != Some("active") {
            let finding = incomplete(consent, "status attendu : active", "expected status: active");
            self.findings.push(finding.at(consent.place_of("status")));
        }
        let scope = consent.get("scope");
        if let Some(scope) = scope.filter(|at| !at.all("coding").iter().any(|one| code::is(one, code::SCOPE)))
        {
            self.tell(&scope, "scope attendu : patient-privacy", "expected scope: patient-privacy");
        }
        let date = consent.text("dateTime").and_then(time::date_time);
        if date.is_some_and(|date| date.start() > self.frame.now) {
            let finding = incomplete(
                consent,
                "un acte ne peut pas être daté du futur",
                "an act is not dated in the future",
            );
            self.findings.push(finding.at(consent.place_of("dateTime")));
        }
    }

    fn patient(&mut self) -> Option<Named> {
        match self.consent.get("patient") {
            Some(reference) => self.keep(Named::by_reference(self.consent, &reference, self.frame.base)),
            None => {
                self.findings.push(lacks(self.consent, "patient"));
                None
            }
        }
    }

    fn policy(&mut self) -> Option<Policy> {
        let Some(policy) = self.consent.only("policy") else {
            self.tell(
                self.consent,
                "une politique (policy.uri) et une seule",
                "one policy (policy.uri) and only one",
            );
            return None;
        };
        let known = Policy::ALL.into_iter().find(|known| policy.text("uri") == Some(known.uri()));
        if known.is_none() {
            let listed = Policy::ALL.map(Policy::uri).join(", ");
            let (fr, en) = (
                format!("policy.uri attendu parmi : {listed}"),
                format!("expected policy.uri, one of: {listed}"),
            );
            self.findings.push(incomplete(&policy, fr, en).at(policy.place_of("uri")));
        }
        known
    }

    /// The provision, its parts each alone; `None` if one could not be read.
    fn parts(&mut self, provision: &Element<'_>, policy: Option<Policy>) -> Option<Parts> {
        let before = self.findings.len();
        let unknown = ["modifierExtension", "action", "class", "code", "dataPeriod", "provision"];
        not_understood(provision, &unknown, &mut self.findings);
        let decision = match provision.text("type") {
            Some("permit") => Some(Decision::Permit),
            Some("deny") => Some(Decision::Deny),
            _ => {
                let finding =
                    incomplete(provision, "type attendu : permit ou deny", "expected type: permit or deny");
                self.findings.push(finding.at(provision.place_of("type")));
                None
            }
        };
        let actor = self.one(provision, "actor", Reading::actor);
        let mode = self.one(provision, "purpose", Reading::mode);
        let masked = self.one(provision, "securityLabel", Reading::masked).is_some();
        let document = self.one(provision, "data", Reading::document);
        let whole = self.findings.len() == before;
        let (decision, policy) = (decision?, policy?);
        whole.then_some(Parts { decision, policy, actor, mode, masked, document })
    }

    /// The only item of a child, read; `None` if it is absent or was told.
    fn one<T>(
        &mut self,
        provision: &Element<'_>,
        name: &str,
        read: fn(&mut Self, &Element<'_>) -> Option<T>,
    ) -> Option<T> {
        let items = provision.all(name);
        for more in items.iter().skip(1) {
            self.tell(
                more,
                "un Consent porte un seul choix : une seule valeur ici",
                "a Consent carries one choice: one value here",
            );
        }
        items.first().and_then(|item| read(self, item))
    }

    fn actor(&mut self, actor: &Element<'_>) -> Option<model::Party> {
        not_understood(actor, &["modifierExtension"], &mut self.findings);
        let role = actor.get("role").and_then(|role| role.only("coding"));
        if !role.is_some_and(|role| code::is(&role, code::RECIPIENT)) {
            let finding = incomplete(
                actor,
                "role attendu : v3-ParticipationType#IRCP",
                "expected role: v3-ParticipationType#IRCP",
            );
            self.findings.push(finding.at(actor.place_of("role")));
        }
        let reference = actor.get("reference");
        let party = match &reference {
            Some(reference) => party::read(self.consent, reference),
            None => Err(lacks(actor, "reference")),
        };
        self.keep(party)
    }

    fn mode(&mut self, purpose: &Element<'_>) -> Option<model::EmergencyMode> {
        let mode = code::mode(purpose, self.frame.systems);
        if mode.is_none() {
            self.tell(
                purpose,
                "mode inconnu : v3-ActReason#BTG (bris de glace), TRE_R248#centre_15 ou v3-ActReason#ETREAT attendu",
                "unknown mode: expected v3-ActReason#BTG (break-glass), TRE_R248#centre_15 or v3-ActReason#ETREAT",
            );
        }
        mode
    }

    fn masked(&mut self, label: &Element<'_>) -> Option<()> {
        let masked = code::is_masked(label, self.frame.systems);
        if !masked {
            self.tell(
                label,
                "seul MASQUE_PS (TRE_A07) est compris ici",
                "only MASQUE_PS (TRE_A07) is understood here",
            );
        }
        masked.then_some(())
    }

    fn document(&mut self, data: &Element<'_>) -> Option<EntryUuid> {
        not_understood(data, &["modifierExtension"], &mut self.findings);
        if data.text("meaning") != Some("instance") {
            let finding = incomplete(data, "meaning attendu : instance", "expected meaning: instance");
            self.findings.push(finding.at(data.place_of("meaning")));
        }
        let reference = data.get("reference");
        let text = reference.as_ref().and_then(|reference| reference.text("reference")).unwrap_or_default();
        let relative = text.strip_prefix(self.frame.base).map_or(text, |rest| rest.trim_start_matches('/'));
        let id = relative.strip_prefix("DocumentReference/").and_then(|id| EntryUuid::parse(id).ok());
        if id.is_none() {
            let at = reference.unwrap_or_else(|| data.clone());
            self.tell(
                &at,
                "DocumentReference/<id> de ce serveur attendu",
                "expected DocumentReference/<id> of this server",
            );
        }
        id
    }

    fn wish(&mut self, parts: Parts, provision: &Element<'_>) -> Option<Wish> {
        let grant = match is_authorisation(&parts) {
            true => Some(self.grant(provision)?),
            false => {
                self.no_grant(provision);
                None
            }
        };
        let wish = meaning(parts, grant);
        if wish.is_none() {
            self.tell(
                provision,
                "cette combinaison ne désigne aucun choix (tableau de docs/consent.md)",
                "this combination names no choice (table of docs/consent.md)",
            );
        }
        wish
    }

    fn grant(&mut self, provision: &Element<'_>) -> Option<Grant> {
        let (ground, until) = (self.ground(), self.until(provision));
        Some(Grant { ground: ground?, until: until? })
    }

    fn ground(&mut self) -> Option<Ground> {
        let stated = code::grounds(&self.consent.all("category"));
        match stated.as_slice() {
            [] if self.frame.own_side => Some(Ground::GrantedByHolder),
            [(_, Some(ground))] => Some(*ground),
            _ => {
                let at = stated.first().map_or(self.consent, |(coding, _)| coding);
                let finding = incomplete(
                    at,
                    "une autorisation dit son fondement dans category (urn:passerelle:fhir:consent-ground) : \
                     consent-collected (consentement recueilli) ou care-team-informed (équipe de soins, patient informé)",
                    "an authorisation states its ground in category (urn:passerelle:fhir:consent-ground): \
                     consent-collected or care-team-informed (the patient was informed)",
                );
                self.findings.push(finding);
                None
            }
        }
    }

    /// The first instant at which the authorisation is no longer valid.
    fn until(&mut self, provision: &Element<'_>) -> Option<Moment> {
        let now = self.frame.now.to_hl7().start();
        let usual = now.plus_seconds(Grant::USUAL_SECONDS);
        let Some(period) = provision.get("period") else { return Some(usual) };
        let at = |name| period.text(name).and_then(time::date_time);
        if at("start").is_some_and(|start| start.start() > self.frame.now) {
            let finding =
                incomplete(&period, "une autorisation commence maintenant", "an authorisation begins now");
            self.findings.push(finding.at(period.place_of("start")));
            return None;
        }
        let Some(end) = at("end") else { return Some(usual) };
        let until = end.end();
        if until > self.frame.now && until <= now.plus_seconds(MOST_SECONDS) {
            return Some(until);
        }
        let finding = incomplete(
            &period,
            "fin attendue : dans l'avenir et dans les cinq ans",
            "expected end: in the future and within five years",
        );
        self.findings.push(finding.at(period.place_of("end")));
        None
    }

    /// What only an authorisation has.
    fn no_grant(&mut self, provision: &Element<'_>) {
        not_understood(provision, &["period"], &mut self.findings);
        for (coding, _) in code::grounds(&self.consent.all("category")) {
            self.tell(&coding, "seule une autorisation a un fondement", "only an authorisation has a ground");
        }
    }
}
