//! One decision, two doors: whatever the caller, the mode, the record, the document and the choices in force, the FHIR
//! answer and the XDS answer are both the one of the pure function on the facts of the store.

mod stage;

use std::collections::BTreeSet;

use ihe::Transaction;
use ihe::iti18::request::ReturnType;
use ihe::iti43::request::DocumentRequest;
use journey::{Clock as _, DocumentKey, Store as _, StoredEntry};
use model::{Availability, Caller, Channel, DocumentQuery, Scope, UniqueId, VisibilityFlag};
use passerelle_tests::dice::{Dice, count};
use passerelle_tests::hall::{Answer, FhirAsk, Hall, REPOSITORY};
use passerelle_tests::paper::Paper;
use policy::{Ask, ReadAct, ReadDenial, decide_deposit, decide_read};

use stage::{LABORATORY, PATIENTS, TYPES, choose, persona, stage};

/// Cases, unless `PASSERELLE_DOORS` says another number.
const USUAL: usize = 300;
/// Cases on the same records: what they deposit stays within one page of a search.
const OF_A_STAGE: usize = 400;

#[tokio::test]
async fn both_doors_answer_what_the_pure_function_decides() {
    let (mut hall, mut papers) = stage().await;
    let mut dice = Dice::new(22);
    let cases = count("PASSERELLE_DOORS", USUAL);
    let (mut allowed, mut refused) = (0, 0);
    for number in 0..cases {
        if number > 0 && number.is_multiple_of(OF_A_STAGE) {
            (hall, papers) = stage().await;
        }
        if dice.once_in(2) {
            choose(&hall, &mut dice).await;
        }
        let patient = *dice.of(&PATIENTS);
        let caller = Caller { patient: Some(hall.patient(patient)), ..persona(&hall, &mut dice) };
        let case = Case { hall: &hall, patient, caller };
        let expected = match dice.below(4) {
            0 => case.search(&papers).await,
            1 => case.one_reference(dice.of(&papers)).await,
            2 => case.read(dice.of(&papers)).await,
            _ => case.deposit(10_000 + 2 * number as u64, &mut dice).await,
        };
        if expected { allowed += 1 } else { refused += 1 }
    }
    println!("{cases} cases at both doors: {allowed} allowed, {refused} refused or empty");
    assert!(cases < 100 || (allowed > cases / 20 && refused > cases / 20), "{allowed} and {refused}");
}

/// One question of one caller about one record.
struct Case<'a> {
    hall: &'a Hall,
    patient: &'static str,
    caller: Caller,
}

/// What an answer is: rules that refuse, or what is shown.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Refused(BTreeSet<String>),
    Shown(BTreeSet<String>),
}

