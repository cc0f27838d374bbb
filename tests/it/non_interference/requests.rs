//! Random requests to both doors, on documents seen, hidden, elsewhere and nowhere.

use ihe::Transaction;
use ihe::iti18::request::ReturnType;
use ihe::iti43::request::DocumentRequest;
use ihe::mtom::Attachment;
use model::{
    AssociationKind, Availability, Code, DocumentQuery, EntryUuid, Hl7Time, Ins, ObjectRef, Scope, UniqueId,
    VisibilityFlag, system,
};
use passerelle_tests::dice::Dice;
use passerelle_tests::hall::{Answer, FhirAsk, REPOSITORY};
use passerelle_tests::paper::Paper;
use serde_json::json;

use super::worlds::{Named, Pair, Viewer, author_of};

mod finding;
mod registry;

/// One request, the same for both worlds but for the page link that each gave.
#[derive(Debug, Clone)]
pub enum Asked {
    Fhir(FhirAsk),
    Follow,
    Xds {
        action: &'static str,
        payload: String,
        parts: Vec<Attachment>,
        /// The patient of the assertion.
        patient: Option<&'static str>,
    },
}

/// Makes requests and remembers what the answers taught.
pub struct Asker<'a> {
    pair: &'a Pair,
    viewer: Viewer,
    deposited: Vec<Named>,
    followed: [Option<String>; 2],
    papers: u64,
    patient_id: Option<String>,
    retry: Option<Asked>,
}

const PATIENTS: [&str; 5] = ["ondine", "basile", "germaine", "leon", "inconnue"];
const TYPES: [&str; 5] = ["11502-2", "11490-0", "15507-7", "11369-6", "15508-5"];
/// Of `ondine`, and of somebody whom only the second world knows.
const TRAITS: [&str; 5] =
    ["family=lunedemer", "given=ondine", "birthdate=1992-03-14", "gender=female", "family=brume,corne"];
const PATCH: &str = "application/json-patch+json";
const FLAGS: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";

impl<'a> Asker<'a> {
    pub fn new(pair: &'a Pair, viewer: Viewer) -> Self {
        Asker {
            pair,
            viewer,
            deposited: Vec::new(),
            followed: [None, None],
            papers: 3000,
            patient_id: None,
            retry: None,
        }
    }

    pub fn followed(&self) -> &[Option<String>; 2] {
        &self.followed
    }

    /// What a client learns from an answer: the next page, and the patient's id.
    pub fn learn(&mut self, asked: &Asked, answers: &[Answer; 2]) {
        let learns =
            |ask: &FhirAsk| ask.path.starts_with("DocumentReference") && !ask.path.contains("_history");
        if !matches!(asked, Asked::Fhir(ask) if learns(ask)) && !matches!(asked, Asked::Follow) {
            return;
        }
        for (followed, answer) in self.followed.iter_mut().zip(answers) {
            let json = answer.json();
            let links = json["link"].as_array().into_iter().flatten();
            let next = links.filter(|link| link["relation"] == "next").find_map(|link| link["url"].as_str());
            *followed = next.and_then(|url| url.split_once('?')).map(|(_, query)| query.to_owned());
            let subject = json.pointer("/entry/0/resource/subject/reference").and_then(|text| text.as_str());
            if let Some((_, id)) = subject.and_then(|subject| subject.rsplit_once("Patient/")) {
                self.patient_id = Some(id.to_owned());
            }
        }
    }

    pub fn next(&mut self, dice: &mut Dice) -> Asked {
        if self.followed[0].is_some() && !dice.once_in(3) {
            return Asked::Follow;
        }
        if let Some(retry) = self.retry.take().filter(|_| dice.once_in(3)) {
            return retry;
        }
        match dice.below(37) {
            0..=5 => Asked::Fhir(self.search(dice)),
            6 => Asked::Fhir(self.read(dice, "DocumentReference")),
            7 => Asked::Fhir(self.read(dice, "Binary")),
            8 => Asked::Fhir(self.patient(dice)),
            9 | 10 | 30 | 31 => Asked::Fhir(self.patch(dice)),
            11 | 26 | 27 => Asked::Fhir(self.delete(dice)),
            12 | 13 => self.publish(dice),
            14 => self.provide(dice),
            15 | 16 => self.stored_query(dice),
            17..=21 => self.registry_query(dice),
            22 => self.existence(dice),
            23 => self.own_authorisation(dice),
            28 | 29 => Asked::Fhir(self.batch(dice)),
            32..=36 => Asked::Fhir(self.finding(dice)),
            _ => self.retrieve(dice),
        }
    }