impl Case<'_> {
    /// Nothing of a patient's token comes through SOAP.
    fn through_soap(&self) -> bool {
        self.caller.channel != Channel::Patient
    }

    async fn decided(&self, act: ReadAct, asked: &[&Paper]) -> Outcome {
        let (desk, patient) = (&self.hall.desk, self.hall.patient(self.patient));
        let now = desk.clock.now();
        let facts = desk.store.facts(&patient, &self.caller, now).await.unwrap();
        match decide_read(desk.law(now), &facts, &self.caller, &Ask { patient: patient.clone(), act }) {
            Err(ReadDenial::Absent) => Outcome::Shown(BTreeSet::new()),
            Err(ReadDenial::Denied(denial)) => Outcome::Refused(
                denial.findings.iter().map(|finding| finding.rule.name().to_owned()).collect(),
            ),
            Ok(visibility) => {
                let mut shown = BTreeSet::new();
                for paper in asked {
                    let stored = desk.store.entry(&patient, &DocumentKey::Uuid(paper.uuid())).await.unwrap();
                    let visible = stored.filter(|stored: &StoredEntry| visibility.admits(stored));
                    shown.extend(visible.map(|_| paper.uuid().bare()));
                }
                Outcome::Shown(shown)
            }
        }
    }

    async fn fhir(&self, ask: FhirAsk) -> Answer {
        self.hall.fhir(&self.caller, &ask).await
    }

    async fn xds(&self, transaction: Transaction, payload: &str) -> Answer {
        self.hall.xds(&self.caller, transaction.action(), payload, &[]).await.unwrap()
    }

    fn agree(&self, what: &str, expected: &Outcome, fhir: &Outcome, xds: Option<&Outcome>) -> bool {
        assert_eq!(fhir, expected, "FHIR, {what} of {}: {:?}", self.patient, self.caller);
        if let Some(xds) = xds {
            assert_eq!(xds, expected, "XDS, {what} of {}: {:?}", self.patient, self.caller);
        }
        matches!(expected, Outcome::Shown(shown) if !shown.is_empty())
    }

    async fn search(&self, papers: &[Paper]) -> bool {
        let patient = self.hall.patient(self.patient);
        let here: Vec<&Paper> = papers.iter().filter(|paper| paper.patient == patient).collect();
        let expected = self.decided(ReadAct::Search, &here).await;
        let query = format!("status=current,superseded&_count=200&{}", named(&patient));
        let fhir = shown_by_fhir(&self.fhir(FhirAsk::get("DocumentReference", query)).await);
        let mut query = DocumentQuery::new(Some(patient), Scope::Find);
        query.status = vec![Availability::Approved, Availability::Deprecated, Availability::Archived];
        let xds = self.stored_query(query).await;
        self.agree("search", &expected, &only(fhir, &here), xds.map(|xds| only(xds, &here)).as_ref())
    }

    async fn stored_query(&self, query: DocumentQuery) -> Option<Outcome> {
        let payload = ihe::iti18::request::write(&query, ReturnType::ObjectRef);
        if !self.through_soap() {
            return None;
        }
        Some(shown_by_xds(&self.xds(Transaction::Iti18, &payload).await))
    }

    async fn one_reference(&self, paper: &Paper) -> bool {
        let expected = self.decided(ReadAct::OneReference, &[paper]).await;
        let query = format!("identifier=urn:ietf:rfc:3986%7Curn:oid:{}", paper.unique_id());
        let query = format!("{query}&{}", named(&self.hall.patient(self.patient)));
        let fhir = shown_by_fhir(&self.fhir(FhirAsk::get("DocumentReference", query)).await);
        let ids = vec![UniqueId::parse(&paper.unique_id()).unwrap()];
        let xds = self.stored_query(DocumentQuery::new(None, Scope::UniqueIds(ids))).await;
        self.agree("reference", &expected, &fhir, xds.as_ref())
    }

    async fn read(&self, paper: &Paper) -> bool {
        let expected = self.decided(ReadAct::Read, &[paper]).await;
        let path = format!("Binary/{}", paper.uuid().bare());
        let answer = self.fhir(FhirAsk { accept: Some("*/*"), ..FhirAsk::get(path, "") }).await;
        let bytes_of = |shown: bool| Outcome::Shown(shown.then(|| paper.uuid().bare()).into_iter().collect());
        let fhir = match (answer.status, rules_of_fhir(&answer)) {
            (200, _) => bytes_of(answer.body == paper.bytes()),
            (404, rules) if rules.is_empty() => bytes_of(false),
            (_, rules) => Outcome::Refused(rules),
        };
        let xds = if self.through_soap() {
            let request = DocumentRequest { repository: REPOSITORY.into(), document: paper.unique_id() };
            let answer = self.xds(Transaction::Iti43, &ihe::iti43::request::write(&[request])).await;
            let (text, rules) = (answer.text(), rules_of_xds(&answer));
            Some(match rules.is_empty() {
                true => bytes_of(text.contains("ResponseStatusType:Success")),
                false => Outcome::Refused(rules),
            })
        } else {
            None
        };
        self.agree("content", &expected, &fhir, xds.as_ref())
    }

    /// Two deposits alike, one through each door.
    async fn deposit(&self, number: u64, dice: &mut Dice) -> bool {
        if !self.through_soap() {
            return false;
        }
        let desk = &self.hall.desk;
        let patient = self.hall.patient(self.patient);
        let person = self.caller.person().map_or(LABORATORY.0.to_owned(), |person| person.0.clone());
        let structure = self.caller.structure.clone().map(|structure| structure.0).unwrap_or_default();
        let flags = if dice.once_in(3) { vec![*dice.of(&VisibilityFlag::ALL)] } else { Vec::new() };
        let type_code = *dice.of(&TYPES);
        let [one, other] = [number, number + 1].map(|number| Paper {
            type_code,
            flags: flags.clone(),
            ..Paper::new(number, &patient, (&person, &structure))
        });
        let now = desk.clock.now();
        let facts = desk.store.facts(&patient, &self.caller, now).await.unwrap();
        let submission = one.submission(&desk.mappings);
        let accepted = || Outcome::Shown(BTreeSet::from(["deposited".to_owned()]));
        let expected = match decide_deposit(desk.law(now), &facts, &self.caller, submission) {
            Ok(_) => accepted(),
            Err(denial) => Outcome::Refused(
                denial.findings.iter().map(|finding| finding.rule.name().to_owned()).collect(),
            ),
        };
        let answer = self
            .fhir(FhirAsk {
                method: "POST",
                path: "DocumentReference".to_owned(),
                content_type: Some("application/fhir+json"),
                body: one.iti105(&desk.mappings),
                ..FhirAsk::default()
            })
            .await;
        let fhir = if answer.status == 201 { accepted() } else { Outcome::Refused(rules_of_fhir(&answer)) };
        let (payload, parts) = other.iti41(&desk.mappings);
        let answer =
            self.hall.xds(&self.caller, Transaction::Iti41.action(), &payload, &parts).await.unwrap();
        let success = answer.text().contains("ResponseStatusType:Success");
        let xds = if success { accepted() } else { Outcome::Refused(rules_of_xds(&answer)) };
        self.agree("deposit", &expected, &fhir, Some(&xds))
    }
}

fn named(patient: &model::Ins) -> String {
    format!("patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{}", patient.number())
}

/// Of what is shown, the documents that the stage deposited.
fn only(outcome: Outcome, papers: &[&Paper]) -> Outcome {
    match outcome {
        Outcome::Shown(shown) => {
            let known: BTreeSet<String> = papers.iter().map(|paper| paper.uuid().bare()).collect();
            Outcome::Shown(shown.intersection(&known).cloned().collect())
        }
        refused @ Outcome::Refused(_) => refused,
    }
}

fn shown_by_fhir(answer: &Answer) -> Outcome {
    let json = answer.json();
    if answer.status != 200 {
        return Outcome::Refused(rules_of_fhir(answer));
    }
    let entries = json["entry"].as_array().into_iter().flatten();
    Outcome::Shown(entries.filter_map(|entry| entry["resource"]["id"].as_str()).map(str::to_owned).collect())
}

fn shown_by_xds(answer: &Answer) -> Outcome {
    let (text, rules) = (answer.text(), rules_of_xds(answer));
    if !rules.is_empty() {
        return Outcome::Refused(rules);
    }
    let refs = text.split("<rim:ObjectRef id=\"urn:uuid:").skip(1);
    Outcome::Shown(refs.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect())
}

fn rules_of_fhir(answer: &Answer) -> BTreeSet<String> {
    let json = answer.json();
    let issues = json["issue"].as_array().into_iter().flatten();
    let codings = issues.flat_map(|issue| issue["details"]["coding"].as_array().cloned().unwrap_or_default());
    let rules = codings.filter(|coding| coding["system"] == "urn:passerelle:rule");
    rules.filter_map(|coding| coding["code"].as_str().map(str::to_owned)).collect()
}

fn rules_of_xds(answer: &Answer) -> BTreeSet<String> {
    let text = answer.text();
    let rules = text.split("codeContext=\"[").skip(1).filter_map(|rest| rest.split(']').next());
    rules.map(str::to_owned).collect()
}