    fn named(&self, dice: &mut Dice) -> Named {
        let pool = match dice.below(10) {
            0..=2 => &self.pair.common,
            3..=6 => &self.pair.hidden,
            7 => &self.pair.elsewhere,
            8 if !self.deposited.is_empty() => &self.deposited,
            _ => return Named::nobodys(dice.below(5) as u64),
        };
        match pool.is_empty() {
            true => Named::nobodys(0),
            false => dice.of(pool).clone(),
        }
    }

    fn ins(&self, key: &str) -> Ins {
        self.pair.halls[0].patient(key)
    }

    fn patient_key(&self, dice: &mut Dice) -> &'static str {
        if dice.once_in(4) { dice.of::<&str>(&PATIENTS) } else { "ondine" }
    }

    fn patient_parameter(&self, dice: &mut Dice) -> Option<String> {
        match (dice.below(8), &self.patient_id) {
            (0, _) => None,
            (1 | 2, Some(id)) => Some(format!("patient=Patient/{id}")),
            (3, _) => Some(format!("patient=Patient/{}", passerelle_tests::paper::uuid(9, 1).bare())),
            _ => {
                let number = self.ins(self.patient_key(dice)).number().to_owned();
                Some(format!("patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{number}"))
            }
        }
    }

    fn search(&self, dice: &mut Dice) -> FhirAsk {
        let mut parameters: Vec<String> = self.patient_parameter(dice).into_iter().collect();
        match dice.below(6) {
            0 => {
                let ids: Vec<String> = (0..=dice.below(3)).map(|_| self.named(dice).uuid.bare()).collect();
                parameters.push(format!("_id={}", ids.join(",")));
            }
            1 => {
                let ids: Vec<String> = (0..=dice.below(3))
                    .map(|_| format!("urn:ietf:rfc:3986%7Curn:oid:{}", self.named(dice).unique_id))
                    .collect();
                parameters.push(format!("identifier={}", ids.join(",")));
            }
            2 => parameters.push(format!("identifier=urn:uuid:{}", self.named(dice).uuid.bare())),
            _ => parameters.push(
                (*dice.of(&["status=current", "status=superseded", "status=current,superseded"])).into(),
            ),
        }
        for _ in 0..dice.below(3) {
            parameters.push((*dice.of(&finding::MORE)).to_owned());
        }
        if dice.once_in(6) {
            parameters.push(format!("relatesto={}", self.named(dice).uuid.bare()));
        }
        if dice.once_in(2) {
            parameters.push(format!("_count={}", dice.below(4)));
        }
        let query = parameters.join("&");
        let language = dice.once_in(4).then_some("en");
        match dice.once_in(5) {
            true => FhirAsk {
                method: "POST",
                path: "DocumentReference/_search".into(),
                content_type: Some("application/x-www-form-urlencoded"),
                body: query.into_bytes(),
                language,
                ..FhirAsk::default()
            },
            false => FhirAsk { language, ..FhirAsk::get("DocumentReference", query) },
        }
    }

    fn read(&self, dice: &mut Dice, kind: &str) -> FhirAsk {
        let accept = *dice.of(&[
            None,
            Some("application/fhir+json"),
            Some("application/fhir+xml"),
            Some("application/dicom"),
            Some("text/xml"),
        ]);
        FhirAsk { accept, ..FhirAsk::get(format!("{kind}/{}", self.named(dice).uuid.bare()), "") }
    }

    /// Reads and searches sent together.
    fn batch(&self, dice: &mut Dice) -> FhirAsk {
        let one = |dice: &mut Dice| {
            let ask = match dice.below(4) {
                0 => self.read(dice, "DocumentReference"),
                1 => self.read(dice, "Binary"),
                2 => self.patient(dice),
                _ => self.search(dice),
            };
            let query = if ask.body.is_empty() { ask.query } else { String::from_utf8(ask.body).unwrap() };
            let path = ask.path.trim_end_matches("/_search");
            let url = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
            json!({"request": {"method": "GET", "url": url}})
        };
        let entries: Vec<serde_json::Value> = (0..=dice.below(4)).map(|_| one(dice)).collect();
        FhirAsk {
            method: "POST",
            content_type: Some("application/fhir+json"),
            body: json!({"resourceType": "Bundle", "type": "batch", "entry": entries})
                .to_string()
                .into_bytes(),
            accept: dice.once_in(3).then_some("application/fhir+xml"),
            ..FhirAsk::default()
        }
    }

    fn patient(&self, dice: &mut Dice) -> FhirAsk {
        let number = self.ins(dice.of::<&str>(&PATIENTS)).number().to_owned();
        let identifier = format!("urn:oid:1.2.250.1.213.1.4.10%7C{number}");
        match (&self.patient_id, dice.below(6)) {
            (Some(id), 0 | 1) => FhirAsk::get(format!("Patient/{id}"), ""),
            (_, 2) => FhirAsk::get("Patient/$ihe-pix", format!("sourceIdentifier={identifier}")),
            (_, 3 | 4) => by_traits(dice),
            _ => FhirAsk::get("Patient", format!("identifier={identifier}")),
        }
    }

    fn if_match(&self, dice: &mut Dice) -> Option<String> {
        dice.of(&[None, None, Some("W/\"1\""), Some("W/\"2\""), Some("W/\"7\""), Some("*"), Some("x")])
            .map(str::to_owned)
    }

    fn patch(&self, dice: &mut Dice) -> FhirAsk {
        let flag = *dice.of(&["MASQUE_PS", "MASQUE_PS", "INVISIBLE_PATIENT", "NONE"]);
        let body = match dice.below(6) {
            0 => b"[{\"op\":\"re".to_vec(),
            1 => json!([{"op": "replace", "path": "/description", "value": "x"}]).to_string().into_bytes(),
            2 => json!([{"op": "remove", "path": "/securityLabel/1"}]).to_string().into_bytes(),
            3 => json!([{"op": "replace", "path": "/status", "value": "entered-in-error"}])
                .to_string()
                .into_bytes(),
            _ => json!([{"op": "add", "path": "/securityLabel/-",
                "value": {"coding": [{"system": FLAGS, "code": flag}]}}])
            .to_string()
            .into_bytes(),
        };
        let named = self.named(dice);
        let (path, query) = match dice.below(4) {
            0 => (String::new(), format!("identifier=urn:oid:{}", named.unique_id)),
            1 => {
                let number = self.ins(self.patient_key(dice)).number().to_owned();
                let patient = format!("patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{number}");
                (
                    String::new(),
                    format!("identifier=urn:ietf:rfc:3986%7Curn:oid:{}&{patient}", named.unique_id),
                )
            }
            _ => (format!("/{}", named.uuid.bare()), String::new()),
        };
        FhirAsk {
            method: "PATCH",
            path: format!("DocumentReference{path}"),
            query,
            content_type: Some(PATCH),
            if_match: self.if_match(dice),
            body,
            ..FhirAsk::default()
        }
    }

    fn delete(&self, dice: &mut Dice) -> FhirAsk {
        FhirAsk {
            method: "DELETE",
            path: format!("DocumentReference/{}", self.named(dice).uuid.bare()),
            if_match: self.if_match(dice),
            ..FhirAsk::default()
        }
    }

    /// A new document; it may take the uniqueId of a document of another record, and replace or append to any.
    fn paper(&mut self, dice: &mut Dice) -> Paper {
        self.papers += 1;
        let caller = self.viewer.caller(&self.pair.halls[0]);
        let (person, structure) = author_of(&caller).unwrap_or(("1".into(), "1".into()));
        let key = self.patient_key(dice);
        let mut paper = Paper::new(self.papers, &self.ins(key), (&person, &structure));
        paper.type_code = *dice.of(&TYPES);
        if dice.once_in(3) {
            paper.flags = vec![*dice.of(&VisibilityFlag::ALL)];
        }
        if dice.once_in(4) && key != "germaine" {
            paper.unique_id = self.pair.elsewhere.first().map(|named| named.unique_id.clone());
            paper.set_id = Some("2.999.8.600".to_owned());
        }
        if dice.once_in(2) {
            let target = self.named(dice);
            let target = match dice.once_in(2) {
                true => ObjectRef::Uuid(target.uuid),
                false => ObjectRef::Unique(UniqueId::parse(&target.unique_id).unwrap()),
            };
            let kind =
                *dice.of(&[AssociationKind::Replaces, AssociationKind::Replaces, AssociationKind::Appends]);
            paper.link = Some((kind, target));
        }
        paper
    }

    fn keep(&mut self, paper: &Paper, asked: Asked) -> Asked {
        self.deposited.push(Named { uuid: paper.uuid(), unique_id: paper.unique_id() });
        self.retry = Some(asked.clone());
        asked
    }

    /// ITI-105.
    fn publish(&mut self, dice: &mut Dice) -> Asked {
        let paper = self.paper(dice);
        if dice.once_in(3) {
            // A rehearsal: the same stages, nothing kept.
            return Asked::Fhir(FhirAsk {
                method: "POST",
                path: "DocumentReference/$validate".into(),
                content_type: Some("application/fhir+json"),
                body: paper.iti105(&self.pair.halls[0].desk.mappings),
                ..FhirAsk::default()
            });
        }
        let asked = Asked::Fhir(FhirAsk {
            method: "POST",
            path: "DocumentReference".into(),
            content_type: Some("application/fhir+json"),
            body: paper.iti105(&self.pair.halls[0].desk.mappings),
            ..FhirAsk::default()
        });
        self.keep(&paper, asked)
    }

    /// ITI-41, or ITI-65 with the hospital's sample.
    fn provide(&mut self, dice: &mut Dice) -> Asked {
        let paper = self.paper(dice);
        if dice.once_in(3) {
            let made = passerelle_tests::Made::new(5, self.papers);
            let asked = Asked::Fhir(FhirAsk {
                method: "POST",
                content_type: Some("application/fhir+json"),
                body: self.referring(&made.bundle, dice).into_bytes(),
                ..FhirAsk::default()
            });
            return self.keep(&paper, asked);
        }
        let (payload, parts) = paper.iti41(&self.pair.halls[0].desk.mappings);
        let asked =
            Asked::Xds { action: Transaction::Iti41.action(), payload, parts, patient: self.asserted(dice) };
        self.keep(&paper, asked)
    }

    /// The bundle whose set, every other time, holds a document of the record by reference.
    fn referring(&self, bundle: &str, dice: &mut Dice) -> String {
        let mut bundle: serde_json::Value = serde_json::from_str(bundle).unwrap_or_default();
        let entries = bundle["entry"].as_array_mut().into_iter().flatten();
        for entry in entries.filter(|entry| entry["resource"]["resourceType"] == "List") {
            if let (true, Some(items)) = (dice.once_in(2), entry["resource"]["entry"].as_array_mut()) {
                let document = format!("DocumentReference/{}", self.named(dice).uuid.bare());
                items.push(json!({"item": {"reference": document}}));
            }
        }
        bundle.to_string()
    }

    fn asserted(&self, dice: &mut Dice) -> Option<&'static str> {
        (!dice.once_in(5)).then(|| self.patient_key(dice))
    }

    fn stored_query(&self, dice: &mut Dice) -> Asked {
        let scope = match dice.below(3) {
            0 => Scope::Find,
            1 => Scope::Uuids((0..=dice.below(3)).map(|_| self.named(dice).uuid).collect::<Vec<EntryUuid>>()),
            _ => Scope::UniqueIds(
                (0..=dice.below(3))
                    .filter_map(|_| UniqueId::parse(&self.named(dice).unique_id).ok())
                    .collect(),
            ),
        };
        let mut query = DocumentQuery::new(Some(self.ins(self.patient_key(dice))), scope);
        query.status = dice
            .of(&[
                vec![Availability::Approved],
                vec![Availability::Deprecated],
                vec![Availability::Approved, Availability::Deprecated, Availability::Archived],
            ])
            .clone();
        if dice.once_in(3) {
            query.types = vec![Code::new(*dice.of(&TYPES), system::LOINC)];
        }
        if dice.once_in(4) {
            query.confidentiality = vec![vec![Code::new("MASQUE_PS", system::VISIBILITY)]];
        }
        if dice.once_in(4) {
            query.authors = vec![(*dice.of(&["899900000052%", "%X%", "89990000003_%"])).to_owned()];
        }
        if dice.once_in(4) {
            query.creation.from = Hl7Time::parse("20261118").ok().map(|time| time.start());
        }
        let returned = *dice.of(&[ReturnType::LeafClass, ReturnType::ObjectRef]);
        Asked::Xds {
            action: Transaction::Iti18.action(),
            payload: ihe::iti18::request::write(&query, returned),
            parts: Vec::new(),
            patient: self.asserted(dice),
        }
    }

    /// TD0.2, of anybody's record. Not TD1.3a: it tells the emergency oppositions, in which the worlds differ.
    fn existence(&self, dice: &mut Dice) -> Asked {
        let key = self.patient_key(dice);
        let number = self.ins(key).number().to_owned();
        let payload = format!(
            "<PRPA_IN201307UV02 xmlns=\"urn:hl7-org:v3\" ITSVersion=\"XML_1.0\"><id root=\"2.999.1\"/>\
             <sender typeCode=\"SND\"><device><id root=\"2.999.2\"/></device></sender><controlActProcess>\
             <queryByParameter><queryId root=\"2.999.3\"/><parameterList>\
             <patientIdentifier><value root=\"1.2.250.1.213.1.4.10\" extension=\"{number}\"/></patientIdentifier>\
             </parameterList></queryByParameter></controlActProcess></PRPA_IN201307UV02>"
        );
        let patient = if dice.once_in(6) { self.asserted(dice) } else { Some(key) };
        Asked::Xds { action: Transaction::Td02.action(), payload, parts: Vec::new(), patient }
    }

    /// TD0.3. Who is blind only for want of an authorisation attests none, and nobody does elsewhere: it would open
    /// what the worlds differ in.
    fn own_authorisation(&self, dice: &mut Dice) -> Asked {
        let action =
            if self.viewer == Viewer::NurseUnauthorised || dice.once_in(4) { "SUPPRESSION" } else { "AJOUT" };
        let payload = format!(
            "<setAuthorization xmlns=\"urn:si-dmp-habilitations\"><action>{action}</action></setAuthorization>"
        );
        let patient = if dice.once_in(5) { "inconnue" } else { "ondine" };
        Asked::Xds { action: Transaction::Td03.action(), payload, parts: Vec::new(), patient: Some(patient) }
    }

    fn retrieve(&self, dice: &mut Dice) -> Asked {
        let requests: Vec<DocumentRequest> = (0..=dice.below(3))
            .map(|_| DocumentRequest {
                repository: if dice.once_in(9) { "2.999.1".into() } else { REPOSITORY.into() },
                document: self.named(dice).unique_id,
            })
            .collect();
        Asked::Xds {
            action: Transaction::Iti43.action(),
            payload: ihe::iti43::request::write(&requests),
            parts: Vec::new(),
            patient: self.asserted(dice),
        }
    }
}

/// A search by two traits.
fn by_traits(dice: &mut Dice) -> FhirAsk {
    let (one, other) = (*dice.of(&TRAITS), *dice.of(&TRAITS));
    let body = format!("{one}&{other}").into_bytes();
    FhirAsk {
        method: "POST",
        content_type: Some("application/x-www-form-urlencoded"),
        body,
        ..FhirAsk::get("Patient/_search", "")
    }
}
